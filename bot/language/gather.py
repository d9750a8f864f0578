"""Sorting the pieces of one time: which days, which clock, which part, how long, and what they limit."""

from dataclasses import dataclass, field, replace

from bot.language.amounts import has, text
from bot.language.pieces import (
    AllDayPiece,
    Amount,
    BoundPiece,
    ClockPiece,
    ClocksPiece,
    DayPiece,
    DaySpec,
    DaysPiece,
    EveryPiece,
    Found,
    FromNowPiece,
    LengthPiece,
    NowPiece,
    PartPiece,
    Span,
    Toward,
    WeekdaysPiece,
)
from bot.language.tokens import Token
from bot.language.words import Tag, Unit


@dataclass(slots=True)
class Gathered:
    """The pieces by kind. `listed`: the days were joined by "or" or "and". `refused`: what "not" stood before.

    `torn`: two repetitions that are not one. `starting`: the days are where a repetition begins.
    """

    days: list[DaySpec] = field(default_factory=list)
    ranges: list[DaysPiece] = field(default_factory=list)
    clocks: list[ClockPiece] = field(default_factory=list)
    spans: list[ClocksPiece] = field(default_factory=list)
    parts: list[PartPiece] = field(default_factory=list)
    lengths: list[LengthPiece] = field(default_factory=list)
    from_now: list[FromNowPiece] = field(default_factory=list)
    bounds: list[BoundPiece] = field(default_factory=list)
    every: EveryPiece | None = None
    torn: bool = False
    starting: bool = False
    weekdays: tuple[int, ...] = ()
    now: bool = False
    all_day: bool = False
    listed: bool = False
    refused: list[Found] = field(default_factory=list)
    first: int = 0
    last: int = 0

    @property
    def empty(self) -> bool:
        """True when no piece says when."""
        return not (self.dated or self.now or any(not piece.open for piece in self.from_now))

    @property
    def dated(self) -> bool:
        """True when a day, a clock time, a part of the day or a bound was read."""
        return bool(self.days or self.ranges or self.clocks or self.spans or self.parts or self.bounds)


def gather(found: list[Found], tokens: list[Token]) -> Gathered:
    """The pieces of `found` by kind, days that speak of one day put together."""
    got = Gathered(first=found[0].first if found else 0, last=found[-1].last if found else 0)
    before: Found | None = None
    for item in found:
        if item.negated:
            got.refused.append(item)
            continue
        match item.piece:
            case DayPiece(day):
                _add_day(got, day, joined=before is not None and _listing(tokens, before.last, item.first))
                before = item
                got.starting = got.starting or _starts(tokens, item.first)
            case DaysPiece():
                got.ranges.append(item.piece)
            case ClockPiece():
                got.clocks.append(item.piece)
            case ClocksPiece():
                got.spans.append(item.piece)
            case PartPiece():
                got.parts.append(item.piece)
            case LengthPiece():
                got.lengths.append(item.piece)
            case FromNowPiece():
                got.from_now.append(item.piece)
            case BoundPiece():
                got.bounds.append(item.piece)
            case EveryPiece():
                _repeat(got, item.piece)
            case WeekdaysPiece(weekdays):
                got.weekdays = tuple(sorted({*got.weekdays, *weekdays}))
            case NowPiece():
                got.now = True
            case AllDayPiece():
                got.all_day = True
    if len(got.days) == 1 and not got.clocks and not got.spans and not got.ranges:
        _stretch(got)
    if got.listed and (week := got.days[-1].week) is not None:
        got.days = [
            replace(d, week=week) if d.weekday is not None and d.week is None and d.toward is None else d
            for d in got.days
        ]
    elif got.listed and got.days[-1].toward is Toward.NEXT:
        got.days = [
            replace(d, toward=Toward.NEXT) if d.weekday is not None and d.toward is None else d for d in got.days
        ]
    if got.listed and (month := got.days[-1].month) is not None:
        got.days = [replace(d, month=month) if d.day is not None and d.month is None else d for d in got.days]
    if got.listed and (first := got.days[0]).week is not None:
        got.days = [
            replace(d, week=first.week) if d.weekday is not None and d.week is None and d.toward is None else d
            for d in got.days
        ]
    return got


