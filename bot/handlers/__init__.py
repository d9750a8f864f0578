"""The use cases: what a person can ask for. `dispatch` finds the handler and turns errors into replies."""

import logging
import secrets
from collections.abc import Awaitable
from dataclasses import replace
from importlib import import_module

from bot.errors import (
    BotError,
    LinkExpired,
    NotConnected,
    NotHere,
    NotUnderstood,
    NotValid,
    ProviderError,
    StorageError,
    UserError,
)
from bot.handlers import arriving, aside, pace, reach, unasked
from bot.handlers.filled import refusal
from bot.handlers.tables import ACTIONS, BY_INTENT, COMMANDS, SLASH, command_of, opens_form
from bot.handlers.turn import Button, Handler, Turn, ask_back, buttons, read
from bot.language.ask import Ask
from bot.messages import Reply, Request, Style
from bot.ports import App, PressState

__all__ = ["ACTIONS", "COMMANDS", "answer", "dispatch", "opens_form"]

log = logging.getLogger("freewhen.dispatch")


async def dispatch(app: App, request: Request) -> Reply:
    """The reply to one request. Never raises: what goes wrong becomes words, the unexpected with a reference."""
    return await _caught(app, request, _arrive(app, request))


async def _caught(app: App, request: Request, work: Awaitable[Reply]) -> Reply:
    try:
        return await work
    except NotHere as error:
        return Reply(error.message, public=True)
    except NotValid as error:
        return refusal([error])
    except (UserError, ProviderError) as error:
        return await _in_words(app, request, error)
    except StorageError as error:
        return Reply(_log("a stored record cannot be used", request, error))
    except BotError as error:
        return Reply(_log(error.message, request, error))
    except Exception as error:  # noqa: BLE001  the last resort of one request; logged with its traceback
        return Reply(_log("unexpected", request, error))


async def _in_words(app: App, request: Request, error: UserError | ProviderError) -> Reply:
    """What the person can do about it: words, and the button where there is one."""
    mended = isinstance(error, NotConnected) or (isinstance(error, LinkExpired) and request.private)
    context = await app.users.context(request.who) if mended else None
    if context is None:
        return Reply(error.message)
    turn = Turn(request, context, app.clock.now())
    if isinstance(error, LinkExpired):
        from bot.handlers.lists import connect_again

        return await connect_again(app, turn, error.provider)
    connect = Button("Connect a calendar", "connect.begin", style=Style.PRIMARY)
    return Reply(error.message, choices=await buttons(app, turn, [connect]))


def _log(what: str, request: Request, error: Exception) -> str:
    reference = secrets.token_hex(4)
    log.error("%s (reference %s, request %s)", what, reference, request.id or "-", exc_info=error)
    return f"Something went wrong on my side (reference {reference}). Nothing more was done; please try again."


async def _arrive(app: App, request: Request) -> Reply:
    """Who asks, and not too often; somebody new is told with the first answer what is missing."""
    pace.keep(app, request.who)
    now = app.clock.now()
    context = await app.users.context(request.who)
    if context is None:
        context = await arriving.welcome(app, request)
    if context.user.paused:  # they are back: their reminders may go out again
        context = replace(context, user=replace(context.user, paused=False))
        await app.users.save(context.user)
    work = _route(app, Turn(request, context, now))
    if not arriving.lacks_zone(context):
        return await work
    return await arriving.with_zone_once(app, request.who, await _caught(app, request, work))


async def _route(app: App, turn: Turn) -> Reply:
    request = turn.request
    if request.press:
        return await _press(app, turn)
    text = request.text.strip()
    if unasked.is_password(text):
        return unasked.refuse_password(app, request)
    if unasked.is_greeting(text):
        return await _run("help.greet", app, replace(turn, text=text))
    people = await app.directory(request.who) if app.directory else ()
    turn = replace(turn, names=tuple(person.name for person in people))
    slash = SLASH.fullmatch(text)
    if slash:
        verb, rest = command_of(slash[1], slash[2] or "")
        if verb:
            return await _do(app, replace(turn, text=rest), verb)
        text = rest
        if not text:
            return await _run("help.help", app, turn)
    return await answer(app, replace(turn, text=text, ask=read(turn, text)))


async def answer(app: App, turn: Turn) -> Reply:
    """Do what a text was understood to ask for; also the action behind the buttons of a question."""
    if turn.args:
        ask = turn.arg(Ask, "ask")
        turn = replace(turn, ask=ask, args={})
    assert turn.ask is not None  # noqa: S101 either just read or from the press
    if turn.ask.question is not None:
        return await ask_back(app, turn, turn.ask)
    verb = BY_INTENT.get(turn.ask.intent)
    if verb is None:
        raise NotUnderstood
    return await _do(app, turn, verb)


async def _press(app: App, turn: Turn) -> Reply:
    """What a button means. One in front of others leads on in private, except to what may be answered there."""
    token = turn.request.press
    pressed = await app.presses.look(token, turn.user.id, turn.now)
    action = ACTIONS.get(pressed.offer.action) if pressed.offer else None
    if action is None or pressed.offer is None:
        return Reply(_DEAD[PressState.UNKNOWN if pressed.offer else pressed.state])
    handler, once = action
    if once:
        pressed = await app.presses.use(token, turn.user.id, turn.now)
    if pressed.state is not PressState.READY or pressed.offer is None:
        return Reply(_DEAD[pressed.state])
    turn = replace(turn, args=pressed.offer.args)
    apart = not turn.request.private and handler != "answer"
    try:
        if handler == "answer":
            return await answer(app, turn)
        reply = await _run(handler, app, aside.apart(turn) if apart else turn)
    except Exception:
        if once:
            await app.presses.restore(token)
        raise
    if once:  # the button may stand in an overview
        await reach.changed(app, turn.user.who)
    if not apart:
        return reply
    try:
        return await aside.go_on(app, turn, reply, Reply(aside.ELSEWHERE, replace=True))
    except NotHere:
        if once:  # it is done, and cannot be pressed again
            return reply
        raise


_DEAD = {
    PressState.USED: "That button has already been used.",
    PressState.EXPIRED: "That button is too old. Please ask again.",
    PressState.UNKNOWN: "That button is not for you, or no longer exists.",
    PressState.READY: "That button can no longer be used. Please ask again.",
}


async def _do(app: App, turn: Turn, verb: str) -> Reply:
    """A verb; what is private, or has steps, goes on in private when others are there. Raises NotHere."""
    command = COMMANDS[verb]
    if turn.request.private or not (command.private or command.steps):
        return await _run(command.handler, app, turn)
    reply = await _run(command.handler, app, aside.apart(turn))
    pressed = bool(turn.request.press)
    said = Reply(aside.ELSEWHERE, replace=pressed) if pressed or not command.private else Reply(aside.SENT, public=True)
    return await aside.go_on(app, turn, reply, said)


async def _run(name: str, app: App, turn: Turn) -> Reply:
    """Handlers are imported with their first use, so that the first prompt comes fast."""
    module, _, function = name.partition(".")
    handler: Handler = getattr(import_module(f"bot.handlers.{module}"), function)
    return await handler(app, turn)
