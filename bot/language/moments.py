"""Clock times on a day as instants: every reading, best first, and what a clock change makes doubtful."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.language.ask import Doubt, Grain, TimeRef
from bot.language.labels import label
from bot.language.pieces import ClockSpec, ClocksPiece
from bot.language.policy import TODAY_ONLY_AFTER, Context, wall, walls
from bot.language.words import Part
from bot.scheduling.interval import Interval
from bot.scheduling.zones import Clock, resolve, start_of_day

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


def point(day: date | None, clock: ClockSpec, part: Part | None, context: Context) -> TimeReading:
    chosen = wall(clock, context, part)
    dated = day is not None
    where = day or context.today
    instants, doubt = instants_of(where, chosen.minutes, context)
    if instants[-1] < context.now - timedelta(minutes=1) and where == context.today:
        other = chosen.other
        later = instants_of(where, other, context) if other is not None and other > chosen.minutes else None
        if later is not None and later[0][0] >= context.now:
            instants, doubt = later
        elif not dated:
            instants, doubt = instants_of(where + timedelta(days=1), chosen.minutes, context)
    refs = [
        TimeRef(Grain.POINT, instant, None, dated=dated, approximate=clock.approximate, half_guessed=chosen.guessed)
        for instant in instants
    ]
    return TimeReading(tuple((label(ref, context, offset=doubt is not None), ref) for ref in refs), doubt)


def between(day: date | None, piece: ClocksPiece, part: Part | None, context: Context) -> TimeReading:
    ends = walls(piece.start, piece.end, context, part)
    if ends is None:
        return TimeReading((), Doubt.ENDS_FIRST)
    where = day or context.today
    starts, doubt = instants_of(where, ends[0].minutes, context)
    if day is None and starts[-1] < context.now:
        stop = instants_of(where, ends[1].minutes, context)[0]
        if not (context.reads and stop[0] > context.now):
            where += timedelta(days=1)
            starts, doubt = instants_of(where, ends[0].minutes, context)
    stops, stop_doubt = instants_of(where, ends[1].minutes, context)
    guessed = ends[0].guessed or ends[1].guessed
    pairs = [(a, b) for a in starts for b in stops if a < b]
    if not pairs:
        return TimeReading((), Doubt.ENDS_FIRST)
    refs = [TimeRef(Grain.WINDOW, a, b, dated=day is not None, half_guessed=guessed) for a, b in pairs]
    doubt = doubt or stop_doubt
    ends_of = [TimeRef(Grain.POINT, stop, None) for _, stop in pairs]
    names = [
        f"{label(ref, context, offset=True)} – {label(stop, context, offset=True)}"
        for ref, stop in zip(refs, ends_of, strict=True)
    ]
    return TimeReading(tuple((names[n] if doubt else label(ref, context), ref) for n, ref in enumerate(refs)), doubt)


def part_of_day(day: date | None, part: Part, context: Context) -> TimeReading:
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
    return instants_of(day, opens, context)[0][0], instants_of(day, closes, context)[0][0]


def instants_of(day: date, minutes: int, context: Context) -> tuple[tuple[datetime, ...], Doubt | None]:
    """The instants of a wall-clock time, best first: the first of two; the time moved forward over a gap."""
    extra, rest = divmod(minutes, 1440)
    if rest == 0 and extra:
        return (start_of_day(day + timedelta(days=extra), context.zone),), None
    found = resolve(day + timedelta(days=extra), time(rest // 60, rest % 60), context.zone)
    if found.clock is Clock.SKIPPED:
        return found.instants[::-1], Doubt.SKIPPED
    return found.instants, Doubt.REPEATED if found.clock is Clock.REPEATED else None


def distinct(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    return tuple({(ref.start, ref.end): (name, ref) for name, ref in reversed(choices)}.values())[::-1]
