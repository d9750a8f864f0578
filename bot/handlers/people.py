"""Who is meant: names, addresses and mentions, looked up among the people this server knows, then in the chat."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.errors import ChatError, UserError
from bot.handlers import members
from bot.handlers.members import Member
from bot.handlers.turn import Button, Turn, buttons
from bot.language.ask import Ask
from bot.language.people import Match, find_person
from bot.messages import Profile, Reply
from bot.ports import App
from bot.scheduling.event import Attendee

MOST = 50
SOMEBODY = "somebody you mention"
MEMBERS_ONLY = (
    "Only members of this workspace may ask who somebody is and when they are free. "
    "You can invite people by their e-mail address."
)
MYSELF = "freewhen"
_NOT_A_GUEST = "Freewhen is not a guest: name the people alone. Nothing was booked."


@dataclass(frozen=True, slots=True)
class Guests:
    """`known` have an address, `unknown` names match nobody, `unsure` ones match several or not exactly."""

    known: tuple[Attendee, ...] = ()
    unknown: tuple[str, ...] = ()
    unsure: tuple[tuple[str, tuple[Profile, ...]], ...] = ()


NOBODY = Guests()


async def find(app: App, turn: Turn, names: Sequence[str]) -> Guests:
    """Look up each name once. The person who asks is never their own guest.

    Raises UserError for too many, for the bot itself, and where somebody who is no member names anybody without an
    address.
    """
    names = list(dict.fromkeys(names))
    if len(names) > MOST:
        raise UserError(f"Up to {MOST} people at once, please.")
    if not turn.request.member and any(not _is_address(name) for name in names):
        raise UserError(MEMBERS_ONLY)
    directory = list(await app.directory(turn.request.who)) if app.directory else []
    mine = {own_address(turn), *(connection.address.casefold() for connection in turn.context.connections)}
    answers = await asyncio.gather(*(_one(app, turn, directory, name) for name in names))
    known = {guest.address: guest for found in answers for guest in found.known if guest.address not in mine}
    return Guests(
        tuple(known.values()),
        tuple(dict.fromkeys(name for found in answers for name in found.unknown)),
        tuple(pair for found in answers for pair in found.unsure),
    )


async def _one(app: App, turn: Turn, directory: Sequence[Profile], name: str) -> Guests:
    if members.is_mention(name):
        return await _mentioned(app, turn, name)
    if grouped := members.group(name):
        return Guests(unknown=(grouped,))
    if _is_address(name):
        return await _addressed(app, turn, directory, name.strip("<>").casefold())
    readings = _readings(name)
    if MYSELF in readings:
        raise UserError(_NOT_A_GUEST)
    for wanted in readings:
        profiles = _named(wanted, directory)
        if profiles is not None:
            return _of_profiles(name, *profiles)
    return await _in_chat(app, turn, name, readings)


async def _in_chat(app: App, turn: Turn, name: str, readings: Sequence[str]) -> Guests:
    """Whoever of the chat's people has that name, or that handle."""
    for wanted in readings:
        try:
            found = await members.look_up(app, turn, wanted)
        except ChatError:
            return Guests(unknown=(_not_asked(name),))
        if not found:
            continue
        there = [Profile(member.name, member.address) for member in found]
        exact, sure = next(filter(None, (_named(one, there) for one in readings)), (there, False))
        if sure and _is_me(turn, [member for member in found if member.name == exact[0].name]):
            return NOBODY
        return _of_profiles(name, [one for one in exact if one.email], sure)
    return Guests(unknown=(name,))


def _is_address(name: str) -> bool:
    """An e-mail address has something before its "@", and a dot after it; "@sam.hill" is how a chat names somebody."""
    local, _, domain = name.strip("<>").removeprefix("@").rpartition("@")
    return bool(local) and "." in domain


def _readings(name: str) -> tuple[str, ...]:
    """What a name may be looked up by, in lower case but for a plain one; "@sam.hill" may be Sam Hill."""
    if not name.startswith("@"):
        return (name,) if name.casefold() != MYSELF else (MYSELF,)
    handle = name.lstrip("@")
    return tuple(dict.fromkeys((handle.casefold(), " ".join(re.split(r"[._-]+", handle)).casefold().strip())))


