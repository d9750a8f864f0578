"""Renewing a credential, choosing calendars, telling of a dead one: one winner, and nobody's work is overwritten."""

import asyncio
from collections.abc import Mapping

import pytest

from bot.errors import Sealed, StorageError
from bot.messages import ChatUser, Profile, Secret
from bot.ports import Connection, Context, Health, Preferences
from bot.scheduling.event import Event
from storage import Storage
from tests.storage.racers import race
from tests.storage.samples import ANN, BOB, DAY, HOUR, MINUTE, NOW, linked, person, span

LEASE = MINUTE / 3
TICK = MINUTE / 60_000_000
STALE, FRESH = Secret("hunter2"), Secret("fresh")


async def now(store: Storage, connection: Connection) -> Connection:
    context = await store.users.by_id(connection.user_id)
    assert context is not None
    return next(one for one in context.connections if one.id == connection.id)


# ── renewing ──


async def test_of_many_that_want_to_refresh_exactly_one_may(store: Storage) -> None:
    connection = await linked(store)
    for number in range(10):
        stale = STALE if number == 0 else Secret(str(number))
        tries = [store.connections.claim_refresh(connection.id, stale, NOW, LEASE) for _ in range(8)]
        assert sum(await asyncio.gather(*tries)) == 1
        assert await store.connections.refreshed(connection.id, stale, Secret(str(number + 1)))
    assert await store.connections.credential(connection.id) == Secret("10")


async def test_a_lease_ends_at_its_second(store: Storage) -> None:
    connection = await linked(store)
    assert await store.connections.claim_refresh(connection.id, STALE, NOW, LEASE)
    assert not await store.connections.claim_refresh(connection.id, STALE, NOW + LEASE - TICK, LEASE)
    assert await store.connections.claim_refresh(connection.id, STALE, NOW + LEASE, LEASE)


async def test_nobody_refreshes_what_was_refreshed_already(store: Storage) -> None:
    connection = await linked(store)
    assert not await store.connections.claim_refresh(connection.id, Secret("older"), NOW, LEASE)
    assert not await store.connections.claim_refresh("gone", STALE, NOW, LEASE)
    assert await store.connections.claim_refresh(connection.id, STALE, NOW, LEASE)
    assert await store.connections.refreshed(connection.id, STALE, FRESH)
    assert not await store.connections.claim_refresh(connection.id, STALE, NOW + HOUR, LEASE)
    assert await store.connections.claim_refresh(connection.id, FRESH, NOW, LEASE)  # the lease went with the old one
    assert await store.connections.credential(connection.id) == FRESH
    assert await store.connections.credential("gone") is None


async def test_a_failed_refresh_ends_the_lease_and_leaves_the_credential(store: Storage) -> None:
    connection = await linked(store)
    assert await store.connections.claim_refresh(connection.id, STALE, NOW, LEASE)
    assert await store.connections.refreshed(connection.id, STALE, None)
    assert await store.connections.credential(connection.id) == STALE
    assert await store.connections.claim_refresh(connection.id, STALE, NOW, LEASE)


async def test_a_late_refresh_overwrites_nothing(store: Storage) -> None:
    connection = await linked(store)
    assert await store.connections.claim_refresh(connection.id, STALE, NOW, LEASE)
    context = await store.users.context(ANN)
    assert context is not None
    await store.connections.add(context.user, "caldav", "ann@example.org", Secret("reconnected"), "", NOW)
    for late in (FRESH, None):
        assert not await store.connections.refreshed(connection.id, STALE, late)
    assert await store.connections.credential(connection.id) == Secret("reconnected")
    assert await store.connections.claim_refresh(connection.id, Secret("reconnected"), NOW, LEASE)


async def test_of_many_that_end_one_refresh_at_once_one_is_stored(store: Storage) -> None:
    connection = await linked(store)
    ends = [store.connections.refreshed(connection.id, STALE, Secret(f"f{n}")) for n in range(8)]
    assert sum(await asyncio.gather(*ends)) == 1


async def test_a_credential_that_was_edited_is_refused(store: Storage) -> None:
    connection = await linked(store)
    async with store.database.write() as writing:
        await writing.exec_driver_sql("UPDATE connections SET provider = 'google'")
    for ask in (
        store.connections.credential(connection.id),
        store.connections.claim_refresh(connection.id, STALE, NOW, LEASE),
        store.connections.refreshed(connection.id, STALE, FRESH),
    ):
        with pytest.raises(Sealed):
            await ask


@pytest.mark.parametrize("times", [pytest.param(40, id="small"), pytest.param(500, id="full", marks=pytest.mark.long)])
async def test_several_processes_refresh_each_credential_once(
    store: Storage, ready_url: str, keys: str, times: int
) -> None:
    connection = await linked(store)
    answers = race(ready_url, keys, *(("renew", connection.id, STALE.reveal(), times) for _ in range(4)))
    used = [token for answer in answers for token in answer]
    assert len(used) == len(set(used)) == times
    assert await store.connections.credential(connection.id) == Secret(f"{STALE.reveal()}+{times}")


