"""A recurrence rule and its occurrences, for calendars that do not expand their own.

The rule is kept on the wall clock of the series' zone (RFC 5545 §3.3.10), so that "every Tuesday at 10" stays at 10
across clock changes. A wall-clock time that a change skips is read with the offset before the gap, one that is
repeated means the first (§3.3.5). An occurrence is named by its key: where the series, not an exception, has it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile

from dateutil.rrule import rrule, rrulestr

from bot.scheduling.event import Days, EventDraft, When
from bot.scheduling.interval import Interval
from bot.scheduling.zones import zone

MOST_OCCURRENCES = 10_000
"""How many occurrences of one series are looked at: 27 years of a daily meeting."""

_COMPARED = 100
"""How many occurrences of a series that moved or was split are compared with where they should be."""

_LAST_YEAR = 9990
_PART = re.compile(r"(FREQ|INTERVAL|COUNT|UNTIL|BYDAY|BYMONTHDAY|BYMONTH|BYSETPOS|WKST)=([A-Z0-9,+\-]{1,80})")
_UNTIL = re.compile(r"UNTIL=(\d{8})(?:T(\d{6})(Z?))?(?=;|$)")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_GREGORIAN = 400  # years after which the calendar, weekdays too, is the same again


def check_rule(rule: str) -> str:
    """The rule when it is one we expand. Raises ValueError for anything finer than daily, and for odd parts."""
    parts: dict[str, str] = {}
    for text in rule.split(";"):
        match = _PART.fullmatch(text)
        if match is None or match[1] in parts or (match[1] == "UNTIL" and not _UNTIL.fullmatch(text)):
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


def check_series(draft: EventDraft) -> None:
    """Raises ValueError for a rule that cannot be expanded or names no time at all (one that ends before it begins).

    A rule that never matches ("30 February, daily") would be searched day by day to the last year there is, so it is
    tried where the calendar is the same and that year is near.
    """
    rule = _floating(draft, check_rule(draft.recurrence or ""))
    start = _first_wall(draft)
    if not 1900 <= start.year < 2400:
        raise ValueError("a series begins in a year from 1900 to 2399")
    late = start.replace(year=start.year + (9999 - start.year) // _GREGORIAN * _GREGORIAN)
    probe = ";".join(part for part in rule.split(";") if not part.startswith("UNTIL="))
    if next(iter(_parsed(probe, late)), None) is None or next(_walls(draft), None) is None:
        raise ValueError("this series has no occurrence")


def occurrences(draft: EventDraft, window: Interval) -> Iterator[tuple[str, EventDraft]]:
    """Each occurrence that shares an instant with the window: its key and what it looks like, without a rule.

    An event without a rule is its own only occurrence. Days are days of the draft's zone.
    """
    if draft.recurrence is None:
        if interval_of(draft).overlaps(window):
            yield start_key(draft.when), draft
        return
    tz = zone(draft.zone)
    # One day of slack on both sides: the wall clock and UTC are never further apart.
    after = (window.start - _wall_length(draft) - timedelta(days=1)).astimezone(tz).replace(tzinfo=None)
    before = (window.end + timedelta(days=1)).astimezone(tz).replace(tzinfo=None)
    single = replace(draft, recurrence=None)
    for wall in _walls(draft):
        if wall > before:
            return
        if wall < after:
            continue
        found = replace(single, when=_at(draft, wall))
        if interval_of(found).overlaps(window):
            yield start_key(found.when), found


def every(draft: EventDraft) -> Iterator[tuple[str, EventDraft]]:
    """All occurrences in order, as many as are looked at."""
    if draft.recurrence is None:
        yield start_key(draft.when), draft
        return
    single = replace(draft, recurrence=None)
    for wall in _walls(draft):
        when = _at(draft, wall)
        yield start_key(when), replace(single, when=when)


def among(draft: EventDraft, keys: Iterable[str]) -> dict[str, EventDraft]:
    """Those of the keys that name an occurrence, in order, and how the series has it. Any text may be asked for."""
    single = replace(draft, recurrence=None)
    return {key: replace(single, when=_at(draft, wall)) for key, (_, wall) in _places(draft, keys).items()}


def before(draft: EventDraft, key: str) -> EventDraft | None:
    """The series without the occurrence of this key and all that follow; None when none is before it.

    Raises ValueError for a key that names none.
    """
    number, wall = _place(draft, key)
    if number == 0:
        return None
    parts = [part for part in (draft.recurrence or "").split(";") if not part.startswith(("COUNT=", "UNTIL="))]
    cut = wall - timedelta(seconds=1)
    return replace(draft, recurrence=";".join([*parts, f"UNTIL={_text(cut)}"]))


def rest(draft: EventDraft, key: str) -> EventDraft:
    """The series that begins with the occurrence of this key; of COUNT, what is left (RFC 5545: cancelled ones count).

    Raises ValueError where that occurrence is in an hour that a clock change skips, so that nothing can begin there.
    """
    number, wall = _place(draft, key)
    rule = re.sub(r"COUNT=(\d+)", lambda match: f"COUNT={int(match[1]) - number}", draft.recurrence or "")
    found = replace(draft, when=_at(draft, wall), recurrence=rule)
    _compare(draft, found, timedelta(), number)
    return found


def moved(draft: EventDraft, key: str, to: When, keys: Iterable[str]) -> tuple[EventDraft, dict[str, str]]:
    """The series whose occurrence of this key is at `to`, the others moved by as much on the wall clock.

    Also the new names of `keys` that are in the series. Weekdays move along. Raises ValueError where no rule says it.
    """
    if isinstance(draft.when, Days) is not isinstance(to, Days):
        raise ValueError("A series of whole days stays one of whole days, and one of hours one of hours.")
    wall = _place(draft, key)[1]
    places = _places(draft, {key, *keys})
    goal = replace(draft, when=to)
    shift = _first_wall(goal) - wall
    days = (_first_wall(goal).date() - wall.date()).days
    try:
        first = _at(goal, _first_wall(draft) + shift)
        found = replace(draft, when=first, recurrence=_moved_rule(draft, shift, days))
        _compare(draft, found, shift, 0)
        return found, {name: start_key(_at(found, place + shift)) for name, (_, place) in places.items()}
    except OverflowError as error:
        raise ValueError("That is too far away.") from error


def start_key(when: When) -> str:
    """How an occurrence is named: its start as UTC ISO text, or its first day."""
    return when.first.isoformat() if isinstance(when, Days) else when.start.isoformat()


def interval_of(draft: EventDraft) -> Interval:
    """The instants it takes; days are days of the draft's zone."""
    return draft.when.interval(zone(draft.zone)) if isinstance(draft.when, Days) else draft.when


