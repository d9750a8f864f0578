"""After, before, until and by: windows that are cut on one side or both."""

from datetime import UTC, timedelta

from bot.language.ask import Doubt, Grain, TimeRef
from bot.language.days import Range, readings
from bot.language.labels import label
from bot.language.moments import IMPOSSIBLE, TimeReading, instants_of
from bot.language.pieces import BoundPiece, ClockSpec
from bot.language.policy import Context, wall, walls
from bot.language.words import Part
from bot.scheduling.zones import days_interval, start_of_day


def bounded(days: Range | None, bounds: list[BoundPiece], part: Part | None, context: Context) -> TimeReading:
    """After, before, until and by: a window that is cut on one side or both."""
    dated = days is not None
    afters = [b for b in bounds if b.after and b.clock and not b.day]
    befores = [b for b in bounds if not b.after and b.clock and not b.day]
    doubt: Doubt | None = None
    first = days[0] if days else context.today
    if days is None and (afters or befores):
        latest = befores[0] if befores else afters[0]
        if (
            latest.clock
            and instants_of(first, wall(latest.clock, context, part).minutes, context)[0][-1] < context.now
            and befores
        ):
            first += timedelta(days=1)
    span = days_interval(*(days or (first, first + timedelta(days=1))), context.zone)
    start, end = span.start, span.end
    if afters and afters[0].clock:
        instants, doubt = instants_of(first, wall(afters[0].clock, context, part).minutes, context)
        start = instants[0]
    if befores and befores[0].clock:
        last_day = days[1] - timedelta(days=1) if days else first
        stop = _before(befores[0].clock, afters[0].clock if afters else None, context, part)
        instants, stop_doubt = instants_of(last_day, stop, context)
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
        if bound.clock is not None:
            instants, clock_doubt = instants_of(found.choices[0][0], wall(bound.clock, context, part).minutes, context)
            doubt = doubt or clock_doubt
            start, end = (instants[0], max(end, whole.end)) if bound.after else (start, instants[-1])
            continue
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
