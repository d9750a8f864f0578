"""Bookings: who gets a span, and when it is let go."""

import asyncio
from dataclasses import replace

import pytest

from bot.ports import HoldState
from storage import Storage
from tests.storage.samples import BOB, HOUR, MINUTE, NOW, booking, draft, linked, span

SECOND = MINUTE / 60


async def test_an_overlapping_hold_is_taken_whatever_the_overlap(store: Storage) -> None:
    host = await linked(store)
    assert await store.bookings.hold(booking(host, "first", 2, 2), NOW, NOW) is HoldState.HELD
    for n, (start, length) in enumerate([(2, 2), (1, 1.01), (3.99, 1), (2.5, 0.5), (0, 9)]):
        assert await store.bookings.hold(booking(host, f"k{n}", start, length), NOW, NOW) is HoldState.TAKEN


async def test_touching_spans_and_other_hosts_do_not_stand_in_the_way(store: Storage) -> None:
    host, other = await linked(store), await linked(store, BOB, "bob@example.org")
    for n, item in enumerate([booking(host, "a", 2), booking(host, "b", 1), booking(host, "c", 3)]):
        assert await store.bookings.hold(item, NOW, NOW) is HoldState.HELD, n
    assert await store.bookings.hold(booking(other, "d", 2), NOW, NOW) is HoldState.HELD


async def test_two_people_who_connect_one_calendar_share_its_host(store: Storage) -> None:
    ann, bob = await linked(store, address="Team@example.org"), await linked(store, BOB, "team@example.org")
    assert await store.bookings.hold(booking(ann, "a"), NOW, NOW) is HoldState.HELD
    assert await store.bookings.hold(booking(bob, "b"), NOW, NOW) is HoldState.TAKEN


async def test_the_same_key_is_busy_while_being_written_and_booked_afterwards(store: Storage) -> None:
    host = await linked(store)
    assert await store.bookings.hold(booking(host, "k"), NOW, NOW) is HoldState.HELD
    assert await store.bookings.hold(booking(host, "k"), NOW, NOW) is HoldState.BUSY
    await store.bookings.confirm("k", "ref-1", NOW + SECOND)
    assert await store.bookings.hold(booking(host, "k"), NOW + HOUR, NOW + HOUR) is HoldState.BOOKED
    found = await store.bookings.get("k")
    assert found == replace(booking(host, "k"), ref="ref-1", state=HoldState.BOOKED, held_at=NOW)


async def test_a_released_hold_is_forgotten_and_a_written_one_is_not(store: Storage) -> None:
    host = await linked(store)
    await store.bookings.hold(booking(host, "k"), NOW, NOW)
    await store.bookings.release("k")
    assert await store.bookings.get("k") is None
    assert await store.bookings.hold(booking(host, "k2"), NOW, NOW) is HoldState.HELD
    await store.bookings.confirm("k2", "ref", NOW)
    await store.bookings.release("k2")
    assert await store.bookings.get("k2") is not None
    await store.bookings.release("never")


async def test_a_written_span_counts_until_the_calendar_could_show_it(store: Storage) -> None:
    host = await linked(store)
    await store.bookings.hold(booking(host, "k"), NOW, NOW)
    await store.bookings.confirm("k", "ref", NOW + SECOND)
    for seen_at in (NOW - HOUR, NOW, NOW + SECOND):
        assert await store.bookings.hold(booking(host, "other"), seen_at, NOW + MINUTE) is HoldState.TAKEN
    # The calendar was read later and was free: somebody moved or deleted the event there.
    assert await store.bookings.hold(booking(host, "other"), NOW + 2 * SECOND, NOW + MINUTE) is HoldState.HELD
    assert await store.bookings.hold(booking(host, "k"), NOW, NOW + MINUTE) is HoldState.BOOKED


async def test_a_span_that_one_caller_saw_still_stands_in_the_way_of_one_who_read_earlier(store: Storage) -> None:
    host = await linked(store)
    await store.bookings.hold(booking(host, "k"), NOW, NOW)
    await store.bookings.confirm("k", "ref", NOW + SECOND)
    assert await store.bookings.hold(booking(host, "saw"), NOW + MINUTE, NOW + MINUTE) is HoldState.HELD
    await store.bookings.release("saw")
    assert await store.bookings.hold(booking(host, "early"), NOW, NOW + MINUTE) is HoldState.TAKEN


async def test_a_hold_counts_however_old_and_whatever_was_seen(store: Storage) -> None:
    host = await linked(store)
    await store.bookings.hold(booking(host, "k"), NOW, NOW)
    assert await store.bookings.hold(booking(host, "other"), NOW + HOUR, NOW + HOUR) is HoldState.TAKEN


async def test_a_meeting_may_move_into_its_own_old_span(store: Storage) -> None:
    host = await linked(store)
    await store.bookings.hold(booking(host, "book", 1), NOW, NOW)
    await store.bookings.confirm("book", "ref", NOW)
    move = booking(host, "move", 1.5, ref="ref")
    assert await store.bookings.hold(move, NOW, NOW) is HoldState.HELD
    assert await store.bookings.hold(booking(host, "x", 2.2), NOW, NOW) is HoldState.TAKEN
    await store.bookings.confirm("move", "ref", NOW + SECOND)
    # The old span is let go, the new one is not, and the first key still knows its event.
    assert await store.bookings.hold(booking(host, "a", 1, 0.5), NOW, NOW) is HoldState.HELD
    assert await store.bookings.hold(booking(host, "b", 1.6), NOW, NOW) is HoldState.TAKEN
    assert await store.bookings.hold(booking(host, "book", 1), NOW, NOW) is HoldState.BOOKED


