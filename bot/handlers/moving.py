"""A pressed move: check again, hold the new time, write; the same message becomes the card."""

from bot import calendars
from bot.errors import AccessDenied, CannotSay, Gone, LinkExpired, ProviderError, SlotTaken, UserError
from bot.handlers import cards, meetings, move
from bot.handlers.booking import after_write, booked
from bot.handlers.bound import Goal, changed
from bot.handlers.clash import host_of, interval_of, looking, refuse_past
from bot.handlers.turn import Turn
from bot.messages import Reply
from bot.ports import App, Booking, Connection, HoldState
from bot.scheduling.event import Event, EventChange, EventDraft, Response, Scope


@meetings.stale
async def apply(app: App, turn: Turn) -> Reply:
    """The press. A meeting that has changed since its preview is previewed anew, and nothing is moved."""
    scope = turn.arg(Scope, "scope")
    key = meetings.key_of(turn.text_arg("key"), scope)
    connection = turn.connection()
    earlier = await app.bookings.get(key)
    if earlier is not None:
        return await _again(app, turn, connection, earlier)
    connection, event = await meetings.pressed(app, turn)
    target = turn.arg(Goal, "goal").when
    if changed(turn, event):
        return await move.show(app, turn, connection, event, target, "It has changed since you were asked.")
    draft = EventDraft(event.title, target, turn.preferences.zone)
    refuse_past(turn, draft)
    seen_at = looking(app)
    clash = await move.clash_at(app, turn, event, target)
    if clash:
        raise SlotTaken(f"{clash} Nothing was moved.")
    hold = Booking(
        key,
        connection.tenant,
        turn.user.id,
        connection.id,
        host_of(connection, draft, key),
        interval_of(draft),
        draft,
        event.ref,
    )
    state = await app.bookings.hold(hold, seen_at(), app.clock.now())
    if state is HoldState.TAKEN:
        raise SlotTaken("That time has just been taken. Nothing was moved.")
    if state is not HoldState.HELD:
        return await _again(app, turn, connection, await app.bookings.get(key))
    moved = await _write(app, turn, connection, hold, scope)
    await app.bookings.confirm(key, moved.ref, app.clock.now())
    await after_write(app, turn, connection, "move", moved)
    return await cards.card(app, turn, connection, moved, "Moved")


async def _again(app: App, turn: Turn, connection: Connection, earlier: Booking | None) -> Reply:
    """The same press once more: the meeting where it went, or that it is under way."""
    if earlier is not None and earlier.state is HoldState.BOOKED:
        return await booked(app, turn, connection, earlier.ref, "Moved")
    return Reply("That is being moved at this moment.")


async def _write(app: App, turn: Turn, connection: Connection, hold: Booking, scope: Scope) -> Event:
    """Write a held move. After a lost answer the event at its new time says that it was written."""
    change = EventChange(when=hold.draft.when if hold.draft else None)
    try:
        return await calendars.write(
            app, turn.context, connection, lambda provider: provider.update(hold.ref, change, scope)
        )
    except (AccessDenied, CannotSay, Gone, LinkExpired):
        await app.bookings.release(hold.key)
        raise
    except ProviderError as error:
        try:
            found = await written(app, turn, connection, hold)
        except ProviderError:
            raise UserError("The calendar did not answer. I keep looking and tell you how it ended.") from error
        if found is None:
            # Not there yet is not "not written": the hold stays until the sweep has looked again.
            raise UserError("The calendar did not answer. I keep looking and tell you how it ended.") from error
        return found


async def written(app: App, turn: Turn, connection: Connection, hold: Booking) -> Event | None:
    """The moved meeting, when the calendar has it at its new time; None when it has not. Raises ProviderError.

    Looked for by place and title, because moving a part of a series may give it another ref.
    """
    assert hold.draft is not None  # noqa: S101 a hold of a move has one
    title = hold.draft.title
    where = tuple(dict.fromkeys((*connection.checks, connection.calendar))) if connection.checks else ()
    found = await calendars.ask(
        app, turn.context, connection, lambda provider: provider.events(hold.interval, tuple(filter(None, where)))
    )
    return next(
        (
            event
            for event in found
            if event.response is Response.ORGANIZER
            and event.title == title
            and event.interval(turn.zone) == hold.interval
        ),
        None,
    )
