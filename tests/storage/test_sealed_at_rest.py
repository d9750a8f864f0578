"""What somebody sees who reads, changes or swaps the stored bytes; and what the wrong key does."""

import asyncio
import base64
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary, bindparam, select, update

from bot.errors import ConfigError, Sealed
from bot.messages import ChatUser, Profile, Secret
from bot.ports import Connection, Delivery, Grant, Installation, Meeting, Offer, Planned, Preferences, User, Watch
from bot.scheduling.event import Attendee, Event, EventDraft
from storage import KeyRing, Storage, generate_key, open_storage
from storage.schema import connections, metadata, users
from tests.storage.samples import ANN, BOB, DAY, HOUR, NOW, booking, linked, local_event, span

WORDS = "name password token press title location text guest join organizer changed-title calendar refreshed"
WORDS += " flow granted revoked heard kept-title kept-guest kept-text kept-url kept-join"
WORDS += " said unfinished workspace bot-token rotated"
CANARIES = [f"canary-{word}" for word in WORDS.split()]


def canary(word: str) -> str:
    assert f"canary-{word}" in CANARIES
    return f"canary-{word}"


async def fill(store: Storage) -> Sequence[str]:
    """Write a canary into every place that is to be sealed; returns the press tokens."""
    user = await store.users.add(ANN, Profile(canary("name"), "ann@example.org"), Preferences())
    connection = await store.connections.add(user, "google", "ann@example.org", Secret(canary("password")), "", NOW)
    for old, new in (("password", f'{{"refresh": "{canary("refreshed")}"}}'), ("refreshed", canary("token"))):
        stale = await store.connections.credential(connection.id)
        assert stale is not None
        assert canary(old) in stale.reveal()
        assert await store.connections.refreshed(connection.id, stale, Secret(new))
    tokens = await store.presses.offer(user.id, [Offer("book", {"title": canary("press")})], NOW + DAY)
    await store.presses.use(tokens[0], user.id, NOW)
    guest = Attendee("bob@example.org", canary("guest"))
    full = EventDraft(
        canary("title"), span(1), "UTC", (guest,), location=canary("location"), description=canary("text")
    )
    held = replace(booking(connection, "k"), draft=full)
    await store.bookings.hold(held, NOW, NOW)
    await store.bookings.confirm(held.key, "ref", NOW)
    meeting = Meeting(canary("title"), NOW + HOUR, NOW + 2 * HOUR, False, canary("location"), canary("join"), (guest,))
    await store.reminders.plan(connection, span(0, 9), [Planned("m", "lead:0", NOW, meeting)], NOW)
    await store.reminders.plan(
        connection, span(0, 9), [Planned("m", "lead:0", NOW, replace(meeting, title=canary("changed-title")))], NOW
    )
    await store.reminders.snooze(connection.id, Planned("m", "snooze", NOW, meeting), NOW)
    await store.reminders.claim("w", NOW, HOUR, 1)
    await store.local_events.open_calendar(ANN.tenant, "ann@example.org", canary("calendar"), "UTC")
    event = local_event(
        draft=full, organizer=Attendee("ann@example.org", canary("organizer")), exceptions={"x": full, "y": None}
    )
    await store.local_events.add(ANN.tenant, event, "key")
    await store.local_events.save(ANN.tenant, replace(event, draft=replace(full, title=canary("changed-title"))))
    return [*tokens, *await fill_linking(store, user, connection)]


async def fill_linking(store: Storage, user: User, connection: Connection) -> Sequence[str]:
    """A consent under way, a grant, a revocation, a kept event and a channel; returns what is kept as a hash only."""
    nonces = [await store.links.invite(user, "google", "1", "handle", NOW, 20) for _ in range(3)]
    texts = [nonce.reveal() for nonce in nonces if nonce is not None]
    for n, nonce in enumerate(texts[:2]):
        flow = Secret(canary("flow"))
        assert await store.links.start(nonce, Secret(f"state-{n}" * 6), Secret(f"cookie-{n}" * 6), flow, NOW)
    started = await store.links.finish("google", "state-0" * 6, "cookie-0" * 6, NOW)
    assert started is not None
    grant = Grant(Secret(canary("granted")), ("calendar",), "granted@example.net")
    for _ in range(2):
        pending = await store.links.keep(started.invitation, "cookie-0" * 6, grant, NOW)
    await store.links.take(pending.id, user.id, NOW)
    await store.revocations.add(user.who.tenant, "google", "given.back@example.org", Secret(canary("revoked")), NOW)
    await store.revocations.due(NOW, HOUR, 9)
    guest = Attendee("bob@example.org", canary("kept-guest"))
    private = {"description": canary("kept-text"), "open_url": canary("kept-url"), "join_url": canary("kept-join")}
    event = Event("r", "u", "c", canary("kept-title"), span(1), attendees=(guest,), location="x", **private)
    await store.kept.keep(connection, span(0, 9), [event], "cursor", NOW, 0)
    assert [one.title for one in await store.kept.events(connection.id, span(0, 9))] == [canary("kept-title")]
    await store.watches.add(connection, Watch("channel", connection.id, "c", "r", NOW + DAY), Secret(canary("heard")))
    await store.grants.allow(user.id, user.id, None)
    await fill_chats(store)
    return [*texts, "state-1" * 6, "cookie-0" * 6, "cookie-1" * 6]


