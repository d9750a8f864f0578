"""Repetitions as RRULE values (RFC 5545 §3.3.10), and the day of the first occurrence."""

from dataclasses import replace
from datetime import UTC, date, timedelta

from bot.language.ask import TimeRef
from bot.language.days import readings
from bot.language.gather import Gathered
from bot.language.pieces import ClockPiece, DaySpec, EveryPiece
from bot.language.policy import Context, wall
from bot.language.reading import read
from bot.language.words import Unit

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCY = {
    Unit.DAY: "DAILY",
    Unit.WORKDAY: "DAILY",
    Unit.WEEK: "WEEKLY",
    Unit.FORTNIGHT: "WEEKLY",
    Unit.MONTH: "MONTHLY",
    Unit.QUARTER: "MONTHLY",
    Unit.YEAR: "YEARLY",
}


def rule(every: EveryPiece, until: TimeRef | None = None) -> str | None:
    """The RRULE value; `until` is the last day, included. None for what no calendar repeats (every hour)."""
    frequency = _FREQUENCY.get(every.unit)
    if frequency is None or not 1 <= every.interval <= 99:
        return None
    interval = every.interval * {Unit.FORTNIGHT: 2, Unit.QUARTER: 3}.get(every.unit, 1)
    fields = [f"FREQ={frequency}"]
    if interval > 1:
        fields.append(f"INTERVAL={interval}")
    if every.weekdays:
        fields.append("BYDAY=" + ",".join(_DAYS[day] for day in every.weekdays))
    elif every.day is not None and every.day.weekday is not None:
        fields.append(f"BYDAY={every.day.nth or 1}{_DAYS[every.day.weekday]}")
    elif every.day is not None and every.day.day is not None:
        fields.append(f"BYMONTHDAY={every.day.day}")
    if until is not None:
        end = (until.end or until.start) - timedelta(seconds=1)
        fields.append(f"UNTIL={end.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    return ";".join(fields)


def first_day(every: EveryPiece, context: Context, *, passed: bool) -> date:
    """The first day of a repetition. `passed`: the clock time is over for today."""
    start = context.today + timedelta(days=1 if passed else 0)
    if every.weekdays:
        return next(day for n in range(7) if (day := start + timedelta(days=n)).weekday() in every.weekdays)
    if every.day is not None:
        spec = DaySpec(nth=every.day.nth, weekday=every.day.weekday, day=every.day.day)
        found = readings(spec, replace(context, now=context.now + (start - context.today)), after=start)
        if found.choices:
            return found.choices[0][0]
    return start


def repeat(got: Gathered, context: Context) -> str | None:
    """The rule of a repetition; the gathered days become those of its first occurrence."""
    every = got.every
    if every is None:
        return None
    ends = [bound for bound in got.bounds if bound.day is not None and not bound.after]
    got.bounds = [bound for bound in got.bounds if bound not in ends]
    # "until Friday at 8" names the hour of every occurrence.
    got.clocks = got.clocks or [ClockPiece(bound.clock) for bound in ends if bound.clock is not None]
    until = None
    if ends and ends[0].day is not None:
        until = read(Gathered(days=[ends[0].day]), context).best
    value = rule(every, until)
    if value is None:
        return None
    if not got.days:
        clock = got.clocks[0].clock if got.clocks else got.spans[0].start if got.spans else None
        passed = False
        if clock is not None and clock.valid:
            minutes = wall(clock, context).minutes
            passed = minutes <= context.now.hour * 60 + context.now.minute
        day = first_day(every, context, passed=passed)
        got.days = [DaySpec(year=day.year, month=day.month, day=day.day)]
    return value
