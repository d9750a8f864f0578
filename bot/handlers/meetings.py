"""One existing meeting: its card, and what moving and cancelling it have in common."""

from functools import wraps

from bot import calendars
from bot.errors import Gone, UserError
from bot.handlers import booking, cards
from bot.handlers.turn import Button, Handler, Turn
from bot.messages import Reply, Style
from bot.ports import App, Connection, Feature, HoldState
from bot.scheduling.event import Event, Response, Scope

GONE = Reply("That meeting is no longer on the calendar.", replace=True)


async def card(app: App, turn: Turn) -> Reply:
    """The card of a meeting in a list, which stays."""
    try:
        connection, event = await pressed(app, turn)
    except Gone:
        return Reply(GONE.text)
    return await cards.card(app, turn, connection, event, "Your meeting", replace=False)


async def keep(app: App, turn: Turn) -> Reply:
    """The way out under every preview of a change; after the meeting was moved all the same, its card."""
    if "key" in turn.args:
        connection = turn.connection()
        for scope in Scope:
            earlier = await app.bookings.get(key_of(turn.text_arg("key"), scope))
            if earlier is not None and earlier.state is HoldState.BOOKED:
                return await booking.booked(app, turn, connection, earlier.ref, "It is moved already")
            if earlier is not None:
                return Reply("That is being moved at this moment.")
    return Reply("Left as it is.", replace=True)


def key_of(key: str, scope: Scope) -> str:
    """The idempotency key of one button of a preview: each part of a series is a write of its own."""
    return f"{key}:{scope.value}"


def stale(handler: Handler) -> Handler:
    """A handler behind the buttons of one meeting: once that is gone, their message says so, and has none."""

    @wraps(handler)
    async def guarded(app: App, turn: Turn) -> Reply:
        try:
            return await handler(app, turn)
        except Gone:
            return GONE

    return guarded


async def pressed(app: App, turn: Turn) -> tuple[Connection, Event]:
    """The meeting that a pressed choice is about, as it is now. Raises Gone."""
    connection = turn.connection()
    ref = turn.text_arg("ref")
    return connection, await calendars.ask(app, turn.context, connection, lambda provider: provider.event(ref))


def only_mine(connection: Connection, event: Event) -> None:
    """Raises UserError for somebody else's meeting."""
    if event.response is not Response.ORGANIZER:
        who = (event.organizer.name or event.organizer.address) if event.organizer else "its organizer"
        title = cards.title_of(event)
        raise UserError(f"“{title}” is a meeting of {who}: only they can change it.")


def scoped(label: str, action: str, args: dict[str, object], event: Event, style: Style) -> list[Button]:
    """One button, or for a series one for each scope."""
    if event.series is None:
        return [Button(label, action, {**args, "scope": Scope.SERIES}, style)]
    return [
        Button(f"{label}: only this one", action, {**args, "scope": Scope.OCCURRENCE}, style),
        Button(f"{label}: this and following", action, {**args, "scope": Scope.FOLLOWING}),
        Button(f"{label}: the whole series", action, {**args, "scope": Scope.SERIES}),
    ]


def told(app: App, connection: Connection, event: Event) -> str:
    """Who will hear of a change, and how."""
    if not event.attendees:
        return ""
    silent = unsent(app, connection)
    return silent or f"Guests are told: {cards.say_guests(event.attendees)}."


def unsent(app: App, connection: Connection) -> str:
    """What becomes of guests where the calendar writes to nobody; "" where it does."""
    if Feature.INVITATIONS in calendars.kind_of(app, connection.provider).features:
        return ""
    return "This calendar sends no e-mail: guests see it only if they use Freewhen’s calendar too."
