"""Which instants a wall clock shows a given time: weekly hours, days and a grid of starts, in whole seconds.

The definition is by instant: an instant is in "09:00 to 17:00" when the clock on the wall of that zone shows a time
from 09:00 and before 17:00 at it. So an hour that a clock change skips is in no range, and an hour that it repeats
is in its range twice. A zone is cut into stretches of one offset, found once; within a stretch all is integers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from datetime import time as clock_time
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.scheduling.rules import TimeRange, WorkingHours
from bot.scheduling.seconds import DAY

Range = tuple[int, int]
"""`[from, to)` in seconds; of a day, where `to` past 86,400 runs into the next day, or since 1970."""

Week = tuple[tuple[Range, ...], ...]
"""Seven lists of ranges of a day, Monday first."""

WHOLE_DAY: Range = (0, DAY)

_BLOCK = 32 * DAY
_FIRST = int(datetime(1, 1, 3, tzinfo=UTC).timestamp())
_LAST = int(datetime(9999, 12, 29, tzinfo=UTC).timestamp())


def ranges_of(ranges: Sequence[TimeRange]) -> tuple[Range, ...]:
    """Wall-clock ranges as seconds of the day. `to` 00:00 is the end of the day; an earlier `to` is on the next."""
    found = []
    for begin, end in ranges:
        low, high = _second(begin), _second(end)
        if high == 0 or high < low:
            high += DAY
        if low < high:
            found.append((low, high))
    return tuple(found)


def week_of(ranges: Mapping[int, Sequence[TimeRange]]) -> Week:
    return tuple(ranges_of(ranges.get(weekday, ())) for weekday in range(7))


@lru_cache(maxsize=1024)
def hours_of(hours: WorkingHours) -> Week:
    return week_of(hours.week)


def weekly(tz: ZoneInfo, week: Week, low: int, high: int) -> tuple[Range, ...]:
    """The ranges of a week as instants, merged, covering at least `[low, high)`.

    Remembered by zone, week and whole days: a window that begins "now" finds what the last one left.
    """
    return _weekly(tz, week, low // DAY, -(-high // DAY))


@lru_cache(maxsize=2048)
def _weekly(tz: ZoneInfo, week: Week, first: int, last: int) -> tuple[Range, ...]:
    return tuple(_ranges(tz, first * DAY, last * DAY, lambda day: week[(day + 3) % 7]))  # day 0 was a Thursday


def days(tz: ZoneInfo, wanted: Callable[[int], bool], low: int, high: int) -> list[Range]:
    """The instants of `[low, high)` on local days, numbered from 1970-01-01, that are wanted; merged."""
    whole = (WHOLE_DAY,)
    return _ranges(tz, low, high, lambda day: whole if wanted(day) else ())


def day_number(tz: ZoneInfo, second: int) -> int:
    """The local day of an instant, counted from 1970-01-01."""
    return (second + offset_at(tz, second)) // DAY


def grid(tz: ZoneInfo, step: int, ranges: Sequence[Range], length: int) -> list[int]:
    """Where the wall clock shows midnight plus n times `step`, with `length` left of its range; ranges in order."""
    found: list[int] = []
    if not ranges:
        return found
    pieces = stretches(tz, ranges[0][0], ranges[-1][1])
    if len(pieces) == 1 and DAY % step == 0:
        offset = pieces[0][2]
        after = 1 - length
        return [start for low, high in ranges for start in range(low + -(low + offset) % step, high + after, step)]
    for low, end_of_range in ranges:
        high = end_of_range - length + 1
        for begin, end, offset in pieces:
            if begin < high and low < end:
                found += _on_grid(max(low, begin), min(high, end), offset, step)
    return found


def _on_grid(low: int, high: int, offset: int, step: int) -> Iterable[int]:
    if DAY % step == 0:
        return range(low + -(low + offset) % step, high, step)
    found: list[int] = []
    for day in range((low + offset) // DAY, (high + offset - 1) // DAY + 1):
        midnight = day * DAY - offset
        first = midnight if midnight >= low else low + (midnight - low) % step
        found += range(first, min(high, midnight + DAY), step)
    return found


def stretches(tz: ZoneInfo, low: int, high: int) -> list[tuple[int, int, int]]:
    """`[low, high)` cut where the zone's offset changes: (from, to, seconds east of UTC), in order."""
    found: list[tuple[int, int, int]] = []
    for block in range(low // _BLOCK, (high - 1) // _BLOCK + 1):
        for begin, end, offset in _stretches(tz, block):
            begin, end = max(begin, low), min(end, high)
            if begin >= end:
                continue
            if found and found[-1][2] == offset:
                begin = found.pop()[0]
            found.append((begin, end, offset))
    return found


def offset_at(tz: ZoneInfo, second: int) -> int:
    """Seconds east of UTC at an instant."""
    offset = datetime.fromtimestamp(min(max(second, _FIRST), _LAST), tz).utcoffset()
    if offset is None:  # no ZoneInfo says so
        raise ValueError(f"{tz} has no offset")
    return offset.days * DAY + offset.seconds


@lru_cache(maxsize=4096)
def _stretches(tz: ZoneInfo, block: int) -> tuple[tuple[int, int, int], ...]:
    """The stretches of 32 days. No zone changes its clock twice within one day."""
    start, end = block * _BLOCK, (block + 1) * _BLOCK
    cuts, offsets = [start], [offset_at(tz, start)]
    for before, after in pairwise(range(start, end + 1, DAY)):
        offset = offset_at(tz, after)
        if offset != offsets[-1]:
            low, high = before, after  # low still has the old offset, high the new one
            while high - low > 1:
                middle = (low + high) // 2
                if offset_at(tz, middle) == offset:
                    high = middle
                else:
                    low = middle
            if high < end:
                cuts.append(high)
                offsets.append(offset)
    return tuple(zip(cuts, [*cuts[1:], end], offsets, strict=True))


def _ranges(tz: ZoneInfo, low: int, high: int, on_day: Callable[[int], Sequence[Range]]) -> list[Range]:
    found: list[Range] = []
    for begin, end, offset in stretches(tz, low, high):
        # One day earlier too: its ranges may run past midnight.
        for day in range((begin + offset) // DAY - 1, (end + offset - 1) // DAY + 1):
            midnight = day * DAY - offset
            for opens, closes in on_day(day):
                piece = max(midnight + opens, begin), min(midnight + closes, end)
                if piece[0] < piece[1]:
                    found.append(piece)
    return merged(found)


def merged(ranges: Sequence[Range]) -> list[Range]:
    """Sorted, disjoint and not touching."""
    found: list[Range] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1]:
            if high > found[-1][1]:
                found[-1] = found[-1][0], high
        else:
            found.append((low, high))
    return found


def _second(clock: clock_time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second
