"""What each setting takes: its name, and how a typed value changes a person's preferences."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import time, timedelta
from types import MappingProxyType

from bot.handlers.leads import check_leads
from bot.ports import Preferences, Share
from bot.scheduling.rules import Policy, TimeRange, WorkingHours
from bot.scheduling.zones import zone

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Change = Callable[[Preferences, str], Preferences]
"""The preferences with one setting of this value. Raises ValueError, UserError with words for the person."""


_RANGES = re.compile(r"([a-z]{3})(?:-([a-z]{3}))?((?:\s+\d\d:\d\d-\d\d:\d\d)+)")


def read_week(text: str) -> Mapping[int, tuple[TimeRange, ...]]:
    """From "mon-fri 09:00-12:00 13:00-17:00; sat 10:00-12:00". Raises ValueError for an end before its start."""
    week: dict[int, tuple[TimeRange, ...]] = {}
    for part in text.split(";"):
        match = _RANGES.fullmatch(part.strip())
        if match is None or match[1] not in DAYS or (match[2] or match[1]) not in DAYS:
            raise ValueError("Hours look like “mon-fri 09:00-17:00”")
        first, last = DAYS.index(match[1]), DAYS.index(match[2] or match[1])
        ranges = tuple(_range(span) for span in match[3].split())
        for day in range(first, last + 1) if first <= last else [*range(first, 7), *range(last + 1)]:
            week[day] = ranges
    return MappingProxyType(week)


def _range(text: str) -> TimeRange:
    begin, _, end = text.partition("-")
    try:
        start, stop = time.fromisoformat(begin), time() if end == "24:00" else time.fromisoformat(end)
    except ValueError:
        raise ValueError(f"“{text}” is no time of day") from None
    if stop != time() and start >= stop:
        raise ValueError(f"{begin} to {end} ends before it starts")
    return start, stop


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _minutes(text: str, least: int, most: int) -> timedelta:
    if not _is_number(text) or not least <= int(text) <= most:
        raise ValueError(f"From {least} to {most} minutes, please")
    return timedelta(minutes=int(text))


def _zone(preferences: Preferences, value: str) -> Preferences:
    try:
        zone(value)
    except ValueError:
        raise ValueError(f"I do not know the time zone “{value[:40]}”; use a name like Europe/Berlin") from None
    return replace(preferences, zone=value, zone_guessed=False)


def _rule(field: str, read: Callable[[str], object]) -> Change:
    def change(preferences: Preferences, value: str) -> Preferences:
        return replace(preferences, rules=replace(preferences.rules, **{field: read(value)}))  # type: ignore[arg-type]

    return change


def _cap(value: str) -> int | None:
    if value in ("none", "off"):
        return None
    if not _is_number(value) or not 1 <= int(value) <= 50:
        raise ValueError("From 1 to 50 meetings a day, please")
    return int(value)


def _days_ahead(value: str) -> timedelta:
    if not _is_number(value) or not 1 <= int(value) <= 730:
        raise ValueError("From 1 to 730 days ahead, please")
    return timedelta(days=int(value))


def _policy(value: str) -> Policy:
    if value not in {policy.value for policy in Policy}:
        raise ValueError("“busy” or “free”, please")
    return Policy(value)


def _share(value: str) -> Share:
    if value not in {share.value for share in Share}:
        raise ValueError("“workspace”, “ask” or “nobody”, please")
    return Share(value)


def _day(value: str) -> int:
    name = value.strip().casefold()
    for number, full in enumerate(_WEEKDAYS):
        if name in (DAYS[number], full):
            return number
    raise ValueError(f"“{value[:20]}” is not a weekday")


def _named_days(text: str) -> set[int]:
    """From "mon-thu" or "fri,sun". Raises ValueError."""
    days: set[int] = set()
    for part in re.split(r"[,\s]+", text.strip()):
        first, _, last = part.strip().partition("-")
        begin, end = _day(first), _day(last or first)
        days |= set(range(begin, end + 1) if begin <= end else [*range(begin, 7), *range(end + 1)])
    return days


def _working_days(preferences: Preferences, value: str) -> Preferences:
    """The same hours on other days: a new day gets those of the first working day."""
    week = preferences.rules.hours.week
    usual = next(iter(week.values()), ((time(9), time(17)),))
    hours = WorkingHours(MappingProxyType({day: week.get(day, usual) for day in sorted(_named_days(value))}))
    return replace(preferences, rules=replace(preferences.rules, hours=hours))


def _days_off(preferences: Preferences, value: str) -> Preferences:
    off = _named_days(value)
    kept = {day: ranges for day, ranges in preferences.rules.hours.week.items() if day not in off}
    hours = WorkingHours(MappingProxyType(kept))
    return replace(preferences, rules=replace(preferences.rules, hours=hours))


CHANGES: Mapping[str, Change] = {
    "zone": _zone,
    "working_hours": _rule("hours", lambda value: WorkingHours(read_week(value))),
    "working_days": _working_days,
    "days_off": _days_off,
    "blocked": _rule("blocked", lambda value: MappingProxyType({}) if value in ("none", "off") else read_week(value)),
    "default_duration": lambda preferences, value: replace(preferences, duration=_minutes(value, 5, 1440)),
    "buffer_before": _rule("buffer_before", lambda value: _minutes(value, 0, 240)),
    "buffer_after": _rule("buffer_after", lambda value: _minutes(value, 0, 240)),
    "notice": _rule("notice", lambda value: _minutes(value, 0, 43200)),
    "step": _rule("step", lambda value: _minutes(value, 5, 240)),
    "daily_cap": _rule("daily_cap", _cap),
    "week_start": lambda preferences, value: replace(preferences, week_start=_day(value)),
    "reminders": lambda preferences, value: replace(
        preferences, leads=check_leads([_minutes(one, 0, 20160) for one in value.split()])
    ),
    "horizon": _rule("horizon", lambda value: _days_ahead(value)),
    "all_day": _rule("all_day", _policy),
    "tentative": _rule("tentative", _policy),
    "share": lambda preferences, value: replace(preferences, share=_share(value)),
}
