"""Somebody new: a record of them with what their chat knows, and what they are asked once."""

import asyncio
import logging
from dataclasses import replace

from bot.errors import ChatError
from bot.handlers.reach import CHAT_DEADLINE
from bot.messages import Profile, Reply, Request
from bot.ports import App, Context, Preferences
from bot.scheduling.zones import zone

log = logging.getLogger("freewhen.dispatch")

NO_ZONE = "I do not know your time zone and use UTC: “my time zone is Europe/Berlin”."


async def welcome(app: App, request: Request) -> Context:
    """A record for somebody new, with what their chat knows of them."""
    chat = app.chats.get(request.who.chat)
    profile = Profile()
    if chat is not None:
        try:
            async with asyncio.timeout(CHAT_DEADLINE.total_seconds()):
                profile = await chat.profile(request.who)
        except (ChatError, TimeoutError):
            log.info("the chat did not say who somebody new is")
    language = profile.language or "en"
    try:
        preferences = Preferences(zone=zone(profile.zone).key, language=language)
    except ValueError:
        preferences = Preferences(language=language, zone_guessed=True)
    user = await app.users.add(request.who, profile, preferences)
    return await app.users.context(user.who) or Context(user)


async def first(app: App, request: Request, reply: Reply) -> Reply:
    """The first answer to somebody new: with how to say the time zone, where nobody has said it."""
    context = await app.users.context(request.who)
    if context is None or not context.user.preferences.zone_guessed or reply.public:
        return reply
    return replace(reply, note=f"{reply.note} {NO_ZONE}".strip())
