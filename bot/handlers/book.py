"""Book a meeting: preview, press, check again, hold, write; the same message becomes the card.

The press carries the whole draft and its own key. The hold makes sure that one slot is given away once; the key makes
sure that one press writes one event, however often it arrives.
"""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from bot import calendars
from bot.errors import AccessDenied, CannotSay, Gone, LinkExpired, ProviderError, SlotTaken, UserError
from bot.handlers import cards, people, remind, slots
from bot.handlers.people import Guests
from bot.handlers.reasons import say_reasons, say_unseen
from bot.handlers.turn import Button, Turn, ask_back, buttons
from bot.language.ask import Ask, Grain, Intent
from bot.messages import Reply, Style
from bot.ports import App, AuditEntry, Booking, Connection, Feature, HoldState
from bot.scheduling import wording
from bot.scheduling.availability import Kind, availability, why_not
from bot.scheduling.blocking import blocks
from bot.scheduling.event import Attendee, Days, Event, EventDraft, FreeBusy
from bot.scheduling.interval import Interval
from bot.scheduling.zones import zone

SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(hours=24)
HELD_TOO_LONG = timedelta(seconds=30)
"""A hold older than this belongs to a crash: longer than any provider deadline."""


async def book(app: App, turn: Turn) -> Reply:
    """`/book …`: a preview when the time is known, else times to choose from."""
    calendars.booking_connection(turn.context)
    ask = turn.understood(Intent.BOOK)
    if ask.question is not None:
        return await ask_back(app, turn, ask)
    guests = await people.find(app, turn, ask.who)
    if guests.unsure:
        return await people.ask_which(app, turn, ask, guests)
    duration = _duration(turn, ask)
    if ask.when is None or (ask.when.grain is not Grain.POINT and not _exact(ask)):
        return await _offer(app, turn, ask, guests, duration)
    draft = _draft(turn, ask, guests, duration)
    return await show(app, turn, draft, guests)


def _exact(ask: Ask) -> bool:
    assert ask.when is not None  # noqa: S101 the caller has looked
    if ask.all_day:
        return True
    window = ask.when.window
    return window is not None and ask.when.grain is Grain.WINDOW and ask.duration in (None, window.length)


async def preview(app: App, turn: Turn) -> Reply:
    """A pressed slot: its preview."""
    start = turn.arg(datetime, "start")
    minutes = turn.arg(int, "minutes")
    guests = turn.arg(tuple[Attendee, ...], "guests")
    title = turn.text_arg("title") or _title("", guests)
    draft = EventDraft(
        title, Interval(start, start + timedelta(minutes=minutes)), turn.preferences.zone, attendees=guests
    )
    return await show(app, turn, draft, Guests(guests), replace_message=True)


async def show(app: App, turn: Turn, draft: EventDraft, guests: Guests, replace_message: bool = False) -> Reply:
    """The preview of a draft: what will be written, what speaks against it, and the button bound to exactly that."""
    connection = calendars.booking_connection(turn.context)
    interval = _interval(draft)
    if interval.start <= turn.now and not isinstance(draft.when, Days):
        raise UserError(f"{wording.span(interval, turn.zone, turn.now)} is in the past. When should it be?")
    found = await slots.look(app, turn, interval, guests)
    clash = clashing(turn, draft, found.seen.events)
    if clash:
        return await _taken(app, turn, draft, guests, f"You already have “{clash[0].title or '(no title)'}” then.")
    notes = [people.say_unknown(guests.unknown)] if guests.unknown else []
    notes += _warnings(app, turn, draft, found)
    args: dict[str, object] = {"draft": draft, "key": secrets.token_hex(16), "connection": connection.id}
    choices = [
        Button("Book it", "book.confirm", args, Style.PRIMARY),
        Button("Don’t", "book.drop"),
    ]
    return Reply(
        heading="Book this?",
        facts=cards.facts_of(draft, turn.zone, turn.now),
        note=" ".join(filter(None, notes)),
        choices=await buttons(app, turn, choices),
        replace=replace_message,
    )