def _named(wanted: str, directory: Sequence[Profile]) -> tuple[Sequence[Profile], bool] | None:
    """Who has that name, with an address, and whether it is surely the one; None when nobody has."""
    found = find_person(wanted, [one.name for one in directory])
    profiles = [one for one in directory if one.name in found.names]
    return (profiles, len(profiles) == 1 and found.match is Match.EXACT) if profiles else None


def _of_profiles(name: str, profiles: Sequence[Profile], sure: bool) -> Guests:
    with_address = tuple(one for one in profiles if one.email)
    if not with_address:
        return Guests(unknown=(name,))
    if sure:
        return Guests((Attendee(with_address[0].email.casefold(), with_address[0].name),))
    return Guests(unsure=((name, with_address),))


async def _mentioned(app: App, turn: Turn, mention: str) -> Guests:
    """Nobody is shown the mention itself: a name, or that there is none."""
    try:
        found = await members.look_up(app, turn, mention)
    except ChatError:
        return Guests(unknown=(_not_asked(await members.called(app, turn, mention) or SOMEBODY),))
    if not found:
        name = await members.called(app, turn, mention)
        if name.casefold() == MYSELF:
            raise UserError(_NOT_A_GUEST)
        return Guests(unknown=(name or SOMEBODY,))
    if _is_me(turn, found[:1]):
        return NOBODY
    return _of_member(found[0])


async def _addressed(app: App, turn: Turn, directory: Sequence[Profile], address: str) -> Guests:
    """An address is good as it is; whoever knows whose it is adds the name."""
    profile = next((one for one in directory if one.email.casefold() == address), None)
    if profile is not None:
        return Guests((Attendee(address, profile.name),))
    chat = app.chats.get(turn.user.who.chat)
    together = chat is not None and chat.together and turn.request.member  # strangers learn nobody's name by an address
    here = await app.users.at(turn.user.who.tenant, [address]) if together else {}
    if address in here:
        return Guests((Attendee(address, " ".join(here[address].user.name.split())),))
    try:
        found = [one for one in await members.look_up(app, turn, address) if one.email == address]
    except ChatError:
        found = []
    if _is_me(turn, found):
        return NOBODY
    return _of_member(found[0]) if found else Guests((Attendee(address),))


def _of_member(member: Member) -> Guests:
    if not member.address:
        return Guests(unknown=(member.name or SOMEBODY,))
    return Guests((Attendee(member.address, member.name),))


def _is_me(turn: Turn, found: Sequence[Member]) -> bool:
    return any(member.who == turn.user.who for member in found)


def _not_asked(name: str) -> str:
    return f"{name} (the chat could not be asked about them)"


async def names_of(app: App, turn: Turn, name: str) -> tuple[str, ...]:
    """What somebody who was named may be called on a calendar, in lower case. Raises UserError for a mention of nobody.

    A name is itself, as it was typed; a mention is the person's addresses, else their name.
    """
    if grouped := members.group(name):
        raise UserError(f"I do not know who is in {grouped}. Name one of them, please.")
    if not members.is_mention(name):
        return _readings(name) if name.startswith("@") else (name.casefold(),)
    if not turn.request.member:
        raise UserError(MEMBERS_ONLY)
    try:
        found = await members.look_up(app, turn, name)
    except ChatError:
        raise UserError("The chat did not say whom you mention. Try again, or write their name.") from None
    called = tuple(filter(None, (found[0].address, found[0].email))) or (found[0].name.casefold(),) if found else ()
    if not any(called):
        raise UserError("I do not know whom you mention. Write their name, please.")
    return called


def own_address(turn: Turn) -> str:
    """The address of one's own embedded calendar: the chat profile's e-mail, else a name that nobody else can have."""
    who = turn.user.who
    return (turn.user.email or f"{who.id}@{who.workspace or who.chat}.local").casefold()


async def ask_which(app: App, turn: Turn, ask: Ask, guests: Guests) -> Reply:
    name, profiles = guests.unsure[0]
    options = [
        Button(
            f"{profile.name} ({profile.email})",
            "answer",
            {"ask": replace(ask, who=tuple(profile.email if who == name else who for who in ask.who))},
        )
        for profile in profiles[:8]
    ]
    text = f"Which {name} do you mean?" if len(options) > 1 else f"By {name}, do you mean this person?"
    return Reply(text, choices=await buttons(app, turn, options))


def say_unknown(names: Sequence[str]) -> str:
    """What a preview says of guests without an address."""
    return " ".join(f"No address for {name}, not invited." for name in names)
