"""Access that is to be given back: nobody loses it, two do not try at once, and it is gone when it is done."""

import asyncio

import pytest

from bot.errors import StorageError
from bot.messages import Secret
from bot.ports import LINK_LIFE, Connection, Grant, Invitation
from storage import Storage
from storage.linking_tables import revocations
from tests.storage.samples import ANN, BOB, DAY, HOUR, MINUTE, NOW, booking, linked, person, planned, span


async def add(store: Storage, number: int = 1) -> None:
    for n in range(number):
        await store.revocations.add("slack:T1", "google", f"{n}@example.org", Secret(f"token-{n}"), NOW + n * MINUTE)


async def test_what_is_added_is_due_at_once_and_then_leased(store: Storage) -> None:
    await add(store)
    (found,) = await store.revocations.due(NOW, MINUTE, 9)
    assert (found.tenant, found.provider, found.address) == ("slack:T1", "google", "0@example.org")
    assert (found.credential, found.tries, found.since) == (Secret("token-0"), 0, NOW)
    assert list(await store.revocations.due(NOW + MINUTE * 0.99, MINUTE, 9)) == []
    assert [one.id for one in await store.revocations.due(NOW + MINUTE, MINUTE, 9)] == [found.id]


async def test_a_try_that_failed_is_counted_and_comes_back_at_its_time(store: Storage) -> None:
    await add(store)
    for tries in range(3):
        (found,) = await store.revocations.due(NOW + tries * HOUR, MINUTE, 9)
        assert (found.tries, found.since) == (tries, NOW)
        await store.revocations.retry(found.id, NOW + (tries + 1) * HOUR)
        assert list(await store.revocations.due(NOW + (tries + 1) * HOUR - MINUTE, MINUTE, 9)) == []


async def test_done_is_gone_with_its_credential(store: Storage) -> None:
    await add(store)
    (found,) = await store.revocations.due(NOW, MINUTE, 9)
    for _ in range(2):
        await store.revocations.done(found.id)
    await store.revocations.retry(found.id, NOW)
    assert list(await store.revocations.due(NOW + HOUR, MINUTE, 9)) == []
    async with store.database.read() as connection:
        assert (await connection.execute(revocations.select())).all() == []


async def test_two_never_get_the_same_and_the_longest_waiting_comes_first(store: Storage) -> None:
    await add(store, 20)
    first = await store.revocations.due(NOW + HOUR, MINUTE, 3)
    assert [one.address for one in first] == ["0@example.org", "1@example.org", "2@example.org"]
    claimed = await asyncio.gather(*(store.revocations.due(NOW + HOUR, MINUTE, 4) for _ in range(10)))
    ids = [one.id for some in (first, *claimed) for one in some]
    rest = await store.revocations.due(NOW + HOUR, MINUTE, 99)  # what was locked by another was passed over
    assert len(ids) == len(set(ids))
    assert len(ids) + len(rest) == 20


async def test_an_edited_one_is_forgotten_and_holds_up_nobody(store: Storage) -> None:
    await add(store, 6)
    async with store.database.write() as writing:
        junk = "'junk'" if store.database.is_sqlite else r"'\x00'"
        edits = [f"credential = {junk}", "tenant = 'slack:T2'", "provider = 'outlook'"]
        if store.database.is_sqlite:
            edits += ["since = 'never'", "tenant = x'00'"]
        for n, edit in enumerate(edits):
            await writing.exec_driver_sql(f"UPDATE revocations SET {edit} WHERE address = '{n}@example.org'")  # noqa: S608
    found = await store.revocations.due(NOW + HOUR, MINUTE, 9)
    assert [one.address for one in found] == [f"{n}@example.org" for n in range(len(edits), 6)]
    assert len(await store.revocations.due(NOW + 2 * HOUR, MINUTE, 9)) == len(found)
    async with store.database.read() as reading:
        assert len((await reading.exec_driver_sql("SELECT id FROM revocations")).all()) == len(found)


# ── of an account in use ──


async def queued(store: Storage) -> int:
    async with store.database.read() as connection:
        return len((await connection.execute(revocations.select())).all())


async def waits(store: Storage, address: str, provider: str = "caldav") -> Invitation:
    user = await person(store)
    invitation = Invitation(user.who.tenant, user.id, provider, "v1", "handle", NOW + LINK_LIFE)
    await store.links.keep(invitation, "cookie", Grant(Secret("granted"), (), address), NOW)
    return invitation


