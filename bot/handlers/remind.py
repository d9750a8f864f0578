"""Reminders: plan them from the calendar, send what is due, tell what was missed.

A reminder is a row with a due time; nothing else remembers it. `plan` makes the rows of a calendar, `tick` claims the
due ones with a lease and sends them, each with an intent before and a result after. At least once while the meeting
is ahead: only a kill between sending and noting it makes one come twice, and then it says so.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import calendars
from bot.errors import Busy, ChatError, ProviderError, StorageError, Unreachable
from bot.handlers import cards
from bot.handlers.turn import PRESS_LIFE
from bot.messages import Choice, Reply
from bot.ports import App, Connection, Context, Health, Meeting, Offer, Planned, Reminder, ReminderState
from bot.scheduling import wording
from bot.scheduling.event import Event, Response
from bot.scheduling.interval import Interval
from bot.scheduling.reminder import due_times, kind_of, says
from bot.scheduling.zones import zone

log = logging.getLogger("freewhen.remind")

AHEAD = timedelta(hours=48)
"""How far ahead of now a reminder becomes a row; the window looked at also holds the longest lead time."""
LEASE = timedelta(seconds=30)
SEND_DEADLINE = timedelta(seconds=10)
BATCH = 50
MOST_TRIES = 8
LOOK_EVERY = timedelta(minutes=15)


def say_lead(lead: timedelta) -> str:
    return wording.duration(lead, long=True)


async def plan(app: App, context: Context, connection: Connection, now: datetime) -> None:
    """Make the reminder rows of one calendar be what its events ask for. Raises ProviderError."""
    leads = context.user.preferences.leads
    window = Interval(now - timedelta(days=1), now + AHEAD + max(leads, default=timedelta()))
    events = await calendars.ask(app, context, connection, lambda provider: provider.events(window, connection.checks))
    tz = zone(context.user.preferences.zone)
    wanted: list[Planned] = []
    for event in events:
        if event.response is Response.DECLINED or event.cancelled:
            continue
        meeting = meeting_of(event, context)
        due = {one.kind: one.at for one in due_times(event.when, leads, now, tz)}
        wanted += [Planned(event.ref, kind, at, meeting) for kind, at in due.items()]
        if meeting.starts_at <= now:
            rest = {kind_of(lead) for lead in leads} - due.keys()
            wanted += [Planned(event.ref, kind, now, meeting, keep=True) for kind in sorted(rest)]
    await app.reminders.plan(connection, window, wanted, now)


def meeting_of(event: Event, context: Context) -> Meeting:
    interval = event.interval(zone(context.user.preferences.zone))
    return Meeting(
        title=event.title,
        starts_at=interval.start,
        ends_at=interval.end,
        all_day=event.all_day,
        location=event.location,
        join_url=event.join_url,
        attendees=event.attendees,
    )


async def refresh(app: App) -> int:
    """Look for changes on every connected calendar and plan again where there are some; returns how many."""
    planned = 0
    after = ""
    while page := await app.connections.all_active(after, 100):
        for connection in page:
            planned += await _refresh_one(app, connection)
        after = page[-1].id
    return planned


async def _refresh_one(app: App, connection: Connection) -> int:
    now = app.clock.now()
    context = await app.users.by_id(connection.user_id)
    if context is None:
        return 0
    try:
        changes = await calendars.ask(app, context, connection, lambda provider: provider.changes(connection.cursor))
        stale = connection.checked_at is None or abs(now - connection.checked_at) >= LOOK_EVERY
        if changes.dirty == () and not stale:
            return 0
        await plan(app, context, connection, now)
        await app.connections.checked(connection.id, Health.ACTIVE, changes.cursor, now)
    except (ProviderError, StorageError) as error:
        log.warning("calendar of connection %s not read: %s", connection.id, error.message)
        return 0
    return 1


async def tick(app: App, owner: str) -> int:
    """Send what is due; returns how many were sent. One bad row, or one slow person, never stops the others."""
    sent = 0
    while due := await app.reminders.claim(owner, app.clock.now(), LEASE, BATCH):
        sent += sum(await asyncio.gather(*(_send_group(app, owner, group) for group in _by_person(due))))
    return sent


def _by_person(due: Sequence[Reminder]) -> list[list[Reminder]]:
    groups: dict[str, list[Reminder]] = {}
    for reminder in sorted(due, key=lambda one: one.due_at):
        groups.setdefault(reminder.user_id, []).append(reminder)
    return list(groups.values())


async def _send_group(app: App, owner: str, group: Sequence[Reminder]) -> int:
    """One person's due reminders: the latest of each meeting is sent, what is over becomes one summary."""
    try:
        context = await app.users.by_id(group[0].user_id)
        if context is None or context.user.paused:
            for reminder in group:
                await app.reminders.done(reminder, owner, ReminderState.SKIPPED)
            return 0
        return await _send_to(app, owner, context, group)
    except Exception:
        log.exception("reminders of one person could not be handled")
        return 0


