"""When a reminder is due, and what it says about the time of its meeting, computed when it is sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.scheduling.event import Days, When
from bot.scheduling.interval import Interval
from bot.scheduling.wording import clock, day_name, duration, span
from bot.scheduling.zones import resolve

LATE = timedelta(minutes=5)
"""A reminder that is still unsent this long after the meeting began is no longer planned."""

EVE = time(9)
MORNING = time(8)
"""When an all-day event is announced: at 09:00 as many days before as the lead says, or at 08:00 of its first day."""

_SOON = timedelta(hours=6)
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Due:
    """One reminder of a meeting: `kind` names its lead, `at` is in UTC."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What a reminder says of the time. `soon`: "in 10 minutes", seen from now. `when`: weekday, date, times, zone.

    `begun`: it has started. `over`: it has ended, and there is nothing to remind of.
    """

    soon: str
    when: str
    begun: bool = False
    over: bool = False


def kind_of(lead: timedelta) -> str:
    """The name of a lead time, in seconds: "lead:600"."""
    return f"lead:{int(lead.total_seconds())}"


def due_times(when: When, leads: Iterable[timedelta], now: datetime, tz: ZoneInfo) -> tuple[Due, ...]:
    """The reminders a meeting should have, in order; none once it began more than `LATE` ago.

    Times that have passed are not dropped while the meeting is ahead, or an outage would lose them; but of several
    that have passed only the last is kept, so that nobody is told three times at once. Two leads that fall on the
    same instant (all-day events) are one reminder, the shorter lead's.
    """
    if now >= _last_chance(when, tz):
        return ()
    found: dict[datetime, Due] = {}
    for lead in sorted({lead for lead in leads if lead >= timedelta()}, reverse=True):
        at = _due(when, lead, tz)
        found[at] = Due(kind_of(lead), at)
    dues = sorted(found.values(), key=lambda due: due.at)
    passed = [due for due in dues if due.at <= now]
    return (*passed[-1:], *dues[len(passed) :])


def says(starts_at: datetime, ends_at: datetime, all_day: bool, now: datetime, tz: ZoneInfo) -> Said:
    """The pieces of a reminder's text, for a person in `tz`, true at `now` however late it is sent."""
    when = span(Interval(starts_at, ends_at), tz, now, all_day=all_day)
    if now >= ends_at:
        return Said("is over", when, begun=True, over=True)
    if all_day:
        return Said(day_name(starts_at, tz, now) if starts_at > now else "today", when, begun=starts_at <= now)
    ahead = _minutes(starts_at - now)
    if starts_at <= now:
        soon = "starts now" if ahead == timedelta() else f"started {duration(-ahead, long=True)} ago"
        return Said(soon, when, begun=True)
    if ahead == timedelta():
        return Said("starts now", when)
    if ahead < _SOON:
        return Said(f"in {duration(ahead, long=True)}", when)
    return Said(f"{day_name(starts_at, tz, now)} at {clock(starts_at, tz)}", when)


def _due(when: When, lead: timedelta, tz: ZoneInfo) -> datetime:
    if isinstance(when, Interval):
        return when.start - lead
    day, at = (when.first - lead // _DAY * _DAY, EVE) if lead >= _DAY else (when.first, MORNING)
    return resolve(day, at, tz).instants[-1].astimezone(UTC)


def _last_chance(when: When, tz: ZoneInfo) -> datetime:
    """An all-day event can be announced during its first day."""
    if isinstance(when, Days):
        return Days(when.first, when.first + _DAY).interval(tz).end
    return when.start + LATE


def _minutes(length: timedelta) -> timedelta:
    """To the nearest minute, halves away from zero, so that ten seconds of delay do not make "9 minutes" of ten."""
    sign = 1 if length >= timedelta() else -1
    return sign * ((abs(length) + _MINUTE / 2) // _MINUTE) * _MINUTE
