"""A recurrence rule and its occurrences, for calendars that do not expand their own.

The rule is kept on the wall clock of the series' zone (RFC 5545 §3.3.10), so that "every Tuesday at 10" stays at 10
across clock changes. A wall-clock time that a change skips is read with the offset before the gap, one that is
repeated means the first (§3.3.5).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile

from dateutil.rrule import rrule, rrulestr

from bot.scheduling.event import Days, EventDraft, When
from bot.scheduling.interval import Interval
from bot.scheduling.zones import zone

MOST_OCCURRENCES = 10_000
"""How many occurrences of one series are looked at: 27 years of a daily meeting."""

_PART = re.compile(r"(FREQ|INTERVAL|COUNT|UNTIL|BYDAY|BYMONTHDAY|BYMONTH|BYSETPOS|WKST)=([A-Z0-9,+\-]{1,80})")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}


def check_rule(rule: str) -> str:
    """The rule when it is one we expand. Raises ValueError for anything finer than daily, endless loops, odd parts."""
    parts: dict[str, str] = {}
    for text in rule.split(";"):
        match = _PART.fullmatch(text)
        if match is None or match[1] in parts:
            raise ValueError(f"not a recurrence rule: {rule[:80]!r}")
        parts[match[1]] = match[2]
    if parts.get("FREQ") not in _FREQUENCIES:
        raise ValueError("a meeting recurs daily, weekly, monthly or yearly")
    for name in ("INTERVAL", "COUNT"):
        if name in parts and not (parts[name].isdigit() and 1 <= int(parts[name]) <= 1000):
            raise ValueError(f"{name} must be from 1 to 1000")
    try:
        rrulestr(rule.replace("Z", ""), dtstart=datetime(2020, 1, 1))  # noqa: DTZ001 a wall clock
    except (ValueError, TypeError) as error:
        raise ValueError(f"not a recurrence rule: {rule[:80]!r}") from error
    return rule


def occurrences(draft: EventDraft, window: Interval) -> Iterator[tuple[str, EventDraft]]:
    """Each occurrence that shares an instant with the window: its key (the start, ISO) and what it looks like.

    An event without a rule is its own only occurrence. Days are days of the draft's zone.
    """
    if draft.recurrence is None:
        if _interval(draft.when, draft.zone).overlaps(window):
            yield start_key(draft.when), draft
        return
    tz = zone(draft.zone)
    length = _wall_length(draft)
    # One day of slack on both sides: the wall clock and UTC are never further apart.
    after = (window.start - length - timedelta(days=1)).astimezone(tz).replace(tzinfo=None)
    before = (window.end + timedelta(days=1)).astimezone(tz).replace(tzinfo=None)
    for number, wall in enumerate(_rule(draft)):
        if wall > before or number >= MOST_OCCURRENCES:
            return
        if wall < after:
            continue
        when = _at(draft, wall)
        if _interval(when, draft.zone).overlaps(window):
            yield start_key(when), replace(draft, when=when)


def occurrence(draft: EventDraft, key: str) -> EventDraft | None:
    """The occurrence with this key, or None when the series has none there."""
    try:
        first = _key_start(key, draft.zone)
    except ValueError:
        return None
    window = Interval(first - timedelta(days=1), first + timedelta(days=2))
    return next((found for name, found in occurrences(draft, window) if name == key), None)


def last_end(draft: EventDraft) -> datetime | None:
    """When the last occurrence ends, UTC; None for a series without an end (or a longer one than we count)."""
    if draft.recurrence is None:
        return _interval(draft.when, draft.zone).end
    if not re.search(r"COUNT=|UNTIL=", draft.recurrence):
        return None
    last = None
    for number, wall in enumerate(_rule(draft)):
        if number >= MOST_OCCURRENCES:
            return None
        last = wall
    return _interval(_at(draft, last), draft.zone).end if last else _interval(draft.when, draft.zone).end


def end_before(draft: EventDraft, key: str) -> EventDraft:
    """The series with its last occurrence before the one with this key ("this and following" is cut off)."""
    assert draft.recurrence is not None  # noqa: S101 the caller asked about a series
    cut = _key_start(key, draft.zone).astimezone(zone(draft.zone)).replace(tzinfo=None) - timedelta(seconds=1)
    parts = [part for part in draft.recurrence.split(";") if not part.startswith(("COUNT=", "UNTIL="))]
    return replace(draft, recurrence=";".join([*parts, f"UNTIL={cut:%Y%m%dT%H%M%S}"]))


def rule_from(draft: EventDraft, key: str) -> str:
    """The rule of a series that begins with the occurrence of this key: of COUNT, what is left."""
    assert draft.recurrence is not None  # noqa: S101 the caller asked about a series
    cut = _key_start(key, draft.zone).astimezone(zone(draft.zone)).replace(tzinfo=None)
    match = re.search(r"COUNT=(\d+)", draft.recurrence)
    if match is None:
        return draft.recurrence
    before = sum(1 for _ in takewhile(lambda wall: wall < cut, _rule(draft)))
    return draft.recurrence.replace(match[0], f"COUNT={max(1, int(match[1]) - before)}")


def moved_rule(rule: str, days: int) -> str:
    """The rule after its occurrences move by whole days: weekdays move along. Raises ValueError where none says it."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    if days == 0 or not parts.keys() & {"BYDAY", "BYMONTHDAY", "BYSETPOS"}:
        return rule
    if parts["FREQ"] != "WEEKLY" or not set(parts.get("BYDAY", "").split(",")) <= set(_WEEKDAYS):
        raise ValueError("I cannot move this kind of series to another day. Cancel it and book it anew.")
    moved = [_WEEKDAYS[(_WEEKDAYS.index(day) + days) % 7] for day in parts["BYDAY"].split(",")]
    return ";".join(f"{name}={','.join(moved) if name == 'BYDAY' else value}" for name, value in parts.items())


