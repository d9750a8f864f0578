"""Who could come to which of the offered starts, counted over everybody at once."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate, chain
from math import gcd

from bot.scheduling.question import Closed
from bot.scheduling.seconds import ALWAYS_AFTER

_GROUP = 30  # people whose flags share one number: a digit of a Python integer, above which it is slower


class Attendance:
    """For offered starts, in order of time, of meetings of `length` seconds: who of the people added is away.

    Offered starts lie on a grid, so "how many of them are before this time" is one division and one look into a
    table, and every closed stretch becomes "from this start in the list up to that one".
    """

    def __init__(self, offered: Sequence[int], length: int) -> None:
        self._offered, self._length = offered, length
        self._ended = [*offered, ALWAYS_AFTER]
        self._people = 0
        self._changes: list[list[int]] = []  # by group: whose flag is raised or lowered from which start on
        origin, final = (offered[0], offered[-1]) if offered else (0, 0)
        self._grain = gcd(*(start - origin for start in offered)) or 1
        cells = [0] * ((final - origin) // self._grain + 1)
        for start in offered:
            cells[(start - origin) // self._grain] = 1
        # At n: how many starts lie at or before origin + n * grain. The last one is where index -1 looks: none.
        self._places = [*accumulate(cells), 0]

    def add(self, rules: Sequence[Closed]) -> None:
        """One more person, by what closes their time."""
        group, index = divmod(self._people, _GROUP)
        self._people += 1
        if not index:
            self._changes.append([0] * (len(self._offered) + 1))
        if not self._offered:
            return
        flag, change = 1 << index, self._changes[group]
        origin, length, grain, places = self._offered[0], self._length, self._grain, self._places
        before_opening, before_closing = origin + length, origin + 1
        reached = 0  # up to where the flag is up
        offered = self._ended
        for opening, closing in zip(*self._meeting(rules), strict=True):
            # A meeting shares time with the stretch when it ends after its opening and starts before its closing.
            first = places[(opening - before_opening) // grain]
            if offered[first] < closing:
                last = places[(closing - before_closing) // grain]
                if reached < last:
                    change[first if first > reached else reached] += flag
                    change[last] -= flag
                    reached = last

    def _meeting(self, rules: Sequence[Closed]) -> tuple[list[int], list[int]]:
        """The stretches that can meet an offer, cut so that nothing reaches over the edges of the table.

        All starts sorted and all ends sorted: the n-th of both are taken as a stretch, for which of them belong
        together is nothing to what they cover.
        """
        starts, ends = _sorted([rule.starts for rule in rules]), _sorted([rule.ends for rule in rules])
        origin, final, length = self._offered[0], self._offered[-1], self._length
        begin, stop = bisect_right(ends, origin), bisect_left(starts, final + length)
        inside, over = bisect_left(starts, origin + length, begin, stop), bisect_left(ends, final + 1, begin, stop)
        starts[begin:inside] = [origin + length - 1] * (inside - begin)
        ends[over:stop] = [final + 1] * (stop - over)
        return starts[begin:stop], ends[begin:stop]

    def away(self) -> "Away":
        return Away([list(accumulate(change[:-1])) for change in self._changes], len(self._offered))


class Away:
    """Who is away, by place of the start in the list and number of the person in order of adding."""

    def __init__(self, flags: list[list[int]], count: int) -> None:
        self._flags, self._count = flags, count

    def counts(self) -> list[int]:
        """How many are away, for every start."""
        if not self._flags:
            return [0] * self._count
        return list(map(sum, zip(*[map(int.bit_count, group) for group in self._flags], strict=True)))

    def who(self, place: int) -> str:
        """Of every person added, "1" for away and "0" for not; some more "0" may follow."""
        return "".join([f"{group[place]:0{_GROUP}b}"[::-1] for group in self._flags])


def _sorted(parts: Sequence[Sequence[int]]) -> list[int]:
    return sorted(parts[0] if len(parts) == 1 else chain.from_iterable(parts))
