"""What a person sets for themselves: zone, hours, buffers, lengths; shown, and changed in words."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import time, timedelta
from types import MappingProxyType

from bot import calendars
from bot.errors import UserError
from bot.handlers import remind
from bot.handlers.leads import check_leads
from bot.handlers.turn import Turn, ask_back
from bot.language.ask import Intent
from bot.messages import Reply
from bot.ports import App, Preferences, Share, User
from bot.scheduling import wording
from bot.scheduling.rules import Policy, TimeRange, WorkingHours
from bot.scheduling.zones import zone

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


async def settings(app: App, turn: Turn) -> Reply:
    """`/freewhen settings` shows all; "my working hours are 9 to 5" changes one, and says how it is now."""
    pairs = _typed(turn.text) or (turn.understood(Intent.SETTINGS).settings if turn.ask or turn.text else ())
    if not pairs and turn.text and turn.ask is None:
        ask = turn.understood(Intent.SETTINGS)
        if ask.question is not None:
            return await ask_back(app, turn, ask)
        raise UserError(f"I have no setting “{turn.text[:40]}”. Type /freewhen settings to see them.")
    if not pairs:
        return _show(app, turn)
    preferences = turn.preferences
    for name, value in pairs:
        change = _CHANGES.get(name)
        if change is None:
            raise UserError(f"I have no setting called “{name}”. Type /freewhen settings to see them.")
        try:
            preferences = change(preferences, value)
        except ValueError as error:
            raise UserError(f"{error}. Nothing was changed.") from error
    user = replace(turn.user, preferences=preferences)
    await app.users.save(user)
    turn = replace(turn, context=replace(turn.context, user=user))
    if preferences.share is Share.NOBODY and any(name == "share" for name, _ in pairs):
        await app.grants.take_back(user.id)
    late = await remind.plan_all(app, turn.context, turn.now)
    shown = {label: text for label, text in _facts(app, user) if label in {_LABELS[name] for name, _ in pairs}}
    return Reply(heading="Changed", facts=tuple(shown.items()), note=late)


def _typed(text: str) -> tuple[tuple[str, str], ...]:
    """`/freewhen settings daily_cap 3`: a setting by its name; empty for plain words."""
    name, _, value = text.partition(" ")
    name = name.casefold().replace("-", "_")
    return (
        ((name, value.strip().casefold() if name != "zone" else value.strip()),) if name in _CHANGES and value else ()
    )


def _show(app: App, turn: Turn) -> Reply:
    return Reply(
        heading="Your settings",
        facts=_facts(app, turn.user),
        note="Change them in words: “my working hours are 9 to 5”, “my time zone is Europe/Berlin”, "
        "“15 minutes buffer”, “no meetings 12 to 1”, “make meetings 25 minutes by default”; or one by its name: "
        f"“/freewhen settings daily_cap 3” ({', '.join(_CHANGES)}).",
    )


_LABELS = {
    "zone": "Time zone",
    "working_hours": "Working hours",
    "working_days": "Working hours",
    "days_off": "Working hours",
    "blocked": "Kept free",
    "default_duration": "A meeting lasts",
    "buffer_before": "Buffer",
    "buffer_after": "Buffer",
    "notice": "Notice",
    "horizon": "Bookable ahead",
    "step": "Slots every",
    "daily_cap": "Meetings a day",
    "week_start": "Week starts",
    "reminders": "Reminders",
    "all_day": "All-day events",
    "tentative": "Tentative events",
    "share": "Who sees when I am busy",
}


_SHARES = {
    Share.WORKSPACE: "everybody of this workspace",
    Share.ASK: "only whom I allow, when they ask",
    Share.NOBODY: "nobody",
}


def _facts(app: App, user: User) -> tuple[tuple[str, str], ...]:
    preferences = user.preferences
    rules = preferences.rules
    before, after = wording.duration(rules.buffer_before), wording.duration(rules.buffer_after)
    return (
        ("Time zone", preferences.zone),
        ("Working hours", say_week(rules.hours.week) or "none"),
        ("Kept free", say_week(rules.blocked) or "nothing"),
        ("A meeting lasts", wording.duration(preferences.duration)),
        ("Buffer", f"{before} before, {after} after"),
        ("Notice", wording.duration(rules.notice)),
        ("Bookable ahead", wording.duration(rules.horizon)),
        ("Slots every", wording.duration(rules.step)),
        ("Meetings a day", "any number" if rules.daily_cap is None else f"at most {rules.daily_cap}"),
        ("Week starts", wording.WEEKDAYS[preferences.week_start]),
        ("Reminders", ", ".join(map(remind.say_lead, preferences.leads)) or "off"),
        ("All-day events", rules.all_day.value),
        ("Tentative events", rules.tentative.value),
        (_LABELS["share"], _SHARES[calendars.share_of(app, user)]),
    )


def say_week(week: Mapping[int, tuple[TimeRange, ...]]) -> str:
    """ "Mon–Fri 09:00–17:00"; neighbouring days with the same hours together."""
    parts: list[str] = []
    day = 0
    while day < 7:
        ranges = week.get(day, ())
        last = day
        while last < 6 and week.get(last + 1, ()) == ranges:
            last += 1
        if ranges:
            name = wording.WEEKDAYS[day] if last == day else f"{wording.WEEKDAYS[day]}–{wording.WEEKDAYS[last]}"
            hours = ", ".join(f"{begin:%H:%M}–{'24:00' if end == time() else f'{end:%H:%M}'}" for begin, end in ranges)
            parts.append(f"{name} {hours}")
        day = last + 1
    return "; ".join(parts)


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


def _rule(field: str, read: Callable[[str], object]) -> Callable[[Preferences, str], Preferences]:
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


_CHANGES: Mapping[str, Callable[[Preferences, str], Preferences]] = {
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