def _moved_rule(draft: EventDraft, shift: timedelta, days: int) -> str:
    """With the weekdays, the day a week begins and the end moved along."""
    parts = dict(part.split("=", 1) for part in _floating(draft, draft.recurrence or "").split(";"))
    if "UNTIL" in parts:
        try:
            parts["UNTIL"] = _text(datetime.strptime(parts["UNTIL"], "%Y%m%dT%H%M%S") + shift)  # noqa: DTZ007 a wall clock
        except OverflowError:
            del parts["UNTIL"]
    if days and parts["FREQ"] == "WEEKLY" and set(parts.get("BYDAY", "MO").split(",")) <= set(_WEEKDAYS):
        if "BYDAY" in parts:
            parts["BYDAY"] = ",".join(_weekday(day, days) for day in parts["BYDAY"].split(","))
        if "INTERVAL" in parts:
            parts["WKST"] = _weekday(parts.get("WKST", "MO"), days)
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _weekday(day: str, days: int) -> str:
    return _WEEKDAYS[(_WEEKDAYS.index(day) + days) % 7]


def _compare(old: EventDraft, new: EventDraft, shift: timedelta, number: int) -> None:
    """Raises ValueError unless the new series is the old one from occurrence `number` on, moved by the shift."""
    wanted = [wall + shift for wall in islice(_walls(old), number, number + _COMPARED)]
    if wanted != list(islice(_walls(new), len(wanted))):
        raise ValueError("I cannot move this kind of series to there. Cancel it and book it anew.")


def _place(draft: EventDraft, key: str) -> tuple[int, datetime]:
    """Number and wall clock of one occurrence. Raises ValueError when the series does not have it (any more)."""
    found = _places(draft, [key]).get(key)
    if found is None:
        raise ValueError("That meeting is no longer part of its series.")
    return found


def _places(draft: EventDraft, keys: Iterable[str]) -> dict[str, tuple[int, datetime]]:
    """Number and wall clock of the occurrences with these keys, in order, in one walk."""
    tz = zone(draft.zone)
    starts = [start for start in map(_key_start, set(keys)) if start is not None]
    if not starts:
        return {}
    wanted = set(keys)
    low = min(starts).astimezone(tz).replace(tzinfo=None) - timedelta(days=1)
    high = max(starts).astimezone(tz).replace(tzinfo=None) + timedelta(days=1)
    found = {}
    for number, wall in enumerate(_walls(draft)):
        if wall > high:
            break
        if wall >= low and (key := start_key(_at(draft, wall))) in wanted:
            found[key] = (number, wall)
    return found


def _key_start(key: str) -> datetime | None:
    """About when it is, to a day; None for a text that names no time."""
    try:
        if len(key) == 10:
            moment = datetime.combine(date.fromisoformat(key), time(12), UTC)
        else:
            moment = datetime.fromisoformat(key)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo is not None and 1900 <= moment.year < _LAST_YEAR else None


def _wall_length(draft: EventDraft) -> timedelta:
    return draft.when.end - draft.when.first if isinstance(draft.when, Days) else draft.when.length


def _walls(draft: EventDraft) -> Iterator[datetime]:
    """Where the occurrences are on the wall clock."""
    if draft.recurrence is None:
        return iter([_first_wall(draft)])
    walls = _parsed(_floating(draft, draft.recurrence), _first_wall(draft))
    return takewhile(lambda wall: wall.year < _LAST_YEAR, islice(walls, MOST_OCCURRENCES))


def _first_wall(draft: EventDraft) -> datetime:
    if isinstance(draft.when, Days):
        return datetime.combine(draft.when.first, time())
    return draft.when.start.astimezone(zone(draft.zone)).replace(tzinfo=None)


def _floating(draft: EventDraft, rule: str) -> str:
    """With UNTIL on the wall clock of the series; a day means all of it."""

    def wall(match: re.Match[str]) -> str:
        moment = datetime.strptime(match[1] + (match[2] or "235959"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        if match[3] and 2 <= moment.year <= _LAST_YEAR:
            moment = moment.astimezone(zone(draft.zone))
        return f"UNTIL={_text(moment)}"

    return _UNTIL.sub(wall, rule)


def _text(moment: datetime) -> str:
    return f"{moment.year:04}{moment:%m%dT%H%M%S}"


def _parsed(rule: str, start: datetime) -> rrule:
    parsed = rrulestr(rule, dtstart=start)
    assert isinstance(parsed, rrule)  # noqa: S101 one RRULE gives one rule, never a set
    return parsed


def _at(draft: EventDraft, wall: datetime) -> When:
    if isinstance(draft.when, Days):
        return Days(wall.date(), wall.date() + (draft.when.end - draft.when.first))
    start = wall.replace(tzinfo=zone(draft.zone)).astimezone(UTC)
    return Interval(start, start + draft.when.length)