async def test_what_is_of_a_connected_account_is_forgotten_whoever_connected_it(store: Storage) -> None:
    for tenant, provider, address in (
        ("slack:T1", "caldav", "Ann@Example.org"),
        ("far", "caldav", "ann@example.org"),
        ("slack:T1", "google", "ann@example.org"),
        ("slack:T1", "caldav", ""),
    ):
        await store.revocations.add(tenant, provider, address, Secret("t"), NOW)
    await linked(store, BOB, "ann@example.org")
    found = await store.revocations.due(NOW, MINUTE, 9)
    assert sorted((one.provider, one.address) for one in found) == [("caldav", ""), ("google", "ann@example.org")]
    assert await queued(store) == 2
    assert all([await store.revocations.still_due(one.id, NOW) for one in found])


async def test_what_is_of_a_grant_that_waits_is_forgotten_until_that_is_over(store: Storage) -> None:
    await waits(store, "Ann@Example.org")
    await waits(store, "")
    over = NOW + LINK_LIFE
    for moment, forgotten in ((over - MINUTE / 60, True), (over, False)):
        await store.revocations.add("slack:T1", "caldav", "ann@example.org", Secret("t"), NOW)
        await store.revocations.add("slack:T1", "caldav", "", Secret("t"), NOW)
        found = {one.address: one for one in await store.revocations.due(moment, HOUR, 9)}
        assert set(found) == ({""} if forgotten else {"", "ann@example.org"})
        for one in found.values():
            await store.revocations.done(one.id)
        assert await queued(store) == 0


async def test_they_do_not_use_up_the_limit(store: Storage) -> None:
    await linked(store)
    for _ in range(5):
        await store.revocations.add("slack:T1", "caldav", "ann@example.org", Secret("t"), NOW - MINUTE)
    await add(store)
    assert [one.address for one in await store.revocations.due(NOW, MINUTE, 1)] == ["0@example.org"]


async def test_it_is_asked_once_more_right_before(store: Storage) -> None:
    await store.revocations.add("slack:T1", "caldav", "ann@example.org", Secret("t"), NOW)
    (found,) = await store.revocations.due(NOW, HOUR, 9)
    assert await store.revocations.still_due(found.id, NOW)
    assert not await store.revocations.still_due("gone", NOW)
    await waits(store, "ann@example.org")
    assert await store.revocations.still_due(found.id, NOW + LINK_LIFE)
    assert not await store.revocations.still_due(found.id, NOW)
    assert await queued(store) == 0


# ── disconnecting ──


async def test_a_disconnected_one_is_gone_and_its_newest_access_is_the_callers_for_the_lease(store: Storage) -> None:
    connection = await linked(store)
    await store.reminders.plan(connection, span(0, 9), [planned()], NOW)
    await store.bookings.hold(booking(connection, "k"), NOW, NOW)
    await store.kept.keep(connection, span(0, 9), [], None, NOW, 0)
    assert await store.connections.refreshed(connection.id, connection.credential, Secret("renewed"))
    found = await store.connections.disconnect(connection.id, NOW, HOUR)
    assert found is not None
    assert (found.tenant, found.provider, found.address) == (connection.tenant, "caldav", connection.address)
    assert (found.credential, found.tries, found.since) == (Secret("renewed"), 0, NOW)
    context = await store.users.by_id(connection.user_id)
    assert context is not None
    assert context.connections == ()
    assert await store.bookings.get("k") is None
    assert await store.reminders.next_due() is None
    assert list(await store.revocations.due(NOW + HOUR - MINUTE, MINUTE, 9)) == []
    assert list(await store.revocations.due(NOW + HOUR, MINUTE, 9)) == [found]
    assert await store.connections.disconnect(connection.id, NOW, HOUR) is None


async def test_an_account_that_is_connected_elsewhere_stays(store: Storage) -> None:
    ann, bob = await linked(store), await linked(store, BOB, "Ann@Example.org")
    await linked(store, ANN, "other@example.org")
    assert await store.connections.disconnect(ann.id, NOW, HOUR) is None
    assert await queued(store) == 0
    assert await store.connections.disconnect(bob.id, NOW, HOUR) is not None


async def test_of_two_that_disconnect_at_once_the_last_one_queues(store: Storage) -> None:
    both: list[Connection] = []
    for n in range(30):
        both += [await linked(store, who, f"{n}@example.org") for who in (ANN, BOB)]
    found = await asyncio.gather(*(store.connections.disconnect(one.id, NOW, HOUR) for one in both))
    given_up = [one.address for one in found if one is not None]
    assert sorted(given_up) == sorted(f"{n}@example.org" for n in range(30))
    assert await queued(store) == 30


async def test_a_disconnection_that_fails_half_way_leaves_everything(store: Storage) -> None:
    connection = await linked(store)
    async with store.database.write() as writing:
        await writing.exec_driver_sql("ALTER TABLE revocations RENAME TO elsewhere")
    with pytest.raises(StorageError):
        await store.connections.disconnect(connection.id, NOW, DAY)
    assert await store.connections.credential(connection.id) == connection.credential
