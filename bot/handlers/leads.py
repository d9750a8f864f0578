"""When one is reminded: lead times, snooze, and off for one meeting."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.errors import UserError
from bot.handlers import cards, meetings, remind
from bot.handlers.turn import Turn
from bot.messages import Reply
from bot.ports import App, Meeting, Planned
from bot.scheduling import wording

MOST_LEADS = 5
LONGEST = timedelta(days=14)
_LEAD = re.compile(r"(\d{1,4})\s*(m|min|mins|minutes?|h|hours?|d|days?|w|weeks?)\b", re.IGNORECASE)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


async def reminders(app: App, turn: Turn) -> Reply:
    """`/freewhen reminders [10m 1h 1d | off]`: say, or set and plan anew."""
    leads = _leads(turn)
    if leads is None:
        return await _say(app, turn)
    chosen = check_leads(leads)
    user = replace(turn.user, preferences=replace(turn.preferences, leads=chosen))
    await app.users.save(user)
    late = await remind.plan_all(app, replace(turn.context, user=user), turn.now)
    said = f"I will remind you {_words(chosen)} before each meeting." if chosen else "Reminders are off."
    return Reply(f"{said} {late}".strip())


def check_leads(leads: Sequence[timedelta]) -> tuple[timedelta, ...]:
    """Each once, longest first. Raises UserError for too many, or one that is too long."""
    chosen = tuple(sorted(set(leads), reverse=True))
    if len(chosen) > MOST_LEADS:
        raise UserError(f"Up to {MOST_LEADS} reminders a meeting, please.")
    if any(lead > LONGEST for lead in chosen):
        raise UserError(f"A reminder comes at most {wording.duration(LONGEST, long=True)} ahead.")
    return chosen


async def _say(app: App, turn: Turn) -> Reply:
    leads = turn.preferences.leads
    upcoming = await app.reminders.upcoming(turn.user.id, turn.now, 5)
    facts = tuple((wording.moment(due, turn.zone, turn.now), cards.title_of(meeting)) for due, meeting in upcoming)
    return Reply(
        heading="Reminders",
        text=f"I remind you {_words(leads)} before each meeting." if leads else "Reminders are off.",
        facts=facts,
        note="Change it: /freewhen reminders 10m 1h 1d, or “reminders off”.",
    )


@meetings.stale
async def snooze(app: App, turn: Turn) -> Reply:
    """One more reminder, five minutes from now."""
    at = turn.now + timedelta(minutes=5)
    meeting = await _meeting(app, turn)
    if meeting.starts_at <= at:
        raise UserError("It starts before that.")
    planned = Planned(turn.text_arg("reminder"), f"snooze:{int(at.timestamp())}", at, meeting)
    await app.reminders.snooze(turn.text_arg("connection"), planned, turn.now)
    return Reply(f"I will remind you again at {wording.clock(at, turn.zone)}.", replace=True)


async def off(app: App, turn: Turn) -> Reply:
    await app.reminders.silence(turn.text_arg("connection"), turn.text_arg("reminder"))
    return Reply("No more reminders for this meeting.", replace=True)


async def _meeting(app: App, turn: Turn) -> Meeting:
    from bot import calendars

    connection = turn.connection()
    event = await calendars.ask(
        app, turn.context, connection, lambda provider: provider.event(turn.text_arg("reminder"))
    )
    return remind.meeting_of(event, turn.context)


def _leads(turn: Turn) -> tuple[timedelta, ...] | None:
    """The lead times asked for; None: only tell me. "off" is none at all."""
    if turn.ask is not None:
        return () if turn.ask.off else turn.ask.leads or None
    text = turn.text.strip().casefold()
    if not text:
        return None
    if text in ("off", "none", "no", "stop"):
        return ()
    lengths = read_lengths(text)
    if lengths is None:
        raise UserError("I read lead times like “10m 1h 1d”, or “off”.")
    return lengths


def read_lengths(text: str) -> tuple[timedelta, ...] | None:
    """Lengths of time as "10m 1h", "2 days"; None when the text holds anything else."""
    rest = _LEAD.sub(" ", text)
    if re.sub(r"\b(and|before|remind|me)\b|[,;\s]", "", rest):
        return None
    return tuple(int(number) * _UNITS[unit[0].lower()] for number, unit in _LEAD.findall(text))


def _words(leads: tuple[timedelta, ...]) -> str:
    words = [remind.say_lead(lead) for lead in leads]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
