"""What a question limits: "mornings only", "after 2pm", "not Friday", "weekdays", "the earliest"."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from bot.language.ask import Grain
from bot.language.days import readings
from bot.language.gather import Gathered
from bot.language.moments import TimeReading
from bot.language.pieces import BoundPiece, ClocksPiece, DayPiece, DaysPiece, Found, PartPiece, WeekdaysPiece
from bot.language.policy import Context, wall, walls
from bot.language.tokens import Token
from bot.language.words import Tag
from bot.scheduling.rules import Constraints, TimeRange


def limits(got: Gathered, tokens: Sequence[Token], reading: TimeReading, context: Context) -> Constraints:
    """The limits in the gathered pieces, as wall-clock rules of the asker's zone."""
    parts = _parts(got, reading, context)
    not_weekdays: set[int] = set()
    not_dates: set[date] = set()
    not_parts: list[TimeRange] = []
    for found in got.refused:
        _refuse(found, context, not_weekdays, not_dates, not_parts)
    named = context.words.parts
    outside = any(not _inside(part, context) for part in parts)
    late = any(not _inside(_range(m, min(m + 1, 1440)), context) for m in _minutes(got, context))
    return Constraints(
        parts=tuple(parts),
        weekdays=frozenset(got.weekdays),
        not_weekdays=frozenset(not_weekdays),
        not_dates=frozenset(not_dates),
        not_parts=tuple(not_parts),
        windows=reading.windows,
        any_hours=late
        or (outside and (bool(got.spans) or any(named[p.part].start >= context.hours[1] for p in got.parts))),
        earliest=any(Tag.FIRST_SLOT in token.senses for token in tokens),
        latest=any(Tag.LAST_SLOT in token.senses for token in tokens),
    )


def _parts(got: Gathered, reading: TimeReading, context: Context) -> list[TimeRange]:
    """The ranges of the day that are wanted; "tomorrow morning" is a window already, and a range as well."""
    named = context.words.parts
    parts = [(named[p.part].start, named[p.part].end) for p in got.parts]
    valid = [span for span in got.spans if span.start.valid and span.end.valid]
    edges = [ends for span in valid if (ends := walls(span.start, span.end, context)) is not None]
    parts += [_range(first.minutes, last.minutes) for first, last in edges]
    if not parts and context.reads and reading.best is not None and reading.best.grain is Grain.DAYS:
        for piece in got.clocks:
            minutes = wall(piece.clock, context).minutes if piece.clock.valid else 0
            parts.append(_range(minutes, min(minutes + 60, 1440)))
    clocks = [bound for bound in got.bounds if bound.clock is not None and bound.clock.valid]
    if not parts and clocks:
        parts.append(_bounded(clocks, context))
    return [part for part in parts if part[0] < part[1] or part[1] == time(0)]


def _minutes(got: Gathered, context: Context) -> list[int]:
    return [wall(piece.clock, context).minutes % 1440 for piece in got.clocks if piece.clock.valid]


def _bounded(bounds: list[BoundPiece], context: Context) -> TimeRange:
    start, end = 0, 1440
    for bound in bounds:
        if bound.clock is None:
            continue
        minutes = wall(bound.clock, context).minutes
        if bound.after:
            start = minutes
        else:
            end = minutes or 1440
    return _range(start, end)


def _range(start: int, end: int) -> TimeRange:
    return time(start // 60 % 24, start % 60), time(end // 60 % 24, end % 60)


def _inside(part: TimeRange, context: Context) -> bool:
    return part[0] < context.hours[1] and (part[1] == time(0) or part[1] > context.hours[0])


def _refuse(found: Found, context: Context, weekdays: set[int], dates: set[date], parts: list[TimeRange]) -> None:
    match found.piece:
        case DayPiece(day):
            if day.weekday is not None and day.day is None and day.toward is None and day.week is None:
                weekdays.add(day.weekday)
                return
            read = readings(day, context)
            for first, end in read.choices[:1]:
                dates.update(first + timedelta(days=n) for n in range(min((end - first).days, 62)))
        case DaysPiece(first_day, last_day):
            first_read, last_read = readings(first_day, context), readings(last_day, context)
            if first_read.choices and last_read.choices:
                start, stop = first_read.choices[0][0], last_read.choices[0][1]
                dates.update(start + timedelta(days=n) for n in range(min((stop - start).days, 62)))
        case WeekdaysPiece(days):
            weekdays.update(days)
        case PartPiece(part):
            named = context.words.parts[part]
            parts.append((named.start, named.end))
        case ClocksPiece(start_clock, end_clock):
            if start_clock.valid and end_clock.valid and (ends := walls(start_clock, end_clock, context)):
                parts.append(_range(ends[0].minutes, ends[1].minutes))
        case BoundPiece():
            if found.piece.clock is not None and found.piece.clock.valid:
                parts.append(_bounded([found.piece], context))
        case _:
            return
