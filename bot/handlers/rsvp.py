"""Answer an invitation."""

from dataclasses import replace

from bot import calendars
from bot.errors import UserError
from bot.handlers import cards, meetings, which
from bot.handlers.booking import after_write
from bot.handlers.bound import args_of, changed
from bot.handlers.turn import Button, Turn, ask_back, buttons
from bot.language.ask import Intent
from bot.messages import Reply, Style
from bot.ports import App, Connection
from bot.scheduling.event import Event, Response

_ASKED = {Response.ACCEPTED: "Accept", Response.TENTATIVE: "Maybe", Response.DECLINED: "Decline"}
_SAID = {Response.ACCEPTED: "Accepted", Response.TENTATIVE: "Maybe", Response.DECLINED: "Declined"}


async def respond(app: App, turn: Turn) -> Reply:
    """In words: "decline the budget meeting". Finds the invitation and asks before it answers."""
    ask = turn.understood(Intent.RESPOND)
    if ask.question is not None:
        return await ask_back(app, turn, ask)
    if ask.response not in _SAID:
        raise UserError("Accept, maybe or decline? And which meeting?")
    all_found = await which.find(app, turn, ask.target)
    found = replace(
        all_found, events=tuple(pair for pair in all_found.events if pair[1].response is not Response.ORGANIZER)
    )
    if not found.events:
        raise UserError("I found no such invitation.")
    if len(found.events) > 1:
        return await which.ask_which(app, turn, found, "rsvp.scope", {"response": ask.response})
    connection, event = found.events[0]
    event = await calendars.whole(app, turn.context, connection, event)
    return await _ask(app, turn, connection, event, ask.response)


@meetings.stale
async def scope(app: App, turn: Turn) -> Reply:
    """Pressed an answer: at once for one meeting; of a series, this one or all of it?"""
    connection, event = await meetings.pressed(app, turn)
    if event.series is None:
        return await apply(app, turn)
    return await _ask(app, turn, connection, event, turn.arg(Response, "response"))


async def _ask(app: App, turn: Turn, connection: Connection, event: Event, response: Response, note: str = "") -> Reply:
    """The question before an answer; of a series, this one or all of it."""
    args = args_of(connection, event) | {"response": response}
    verb = _ASKED[response]
    choices = [Button(verb, "rsvp.apply", args, Style.PRIMARY)]
    if event.series is not None:
        whole = args | {"ref": event.series, "seen": event.ref}
        choices = [
            Button(f"{verb}: only this one", "rsvp.apply", args),
            Button(f"{verb}: the whole series", "rsvp.apply", whole),
        ]
    choices.append(Button("Leave it", "meetings.keep"))
    title = f"“{cards.title_of(event)}”"
    return Reply(
        heading=f"Answer “maybe” to {title}?" if response is Response.TENTATIVE else f"{verb} {title}?",
        text=note,
        facts=(("When", cards.say_when(event.when, turn.zone, turn.now)),),
        choices=await buttons(app, turn, choices),
        replace=bool(turn.request.press),
    )


@meetings.stale
async def apply(app: App, turn: Turn) -> Reply:
    """The press: answer, and show the card with the answer. What has changed since is asked about anew."""
    connection = turn.connection()
    response = turn.arg(Response, "response")
    ref = turn.text_arg("ref")
    seen = turn.text_arg("seen") if "seen" in turn.args else ref
    now_there = await calendars.ask(app, turn.context, connection, lambda provider: provider.event(seen))
    if changed(turn, now_there):
        return await _ask(app, turn, connection, now_there, response, "It has changed since you were asked.")
    event = await calendars.write(app, turn.context, connection, lambda provider: provider.respond(ref, response))
    await after_write(app, turn, connection, "respond", event)
    return await cards.card(app, turn, connection, event, _SAID.get(response, "Answered"))
