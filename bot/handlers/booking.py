"""A pressed booking: check again, hold, write; the same message becomes the card.

The hold makes sure that one slot is given away once; the key makes sure that one press writes one event, however often
it arrives.
"""

import logging
from datetime import timedelta

from bot import calendars
from bot.errors import AccessDenied, CannotSay, Gone, LinkExpired, ProviderError, SlotTaken, UserError
from bot.handlers import cards, lists, reach, remind
from bot.handlers.clash import clashing, host_of, interval_of, looking, refuse_past, taken
from bot.handlers.people import Guests
from bot.handlers.turn import Turn
from bot.messages import Reply
from bot.ports import App, AuditEntry, Booking, Connection, HoldState
from bot.ports.people import EMBEDDED
from bot.scheduling.event import Event, EventDraft

log = logging.getLogger("freewhen.booking")

HELD_TOO_LONG = timedelta(seconds=30)
"""A hold older than this belongs to a crash: longer than any provider deadline."""


async def confirm(app: App, turn: Turn) -> Reply:
    """The press. Check again, hold, write, become the card. The same press again shows the same meeting."""
    draft = turn.arg(EventDraft, "draft")
    key = turn.text_arg("key")
    connection = turn.connection()
    earlier = await app.bookings.get(key)
    if earlier is not None and earlier.state is HoldState.BOOKED:
        return await booked(app, turn, connection, earlier.ref)
    refuse_past(turn, draft)
    interval = interval_of(draft)
    guests = Guests(draft.attendees, turn.arg(tuple[str, ...], "unknown"))
    seen_at = looking(app)
    seen = await calendars.agenda(app, turn.context, interval, fresh=True)
    if seen.unseen:
        name, reason = seen.unseen[0]
        raise UserError(f"I could not check {name} ({reason}), so nothing was booked. Press again in a moment.")
    clash = clashing(turn, draft, seen.events)
    if clash and earlier is None:
        # The same press may have been answered since we looked: then what lies there is its own meeting.
        earlier = await app.bookings.get(key)
        if earlier is not None and earlier.state is HoldState.BOOKED:
            return await booked(app, turn, connection, earlier.ref)
    if clash and earlier is None:
        return await taken(app, turn, draft, guests, f"“{cards.title_of(clash[0])}” is there now.")
    hold = Booking(
        key, connection.tenant, turn.user.id, connection.id, host_of(connection, draft, key), interval, draft
    )
    state = await app.bookings.hold(hold, seen_at(), app.clock.now())
    if state is HoldState.TAKEN:
        return await taken(app, turn, draft, guests, SlotTaken().message)
    if state is HoldState.BUSY:
        return Reply("That is being booked at this moment.")
    if state is HoldState.BOOKED:
        again = await app.bookings.get(key)
        return await booked(app, turn, connection, again.ref if again else "")
    try:
        event = await write(app, turn, connection, hold)
    except (AccessDenied, Gone) as error:
        return await lists.not_added(app, turn, connection, error)
    return await cards.card(app, turn, connection, event, "Booked")


async def write(app: App, turn: Turn, connection: Connection, hold: Booking) -> Event:
    """Write a held draft. A lost answer is looked up by the key; what stays uncertain is left to the sweep."""
    draft = hold.draft
    assert draft is not None  # noqa: S101 a hold that is written has one
    try:
        event = await calendars.write(
            app, turn.context, connection, lambda provider: provider.create(draft, hold.key, connection.calendar)
        )
    except (AccessDenied, CannotSay, Gone, LinkExpired):
        await app.bookings.release(hold.key)
        raise
    except ProviderError as error:
        found = await _look_again(app, turn, connection, hold.key)
        if found is None:
            raise UserError(
                "The calendar did not answer, so I cannot say yet whether the meeting was written. "
                "I keep looking and tell you; pressing again is safe."
            ) from error
        event = found
    await app.bookings.confirm(hold.key, event.ref, app.clock.now())
    await after_write(app, turn, connection, "book", event)
    return event


async def _look_again(app: App, turn: Turn, connection: Connection, key: str) -> Event | None:
    try:
        return await calendars.ask(app, turn.context, connection, lambda provider: provider.find(key))
    except ProviderError:
        return None


async def after_write(app: App, turn: Turn, connection: Connection, action: str, event: Event) -> None:
    """After a write: the trail, what others see, and the reminders of the new state.

    The write stands whatever happens here.
    """
    entry = AuditEntry(turn.now, connection.tenant, turn.user.id, action, f"{connection.provider}:{event.ref}", "done")
    await app.audit.record(entry)
    await _tell_guests(app, turn, connection, event)
    try:
        await remind.plan(app, turn.context, connection, app.clock.now(), fresh=True)
    except ProviderError as error:
        log.info("reminders are planned with the next look at the calendar: %s", error.message)


async def _tell_guests(app: App, turn: Turn, connection: Connection, event: Event) -> None:
    """On the embedded calendar a guest who is here has it at once: what stands before their eyes is shown anew."""
    if connection.provider != EMBEDDED:
        return
    there = [*event.attendees, *([event.organizer] if event.organizer else [])]
    guests = await app.users.at(connection.tenant, [guest.address.casefold() for guest in there])
    for who in {guest.user.who for guest in guests.values()} - {turn.user.who}:
        await reach.changed(app, who)


async def booked(app: App, turn: Turn, connection: Connection, ref: str, heading: str = "Booked") -> Reply:
    """The card of a meeting that an earlier press wrote, or that it has been cancelled since."""
    try:
        event = await calendars.ask(app, turn.context, connection, lambda provider: provider.event(ref))
    except Gone:
        return Reply("That meeting has been cancelled since.", replace=True)
    return await cards.card(app, turn, connection, event, heading)


async def drop(app: App, turn: Turn) -> Reply:
    """The way out under a preview; after the meeting was booked all the same, its card."""
    earlier = await app.bookings.get(turn.text_arg("key"))
    if earlier is not None and earlier.state is HoldState.BOOKED:
        return await booked(app, turn, turn.connection(), earlier.ref, "It is booked already")
    if earlier is not None:
        return Reply("That is being booked at this moment.")
    return Reply("Nothing was booked.", replace=True)
