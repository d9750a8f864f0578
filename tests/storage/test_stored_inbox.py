"""What a chat delivered: taken once whoever else takes it, done once more at most, and erased when it is done."""

import asyncio
import itertools
import sqlite3
import time
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import event, select, update

from bot.errors import StorageError
from bot.ports import Delivery
from storage import KeyRing, Storage, open_storage
from storage.schema import inbox
from tests.storage.racers import race
from tests.storage.samples import DAY, HOUR, MINUTE, NOW

LEASE = MINUTE
TICK = MINUTE / 60_000_000
BODY = b'{"text": "/free tomorrow"}'


def delivery(key: str = "k", chat: str = "slack", body: bytes = BODY) -> Delivery:
    return Delivery(chat, key, body)


async def left(store: Storage, at: datetime, since: datetime = NOW, limit: int = 99, chat: str = "slack") -> list[str]:
    return [one.key for one in await store.inbox.left(chat, at, since, LEASE, limit)]


async def rows(store: Storage) -> dict[str, bytes | None]:
    async with store.database.read() as reading:
        found = (await reading.execute(select(inbox.c.key, inbox.c.body))).all()
    return {row.key: row.body for row in found}


# ── taking ──


async def test_the_same_one_again_is_a_repeat_however_long_ago_and_whatever_it_says(store: Storage) -> None:
    assert await store.inbox.put(delivery(), NOW, LEASE)
    assert not await store.inbox.put(delivery(body=b"other"), NOW + DAY, LEASE)
    await store.inbox.done("slack", "k")
    assert not await store.inbox.put(delivery(), NOW + 2 * DAY, LEASE)
    assert await store.inbox.put(delivery(chat="telegram"), NOW, LEASE)
    assert await store.inbox.put(delivery("K"), NOW, LEASE)


async def test_of_many_at_once_over_several_connections_one_is_the_first(
    store: Storage, ready_url: str, keys: str
) -> None:
    others = [await open_storage(ready_url, KeyRing.parse(keys)) for _ in range(3)]
    for name in "abc":
        stores = itertools.islice(itertools.cycle([store, *others]), 50)
        taken = await asyncio.gather(*(one.inbox.put(delivery(name), NOW, LEASE) for one in stores))
        assert sorted(taken) == [False] * 49 + [True]
    for other in others:
        await other.close()


@pytest.mark.parametrize(
    "number", [pytest.param(100, id="small"), pytest.param(3000, id="full", marks=pytest.mark.long)]
)
async def test_several_processes_take_each_once_and_none_is_lost(
    store: Storage, ready_url: str, keys: str, number: int
) -> None:
    taken = race(ready_url, keys, *(("take", number) for _ in range(3)))
    assert sorted(key for some in taken for key in some) == sorted(f"k{n}" for n in range(number))
    assert (await rows(store)).keys() == {f"k{n}" for n in range(number)}


async def test_many_different_ones_at_once_are_each_taken_and_each_answered_for_itself(store: Storage) -> None:
    assert await store.inbox.put(delivery("3"), NOW, LEASE)
    mixed = [store.inbox.put(delivery(str(n), body=str(n).encode()), NOW, LEASE) for n in range(250)]
    assert await asyncio.gather(*mixed) == [n != 3 for n in range(250)]
    await asyncio.gather(*(store.inbox.done("slack", str(n)) for n in range(0, 250, 2)))
    found = await store.inbox.left("slack", NOW + LEASE, NOW, LEASE, 999)
    assert {one.key: one.body for one in found} == {
        str(n): BODY if n == 3 else str(n).encode() for n in range(1, 250, 2)
    }


@pytest.mark.parametrize("body", [b"", b"\0\xff\xfe", b"x" * 300_000], ids=["empty", "bytes", "long"])
async def test_any_bytes_come_back_as_they_were(store: Storage, body: bytes) -> None:
    assert await store.inbox.put(delivery(body=body), NOW, LEASE)
    assert list(await store.inbox.left("slack", NOW + LEASE, NOW, LEASE, 1)) == [delivery(body=body)]


