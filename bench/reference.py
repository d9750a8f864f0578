"""An answer found the slow way, to hold the engine against: every cell of time asked one by one.

It shares nothing with the engine but the values: cells instead of stretches, aware datetimes and wall clocks of
zoneinfo instead of offsets, one slot tried after the other instead of a sweep. All times must be multiples of
`grain`, so that the cells are exact.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.scheduling.availability import Person, Query
from bot.scheduling.event import FreeBusy, Known, Unknown
from bot.scheduling.rules import Policy, Rules, TimeRange

Span = tuple[datetime, datetime]
DAY = timedelta(days=1)


def reference(query: Query, people: Sequence[Person], grain: timedelta) -> tuple[list[Span], list[datetime]]:
    """Free ranges and starts of slots, in UTC."""
    known = [person for person in people if isinstance(person.busyness, Known)]
    if not known or any(person.own and person not in known for person in people):
        return [], []
    allowed = allowed_starts(query, known, grain)
    free: list[Span] = []
    for start in allowed:
        if free and start <= free[-1][1]:
            free[-1] = free[-1][0], start + query.duration
        else:
            free.append((start, start + query.duration))
    step = next((person.rules for person in people if person.own and person.rules), Rules()).step
    slots = [start for start in allowed if _since_midnight(start, query.zone) % step == timedelta()]
    if query.constraints.latest:
        slots = slots[-1:]
    elif query.constraints.earliest:
        slots = slots[:1]
    return free, slots


def allowed_starts(query: Query, known: Sequence[Person], grain: timedelta) -> list[datetime]:
    """Every start at which a meeting would break no rule of the question and of these people."""
    cells = list(_cells(query.window.start, query.window.end, grain))
    tests = [_cell_test(query), *(_person_test(query, person) for person in known)]
    is_open = [all(test(cell) for test in tests) for cell in cells]
    need = query.duration // grain
    found = []
    run = 0
    for index in range(len(cells) - 1, -1, -1):
        run = run + 1 if is_open[index] else 0
        if run >= need and query.now <= cells[index] and all(_keeps(query, p, cells[index]) for p in known):
            found.append(cells[index])
    return found[::-1]


def _cells(start: datetime, end: datetime, grain: timedelta) -> Iterable[datetime]:
    while start + grain <= end:
        yield start
        start += grain


@lru_cache(maxsize=1 << 18)
def _wall(instant: datetime, tz: ZoneInfo) -> datetime:
    return instant.astimezone(tz).replace(tzinfo=None)


def _since_midnight(instant: datetime, tz: ZoneInfo) -> timedelta:
    wall = _wall(instant, tz)
    return wall - datetime.combine(wall.date(), time())


def _shows(wall: datetime, on: Callable[[date], Iterable[TimeRange]]) -> bool:
    """True when the clock on the wall is in one of the ranges of its day, or of the night before."""
    for begin, end in on(wall.date()):
        if begin <= wall.time() and (end == time() or wall.time() < end or end < begin):
            return True
    return any(end != time() and end < begin and wall.time() < end for begin, end in on(wall.date() - DAY))


def _cell_test(query: Query) -> Callable[[datetime], bool]:
    limits, zone = query.constraints, query.zone

    def allowed(cell: datetime) -> bool:
        wall = _wall(cell, zone)
        return (
            not (limits.windows and not any(window.contains(cell) for window in limits.windows))
            and not (limits.parts and not _shows(wall, lambda _: limits.parts))
            and not _shows(wall, lambda _: limits.not_parts)
            and not (limits.weekdays and wall.weekday() not in limits.weekdays)
            and wall.weekday() not in limits.not_weekdays
            and wall.date() not in limits.not_dates
        )

    return allowed


def _taken(person: Person) -> list[Span]:
    assert isinstance(person.busyness, Known)
    free = [FreeBusy.FREE]
    if person.rules and person.rules.tentative is Policy.FREE:
        free.append(FreeBusy.TENTATIVE)
    return [(b.interval.start, b.interval.end) for b in person.busyness.busy if b.status not in free]


def _person_test(query: Query, person: Person) -> Callable[[datetime], bool]:
    taken = _taken(person)
    rules, zone = person.rules, person.zone or query.zone
    meetings = [_wall(start, zone).date() for start, end in taken if end - start < timedelta(hours=23)]

    def is_open(cell: datetime) -> bool:
        if any(start <= cell < end for start, end in taken):
            return False
        if rules is None:
            return True
        wall = _wall(cell, zone)
        lifted = person.own and query.constraints.any_hours
        return (
            (lifted or _shows(wall, rules.hours.on))
            and not _shows(wall, lambda day: rules.blocked.get(day.weekday(), ()))
            and not (rules.daily_cap is not None and meetings.count(wall.date()) >= rules.daily_cap)
        )

    return is_open


def _keeps(query: Query, person: Person, start: datetime) -> bool:
    """Notice, horizon, and the buffers of the new meeting and of those that are there."""
    rules = person.rules
    if rules is None:
        return True
    if not query.now + rules.notice <= start <= query.now + rules.horizon:
        return False
    end = start + query.duration
    for begins, ends in _taken(person):
        before, after = rules.buffer_before, rules.buffer_after
        if start < ends + after and begins - before < end:  # theirs around the meeting that is there
            return False
        if start - before < ends and begins < end + after:  # and around the new one
            return False
    return True


def counts(query: Query, people: Sequence[Person], grain: timedelta) -> list[tuple[datetime, frozenset[str]]]:
    """For every start that suits the asker: who else could come."""
    known = [person for person in people if isinstance(person.busyness, Known)]
    if not known or any(person.own and isinstance(person.busyness, Unknown) for person in people):
        return []
    own = [person for person in known if person.own]
    able = {person.name: set(allowed_starts(query, [person], grain)) for person in known if not person.own}
    step = next((person.rules for person in own if person.rules), Rules()).step
    return [
        (start, frozenset(name for name, starts in able.items() if start in starts))
        for start in allowed_starts(query, own, grain)
        if _since_midnight(start, query.zone) % step == timedelta()
    ]


def utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)
