"""Users, connections, receipts, audit: every promise of the Protocols, on both databases."""

import asyncio
import random
from dataclasses import replace
from datetime import time, timedelta, timezone
from types import MappingProxyType

import pytest
from sqlalchemy import select

from bot.errors import Sealed, StorageError
from bot.messages import ChatUser, Profile, Secret
from bot.ports import AuditEntry, Health, Preferences, Receipt, Watch
from bot.scheduling.event import Event
from bot.scheduling.rules import Policy, Rules, WorkingHours
from storage import Storage
from storage.schema import kept_events, watches
from tests.storage.samples import ANN, BOB, DAY, HOUR, NOW, booking, linked, person, planned, span


async def test_a_stranger_has_no_context(store: Storage) -> None:
    assert await store.users.context(ANN) is None
    assert await store.users.by_id("nobody") is None


async def test_people_are_told_apart_by_chat_workspace_and_id(store: Storage) -> None:
    ann = await person(store, ChatUser("slack", "T1", "u"))
    assert await store.users.context(ChatUser("slack", "T2", "u")) is None
    assert await store.users.context(ChatUser("telegram", "T1", "u")) is None
    assert await store.users.context(ChatUser("slack", "T1", "U")) is None
    other = await person(store, ChatUser("slack", "T2", "u"))
    assert ann.id != other.id


async def test_two_additions_at_once_make_one_person(store: Storage) -> None:
    users = await asyncio.gather(*(person(store) for _ in range(12)))
    assert len({user.id for user in users}) == 1


async def test_adding_again_changes_nothing(store: Storage) -> None:
    first = await person(store)
    again = await store.users.add(ANN, Profile("Other", "other@example.org"), Preferences(zone="Asia/Tokyo"))
    assert again == first


async def test_preferences_come_back_as_they_were(store: Storage) -> None:
    user = await person(store)
    rules = Rules(
        hours=WorkingHours({0: ((time(8), time(12)), (time(13, 30), time(0))), 6: ((time(10), time(11)),)}),
        blocked=MappingProxyType({2: ((time(12), time(13)),)}),
        buffer_before=timedelta(minutes=5),
        notice=timedelta(hours=4),
        daily_cap=3,
        tentative=Policy.FREE,
    )
    wish = Preferences("Europe/Berlin", "de", rules, (DAY, HOUR), timedelta(minutes=45), 6, True)
    changed = replace(user, name="Ann Ünal", preferences=wish, paused=True)
    await store.users.save(changed)
    context = await store.users.context(ANN)
    assert context is not None
    assert context.user == changed
    assert await store.users.by_id(user.id) == context


async def test_a_context_holds_the_connections_with_opened_credentials_oldest_first(store: Storage) -> None:
    user = await person(store)
    late = await store.connections.add(user, "caldav", "late@example.org", Secret("two"), "", NOW + HOUR)
    early = await store.connections.add(user, "local", "early@example.org", Secret("one"), "work", NOW)
    await linked(store, BOB, "bob@example.org")
    context = await store.users.context(ANN)
    assert context is not None
    assert context.connections == (early, late)
    assert [connection.credential.reveal() for connection in context.connections] == ["one", "two"]
    assert context.booking == early


async def test_connecting_the_same_account_renews_the_credential_and_keeps_the_settings(store: Storage) -> None:
    user = await person(store)
    first = await store.connections.add(user, "caldav", "Ann@Example.org", Secret("old"), "work", NOW)
    await store.connections.checked(first.id, Health.EXPIRED, "cursor-1", NOW)
    again = await store.connections.add(user, "caldav", "ann@example.org", Secret("new"), "other", NOW + DAY)
    assert again.id == first.id
    assert again.credential.reveal() == "new"
    assert (again.calendar, again.cursor, again.health, again.connected_at) == ("work", "cursor-1", Health.ACTIVE, NOW)
    context = await store.users.context(ANN)
    assert context is not None
    assert context.connections == (again,)


async def test_connecting_the_same_account_many_times_at_once_makes_one(store: Storage) -> None:
    user = await person(store)
    added = await asyncio.gather(
        *(store.connections.add(user, "caldav", "a@example.org", Secret(str(n)), "", NOW) for n in range(8))
    )
    assert len({connection.id for connection in added}) == 1


async def test_a_saved_credential_is_the_one_that_is_read(store: Storage) -> None:
    connection = await linked(store)
    assert await store.connections.refreshed(connection.id, connection.credential, Secret("refreshed"))
    assert not await store.connections.refreshed("gone", connection.credential, Secret("nothing happens"))
    context = await store.users.context(ANN)
    assert context is not None
    assert context.connections[0].credential.reveal() == "refreshed"


async def test_a_look_notes_health_and_time_and_leaves_the_cursor_when_there_is_none(store: Storage) -> None:
    connection = await linked(store)
    await store.connections.checked(connection.id, Health.ACTIVE, "c1", NOW)
    await store.connections.checked(connection.id, Health.EXPIRED, None, NOW + HOUR)
    context = await store.users.context(ANN)
    assert context is not None
    found = context.connections[0]
    assert (found.health, found.cursor, found.checked_at) == (Health.EXPIRED, "c1", NOW + HOUR)


