"""Who is meant: names, addresses and mentions, looked up among the people this server knows, then in the chat."""

import asyncio
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


@dataclass(frozen=True, slots=True)
class Guests:
    """`known` have an address, `unknown` names match nobody, `unsure` ones match several or not exactly."""

    known: tuple[Attendee, ...] = ()
    unknown: tuple[str, ...] = ()
    unsure: tuple[tuple[str, tuple[Profile, ...]], ...] = ()


NOBODY = Guests()


async def find(app: App, turn: Turn, names: Sequence[str]) -> Guests:
    """Look up each name once. The person who asks is never their own guest. Raises UserError for too many."""
    names = list(dict.fromkeys(names))
    if len(names) > MOST:
        raise UserError(f"Up to {MOST} people at once, please.")
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
    if "@" in name and "." in name.rpartition("@")[2]:
        return await _addressed(app, turn, directory, name.strip("<>").casefold())
    wanted = name.lstrip("@")
    profiles = _named(wanted, directory)
    if profiles is not None:
        return _of_profiles(name, *profiles)
    try:
        found = await members.look_up(app, turn, wanted)
    except ChatError:
        return Guests(unknown=(_not_asked(name),))
    there = [Profile(member.name, member.address) for member in found]
    exact, sure = _named(wanted, there) or (there, False)
    if sure and _is_me(turn, [member for member in found if member.name == exact[0].name]):
        return NOBODY
    return _of_profiles(name, [one for one in exact if one.email], sure)


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
        return Guests(unknown=(_not_asked(SOMEBODY),))
    if not found:
        return Guests(unknown=(SOMEBODY,))
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
    return f"{name} (the chat did not say who that is)"


async def names_of(app: App, turn: Turn, name: str) -> tuple[str, ...]:
    """What somebody who was named may be called on a calendar, in lower case. Raises UserError for a mention of nobody.

    A name is itself, as it was typed; a mention is the person's addresses, else their name.
    """
    if not members.is_mention(name):
        return (name.casefold().lstrip("@"),)
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
