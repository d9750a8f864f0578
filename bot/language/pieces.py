"""What the grammar reads: pieces of a time as they were said, before any date is computed."""

from dataclasses import dataclass
from enum import Enum

from bot.language.words import Unit


class Span(Enum):
    """What a day rule names."""

    DAY = "day"
    WEEK = "week"
    WORKWEEK = "workweek"
    WEEKEND = "weekend"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Toward(Enum):
    """The word beside a weekday or a span."""

    THIS = "this"
    NEXT = "next"
    COMING = "coming"
    LAST = "last"


class Slice(Enum):
    """Which part of a span: its beginning, middle, end, or what is left of it."""

    EARLY = "early"
    MIDDLE = "middle"
    LATE = "late"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Amount:
    """A length as said. Months and days are calendar steps, seconds are exact."""

    seconds: int = 0
    days: int = 0
    months: int = 0
    workdays: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(
            self.seconds + other.seconds,
            self.days + other.days,
            self.months + other.months,
            self.workdays + other.workdays,
        )

    @property
    def exact(self) -> bool:
        """True for hours, minutes and seconds only."""
        return not (self.days or self.months or self.workdays)


def amount(number: float, unit: Unit) -> Amount:
    """`number` of `unit`; broken days and months become exact seconds or days."""
    per_second = {Unit.SECOND: 1, Unit.MINUTE: 60, Unit.HOUR: 3600}
    if unit in per_second:
        return Amount(seconds=round(number * per_second[unit]))
    days = {Unit.DAY: 1, Unit.WEEK: 7, Unit.FORTNIGHT: 14}
    if unit in days:
        total = number * days[unit]
        return Amount(days=int(total), seconds=round((total - int(total)) * 86_400))
    if unit is Unit.WORKDAY:
        return Amount(workdays=int(number))
    months = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}[unit]
    total = number * months
    return Amount(months=int(total), days=round((total - int(total)) * 30))


@dataclass(frozen=True, slots=True)
class DaySpec:
    """A day or a span of days as said; what was not said is None.

    `offset` counts days from today, `week`, `months`, `years` from the current ones. `nth` is the place of `weekday`
    in its month, -1 the last. `numeric`: "3/4", whose order depends on the country. `named`: the day was "the 14th".
    """

    span: Span = Span.DAY
    offset: int | None = None
    weekday: int | None = None
    toward: Toward | None = None
    week: int | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None
    months: int | None = None
    years: int | None = None
    nth: int | None = None
    plus: Amount | None = None
    back: bool = False
    slice: Slice | None = None
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class ClockSpec:
    """A wall-clock time as said. `meridiem`: 0, 12 or None. `sure`: "15:00", "03:15", "noon". 24:00 ends the day."""

    hour: int
    minute: int = 0
    meridiem: int | None = None
    sure: bool = False
    approximate: bool = False

    @property
    def valid(self) -> bool:
        if self.meridiem is not None and not 1 <= self.hour <= 12:
            return False
        return self.minute < 60 and (self.hour < 24 or (self.hour == 24 and self.minute == 0))


@dataclass(frozen=True, slots=True)
class DayPiece:
    day: DaySpec


@dataclass(frozen=True, slots=True)
class DaysPiece:
    """From one day to another, the last one included."""

    first: DaySpec
    last: DaySpec


@dataclass(frozen=True, slots=True)
class ClockPiece:
    clock: ClockSpec


@dataclass(frozen=True, slots=True)
class ClocksPiece:
    start: ClockSpec
    end: ClockSpec


@dataclass(frozen=True, slots=True)
class PartPiece:
    """A part of the day; `today`: "tonight", "this morning"."""

    part: int
    today: bool = False


@dataclass(frozen=True, slots=True)
class LengthPiece:
    """A duration. `said_for`: "for 30 minutes"."""

    length: Amount
    said_for: bool = False


@dataclass(frozen=True, slots=True)
class FromNowPiece:
    """`length` after now, or after `clock`. `within`: the window up to then. `back`: before it, or "ago".

    `open`: "an hour later", "10 minutes before": after or before something that the sentence names elsewhere.
    """

    length: Amount
    clock: ClockSpec | None = None
    within: bool = False
    back: bool = False
    open: bool = False


@dataclass(frozen=True, slots=True)
class BoundPiece:
    """After, before, until or by a clock time or a day."""

    after: bool
    clock: ClockSpec | None = None
    day: DaySpec | None = None
    through: bool = False


@dataclass(frozen=True, slots=True)
class EveryPiece:
    """A repetition: `weekdays` of every `interval` weeks, or every `interval` of `unit`; `places` are its days there.

    `vague`: a part of it that no rule says, as in "the first week of every month".
    """

    unit: Unit
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    places: tuple[DaySpec, ...] = ()
    part: int | None = None
    vague: bool = False

    @property
    def plain(self) -> bool:
        """True when no day of it was named."""
        return not (self.weekdays or self.places)


@dataclass(frozen=True, slots=True)
class WeekdaysPiece:
    """As in "Mondays", "weekdays": a limit on the days, Monday is 0."""

    weekdays: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NowPiece:
    """This moment."""


@dataclass(frozen=True, slots=True)
class AllDayPiece:
    """Whole days are meant."""


Piece = (
    DayPiece
    | DaysPiece
    | ClockPiece
    | ClocksPiece
    | PartPiece
    | LengthPiece
    | FromNowPiece
    | BoundPiece
    | EveryPiece
    | WeekdaysPiece
    | NowPiece
    | AllDayPiece
)


@dataclass(frozen=True, slots=True)
class Found:
    """A piece and the tokens it was read from, `[first, last)`. `negated`: "not Friday"."""

    piece: Piece
    first: int
    last: int
    negated: bool = False
