"""Time as half-open intervals of instants.

An `Interval` is `[start, end)`; both ends are aware and are kept in UTC, so that comparing and subtracting are
about instants and never about wall clocks (Python compares two datetimes of one zone by their wall clock, and
gets the hour wrong that a clock change repeats). A zone is only for showing: see `zones.py`.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import repeat


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """`[start, end)`, never empty. Raises ValueError for naive ends or an end not after the start."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("an interval needs aware datetimes")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.start >= self.end:
            raise ValueError("an interval ends after it starts")

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def overlaps(self, other: "Interval") -> bool:
        """True when the two share an instant; touching ends do not count."""
        return self.start < other.end and other.start < self.end

    def contains(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    def covers(self, other: "Interval") -> bool:
        return self.start <= other.start and other.end <= self.end

    def clip(self, window: "Interval") -> "Interval | None":
        """The part inside `window`, or None when they share nothing."""
        start, end = max(self.start, window.start), min(self.end, window.end)
        return Interval(start, end) if start < end else None

    def padded(self, before: timedelta, after: timedelta) -> "Interval":
        return Interval(self.start - before, self.end + after)


_set_start = vars(Interval)["start"].__set__
_set_end = vars(Interval)["end"].__set__


def unchecked(starts: Sequence[datetime], ends: Sequence[datetime]) -> list[Interval]:
    """The Intervals of ends already known to be UTC and in order, seven times faster: for what an engine computed."""
    made = list(map(object.__new__, repeat(Interval, len(starts))))
    deque(map(_set_start, made, starts), 0)
    deque(map(_set_end, made, ends), 0)
    return made


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """Sorted, disjoint and not touching; the same instants as the input."""
    merged: list[Interval] = []
    for interval in sorted(intervals):
        if merged and interval.start <= merged[-1].end:
            if interval.end > merged[-1].end:
                merged[-1] = Interval(merged[-1].start, interval.end)
        else:
            merged.append(interval)
    return merged


def gaps(busy: Sequence[Interval], window: Interval) -> list[Interval]:
    """What `busy` leaves of `window`; `busy` in any order."""
    free: list[Interval] = []
    cursor = window.start
    for interval in merge(busy):
        if interval.end <= window.start:
            continue
        if interval.start >= window.end:
            break
        if interval.start > cursor:
            free.append(Interval(cursor, interval.start))
        cursor = interval.end
    if cursor < window.end:
        free.append(Interval(cursor, window.end))
    return free


def intersect(left: Sequence[Interval], right: Sequence[Interval]) -> list[Interval]:
    """The instants in both, merged."""
    left, right = merge(left), merge(right)
    shared: list[Interval] = []
    i = j = 0
    while i < len(left) and j < len(right):
        part = left[i].clip(right[j])
        if part is not None:
            shared.append(part)
        if left[i].end <= right[j].end:
            i += 1
        else:
            j += 1
    return shared


def subtract(intervals: Sequence[Interval], taken: Sequence[Interval]) -> list[Interval]:
    """The instants of `intervals` that are not in `taken`, merged."""
    return [free for interval in merge(intervals) for free in gaps(taken, interval)]
