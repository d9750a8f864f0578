"""The right instant, across every clock change of many zones (promises T1 and T2).

The table the results are held against comes from walking time in quarter hours and reading the clock on the wall.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from bot.scheduling.availability import Person, Query, availability
from bot.scheduling.event import Known
from bot.scheduling.interval import Interval
from bot.scheduling.rules import Constraints, Rules, WorkingHours
from bot.scheduling.zones import Clock, day_interval, days_interval, local_days, resolve, start_of_day

CHANGING = (
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Chicago",
    "America/Havana",
    "America/Los_Angeles",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Jerusalem",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/London",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Easter",
)
PAST = (
    ("Pacific/Apia", date(2011, 12, 30)),  # a day is skipped
    ("America/Sao_Paulo", date(2017, 10, 15)),  # midnight is skipped
    ("America/Sao_Paulo", date(2018, 2, 17)),  # the hour before midnight is repeated
    ("Asia/Kathmandu", date(1986, 1, 1)),  # from 5:30 to 5:45
    ("Asia/Pyongyang", date(2018, 5, 4)),
    ("America/Caracas", date(2016, 5, 1)),
)
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)


@cache
def change_days(name: str) -> tuple[date, ...]:
    """The local days, 2026 to 2030, in which the offset changes."""
    tz, found = ZoneInfo(name), []
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    while noon.year < 2031:
        if noon.astimezone(tz).utcoffset() != (noon + DAY).astimezone(tz).utcoffset():
            after = noon + DAY
            while after.astimezone(tz).utcoffset() == (noon + DAY).astimezone(tz).utcoffset():
                after -= QUARTER
            found.append(after.astimezone(tz).date())
        noon += DAY
    return tuple(found)


def quarters(day: date, tz: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Three days around, as (instant, clock on the wall)."""
    instant = datetime.combine(day - 2 * DAY, time(), UTC)
    for _ in range(5 * 96):
        yield instant, instant.astimezone(tz).replace(tzinfo=None)
        instant += QUARTER


CASES = [(name, day) for name in CHANGING for day in change_days(name)] + list(PAST)


def test_there_are_twenty_zones_and_all_their_changes() -> None:
    assert len(CHANGING) >= 20
    assert all(len(change_days(name)) >= 9 for name in CHANGING), {n: len(change_days(n)) for n in CHANGING}


@pytest.mark.parametrize("name", sorted({name for name, _ in CASES}))
def test_every_quarter_hour_is_the_right_instant(name: str) -> None:
    tz = ZoneInfo(name)
    for day in (day for zone, day in CASES if zone == name):
        table: dict[datetime, list[datetime]] = {}
        for instant, wall in quarters(day, tz):
            table.setdefault(wall, []).append(instant)
        for of in (day - DAY, day, day + DAY):
            for n in range(96):
                wall = datetime.combine(of, time()) + n * QUARTER
                told = resolve(of, wall.time(), tz)
                meant = table.get(wall, [])
                if not meant:
                    assert told.clock is Clock.SKIPPED, (name, wall)
                    before, after = (i.astimezone(tz).replace(tzinfo=None) for i in told.instants)
                    assert before < wall < after
                else:
                    assert list(told.instants) == meant, (name, wall)
                    assert told.clock is (Clock.REPEATED if len(meant) == 2 else Clock.ONCE)


@pytest.mark.parametrize("name", sorted({name for name, _ in CASES}))
def test_days_begin_where_the_date_changes_and_miss_nothing(name: str) -> None:
    tz = ZoneInfo(name)
    for day in (day for zone, day in CASES if zone == name):
        walls = list(quarters(day, tz))
        for of in (day - DAY, day, day + DAY):
            seen = [instant for instant, wall in walls if wall.date() == of]
            if not seen:
                with pytest.raises(ValueError):
                    day_interval(of, tz)
                continue
            assert start_of_day(of, tz) == seen[0]
            assert day_interval(of, tz) == Interval(seen[0], seen[-1] + QUARTER)
        window = days_interval(day - DAY, day + 2 * DAY, tz)
        assert local_days(window, tz) == sorted({wall.date() for i, wall in walls if window.contains(i)})


@pytest.mark.parametrize("name", sorted({name for name, _ in CASES}))
def test_slots_are_the_quarter_hours_of_the_clock_on_the_wall(name: str) -> None:
    """Hours 00:30 to 23:15, every day, quarter hours: what is offered is what the wall shows, no more, no less."""
    tz = ZoneInfo(name)
    hours = WorkingHours(MappingProxyType({day: ((time(0, 30), time(23, 15)),) for day in range(7)}))
    for day in (day for zone, day in CASES if zone == name):
        walls = list(quarters(day, tz))
        window = Interval(walls[0][0], walls[-1][0])
        me = Person("me", Known(), Rules(hours, step=QUARTER), tz, own=True)
        query = Query(window, QUARTER, tz, window.start, Constraints(not_dates=frozenset({day + DAY})))
        offered = [slot.start for slot in availability(query, [me], 10_000).slots]
        assert offered == [
            instant
            for instant, wall in walls[:-1]
            if time(0, 30) <= wall.time() < time(23, 15) and wall.date() != day + DAY
        ]