@pytest.mark.parametrize("key", ["a\0b", "\udc80"])
async def test_a_key_that_no_row_can_hold_is_refused_and_harms_no_other(store: Storage, key: str) -> None:
    tries = [store.inbox.put(delivery(one), NOW, LEASE) for one in ("a", key, "b")]
    found = await asyncio.gather(*tries, store.inbox.done("slack", key), return_exceptions=True)
    assert [found[0], found[2]] == [True, True]
    assert isinstance(found[1], StorageError)


async def test_a_naive_instant_is_refused(store: Storage) -> None:
    with pytest.raises(ValueError, match="naive"):
        await store.inbox.put(delivery(), NOW.replace(tzinfo=None), LEASE)
    assert await rows(store) == {}


# ── finishing ──


async def test_what_is_done_is_erased_and_still_known(store: Storage) -> None:
    await store.inbox.put(delivery("a"), NOW, LEASE)
    await store.inbox.put(delivery("b"), NOW, LEASE)
    for _ in range(2):
        await store.inbox.done("slack", "a")
    await store.inbox.done("telegram", "b")
    await store.inbox.done("slack", "never came")
    found = await rows(store)
    assert found.keys() == {"a", "b"}
    assert found["a"] is None
    assert found["b"] is not None
    assert await left(store, NOW + LEASE) == ["b"]


