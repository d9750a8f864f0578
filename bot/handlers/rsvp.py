"""Answer an invitation."""

from bot import calendars
from bot.errors import UserError
from bot.handlers import cards, which
from bot.handlers.booking import after_write
from bot.handlers.turn import Button, Turn, ask_back, buttons
from bot.language.ask import Intent
from bot.messages import Reply, Style
from bot.ports import App
from bot.scheduling.event import Response

_SAID = {Response.ACCEPTED: "Accepted", Response.TENTATIVE: "Maybe", Response.DECLINED: "Declined"}


async def respond(app: App, turn: Turn) -> Reply:
    """In words: "decline the budget meeting". Finds the invitation and asks before it answers."""
    ask = turn.understood(Intent.RESPOND)
    if ask.question is not None:
        return await ask_back(app, turn, ask)
    if ask.response not in _SAID:
        raise UserError("Accept, maybe or decline? And which meeting?")
    found = [
        (connection, event)
        for connection, event in await which.find(app, turn, ask.target)
        if event.response is not Response.ORGANIZER
    ]
    if not found:
        raise UserError("I found no such invitation.")
    if len(found) > 1:
        return await which.ask_which(app, turn, found, "rsvp.apply", {"response": ask.response})
    connection, event = found[0]
    args = {"connection": connection.id, "ref": event.ref, "response": ask.response}
    choices = [Button(_SAID[ask.response], "rsvp.apply", args, Style.PRIMARY), Button("Leave it", "meetings.keep")]
    return Reply(
        heading=f"{_SAID[ask.response]}: “{cards.title_of(event)}”?",
        facts=(("When", cards.say_when(event.when, turn.zone, turn.now)),),
        choices=await buttons(app, turn, choices),
    )


async def apply(app: App, turn: Turn) -> Reply:
    connection = turn.connection()
    response = turn.arg(Response, "response")
    ref = turn.text_arg("ref")
    event = await calendars.ask(app, turn.context, connection, lambda provider: provider.respond(ref, response))
    await after_write(app, turn, connection, "respond", event)
    return await cards.card(app, turn, connection, event, _SAID.get(response, "Answered"))
