"""Rows that somebody edited: nothing in them runs, a bad one is put aside, and the others go on."""

import base64
import os
import pickle
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update

from bot.errors import StorageError
from bot.messages import ChatUser
from bot.ports import HoldState, Offer, ReminderState
from storage import Storage
from storage.schema import bookings, connections, presses, reminders, users
from tests.storage.samples import ANN, DAY, HOUR, MINUTE, NOW, booking, linked, local_event, planned, span

LEASE = MINUTE / 2


class Bomb:
    """Unpickling it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return os.system, (f"touch {self.path}",)


def payloads(path: Path) -> list[bytes]:
    pickled = pickle.dumps(Bomb(path))
    return [
        pickled,
        base64.b64encode(pickled),
        b"v1\x01k" + pickled,
        f"!!python/object/apply:os.system ['touch {path}']".encode(),
        f"__import__('os').system('touch {path}')".encode(),
        b"os:system",
        b"os.system",
        b'{"is": "Meeting", "title": "x", "starts_at": "2026-03-02T10:00:00+00:00"}',
        f'{{"py/reduce": [{{"py/function": "os.system"}}, ["touch {path}"]]}}'.encode(),
        b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>",
        b"'; DROP TABLE reminders; --",
        b"[" * 100_000,
        b"\x00",
        b"",
        b"\xff" * 200,
    ]


async def test_bad_reminders_are_put_aside_and_the_others_go_on(store: Storage, tmp_path: Path) -> None:
    bad = payloads(tmp_path / "bomb")
    connection = await linked(store)
    wanted = [planned(f"bad{n}") for n in range(len(bad))] + [planned(f"good{n}") for n in range(5)]
    await store.reminders.plan(connection, span(0, 9), wanted, NOW)
    async with store.database.write() as writing:
        for n, payload in enumerate(bad):
            this = update(reminders).where(reminders.c.meeting_ref == f"bad{n}")
            await writing.execute(this.values(meeting=payload))
    shown = await store.reminders.upcoming(connection.user_id, NOW, 99)
    found = await store.reminders.claim("w", NOW + HOUR, LEASE, 99)
    assert len(shown) == 5
    assert sorted(r.meeting_ref for r in found) == [f"good{n}" for n in range(5)]
    assert await store.reminders.counts() == {ReminderState.QUARANTINED: len(bad), ReminderState.CLAIMED: 5}
    later = await store.reminders.claim("w", NOW + DAY, LEASE, 99)
    assert sorted(r.meeting_ref for r in later) == [f"good{n}" for n in range(5)]
    assert not (tmp_path / "bomb").exists()


async def test_a_meeting_sealed_by_us_but_of_another_shape_is_put_aside(store: Storage) -> None:
    connection = await linked(store)
    await store.reminders.plan(connection, span(0, 9), [planned("bad"), planned("good")], NOW)
    async with store.database.write() as writing:
        this = reminders.c.meeting_ref == "bad"
        row = (await writing.execute(select(reminders).where(this))).one()
        sealed = store.vault.seal('{"is":"Meeting","os":"system"}', "reminders", "meeting", row.id, row.tenant)
        await writing.execute(update(reminders).where(this).values(meeting=sealed))
    found = await store.reminders.claim("w", NOW + HOUR, LEASE, 99)
    assert [r.meeting_ref for r in found] == ["good"]


async def test_columns_that_hold_another_type_are_put_aside(store: Storage) -> None:
    if not store.database.is_sqlite:
        pytest.skip("PostgreSQL refuses another type by itself")
    edits = {
        "gen": "'os.system'",
        "tenant": "x'00'",
        "due_at": "'not a time'",
        "kind": "x'00'",
        "user_id": "x'00'",
        "meeting": "17",
    }
    connection = await linked(store)
    await store.reminders.plan(connection, span(0, 9), [planned(ref) for ref in (*edits, "good")], NOW)
    async with store.database.write() as writing:
        for column, value in edits.items():
            statement = f"UPDATE reminders SET {column} = {value} WHERE meeting_ref = '{column}'"  # noqa: S608
            await writing.execute(text(statement))
    found = await store.reminders.claim("w", NOW + HOUR, LEASE, 99)
    assert [r.meeting_ref for r in found] == ["good"]
    await store.reminders.plan(connection, span(0, 9), [planned("due_at"), planned("good")], NOW)
    again = await store.reminders.claim("w", NOW + HOUR, LEASE, 99)
    assert [r.meeting_ref for r in again] == ["due_at"]


async def test_an_instant_that_is_none_is_refused_in_our_words(store: Storage) -> None:
    if not store.database.is_sqlite:
        pytest.skip("PostgreSQL refuses another type by itself")
    connection = await linked(store)
    await store.bookings.hold(booking(connection, "k"), NOW, NOW)
    for value in ("'x'", "7", "x'00'", "'2026-13-01 00:00:00'"):
        async with store.database.write() as writing:
            await writing.execute(text(f"UPDATE bookings SET starts_at = {value}"))  # noqa: S608
            await writing.execute(text(f"UPDATE connections SET connected_at = {value}"))  # noqa: S608
        for ask in (store.bookings.get("k"), store.users.context(ANN)):
            with pytest.raises(StorageError):
                await ask
        assert list(await store.connections.all_active("", 9)) == []


async def test_a_connection_that_cannot_be_read_does_not_hide_the_others(store: Storage) -> None:
    """Neither on its page nor behind a page that is bad from end to end."""
    people = [await linked(store, ChatUser("slack", "T1", f"u{n}"), f"u{n}@example.org") for n in range(9)]
    ids = sorted(connection.id for connection in people)
    async with store.database.write() as writing:
        bad = update(connections).where(connections.c.id.in_([*ids[:4], ids[6]]))
        await writing.execute(bad.values(credential=b"os.system"))
    found, after = [], ""
    while page := await store.connections.all_active(after, 2):
        found += [connection.id for connection in page]
        after = page[-1].id
    assert found == [ids[4], ids[5], ids[7], ids[8]]


async def test_a_hold_that_cannot_be_read_is_put_aside_and_the_others_are_taken_over(store: Storage) -> None:
    connection = await linked(store)
    for n in range(4):
        assert await store.bookings.hold(booking(connection, f"k{n}", start=n * 2), NOW, NOW) is HoldState.HELD
    async with store.database.write() as writing:
        await writing.execute(update(bookings).where(bookings.c.key == "k0").values(draft=b"os.system"))
        if store.database.is_sqlite:
            await writing.execute(text("UPDATE bookings SET ends_at = 'never' WHERE key = 'k1'"))
    left = {"k1", "k2", "k3"} - ({"k1"} if store.database.is_sqlite else set())
    assert {hold.key for hold in await store.bookings.stale(NOW + HOUR, 9, NOW + HOUR)} == left
    assert {hold.key for hold in await store.bookings.stale(NOW + DAY, 9, NOW + DAY)} == left
    # What was put aside stands in nobody's way.
    assert await store.bookings.hold(booking(connection, "new"), NOW + DAY, NOW + DAY) is HoldState.HELD


async def test_a_quarantined_reminder_is_made_anew_by_the_next_plan(store: Storage) -> None:
    connection = await linked(store)
    await store.reminders.plan(connection, span(0, 9), [planned()], NOW)
    async with store.database.write() as writing:
        await writing.execute(update(reminders).values(meeting=b"junk"))
    assert list(await store.reminders.claim("w", NOW + HOUR, LEASE, 9)) == []
    await store.reminders.plan(connection, span(0, 9), [planned()], NOW)
    (found,) = await store.reminders.claim("w", NOW + HOUR, LEASE, 9)
    assert found.meeting == planned().meeting


async def test_every_other_record_is_refused_in_our_words_and_runs_nothing(store: Storage, tmp_path: Path) -> None:
    connection = await linked(store)
    (token,) = await store.presses.offer(connection.user_id, [Offer("x")], NOW + DAY)
    await store.bookings.hold(booking(connection, "k"), NOW, NOW)
    await store.local_events.add("t", local_event(), "key")
    for payload in payloads(tmp_path / "bomb"):
        async with store.database.write() as writing:
            await writing.execute(update(presses).values(offer=payload))
            await writing.execute(update(bookings).values(draft=payload))
            await writing.execute(update(connections).values(credential=payload))
            await writing.execute(text("UPDATE local_events SET body = :body"), {"body": payload})
        for ask in (
            store.presses.look(token, connection.user_id, NOW),
            store.bookings.get("k"),
            store.users.context(ANN),
            store.local_events.get("t", "e1"),
            store.local_events.between("t", "ann@example.org", span(0, 9)),
        ):
            with pytest.raises(StorageError):
                await ask
        assert list(await store.connections.all_active("", 9)) == []
    async with store.database.write() as writing:
        await writing.execute(update(users).values(profile=b"os.system"))
    with pytest.raises(StorageError):
        await store.users.by_id(connection.user_id)
    assert not (tmp_path / "bomb").exists()


def test_nothing_in_storage_can_run_what_it_reads() -> None:
    root = Path(__file__).parents[2] / "storage"
    for file in root.rglob("*.py"):
        source = file.read_text()
        for word in (
            "pickle",
            "yaml",
            "marshal",
            "shelve",
            "eval(",
            "exec(",
            "import_module",
            "__import__",
            "PickleType",
        ):
            assert word not in source, f"{word} in {file}"
