"""From pieces to instants: every reading of one time, best first, and the doubt there is about it."""

from dataclasses import replace
from datetime import UTC, timedelta

from bot.language.ask import Doubt, Grain, TimeRef
from bot.language.bounds import bounded
from bot.language.days import Range, Readings, readings
from bot.language.gather import Gathered
from bot.language.labels import label
from bot.language.moments import IMPOSSIBLE, NOTHING, TimeReading, between, distinct, part_of_day, point
from bot.language.pieces import ClockSpec, DaySpec, DaysPiece
from bot.language.policy import Context
from bot.scheduling.zones import days_interval


def read(got: Gathered, context: Context) -> TimeReading:
    """Every reading of the gathered pieces. Never raises: what no calendar has is IMPOSSIBLE."""
    try:
        return _read(got, context)
    except (ValueError, OverflowError):
        return IMPOSSIBLE


def _read(got: Gathered, context: Context) -> TimeReading:
    if any(not clock.valid for clock in _clock_specs(got)):
        return IMPOSSIBLE
    if got.from_now and (moved := _from_now(got, context)) is not None:
        return moved
    if got.now and not got.dated:
        start = context.now.astimezone(UTC)
        return TimeReading(((label(ref := TimeRef(Grain.POINT, start, None), context), ref),))
    days = _days(got, context)
    if days is not None and not days.choices:
        return IMPOSSIBLE
    if days is None:
        return _timed(None, got, context)
    if got.ranges and days.doubt is Doubt.ENDS_FIRST:
        return TimeReading((), Doubt.ENDS_FIRST)
    results = [_timed(choice, got, context) for choice in days.choices]
    choices = tuple(choice for result in results[: 4 if days.doubt or got.listed else 1] for choice in result.choices)
    doubts = [result.doubt for result in results if result.doubt]
    if got.listed and not got.clocks and not got.spans:
        return _listed(results, context)
    doubt = doubts[0] if doubts else days.doubt
    if got.listed and len(choices) > 1 and doubt is None:
        doubt = Doubt.TWO_READINGS
    return TimeReading(distinct(choices), doubt)


def _listed(results: list[TimeReading], context: Context) -> TimeReading:
    """As in "Monday or Tuesday": one span over all of them, and the spans themselves."""
    refs = [result.best for result in results if result.best is not None]
    windows = sorted(window for ref in refs if (window := ref.window) is not None)
    if not windows:
        return NOTHING
    whole = TimeRef(Grain.DAYS, windows[0].start, max(window.end for window in windows))
    return TimeReading(((label(whole, context), whole),), windows=tuple(windows))


def _clock_specs(got: Gathered) -> list[ClockSpec]:
    specs = [piece.clock for piece in got.clocks]
    specs += [clock for piece in got.spans for clock in (piece.start, piece.end)]
    specs += [piece.clock for piece in got.bounds if piece.clock]
    return specs + [piece.clock for piece in got.from_now if piece.clock]


def _days(got: Gathered, context: Context) -> Readings | None:
    """The days named, or None when no day was."""
    if got.ranges:
        return _day_range(got.ranges[0], context)
    today = DaySpec(offset=0)
    specs = got.days or ([today] if any(part.today for part in got.parts) else [])
    if not specs:
        return None
    if len(specs) == 1:
        return readings(specs[0], context)
    found = [readings(spec, context) for spec in specs[:7]]
    if any(not one.choices for one in found):
        return Readings((), Doubt.IMPOSSIBLE)
    firsts = [one.choices[0] for one in found]
    if got.listed:
        return Readings(tuple(dict.fromkeys(firsts)))
    inner = min(firsts, key=lambda span: span[1] - span[0])
    if all(first <= inner[0] and inner[1] <= end for first, end in firsts):
        return Readings((inner,))
    return Readings(tuple(dict.fromkeys(firsts)), Doubt.TWO_READINGS)