async def test_nobody_has_to_wait_for_the_end_of_a_delivery(store: Storage) -> None:
    await store.inbox.put(delivery(), NOW, LEASE)
    task = asyncio.create_task(store.inbox.done("slack", "k"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await rows(store) == {"k": None}


# ── what was left ──


async def test_one_is_left_when_its_lease_is_over_and_once_only(store: Storage) -> None:
    await store.inbox.put(delivery(), NOW, LEASE)
    assert await left(store, NOW) == []
    assert await left(store, NOW + LEASE - TICK) == []
    assert await left(store, NOW + LEASE) == ["k"]
    assert await left(store, NOW + DAY) == []
    assert not await store.inbox.put(delivery(), NOW + DAY, LEASE)


async def test_only_what_came_since_then_is_left_and_only_of_that_chat(store: Storage) -> None:
    for hour in range(3):
        await store.inbox.put(delivery(str(hour)), NOW + hour * HOUR, LEASE)
    await store.inbox.put(delivery("other", "telegram"), NOW + HOUR, LEASE)
    assert await left(store, NOW + DAY, since=NOW + HOUR + TICK) == ["2"]
    assert await left(store, NOW + DAY, since=NOW + HOUR) == ["1"]
    assert await left(store, NOW + DAY, chat="telegram") == ["other"]
    assert await left(store, NOW + DAY) == ["0"]


async def test_as_many_as_are_wanted_the_oldest_first(store: Storage) -> None:
    for n in (3, 1, 2, 4):
        await store.inbox.put(delivery(str(n)), NOW + n * TICK, LEASE)
    assert [await left(store, NOW + HOUR, limit=3) for _ in range(3)] == [["1", "2", "3"], ["4"], []]


async def test_of_many_who_look_at_once_each_gets_others(store: Storage, ready_url: str, keys: str) -> None:
    for n in range(60):
        await store.inbox.put(delivery(str(n)), NOW, LEASE)
    other = await open_storage(ready_url, KeyRing.parse(keys))
    found = await asyncio.gather(*(left(one, NOW + HOUR, limit=9) for one in [store, other] * 8))
    assert sorted(key for some in found for key in some) == sorted(str(n) for n in range(60))
    await other.close()


@pytest.mark.parametrize("change", [{"key": "moved"}, {"chat": "telegram"}, {"body": b"v1 nothing"}, {"body": b""}])
async def test_one_that_was_moved_or_edited_is_put_aside_and_hides_no_other(
    store: Storage, change: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    await store.inbox.put(delivery("a"), NOW, LEASE)
    await store.inbox.put(delivery("b"), NOW + TICK, LEASE)
    async with store.database.write() as writing:
        await writing.execute(update(inbox).where(inbox.c.key == "a").values(change))
    chats = {"slack", str(change.get("chat", "slack"))}
    found = [key for chat in sorted(chats) for key in await left(store, NOW + HOUR, limit=1, chat=chat)]
    assert found == ["b"]
    assert "put aside" in caplog.text
    assert "free tomorrow" not in caplog.text
    assert await left(store, NOW + DAY) == []


async def test_an_edited_instant_hides_no_other(sqlite_store: Storage) -> None:
    await sqlite_store.inbox.put(delivery("a"), NOW, LEASE)
    await sqlite_store.inbox.put(delivery("b"), NOW, LEASE)
    async with sqlite_store.database.write() as writing:
        await writing.exec_driver_sql("UPDATE inbox SET received_at = 'yesterday' WHERE key = 'a'")
    assert "b" in await left(sqlite_store, NOW + HOUR)


async def test_old_ones_are_swept(store: Storage) -> None:
    for hour in range(4):
        await store.inbox.put(delivery(str(hour)), NOW + hour * HOUR, LEASE)
    await store.inbox.done("slack", "0")
    assert await store.inbox.sweep(NOW + 2 * HOUR) == 2
    assert (await rows(store)).keys() == {"2", "3"}
    assert await store.inbox.put(delivery("0"), NOW, LEASE)


# ── on the spot ──


async def test_it_is_committed_before_it_is_answered(sqlite_store: Storage, tmp_path: Path) -> None:
    outside = sqlite3.connect(tmp_path / "only.db", isolation_level=None)
    for n in range(3):
        await sqlite_store.inbox.put(delivery(str(n)), NOW, LEASE)
        assert outside.execute("SELECT count(*) FROM inbox").fetchone() == (n + 1,)
    await sqlite_store.inbox.done("slack", "1")
    assert outside.execute("SELECT key FROM inbox WHERE body IS NULL").fetchall() == [("1",)]
    outside.close()


async def test_while_another_process_writes_it_waits_and_nobody_else_does(
    sqlite_store: Storage, tmp_path: Path
) -> None:
    await sqlite_store.inbox.put(delivery("first"), NOW, LEASE)
    outside = sqlite3.connect(tmp_path / "only.db", isolation_level=None)
    outside.execute("BEGIN IMMEDIATE")
    begin = time.monotonic()
    puts = [asyncio.create_task(sqlite_store.inbox.put(delivery(str(n % 5)), NOW, LEASE)) for n in range(10)]
    ends = asyncio.create_task(sqlite_store.inbox.done("slack", "first"))
    for _ in range(20):  # the loop goes round, and others read
        await asyncio.sleep(0.001)
        assert await sqlite_store.users.by_id("nobody") is None
    assert not any(task.done() for task in [*puts, ends])
    assert time.monotonic() - begin < 4
    outside.execute("COMMIT")
    assert sorted(await asyncio.gather(*puts)) == [False] * 5 + [True] * 5
    await ends
    assert (await rows(sqlite_store))["first"] is None
    assert await sqlite_store.inbox.put(delivery("last"), NOW, LEASE)
    outside.close()


async def test_writers_of_one_process_take_turns(sqlite_store: Storage) -> None:
    async with sqlite_store.database.write() as writing:
        await writing.exec_driver_sql("DELETE FROM audit")
        put = asyncio.create_task(sqlite_store.inbox.put(delivery(), NOW, LEASE))
        await asyncio.sleep(0.01)
        assert not put.done()
    assert await put


async def test_the_log_does_not_grow_for_ever(sqlite_store: Storage, tmp_path: Path) -> None:
    for n in range(3000):
        await sqlite_store.inbox.put(delivery(str(n), body=BODY * 100), NOW, LEASE)
    assert (tmp_path / "only.db-wal").stat().st_size < 40_000_000


async def test_a_write_that_fails_is_said_and_the_next_one_is_taken_again(
    sqlite_store: Storage, tmp_path: Path
) -> None:
    await sqlite_store.inbox.put(delivery("a"), NOW, LEASE)
    outside = sqlite3.connect(tmp_path / "only.db", isolation_level=None)
    outside.execute("ALTER TABLE inbox RENAME TO elsewhere")
    with pytest.raises(StorageError):
        await sqlite_store.inbox.put(delivery("b"), NOW, LEASE)
    outside.execute("ALTER TABLE elsewhere RENAME TO inbox")
    outside.close()
    assert await sqlite_store.inbox.put(delivery("b"), NOW, LEASE)
    assert not await sqlite_store.inbox.put(delivery("a"), NOW, LEASE)


@pytest.mark.postgresql
async def test_a_connection_that_was_cut_is_noticed_and_the_next_ones_are_taken(postgresql_store: Storage) -> None:
    store = postgresql_store
    await store.inbox.put(delivery("a"), NOW, LEASE)
    async with store.database.write() as writing:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        cut = (await writing.exec_driver_sql(f"{others} AND datname = current_database()")).all()
    assert cut
    puts = [store.inbox.put(delivery(key), NOW, LEASE) for key in ("a", "b", "b", "c")]
    assert await asyncio.gather(*puts, store.inbox.done("slack", "a")) == [False, True, False, True, None]
    assert (await rows(store)).keys() == {"a", "b", "c"}
    assert (await rows(store))["a"] is None
    assert await store.inbox.put(delivery("d"), NOW, LEASE)
    taken: list[object] = []
    event.listen(store.database._engine.sync_engine, "checkout", lambda *given: taken.append(given))
    assert await store.inbox.put(delivery("e"), NOW, LEASE)
    assert taken == []  # on its own connection again


@pytest.mark.postgresql
async def test_a_refused_statement_is_said_and_the_next_one_is_taken_there(postgresql_store: Storage) -> None:
    store = postgresql_store
    await store.inbox.put(delivery("a"), NOW, LEASE)
    for old, new in (("inbox", "elsewhere"), ("elsewhere", "inbox")):
        async with store.database.write() as writing:
            await writing.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")
        if new == "elsewhere":
            with pytest.raises(StorageError):
                await store.inbox.put(delivery("b"), NOW, LEASE)
    assert await asyncio.gather(*(store.inbox.put(delivery(key), NOW, LEASE) for key in "ab")) == [False, True]


async def test_closing_waits_for_what_was_begun(sqlite_store: Storage, tmp_path: Path) -> None:
    puts = [asyncio.create_task(sqlite_store.inbox.put(delivery(str(n)), NOW, LEASE)) for n in range(300)]
    await asyncio.sleep(0)
    await sqlite_store.close()
    assert await asyncio.gather(*puts) == [True] * 300
    outside = sqlite3.connect(tmp_path / "only.db")
    assert outside.execute("SELECT count(*) FROM inbox").fetchone() == (300,)
    outside.close()


# ── letting go ──


async def test_what_is_released_can_be_claimed_at_once(store: Storage) -> None:
    for key in "abc":
        assert await store.inbox.put(delivery(key), NOW, HOUR)
    await store.inbox.done("slack", "b")
    await store.inbox.release("slack", ["a", "b", "none", "\0"], NOW + MINUTE)
    assert await left(store, NOW + MINUTE - TICK) == []
    assert await left(store, NOW + MINUTE) == ["a"]
    await store.inbox.release("telegram", ["c"], NOW + MINUTE)
    await store.inbox.release("slack", [], NOW + MINUTE)
    assert await left(store, NOW + MINUTE) == []


async def test_what_is_old_or_was_tried_twice_is_given_up_and_remembered(store: Storage) -> None:
    await store.inbox.put(delivery("old"), NOW - DAY, LEASE)
    await store.inbox.put(delivery("done"), NOW - DAY, LEASE)
    await store.inbox.done("slack", "done")
    await store.inbox.put(delivery("other", "telegram"), NOW - DAY, LEASE)
    await store.inbox.put(delivery("tried"), NOW, LEASE)
    assert await left(store, NOW + LEASE) == ["tried"]
    await store.inbox.put(delivery("young"), NOW, LEASE)
    await store.inbox.put(delivery("had"), NOW - DAY, 2 * DAY)
    assert await store.inbox.give_up("slack", NOW + LEASE, NOW) == 1
    assert await store.inbox.give_up("slack", NOW + 2 * LEASE, NOW) == 1
    assert await store.inbox.give_up("slack", NOW + 2 * LEASE, NOW) == 0
    kept = await rows(store)
    assert {key for key, body in kept.items() if body is None} == {"old", "done", "tried"}
    assert len(kept) == 6
