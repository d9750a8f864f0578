"""Repetitions as RRULE values (RFC 5545 §3.3.10), and the day of the first occurrence."""

from dataclasses import replace
from datetime import UTC, date, timedelta

from bot.language.ask import TimeRef
from bot.language.days import readings
from bot.language.pieces import DaySpec, EveryPiece
from bot.language.policy import Context
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
