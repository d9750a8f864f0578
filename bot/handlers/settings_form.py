"""The form for one's settings: what it holds, and what of it was changed. Checked as the same things in words are."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta

from bot import calendars
from bot.handlers import filled, settings
from bot.handlers.book_form import LENGTHS, minutes
from bot.handlers.changes import CHANGES, DAYS
from bot.handlers.filled import Filled, refusal
from bot.handlers.leads import read_lengths
from bot.handlers.turn import Button, Turn
from bot.messages import Field, FieldKind, Reply
from bot.ports import App, Preferences
from bot.scheduling import wording

_DAY_NAMES = tuple(zip(DAYS, wording.WEEKDAYS, strict=True))
_POLICY = (("busy", "take my time"), ("free", "do not take my time"))
_GAPS = tuple(timedelta(minutes=each) for each in (0, 5, 10, 15, 30, 60))
_NOTICES = tuple(timedelta(minutes=each) for each in (0, 30, 60, 120, 240, 480, 1440, 2880))
_STEPS = tuple(timedelta(minutes=each) for each in (5, 10, 15, 30, 60))
_AHEAD = (7, 14, 30, 60, 90, 180, 365)
_MOST = 8
_NAMES = {
    "zone": "zone",
    "lasts": "default_duration",
    "before": "buffer_before",
    "after": "buffer_after",
    "notice": "notice",
    "kept": "blocked",
    "ahead": "horizon",
    "step": "step",
    "most": "daily_cap",
    "reminders": "reminders",
    "share": "share",
    "week_start": "week_start",
    "all_day": "all_day",
    "tentative": "tentative",
}
"""Fields that are one setting each; days and hours are read together."""


async def open(app: App, turn: Turn) -> Reply:  # noqa: A001  the action's name
    """Pressed "Change": the form as everything is now."""
    preferences = turn.preferences
    shares = tuple((share.value, words) for share, words in settings.SHARES.items())
    fields = [
        Field("zone", "Time zone", value=preferences.zone, hint="A name like Europe/Berlin"),
        *_hours(preferences),
        _length("lasts", "A meeting lasts", LENGTHS, preferences.duration),
        _length("before", "Buffer before a meeting", _GAPS, preferences.rules.buffer_before),
        _length("after", "Buffer after a meeting", _GAPS, preferences.rules.buffer_after),
        _length("notice", "Notice: bookable from now in", _NOTICES, preferences.rules.notice),
        Field(
            "kept",
            "Kept free of meetings",
            optional=True,
            value=settings.say_week(preferences.rules.blocked),
            hint="Lunch, for example: 12:00–13:00, or Mon–Thu 12:00–13:00; Fri 14:00–17:00",
        ),
        _one("ahead", "Bookable ahead", _aheads(preferences), str(preferences.rules.horizon.days)),
        _length("step", "Slots every", _STEPS, preferences.rules.step),
        _one("most", "Meetings a day", _mosts(preferences), _most(preferences)),
        Field(
            "reminders",
            "Reminders before a meeting",
            optional=True,
            value=" ".join(map(_short, preferences.leads)),
            hint="Like 10m 1h 1d; empty for none",
        ),
        _one("share", "Who sees when I am busy", shares, calendars.share_of(app, turn.user).value),
        _one(
            "week_start", "Week starts", tuple(zip(DAYS, wording.WEEKDAYS, strict=True)), DAYS[preferences.week_start]
        ),
        _one("all_day", "All-day events", _POLICY, preferences.rules.all_day.value),
        _one("tentative", "Tentative events", _POLICY, preferences.rules.tentative.value),
    ]
    args = {"held": {field.name: field.value for field in fields}}
    form = await filled.form(app, turn, "Your settings", Button("Save", "settings_form.submit", args), fields)
    return Reply(form=form)


async def submit(app: App, turn: Turn) -> Reply:
    """Change what is different from what the form held; all of it, or nothing and what is wrong."""
    held = turn.arg(Mapping[str, str], "held")  # type: ignore[type-abstract]
    form = Filled(turn.request.values)
    changed = {name for name in held if _parts(form.text(name)) != _parts(held[name])}
    preferences, names = _with_hours(form, turn.preferences, changed)
    for field, name in _NAMES.items():
        if field in changed:
            preferences = _changed(form, field, preferences, name)
            names.add(name)
    if form.problems:
        return refusal(form.problems)
    if not names:
        return Reply("Nothing was changed.")
    return await settings.save(app, turn, preferences, names)


def _changed(form: Filled, field: str, preferences: Preferences, name: str, text: str | None = None) -> Preferences:
    """The preferences with what a field says; as they were, and noted, where that cannot be."""

    def read(typed: str) -> Preferences:
        value = typed if text is None else text
        return CHANGES[name](preferences, _TYPED.get(name, str)(value))

    return form.take(field, read) or preferences


def _with_hours(form: Filled, preferences: Preferences, changed: Collection[str]) -> tuple[Preferences, set[str]]:
    """Days and hours. Without hours, days keep theirs, and a new one gets those of the first."""
    names: set[str] = set()
    if not {"days", "begin", "end"} & set(changed):
        return preferences, names
    days = [day for day in DAYS if day in _parts(form.text("days"))]
    if not days:
        form.wrong("days", "Choose one day at least.")
        return preferences, names
    if "days" in changed:
        preferences = _changed(form, "days", preferences, "working_days")
        names.add("working_days")
    if "begin" not in changed and "end" not in changed:
        return preferences, names
    empty = [name for name in ("begin", "end") if not form.text(name)]
    if len(empty) == 1:
        form.wrong(empty[0], "Say both, from and to, or neither.")
    begin, end = (form.take(name, filled.clock) if not empty else None for name in ("begin", "end"))
    if begin is not None and end is not None:
        week = "; ".join(f"{day} {begin:%H:%M}-{end:%H:%M}" for day in days)
        preferences = _changed(form, "end", preferences, "working_hours", week)
        names.add("working_hours")
    return preferences, names


def _hours(preferences: Preferences) -> list[Field]:
    """Days, from and to; from and to are empty where not every working day has the same hours, in one piece."""
    week = preferences.rules.hours.week
    same = set(week.values())
    usual = next(iter(same))[0] if len(same) == 1 and len(next(iter(same))) == 1 else None
    hint = "" if usual else f"Now {settings.say_week(week) or 'none'}. Left empty, they stay."
    begin, end = (f"{each:%H:%M}" for each in usual) if usual else ("", "")
    days = ",".join(DAYS[day] for day in sorted(week))
    return [
        Field("days", "Working days", kind=FieldKind.MANY, value=days, options=_DAY_NAMES),
        Field("begin", "Working hours from", optional=True, kind=FieldKind.TIME, value=begin, hint=hint),
        Field("end", "Working hours to", optional=True, kind=FieldKind.TIME, value=end),
    ]


def _one(name: str, label: str, options: tuple[tuple[str, str], ...], value: str) -> Field:
    return Field(name, label, kind=FieldKind.ONE, value=value, options=options)


def _length(name: str, label: str, usual: Collection[timedelta], now: timedelta) -> Field:
    """The usual lengths, and the one that it is now."""
    options = tuple((minutes(one), settings.say_length(one)) for one in sorted({*usual, now}))
    return _one(name, label, options, minutes(now))


def _aheads(preferences: Preferences) -> tuple[tuple[str, str], ...]:
    days = sorted({*_AHEAD, preferences.rules.horizon.days})
    return tuple((str(one), wording.duration(timedelta(days=one), long=True)) for one in days)


def _mosts(preferences: Preferences) -> tuple[tuple[str, str], ...]:
    caps = sorted({*range(1, _MOST + 1), preferences.rules.daily_cap or 1})
    return (("none", "any number"), *((str(one), f"at most {one}") for one in caps))


def _most(preferences: Preferences) -> str:
    return "none" if preferences.rules.daily_cap is None else str(preferences.rules.daily_cap)


def _parts(text: str) -> frozenset[str]:
    """The order of several values says nothing."""
    return frozenset(filter(None, (part.strip() for part in text.split(","))))


def _leads(text: str) -> str:
    """Lead times as the setting takes them: minutes. Raises ValueError."""
    lengths = () if text.casefold() in ("", "off", "none") else read_lengths(text.casefold())
    if lengths is None:
        raise ValueError("Lead times look like 10m 1h 1d")
    return " ".join(map(minutes, lengths))


def _kept(text: str) -> str:
    """Hours that are kept free, as the setting takes them: hours without a day are those of every day."""
    typed = re.sub(r"\s*[–-]\s*|\s+to\s+", "-", text.casefold()).replace(",", " ")
    typed = re.sub(r"\b(\d):", r"0\1:", typed)
    return (
        "; ".join(
            part if part[:1].isalpha() else f"mon-sun {part}" for part in map(str.strip, typed.split(";")) if part
        )
        or "none"
    )


_TYPED: Mapping[str, Callable[[str], str]] = {"reminders": _leads, "blocked": _kept}
"""Settings whose field is written in another way than the setting takes them."""


def _short(lead: timedelta) -> str:
    """ "1d", "2h", "10m"."""
    for unit, letter in ((timedelta(days=1), "d"), (timedelta(hours=1), "h")):
        if lead and not lead % unit:
            return f"{lead // unit}{letter}"
    return f"{minutes(lead)}m"
