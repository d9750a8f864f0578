"""A question about people's time, and what closes time in it: each rule as stretches in which nothing may be booked.

Every rule becomes closed stretches of whole seconds (busy time with its buffers, the time outside hours, lunch, full
days, too soon, too late), and a slot is free when it shares no second with any. What is left is one sweep, and
"why not" is asking the same stretches again. A start is rounded down and an end up, so rounding never frees time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.scheduling.event import FreeBusy, Known, Unknown
from bot.scheduling.interval import Interval, merge
from bot.scheduling.rules import NO_CONSTRAINTS, Constraints, Policy, Rules, WorkingHours
from bot.scheduling.seconds import ALWAYS_AFTER, ALWAYS_BEFORE, DAY, Spans, down, up, whole
from bot.scheduling.walls import WHOLE_DAY, Range, day_number, days, hours_of, ranges_of, week_of, weekly

_SECOND = timedelta(seconds=1)
_NOT_A_MEETING = 23 * 3600  # a busy stretch this long is a day or more, not one of the meetings of a day


@dataclass(frozen=True, slots=True)
class Person:
    """One participant. `rules` of None: hours are not known and do not limit. `zone` of None: the question's zone.

    `own`: the person who asks, or whose time is given away; the others only ever show up as busy.
    """

    name: str
    busyness: Known | Spans | Unknown
    rules: Rules | None = None
    zone: ZoneInfo | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """When, for how long, and how the asker sees it: `zone` is where days begin and constraints are meant.

    Raises ValueError for a duration that is not positive and for a `now` without a zone.
    """

    window: Interval
    duration: timedelta
    zone: ZoneInfo
    now: datetime
    constraints: Constraints = NO_CONSTRAINTS

    def __post_init__(self) -> None:
        if self.duration <= timedelta():
            raise ValueError("a meeting takes time")
        if self.now.tzinfo is None:
            raise ValueError("now needs a zone")


class Kind(Enum):
    """Which rule closes a stretch; see `Rules` and `Constraints`."""

    PAST = "past"
    UNKNOWN = "unknown"
    BUSY = "busy"
    ALL_DAY = "all-day"
    BUFFER = "buffer"
    BLOCKED = "blocked"
    OUTSIDE_HOURS = "outside-hours"
    DAILY_CAP = "daily-cap"
    NOTICE = "notice"
    HORIZON = "horizon"
    CONSTRAINT = "constraint"


@dataclass(frozen=True, slots=True)
class Closed:
    """Stretches that one rule closes: `[starts[i], ends[i])`, in any order."""

    kind: Kind
    starts: Sequence[int]
    ends: Sequence[int]

    def shuts(self, start: int, end: int) -> bool:
        """True when `[start, end)` shares a second with one of them."""
        return any(low < end and start < high for low, high in zip(self.starts, self.ends, strict=True))


@dataclass(frozen=True, slots=True)
class Frame:
    """The question in whole seconds: starts from `low`, ends up to `high`, `length` long."""

    low: int
    high: int
    length: int


def frame(query: Query) -> Frame:
    return Frame(up(query.window.start), down(query.window.end), whole(query.duration))


def asked(query: Query, frame: Frame) -> Iterator[Closed]:
    """What the question itself closes: the past, everything outside its window, and its constraints."""
    yield Closed(Kind.PAST, (ALWAYS_BEFORE,), (down(query.now),))  # the second that runs is not past
    yield _outside(Kind.CONSTRAINT, [(frame.low, frame.high)])
    limits, zone, low, high = query.constraints, query.zone, frame.low, frame.high
    if low >= high:
        return
    if limits.windows:
        spans = [(up(window.start), down(window.end)) for window in merge(limits.windows)]
        yield _outside(Kind.CONSTRAINT, spans)
    if limits.parts:
        yield _outside(Kind.CONSTRAINT, weekly(zone, (ranges_of(limits.parts),) * 7, low, high))
    if limits.not_parts:
        yield _inside(Kind.CONSTRAINT, weekly(zone, (ranges_of(limits.not_parts),) * 7, low, high))
    allowed = [day in (limits.weekdays or range(7)) and day not in limits.not_weekdays for day in range(7)]
    if not all(allowed):
        week = tuple((WHOLE_DAY,) if on else () for on in allowed)
        yield _outside(Kind.CONSTRAINT, weekly(zone, week, low, high))
    if limits.not_dates:
        unwanted = {date.toordinal() - _DAY_ZERO for date in limits.not_dates}
        yield _inside(Kind.CONSTRAINT, days(zone, unwanted.__contains__, low, high))


def closed(query: Query, frame: Frame, person: Person) -> Iterator[Closed]:
    """What one person's calendar and rules close. Nothing for an Unknown one: that is the caller's to decide."""
    if isinstance(person.busyness, Unknown):
        return
    rules = person.rules
    starts, ends = taken(person)
    gap = buffer(rules)
    if gap:
        yield Closed(Kind.BUSY, [start - gap for start in starts], [end + gap for end in ends])
    else:
        yield Closed(Kind.BUSY, starts, ends)
    if rules is None:
        return
    zone = person.zone or query.zone
    if rules.notice > timedelta():
        yield Closed(Kind.NOTICE, (ALWAYS_BEFORE,), (down(query.now) + whole(rules.notice),))
    # The horizon is about the start: the last slot may end after it.
    yield Closed(Kind.HORIZON, (down(query.now) + rules.horizon // _SECOND + frame.length,), (ALWAYS_AFTER,))
    if frame.low >= frame.high:
        return
    if not (person.own and query.constraints.any_hours):
        yield _outside_hours(zone, rules.hours, frame.low // DAY, -(-frame.high // DAY))
    if rules.blocked:
        yield _inside(Kind.BLOCKED, weekly(zone, week_of(rules.blocked), frame.low, frame.high))
    if rules.daily_cap is not None:
        yield _inside(Kind.DAILY_CAP, _full_days(zone, starts, ends, rules.daily_cap, frame))


def taken(person: Person) -> tuple[Sequence[int], Sequence[int]]:
    """Starts and ends of a person's busy time, without buffers; unknown stretches are not free, so they count."""
    busyness = person.busyness
    if isinstance(busyness, Spans):
        return busyness.starts, busyness.ends
    if isinstance(busyness, Unknown):
        return [], []
    free = {FreeBusy.FREE}
    if person.rules is not None and person.rules.tentative is Policy.FREE:
        free.add(FreeBusy.TENTATIVE)
    kept = [busy.interval for busy in busyness.busy if busy.status not in free]
    return [down(interval.start) for interval in kept], [up(interval.end) for interval in kept]