async def fill_chats(store: Storage) -> None:
    """A delivery that is done and one that is not; a workspace whose token was rotated."""
    for word in ("said", "unfinished"):
        await store.inbox.put(Delivery("slack", word, canary(word).encode()), NOW, HOUR)
    await store.inbox.done("slack", "said")
    token = Secret(canary("bot-token"))
    installation = Installation("slack", "T1", canary("workspace"), "B1", token, ("commands",), "U1", NOW)
    await store.installations.add(installation)
    assert await store.installations.refreshed(installation.id, token, Secret(canary("rotated")))


def hits(content: bytes, words: Sequence[str]) -> list[str]:
    """Which words are there, in plain, as UTF-16, in hexadecimal or base64 at any offset."""
    found = []
    for word in words:
        plain = word.encode()
        forms = [plain, word.encode("utf-16-le"), plain.hex().encode()]
        forms += [base64.b64encode(b"\0" * shift + plain)[4:-4] for shift in range(3)]
        found += [word for form in forms if form in content]
    return found


def _files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


async def test_no_plain_word_is_in_the_file_its_log_or_a_backup(tmp_path: Path, ring: KeyRing) -> None:
    path = tmp_path / "freewhen.db"
    store = await open_storage(f"sqlite:///{path}", ring)
    words = [*CANARIES, *await fill(store)]
    log = path.with_name("freewhen.db-wal")
    assert log.stat().st_size > 0
    backup = tmp_path / "backup.db"
    source, target = sqlite3.connect(path), sqlite3.connect(backup)
    source.backup(target)
    source.execute(f"VACUUM INTO '{tmp_path / 'vacuumed.db'}'")
    dump = "\n".join(source.iterdump()).encode()
    source.close()
    target.close()
    contents = _files(tmp_path) | {"dump": dump}
    await store.close()
    contents["closed"] = path.read_bytes()
    assert len(contents) >= 6
    assert {name: hits(content, words) for name, content in contents.items()} == {name: [] for name in contents}
    # The search itself works: an address, which is kept in clear, is found.
    assert hits(contents["backup.db"], ["ann@example.org"])


async def test_no_plain_word_is_in_any_column(store: Storage) -> None:
    words = [*CANARIES, *await fill(store)]
    rows: list[Any] = []
    async with store.database.read() as connection:
        for table in metadata.sorted_tables:
            found = (await connection.execute(select(table))).all()
            assert found or table.name in {"receipts", "audit"}, table.name
            rows += [value for row in found for value in row]
    content = b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in rows)
    assert hits(content, words) == []


@pytest.mark.parametrize(
    ("records", "step"),
    [pytest.param(2, 7, id="some"), pytest.param(200, 1, id="all", marks=pytest.mark.long)],
)
async def test_a_changed_byte_is_refused_wherever_it_is(store: Storage, records: int, step: int) -> None:
    people = [ChatUser("slack", "T1", f"u{n}") for n in range(records)]
    for n, who in enumerate(people):
        await linked(store, who, f"{n}@example.org")
    async with store.database.read() as connection:
        rows = (await connection.execute(select(connections.c.id, connections.c.credential))).all()
    length = len(rows[0].credential)
    assert {len(row.credential) for row in rows} == {length}
    refused = tried = 0
    for place in range(0, length, step):
        await _write_all(store, {row.id: _flipped(row.credential, place) for row in rows})
        answers = await asyncio.gather(*(store.users.context(who) for who in people), return_exceptions=True)
        refused += sum(isinstance(answer, Sealed) for answer in answers)
        tried += len(answers)
    assert refused == tried > 0
    await _write_all(store, {row.id: row.credential for row in rows})
    for who in people:
        assert await store.users.context(who) is not None


def _flipped(record: bytes, place: int) -> bytes:
    return record[:place] + bytes([record[place] ^ (1 + place % 255)]) + record[place + 1 :]


