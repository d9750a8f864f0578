"""Kept events: what was read, as it was read, for as long as it holds, and never less than that in silence."""

import asyncio
import time
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text, update

from bot.errors import StorageError
from bot.ports import Connection, Health
from bot.scheduling.event import Attendee, Days, Event, EventType, FreeBusy, Response
from bot.scheduling.interval import Interval
from storage import Storage
from storage.schema import kept_events
from tests.storage.samples import ANN, BOB, HOUR, MINUTE, NOW, linked, span

WINDOW = span(0, 24)
FULL = Event(
    ref="r1",
    uid="u1",
    calendar="c",
    title="Plan \ud800 \0 ‮ 🎉",
    when=span(1),
    status=FreeBusy.TENTATIVE,
    type=EventType.FOCUS_TIME,
    response=Response.ACCEPTED,
    private=True,
    cancelled=True,
    organizer=Attendee("o@example.org", "O", Response.ORGANIZER),
    attendees=(Attendee("a@example.org", "A", Response.DECLINED, True, True), Attendee("b@example.org")),
    location="Room 4",
    description="secret plan",
    join_url="https://meet.example.org/1",
    open_url="https://calendar.example.org/1",
    series="s1",
    recurrence="FREQ=DAILY",
)


def event(ref: str, start: float = 1, length: float = 1) -> Event:
    return Event(ref, f"uid-{ref}", "c", f"Title {ref}", span(start, length))


async def now(store: Storage, connection: Connection) -> Connection:
    context = await store.users.by_id(connection.user_id)
    assert context is not None
    return next(one for one in context.connections if one.id == connection.id)


async def keep(
    store: Storage, connection: Connection, *events: Event, at: datetime = NOW, window: Interval = WINDOW
) -> None:
    spoils = await store.kept.spoils(connection.id)
    await store.kept.keep(connection, window, events, f"cursor {at}", at, spoils)


async def refs(store: Storage, connection: Connection, window: Interval = WINDOW) -> list[str]:
    return [one.ref for one in await store.kept.events(connection.id, window)]


# ── what is not kept is not free ──


async def test_a_time_that_is_not_kept_is_refused_and_not_called_empty(store: Storage) -> None:
    connection, other = await linked(store), await linked(store, BOB, "b@example.org")
    for asked in (connection.id, "gone"):
        with pytest.raises(StorageError, match="not kept"):
            await store.kept.events(asked, WINDOW)
    await keep(store, connection)
    assert await refs(store, connection) == []
    for window in (span(-0.01, 1), span(23, 1.01), span(30), span(-5)):
        with pytest.raises(StorageError, match="not kept"):
            await store.kept.events(connection.id, window)
    with pytest.raises(StorageError, match="not kept"):
        await store.kept.events(other.id, WINDOW)


async def test_an_event_that_cannot_be_read_raises_and_the_next_question_asks_the_calendar(store: Storage) -> None:
    connection, other = await linked(store), await linked(store, BOB, "b@example.org")
    for body in (b"", b"os.system", b"v1\x01k" + b"x" * 99):
        for one in (connection, other):
            await keep(store, one, event("a"), event("b", 3))
        async with store.database.write() as writing:
            mine = kept_events.c.connection_id == connection.id
            first = (await writing.execute(select(kept_events.c.id).where(mine).limit(1))).scalar()
            await writing.execute(update(kept_events).where(kept_events.c.id == first).values(body=body))
        with pytest.raises(StorageError):
            await store.kept.events(connection.id, WINDOW)
        assert (await now(store, connection)).kept is None
        assert await refs(store, other) == ["a", "b"]


async def test_events_swapped_between_rows_people_and_columns_are_refused(store: Storage) -> None:
    connection, other = await linked(store), await linked(store, BOB, "b@example.org")
    for edit in (
        "UPDATE kept_events SET body = (SELECT credential FROM connections LIMIT 1)",
        "UPDATE kept_events SET body = (SELECT body FROM kept_events ORDER BY starts_at DESC LIMIT 1)",
        "UPDATE kept_events SET tenant = 'slack:T2'",
    ):
        await keep(store, connection, event("a"), event("b", 3))
        await keep(store, other, event("c"))
        async with store.database.write() as writing:
            await writing.execute(text(edit))
        with pytest.raises(StorageError):
            await store.kept.events(connection.id, WINDOW)


# ── reading and keeping ──