async def _send_to(app: App, owner: str, context: Context, group: Sequence[Reminder]) -> int:
    now = app.clock.now()
    tz = zone(context.user.preferences.zone)
    latest = {reminder.meeting_ref: reminder for reminder in group}
    missed: list[Reminder] = []
    sent = 0
    for reminder in group:
        meeting = reminder.meeting
        said = says(meeting.starts_at, meeting.ends_at, meeting.all_day, now, tz)
        if latest[reminder.meeting_ref] is not reminder:
            await app.reminders.done(reminder, owner, ReminderState.SKIPPED)
        elif said.over or (said.begun and now - reminder.due_at > timedelta(minutes=5) and not meeting.all_day):
            if await app.reminders.done(reminder, owner, ReminderState.SKIPPED):
                missed.append(reminder)
        else:
            sent += await _send(app, owner, context, reminder)
    if missed:
        await _summary(app, context, missed, now)
    return sent


async def _send(app: App, owner: str, context: Context, reminder: Reminder) -> int:
    """Intent, send, result. A moved or cancelled meeting shows at the intent: nothing is sent."""
    chat = app.chats.get(context.user.who.chat)
    if chat is None:
        await app.reminders.retry(reminder, owner, app.clock.now() + timedelta(minutes=1))
        return 0
    reply = await message(app, context, reminder)
    if not await app.reminders.intend(reminder, owner, app.clock.now(), LEASE):
        return 0
    result = Sending(ReminderState.SENT)
    try:
        async with asyncio.timeout(SEND_DEADLINE.total_seconds()):
            result = replace(result, handle=await chat.send(context.user.who, reply))
    except Unreachable:
        await app.users.save(replace(context.user, paused=True))
        result = Sending(ReminderState.FAILED)
    except Busy as busy:
        result = Sending(None, wait=busy.retry_after)
    except TimeoutError:
        # It may have arrived: `claim` finds the row in "sending" when the lease is over and repeats it, marked.
        return 0
    except ChatError:
        result = Sending(None, wait=min(timedelta(minutes=15), timedelta(seconds=5 * 2**reminder.attempt)))
    if result.state is None and reminder.attempt < MOST_TRIES:
        await app.reminders.retry(reminder, owner, app.clock.now() + result.wait)
        return 0
    await app.reminders.done(reminder, owner, result.state or ReminderState.FAILED, result.handle)
    return int(result.state is ReminderState.SENT)


@dataclass(frozen=True, slots=True)
class Sending:
    """How a send ended; a state of None: try again after `wait`."""

    state: ReminderState | None
    handle: str = ""
    wait: timedelta = timedelta()


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
    wanted = [("No more for this meeting", Offer("remind.off", args))]
    if meeting.starts_at - now > timedelta(minutes=6):
        wanted.insert(0, ("Again in 5 minutes", Offer("remind.snooze", args)))
    tokens = await app.presses.offer(context.user.id, [offer for _, offer in wanted], now + PRESS_LIFE)
    return Reply(
        heading=f"{cards.title_of(meeting)}: {said.soon}",
        facts=tuple(facts),
        note="This may be a repeat: I was interrupted while sending it." if reminder.repeat else "",
        choices=tuple(Choice(label, token) for (label, _), token in zip(wanted, tokens, strict=True)),
    )


async def _summary(app: App, context: Context, missed: Sequence[Reminder], now: datetime) -> None:
    """One message for everything that began while nobody could send."""
    tz = zone(context.user.preferences.zone)
    facts = tuple(
        (wording.moment(one.meeting.starts_at, tz, now), cards.title_of(one.meeting))
        for one in sorted(missed, key=lambda one: one.meeting.starts_at)[:20]
    )
    more = f" And {len(missed) - 20} more." if len(missed) > 20 else ""
    chat = app.chats.get(context.user.who.chat)
    if chat is None:
        return
    try:
        async with asyncio.timeout(SEND_DEADLINE.total_seconds()):
            await chat.send(
                context.user.who,
                Reply(heading="While I was away, these began without a reminder", facts=facts, note=more.strip()),
            )
    except (ChatError, TimeoutError) as error:
        log.warning("a summary of missed reminders was not sent: %s", error)
