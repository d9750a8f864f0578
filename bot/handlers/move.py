"""Move a meeting, from its card or in words: preview, press, done; the same message becomes the card."""

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot import calendars
from bot.errors import ProviderError, SlotTaken, UserError
from bot.handlers import cards, meetings, slots, which
from bot.handlers.booking import after_write
from bot.handlers.clash import clashing, looking
from bot.handlers.turn import Button, Turn, ask_back, buttons, read
from bot.language.ask import Ask, Grain, Intent
from bot.messages import Field, Form, Reply, Style
from bot.ports import App, Booking, Connection, HoldState
from bot.scheduling import wording
from bot.scheduling.availability import availability
from bot.scheduling.event import Days, Event, EventChange, EventDraft, Scope, When
from bot.scheduling.interval import Interval
from bot.scheduling.zones import Clock, resolve


@dataclass(frozen=True, slots=True)
class Goal:
    """Where a meeting is to move, as a pressed button keeps it."""

    when: When


async def move(app: App, turn: Turn) -> Reply:
    """In words: "move my 2pm to Friday". Finds the meeting, asks which when several match, previews."""
    ask = turn.understood(Intent.MOVE)
    if ask.question is not None:
        return await ask_back(app, turn, ask)
    found = await which.find(app, turn, ask.target)
    if len(found) > 1:
        return await which.ask_which(app, turn, found, "move.when", {"ask": replace(ask, why=())})
    connection, event = found[0]
    return await _towards(app, turn, connection, event, ask)


async def when(app: App, turn: Turn) -> Reply:
    """Pressed "Move", or which meeting was meant: go on with the time that was said, or offer some."""
    connection, event = await meetings.pressed(app, turn)
    if "ask" in turn.args:
        ask = turn.arg(Ask, "ask")
        return await _towards(app, turn, connection, event, ask)
    return await _offer(app, turn, connection, event, Interval(turn.now, turn.now + timedelta(days=7)))


async def typed(app: App, turn: Turn) -> Reply:
    """The submitted form: a new time in words."""
    connection, event = await meetings.pressed(app, turn)
    text = str(turn.request.values.get("when", ""))
    ask = read(turn, text, Intent.MOVE)
    if ask.question is not None:
        return await ask_back(app, turn, ask)
    if ask.when is None and ask.target is not None:
        ask = replace(ask, when=ask.target.when)  # a bare time in this field is where it goes, not where it is
    return await _towards(app, turn, connection, event, ask)


async def _towards(app: App, turn: Turn, connection: Connection, event: Event, ask: Ask) -> Reply:
    """From what was said to a new time of this meeting: its own day or clock time fills what was left out."""
    meetings.only_mine(connection, event)
    target = new_time(turn, event, ask)
    if target is None:
        window = ask.when.window if ask.when is not None else None
        window = window or Interval(turn.now, turn.now + timedelta(days=7))
        return await _offer(app, turn, connection, event, window)
    return await _preview(app, turn, connection, event, target)


def new_time(turn: Turn, event: Event, ask: Ask) -> When | None:
    """The time a meeting moves to; None when the text leaves it open. Raises NotUnderstood for none at all.

    A day keeps the meeting's clock time, a clock time keeps its day, both in the person's zone. Raises UserError where
    a clock change skips or repeats that time.
    """
    old = event.interval(turn.zone)
    if ask.shift is not None:
        return Interval(old.start + ask.shift, old.end + ask.shift)
    if ask.stretch is not None:
        if old.end + ask.stretch <= old.start:
            raise UserError("That would leave nothing of it. Nothing was changed.")
        return Interval(old.start, old.end + ask.stretch)
    if ask.when is None:
        if ask.duration is not None:
            return Interval(old.start, old.start + ask.duration)
        return None
    length = ask.duration or old.length
    local = old.start.astimezone(turn.zone)
    if isinstance(event.when, Days):
        first = ask.when.start.astimezone(turn.zone).date()
        return Days(first, first + (event.when.end - event.when.first))
    if ask.when.grain is Grain.DAY:
        start = _wall(turn, ask.when.start.astimezone(turn.zone), local)
        return Interval(start, start + length)
    if ask.when.grain is Grain.POINT:
        start = ask.when.start
        if not ask.when.dated:
            start = _wall(turn, local, ask.when.start.astimezone(turn.zone))
        return Interval(start, start + length)
    if ask.when.grain is Grain.WINDOW and ask.when.window is not None and ask.duration is None:
        return ask.when.window
    return None


def _wall(turn: Turn, day: datetime, clock: datetime) -> datetime:
    found = resolve(day.date(), clock.timetz().replace(tzinfo=None), turn.zone)
    if found.clock is not Clock.ONCE:
        raise UserError(
            f"On {wording.day(day.date(), turn.now.astimezone(turn.zone).date())} the clocks change: {clock:%H:%M} "
            f"is {'skipped' if found.clock is Clock.SKIPPED else 'there twice'}. Name another time, please."
        )
    return found.instants[0].astimezone(UTC)