def start_key(when: When) -> str:
    """How an occurrence is named: its start as UTC ISO text, or its first day."""
    return when.first.isoformat() if isinstance(when, Days) else when.start.isoformat()


def _key_start(key: str, zone_name: str) -> datetime:
    if len(key) == 10:
        return datetime.combine(date.fromisoformat(key), time(), zone(zone_name)).astimezone(UTC)
    moment = datetime.fromisoformat(key)
    if moment.tzinfo is None:
        raise ValueError("an occurrence is named by an instant")
    return moment.astimezone(UTC)


def _interval(when: When, zone_name: str) -> Interval:
    return when.interval(zone(zone_name)) if isinstance(when, Days) else when


def _wall_length(draft: EventDraft) -> timedelta:
    return draft.when.end - draft.when.first if isinstance(draft.when, Days) else draft.when.length


def _rule(draft: EventDraft) -> rrule:
    tz = zone(draft.zone)
    if isinstance(draft.when, Days):
        start = datetime.combine(draft.when.first, time())
    else:
        start = draft.when.start.astimezone(tz).replace(tzinfo=None)

    def wall(match: re.Match[str]) -> str:
        moment = datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        return f"UNTIL={moment.astimezone(tz):%Y%m%dT%H%M%S}"

    rule = re.sub(r"UNTIL=(\d{8}T\d{6})Z", wall, draft.recurrence or "")
    parsed = rrulestr(rule, dtstart=start)
    assert isinstance(parsed, rrule)  # noqa: S101 one RRULE gives one rule, never a set
    return parsed


def _at(draft: EventDraft, wall: datetime) -> When:
    if isinstance(draft.when, Days):
        return Days(wall.date(), wall.date() + (draft.when.end - draft.when.first))
    start = wall.replace(tzinfo=zone(draft.zone)).astimezone(UTC)
    return Interval(start, start + draft.when.length)
