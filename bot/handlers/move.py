"""Move a meeting, from its card or in words: from what was said to a preview."""

import secrets
from dataclasses import replace
from datetime import timedelta

from bot import calendars
from bot.calendars import Seen
from bot.errors import NotValid, UserError
from bot.handlers import cards, filled, meetings, move_form, reach, slots, which
from bot.handlers.bound import Goal, args_of
from bot.handlers.clash import clashing, refuse_length, refuse_past
from bot.handlers.filled import Filled
from bot.handlers.newtime import new_time, window_of
from bot.handlers.people import Guests
from bot.handlers.reasons import say_against
from bot.handlers.turn import Button, Turn, ask_back, buttons
from bot.language.ask import Ask, Intent
from bot.messages import Reply, Style
from bot.ports import App, Connection
from bot.scheduling import wording
from bot.scheduling.availability import availability
from bot.scheduling.event import Days, Event, EventDraft, When
from bot.scheduling.interval import Interval

WEEK = timedelta(days=7)


async def move(app: App, turn: Turn) -> Reply:
    """In words: "move my 2pm to Friday". Finds the meeting, asks which when several match, previews."""
    ask = turn.understood(Intent.MOVE)
    if ask.question is not None:
        return await ask_back(app, turn, ask)
    found = await which.find(app, turn, ask.target)
    if len(found.events) > 1:
        return await which.ask_which(app, turn, found, "move.when", {"ask": replace(ask, why=())})
    connection, event = found.events[0]
    event = await calendars.whole(app, turn.context, connection, event)
    return await _towards(app, turn, connection, event, ask)


@meetings.stale
async def when(app: App, turn: Turn) -> Reply:
    """Pressed "Move", or which meeting was meant: go on with the time that was said, or offer some."""
    connection, event = await meetings.pressed(app, turn)
    if "ask" in turn.args:
        return await _towards(app, turn, connection, event, turn.arg(Ask, "ask"))
    return await _offer(app, turn, connection, event, Interval(turn.now, turn.now + WEEK))


@meetings.stale
async def another(app: App, turn: Turn) -> Reply:
    """Asks for the new time in a form."""
    connection, event = await meetings.pressed(app, turn)
    meetings.only_mine(connection, event)
    submit = Button("Move it", "move.typed", args_of(connection, event))
    fields = move_form.fields(turn, event, reach.windows(app, turn.user.who))
    return Reply(form=await filled.form(app, turn, f"Move “{cards.title_of(event)}”", submit, fields))


@meetings.stale
async def typed(app: App, turn: Turn) -> Reply:
    """The submitted form: the preview, or what is wrong with which field."""
    connection, event = await meetings.pressed(app, turn)
    form = Filled(turn.request.values)
    try:
        ask = move_form.in_words(turn, form)
        if ask is not None and ask.question is not None:
            readings = [(label, move_form.meant(reading)) for label, reading in ask.question.options]
            args = args_of(connection, event)
            wanted = [Button(label, "move.when", {**args, "ask": reading}) for label, reading in readings]
            return Reply(ask.question.text, choices=await buttons(app, turn, wanted))
        if ask is not None:
            return await _towards(app, turn, connection, event, ask)
        target = move_form.picked(turn, event, form)
        if target == event.when:
            form.wrong(move_form.at_field(form, event, turn), "That is when it is now.")
        if target is None or form.problems:
            return filled.refusal(form.problems)
        return await show(app, turn, connection, event, target)
    except NotValid:
        raise
    except UserError as error:
        raise NotValid(move_form.at_field(form, event, turn), error.message) from error


@meetings.stale
async def preview(app: App, turn: Turn) -> Reply:
    """A pressed time: its preview."""
    connection, event = await meetings.pressed(app, turn)
    return await show(app, turn, connection, event, turn.arg(Goal, "goal").when)


async def _towards(app: App, turn: Turn, connection: Connection, event: Event, ask: Ask) -> Reply:
    meetings.only_mine(connection, event)
    target = new_time(turn, event, ask)
    if target is None:
        window = window_of(turn, event, ask) or Interval(turn.now, turn.now + WEEK)
        return await _offer(app, turn, connection, event, window, ask.duration)
    return await show(app, turn, connection, event, target)


