"""From each old schema, with rows in every table, to the newest: nothing is lost."""

from typing import Any

from sqlalchemy import inspect, text

from storage.database import Database
from storage.migrate import check_version, migrate
from storage.opening import open_database
from storage.revisions import HEAD


def _rows_of_the_first_schema() -> dict[str, list[dict[str, Any]]]:
    """Two rows of every table, as the first release kept them."""
    at, blob = "2026-03-02 09:00:00.000000", b"v1 sealed"
    user = {"tenant": "slack:T1", "user_id": "u1"}
    of = user | {"connection_id": "c1"}
    when = {"starts_at": at, "ends_at": at}
    return {
        "users": [
            {"id": f"u{n}", "tenant": "slack:T1", "chat": "slack", "workspace": "T1", "chat_user": f"ann{n}"}
            | {"profile": blob, "paused": False}
            for n in (1, 2)
        ],
        "connections": [
            user
            | {"id": f"c{n}", "provider": provider, "address": address, "host": f"{provider}:{address.casefold()}"}
            | {"credential": blob, "health": health, "calendar": "work", "checks": '["a"]', "cursor": "7"}
            | {"checked_at": at, "connected_at": at}
            for n, provider, address, health in (
                (1, "google", "Ann@Example.org", "active"),
                (2, "local", "straße:x@example.org", "expired"),
            )
        ],
        "receipts": [user | {"provider": "google", "version": "1", "scopes": "[]", "accepted_at": at}] * 2,
        "press_groups": [user | {"id": f"g{n}", "expires_at": at, "used_at": None} for n in (1, 2)],
        "presses": [{"id": f"p{n}", "tenant": "slack:T1", "group_id": f"g{n}", "offer": blob} for n in (1, 2)],
        "bookings": [
            of
            | when
            | {"key": f"k{n}", "host": f"local:h{n}", "draft": blob, "ref": "", "state": "held", "held_at": at}
            | {"confirmed_at": None}
            for n in (1, 2)
        ],
        "reminders": [
            of
            | when
            | {"id": f"r{n}", "meeting_ref": f"m{n}", "kind": "lead:0", "planned": True, "due_at": at}
            | {"next_try_at": at, "state": "pending", "gen": 1, "attempt": 0, "repeats": 0, "owner": None}
            | {"handle": "", "meeting": blob}
            for n in (1, 2)
        ],
        "audit": [user | {"at": at, "action": "book", "subject": "s", "result": "ok"}] * 2,
        "local_calendars": [{"tenant": "t", "address": f"a{n}", "name": blob, "zone": "UTC"} for n in (1, 2)],
        "local_events": [
            {"id": f"e{n}", "tenant": "t", "uid": "u", "owner": "a1", "key": f"k{n}", "body": blob, "version": 1}
            | {"cancelled": False}
            for n in (1, 2)
        ],
        "local_people": [{"tenant": "t", "address": "a1", "event_id": f"e{n}"} | when for n in (1, 2)],
        "local_versions": [{"tenant": "t", "address": f"a{n}", "version": n} for n in (1, 2)],
        "local_changes": [{"tenant": "t", "address": "a1", "version": n} | when for n in (1, 2)],
        "vault_check": [{"key_id": f"k{n}", "sealed": blob} for n in (1, 2)],
    }


def _rows_of_the_second_schema() -> dict[str, list[dict[str, Any]]]:
    """The same, and two rows of every table of linking."""
    at, blob = "2026-03-02 09:00:00.000000", b"v1 sealed"
    who = {"tenant": "slack:T1", "user_id": "u1"}
    invitation = who | {"provider": "google", "version": "1", "handle": "h", "expires_at": at}
    of = {"tenant": "slack:T1", "connection_id": "c1"}
    return _rows_of_the_first_schema() | {
        "links": [invitation | {"nonce_hash": f"n{n}", "made_at": at, "used_at": None} for n in (1, 2)],
        "link_states": [invitation | {"state_hash": f"s{n}", "cookie_hash": "c", "flow": blob} for n in (1, 2)],
        "pending_grants": [
            invitation | {"id": f"g{n}", "cookie_hash": "c", "sealed": blob, "confirmed": True, "host": ""}
            for n in (1, 2)
        ],
        "revocations": [
            {"id": f"r{n}", "tenant": "slack:T1", "provider": "google", "address": "a", "credential": blob}
            | {"tries": n, "since": at, "next_try_at": at, "host": "google:a"}
            for n in (1, 2)
        ],
        "kept_events": [of | {"id": f"k{n}", "starts_at": at, "ends_at": at, "body": blob} for n in (1, 2)],
        "watches": [
            of | {"channel": f"w{n}", "calendar": "c", "resource": "r", "secret_hash": "x", "until": at} for n in (1, 2)
        ],
        "grants": [
            {"owner_id": f"u{n}", "asker_id": "u1", "tenant": "slack:T1", "until": at if n == 1 else None}
            for n in (1, 2)
        ],
    }


def _upgrade_to(revision: str) -> Any:
    def upgrade(connection: Any) -> None:
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", "storage:migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    return upgrade


async def test_an_upgrade_from_the_first_schema_loses_nothing(url: str) -> None:
    database = await _upgraded(url, "0001", _rows_of_the_first_schema())
    added = ["address_key", "spoils", "kept_spoils", "credential_version", "kept_from", "told_at", "expired_at"]
    assert await _read(database, "connections", added) == [
        ("ann@example.org", 0, 0, 0, None, None, None),
        ("strasse:x@example.org", 0, 0, 0, None, None, None),
    ]
    await database.close()


async def test_an_upgrade_from_the_second_schema_loses_nothing(url: str) -> None:
    database = await _upgraded(url, "0002", _rows_of_the_second_schema())
    assert await _read(database, "inbox", ["chat", "key"]) == []
    assert await _read(database, "installations", ["tenant", "chat"]) == []
    await database.close()


async def _upgraded(url: str, revision: str, before: dict[str, list[dict[str, Any]]]) -> Database:
    """From that revision with these rows, two in each of its tables, to the newest: they are the same afterwards."""
    database = await open_database(url)
    async with database.exclusive() as connection:
        await connection.run_sync(_upgrade_to(revision))
    async with database.read() as reading:
        tables = await reading.run_sync(lambda sync: inspect(sync).get_table_names())
    assert set(tables) - {"alembic_version"} == before.keys()
    async with database.write() as writing:
        for table, rows in before.items():
            names = ", ".join(f'"{name}"' for name in rows[0])
            values = ", ".join(f":{name}" for name in rows[0])
            for row in rows:
                await writing.execute(text(f'INSERT INTO "{table}" ({names}) VALUES ({values})'), row)  # noqa: S608
    old = {table: await _read(database, table, list(rows[0])) for table, rows in before.items()}
    for table in ("connections", "bookings"):  # whose host is named anew
        column = list(before[table][0]).index("host")
        old[table] = [
            (*row[:column], row[column].replace("local:", "local:slack:T1:"), *row[column + 1 :]) for row in old[table]
        ]
    assert {table: len(rows) for table, rows in old.items()} == dict.fromkeys(before, 2)
    await migrate(database)
    assert await check_version(database) == HEAD
    assert {table: await _read(database, table, list(rows[0])) for table, rows in before.items()} == old
    return database


async def _read(database: Database, table: str, names: list[str]) -> list[tuple[Any, ...]]:
    quoted = ", ".join(f'"{name}"' for name in names)
    async with database.read() as connection:
        rows = (await connection.execute(text(f'SELECT {quoted} FROM "{table}" ORDER BY 1, 2'))).all()  # noqa: S608
    return [tuple(row) for row in rows]