async def test_an_event_comes_back_as_it_was_without_description_and_address_on_the_web(store: Storage) -> None:
    connection = await linked(store)
    assert all(getattr(FULL, f.name) != f.default for f in fields(FULL))
    plain = event("plain", 2)
    await keep(store, connection, FULL, plain)
    found = await store.kept.events(connection.id, WINDOW)
    assert list(found) == [replace(FULL, description="", open_url=""), plain]


async def test_a_window_gets_what_shares_an_instant_with_it_by_start(store: Storage) -> None:
    connection, other = await linked(store), await linked(store, BOB, "b@example.org")
    await keep(store, connection, event("late", 5), event("long", 0, 9), event("touches", 2, 1), event("next", 4, 1))
    await keep(store, other, event("theirs", 3))
    assert await refs(store, connection) == ["long", "touches", "next", "late"]
    assert await refs(store, connection, span(3, 1)) == ["long"]
    assert await refs(store, connection, Interval(NOW + 3 * HOUR - timedelta(microseconds=1), NOW + 4 * HOUR)) == [
        "long",
        "touches",
    ]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12", "UTC", "Europe/Berlin"])
async def test_an_all_day_event_is_found_from_wherever_its_day_is_looked_at(store: Storage, zone: str) -> None:
    connection = await linked(store)
    day = Days(date(2026, 3, 3), date(2026, 3, 4))
    await keep(store, connection, Event("d", "u", "c", "Day", day), window=span(-99, 199))
    whole = day.interval(ZoneInfo(zone))
    for window in (
        Interval(whole.start, whole.start + MINUTE),
        Interval(whole.end - MINUTE, whole.end),
    ):
        assert await refs(store, connection, window) == ["d"]
    midnight = datetime(2026, 3, 3, tzinfo=UTC)
    for gone in (midnight - 14 * HOUR - MINUTE, midnight + 36 * HOUR):
        assert await refs(store, connection, Interval(gone, gone + MINUTE)) == []


async def test_days_at_the_ends_of_time_are_kept(store: Storage) -> None:
    connection = await linked(store)
    ends = [Days(date.min, date(1, 1, 2)), Days(date(9999, 12, 30), date.max), Days(date.min, date.max)]
    await keep(store, connection, *(Event(f"e{n}", "u", "c", "", when) for n, when in enumerate(ends)))
    assert await refs(store, connection) == ["e2"]


async def test_keeping_replaces_everything_and_says_so_on_the_connection(store: Storage) -> None:
    connection = await linked(store)
    assert ((await now(store, connection)).kept, (await now(store, connection)).spoiled) == (None, False)
    await keep(store, connection, event("old"), event("gone", 3))
    await keep(store, connection, event("new"), at=NOW + MINUTE, window=span(0, 48))
    found = await now(store, connection)
    assert (found.kept, found.spoiled, found.cursor) == (span(0, 48), False, f"cursor {NOW + MINUTE}")
    assert found.checked_at == NOW + MINUTE
    assert await refs(store, connection) == ["new"]


async def test_an_older_reading_replaces_no_newer_one(store: Storage) -> None:
    connection = await linked(store)
    await keep(store, connection, event("new"), at=NOW + MINUTE)
    await keep(store, connection, event("old"), at=NOW, window=span(0, 99))
    assert await refs(store, connection) == ["new"]
    assert (await now(store, connection)).kept == WINDOW


async def test_many_readings_at_once_leave_the_newest(store: Storage) -> None:
    connection = await linked(store)
    order = [5, 19, 3, 11, 0, 18, 7, 12]
    tries = (keep(store, connection, event(f"r{n}"), event(f"s{n}", 2), at=NOW + n * MINUTE) for n in order)
    await asyncio.gather(*tries)
    assert await refs(store, connection) == ["r19", "s19"]


async def test_a_reading_for_a_connection_that_is_gone_leaves_nothing(store: Storage) -> None:
    connection = await linked(store)
    work = [keep(store, connection, event("a"), at=NOW + n * MINUTE) for n in range(8)]
    await asyncio.gather(*work[:4], store.connections.remove(connection.id), *work[4:])
    async with store.database.read() as reading:
        assert (await reading.execute(select(kept_events))).all() == []
    assert await store.kept.spoils(connection.id) == 0


# ── what may have changed ──


