"""One message to one person, and what its reminder rows become: intent before, result after."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.errors import Busy, ChatError, Unreachable, Unsure
from bot.messages import Reply
from bot.ports import App, Context, Reminder, ReminderState

LEASE = timedelta(seconds=30)
SEND_DEADLINE = timedelta(seconds=10)
"""Longer than a chat waits before it sends: who is still waiting says so (Busy), so what is late was on its way."""
MOST_TRIES = 8
REPEAT = "This may be a repeat: I was interrupted while sending it."


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a send ended. A state of None: try again after `wait`; SENDING: it may have arrived, nobody knows."""

    state: ReminderState | None
    handle: str = ""
    wait: timedelta = timedelta()


async def deliver(app: App, context: Context, reply: Reply, attempt: int) -> Delivery:
    """Send it. Somebody who cannot be reached is left in peace from now on."""
    chat = app.chats.get(context.user.who.chat)
    if chat is None:
        return Delivery(None, wait=timedelta(minutes=1))
    try:
        async with asyncio.timeout(SEND_DEADLINE.total_seconds()):
            return Delivery(ReminderState.SENT, await chat.send(context.user.who, reply))
    except Unreachable:
        await app.users.save(replace(context.user, paused=True))
        return Delivery(ReminderState.FAILED)
    except Busy as busy:
        return Delivery(None, wait=busy.retry_after)
    except (Unsure, TimeoutError):
        return Delivery(ReminderState.SENDING)
    except ChatError:
        return Delivery(None, wait=min(timedelta(minutes=15), timedelta(seconds=5 * 2**attempt)))


async def note(app: App, owner: str, reminder: Reminder, result: Delivery, sent: ReminderState) -> None:
    """Write a row's result, `sent` for a message that arrived.

    What may have arrived stays in "sending": `claim` finds it when the lease is over and repeats it, marked. A chat
    that does not answer the repeat either has probably shown both.
    """
    if result.state is ReminderState.SENDING:
        if reminder.repeat:
            await app.reminders.done(reminder, owner, ReminderState.UNKNOWN)
        return
    if result.state is None and reminder.attempt < MOST_TRIES:
        await app.reminders.retry(reminder, owner, app.clock.now() + result.wait)
        return
    state = sent if result.state is ReminderState.SENT else ReminderState.FAILED
    await app.reminders.done(reminder, owner, state, result.handle)
