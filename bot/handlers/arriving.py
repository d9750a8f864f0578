"""Somebody new: a record of them with what their chat knows, and what they are asked once."""

import asyncio
import logging
from dataclasses import replace

from bot.errors import ChatError
from bot.handlers import reach
from bot.handlers.reach import CHAT_DEADLINE
from bot.handlers.turn import Button, buttons_for
from bot.messages import ChatUser, Profile, Reply, Request
from bot.ports import App, Context, Preferences, User
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


def lacks_zone(context: Context) -> bool:
    """Whether nobody has said the zone, and they have not been told yet that nobody has."""
    return context.user.preferences.zone_guessed and not context.user.preferences.zone_told


async def with_zone(app: App, user: User, reply: Reply) -> Reply:
    """The reply and, where nobody has said the zone, how to say it: a line, and a button where there are windows."""
    if not user.preferences.zone_guessed:
        return reply
    choices = reply.choices
    if reach.windows(app, user.who):
        wanted = [Button("Set my time zone", "settings_form.open", form=True)]
        choices = (*choices, *await buttons_for(app, user.id, wanted, app.clock.now()))
    return replace(reply, note=f"{reply.note} {NO_ZONE}".strip(), choices=choices)


async def with_zone_once(app: App, who: ChatUser, reply: Reply) -> Reply:
    """The first answer that they alone see: with the zone, if it is still not said. That it was told is noted."""
    noted = await not_yet_told(app, who, reply)
    if noted is not reply:
        await told(app, who)
    return noted


async def not_yet_told(app: App, who: ChatUser, reply: Reply) -> Reply:
    """As `with_zone`; the reply itself where it is not to be told, or cannot: to others, or in a form."""
    context = await app.users.context(who)
    if context is None or not lacks_zone(context) or reply.public or reply.form or reply.problems:
        return reply
    return reply if NO_ZONE in reply.note else await with_zone(app, context.user, reply)


async def told(app: App, who: ChatUser) -> None:
    """They have seen it."""
    context = await app.users.context(who)
    if context is not None:
        preferences = replace(context.user.preferences, zone_told=True)
        await app.users.save(replace(context.user, preferences=preferences))