async def test_what_is_spoiled_while_it_is_read_stays_spoiled(store: Storage) -> None:
    connection = await linked(store)
    before = await store.kept.spoils(connection.id)
    await store.kept.spoil(connection.id)
    assert await store.kept.spoils(connection.id) > before
    await store.kept.keep(connection, WINDOW, [], "c", NOW, before)
    assert (await now(store, connection)).spoiled
    await store.kept.unchanged(connection.id, "c2", NOW, before)
    assert (await now(store, connection)).spoiled
    await keep(store, connection, event("a"))
    assert not (await now(store, connection)).spoiled
    await store.kept.spoil(connection.id)
    found = await now(store, connection)
    assert (found.spoiled, found.kept) == (True, WINDOW)
    await store.kept.spoil("gone")


async def test_a_sign_of_life_makes_it_good_again_and_never_goes_back(store: Storage) -> None:
    connection = await linked(store)
    await keep(store, connection, event("a"), at=NOW + MINUTE)
    await store.kept.spoil(connection.id)
    spoils = await store.kept.spoils(connection.id)
    await store.kept.unchanged(connection.id, "older", NOW, spoils)
    found = await now(store, connection)
    assert (found.spoiled, found.checked_at, found.cursor) == (True, NOW + MINUTE, f"cursor {NOW + MINUTE}")
    await store.kept.unchanged(connection.id, "newer", NOW + HOUR, spoils)
    found = await now(store, connection)
    assert (found.spoiled, found.checked_at, found.cursor) == (False, NOW + HOUR, "newer")
    await store.kept.unchanged(connection.id, "late", NOW + 2 * MINUTE, spoils - 1)
    found = await now(store, connection)
    assert (found.spoiled, found.checked_at) == (False, NOW + HOUR)
    assert await refs(store, connection) == ["a"]


async def test_reconnecting_spoils_what_nobody_looked_at_meanwhile(store: Storage) -> None:
    connection = await linked(store)
    await keep(store, connection, event("a"))
    await store.connections.checked(connection.id, Health.EXPIRED, None, NOW)
    await linked(store)
    found = await now(store, connection)
    assert (found.health, found.kept, found.spoiled) == (Health.ACTIVE, WINDOW, True)


# ── sweeping ──


async def test_what_has_ended_is_erased_and_no_longer_said_to_be_kept(store: Storage) -> None:
    connection, other = await linked(store), await linked(store, BOB, "b@example.org")
    await keep(store, connection, event("over", 0, 1), event("ends then", 1, 1), event("later", 5))
    await keep(store, other, event("theirs", 9))
    assert await store.kept.sweep(NOW + 2 * HOUR) == 1
    assert await store.kept.sweep(NOW + 2 * HOUR) == 0
    assert (await now(store, connection)).kept == span(2, 22)
    assert (await now(store, other)).kept == WINDOW
    with pytest.raises(StorageError):
        await store.kept.events(connection.id, WINDOW)
    assert await refs(store, connection, span(2, 22)) == ["later"]
    assert await store.kept.sweep(NOW + 99 * HOUR) == 3
    assert [(await now(store, one)).kept for one in (connection, other)] == [None, None]


async def test_reading_keeping_choosing_and_sweeping_at_once_never_block_each_other_for_good(store: Storage) -> None:
    links = [await linked(store, who, f"{n}@example.org") for n in range(3) for who in (ANN, BOB)]
    for link in links:
        await keep(store, link, event("a", 0, 1), event("b", 5))

    async def busy(n: int) -> None:
        link = links[n % 6]
        await keep(store, await now(store, link), event("a", 0, 1), at=NOW + n * MINUTE)
        await store.connections.choose(link.id, f"c{n}", [f"k{n % 2}"])
        await store.kept.sweep(NOW + (1 + n % 3) * HOUR)
        await store.kept.spoil(link.id)

    await asyncio.wait_for(asyncio.gather(*(busy(n) for n in range(48))), 60)


async def test_three_hundred_events_are_read_in_one_quick_look(store: Storage) -> None:
    connection = await linked(store)
    guests = tuple(Attendee(f"guest{n}@example.org", f"Guest {n}") for n in range(4))
    many = [replace(event(f"r{n:03}", n / 20), attendees=guests) for n in range(300)]
    await keep(store, connection, *many)
    began = time.perf_counter()
    found = await store.kept.events(connection.id, WINDOW)
    took = time.perf_counter() - began
    assert list(found) == many
    assert took < 0.5  # 20 ms on an idle machine