def _warnings(app: App, turn: Turn, draft: EventDraft, found: slots.Look) -> list[str]:
    """What the person should know before they press; nothing here forbids."""
    interval = _interval(draft)
    notes = [say_unseen(found)]
    if not isinstance(draft.when, Days):
        query = slots.query(turn, interval, interval.length)
        reasons = [
            reason
            for reason in why_not(query, found.people, interval.start)
            if reason.kind not in (Kind.UNKNOWN, Kind.CONSTRAINT, Kind.PAST)
        ]
        notes.append(say_reasons(turn, reasons, found, interval))
    same = [
        event
        for _, event in found.seen.events
        if event.title.casefold() == draft.title.casefold()
        and event.interval(turn.zone).start.astimezone(turn.zone).date() == interval.start.astimezone(turn.zone).date()
    ]
    if same:
        notes.append(f"You already have “{draft.title}” that day: {cards.say_when(same[0].when, turn.zone, turn.now)}.")
    kind = calendars.kind_of(app, calendars.booking_connection(turn.context).provider)
    if draft.attendees and Feature.INVITATIONS not in kind.features:
        notes.append("This calendar sends no e-mail: guests see it only if they use Freewhen’s calendar too.")
    return notes


def clashing(turn: Turn, draft: EventDraft, events: tuple[tuple[Connection, Event], ...], but: str = "") -> list[Event]:
    """One's own timed events that the draft would lie over; a whole day on the calendar does not forbid a meeting."""
    if isinstance(draft.when, Days) or draft.status is FreeBusy.FREE:
        return []
    return [
        event
        for _, event in events
        if not event.all_day
        and event.ref != but
        and blocks(event, turn.preferences.rules) is not FreeBusy.FREE
        and event.interval(turn.zone).overlaps(draft.when)
    ]


async def confirm(app: App, turn: Turn) -> Reply:
    """The press. Check again, hold, write, become the card. The same press again shows the same meeting."""
    draft = turn.arg(EventDraft, "draft")
    key = turn.text_arg("key")
    connection = turn.connection()
    earlier = await app.bookings.get(key)
    if earlier is not None and earlier.state is HoldState.BOOKED:
        return await _booked(app, turn, connection, earlier.ref)
    interval = _interval(draft)
    if interval.end <= turn.now:
        raise UserError("That time has passed. Please ask again.")
    guests = Guests(draft.attendees)
    seen_at = app.clock.now()
    seen = await calendars.agenda(app, turn.context, interval)
    if seen.unseen:
        name, reason = seen.unseen[0]
        raise UserError(f"I could not check {name} ({reason}), so nothing was booked. Press again in a moment.")
    clash = clashing(turn, draft, seen.events)
    if clash and earlier is None:
        return await _taken(app, turn, draft, guests, f"“{clash[0].title or '(no title)'}” is there now.")
    hold = Booking(key, connection.tenant, turn.user.id, connection.id, connection.host, interval, draft)
    state = await app.bookings.hold(hold, seen_at, app.clock.now())
    if state is HoldState.TAKEN:
        return await _taken(app, turn, draft, guests, SlotTaken().message)
    if state is HoldState.BUSY:
        return Reply("That is being booked at this moment.")
    if state is HoldState.BOOKED:
        again = await app.bookings.get(key)
        return await _booked(app, turn, connection, again.ref if again else "")
    event = await write(app, turn, connection, hold)
    return await cards.card(app, turn, connection, event, "Booked")


