"""One sweep over everybody's closed stretches, in whole seconds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice

from bot.scheduling.question import Closed, Frame
from bot.scheduling.seconds import ALWAYS_BEFORE
from bot.scheduling.walls import Range

FEW = 1_000
HERD = 20_000
"""Up to so few stretches sorting them is the fastest way, from so many on putting them into cells; see `make bench`."""


def gaps_between(rules: Sequence[Closed], bounds: Frame) -> list[Range]:
    """What is left open between the rules, each at least as long as the meeting; in order.

    Somewhere in the rules everything outside the window must be closed (`question.asked` does that).
    """
    count = sum([len(rule.starts) for rule in rules])
    if count <= FEW:
        return _by_sorting(rules, bounds.length)
    cells = (bounds.high - bounds.low) // bounds.length + 1
    if bounds.low < 0 or (count > HERD and count > cells):
        return _by_cell(rules, bounds)
    return _by_start(rules, bounds.length)


def _by_sorting(rules: Iterable[Closed], length: int) -> list[Range]:
    """All starts and all ends in two sorted lists.

    Between end i and start i + 1 there is a gap exactly when the start is later: i + 1 stretches have begun by then,
    and the same i + 1 have ended.
    """
    starts: list[int] = []
    ends: list[int] = []
    for rule in rules:
        starts += rule.starts
        ends += rule.ends
    starts.sort()
    ends.sort()
    return [(end, start) for end, start in zip(ends, islice(starts, 1, None), strict=False) if start - end >= length]


def _by_start(rules: Iterable[Closed], length: int) -> list[Range]:
    """A table of start → furthest end, and a walk over its sorted keys; not for windows before 1970.

    Calendars are full of the same quarter hours, so the table is much smaller than what went in.
    """
    furthest: defaultdict[int, int] = defaultdict(int)  # what ended before 1970 is of no matter here
    for rule in rules:
        for start, end in zip(rule.starts, rule.ends, strict=True):
            if end > furthest[start]:
                furthest[start] = end
    gaps = []
    cursor = ALWAYS_BEFORE
    for start in sorted(furthest):
        if start - cursor >= length:
            gaps.append((cursor, start))
        if furthest[start] > cursor:
            cursor = furthest[start]
    return gaps


def _by_cell(rules: Iterable[Closed], bounds: Frame) -> list[Range]:
    """The window in cells of one meeting's length; of the stretches that begin in a cell, the first start and last end.

    What lies between two stretches that begin in one cell is shorter than the meeting, so it is no gap, and they may
    be taken as one. Nothing is sorted: the work is a few steps a stretch, whatever its times.
    """
    low, high, length = bounds.low, bounds.high, bounds.length
    first = [high] * ((high - low) // length + 1)
    last = [low] * len(first)
    for rule in rules:
        pairs: Iterable[Range] = zip(rule.starts, rule.ends, strict=True)
        if min(rule.starts, default=low) < low or max(rule.starts, default=low) >= high:
            pairs = [(max(start, low), end) for start, end in pairs if start < high and low < end]
        for start, end in pairs:
            cell = (start - low) // length
            if end > last[cell]:
                last[cell] = end
            if start < first[cell]:
                first[cell] = start
    gaps = []
    cursor = low
    for start, end in zip(first, last, strict=True):
        if start == high:  # nothing begins in this cell
            continue
        if start - cursor >= length:
            gaps.append((cursor, start))
        if end > cursor:
            cursor = end
    if high - cursor >= length:
        gaps.append((cursor, high))
    return gaps
