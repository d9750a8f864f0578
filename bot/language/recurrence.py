"""Repetitions as RRULE values (RFC 5545 §3.3.10), and the day of the first occurrence.

The first occurrence is always one of the rule. What no rule says is asked back: a plainer rule would be on other days.
"""

import calendar
from dataclasses import replace
from datetime import UTC, date, timedelta

from bot.language.ask import Doubt, TimeRef
from bot.language.days import Range, readings
from bot.language.gather import Gathered
from bot.language.moments import TimeReading
from bot.language.pieces import ClockPiece, DayPiece, DaySpec, EveryPiece, PartPiece, Span, WeekdaysPiece
from bot.language.policy import Context, wall
from bot.language.reading import read
from bot.language.words import Unit

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCY = {
    Unit.DAY: "DAILY",
    Unit.WEEK: "WEEKLY",
    Unit.FORTNIGHT: "WEEKLY",
    Unit.MONTH: "MONTHLY",
    Unit.QUARTER: "MONTHLY",
    Unit.YEAR: "YEARLY",
}
_WEEKS = (Unit.WEEK, Unit.FORTNIGHT)
_HORIZON = 8 * 366 + 1
"""Days to look ahead: 29 February may be eight years away."""

Repeated = tuple[str | None, Doubt | None]


def rule(every: EveryPiece, until: TimeRef | None = None) -> str | None:
    """The RRULE value; `until` is the last day, included. None for what no calendar repeats (every hour)."""
    frequency = _FREQUENCY.get(every.unit)
    if frequency is None or every.vague or not 1 <= every.interval <= 99:
        return None
    interval = every.interval * {Unit.FORTNIGHT: 2, Unit.QUARTER: 3}.get(every.unit, 1)
    fields = [f"FREQ={frequency}"]
    if interval > 1:
        fields.append(f"INTERVAL={interval}")
    if every.weekdays:
        fields.append("BYDAY=" + ",".join(_DAYS[day] for day in every.weekdays))
    elif every.places and every.unit is not Unit.YEAR:
        weekdays = [f"{spec.nth}{_DAYS[spec.weekday]}" for spec in every.places if spec.weekday is not None]
        days = [str(spec.day) for spec in every.places if spec.day is not None]
        if weekdays and days:
            return None
        fields.append("BYDAY=" + ",".join(weekdays) if weekdays else "BYMONTHDAY=" + ",".join(days))
    if until is not None:
        end = (until.end or until.start) - timedelta(seconds=1)
        fields.append(f"UNTIL={end.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    return ";".join(fields)


def fits(every: EveryPiece, day: date) -> bool:
    """True when the rule can be on that day."""
    if every.weekdays:
        return day.weekday() in every.weekdays
    return not every.places or any(_in_place(spec, day) for spec in every.places)


def _in_place(spec: DaySpec, day: date) -> bool:
    left = calendar.monthrange(day.year, day.month)[1] - day.day
    if spec.month is not None and spec.month != day.month:
        return False
    if spec.weekday is not None and spec.nth is not None:
        place = left // 7 + 1 == -spec.nth if spec.nth < 0 else (day.day - 1) // 7 + 1 == spec.nth
        return place and day.weekday() == spec.weekday
    return day.day == spec.day or (spec.day is not None and spec.day < 0 and left + 1 == -spec.day)


def first_day(every: EveryPiece, start: date) -> date | None:
    """The first day of a repetition from `start` on; None when there is none."""
    if every.places and not all(_possible(spec) for spec in every.places):
        return None
    days = (start + timedelta(days=n) for n in range(_HORIZON))
    return next((day for day in days if fits(every, day)), None)


def _possible(spec: DaySpec) -> bool:
    """False for the 32nd and the sixth Friday."""
    if spec.nth is not None:
        return spec.nth == -1 or 1 <= spec.nth <= 5
    return spec.day is not None and (spec.day == -1 or 1 <= spec.day <= 31)


def repeat(got: Gathered, context: Context) -> Repeated:
    """The rule of a repetition, or why it must be asked; the gathered days become those of its first occurrence."""
    unsaid: Repeated = None, Doubt.LEFT_OVER
    every = _whole(got)
    if every is None:
        return unsaid
    if every.part is not None and not got.parts:
        got.parts = [PartPiece(every.part)]
    ends = [bound for bound in got.bounds if bound.day is not None and not bound.after]
    starts = [bound.day for bound in got.bounds if bound.day is not None and bound.after and bound.clock is None]
    got.bounds = [bound for bound in got.bounds if bound not in ends and bound.day not in starts]
    # "until Friday at 8" names the hour of every occurrence.
    got.clocks = got.clocks or [ClockPiece(bound.clock) for bound in ends if bound.clock is not None]
    until = None
    if ends and ends[0].day is not None:
        until = read(Gathered(days=[ends[0].day]), context).best
    value = rule(every, until)
    if value is None:
        return unsaid
    start = context.today + timedelta(days=1 if _passed(got, context) else 0)
    if starts and starts[0] is not None:
        after = readings(starts[0], context).choices
        start = after[0][1] if after else start
    said = readings(got.days[0], context).choices if got.days else ()
    if got.days and (not said or not _free(every, got, said[0])):
        # An impossible day is asked about where it is read.
        return (value, None) if not said or _as_said(every, got, said[0]) else unsaid
    if said:
        start = max(said[0][0], context.today)
    try:
        first = first_day(every, start)
    except OverflowError:
        first = None
    if first is None:
        return None, Doubt.IMPOSSIBLE
    got.every = every
    got.days = [DaySpec(year=first.year, month=first.month, day=first.day)]
    if until is not None and (until.end or until.start).astimezone(context.zone).date() <= first:
        return value, Doubt.ENDS_FIRST
    return value, None


def agrees(got: Gathered, reading: TimeReading, context: Context) -> bool:
    """True when every reading of the first occurrence is on a day of the rule ("Monday at midnight" is not)."""
    every = got.every
    return every is None or all(fits(every, ref.start.astimezone(context.zone).date()) for _, ref in reading.choices)


def _free(every: EveryPiece, got: Gathered, said: Range) -> bool:
    """True when the days only say from when on the rule is to be looked for."""
    return got.starting and (not every.plain or got.days[0].span is not Span.DAY)


def _as_said(every: EveryPiece, got: Gathered, said: Range) -> bool:
    """True when the day that was named can be the first one as it stands."""
    if got.days[0].span is not Span.DAY:
        return every.plain and every.unit is not Unit.DAY
    return fits(every, said[0])


def _passed(got: Gathered, context: Context) -> bool:
    """True when the time of day is over for today."""
    now = context.now.hour * 60 + context.now.minute
    clock = got.clocks[0].clock if got.clocks else got.spans[0].start if got.spans else None
    if clock is not None:
        return clock.valid and wall(clock, context).minutes <= now
    end = context.words.parts[got.parts[0].part].end if got.parts else None
    return end is not None and 0 < end.hour * 60 + end.minute <= now


def _whole(got: Gathered) -> EveryPiece | None:
    """The repetition with the weekdays and days that were said apart from it; None for what no rule says."""
    every = got.every
    if every is None or got.torn or got.ranges or len(got.days) > 7:
        return None
    if any(part.today for part in got.parts) and not got.days:
        got.days = [DaySpec(offset=0)]
    if not every.plain and (got.now or any(not piece.open for piece in got.from_now)):
        return None
    dated = bool(got.days) and all(spec.day is not None and spec.month is not None for spec in got.days)
    if every.unit is Unit.YEAR and every.vague and dated:
        every = replace(every, vague=False)  # "on 3 March of every year"
    if got.weekdays:
        named = _on_weekdays(every, got.weekdays)
        got.weekdays = ()
        if named is None:
            return None
        every = named
    if got.days and not got.starting:
        joined = _joined(every, got)
        if joined is None:
            return None
        every = joined
    by_month = every.unit not in (*_WEEKS, Unit.DAY)
    if by_month and any(spec.weekday is not None and spec.day is None for spec in got.days) and every.plain:
        return None  # "monthly on Friday": which one
    return None if len(got.days) > 1 else _without(every, got)


def _on_weekdays(every: EveryPiece, weekdays: tuple[int, ...]) -> EveryPiece | None:
    if every.plain and (every.unit in _WEEKS or (every.unit is Unit.DAY and every.interval == 1)):
        return replace(every, unit=Unit.WEEK if every.unit is Unit.DAY else every.unit, weekdays=weekdays)
    return every if every.weekdays == weekdays else None


def _joined(every: EveryPiece, got: Gathered) -> EveryPiece | None:
    """The repetition with its days said elsewhere: "weekly at 10 on Tuesday", "monthly at 9 on the 15th"."""
    specs = got.days
    if all(spec == DaySpec(weekday=spec.weekday) and spec.weekday is not None for spec in specs):
        weekdays = tuple(sorted({spec.weekday for spec in specs if spec.weekday is not None}))
        if every.unit is Unit.DAY and len(specs) == 1:
            return every
        placed = {spec.weekday for spec in every.places}
        named = every if placed == set(weekdays) else _on_weekdays(every, weekdays)
        if named is not None:
            got.days = []
        return named
    if every.unit is Unit.MONTH and every.plain and all(spec == DaySpec(day=spec.day) for spec in specs):
        got.days = []
        return replace(every, places=tuple(specs))
    return every


def _without(every: EveryPiece, got: Gathered) -> EveryPiece | None:
    """As in "every day except Sunday"."""
    off: set[int] = set()
    for found in got.refused:
        match found.piece:
            case WeekdaysPiece(weekdays):
                off |= set(weekdays)
            case DayPiece(day) if day.weekday is not None and day == DaySpec(weekday=day.weekday):
                off.add(day.weekday)
            case _:
                return None
    if not off:
        return every
    each = every.unit is Unit.DAY and every.interval == 1
    left = tuple(sorted(set(every.weekdays or (range(7) if each else ())) - off))
    got.refused = []
    return replace(every, unit=Unit.WEEK if each else every.unit, weekdays=left) if left else None
