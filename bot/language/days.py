"""From a day as said to dates: every reading it has, the best one first."""

import calendar
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.language.ask import Doubt
from bot.language.pieces import Amount, DaySpec, Slice, Span, Toward
from bot.language.policy import Context

Range = tuple[date, date]
"""Days `[first, end)`."""

_LAST_YEAR = 9900


@dataclass(frozen=True, slots=True)
class Readings:
    """`choices` are ranges of days, best first. `doubt` is IMPOSSIBLE (no choice) or TWO_READINGS (two or more)."""

    choices: tuple[Range, ...]
    doubt: Doubt | None = None


NO_SUCH_DAY = Readings((), Doubt.IMPOSSIBLE)


def readings(spec: DaySpec, context: Context, after: date | None = None) -> Readings:
    """What a day names. `after`: it follows that day, as the end of a range does."""
    try:
        found = _readings(spec, context, after or context.today)
        if spec.plus is None or not found.choices:
            return found
        first = found.choices[0][0]
        moved = add(first, spec.plus, back=spec.back)
        return (
            Readings((_day(moved),))
            if spec.span is Span.DAY
            else Readings(((moved, add(found.choices[0][1], spec.plus)),))
        )
    except (ValueError, OverflowError):
        return NO_SUCH_DAY


def add(day: date, step: Amount, *, back: bool = False) -> date:
    """`day` plus calendar steps; a month's end stays one. Raises ValueError or OverflowError beyond the calendar."""
    sign = -1 if back else 1
    months = day.year * 12 + day.month - 1 + sign * step.months
    year, month = divmod(months, 12)
    if not 2 <= year <= _LAST_YEAR or abs(step.days) > 3_700_000 or abs(step.workdays) > 100_000:
        raise OverflowError("beyond the calendar")
    moved = date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    moved += timedelta(days=sign * (step.days + step.seconds // 86_400))
    weeks, rest = divmod(step.workdays, 5)
    moved += timedelta(days=7 * weeks * sign)
    for _ in range(rest):
        moved += timedelta(days=sign)
        while moved.weekday() > 4:
            moved += timedelta(days=sign)
    return moved


def week_of(day: date, week_start: int) -> date:
    """The first day of the week of `day`."""
    return day - timedelta(days=(day.weekday() - week_start) % 7)


def _day(day: date) -> Range:
    return day, day + timedelta(days=1)


def _readings(spec: DaySpec, context: Context, base: date) -> Readings:
    if spec.offset is not None:
        return Readings((_day(context.today + timedelta(days=spec.offset)),))
    if spec.nth is not None and spec.span is not Span.DAY:
        return Readings((_nth_span(spec, spec.nth, context, base),))
    if spec.nth is not None:
        return _nth(spec, context, base)
    if spec.numeric:
        return _numeric(spec, context, base)
    if spec.day is not None:
        return _month_day(spec, context, base)
    if spec.weekday is not None:
        return _weekday(spec, context, base)
    return _slice(_span(spec, context, base), spec.slice, context)


def _numeric(spec: DaySpec, context: Context, base: date) -> Readings:
    a, b = spec.month or 0, spec.day or 0
    forms = {"mdy": [(a, b)], "dmy": [(b, a)]}.get(context.order or "", [(a, b), (b, a)])
    if context.order is None and not context.words.month_first:
        forms.reverse()
    forms += [(b, a)] if context.order == "mdy" and a > 12 else [(a, b)] if context.order == "dmy" and b > 12 else []
    choices: list[Range] = []
    for month, day in forms:
        found = _month_day(replace(spec, month=month, day=day, numeric=False), context, base) if month <= 12 else None
        choices += [found.choices[0]] if found and found.choices else []
    choices = list(dict.fromkeys(choices))
    if not choices:
        return NO_SUCH_DAY
    return Readings(tuple(choices), Doubt.TWO_READINGS if len(choices) > 1 else None)


def _month_day(spec: DaySpec, context: Context, base: date) -> Readings:
    """A day of a month. A weekday that does not fit it makes two readings, or finds the next month where it fits."""
    day = spec.day or 0
    if not 1 <= day <= 31:
        if day == -1:
            end = _span(replace(spec, span=Span.MONTH, day=None), context, base)[1]
            return Readings((_day(end - timedelta(days=1)),))
        return NO_SUCH_DAY
    if spec.span is Span.WEEK:
        inner = _month_day(replace(spec, span=Span.DAY), context, base)
        weeks = tuple((s := week_of(first, context.week_start), s + timedelta(days=7)) for first, _ in inner.choices)
        return Readings(weeks, inner.doubt)
    if spec.months is not None or spec.week is not None:
        first = _span(DaySpec(span=Span.MONTH, months=spec.months or 0), context, base)[0]
        exact = _date(first.year, first.month, day)
        return _checked(exact, spec) if exact else NO_SUCH_DAY
    if spec.month is not None:
        if not 1 <= spec.month <= 12:
            return NO_SUCH_DAY
        years = [spec.year] if spec.year else [context.today.year + spec.years] if spec.years is not None else None
        if years is None:
            start = base.year - 1 if spec.toward is Toward.LAST else base.year
            years = list(range(start, start + 9))
        found = [
            d for y in years if (d := _date(y, spec.month, day)) and (spec.year or spec.years is not None or d >= base)
        ]
        return _checked(found[0], spec) if found else NO_SUCH_DAY
    months = [divmod(base.year * 12 + base.month - 1 + n, 12) for n in range(14)]
    coming = [d for year, month in months if (d := _date(year, month + 1, day)) and d >= base]
    if spec.weekday is None:
        return Readings((_day(coming[0]),))
    if coming[0].weekday() == spec.weekday:
        return Readings((_day(coming[0]),))
    agreeing = next((d for d in coming if d.weekday() == spec.weekday), coming[0])
    next_weekday = base + timedelta(days=(spec.weekday - base.weekday()) % 7 or 7)
    choices = dict.fromkeys((_day(agreeing), _day(coming[0]), _day(next_weekday)))
    return Readings(tuple(choices), Doubt.TWO_READINGS)


def _checked(day: date, spec: DaySpec) -> Readings:
    """A full date beside its weekday; when they differ, the date, then the nearest such weekday."""
    if spec.weekday is None or day.weekday() == spec.weekday:
        return Readings((_day(day),))
    nearest = min(
        (day + timedelta(days=n) for n in range(-3, 4)), key=lambda d: (d.weekday() != spec.weekday, abs(d - day))
    )
    return Readings((_day(day), _day(nearest)), Doubt.TWO_READINGS)


def _nth(spec: DaySpec, context: Context, base: date) -> Readings:
    """The nth weekday of a month; without a year, the next one to come."""
    nth, weekday = spec.nth or 1, spec.weekday or 0
    span = replace(spec, span=Span.MONTH, nth=None, weekday=None)
    if spec.month is not None and spec.year is None:
        found = [
            d for y in range(base.year, base.year + 3) if (d := _nth_of(y, spec.month, weekday, nth)) and d >= base
        ]
    elif spec.month is None and spec.months is None:
        months = [divmod(base.year * 12 + base.month - 1 + n, 12) for n in range(14)]
        found = [d for y, m in months if (d := _nth_of(y, m + 1, weekday, nth)) and d >= base]
    else:
        first = _span(span, context, base)[0]
        only = _nth_of(first.year, first.month, weekday, nth)
        found = [only] if only else []
    return Readings((_day(found[0]),)) if found else NO_SUCH_DAY


def _nth_span(spec: DaySpec, nth: int, context: Context, base: date) -> Range:
    """The nth week or weekend of a month, or the nth quarter of a year, the next one to come."""
    if spec.span is Span.QUARTER:
        year = context.today.year + (nth * 3 < context.today.month)
        return _months(year, nth * 3 - 2, 3)
    first, end = _span(replace(spec, span=Span.MONTH, nth=None), context, base)
    if spec.span is Span.WEEKEND:
        saturdays = [first + timedelta(days=n) for n in range((end - first).days)]
        saturdays = [day for day in saturdays if day.weekday() == 5]
        start = saturdays[min(nth, len(saturdays)) - 1 if nth > 0 else -1]
        return start, start + timedelta(days=2)
    anchor = first + timedelta(days=7 * (nth - 1)) if nth > 0 else end - timedelta(days=1)
    start = week_of(anchor, context.week_start)
    return start, start + timedelta(days=7)


def _nth_of(year: int, month: int, weekday: int, nth: int) -> date | None:
    days = [d for n in range(1, 32) if (d := _date(year, month, n)) and d.weekday() == weekday]
    index = nth - 1 if nth > 0 else nth
    return days[index] if -len(days) <= index < len(days) else None


def _weekday(spec: DaySpec, context: Context, base: date) -> Readings:
    weekday = spec.weekday or 0
    if spec.week is not None:
        monday = week_of(context.today, 0) + timedelta(days=7 * spec.week)
        return Readings((_day(monday + timedelta(days=weekday)),))
    ahead = (weekday - base.weekday()) % 7
    coming = base + timedelta(days=ahead or 7)
    if spec.toward is Toward.LAST:
        return Readings((_day(coming - timedelta(days=7 if ahead else 14)),))
    if spec.toward is Toward.THIS:
        return Readings((_day(base + timedelta(days=ahead)),))
    if spec.toward is Toward.NEXT:
        later = week_of(base, 0) + timedelta(days=7 + weekday)
        if later == coming:
            return Readings((_day(later),))
        return Readings((_day(later), _day(coming)), Doubt.TWO_READINGS)
    if base != context.today and ahead == 0:
        return Readings((_day(base),))
    return Readings((_day(coming),))


def _span(spec: DaySpec, context: Context, base: date) -> Range:
    today = context.today
    if spec.span is Span.WEEK:
        first = week_of(today, context.week_start) + timedelta(days=7 * (spec.week or 0))
        return first, first + timedelta(days=7)
    if spec.span is Span.WEEKEND:
        saturday = week_of(today, 0) + timedelta(days=5)
        step = (
            spec.week if spec.week is not None else {Toward.NEXT: 1, Toward.LAST: -1}.get(spec.toward or Toward.THIS, 0)
        )
        saturday += timedelta(days=7 * step)
        return saturday, saturday + timedelta(days=2)
    if spec.span is Span.YEAR:
        year = spec.year if spec.year is not None else today.year + (spec.years or 0)
        return date(year, 1, 1), date(year + 1, 1, 1)
    if spec.span is Span.QUARTER:
        index = today.year * 4 + (today.month - 1) // 3 + (spec.months or 0)
        return _months(index // 4, index % 4 * 3 + 1, 3)
    if spec.month is None:
        index = today.year * 12 + today.month - 1 + (spec.months or 0)
        return _months(index // 12, index % 12 + 1, 1)
    if spec.year is not None:
        return _months(spec.year, spec.month, 1)
    year = today.year + (spec.years or 0)
    if not spec.years and (spec.month < base.month or (spec.toward is Toward.NEXT and spec.month == base.month)):
        year += 1
    return _months(year, spec.month, 1)


def _slice(span: Range, which: Slice | None, context: Context) -> Readings:
    first, end = span
    length = (end - first).days
    if which is Slice.REST:
        return Readings(((max(first, context.today), end),)) if end > context.today else Readings((span,))
    if which is Slice.EARLY:
        return Readings(((first, first + timedelta(days=10 if length > 7 else max(1, length // 2))),))
    if which is Slice.LATE:
        return Readings(((end - timedelta(days=length - 20 if 28 <= length <= 31 else max(1, length // 2)), end),))
    if which is Slice.MIDDLE:
        third = 10 if length > 7 else 2
        return Readings(((first + timedelta(days=third if length > 7 else 1), first + timedelta(days=2 * third)),))
    return Readings((span,))


def _months(year: int, month: int, count: int) -> Range:
    last = year * 12 + month - 1 + count
    return date(year, month, 1), date(last // 12, last % 12 + 1, 1)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
