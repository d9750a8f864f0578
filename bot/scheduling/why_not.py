"""Why a time cannot be had, in words that give nothing of other people away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.scheduling.event import FreeBusy, Known, Unknown
from bot.scheduling.question import Frame, Kind, Person, Query, asked, closed, taken
from bot.scheduling.seconds import down, instant, up, whole


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. `person` is the name it is about; "" when it is about the question itself."""

    kind: Kind
    person: str = ""


def why_not(query: Query, people: Sequence[Person], start: datetime) -> tuple[Reason, ...]:
    """Every reason against a slot at `start`, the question's own first, then by person; empty: it is free.

    Of other people only BUSY and UNKNOWN are told, whichever of their rules it was. Where a time is known to be
    unfree, that somebody is unknown is still among the reasons. A start beside the slot grid is no reason.
    """
    # Outwards, so that the window of a slot that begins at some microsecond does not leave that slot outside.
    bounds = Frame(down(query.window.start), up(query.window.end), whole(query.duration))
    begin = down(start)
    end = begin + bounds.length
    reasons = [Reason(rule.kind) for rule in asked(query, bounds) if rule.shuts(begin, end)]
    for person in people:
        kinds = list(_kinds(query, bounds, person, begin, end))
        if not person.own:
            kinds = [kind if kind is Kind.UNKNOWN else Kind.BUSY for kind in kinds]
        reasons += [Reason(kind, person.name) for kind in kinds]
    return tuple(dict.fromkeys(reasons))


def _kinds(query: Query, bounds: Frame, person: Person, begin: int, end: int) -> Iterator[Kind]:
    if isinstance(person.busyness, Unknown):
        yield Kind.UNKNOWN
        return
    for rule in closed(query, bounds, person):
        if rule.shuts(begin, end):
            yield _closer(query, person, begin, end) if rule.kind is Kind.BUSY else rule.kind


def _closer(query: Query, person: Person, begin: int, end: int) -> Kind:
    """Which kind of busy: an event, an all-day one, a part that could not be read, or only the buffer of one."""
    starts, ends = taken(person)
    meets = [(low, high) for low, high in zip(starts, ends, strict=True) if low < end and begin < high]
    if not meets:
        return Kind.BUFFER
    if isinstance(person.busyness, Known) and not any(
        busy.status not in (FreeBusy.UNKNOWN, FreeBusy.FREE)
        and down(busy.interval.start) < end
        and begin < up(busy.interval.end)
        for busy in person.busyness.busy
    ):
        return Kind.UNKNOWN
    zone = person.zone or query.zone
    return Kind.ALL_DAY if all(_whole_days(low, high, zone) for low, high in meets) else Kind.BUSY


def _whole_days(low: int, high: int, zone: ZoneInfo) -> bool:
    """True for a span from the first instant of a local day to the first of another."""
    return all(_begins_day(second, zone) for second in (low, high))


def _begins_day(second: int, zone: ZoneInfo) -> bool:
    here, just_before = instant(second).astimezone(zone), instant(second - 1).astimezone(zone)
    return here.date() != just_before.date()
