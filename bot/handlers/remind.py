"""Reminders: send what is due, tell what was missed. The rows come from `planning`.

A reminder is a row with a due time; nothing else remembers it. `tick` claims the due ones with a lease and sends them,
each with an intent before and a result after. At least once while the meeting is ahead: only a kill between sending
and noting it makes one come twice, and then it says so.
"""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from datetime import datetime, timedelta

from bot.handlers import cards
from bot.handlers import missed as missed_ones
from bot.handlers.deliver import LEASE, MOST_TRIES, REPEAT, deliver, note
from bot.handlers.planning import meeting_of, plan, plan_all, refresh
from bot.handlers.turn import Button, buttons_for
from bot.messages import ChatUser, Reply
from bot.ports import App, Context, Reminder, ReminderState
from bot.scheduling import wording
from bot.scheduling.event import Days, When
from bot.scheduling.interval import Interval
from bot.scheduling.reminder import due_times, kind_of, says
from bot.scheduling.zones import zone

__all__ = ["meeting_of", "message", "only_person", "plan", "plan_all", "refresh", "say_lead", "tick"]

log = logging.getLogger("freewhen.remind")

BATCH = 100
SIDE_BY_SIDE = 8
"""So many people are told at once: one who is slow stops nobody, and a kill interrupts at most so many sends."""


def say_lead(lead: timedelta) -> str:
    return wording.duration(lead, long=True)


async def only_person(app: App, only: ChatUser | None) -> str | None:
    """The user id of the one person a process can reach, "" for a stranger; None where it can reach everybody."""
    if only is None:
        return None
    context = await app.users.context(only)
    return context.user.id if context else ""


async def tick(app: App, owner: str, only: ChatUser | None = None) -> int:
    """Send what is due; returns how many were sent. One bad row, or one slow person, never stops the others.

    `only`: this process can reach nobody else (a terminal), and leaves other people's reminders to theirs.
    """
    user_id = await only_person(app, only)
    sent = 0
    missed: dict[str, list[Reminder]] = {}
    while due := await app.reminders.claim(owner, app.clock.now(), LEASE, BATCH, user_id):
        lanes = asyncio.Semaphore(SIDE_BY_SIDE)

        async def one(group: Sequence[Reminder], lanes: asyncio.Semaphore = lanes) -> int:
            async with lanes:
                return await _guarded(app, owner, group, _send_to(app, owner, group, missed))

        sent += sum(await asyncio.gather(*map(one, _by_person(due))))
    await asyncio.gather(*(_guarded(app, owner, group, _tell_missed(app, owner, group)) for group in missed.values()))
    return sent


def _by_person(due: Sequence[Reminder]) -> list[list[Reminder]]:
    groups: dict[str, list[Reminder]] = {}
    for reminder in sorted(due, key=lambda one: one.due_at):
        groups.setdefault(reminder.user_id, []).append(reminder)
    return list(groups.values())


async def _guarded(app: App, owner: str, group: Sequence[Reminder], work: Awaitable[int]) -> int:
    """One person's trouble is logged and tried again when the lease is over, a few times; the others go on."""
    try:
        return await work
    except Exception:
        log.exception("reminders of one person could not be handled")
    for reminder in group:
        if reminder.attempt >= MOST_TRIES:
            await app.reminders.done(reminder, owner, ReminderState.FAILED)
    return 0


async def _send_to(app: App, owner: str, group: Sequence[Reminder], missed: dict[str, list[Reminder]]) -> int:
    """One person's due reminders: the latest of each meeting is sent; what is over is kept for one summary."""
    context = await _reachable(app, owner, group)
    if context is None:
        return 0
    now = app.clock.now()
    latest = {reminder.meeting_ref: reminder for reminder in group}
    sent = 0
    for reminder in group:
        meeting = reminder.meeting
        over, begun = meeting.ends_at <= now, meeting.starts_at <= now
        if latest[reminder.meeting_ref] is not reminder:
            await app.reminders.done(reminder, owner, ReminderState.SKIPPED)
        elif over or (begun and now - reminder.due_at > timedelta(minutes=5) and not meeting.all_day):
            missed.setdefault(context.user.id, []).append(reminder)
        elif _superseded(context, reminder, now):
            await app.reminders.done(reminder, owner, ReminderState.SKIPPED)
        else:
            sent += await _send(app, owner, context, reminder)
    return sent


async def _reachable(app: App, owner: str, group: Sequence[Reminder]) -> Context | None:
    """Whom to tell; nobody, and the reminders are skipped, when the person is gone or rests."""
    context = await app.users.by_id(group[0].user_id)
    if context is not None and not context.user.paused:
        return context
    for reminder in group:
        await app.reminders.done(reminder, owner, ReminderState.SKIPPED)
    return None


def _superseded(context: Context, reminder: Reminder, now: datetime) -> bool:
    """Whether a shorter lead time of the meeting is due as well: its row may be in another batch, or already sent."""
    leads = context.user.preferences.leads
    tz = zone(context.user.preferences.zone)
    kinds = [kind_of(lead) for lead in leads]
    if reminder.kind not in kinds or len(kinds) == 1:
        return False
    meeting = reminder.meeting
    when: When = Interval(meeting.starts_at, meeting.ends_at)
    if meeting.all_day:
        when = Days(meeting.starts_at.astimezone(tz).date(), meeting.ends_at.astimezone(tz).date())
    return reminder.kind not in {due.kind for due in due_times(when, leads, now, tz)}


async def _tell_missed(app: App, owner: str, group: Sequence[Reminder]) -> int:
    context = await _reachable(app, owner, group)
    if context is not None:
        await missed_ones.tell(app, owner, context, group)
    return 0


async def _send(app: App, owner: str, context: Context, reminder: Reminder) -> int:
    """Intent, send, result. A moved or cancelled meeting shows at the intent: nothing is sent."""
    if context.user.who.chat not in app.chats:
        await app.reminders.retry(reminder, owner, app.clock.now() + timedelta(minutes=1))
        return 0
    reply = await message(app, context, reminder)
    if not await app.reminders.intend(reminder, owner, app.clock.now(), LEASE):
        return 0
    result = await deliver(app, context, reply, reminder.attempt)
    await note(app, owner, reminder, result, ReminderState.SENT)
    return int(result.state is ReminderState.SENT)


async def message(app: App, context: Context, reminder: Reminder) -> Reply:
    """The reminder as it is true now, however late it is sent."""
    now = app.clock.now()
    tz = zone(context.user.preferences.zone)
    meeting = reminder.meeting
    said = says(meeting.starts_at, meeting.ends_at, meeting.all_day, now, tz)
    facts = [("When", said.when)]
    if meeting.attendees:
        facts.append(("With", ", ".join(guest.name or guest.address for guest in meeting.attendees)))
    facts += [(label, text) for label, text in (("Where", meeting.location), ("Join", meeting.join_url)) if text]
    args = {"reminder": reminder.meeting_ref, "connection": reminder.connection_id}
    wanted = [Button("No more for this meeting", "remind.off", args)]
    if meeting.starts_at - now > timedelta(minutes=6):
        wanted.insert(0, Button("Again in 5 minutes", "remind.snooze", args))
    return Reply(
        heading=f"{cards.title_of(meeting)}: {said.soon}",
        facts=tuple(facts),
        note=REPEAT if reminder.repeat else "",
        choices=await buttons_for(app, context.user.id, wanted, now),
    )