async def _offer(
    app: App, turn: Turn, connection: Connection, event: Event, window: Interval, length: timedelta | None = None
) -> Reply:
    """Times at which everybody known is free, as long as it is or is to be, and a field for any other."""
    meetings.only_mine(connection, event)
    length = length or event.interval(turn.zone).length
    args = args_of(connection, event)
    offered: list[Button] = []
    unseen = ""
    if not isinstance(event.when, Days):
        window = Interval(max(window.start, turn.now), max(window.end, turn.now + length))
        found = await slots.look(app, turn, window, Guests(event.attendees), without=event)
        answer = availability(slots.query(turn, window, length), found.people)
        unseen = found.unseen()
        offered = [
            Button(
                wording.brief(slot.interval, turn.zone, turn.now), "move.preview", args | {"goal": Goal(slot.interval)}
            )
            for slot in slots.spread(turn, [slot for slot in answer.slots if slot.interval != event.when], 4)
        ]
    more = [Button("Another time…", "move.another", args, form=True), Button("Leave it", "meetings.keep")]
    return Reply(
        heading=f"Move “{cards.title_of(event)}” to when?",
        text=f"Now: {cards.say_when(event.when, turn.zone, turn.now)}",
        note=unseen,
        choices=await buttons(app, turn, [*offered, *more]),
        replace=bool(turn.request.press),
    )


async def show(app: App, turn: Turn, connection: Connection, event: Event, target: When, note: str = "") -> Reply:
    """The preview of a move, with the button bound to exactly that meeting, as it is, going exactly there."""
    meetings.only_mine(connection, event)
    draft = EventDraft(event.title, target, turn.preferences.zone)
    refuse_past(turn, draft)
    if isinstance(target, Interval):
        refuse_length(target.length)
    if target == event.when:
        return Reply(f"“{cards.title_of(event)}” is already {cards.say_when(event.when, turn.zone, turn.now)}.")
    warnings = ""
    if isinstance(target, Interval):
        found = await slots.look(app, turn, target, Guests(event.attendees), without=event)
        clash = _clash_in(turn, draft, found.seen, event)
        if clash:
            window = Interval(target.start, target.start + WEEK)
            reply = await _offer(app, turn, connection, event, window, target.length)
            return replace(reply, text=f"{clash} {reply.text}")
        warnings = _warnings(turn, event, target, found)
    args = args_of(connection, event) | {"goal": Goal(target), "key": secrets.token_hex(16)}
    choices = [
        *meetings.scoped("Move it", "moving.apply", args, event, Style.PRIMARY),
        Button("Leave it", "meetings.keep", args),
    ]
    return Reply(
        heading=f"Move “{cards.title_of(event)}”?",
        text=note,
        facts=(
            ("From", cards.say_when(event.when, turn.zone, turn.now)),
            ("To", cards.say_when(target, turn.zone, turn.now)),
        ),
        note=" ".join(filter(None, (warnings, meetings.told(app, connection, event)))),
        choices=await buttons(app, turn, choices),
        replace=bool(turn.request.press),
    )


def _warnings(turn: Turn, event: Event, target: Interval, found: slots.Look) -> str:
    """What speaks against the new time without forbidding it: hours, buffers, guests who are busy or unknown."""
    series = ""
    if event.series:
        series = "Only this one was checked. With more of the series, each goes as many days and hours further."
    return " ".join(filter(None, (say_against(turn, found, target), found.unseen(), series)))


async def clash_at(app: App, turn: Turn, event: Event, target: When) -> str:
    """What lies at the new time, in words; "" for nothing. Raises UserError when it cannot be seen."""
    if isinstance(target, Days):
        return ""
    seen = await calendars.agenda(app, turn.context, target, fresh=True)
    return _clash_in(turn, EventDraft(event.title, target, turn.preferences.zone), seen, event)


def _clash_in(turn: Turn, draft: EventDraft, seen: Seen, event: Event) -> str:
    """The same of a calendar that was read already."""
    if seen.unseen:
        raise UserError(f"I could not check {seen.unseen[0][0]}, so nothing was moved. Try again in a moment.")
    found = clashing(turn, draft, seen.events, but=event.ref)
    return f"You already have “{cards.title_of(found[0])}” then." if found else ""