def _starts(tokens: list[Token], first: int) -> bool:
    """As in "starting on Monday", "from April"."""
    n = first - 1
    while n > 0 and has(tokens, n, Tag.ON, Tag.IN, Tag.THE) and not has(tokens, n, Tag.STARTING, Tag.FROM):
        n -= 1
    return has(tokens, n, Tag.STARTING, Tag.FROM)


def _repeat(got: Gathered, piece: EveryPiece) -> None:
    """One repetition out of all that were named: "every Monday and every Wednesday", "monthly, every first Friday"."""
    one = got.every
    if one is None:
        got.every = piece
        return
    wide = (Unit.DAY, Unit.WEEK)
    if one.unit is piece.unit and not (one.plain or piece.plain) and one.interval == piece.interval:
        days = tuple(sorted({*one.weekdays, *piece.weekdays}))
        got.every = replace(one, weekdays=days, places=(*one.places, *piece.places), vague=one.vague or piece.vague)
        return
    for plain, other in ((one, piece), (piece, one)):
        fits = plain.unit is other.unit or (plain.unit in wide and other.unit in wide and plain.part is None)
        if fits and plain.plain and (plain.interval == other.interval or plain.interval == 1):
            got.every = replace(other, vague=one.vague or piece.vague)
            return
    got.torn = True


def _stretch(got: Gathered) -> None:
    """As in "April 1st for 10 days" is a range of days."""
    day, length = got.days[0], next((piece.length for piece in got.lengths if piece.said_for), None)
    if length is None or length.seconds or length.days < 2 or day.span is not Span.DAY or day.plus is not None:
        return
    got.ranges = [DaysPiece(day, replace(day, plus=Amount(days=length.days - 1)))]
    got.days, got.lengths, got.all_day = [], [], True


def _listing(tokens: list[Token], start: int, end: int) -> bool:
    """True when only "or", "and" and commas stand between."""
    between = range(start, end)
    plain = all(text(tokens, k) == "," or has(tokens, k, Tag.OR, Tag.AND, Tag.ON) for k in between)
    return plain and any(has(tokens, k, Tag.OR, Tag.AND) or text(tokens, k) == "," for k in between)


def _add_day(got: Gathered, day: DaySpec, *, joined: bool) -> None:
    if got.days:
        merged = unify(got.days[-1], day)
        if merged is not None:
            got.days[-1] = merged
            return
        got.listed = got.listed or joined
    got.days.append(day)


def unify(a: DaySpec, b: DaySpec) -> DaySpec | None:
    """One day spec out of two that speak of the same day ("Wednesday", "next week"), or None."""
    if a == b:
        return a
    for one, other in ((a, b), (b, a)):
        weeks = other.plus.days // 7 if other.plus is not None and other.plus == Amount(days=other.plus.days) else 0
        if (
            _only_weekday(one)
            and other.offset == 0
            and weeks
            and other.plus == Amount(days=7 * weeks)
            and not other.back
        ):
            return DaySpec(weekday=one.weekday, week=weeks)  # "Tuesday in two weeks"
        if one.plus is not None or other.plus is not None:
            # "tomorrow in an hour" has no plus; "today in 3 weeks" does.
            if one.offset == 0 and one.plus is None and other.plus is not None:
                return other
            continue
        if _only_weekday(one) and other.span is Span.WEEK and other.week is not None and other.slice is None:
            return DaySpec(weekday=one.weekday, week=other.week)
        if _only_weekday(one) and other.day is not None and other.weekday is None and other.span is Span.DAY:
            return replace(other, weekday=one.weekday)
        bare_day = one.day is not None and one.month is None and one.months is None and one.span is Span.DAY
        if bare_day and other.span is Span.MONTH and other.day is None:
            return replace(other, span=Span.DAY, day=one.day, weekday=one.weekday)
        if one.day is not None and one.year is None and other.span is Span.YEAR and one.month is not None:
            return replace(one, year=other.year, years=other.years)
    return None


def _only_weekday(spec: DaySpec) -> bool:
    return (
        spec.weekday is not None and spec.day is None and spec.nth is None and spec.toward is None and spec.week is None
    )
