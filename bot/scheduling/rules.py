"""The rules one person sets for their time. All wall-clock times are in that person's zone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum
from types import MappingProxyType

from bot.scheduling.interval import Interval

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)

TimeRange = tuple[time, time]
"""A wall-clock range `[from, to)` on one day; `to` 00:00 means the end of that day."""


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """A weekly rule: weekday (Monday is 0) → ranges. A weekday that is missing is a day off."""

    week: Mapping[int, tuple[TimeRange, ...]]

    def on(self, day: date) -> tuple[TimeRange, ...]:
        return self.week.get(day.weekday(), ())

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.week.items())))


NINE_TO_FIVE = WorkingHours(MappingProxyType({day: ((time(9), time(17)),) for day in range(MONDAY, SATURDAY)}))


class Policy(Enum):
    """What an entry of some kind counts as."""

    BUSY = "busy"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Rules:
    """How one person wants to be booked.

    `blocked`: weekday → ranges that are never offered (lunch). `notice` and `horizon` count from now. `step`: the
    distance between offered starts, counted from local midnight. `daily_cap`: at most so many meetings a day, None
    is no cap. `all_day`: an all-day event shown as busy blocks the day or does not. `tentative` likewise.
    """

    hours: WorkingHours = NINE_TO_FIVE
    blocked: Mapping[int, tuple[TimeRange, ...]] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    buffer_before: timedelta = timedelta()
    buffer_after: timedelta = timedelta()
    notice: timedelta = timedelta()
    horizon: timedelta = timedelta(days=90)
    step: timedelta = timedelta(minutes=30)
    daily_cap: int | None = None
    all_day: Policy = Policy.BUSY
    tentative: Policy = Policy.BUSY
    elsewhere: Policy = Policy.FREE


DEFAULT_RULES = Rules()


@dataclass(frozen=True, slots=True)
class Constraints:
    """What one question adds: "mornings only", "after 2pm", "not Friday". Empty fields do not limit.

    `parts`: wall-clock ranges of which one must hold the slot. `not_dates` and
    `not_weekdays` take days out. `any_hours`: the person named a time outside working hours, so hours do not limit.
    `earliest`: the first slot is wanted, not a list. `windows`: several spans asked for ("Monday or Tuesday").
    """

    parts: tuple[TimeRange, ...] = ()
    weekdays: frozenset[int] = frozenset()
    not_weekdays: frozenset[int] = frozenset()
    not_dates: frozenset[date] = frozenset()
    not_parts: tuple[TimeRange, ...] = ()
    windows: tuple[Interval, ...] = ()
    any_hours: bool = False
    earliest: bool = False
    latest: bool = False


NO_CONSTRAINTS = Constraints()


@dataclass(frozen=True, slots=True)
class Slot:
    """An interval offered for booking."""

    interval: Interval

    @property
    def start(self) -> datetime:
        return self.interval.start

    @property
    def end(self) -> datetime:
        return self.interval.end
