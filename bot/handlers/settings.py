"""What a person sets for themselves: zone, hours, buffers, lengths; shown, and changed in words."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import time, timedelta

from bot import calendars
from bot.errors import UserError
from bot.handlers import reach, remind
from bot.handlers.changes import CHANGES
from bot.handlers.turn import Button, Turn, ask_back, buttons
from bot.language.ask import Intent
from bot.messages import Reply
from bot.ports import App, Preferences, Share, User
from bot.scheduling import wording
from bot.scheduling.rules import TimeRange


async def settings(app: App, turn: Turn) -> Reply:
    """`/freewhen settings` shows all; "my working hours are 9 to 5" changes one, and says how it is now."""
    pairs = _typed(turn.text) or (turn.understood(Intent.SETTINGS).settings if turn.ask or turn.text else ())
    if not pairs and turn.text and turn.ask is None:
        ask = turn.understood(Intent.SETTINGS)
        if ask.question is not None:
            return await ask_back(app, turn, ask)
        raise UserError(f"I have no setting “{turn.text[:40]}”. Type /freewhen settings to see them.")
    if not pairs:
        return await _show(app, turn)
    preferences = turn.preferences
    for name, value in pairs:
        change = CHANGES.get(name)
        if change is None:
            raise UserError(f"I have no setting called “{name}”. Type /freewhen settings to see them.")
        try:
            preferences = change(preferences, value)
        except ValueError as error:
            raise UserError(f"{error}. Nothing was changed.") from error
    return await save(app, turn, preferences, {name for name, _ in pairs})


async def save(app: App, turn: Turn, preferences: Preferences, names: Collection[str]) -> Reply:
    """Keep preferences in which these settings have changed, do what follows from it, and say how they are now."""
    user = replace(turn.user, preferences=preferences)
    await app.users.save(user)
    turn = replace(turn, context=replace(turn.context, user=user))
    if preferences.share is Share.NOBODY and "share" in names:
        await app.grants.take_back(user.id)
    late = await remind.plan_all(app, turn.context, turn.now)
    labels = {_LABELS[name] for name in names}
    return Reply(heading="Changed", facts=tuple(fact for fact in _facts(app, user) if fact[0] in labels), note=late)


def _typed(text: str) -> tuple[tuple[str, str], ...]:
    """`/freewhen settings daily_cap 3`: a setting by its name; empty for plain words."""
    name, _, value = text.partition(" ")
    name = name.casefold().replace("-", "_")
    return ((name, value.strip().casefold() if name != "zone" else value.strip()),) if name in CHANGES and value else ()


async def _show(app: App, turn: Turn) -> Reply:
    form = reach.windows(app, turn.user.who)
    wanted = [Button("Change", "settings_form.open", form=True)] if form else []
    named = f"; or one by its name: “/freewhen settings daily_cap 3” ({', '.join(CHANGES)})."
    return Reply(
        heading="Your settings",
        facts=_facts(app, turn.user),
        note=f"{'Press “Change”, or say it' if form else 'Change them in words'}: “my working hours are 9 to 5”, "
        "“my time zone is Europe/Berlin”, “15 minutes buffer”, “no meetings 12 to 1”, "
        f"“make meetings 25 minutes by default”{'.' if form else named}",
        choices=await buttons(app, turn, wanted),
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


SHARES = {
    Share.WORKSPACE: "everybody of this workspace",
    Share.ASK: "only whom I allow, when they ask",
    Share.NOBODY: "nobody",
}


def _facts(app: App, user: User) -> tuple[tuple[str, str], ...]:
    preferences = user.preferences
    rules = preferences.rules
    before, after = say_length(rules.buffer_before), say_length(rules.buffer_after)
    buffer = f"{before} before, {after} after" if rules.buffer_before or rules.buffer_after else "none"
    return (
        ("Time zone", preferences.zone),
        ("Working hours", say_week(rules.hours.week) or "none"),
        ("Kept free", say_week(rules.blocked) or "nothing"),
        ("A meeting lasts", wording.duration(preferences.duration)),
        ("Buffer", buffer),
        ("Notice", say_length(rules.notice)),
        ("Bookable ahead", wording.duration(rules.horizon)),
        ("Slots every", wording.duration(rules.step)),
        ("Meetings a day", "any number" if rules.daily_cap is None else f"at most {rules.daily_cap}"),
        ("Week starts", wording.WEEKDAYS[preferences.week_start]),
        ("Reminders", ", ".join(map(remind.say_lead, preferences.leads)) or "off"),
        ("All-day events", rules.all_day.value),
        ("Tentative events", rules.tentative.value),
        (_LABELS["share"], SHARES[calendars.share_of(app, user)]),
    )


def say_length(length: timedelta) -> str:
    return wording.duration(length) if length else "none"


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
