"""Channels: only the provider's own notice counts, and a connection is watched while all its calendars are."""

import asyncio

import pytest

from bot.errors import StorageError
from bot.messages import Secret
from bot.ports import Connection, Health, Watch
from storage import Storage
from tests.storage.samples import ANN, BOB, DAY, HOUR, MINUTE, NOW, linked, span
from tests.storage.test_stored_links import HOSTILE

SECRET = Secret("the secret of the channel")
TICK = MINUTE / 60_000_000


async def now(store: Storage, connection: Connection) -> Connection:
    context = await store.users.by_id(connection.user_id)
    assert context is not None
    return next(one for one in context.connections if one.id == connection.id)


async def watch(store: Storage, connection: Connection, channel: str, calendar: str = "c", days: float = 7) -> Watch:
    made = Watch(channel, connection.id, calendar, f"resource of {channel}", NOW + days * DAY)
    await store.watches.add(connection, made, SECRET)
    return made


@pytest.mark.parametrize("text", HOSTILE)
async def test_a_notice_that_proves_nothing_changes_nothing(store: Storage, text: str) -> None:
    connection = await linked(store)
    await watch(store, connection, "w")
    assert not await store.watches.heard("caldav", text, SECRET, NOW)
    assert not await store.watches.heard("caldav", "w", Secret(text), NOW)
    assert not await store.watches.heard(text, "w", SECRET, NOW)
    assert await store.kept.spoils(connection.id) == 1
    assert (await now(store, connection)).checked_at is None


async def test_a_notice_spoils_its_own_connection_and_is_a_sign_of_life(store: Storage) -> None:
    connection, other = await linked(store), await linked(store, BOB, "b@example.org")
    for one in (connection, other):
        await store.kept.keep(one, span(0, 9), [], "c", NOW, 0)
        await watch(store, one, f"w-{one.id}")
        assert (await now(store, one)).spoiled, "nobody tells of what happened before the channel was there"
        await store.kept.keep(one, span(0, 9), [], "c", NOW, await store.kept.spoils(one.id))
    for times in (1, 2):
        assert await store.watches.heard("caldav", f"w-{connection.id}", SECRET, NOW + times * HOUR)
    found = await now(store, connection)
    assert (found.spoiled, found.checked_at) == (True, NOW + 2 * HOUR)
    assert not (await now(store, other)).spoiled
    assert await store.watches.heard("caldav", f"w-{connection.id}", SECRET, NOW)
    assert (await now(store, connection)).checked_at == NOW + 2 * HOUR


async def test_no_notice_counts_after_its_end_for_a_dead_connection_or_from_elsewhere(store: Storage) -> None:
    connection = await linked(store)
    made = await watch(store, connection, "w")
    heard = store.watches.heard
    assert not await heard("google", "w", SECRET, NOW)
    assert not await heard("caldav", "w", SECRET, made.until)
    assert await heard("caldav", "w", SECRET, made.until - TICK)
    await store.connections.checked(connection.id, Health.EXPIRED, None, NOW)
    assert not await heard("caldav", "w", SECRET, NOW)
    await store.connections.checked(connection.id, Health.ACTIVE, None, NOW)
    assert await heard("caldav", "w", SECRET, NOW)
    await store.watches.remove("w")
    assert not await heard("caldav", "w", SECRET, NOW)


async def test_a_connection_is_watched_until_the_first_of_its_calendars_is_not(store: Storage) -> None:
    connection, other = await linked(store), await linked(store, BOB, "b@example.org")

    async def until() -> object:
        return (await now(store, connection)).watched_until

    assert await until() is None
    one = await watch(store, connection, "one", "a", 7)
    assert await until() == one.until
    two = await watch(store, connection, "two", "b", 5)
    assert await until() == two.until
    longer = await watch(store, connection, "longer", "b", 9)  # the old one is ended when the new one runs
    assert await until() == one.until
    shorter = await watch(store, connection, "shorter", "b", 1)
    assert await until() == one.until
    assert list(await store.watches.of(connection.id)) == [shorter, two, one, longer]
    await store.watches.remove("one")
    assert await until() == longer.until
    for channel in ("two", "longer", "longer", "never", "shorter"):
        await store.watches.remove(channel)
    assert await until() is None
    assert (await now(store, other)).watched_until is None


async def test_chosen_calendars_are_watched_when_each_of_them_is(store: Storage) -> None:
    connection = await linked(store)
    await watch(store, connection, "a", "a", 7)
    await store.connections.choose(connection.id, "", ["a", "b"])
    assert (await now(store, connection)).watched_until is None
    b = await watch(store, connection, "b", "b", 5)
    assert (await now(store, connection)).watched_until == b.until
    await watch(store, connection, "not chosen", "c", 1)
    assert (await now(store, connection)).watched_until == b.until
    await store.connections.choose(connection.id, "", ["a"])
    assert (await now(store, connection)).watched_until == NOW + 7 * DAY


async def test_a_channel_is_made_once_and_for_a_connection_that_is_there(store: Storage) -> None:
    connection, other = await linked(store), await linked(store, BOB, "b@example.org")
    made = await watch(store, connection, "w")
    with pytest.raises(StorageError):
        await watch(store, other, "w")
    assert list(await store.watches.of(connection.id)) == [made]
    await store.connections.remove(other.id)
    with pytest.raises(StorageError):
        await watch(store, other, "w2")
    assert list(await store.watches.of(other.id)) == []


async def test_one_caller_at_a_time_may_open_channels(store: Storage) -> None:
    connection, other = await linked(store), await linked(store, ANN, "other@example.org")
    claimed = await asyncio.gather(*(store.watches.claim(connection.id, NOW, HOUR) for _ in range(10)))
    assert sorted(claimed) == [False] * 9 + [True]
    assert await store.watches.claim(other.id, NOW, HOUR)
    assert not await store.watches.claim("gone", NOW, HOUR)
    assert not await store.watches.claim(connection.id, NOW + HOUR - MINUTE, HOUR)
    assert await store.watches.claim(connection.id, NOW + HOUR, HOUR)
    await store.watches.let_go(connection.id)
    assert await store.watches.claim(connection.id, NOW + HOUR, HOUR)
    assert not await store.watches.claim(other.id, NOW, HOUR)