async def write(app: App, turn: Turn, connection: Connection, hold: Booking) -> Event:
    """Write a held draft. A lost answer is looked up by the key; what stays uncertain is left to the sweep."""
    draft = hold.draft
    assert draft is not None  # noqa: S101 a hold that is written has one
    try:
        event = await calendars.ask(
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
    """After a write: the trail, and the reminders of the new state. The write stands whatever happens here."""
    entry = AuditEntry(turn.now, connection.tenant, turn.user.id, action, f"{connection.provider}:{event.ref}", "done")
    await app.audit.record(entry)
    try:
        await remind.plan(app, turn.context, connection, app.clock.now())
    except ProviderError:
        """The worker's next look at the calendar plans them."""


async def _booked(app: App, turn: Turn, connection: Connection, ref: str) -> Reply:
    try:
        event = await calendars.ask(app, turn.context, connection, lambda provider: provider.event(ref))
    except Gone:
        raise UserError("That meeting was booked, and has been cancelled since.") from None
    return await cards.card(app, turn, connection, event, "Booked")


async def drop(app: App, turn: Turn) -> Reply:
    return Reply("Nothing was booked.", replace=True)


async def _taken(app: App, turn: Turn, draft: EventDraft, guests: Guests, why: str) -> Reply:
    """Say why not, and offer the next times that would do."""
    interval = _interval(draft)
    later = await slots.next_slots(app, turn, max(turn.now, interval.start), interval.length, guests)
    args: dict[str, object] = {"title": draft.title, "guests": draft.attendees}
    return Reply(
        heading=f"Not booked: {wording.span(interval, turn.zone, turn.now)}",
        text=why,
        note="The next times that would do:" if later else "I found no free time in the next two weeks.",
        choices=await buttons(app, turn, slots.slot_buttons(turn, later, "book.preview", args)),
        replace=bool(turn.request.press),
    )


async def _offer(app: App, turn: Turn, ask: Ask, guests: Guests, duration: timedelta) -> Reply:
    """No exact time was named: free slots of the time asked for, each leading to its preview."""
    window = Interval(turn.now, turn.now + timedelta(days=7))
    if ask.when is not None and ask.when.window is not None:
        if ask.when.window.end <= turn.now:
            raise UserError(f"{wording.span(ask.when.window, turn.zone, turn.now)} is in the past. When should it be?")
        window = Interval(max(turn.now, ask.when.window.start), ask.when.window.end)
    found = await slots.look(app, turn, window, guests)
    constraints = ask.constraints
    answer = availability(slots.query(turn, window, duration, constraints), found.people)
    if not answer.slots and ask.when is not None and ask.when.grain in (Grain.WINDOW, Grain.PART_OF_DAY):
        answer = availability(slots.query(turn, window, duration, slots.lifted(constraints)), found.people)
    title = _title(ask.title, guests.known)
    args: dict[str, object] = {"title": title, "guests": guests.known}
    picks = slots.spread(turn, answer.slots)
    note = " ".join(filter(None, [people.say_unknown(guests.unknown), say_unseen(found)]))
    if not picks:
        span = wording.brief(window, turn.zone, turn.now)
        return Reply(f"I found no {wording.duration(duration)} free, {span}. {note}".strip())
    return Reply(
        heading=f"When should “{title}” be?",
        text=f"{wording.duration(duration)} free ({turn.preferences.zone}):",
        note=f"{note} Or say a time: “tomorrow at 3pm”.".strip(),
        choices=await buttons(app, turn, slots.slot_buttons(turn, picks, "book.preview", args)),
    )


def _draft(turn: Turn, ask: Ask, guests: Guests, duration: timedelta) -> EventDraft:
    assert ask.when is not None  # noqa: S101 the caller has looked
    start = ask.when.start
    draft = EventDraft(
        title=_title(ask.title, guests.known),
        when=Interval(start, start + duration),
        zone=turn.preferences.zone,
        attendees=guests.known,
        location=ask.location,
        recurrence=ask.recurrence,
    )
    if ask.all_day:
        first = start.astimezone(turn.zone).date()
        end = (ask.when.end or start + timedelta(days=1)).astimezone(turn.zone).date()
        return replace(draft, when=Days(first, max(end, first + timedelta(days=1))))
    return draft


def _title(title: str, guests: tuple[Attendee, ...]) -> str:
    if title:
        return " ".join(title.split())[:200]
    names = ", ".join(guest.name or guest.address for guest in guests)
    return f"Meeting with {names}"[:200] if names else "Meeting"


def _duration(turn: Turn, ask: Ask) -> timedelta:
    """How long. Raises UserError for less than a minute or more than a day; whole days are counted as days."""
    if ask.duration is None and ask.when is not None and ask.when.grain is Grain.WINDOW and ask.when.window:
        duration = ask.when.window.length
    else:
        duration = ask.duration or turn.preferences.duration
    if not ask.all_day and not SHORTEST <= duration <= LONGEST:
        raise UserError("A meeting lasts from one minute to 24 hours. How long should it be?")
    return duration


def _interval(draft: EventDraft) -> Interval:
    return draft.when.interval(zone(draft.zone)) if isinstance(draft.when, Days) else draft.when
