"""Who could come to which of the offered starts, counted over everybody at once."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import gcd

from bot.scheduling.question import Closed

_MANY = 200
_REMEMBERED = 1 << 14


@dataclass(frozen=True, slots=True)
class Diary:
    """The closed time of one person: all starts and all ends, each sorted; overlaps allowed."""

    starts: list[int]
    ends: list[int]

    def meets(self, start: int, end: int) -> bool:
        """True when `[start, end)` shares a second with closed time: more of it has begun by the end than is over."""
        return bisect_left(self.starts, end) > bisect_right(self.ends, start)


def diary(rules: Iterable[Closed]) -> Diary:
    starts: list[int] = []
    ends: list[int] = []
    for rule in rules:
        starts += rule.starts
        ends += rule.ends
    starts.sort()
    ends.sort()
    return Diary(starts, ends)


def missing(offered: Sequence[int], length: int, people: Sequence[Diary]) -> list[int]:
    """For every offered start, in order of time: how many people's diaries meet the `length` seconds from it.

    Offered starts lie on a grid, so "how many of them are before this time" is one division and one look into a
    table, and every stretch becomes "from this start in the list up to that one".
    """
    if not offered:
        return []
    origin, final = offered[0], offered[-1]
    grain = gcd(*(start - origin for start in offered)) or 1
    cells = [0] * ((final - origin) // grain + 2)  # the last one stays 0: it is where index -1 looks
    for start in offered:
        cells[(start - origin) // grain] = 1
    places = [*accumulate(cells[:-1]), 0]  # at n: how many starts lie at or before origin + n * grain
    # A meeting shares time with a stretch when it ends after its opening and starts before its closing.
    opening = _Places(places, grain, origin + length, len(people))
    closing = _Places(places, grain, origin + 1, len(people))
    change = [0] * (len(offered) + 1)
    for person in people:
        # Only what can meet an offer, and nothing that reaches over the edges of the table. The n-th start and the
        # n-th end are taken as a stretch: which of them belong together is nothing to what they cover.
        starts, ends = person.starts, person.ends
        begin, stop = bisect_right(ends, origin), bisect_left(starts, final + length)
        inside, over = bisect_left(starts, origin + length, begin, stop), bisect_left(ends, final + 1, begin, stop)
        opens = [origin + length - 1] * (inside - begin) + starts[inside:stop]
        closes = ends[begin:over] + [final + 1] * (stop - over)
        reached = 0  # where the person is counted as away already
        for first, last in zip(opening.of(opens), closing.of(closes), strict=True):
            if last > reached and first < last:
                change[first if first > reached else reached] += 1
                change[last] -= 1
                reached = last
    return list(accumulate(change[:-1]))


class _Places(dict[int, int]):
    """A time → how many offered starts lie before it; remembered where many people name the same quarter hours."""

    def __init__(self, places: list[int], grain: int, origin: int, people: int) -> None:
        super().__init__()
        self._places, self._grain, self._origin = places, grain, origin
        self._limit = _REMEMBERED if people > _MANY else 0

    def __missing__(self, second: int) -> int:
        self[second] = place = self._places[(second - self._origin) // self._grain]
        return place

    def of(self, seconds: list[int]) -> Iterable[int]:
        if len(self) < self._limit:
            return map(self.__getitem__, seconds)
        places, grain, origin = self._places, self._grain, self._origin
        return [places[(second - origin) // grain] for second in seconds]
