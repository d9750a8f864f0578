"""Connect a calendar: choose one, be told what that means, accept."""

from collections.abc import Sequence

from bot import calendars
from bot.addresses import is_loopback
from bot.errors import UserError
from bot.handlers import linking, people
from bot.handlers.turn import Button, Turn, buttons
from bot.language.ask import Intent
from bot.messages import Choice, Reply, Secret, Style
from bot.ports import LINK_LIFE, App, Connection, Grant, Kind, Link, Receipt
from bot.scheduling import wording

MOST_LINKS = 20
"""A person may have so many connect links made within an hour (OWASP ASVS 5.0 2.4.1)."""

HOW_TO = {"google": "docs/howto/connect-google.md"}
"""What the owner of a server reads to set up a kind of calendar that is not there."""


async def begin(app: App, turn: Turn) -> Reply:
    """`/connect-calendar [provider]`, or the button: the list to choose from, or at once what the only one means."""
    wanted = (
        turn.text.split()[0].casefold() if turn.text and turn.ask is None else turn.understood(Intent.CONNECT).provider
    )
    kinds = [make() for make in app.kinds.values()]
    if wanted:
        kind = next((kind for kind in kinds if kind.name == wanted), None)
        return await (_disclose(app, turn, kind) if kind is not None else _not_here(app, turn, wanted, kinds))
    pressed = bool(turn.request.press)
    already = _already(turn.context.connections)
    if len(kinds) == 1 and not already:
        return await _disclose(app, turn, kinds[0], replace=pressed)
    here = {connection.provider for connection in turn.context.connections}
    ask = (
        "Which calendar would you like to connect?" if len(here) < len(kinds) else "There is no other to connect here."
    )
    note = "To forget one: /freewhen disconnect." if already else ""
    return Reply(f"{already}{ask}", note=note, choices=await buttons(app, turn, _each(turn, kinds)), replace=pressed)


def _each(turn: Turn, kinds: Sequence[Kind]) -> list[Button]:
    here = {connection.provider for connection in turn.context.connections}
    return [
        Button(f"Renew {kind.label}" if kind.name in here else kind.label, "connect.choose", {"provider": kind.name})
        for kind in kinds
    ]


async def _not_here(app: App, turn: Turn, wanted: str, kinds: Sequence[Kind]) -> Reply:
    """What can be connected instead; who could change that, and how, in small print."""
    names = ", ".join(kind.label for kind in kinds)
    how = f": {HOW_TO[wanted]} tells how" if wanted in HOW_TO else ""
    return Reply(
        f"I cannot connect “{wanted[:30]}” calendars here. You can connect: {names}.",
        note=f"For whoever runs this server{how}." if how else "",
        choices=await buttons(app, turn, _each(turn, kinds)),
    )


async def choose(app: App, turn: Turn) -> Reply:
    return await _disclose(app, turn, calendars.kind_of(app, turn.text_arg("provider")), replace=True)


async def _disclose(app: App, turn: Turn, kind: Kind, replace: bool = False) -> Reply:
    """What connecting means, before anything is asked of the provider."""
    told = kind.disclosure
    args = {"provider": kind.name, "version": told.version}
    there = f" to {kind.label}" if kind.link is Link.OAUTH else ""
    choices = [
        Button(f"Accept and connect{there}", "connect.accept", args, Style.PRIMARY),
        Button("Not now", "connect.refuse"),
    ]
    return Reply(
        heading=f"Connect {kind.label}?",
        text="Before you connect, this is what it means:",
        facts=(
            ("Freewhen sees", told.sees),
            ("Freewhen can", told.does),
            ("It never", told.never),
            ("Kept", told.stored),
            ("To undo", told.undo),
        ),
        choices=await buttons(app, turn, choices),
        replace=replace,
    )


async def refuse(app: App, turn: Turn) -> Reply:
    return Reply("Nothing was connected. Type /connect-calendar whenever you like.", replace=True)


async def accept(app: App, turn: Turn) -> Reply:
    """The accepted disclosure: a link to the page where the provider asks, or a calendar that opens by itself."""
    kind = calendars.kind_of(app, turn.text_arg("provider"))
    if kind.disclosure.version != turn.text_arg("version"):
        return await _disclose(app, turn, kind, replace=True)
    if kind.link is Link.OAUTH:
        return await _invite(app, turn, kind)
    if kind.link is not Link.NONE:
        raise UserError(f"{kind.label} cannot be connected from here yet.")
    grant = Grant(Secret(""), kind.disclosure.scopes, people.own_address(turn))
    account = await linking.prove(app, turn.context, kind, grant)
    await app.receipts.add(Receipt(turn.user.id, kind.name, kind.disclosure.version, kind.disclosure.scopes, turn.now))
    return await linking.connect(app, turn.context, kind, grant, account, turn.now)


async def _invite(app: App, turn: Turn, kind: Kind) -> Reply:
    """A link that works once. What is accepted is accepted on its page: there the person is, not a preview."""
    chat = app.chats.get(turn.request.who.chat)
    if not app.public_url:
        raise UserError(
            f"{kind.label} is connected on a page, and there are no pages now: their port is taken, or the clock "
            "stands still (--now). Free the port that FREEWHEN_LISTEN names, and start again without --now."
        )
    if is_loopback(app.public_url) and not (chat is not None and chat.at_hand):
        raise UserError(
            f"{kind.label} can only be connected over a public https address, and this server has none. "
            "Whoever runs it sets FREEWHEN_PUBLIC_URL."
        )
    version, handle = kind.disclosure.version, turn.request.handle
    nonce = await app.links.invite(turn.user, kind.name, version, handle, turn.now, MOST_LINKS)
    if nonce is None:
        raise UserError(f"That were {MOST_LINKS} links within an hour. Please try again later.")
    return Reply(
        heading=f"Connect {kind.label}",
        text="Open the page in your browser. Check there that you are signed in to the right account.",
        note=f"The link is for you alone, works once, and for {wording.duration(LINK_LIFE, long=True)}.",
        choices=(
            Choice(
                f"Open the page to sign in at {kind.label}",
                style=Style.PRIMARY,
                url=f"{app.public_url}/connect/{nonce.reveal()}",
            ),
        ),
        replace=True,
    )


def _already(connections: Sequence[Connection]) -> str:
    return f"You are connected as {', '.join(one.address for one in connections)}. " if connections else ""
