"""When is everybody free, and who could come: the heart.

Three values everywhere: free, busy, unknown. Nobody whose calendar is unknown is ever counted as free; they are named
beside the answer. When nobody's calendar is known, or the asker's own is not, there is no answer but that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.scheduling.attendance import Diary, diary, missing
from bot.scheduling.event import Unknown
from bot.scheduling.interval import Interval
from bot.scheduling.question import Frame, Kind, Person, Query, as_read, asked, closed, frame, unread, unseen
from bot.scheduling.rules import DEFAULT_RULES, Slot, slots_of
from bot.scheduling.seconds import intervals, whole
from bot.scheduling.sweep import gaps_between
from bot.scheduling.walls import Range, grid
from bot.scheduling.why_not import Reason, why_not

__all__ = ["Availability", "Kind", "Person", "Query", "Ranked", "Reason", "availability", "rank", "why_not"]

MANY = 200
FEW = 10
"""How many slots an answer holds unless told: all that is free, and the best of what some could come to."""


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
    others = [_other(query, bounds, person) for person in people if not person.own]
    away = missing(starts, bounds.length, [other.diary for other in others])
    best = [start for _, start in sorted(zip(away, starts, strict=True))][: max(limit, 0)]
    slots = _slots(best, bounds.length)
    return tuple(_ranked(slot, start, bounds.length, others) for slot, start in zip(slots, best, strict=True))


def _certain(people: Sequence[Person]) -> bool:
    known = [not isinstance(person.busyness, Unknown) for person in people]
    return any(known) and all(sure or not person.own for sure, person in zip(known, people, strict=True))


def _starts(query: Query, people: Sequence[Person], ranges: Sequence[Range], length: int) -> list[int]:
    rules = next((person.rules for person in people if person.own and person.rules), DEFAULT_RULES)
    step = max(1, whole(rules.step))
    return grid(query.zone, step, ranges, length)


def _slots(starts: Sequence[int], length: int) -> tuple[Slot, ...]:
    return slots_of(intervals(starts, [start + length for start in starts]))


@dataclass(frozen=True, slots=True)
class _Other:
    """Somebody whose coming is counted; `sure`: only what was read of the calendar."""

    name: str
    known: bool
    diary: Diary
    sure: Diary


def _other(query: Query, bounds: Frame, person: Person) -> _Other:
    everything = sure = diary(closed(query, bounds, person))
    if unread(query, person):
        sure = diary(closed(query, bounds, as_read(person)))
    return _Other(person.name, not isinstance(person.busyness, Unknown), everything, sure)


def _ranked(slot: Slot, start: int, length: int, others: Sequence[_Other]) -> Ranked:
    free, busy, unknown = [], [], []
    end = start + length
    for other in others:
        if not other.known:
            unknown.append(other.name)
        elif not other.diary.meets(start, end):
            free.append(other.name)
        elif other.sure.meets(start, end):
            busy.append(other.name)
        else:
            unknown.append(other.name)
    return Ranked(slot, tuple(free), tuple(busy), tuple(unknown))
