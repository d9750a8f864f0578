"""Questions made from a seed: every rule in play, near clock changes as often as not."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.scheduling.availability import Person, Query
from bot.scheduling.event import BusyInterval, FreeBusy, Known, Unknown
from bot.scheduling.interval import Interval
from bot.scheduling.rules import Constraints, Policy, Rules, TimeRange, WorkingHours

CHANGES = (
    ("Europe/Berlin", "2026-10-25"),
    ("Europe/Berlin", "2027-03-28"),
    ("America/New_York", "2026-11-01"),
    ("America/Sao_Paulo", "2017-10-15"),  # midnight is skipped
    ("Asia/Beirut", "2027-03-28"),  # midnight is skipped
    ("Australia/Lord_Howe", "2026-10-04"),  # by half an hour
    ("Pacific/Apia", "2011-12-30"),  # a day is skipped
    ("Pacific/Chatham", "2027-04-04"),
    ("Africa/Casablanca", "2027-02-07"),  # back for Ramadan
    ("America/Havana", "2026-11-01"),  # midnight is repeated
    ("Asia/Kathmandu", "2026-11-24"),
    ("UTC", "2026-11-24"),
)
ZONES = tuple(dict.fromkeys(name for name, _ in CHANGES))


def question(random: Random, grain: timedelta, most_days: int = 3, most_people: int = 3) -> tuple[Query, list[Person]]:
    """A question whose every time is a multiple of `grain` (5, 10 or 15 minutes)."""
    name, near = random.choice(CHANGES)
    zone = ZoneInfo(name)
    day = datetime.combine(date.fromisoformat(near), time(), UTC)
    start = day + random.randint(-36 * 60, 24 * 60) * 60 // grain.seconds * grain
    window = Interval(start, start + random.randint(1, most_days * DAY // grain) * grain)
    now = window.start + random.randint(-DAY // grain, DAY // grain // 2) * grain
    duration = random.choice((1, 1, 2, 3, 4, 6, 12)) * grain
    query = Query(window, duration, zone, now, _constraints(random, grain, window, zone))
    count = random.randint(1, most_people)
    owners = 0 if random.random() < 0.05 else 1
    people = [_person(random, grain, window, now, f"p{n}", own=n < owners) for n in range(count)]
    return query, people


DAY = timedelta(days=1)


def _person(random: Random, grain: timedelta, window: Interval, now: datetime, name: str, *, own: bool) -> Person:
    if random.random() < 0.08:
        return Person(name, Unknown("no answer"), None, None, own)
    cells = window.length // grain
    busy = []
    for _ in range(random.choice((0, 1, 3, 8, 20)) * max(1, cells // 300)):
        start = window.start + random.randint(-30, cells + 10) * grain
        length = random.choice((1, 1, 2, 3, 6, 12, 40, 300)) * grain
        busy.append(BusyInterval(Interval(start, start + length), random.choice(tuple(FreeBusy))))
    zone = ZoneInfo(random.choice(ZONES)) if random.random() < 0.8 else None
    rules = _rules(random, grain, now) if random.random() < 0.8 else None
    return Person(name, Known(tuple(busy)), rules, zone, own)


def _rules(random: Random, grain: timedelta, now: datetime) -> Rules:
    def maybe(low: int, high: int, odds: float = 0.4) -> timedelta:
        return random.randint(low, high) * grain if random.random() < odds else timedelta()

    around = random.random() < 0.2
    week = {n: ((time(), time()),) if around else _ranges(random, grain, 2) for n in range(7) if random.random() < 0.8}
    blocked = {n: _ranges(random, grain, 1) for n in range(7) if random.random() < 0.3}
    return Rules(
        hours=WorkingHours(MappingProxyType(week)),
        blocked=MappingProxyType(blocked),
        buffer_before=maybe(1, 4),
        buffer_after=maybe(1, 4),
        notice=maybe(1, 400, 0.2),
        horizon=random.randint(10, 900) * grain if random.random() < 0.2 else timedelta(days=90),
        step=random.choice((1, 2, 3, 4, 5, 7, 10, 24)) * grain,
        daily_cap=random.choice((None, None, None, 0, 1, 2, 3)),
        tentative=random.choice(tuple(Policy)),
    )


def _ranges(random: Random, grain: timedelta, most: int) -> tuple[TimeRange, ...]:
    return tuple((_time(random, grain), _time(random, grain)) for _ in range(random.randint(0, most)))


def _time(random: Random, grain: timedelta) -> time:
    return (datetime(2000, 1, 1, tzinfo=UTC) + random.randrange(DAY // grain) * grain).time()


def _constraints(random: Random, grain: timedelta, window: Interval, zone: ZoneInfo) -> Constraints:
    def sometimes(odds: float = 0.15) -> bool:
        return random.random() < odds

    dates: Sequence[date] = [(window.start + n * DAY).astimezone(zone).date() for n in range(4)]
    windows = []
    for _ in range(random.randint(1, 3) if sometimes() else 0):
        start = window.start + random.randint(-20, 400) * grain
        windows.append(Interval(start, start + random.randint(1, 200) * grain))
    return Constraints(
        parts=_ranges(random, grain, 2) if sometimes() else (),
        weekdays=frozenset(random.sample(range(7), 4)) if sometimes() else frozenset(),
        not_weekdays=frozenset(random.sample(range(7), 2)) if sometimes() else frozenset(),
        not_dates=frozenset(random.sample(dates, 2)) if sometimes() else frozenset(),
        not_parts=_ranges(random, grain, 2) if sometimes() else (),
        windows=tuple(windows),
        any_hours=sometimes(0.3),
        earliest=sometimes(0.1),
        latest=sometimes(0.1),
    )
