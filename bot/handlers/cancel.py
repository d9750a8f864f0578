"""Cancel a meeting, from its card or in words: ask, press, done."""

from bot import calendars
from bot.handlers import cards, meetings, which
from bot.handlers.booking import after_write
from bot.handlers.turn import Button, Turn, ask_back, buttons
from bot.language.ask import Intent
from bot.messages import Reply, Style
from bot.ports import App, Connection
from bot.scheduling.event import Event, Scope


async def cancel(app: App, turn: Turn) -> Reply:
    """In words: "cancel standup tomorrow"."""
    ask = turn.understood(Intent.CANCEL)
    if ask.question is not None:
        return await ask_back(app, turn, ask)
    found = await which.find(app, turn, ask.target)
    if len(found) > 1:
        return await which.ask_which(app, turn, found, "cancel.preview", {})
    connection, event = found[0]
    return await _ask_cancel(app, turn, connection, event)


async def preview(app: App, turn: Turn) -> Reply:
    connection, event = await meetings.pressed(app, turn)
    return await _ask_cancel(app, turn, connection, event)


async def _ask_cancel(app: App, turn: Turn, connection: Connection, event: Event) -> Reply:
    meetings.only_mine(connection, event)
    args = meetings.args_of(connection, event)
    choices = [
        *meetings.scoped("Cancel it", "cancel.apply", args, event, Style.DANGER),
        Button("Keep it", "meetings.keep"),
    ]
    return Reply(
        heading=f"Cancel “{cards.title_of(event)}”?",
        facts=(("When", cards.say_when(event.when, turn.zone, turn.now)),),
        note=meetings.told(event),
        choices=await buttons(app, turn, choices),
        replace=bool(turn.request.press),
    )


async def apply(app: App, turn: Turn) -> Reply:
    connection, event = await meetings.pressed(app, turn)
    scope = turn.arg(Scope, "scope")
    await calendars.ask(app, turn.context, connection, lambda provider: provider.cancel(event.ref, scope))
    await app.bookings.release_ref(connection.id, event.ref)
    await app.reminders.cancel_meeting(connection.id, event.ref)
    await after_write(app, turn, connection, "cancel", event)
    return Reply(
        heading=f"Cancelled: {cards.title_of(event)}",
        facts=(("Was", cards.say_when(event.when, turn.zone, turn.now)),),
        replace=True,
    )
