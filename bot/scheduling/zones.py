"""From wall clock to instant and back, with clock changes said out loud.

A wall-clock time names one instant, none (the spring gap) or two (the autumn fold). Nothing here picks in silence.
Source of the rules: PEP 495 (fold) and the IANA time zone database.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.scheduling.interval import Interval


class Clock(Enum):
    """How often a wall-clock time happens on its day."""

    ONCE = "once"
    SKIPPED = "skipped"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Resolved:
    """A wall-clock time and the instants it may mean, in UTC, earlier first.

    ONCE: one instant. REPEATED: two. SKIPPED: two neighbours, the time moved back and forward by the gap.
    """

    clock: Clock
    instants: tuple[datetime, ...]


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises ValueError for anything else."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, ModuleNotFoundError):
        raise ValueError(f"not a time zone: {name[:60]!r}") from None


def resolve(day: date, clock: time, tz: ZoneInfo) -> Resolved:
    """Which instants `day` at `clock` names in `tz`. Raises ValueError outside the years 2 to 9998."""
    if not 2 <= day.year <= 9998:
        raise ValueError("a year from 2 to 9998, please")
    wall = datetime.combine(day, clock.replace(tzinfo=None))
    earlier = wall.replace(tzinfo=tz, fold=0).astimezone(UTC)
    later = wall.replace(tzinfo=tz, fold=1).astimezone(UTC)
    if earlier == later:
        return Resolved(Clock.ONCE, (earlier,))
    if earlier < later:
        return Resolved(Clock.REPEATED, (earlier, later))
    return Resolved(Clock.SKIPPED, (later, earlier))


def start_of_day(day: date, tz: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC; not 00:00 where a clock change skips midnight."""
    midnight = resolve(day, time(), tz)
    if midnight.clock is not Clock.SKIPPED:
        return midnight.instants[0]
    low, high = midnight.instants  # low is still the day before, high is already this day
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(tz).date() < day:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def day_interval(day: date, tz: ZoneInfo) -> Interval:
    """One local day, 23 to 25 hours long."""
    return days_interval(day, day + timedelta(days=1), tz)


def days_interval(first: date, end: date, tz: ZoneInfo) -> Interval:
    """Local days from `first` to `end`, `end` excluded. Raises ValueError when the zone skipped them all."""
    return Interval(start_of_day(first, tz), start_of_day(end, tz))


def local_days(window: Interval, tz: ZoneInfo) -> list[date]:
    """Every local day that shares an instant with the window, in order; a day that the zone skipped is none."""
    first = window.start.astimezone(tz).date()
    last = (window.end - timedelta(microseconds=1)).astimezone(tz).date()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if resolve(day, time(12), tz).clock is not Clock.SKIPPED]
