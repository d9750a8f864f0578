"""From pieces to instants: every reading of one time, best first, and the doubt there is about it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from bot.language.ask import Doubt, Grain, TimeRef
from bot.language.days import Range, Readings, readings
from bot.language.gather import Gathered
from bot.language.labels import label
from bot.language.pieces import BoundPiece, ClockSpec, ClocksPiece, DaySpec, DaysPiece
from bot.language.policy import TODAY_ONLY_AFTER, Context, wall, walls
from bot.language.words import Part
from bot.scheduling.interval import Interval
from bot.scheduling.zones import Clock, days_interval, resolve, start_of_day

Choice = tuple[str, TimeRef]


@dataclass(frozen=True, slots=True)
class TimeReading:
    """`choices`: (label, time) pairs, best first. `windows`: several spans that were all asked for."""

    choices: tuple[Choice, ...] = ()
    doubt: Doubt | None = None
    windows: tuple[Interval, ...] = ()

    @property
    def best(self) -> TimeRef | None:
        return self.choices[0][1] if self.choices else None


NOTHING = TimeReading()
IMPOSSIBLE = TimeReading((), Doubt.IMPOSSIBLE)


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
    return TimeReading(_distinct(choices), doubt)


def _listed(results: list[TimeReading], context: Context) -> TimeReading:
    """ "Monday or Tuesday": one span over all of them, and the spans themselves."""
    refs = [result.best for result in results if result.best is not None]
    windows = sorted(window for ref in refs if (window := ref.window) is not None)
    if not windows:
        return NOTHING
    whole = TimeRef(Grain.DAYS, windows[0].start, max(window.end for window in windows))
    return TimeReading(((label(whole, context), whole),), windows=tuple(windows))


def _distinct(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    return tuple({(ref.start, ref.end): (name, ref) for name, ref in reversed(choices)}.values())[::-1]


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
        return _between(days[0] if days else None, got.spans[0], part, context)
    if got.clocks and single:
        points = [_point(days[0] if days else None, piece.clock, part, context) for piece in got.clocks[:3]]
        if len(points) == 1:
            return points[0]
        choices = _distinct(tuple(choice for point in points for choice in point.choices))
        doubt = next((point.doubt for point in points if point.doubt), None)
        return TimeReading(choices, doubt or (Doubt.TWO_READINGS if len(choices) > 1 else None))
    if got.bounds and single:
        return _bounded(days, got.bounds, part, context)
    if part is not None and single:
        return _part(days[0] if days else None, part, context)
    if days is None:
        return NOTHING
    grain = Grain.DAY if single else Grain.DAYS
    unread = Doubt.LEFT_OVER if got.clocks or got.spans else None
    span = days_interval(days[0], days[1], context.zone)
    cuts = [bound for bound in got.bounds if bound.day is not None]
    if cuts and (bounded := _bounded(days, cuts, None, context)).choices:
        return bounded
    ref = TimeRef(grain, span.start, span.end)
    return TimeReading(((label(ref, context), ref),), unread)


def _instants(day: date, minutes: int, context: Context) -> tuple[tuple[datetime, ...], Doubt | None]:
    """The instants of a wall-clock time, best first: the first of two; the time moved forward over a gap."""
    extra, rest = divmod(minutes, 1440)
    if rest == 0 and extra:
        return (start_of_day(day + timedelta(days=extra), context.zone),), None
    found = resolve(day + timedelta(days=extra), time(rest // 60, rest % 60), context.zone)
    if found.clock is Clock.SKIPPED:
        return found.instants[::-1], Doubt.SKIPPED
    return found.instants, Doubt.REPEATED if found.clock is Clock.REPEATED else None


def _point(day: date | None, clock: ClockSpec, part: Part | None, context: Context) -> TimeReading:
    chosen = wall(clock, context, part)
    dated = day is not None
    where = day or context.today
    instants, doubt = _instants(where, chosen.minutes, context)
    if instants[-1] < context.now - timedelta(minutes=1) and where == context.today:
        other = chosen.other
        later = _instants(where, other, context) if other is not None and other > chosen.minutes else None
        if later is not None and later[0][0] >= context.now:
            instants, doubt = later
        elif not dated:
            instants, doubt = _instants(where + timedelta(days=1), chosen.minutes, context)
    refs = [
        TimeRef(Grain.POINT, instant, None, dated=dated, approximate=clock.approximate, half_guessed=chosen.guessed)
        for instant in instants
    ]
    return TimeReading(tuple((label(ref, context, offset=doubt is not None), ref) for ref in refs), doubt)


def _between(day: date | None, piece: ClocksPiece, part: Part | None, context: Context) -> TimeReading:
    ends = walls(piece.start, piece.end, context, part)
    if ends is None:
        return TimeReading((), Doubt.ENDS_FIRST)
    where = day or context.today
    starts, doubt = _instants(where, ends[0].minutes, context)
    if day is None and starts[-1] < context.now:
        stop = _instants(where, ends[1].minutes, context)[0]
        if not (context.reads and stop[0] > context.now):
            where += timedelta(days=1)
            starts, doubt = _instants(where, ends[0].minutes, context)
    stops, stop_doubt = _instants(where, ends[1].minutes, context)
    guessed = ends[0].guessed or ends[1].guessed
    pairs = [(a, b) for a in starts for b in stops if a < b]
    if not pairs:
        return TimeReading((), Doubt.ENDS_FIRST)
    refs = [TimeRef(Grain.WINDOW, a, b, dated=day is not None, half_guessed=guessed) for a, b in pairs]
    doubt = doubt or stop_doubt
    names = [
        f"{label(r, context, offset=True)} – {label(TimeRef(Grain.POINT, r.end or r.start, None), context, offset=True)}"
        for r in refs
    ]
    return TimeReading(tuple((names[n] if doubt else label(ref, context), ref) for n, ref in enumerate(refs)), doubt)


def _part(day: date | None, part: Part, context: Context) -> TimeReading:
    where = day or context.today
    start, end = _part_ends(where, part, context)
    if day is None and context.now > start + (end - start) * TODAY_ONLY_AFTER:
        where += timedelta(days=1)
        start, end = _part_ends(where, part, context)
    grain = Grain.PART_OF_DAY
    ref = TimeRef(grain, start, end, dated=day is not None)
    return TimeReading(((label(ref, context), ref),))


def _part_ends(day: date, part: Part, context: Context) -> tuple[datetime, datetime]:
    opens = part.start.hour * 60 + part.start.minute
    closes = part.end.hour * 60 + part.end.minute or 1440
    return _instants(day, opens, context)[0][0], _instants(day, closes, context)[0][0]


def _bounded(days: Range | None, bounds: list[BoundPiece], part: Part | None, context: Context) -> TimeReading:
    """After, before, until and by: a window that is cut on one side or both."""
    dated = days is not None
    afters = [b for b in bounds if b.after and b.clock]
    befores = [b for b in bounds if not b.after and b.clock]
    doubt: Doubt | None = None
    first = days[0] if days else context.today
    if days is None and (afters or befores):
        latest = befores[0] if befores else afters[0]
        if (
            latest.clock
            and _instants(first, wall(latest.clock, context, part).minutes, context)[0][-1] < context.now
            and befores
        ):
            first += timedelta(days=1)
    span = days_interval(*(days or (first, first + timedelta(days=1))), context.zone)
    start, end = span.start, span.end
    if afters and afters[0].clock:
        instants, doubt = _instants(first, wall(afters[0].clock, context, part).minutes, context)
        start = instants[0]
    if befores and befores[0].clock:
        last_day = days[1] - timedelta(days=1) if days else first
        stop = _before(befores[0].clock, afters[0].clock if afters else None, context, part)
        instants, stop_doubt = _instants(last_day, stop, context)
        end, doubt = instants[-1], doubt or stop_doubt
    for bound in bounds:
        if bound.day is None:
            continue
        found = readings(bound.day, context)
        if not found.choices:
            return IMPOSSIBLE
        doubt = doubt or found.doubt
        whole = days_interval(*found.choices[0], context.zone)
        dated = True
        if bound.after:
            start = whole.end
            end = max(end, start_of_day(found.choices[0][1] + timedelta(days=7), context.zone))
        else:
            end = whole.end if bound.through else whole.start
    if days is None and start < context.now:
        start = context.now.astimezone(UTC).replace(microsecond=0)
    if end <= start:
        return TimeReading((), Doubt.ENDS_FIRST if dated and (afters and befores) else Doubt.PAST)
    ref = TimeRef(Grain.WINDOW, start, end, dated=dated)
    return TimeReading(((label(ref, context), ref),), doubt)


def _before(clock: ClockSpec, after: ClockSpec | None, context: Context, part: Part | None) -> int:
    """Minutes of the upper bound; the one behind "before" may only be read after the lower one."""
    if after is not None and (ends := walls(after, clock, context, part)) is not None:
        return ends[1].minutes
    return wall(clock, context, part).minutes or 1440


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
        anchor = _point(days.choices[0][0] if days and days.choices else None, piece.clock, None, context)
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