async def test_swapped_records_of_two_people_are_refused_and_nobody_reads_the_other(store: Storage) -> None:
    await fill(store)
    await linked(store, BOB, "bob@example.org")
    bob = await store.users.context(BOB)
    assert bob is not None
    tokens = await store.presses.offer(bob.user.id, [Offer("mine")], NOW + DAY)
    async with store.database.write() as connection:
        for table, column in ((users, "profile"), (connections, "credential")):
            rows = (await connection.execute(select(table.c.id, table.c[column]))).all()
            assert len(rows) == 2
            for row, other in zip(rows, reversed(rows), strict=True):
                statement = update(table).where(table.c.id == row.id)
                await connection.execute(statement.values({column: other[1]}))
    for who in (ANN, BOB):
        with pytest.raises(Sealed):
            await store.users.context(who)
    # The worker's pages leave out what they cannot read, so that the others go on; neither swapped one is in them.
    assert list(await store.connections.all_active("", 9)) == []
    assert (await store.presses.look(tokens[0], bob.user.id, NOW)).offer == Offer("mine")


async def test_a_credential_put_under_another_column_or_provider_is_refused(store: Storage) -> None:
    connection = await linked(store)
    async with store.database.write() as writing:
        await writing.execute(update(connections).values(provider="google"))
    with pytest.raises(Sealed):
        await store.users.context(ANN)
    async with store.database.write() as writing:
        await writing.execute(update(connections).values(provider=connection.provider, tenant="slack:T2"))
    with pytest.raises(Sealed):
        await store.users.context(ANN)


async def _write_all(store: Storage, credentials: dict[str, bytes]) -> None:
    statement = update(connections).where(connections.c.id == bindparam("this")).values(credential=bindparam("record"))
    async with store.database.write() as connection:
        await connection.execute(statement, [{"this": key, "record": record} for key, record in credentials.items()])


# ── the wrong key ──


async def everything(url: str, ring: KeyRing) -> list[Any]:
    store = await open_storage(url, ring)
    async with store.database.read() as connection:
        found = [(await connection.execute(select(table))).all() for table in metadata.sorted_tables]
    await store.close()
    return found


@pytest.mark.parametrize("reuse_id", [True, False], ids=["another key of the same id", "another id"])
async def test_a_wrong_key_is_refused_at_once_and_overwrites_nothing(url: str, reuse_id: bool) -> None:
    key = generate_key()
    other = generate_key()
    if reuse_id:
        other = key.split(":")[0] + ":" + other.split(":")[1]
    ring = KeyRing.parse(key)
    store = await open_storage(url, ring)
    await fill(store)
    await store.close()
    before = await everything(url, ring)
    for _ in range(2):
        with pytest.raises(ConfigError, match="is not the one" if reuse_id else "is missing") as caught:
            await asyncio.wait_for(open_storage(url, KeyRing.parse(other)), 5)
        assert other.split(":")[1] not in str(caught.value)
    assert await everything(url, ring) == before


async def test_every_key_that_ever_sealed_must_be_there(url: str) -> None:
    old, new = generate_key(), generate_key()
    store = await open_storage(url, KeyRing.parse(old))
    await linked(store)
    await store.close()
    store = await open_storage(url, KeyRing.parse(f"{new},{old}"))
    context = await store.users.context(ANN)
    assert context is not None
    assert context.connections[0].credential == Secret("hunter2")
    await linked(store, BOB, "bob@example.org")
    await store.close()
    for ring in (old, new):
        with pytest.raises(ConfigError, match="is missing"):
            await open_storage(url, KeyRing.parse(ring))
    store = await open_storage(url, KeyRing.parse(f"{old},{new}"))
    assert await store.users.context(BOB) is not None
    await store.close()


async def test_a_database_whose_key_check_was_deleted_is_refused(url: str, ring: KeyRing) -> None:
    store = await open_storage(url, ring)
    await linked(store)
    async with store.database.write() as connection:
        await connection.exec_driver_sql("DELETE FROM vault_check")
    await store.close()
    with pytest.raises(ConfigError, match="lost its key check"):
        await open_storage(url, KeyRing.parse(generate_key()))


async def test_two_first_starts_with_two_keys_of_one_id_let_one_in(ready_url: str) -> None:
    one, two = generate_key().split(":")[1], generate_key().split(":")[1]
    results = await asyncio.gather(
        *(open_storage(ready_url, KeyRing.parse(f"k:{key}")) for key in (one, two)), return_exceptions=True
    )
    opened = [result for result in results if isinstance(result, Storage)]
    for store in opened:
        await store.close()
    assert len(opened) == 1
    assert [type(result) for result in results if not isinstance(result, Storage)] == [ConfigError]


def test_every_column_that_is_not_sealed_is_known() -> None:
    """A new column is sealed, or is added here after a second look at what it shows."""
    clear = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if not isinstance(column.type, LargeBinary)
    }
    texts = {"title", "name", "location", "description", "password", "token", "args", "draft", "profile", "credential"}
    assert not {column for column in clear if column.split(".")[1] in texts}
