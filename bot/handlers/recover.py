"""Finish what a crash or a lost answer left open: ask the calendar whether a held meeting was written."""

import logging
from datetime import timedelta

from bot import calendars
from bot.errors import ProviderError, StorageError
from bot.handlers import cards, moving, reach, remind
from bot.handlers.booking import HELD_TOO_LONG, after_write
from bot.handlers.reach import Told
from bot.handlers.turn import Turn
from bot.messages import ChatUser, Reply, Request
from bot.ports import App, Booking, Connection, Context
from bot.scheduling import wording
from bot.scheduling.event import Event

log = logging.getLogger("freewhen.recover")


async def recover(app: App, only: ChatUser | None = None) -> int:
    """Settle holds older than any provider deadline, one by one; returns how many. The person is told either way.

    `only`: this process can reach nobody else, and leaves other people's holds to theirs.
    """
    now = app.clock.now()
    settled = 0
    for hold in await app.bookings.stale(now - HELD_TOO_LONG, 50, now, await remind.only_person(app, only)):
        try:
            settled += await _settle(app, hold)
        except (ProviderError, StorageError) as error:
            log.warning("hold %s stays open: %s", hold.key[:8], error.message)
    return settled


async def sweep(app: App) -> None:
    """Forget buttons that nobody can press any more, consents that nobody finished, and what is kept of old events."""
    await app.presses.sweep(app.clock.now() - timedelta(days=7))
    await calendars.sweep(app)


async def sweep_links(app: App) -> int:
    """Forget connect links that are over, and queue what was granted and never confirmed; returns how many grants."""
    return await app.links.sweep(app.clock.now(), 100)


async def _settle(app: App, hold: Booking) -> int:
    context = await app.users.by_id(hold.user_id)
    connection = next((one for one in context.connections if one.id == hold.connection_id), None) if context else None
    if context is None or connection is None or hold.draft is None:
        await app.bookings.release(hold.key)
        return 1
    turn = Turn(Request(context.user.who), context, app.clock.now())
    event = await _written(app, turn, connection, hold)
    if event is None:
        await app.bookings.release(hold.key)
        title = cards.title_of(hold.draft)
        await _tell(
            app,
            context,
            f"“{title}” was not moved. Please look at your calendar, and move it again."
            if hold.ref
            else f"“{title}” was not written to your calendar. Please book it again.",
        )
        return 1
    await app.bookings.confirm(hold.key, event.ref, app.clock.now())
    await after_write(app, turn, connection, "move" if hold.ref else "book", event)
    when = wording.span(event.interval(turn.zone), turn.zone, turn.now)
    await _tell(app, context, f"“{cards.title_of(event)}” is on your calendar: {when}.")
    return 1


async def _written(app: App, turn: Turn, connection: Connection, hold: Booking) -> Event | None:
    """What the hold was for, when the calendar has it: a new event by its key, a moved one at its new time."""
    if hold.ref:
        return await moving.written(app, turn, connection, hold)
    return await calendars.ask(app, turn.context, connection, lambda provider: provider.find(hold.key))


async def _tell(app: App, context: Context, text: str) -> None:
    """How it ended. What the chat does not take in time is in the log, and the calendar shows it."""
    if await reach.tell(app, context.user.who, Reply(text)) is not Told.ARRIVED:
        log.warning("one person may not know how a booking ended")