def buffer(rules: Rules | None) -> int:
    """How many seconds stay empty between two meetings of one person.

    One wants `buffer_before` before each meeting and `buffer_after` after each, and the new meeting is one of them;
    between two meetings both hold when the longer does.
    """
    return max(whole(rules.buffer_before), whole(rules.buffer_after), 0) if rules else 0


def unseen(query: Query, person: Person) -> str:
    """Why a person's time in the window is not, or not wholly, known; "" when it is."""
    if isinstance(person.busyness, Unknown):
        return person.busyness.reason
    return "a part of the calendar could not be read" if unread(query, person) else ""


def unread(query: Query, person: Person) -> bool:
    """True when the calendar was read, but not all of it, within the window."""
    return isinstance(person.busyness, Known) and any(
        busy.status is FreeBusy.UNKNOWN and busy.interval.overlaps(query.window) for busy in person.busyness.busy
    )


def as_read(person: Person) -> Person:
    """The person with only what was read of the calendar."""
    if not isinstance(person.busyness, Known):
        return person
    return replace(person, busyness=Known(tuple(b for b in person.busyness.busy if b.status is not FreeBusy.UNKNOWN)))


_DAY_ZERO = datetime(1970, 1, 1).toordinal()  # noqa: DTZ001 — a day, not an instant


def _inside(kind: Kind, spans: Sequence[Range]) -> Closed:
    return Closed(kind, [low for low, _ in spans], [high for _, high in spans])


def _outside(kind: Kind, spans: Sequence[Range]) -> Closed:
    """All but the spans, which are in order and disjoint; empty or reversed ones leave nothing open."""
    return Closed(kind, [ALWAYS_BEFORE, *(high for _, high in spans)], [*(low for low, _ in spans), ALWAYS_AFTER])


@lru_cache(maxsize=2048)
def _outside_hours(zone: ZoneInfo, hours: WorkingHours, first: int, last: int) -> Closed:
    """Remembered by whole days, so that a window that begins "now" finds what the last one left."""
    return _outside(Kind.OUTSIDE_HOURS, weekly(zone, hours_of(hours), first * DAY, last * DAY))


def _full_days(zone: ZoneInfo, starts: Sequence[int], ends: Sequence[int], cap: int, frame: Frame) -> list[Range]:
    """The local days on which `cap` meetings or more begin."""
    count: dict[int, int] = {}
    for start, end in zip(starts, ends, strict=True):
        if frame.low - DAY < start < frame.high + DAY and end - start < _NOT_A_MEETING:
            day = day_number(zone, start)
            count[day] = count.get(day, 0) + 1
    return days(zone, lambda day: count.get(day, 0) >= cap, frame.low, frame.high)