async def test_two_moves_of_one_meeting_do_not_stand_in_each_others_way(store: Storage) -> None:
    host = await linked(store)
    assert await store.bookings.hold(booking(host, "m1", 1, ref="ref"), NOW, NOW) is HoldState.HELD
    assert await store.bookings.hold(booking(host, "m2", 1.5, ref="ref"), NOW, NOW) is HoldState.HELD
    assert await store.bookings.hold(booking(host, "m3", 1.5, ref="else"), NOW, NOW) is HoldState.TAKEN


async def test_a_moved_event_may_come_back_with_a_new_ref(store: Storage) -> None:
    host = await linked(store)
    await store.bookings.hold(booking(host, "book", 1), NOW, NOW)
    await store.bookings.confirm("book", "ref", NOW)
    await store.bookings.hold(booking(host, "move", 1.5, ref="ref"), NOW, NOW)
    await store.bookings.confirm("move", "new-ref", NOW)
    assert await store.bookings.hold(booking(host, "a", 1, 0.5), NOW, NOW) is HoldState.HELD
    found = await store.bookings.get("move")
    assert found is not None
    assert found.ref == "new-ref"


async def test_the_spans_of_an_event_that_is_gone_are_let_go(store: Storage) -> None:
    host, other = await linked(store), await linked(store, BOB, "bob@example.org")
    for connection, key in ((host, "a"), (other, "b")):
        await store.bookings.hold(booking(connection, key), NOW, NOW)
        await store.bookings.confirm(key, "ref", NOW)
    await store.bookings.release_ref(host.id, "ref")
    assert await store.bookings.hold(booking(host, "c"), NOW, NOW) is HoldState.HELD
    assert await store.bookings.hold(booking(other, "d"), NOW, NOW) is HoldState.TAKEN


async def test_confirming_what_is_not_held_does_nothing(store: Storage) -> None:
    await store.bookings.confirm("never", "ref", NOW)
    assert await store.bookings.get("never") is None


async def test_stale_holds_are_handed_to_one_caller(store: Storage) -> None:
    host = await linked(store)
    for n in range(6):
        await store.bookings.hold(booking(host, f"k{n}", n), NOW, NOW + n * SECOND)
    await store.bookings.confirm("k1", "ref", NOW)
    later = NOW + HOUR
    first, second = await asyncio.gather(
        store.bookings.stale(NOW + 4 * SECOND, 2, later), store.bookings.stale(NOW + 4 * SECOND, 2, later)
    )
    keys = [found.key for found in (*first, *second)]
    assert sorted(keys) == ["k0", "k2", "k3"]
    assert all(found.held_at == later and found.draft is not None for found in (*first, *second))
    assert list(await store.bookings.stale(NOW + 4 * SECOND, 9, later)) == []


async def test_a_booking_without_a_draft_comes_back_without_one(store: Storage) -> None:
    host = await linked(store)
    await store.bookings.hold(replace(booking(host, "k"), draft=None), NOW, NOW)
    await store.bookings.hold(replace(booking(host, "k2", 4), draft=draft("Ünïcode 🎉", 4)), NOW, NOW)
    none, some = await store.bookings.get("k"), await store.bookings.get("k2")
    assert none is not None
    assert some is not None
    assert none.draft is None
    assert some.draft == draft("Ünïcode 🎉", 4)
    assert some.interval == span(4)


async def test_many_at_once_for_one_slot_have_one_winner(store: Storage) -> None:
    host = await linked(store)
    states = await asyncio.gather(
        *(store.bookings.hold(booking(host, f"k{n}", 1 + n % 3 / 10), NOW, NOW) for n in range(40))
    )
    assert states.count(HoldState.HELD) == 1
    assert states.count(HoldState.TAKEN) == 39


async def test_the_same_key_many_times_at_once_is_held_once(store: Storage) -> None:
    host = await linked(store)
    states = await asyncio.gather(*(store.bookings.hold(booking(host, "k"), NOW, NOW) for _ in range(20)))
    assert states.count(HoldState.HELD) == 1
    assert states.count(HoldState.BUSY) == 19


@pytest.mark.postgresql
async def test_the_database_itself_refuses_what_comes_past_the_lock(store: Storage) -> None:
    if store.database.is_sqlite:
        pytest.skip("SQLite has one writer and needs no backstop")
    host = await linked(store)
    await store.bookings.hold(booking(host, "k"), NOW, NOW)
    insert = (
        "INSERT INTO bookings SELECT 'past', tenant, user_id, connection_id, host, starts_at, ends_at, draft, ref, "
        "state, held_at, confirmed_at FROM bookings"
    )
    with pytest.raises(Exception, match="bookings_no_overlap"):
        async with store.database.write() as connection:
            await connection.exec_driver_sql(insert)
