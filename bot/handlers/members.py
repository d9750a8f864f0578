"""Who is meant by a mention, an address or a name, asked of the chat: people of the asker's own workspace alone."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import ChatError
from bot.handlers.reach import CHAT_DEADLINE
from bot.handlers.turn import Turn
from bot.messages import ChatUser
from bot.ports import App

_MENTION = re.compile(r"<@([^<>\s]+)>")
_GROUP = re.compile(r"<!subteam\^[^<>|]*(?:\|@?([^<>]*))?>")
_LONGEST_NAME = 60
MOST = 8


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the workspace. `address`: of the calendar that takes their meetings, else the profile's e-mail, which
    is also `email`; "" where neither is known.
    """

    who: ChatUser
    name: str
    address: str
    email: str


def is_mention(text: str) -> bool:
    """Whether it is a mention as a chat writes it, which nobody should be shown."""
    return _MENTION.fullmatch(text.strip()) is not None


def group(text: str) -> str | None:
    """What a mention of a group of people is called, e.g. "the group devs"; None for anything else."""
    found = _GROUP.fullmatch(text.strip())
    return f"the group {found[1] or ''}".strip() if found else None


async def called(app: App, turn: Turn, mention: str) -> str:
    """The name that the chat has for whoever is mentioned, also where it counts them to no people (a bot); or ""."""
    who = turn.user.who
    chat = app.chats.get(who.chat)
    found = _MENTION.fullmatch(mention.strip())
    if chat is None or found is None:
        return ""
    try:
        async with asyncio.timeout(CHAT_DEADLINE.total_seconds()):
            profile = await chat.profile(ChatUser(who.chat, who.workspace, found[1].partition("|")[0]))
    except (ChatError, TimeoutError):
        return ""
    return " ".join(profile.name.split())[:_LONGEST_NAME]


async def look_up(app: App, turn: Turn, text: str) -> Sequence[Member]:
    """The first few who may be meant, those whom the chat is sure of first.

    Guests and strangers of a shared channel look nobody up. Raises ChatError, also where the chat takes too long.
    """
    who = turn.user.who
    chat = app.chats.get(who.chat)
    if chat is None or not turn.request.member:
        return ()
    try:
        async with asyncio.timeout(CHAT_DEADLINE.total_seconds()):
            found = await chat.find_people(who.workspace, text)
    except TimeoutError:
        raise ChatError from None
    members: list[Member] = []
    for person, profile in found:
        if (person.chat, person.workspace) != (who.chat, who.workspace) or len(members) == MOST:
            continue
        context = await app.users.context(person)
        booking = context.booking if context else None
        email = (profile.email or (context.user.email if context else "")).casefold()
        name = " ".join((profile.name or (context.user.name if context else "")).split())[:_LONGEST_NAME]
        members.append(Member(person, name, booking.address.casefold() if booking else email, email))
    return members
