"""Book a meeting: from what was said to a preview. The button under it carries the whole draft and a key of its own."""

import secrets
from datetime import timedelta

from bot import calendars
from bot.errors import UserError
from bot.handlers import book_form, cards, meetings, people, reach, slots
from bot.handlers.clash import clashing, interval_of, refuse_length, refuse_past, taken
from bot.handlers.drafts import draft_of
from bot.handlers.people import Guests
from bot.handlers.reasons import say_against
from bot.handlers.sharing import ask_buttons
from bot.handlers.turn import Button, Turn, ask_back, buttons
from bot.language.ask import Ask, Grain, Intent
from bot.messages import Reply, Style
from bot.ports import App
from bot.scheduling import wording
from bot.scheduling.availability import availability
from bot.scheduling.event import Days, EventDraft
from bot.scheduling.interval import Interval


async def book(app: App, turn: Turn) -> Reply:
    """`/book …`: a preview when the time is known, else times to choose from; with no words, a form."""
    calendars.booking_connection(turn.context)
    if turn.ask is None and not turn.text and reach.windows(app, turn.user.who):
        return await book_form.blank(app, turn)
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
    draft = turn.arg(EventDraft, "draft")
    guests = Guests(draft.attendees, turn.arg(tuple[str, ...], "unknown"))
    return await show(app, turn, draft, guests, replace_message=True)


async def show(app: App, turn: Turn, draft: EventDraft, guests: Guests, replace_message: bool = False) -> Reply:
    """The preview of a draft: what will be written, what speaks against it, and the button bound to exactly that."""
    connection = calendars.booking_connection(turn.context)
    refuse_past(turn, draft)
    interval = interval_of(draft)
    found = await slots.look(app, turn, interval, guests)
    clash = clashing(turn, draft, found.seen.events)
    if clash:
        return await taken(app, turn, draft, guests, f"You already have “{cards.title_of(clash[0])}” then.")
    notes = [people.say_unknown(guests.unknown)] if guests.unknown else []
    notes += _warnings(app, turn, draft, found)
    args: dict[str, object] = {
        "draft": draft,
        "key": secrets.token_hex(16),
        "connection": connection.id,
        "unknown": guests.unknown,
    }
    choices = [
        Button("Book it", "booking.confirm", args, Style.PRIMARY),
        *(book_form.change_button(draft, guests.unknown) if reach.windows(app, turn.user.who) else []),
        Button("Don’t", "booking.drop", args),
        *ask_buttons(found.people),
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
    interval = interval_of(draft)
    notes = [found.unseen()]
    if not isinstance(draft.when, Days):
        notes.append(say_against(turn, found, interval))
    same = [
        event
        for _, event in found.seen.events
        if event.title.casefold() == draft.title.casefold()
        and event.interval(turn.zone).start.astimezone(turn.zone).date() == interval.start.astimezone(turn.zone).date()
    ]
    if same:
        when = cards.say_when(same[0].when, turn.zone, turn.now)
        notes.append(f"You already have “{cards.title_of(draft)}” that day: {when}.")
    if draft.recurrence is not None:
        notes.append("Only the first one was checked against your calendar.")
    if draft.attendees:
        notes.append(meetings.unsent(app, calendars.booking_connection(turn.context)))
    return notes


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
    draft = draft_of(turn, window, guests.known, ask)
    picks = slots.spread(turn, answer.slots)
    note = " ".join(filter(None, [people.say_unknown(guests.unknown), found.unseen()]))
    fill = [book_form.button(draft, guests.unknown, duration)] if reach.windows(app, turn.user.who) else []
    if not picks:
        span = wording.brief(window, turn.zone, turn.now)
        none = f"I found no {wording.duration(duration)} free, {span}. {note}".strip()
        return Reply(none, choices=await buttons(app, turn, fill))
    return Reply(
        heading=f"When should “{draft.title}” be?",
        text=f"{wording.duration(duration)} free ({turn.preferences.zone}):",
        note=f"{note} Or say a time: “tomorrow at 3pm”.".strip(),
        choices=await buttons(
            app, turn, [*slots.slot_buttons(turn, picks, draft, guests.unknown), *fill, *ask_buttons(found.people)]
        ),
    )


def _draft(turn: Turn, ask: Ask, guests: Guests, duration: timedelta) -> EventDraft:
    assert ask.when is not None  # noqa: S101 the caller has looked
    start = ask.when.start
    if not ask.all_day:
        return draft_of(turn, Interval(start, start + duration), guests.known, ask)
    first = start.astimezone(turn.zone).date()
    last = first + timedelta(days=1)
    if ask.when.end is not None:
        last = max(last, ask.when.end.astimezone(turn.zone).date())
    return draft_of(turn, Days(first, last), guests.known, ask)


def _duration(turn: Turn, ask: Ask) -> timedelta:
    """How long. Raises UserError for less than a minute or more than a day; whole days are counted as days."""
    if ask.duration is None and ask.when is not None and ask.when.grain is Grain.WINDOW and ask.when.window:
        duration = ask.when.window.length
    else:
        duration = ask.duration or turn.preferences.duration
    if not ask.all_day:
        refuse_length(duration)
    return duration
