"""When is everybody free, and who could come: the heart.

Three values everywhere: free, busy, unknown. Nobody whose calendar is unknown is ever counted as free; they are named
beside the answer. When nobody's calendar is known, or the asker's own is not, there is no answer but that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.scheduling.attendance import Attendance
from bot.scheduling.event import Unknown
from bot.scheduling.interval import Interval
from bot.scheduling.question import Frame, Kind, Person, Query, as_read, asked, closed, frame, unread, unseen
from bot.scheduling.rules import DEFAULT_RULES, Slot
from bot.scheduling.seconds import intervals, whole
from bot.scheduling.sweep import gaps_between
from bot.scheduling.walls import Range, grid
from bot.scheduling.why_not import Reason, why_not

__all__ = ["Availability", "Kind", "Person", "Query", "Ranked", "Reason", "availability", "rank", "why_not"]

MANY = 200
FEW = 5
"""How many slots an answer holds unless told: all that is free, and the best of what some could come to."""

_REMEMBERED = 1 << 12


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
    ranges = gaps_between(
        [*asked(query, bounds), *(rule for person in people for rule in closed(query, bounds, person))], bounds
    )
    starts = _starts(query, people, ranges, bounds.length)
    if query.constraints.latest:
        starts = starts[-1:]
    elif query.constraints.earliest:
        starts = starts[:1]
    free = intervals([low for low, _ in ranges], [high for _, high in ranges])
    return Availability(tuple(free), _slots(starts[: max(limit, 0)], bounds.length), unknown)


def rank(query: Query, people: Sequence[Person], limit: int = FEW) -> tuple[Ranked, ...]:
    """The slots at which the asker is free, most free people first, then by time; at most `limit`.

    Unknown people are never counted as free. No slot at all when the asker's calendar, or everybody's, is unknown.
    """
    if not _certain(people):
        return ()
    bounds = frame(query)
    own = [rule for person in people if person.own for rule in closed(query, bounds, person)]
    starts = _starts(query, people, gaps_between([*asked(query, bounds), *own], bounds), bounds.length)
    others = [person for person in people if not person.own and not isinstance(person.busyness, Unknown)]
    attendance = Attendance(starts, bounds.length)
    for person in others:
        attendance.add(list(closed(query, bounds, person)))
    away = attendance.away()
    best = [place for _, place in sorted(zip(away.counts(), range(len(starts)), strict=True))[: max(limit, 0)]]
    slots = _slots([starts[place] for place in best], bounds.length)
    unknown = [person.name for person in people if not person.own and isinstance(person.busyness, Unknown)]
    partly = [place for place, person in enumerate(others) if unread(query, person)]
    names = [person.name for person in others]
    ranked = []
    for slot, place in zip(slots, best, strict=True):
        flags = away.who(place)
        free = [name for name, flag in zip(names, flags, strict=False) if flag == "0"]
        busy = [name for name, flag in zip(names, flags, strict=False) if flag == "1"]
        unsure = [n for n in partly if flags[n] == "1" and not _surely_away(query, bounds, others[n], starts[place])]
        if unsure:
            busy = [name for n, name in enumerate(names) if flags[n] == "1" and n not in unsure]
        ranked.append(Ranked(slot, tuple(free), tuple(busy), (*unknown, *[names[n] for n in unsure])))
    return tuple(ranked)


def _surely_away(query: Query, bounds: Frame, person: Person, start: int) -> bool:
    """By what was read of a calendar that was not wholly read."""
    return any(rule.shuts(start, start + bounds.length) for rule in closed(query, bounds, as_read(person)))


def _certain(people: Sequence[Person]) -> bool:
    known = [not isinstance(person.busyness, Unknown) for person in people]
    return any(known) and all(sure or not person.own for sure, person in zip(known, people, strict=True))


def _starts(query: Query, people: Sequence[Person], ranges: Sequence[Range], length: int) -> list[int]:
    rules = next((person.rules for person in people if person.own and person.rules), DEFAULT_RULES)
    step = max(1, whole(rules.step))
    return grid(query.zone, step, ranges, length)


def _slots(starts: Sequence[int], length: int) -> tuple[Slot, ...]:
    return tuple(map(_offers(length).__getitem__, starts))


class _Offers(dict[int, Slot]):
    """Start → slot of one length, remembered: different people are offered the same half hours all day."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self._length = length

    def __missing__(self, start: int) -> Slot:
        if len(self) >= _REMEMBERED:
            self.clear()
        self[start] = made = Slot(intervals((start,), (start + self._length,))[0])
        return made


_offers = lru_cache(maxsize=8)(_Offers)
