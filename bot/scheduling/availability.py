"""When is everybody free, and who could come: the heart.

Three values everywhere: free, busy, unknown. Nobody whose calendar is unknown is ever counted as free; they are named
beside the answer. When nobody's calendar is known, or the asker's own is not, there is no answer but that.

The sweep: everybody's closed stretches go into one table, start to furthest end. Calendars are full of the same
quarter hours, so the table stays small however many people there are, and only its keys are sorted. One walk over
them finds the gaps that nobody closes.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from bot.scheduling.event import Unknown
from bot.scheduling.interval import Interval
from bot.scheduling.question import Closed, Frame, Kind, Person, Query, as_read, asked, closed, frame, unread, unseen
from bot.scheduling.rules import Rules, Slot, slots_of
from bot.scheduling.seconds import ALWAYS_BEFORE, intervals, whole
from bot.scheduling.walls import Range, grid
from bot.scheduling.why_not import Reason, why_not

__all__ = ["Availability", "Kind", "Person", "Query", "Ranked", "Reason", "availability", "rank", "why_not"]

MANY = 200


@dataclass(frozen=True, slots=True)
class Availability:
    """The answer, in order of time.

    `free`: the longest ranges in which a meeting of that length may lie anywhere, everybody known being free.
    `slots`: offered starts in them. `unknown`: (name, reason) of everybody whose time is not wholly known: say so.
    """

    free: tuple[Interval, ...]
    slots: tuple[Slot, ...]
    unknown: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """A slot and who could come; names as given, asker left out."""

    slot: Slot
    free: tuple[str, ...]
    busy: tuple[str, ...]
    unknown: tuple[str, ...] = ()


def availability(query: Query, people: Sequence[Person], limit: int = MANY) -> Availability:
    """When everybody known is free, with at most `limit` slots.

    "The earliest" and "the latest" (`Constraints`) leave one slot. The asker's calendar unknown, or nobody's known:
    no free range and no slot.
    """
    unknown = tuple((person.name, reason) for person in people if (reason := unseen(query, person)))
    if not _certain(people):
        return Availability((), (), unknown)
    bounds = frame(query)
    ranges = _gaps(
        [*asked(query, bounds), *(rule for person in people for rule in closed(query, bounds, person))], bounds
    )
    starts = _starts(query, people, ranges, bounds.length)
    if query.constraints.latest:
        starts = starts[-1:]
    elif query.constraints.earliest:
        starts = starts[:1]
    free = intervals([low for low, _ in ranges], [high for _, high in ranges])
    return Availability(tuple(free), _slots(starts[: max(limit, 0)], bounds.length), unknown)


def rank(query: Query, people: Sequence[Person], limit: int = MANY) -> tuple[Ranked, ...]:
    """The slots at which the asker is free, most free people first, then by time; at most `limit`.

    Unknown people are never counted as free. No slot at all when the asker's calendar, or everybody's, is unknown.
    """
    if not _certain(people):
        return ()
    bounds = frame(query)
    own = [rule for person in people if person.own for rule in closed(query, bounds, person)]
    starts = _starts(query, people, _gaps([*asked(query, bounds), *own], bounds), bounds.length)
    others = [_Other(query, bounds, person) for person in people if not person.own]
    begun = sorted(chain.from_iterable(other.unable[0] for other in others))
    over = sorted(chain.from_iterable(other.unable[1] for other in others))
    missing = {start: bisect_left(begun, start) - bisect_right(over, start) for start in starts}
    best = sorted(starts, key=lambda start: (missing[start], start))[: max(limit, 0)]
    return tuple(_ranked(slot, start, others) for slot, start in zip(_slots(best, bounds.length), best, strict=True))


def _certain(people: Sequence[Person]) -> bool:
    known = [person for person in people if not isinstance(person.busyness, Unknown)]
    return bool(known) and all(person in known for person in people if person.own)


def _gaps(rules: Iterable[Closed], bounds: Frame) -> list[Range]:
    """What is left open between the rules, at least `length` long."""
    furthest: dict[int, int] = {}
    reached = furthest.get
    for rule in rules:
        for start, end in zip(rule.starts, rule.ends, strict=True):
            if end > reached(start, start):
                furthest[start] = end  # noqa: PERF403 — a comprehension cannot look back
    gaps = []
    cursor = ALWAYS_BEFORE
    length = bounds.length
    for start in sorted(furthest):
        if start - cursor >= length:
            gaps.append((cursor, start))
        if furthest[start] > cursor:
            cursor = furthest[start]
    return gaps


def _starts(query: Query, people: Sequence[Person], ranges: Sequence[Range], length: int) -> list[int]:
    step = whole(next((person.rules for person in people if person.own and person.rules), Rules()).step)
    return grid(query.zone, step, [(low, high - length + 1) for low, high in ranges])


def _slots(starts: Sequence[int], length: int) -> tuple[Slot, ...]:
    return slots_of(intervals(starts, [start + length for start in starts]))


class _Other:
    """Somebody whose coming is counted: `unable` and, where not all was read, `sure`: unable by what was."""

    def __init__(self, query: Query, bounds: Frame, person: Person) -> None:
        self.name = person.name
        self.known = not isinstance(person.busyness, Unknown)
        self.unable = _unable(closed(query, bounds, person), bounds.length)
        self.sure = self.unable
        if unread(query, person):
            self.sure = _unable(closed(query, bounds, as_read(person)), bounds.length)


def _unable(rules: Iterable[Closed], length: int) -> tuple[list[int], list[int]]:
    """One person: the starts t at which a slot would meet closed time are those in one of the open ranges returned.

    A gap shorter than the slot is no gap, so the ranges are disjoint and a person counts once.
    """
    starts: list[int] = []
    ends: list[int] = []
    for rule in rules:
        starts += rule.starts
        ends += rule.ends
    if not starts:
        return [], []
    starts.sort()
    ends.sort()
    # In two sorted lists, end i and start i + 1 have a gap between them exactly when the start is later: i + 1 spans
    # have begun by then, and the same i + 1 have ended.
    kept = [pair for pair in zip(ends, islice(starts, 1, None), strict=False) if pair[1] - pair[0] >= length]
    return [starts[0] - length, *[start - length for _, start in kept]], [*[end for end, _ in kept], ends[-1]]


def _falls_in(start: int, unable: tuple[list[int], list[int]]) -> bool:
    return bisect_left(unable[0], start) != bisect_right(unable[1], start)


def _ranked(slot: Slot, start: int, others: Sequence[_Other]) -> Ranked:
    free, busy, unknown = [], [], []
    for other in others:
        if not other.known:
            unknown.append(other.name)
        elif not _falls_in(start, other.unable):
            free.append(other.name)
        elif _falls_in(start, other.sure):
            busy.append(other.name)
        else:
            unknown.append(other.name)
    return Ranked(slot, tuple(free), tuple(busy), tuple(unknown))
