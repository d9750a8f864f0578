"""The chat that somebody is in: what it can do, a private message to them, and that their overview has changed."""

import asyncio
from datetime import timedelta

from bot.errors import ChatError, NotHere
from bot.handlers.steps import followed
from bot.messages import ChatUser, Reply
from bot.ports import App

CHAT_DEADLINE = timedelta(seconds=5)


def windows(app: App, who: ChatUser) -> bool:
    """Whether a form opens for them as a whole, in a window of its own."""
    chat = app.chats.get(who.chat)
    return chat is not None and chat.windows


async def say(app: App, who: ChatUser, reply: Reply) -> None:
    """A private message. Raises NotHere."""
    chat = app.chats.get(who.chat)
    try:
        async with asyncio.timeout(CHAT_DEADLINE.total_seconds()):
            if chat is None:
                raise NotHere
            await chat.send(who, reply)
    except (ChatError, TimeoutError):
        raise NotHere("I cannot write to you. Please send me a private message first.") from None


async def changed(app: App, who: ChatUser) -> None:
    """What their overview shows may be different now; never raises, and nobody waits for it."""
    chat = app.chats.get(who.chat)
    if chat is not None:
        await chat.refresh(who)


def back(app: App, who: ChatUser) -> str:
    """An address that leads from a browser back to their chat; "" where there is none that a browser should follow."""
    chat = app.chats.get(who.chat)
    return followed(chat.back(who)) if chat is not None else ""
