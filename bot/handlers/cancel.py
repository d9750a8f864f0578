"""Cancel a meeting, from its card or in words: ask, press, done."""

from bot import calendars
from bot.errors import Gone
from bot.handlers import cards, meetings, which
from bot.handlers.booking import after_write
from bot.handlers.bound import args_of, changed
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
    if len(found.events) > 1:
        return await which.ask_which(app, turn, found, "cancel.preview", {})
    connection, event = found.events[0]
    event = await calendars.whole(app, turn.context, connection, event)
    return await _ask(app, turn, connection, event)


@meetings.stale
async def preview(app: App, turn: Turn) -> Reply:
    """Pressed "Cancel the meeting", or which one was meant."""
    connection, event = await meetings.pressed(app, turn)
    return await _ask(app, turn, connection, event)


async def _ask(app: App, turn: Turn, connection: Connection, event: Event, note: str = "") -> Reply:
    meetings.only_mine(connection, event)
    args = args_of(connection, event)
    choices = [
        *meetings.scoped("Cancel it", "cancel.apply", args, event, Style.DANGER),
        Button("Keep it", "meetings.keep"),
    ]
    return Reply(
        heading=f"Cancel “{cards.title_of(event)}”?",
        text=note,
        facts=(("When", cards.say_when(event.when, turn.zone, turn.now)),),
        note=meetings.told(app, connection, event),
        choices=await buttons(app, turn, choices),
        replace=bool(turn.request.press),
    )


async def apply(app: App, turn: Turn) -> Reply:
    """The press. A meeting that has changed since it was asked about is asked about anew."""
    connection = turn.connection()
    ref = turn.text_arg("ref")
    scope = turn.arg(Scope, "scope")
    try:
        connection, event = await meetings.pressed(app, turn)
        if changed(turn, event):
            return await _ask(app, turn, connection, event, "It has changed since you were asked.")
        await calendars.write(app, turn.context, connection, lambda provider: provider.cancel(event.ref, scope))
    except Gone:
        # Cancelled before, by this very press when its answer was lost: what is left of it here goes as well.
        await _forget(app, connection, ref)
        return meetings.GONE
    await _forget(app, connection, ref)
    await after_write(app, turn, connection, "cancel", event)
    return Reply(
        heading=f"Cancelled: {cards.title_of(event)}",
        facts=(("Was", cards.say_when(event.when, turn.zone, turn.now)),),
        replace=True,
        keep=True,
    )


async def _forget(app: App, connection: Connection, ref: str) -> None:
    await app.bookings.release_ref(connection.id, ref)
    await app.reminders.cancel_meeting(connection.id, ref)
