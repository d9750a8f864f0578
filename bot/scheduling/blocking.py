"""Which events take their owner's time."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from bot.scheduling.event import BusyInterval, Event, EventType, FreeBusy, Response
from bot.scheduling.rules import DEFAULT_RULES, Policy, Rules


def busy_of(events: Iterable[Event], rules: Rules | None, tz: ZoneInfo) -> list[BusyInterval]:
    """What the owner's own events block, one interval an event, in order of time, titles left behind.

    All-day events take whole days of `tz`, the owner's zone. Without rules the policies are the defaults.
    """
    rules = rules or DEFAULT_RULES
    busy = []
    for event in events:
        status = blocks(event, rules)
        if status is FreeBusy.FREE:
            continue
        try:
            busy.append(BusyInterval(event.interval(tz), status))
        except ValueError:  # an all-day event on a day that this zone skipped (Apia, 30 December 2011) takes no time
            continue
    return sorted(busy, key=lambda taken: taken.interval)


def blocks(event: Event, rules: Rules) -> FreeBusy:
    """How the owner's time counts during one event.

    FREE: cancelled, declined by the owner, shown as free (transparent, RFC 5545 §3.8.2.7), or by policy. An absence
    blocks whatever the all-day policy says: "holiday, all day" is the reason people have that policy for birthdays
    only. An invitation without an answer counts as tentative. Private events count like any other.
    """
    if event.cancelled or event.response is Response.DECLINED or event.status is FreeBusy.FREE:
        return FreeBusy.FREE
    if event.status is FreeBusy.UNKNOWN:
        return FreeBusy.UNKNOWN
    if event.type is EventType.WORKING_ELSEWHERE:
        return FreeBusy.FREE if rules.elsewhere is Policy.FREE else FreeBusy.BUSY
    if FreeBusy.OUT_OF_OFFICE is event.status or event.type is EventType.OUT_OF_OFFICE:
        return FreeBusy.OUT_OF_OFFICE
    if event.all_day and rules.all_day is Policy.FREE:
        return FreeBusy.FREE
    if event.status is FreeBusy.TENTATIVE or event.response is Response.TENTATIVE or _unanswered(event):
        return FreeBusy.FREE if rules.tentative is Policy.FREE else FreeBusy.TENTATIVE
    return FreeBusy.BUSY


def _unanswered(event: Event) -> bool:
    # An entry that nobody was invited to has no answer either, and is the owner's own.
    return event.response is Response.NONE and bool(event.attendees)