async def _offer(app: App, turn: Turn, connection: Connection, event: Event, window: Interval) -> Reply:
    """Free times of the same length to choose from, and a field for any other."""
    meetings.only_mine(connection, event)
    length = event.interval(turn.zone).length
    args = meetings.args_of(connection, event)
    offered = []
    window = Interval(max(window.start, turn.now), max(window.end, turn.now + length))
    if not isinstance(event.when, Days):
        found = await slots.look(app, turn, window)
        answer = availability(slots.query(turn, window, length), found.people)
        offered = [
            Button(
                wording.brief(slot.interval, turn.zone, turn.now), "move.preview", args | {"goal": Goal(slot.interval)}
            )
            for slot in slots.spread(turn, answer.slots, 4)
        ]
    more = [Button("Another time…", "move.another", args), Button("Leave it", "meetings.keep")]
    return Reply(
        heading=f"Move “{cards.title_of(event)}” to when?",
        text=f"Now: {cards.say_when(event.when, turn.zone, turn.now)}",
        choices=await buttons(app, turn, [*offered, *more]),
        replace=bool(turn.request.press),
    )


async def another(app: App, turn: Turn) -> Reply:
    """Asks for the new time in words."""
    connection, event = await meetings.pressed(app, turn)
    (submit,) = await buttons(app, turn, [Button("Move it", "move.typed", meetings.args_of(connection, event))])
    field = Field("when", "New time", hint="Friday 3pm, tomorrow at 10, an hour later")
    return Reply(form=Form(f"Move “{cards.title_of(event)}”", submit.token, (field,), submit.label))


async def preview(app: App, turn: Turn) -> Reply:
    connection, event = await meetings.pressed(app, turn)
    return await _preview(app, turn, connection, event, turn.arg(Goal, "goal").when)


async def _preview(app: App, turn: Turn, connection: Connection, event: Event, target: When) -> Reply:
    meetings.only_mine(connection, event)
    interval = target.interval(turn.zone) if isinstance(target, Days) else target
    if interval.start <= turn.now and not isinstance(target, Days):
        raise UserError(f"{wording.span(interval, turn.zone, turn.now)} is in the past. Nothing was moved.")
    if not timedelta(minutes=1) <= interval.length <= timedelta(hours=24) and not isinstance(target, Days):
        raise UserError("A meeting lasts from one minute to 24 hours. Nothing was moved.")
    if target == event.when:
        return Reply(f"“{cards.title_of(event)}” is already {cards.say_when(event.when, turn.zone, turn.now)}.")
    clash = await _clash(app, turn, event, target)
    if clash:
        reply = await _offer(app, turn, connection, event, Interval(interval.start, interval.start + timedelta(days=7)))
        return replace(reply, text=f"{clash} {reply.text}")
    args = meetings.args_of(connection, event) | {"goal": Goal(target), "key": secrets.token_hex(16)}
    choices = [
        *meetings.scoped("Move it", "move.apply", args, event, Style.PRIMARY),
        Button("Leave it", "meetings.keep"),
    ]
    return Reply(
        heading=f"Move “{cards.title_of(event)}”?",
        facts=(
            ("From", cards.say_when(event.when, turn.zone, turn.now)),
            ("To", cards.say_when(target, turn.zone, turn.now)),
        ),
        note=meetings.told(event),
        choices=await buttons(app, turn, choices),
        replace=bool(turn.request.press),
    )


async def apply(app: App, turn: Turn) -> Reply:
    """The press: check again, hold the new time, write, become the card."""
    connection, event = await meetings.pressed(app, turn)
    target = turn.arg(Goal, "goal").when
    scope = turn.arg(Scope, "scope")
    interval = target.interval(turn.zone) if isinstance(target, Days) else target
    if interval.end <= turn.now:
        raise UserError("That time has passed. Nothing was moved.")
    seen_at = looking(app)
    clash = await _clash(app, turn, event, target)
    if clash:
        raise SlotTaken(f"{clash} Nothing was moved.")
    key = turn.text_arg("key")
    draft = EventDraft(event.title, target, turn.preferences.zone)
    hold = Booking(key, connection.tenant, turn.user.id, connection.id, connection.host, interval, draft, event.ref)
    if await app.bookings.hold(hold, seen_at(), app.clock.now()) is not HoldState.HELD:
        raise SlotTaken("That time has just been taken. Nothing was moved.")
    change = EventChange(when=target)
    try:
        moved = await calendars.ask(
            app, turn.context, connection, lambda provider: provider.update(event.ref, change, scope)
        )
    except ProviderError as error:
        moved = await _look_again(app, turn, connection, hold, target, error)
    await app.bookings.confirm(key, moved.ref, app.clock.now())
    await after_write(app, turn, connection, "move", moved)
    return await cards.card(app, turn, connection, moved, "Moved")


async def _look_again(
    app: App, turn: Turn, connection: Connection, hold: Booking, target: When, error: ProviderError
) -> Event:
    """After a failed write: the event where it was wanted means that only the answer was lost."""
    try:
        event = await calendars.ask(app, turn.context, connection, lambda provider: provider.event(hold.ref))
    except ProviderError:
        raise UserError("The calendar did not answer. I keep looking and tell you how it ended.") from error
    if event.when == target:
        return event
    await app.bookings.release(hold.key)
    raise error


async def _clash(app: App, turn: Turn, event: Event, target: When) -> str:
    """What lies at the new time, in words; "" for nothing. Raises UserError when it cannot be seen."""
    if isinstance(target, Days):
        return ""
    seen = await calendars.agenda(app, turn.context, target)
    if seen.unseen:
        raise UserError(f"I could not check {seen.unseen[0][0]}, so nothing was moved. Try again in a moment.")
    draft = EventDraft(event.title, target, turn.preferences.zone)
    found = clashing(turn, draft, seen.events, but=event.ref)
    return f"You already have “{cards.title_of(found[0])}” then." if found else ""