def _day_range(piece: DaysPiece, context: Context) -> Readings:
    first = readings(piece.first, context)
    if not first.choices:
        return Readings((), Doubt.IMPOSSIBLE)
    start = first.choices[0][0]
    last_spec = piece.last
    if last_spec.weekday is not None and last_spec.week is None and last_spec.day is None:
        ahead = (last_spec.weekday - start.weekday()) % 7 or 7
        end = start + timedelta(days=ahead + 1)
        return Readings(((start, end),), first.doubt)
    if last_spec.offset is not None:
        last = readings(last_spec, context)
    else:
        last = readings(last_spec, context, after=start if last_spec.year is None else None)
    if not last.choices:
        return Readings((), Doubt.IMPOSSIBLE)
    end = last.choices[0][1]
    if end <= start:
        return Readings(((start, start + timedelta(days=1)),), Doubt.ENDS_FIRST)
    doubt = first.doubt or last.doubt
    if piece.first.numeric and doubt:
        pairs = zip(first.choices, last.choices, strict=False)
        return Readings(tuple((a[0], b[1]) for a, b in pairs if a[0] < b[1]), doubt)
    return Readings(((start, end),), doubt)


def _timed(days: Range | None, got: Gathered, context: Context) -> TimeReading:
    """One reading of the days, with the clock."""
    several = len({piece.part for piece in got.parts}) > 1 and not got.clocks and not got.spans
    part = context.words.parts[got.parts[0].part] if got.parts and not several else None
    single = days is None or days[1] - days[0] == timedelta(days=1)
    if got.spans and single:
        return between(days[0] if days else None, got.spans[0], part, context)
    if got.clocks and single:
        points = [point(days[0] if days else None, piece.clock, part, context) for piece in got.clocks[:3]]
        if len(points) == 1:
            return points[0]
        choices = distinct(tuple(choice for point in points for choice in point.choices))
        doubt = next((point.doubt for point in points if point.doubt), None)
        return TimeReading(choices, doubt or (Doubt.TWO_READINGS if len(choices) > 1 else None))
    if got.bounds and single:
        return bounded(days, got.bounds, part, context)
    if part is not None and single:
        return part_of_day(days[0] if days else None, part, context)
    if days is None:
        return NOTHING
    grain = Grain.DAY if single else Grain.DAYS
    unread = Doubt.LEFT_OVER if got.clocks or got.spans else None
    span = days_interval(days[0], days[1], context.zone)
    cuts = [bound for bound in got.bounds if bound.day is not None]
    if cuts and (window := bounded(days, cuts, None, context)).choices:
        return window
    ref = TimeRef(grain, span.start, span.end)
    return TimeReading(((label(ref, context), ref),), unread)


def _from_now(got: Gathered, context: Context) -> TimeReading | None:
    """Hours and minutes are added on the line of instants, so that a clock change in between costs or gives none."""
    piece = next((p for p in got.from_now if not (p.open and p.back)), None)
    if piece is None:
        return None
    step = timedelta(seconds=piece.length.seconds)
    if step > timedelta(days=3650):
        return IMPOSSIBLE
    if not step:
        return TimeReading((), Doubt.DURATION)
    now = context.now.astimezone(UTC)
    if piece.clock is not None:
        days = _days(got, context)
        anchor = point(days.choices[0][0] if days and days.choices else None, piece.clock, None, context)
        moved = tuple(replace(ref, start=ref.start + (-step if piece.back else step)) for _, ref in anchor.choices)
        return TimeReading(tuple((label(ref, context), ref) for ref in moved), anchor.doubt)
    if piece.within:
        ends = (now - step, now) if piece.back else (now, now + step)
        if ends[0] >= ends[1]:
            return TimeReading((), Doubt.DURATION)
        ref = TimeRef(Grain.WINDOW, *ends)
    else:
        ref = TimeRef(Grain.POINT, now - step if piece.back else now + step, None)
    return TimeReading(((label(ref, context), ref),))
