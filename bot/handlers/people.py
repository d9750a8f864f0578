"""Who is meant: names, addresses and mentions, looked up among the people this server knows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.handlers.turn import Button, Turn, buttons
from bot.language.ask import Ask
from bot.language.people import Match, find_person
from bot.messages import Profile, Reply
from bot.ports import App
from bot.scheduling.event import Attendee


@dataclass(frozen=True, slots=True)
class Guests:
    """`known` have an address, `unknown` names match nobody, `unsure` ones match several or not exactly."""

    known: tuple[Attendee, ...] = ()
    unknown: tuple[str, ...] = ()
    unsure: tuple[tuple[str, tuple[Profile, ...]], ...] = ()


NOBODY = Guests()


async def find(app: App, turn: Turn, names: Sequence[str]) -> Guests:
    """Look up each name once. The person who asks is never their own guest."""
    directory = list(await app.directory(turn.request.who)) if app.directory else []
    mine = {own_address(turn), *(connection.address.casefold() for connection in turn.context.connections)}
    known: dict[str, Attendee] = {}
    unknown: list[str] = []
    unsure: list[tuple[str, tuple[Profile, ...]]] = []
    for name in dict.fromkeys(names):
        if "@" in name and "." in name.rpartition("@")[2]:
            address = name.strip("<>").casefold()
            profile = next((one for one in directory if one.email.casefold() == address), None)
            known[address] = Attendee(address, profile.name if profile else "")
            continue
        found = find_person(name.lstrip("@"), [one.name for one in directory])
        profiles = tuple(one for one in directory if one.name in found.names and one.email)
        if len(profiles) == 1 and found.match is Match.EXACT:
            known[profiles[0].email.casefold()] = Attendee(profiles[0].email.casefold(), profiles[0].name)
        elif profiles:
            unsure.append((name, profiles))
        else:
            unknown.append(name)
    others = [guest for address, guest in known.items() if address not in mine]
    return Guests(tuple(others), tuple(unknown), tuple(unsure))


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
