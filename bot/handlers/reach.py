"""The chat that somebody is in: what it can do, a private message to them, and that their overview has changed."""

import asyncio
import logging
from datetime import timedelta
from enum import Enum

from bot.errors import Busy, ChatError, NotHere, Unreachable, Unsure
from bot.handlers.deliver import SEND_DEADLINE
from bot.handlers.steps import followed
from bot.messages import ChatUser, Reply
from bot.ports import App

log = logging.getLogger("freewhen.reach")

CHAT_DEADLINE = timedelta(seconds=5)
"""Of a question to the chat."""
PATIENCE = timedelta(seconds=25)
"""So long a message waits for a chat that asks us to slow down. Whoever handles a delivery has longer than that."""


class Told(Enum):
    """How telling somebody ended."""

    ARRIVED = "arrived"
    PERHAPS = "it may have arrived, nobody knows"
    NOT_NOW = "the chat does not take it now"
    NEVER = "they cannot be written to"


_NOT_TOLD = {
    Told.PERHAPS: "I wrote to you in private, and do not know whether it arrived. If it did not, please ask again.",
    Told.NOT_NOW: "I could not write to you in private just now: the chat did not take it. Please try again in a "
    "minute.",
    Told.NEVER: "I cannot write to you. Please send me a private message first.",
}


def windows(app: App, who: ChatUser) -> bool:
    """Whether a form opens for them as a whole, in a window of its own."""
    chat = app.chats.get(who.chat)
    return chat is not None and chat.windows


async def say(app: App, who: ChatUser, reply: Reply) -> None:
    """A private message. Raises NotHere, which says what became of it, when it did not surely arrive."""
    told = await tell(app, who, reply)
    if told is not Told.ARRIVED:
        raise NotHere(_NOT_TOLD[told])


async def tell(app: App, who: ChatUser, reply: Reply, handle: str = "", patience: timedelta = PATIENCE) -> Told:
    """A private message, or the one of that handle edited. Never raises ChatError; what did not arrive is logged."""
    chat = app.chats.get(who.chat)
    if chat is None:
        log.info("this process does not serve the chat %s", who.chat)
        return Told.NEVER
    until = asyncio.get_running_loop().time() + patience.total_seconds()
    while True:
        try:
            async with asyncio.timeout(SEND_DEADLINE.total_seconds()):
                await (chat.update(handle, reply) if handle else chat.send(who, reply))
        except Busy as busy:
            wait = busy.retry_after.total_seconds()
            if asyncio.get_running_loop().time() + wait > until:
                return _not(Told.NOT_NOW, busy)
            await asyncio.sleep(wait)
        except (Unsure, TimeoutError) as error:
            return _not(Told.PERHAPS, error)
        except Unreachable as error:
            return _not(Told.NEVER, error)
        except ChatError as error:
            return _not(Told.NOT_NOW, error)
        else:
            return Told.ARRIVED


def _not(told: Told, error: ChatError | TimeoutError) -> Told:
    why = error.message if isinstance(error, ChatError) else "too slow"
    log.warning("a message to one person: %s (%s)", told.value, why)
    return told


async def changed(app: App, who: ChatUser) -> None:
    """What their overview shows may be different now; never raises, and nobody waits for it."""
    chat = app.chats.get(who.chat)
    if chat is not None:
        await chat.refresh(who)


def back(app: App, who: ChatUser) -> str:
    """An address that leads from a browser back to their chat; "" where there is none that a browser should follow."""
    chat = app.chats.get(who.chat)
    return followed(chat.back(who)) if chat is not None else ""