# ── dead ones ──


async def die(store: Storage, connection: Connection, hours: float) -> None:
    await store.connections.checked(connection.id, Health.EXPIRED, None, NOW + hours * HOUR)


CHATS = ("slack", "telegram")


async def untold(store: Storage, hours: float, user_id: str | None = None) -> list[str]:
    found = await store.connections.untold(NOW + hours * HOUR, DAY, 99, CHATS, user_id)
    return [one.id for one in found]


async def test_a_death_is_told_once_however_often_it_is_seen(store: Storage) -> None:
    connection = await linked(store)
    assert await untold(store, 0) == []
    await die(store, connection, 1)
    found = await asyncio.gather(*(store.connections.untold(NOW + HOUR, DAY, 9, CHATS) for _ in range(8)))
    assert [one.id for some in found for one in some] == [connection.id]
    for day in range(1, 4):
        await die(store, connection, 24 * day)
        assert await untold(store, 24 * day + 2) == []


async def test_who_reconnects_and_dies_again_is_told_again_but_not_twice_within_the_quiet_time(store: Storage) -> None:
    connection = await linked(store)
    await die(store, connection, 0)
    assert await untold(store, 1) == [connection.id]
    await store.connections.checked(connection.id, Health.ACTIVE, None, NOW + 2 * HOUR)
    assert await untold(store, 200) == []
    await die(store, connection, 3)
    assert await untold(store, 24.9) == []
    assert await untold(store, 25) == [connection.id]
    assert await untold(store, 200) == []


async def test_only_the_people_of_the_chats_that_are_served(store: Storage) -> None:
    ann, bob = await linked(store), await linked(store, BOB, "b@example.org")
    for one in (ann, bob):
        await die(store, one, 0)
    assert list(await store.connections.untold(NOW, DAY, 9, ())) == []
    for chat, one in (("telegram", bob), ("slack", ann)):
        assert [found.id for found in await store.connections.untold(NOW, DAY, 9, {chat, "other"})] == [one.id]


async def test_what_could_not_be_told_comes_back_in_time_and_nothing_is_told_twice_within_a_day(store: Storage) -> None:
    connection = await linked(store)
    await die(store, connection, 0)
    assert await untold(store, 30) == [connection.id], "long dead"
    await store.connections.not_told(connection.id, NOW + 30 * HOUR, NOW + 30.1 * HOUR)
    assert await untold(store, 30.09) == []
    assert await untold(store, 30.1) == [connection.id]
    await store.connections.not_told(connection.id, NOW + 30 * HOUR, NOW)  # an old claim's, after a newer one
    for hours in (30.1, 31, 200):
        assert await untold(store, hours) == []
    await store.connections.checked(connection.id, Health.ACTIVE, None, NOW + 31 * HOUR)
    await die(store, connection, 32)
    assert await untold(store, 54) == []
    assert await untold(store, 54.1) == [connection.id]


async def test_it_dies_only_of_a_refusal_of_what_is_stored(store: Storage) -> None:
    connection = await linked(store)
    await store.connections.add(await person(store), "caldav", connection.address, FRESH, "", NOW)
    assert not await store.connections.died(connection.id, STALE, NOW)
    assert (await now(store, connection)).health is Health.ACTIVE
    assert not await store.connections.died("gone", FRESH, NOW)
    for hours in (1, 2):
        assert await store.connections.died(connection.id, FRESH, NOW + hours * HOUR)
    assert (await now(store, connection)).health is Health.EXPIRED
    assert await untold(store, 3) == [connection.id]
    assert (await now(store, connection)).checked_at == NOW + 2 * HOUR


async def test_only_the_dead_of_one_person_and_not_more_than_asked(store: Storage) -> None:
    ann, bob, fit = await linked(store), await linked(store, BOB, "b@example.org"), await linked(store, ANN, "c@e.org")
    for one in (ann, bob):
        await die(store, one, 0)
    assert await untold(store, 1, fit.user_id) == [ann.id]
    await store.connections.checked(ann.id, Health.ACTIVE, None, NOW)
    await die(store, ann, 2)
    found = [await store.connections.untold(NOW + 2 * DAY, DAY, 1, CHATS) for _ in range(3)]
    assert sorted(one.id for some in found for one in some) == sorted([ann.id, bob.id])
    assert [len(some) for some in found] == [1, 1, 0]


async def test_reconnecting_makes_it_active_and_forgets_the_lease(store: Storage) -> None:
    connection = await linked(store)
    await store.connections.claim_refresh(connection.id, STALE, NOW, LEASE)
    await die(store, connection, 0)
    again = await linked(store)
    assert (again.id, again.health) == (connection.id, Health.ACTIVE)
    assert await untold(store, 1) == []
    assert await store.connections.claim_refresh(connection.id, STALE, NOW, LEASE)


# ── choosing, sharing ──