async def test_the_worker_reads_active_connections_page_by_page(store: Storage) -> None:
    user = await person(store)
    made = [await store.connections.add(user, "caldav", f"{n}@example.org", Secret("x"), "", NOW) for n in range(7)]
    await store.connections.checked(made[3].id, Health.EXPIRED, None, NOW)
    seen: list[str] = []
    while page := await store.connections.all_active(seen[-1] if seen else "", 3):
        seen += [connection.id for connection in page]
    assert seen == sorted(connection.id for connection in made if connection.id != made[3].id)


async def test_a_removed_connection_takes_its_holds_and_reminders_along(store: Storage) -> None:
    connection = await linked(store)
    other = await linked(store, BOB, "bob@example.org")
    for c in (connection, other):
        await store.bookings.hold(booking(c, f"key-{c.id}"), NOW, NOW)
        await store.reminders.plan(c, span(0, 5), [planned()], NOW)
        await store.kept.keep(c, span(0, 5), [Event("r", "u", "c", "Plan", span(1))], None, NOW, 0)
        await store.watches.add(c, Watch(c.id, c.id, "c", "r", NOW + DAY), Secret("s"))
    await store.connections.remove(connection.id)
    context = await store.users.context(ANN)
    assert context is not None
    assert context.connections == ()
    assert await store.bookings.get(f"key-{connection.id}") is None
    assert await store.bookings.get(f"key-{other.id}") is not None
    assert sum((await store.reminders.counts()).values()) == 1
    for table in (kept_events, watches):
        async with store.database.read() as reading:
            assert [row.connection_id for row in (await reading.execute(select(table)))] == [other.id]
    await store.connections.remove(connection.id)
    assert await store.connections.credential(connection.id) is None
    assert await store.connections.credential(other.id) is not None


async def test_a_naive_time_is_refused(store: Storage) -> None:
    user = await person(store)
    with pytest.raises(StorageError):
        await store.connections.add(user, "caldav", "a@example.org", Secret("x"), "", NOW.replace(tzinfo=None))


async def test_an_instant_comes_back_the_same_whatever_zone_it_was_given_in(store: Storage) -> None:
    connection = await linked(store)
    await store.connections.checked(connection.id, Health.ACTIVE, None, NOW.astimezone(timezone(timedelta(hours=-9))))
    context = await store.users.context(ANN)
    assert context is not None
    assert context.connections[0].checked_at == NOW
    assert context.connections[0].checked_at.tzinfo == NOW.tzinfo


async def test_receipts_are_listed_oldest_first(store: Storage) -> None:
    user = await person(store)
    new = Receipt(user.id, "google", "2", ("calendar",), NOW)
    old = Receipt(user.id, "google", "1", (), NOW - DAY)
    await store.receipts.add(new)
    await store.receipts.add(old)
    assert list(await store.receipts.of(user.id)) == [old, new]
    assert list(await store.receipts.of("nobody")) == []
    with pytest.raises(StorageError):
        await store.receipts.add(replace(new, user_id="nobody"))


async def test_the_trail_is_listed_newest_first_and_not_longer_than_asked(store: Storage) -> None:
    entries = [AuditEntry(NOW + n * HOUR, "slack:T1", "u", "book", f"ref-{n}", "ok") for n in range(4)]
    for entry in (entries[1], entries[0], entries[3], entries[2]):
        await store.audit.record(entry)
    await store.audit.record(replace(entries[0], user_id="other"))
    assert list(await store.audit.of("u", 3)) == [entries[3], entries[2], entries[1]]


async def test_a_record_moved_to_another_person_does_not_open(store: Storage) -> None:
    await linked(store, ANN, "ann@example.org")
    await linked(store, BOB, "bob@example.org")
    async with store.database.write() as connection:
        await connection.exec_driver_sql(
            "UPDATE connections SET credential = "
            "(SELECT credential FROM connections WHERE host = 'caldav:bob@example.org')"
        )
    with pytest.raises(Sealed):
        await store.users.context(ANN)
    assert await store.users.context(BOB) is not None


async def test_whoever_is_cancelled_leaves_no_lock_behind_and_overtakes_nobody(store: Storage) -> None:
    connection = await linked(store)
    chance = random.Random(7)
    for number in range(60):
        now = Secret(str(number - 1)) if number else connection.credential
        adding = number % 3 == 0
        work = (
            store.users.add(BOB, Profile(), Preferences())
            if adding
            else store.connections.refreshed(connection.id, now, Secret(f"x{number}"))
        )
        task = asyncio.create_task(work)
        await asyncio.sleep(chance.random() * 0.003)
        task.cancel()
        for _ in range(number % 4):  # impatient
            await asyncio.sleep(0)
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        found = await asyncio.wait_for(store.connections.credential(connection.id), 30)
        assert found is not None
        assert await asyncio.wait_for(store.connections.refreshed(connection.id, found, Secret(str(number))), 30)
    context = await store.users.context(ANN)
    assert context is not None
    assert context.connections[0].credential == Secret("59")


async def test_what_has_begun_is_done_before_the_caller_is_cancelled(store: Storage) -> None:
    task = asyncio.create_task(person(store))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await person(store, BOB)
    assert await store.users.context(ANN) is not None