async def test_a_calendar_for_new_meetings_is_taken_from_the_persons_others(store: Storage) -> None:
    first, second = await linked(store), await linked(store, ANN, "second@example.org")
    bob = await linked(store, BOB, "bob@example.org")
    await store.connections.choose(bob.id, "bobs", [])
    await store.connections.choose(first.id, "work", ["work", "private"])
    await store.connections.choose(second.id, "team", [])
    found = [await now(store, one) for one in (first, second, bob)]
    assert [one.calendar for one in found] == ["", "team", "bobs"]
    assert [one.checks for one in found] == [("work", "private"), (), ()]
    await store.connections.choose(second.id, "", ["x"])
    assert [(await now(store, one)).calendar for one in (first, second)] == ["", ""]
    await store.connections.choose("gone", "x", ["y"])
    await asyncio.gather(*(store.connections.choose(one.id, "w", []) for one in (first, second) * 4))
    assert sorted([(await now(store, one)).calendar for one in (first, second)]) == ["", "w"]


async def test_a_connection_is_made_with_its_calendars_and_keeps_them_when_renewed(store: Storage) -> None:
    user = await person(store)
    made = await store.connections.add(user, "google", "a@example.org", STALE, "main", NOW, ["main", "family"])
    assert (made.calendar, made.checks) == ("main", ("main", "family"))
    again = await store.connections.add(user, "google", "a@example.org", FRESH, "other", NOW, ["other"])
    assert (again.id, again.calendar, again.checks) == (made.id, "main", ("main", "family"))
    assert (again.kept, again.spoiled, again.watched_until) == (None, False, None)


# ── people by address ──


async def at(store: Storage, *addresses: str, tenant: str = ANN.tenant) -> dict[str, str]:
    found: Mapping[str, Context] = await store.users.at(tenant, addresses)
    return {address: context.user.who.id for address, context in found.items()}


async def test_people_are_found_by_the_accounts_they_connected_in_their_own_tenant(store: Storage) -> None:
    await linked(store, ANN, "Ann@Example.org")
    await linked(store, ANN, "straße@example.org")
    await linked(store, BOB, "bob@example.org")
    assert await at(store, "ann@example.org", "bob@example.org", "nobody@example.org") == {"ann@example.org": "ann"}
    assert await at(store, "straße@example.org") == {"straße@example.org": "ann"}
    assert await at(store, "bob@example.org", tenant=BOB.tenant) == {"bob@example.org": "42"}
    assert await at(store) == {}
    assert await at(store, "", "\0", "\udc80", "x" * 10_000, "%", "a\0b@example.org") == {}
    assert await at(store, "ann@example.org", tenant="\0") == {}
    found = await store.users.at(ANN.tenant, ["ann@example.org"])
    assert found["ann@example.org"] == await store.users.context(ANN)


async def test_of_several_the_owner_of_the_address_comes_first_else_the_first_one(store: Storage) -> None:
    helpers = [ChatUser("slack", "T1", f"helper{n}") for n in range(2)]
    for n, who in enumerate(helpers):
        user = await store.users.add(who, Profile("H", f"h{n}@example.org"), Preferences())
        await store.connections.add(user, "google", "ann@example.org", STALE, "", NOW + n * HOUR)
    assert await at(store, "ann@example.org") == {"ann@example.org": "helper0"}
    owner = await person(store)
    await store.connections.add(owner, "google", "ann@example.org", STALE, "", NOW + DAY)
    assert await at(store, "ann@example.org") == {"ann@example.org": "ann"}


async def test_a_person_who_cannot_be_read_hides_nobody_else(store: Storage) -> None:
    await linked(store, ChatUser("slack", "T1", "bad"), "bad@example.org")
    await linked(store)
    async with store.database.write() as writing:
        await writing.exec_driver_sql("UPDATE connections SET provider = 'x' WHERE address = 'bad@example.org'")
    assert await at(store, "bad@example.org", "ann@example.org") == {"ann@example.org": "ann"}


async def test_what_is_kept_is_dropped_with_other_calendars_and_only_then(store: Storage) -> None:
    connection = await linked(store)
    event = Event("r", "u", "c", "Plan", span(1))
    await store.kept.keep(connection, span(0, 9), [event], "c1", NOW, 0)
    await store.connections.choose(connection.id, "work", [])
    assert (await now(store, connection)).kept == span(0, 9)
    await store.connections.choose(connection.id, "work", ["a"])
    chosen = await now(store, connection)
    assert (chosen.kept, chosen.spoiled, chosen.cursor) == (None, False, None)
    with pytest.raises(StorageError):
        await store.kept.events(connection.id, span(0, 9))
    # A reading that began before is one of other calendars.
    await store.kept.keep(connection, span(0, 9), [event], "c2", NOW + HOUR, 1)
    assert (await now(store, connection)).kept is None
    await store.kept.keep(chosen, span(0, 9), [event], "c2", NOW + HOUR, await store.kept.spoils(connection.id))
    assert (await now(store, connection)).kept == span(0, 9)
