"""Connect a calendar: choose one, be told what that means, accept."""

from collections.abc import Sequence

from bot import calendars
from bot.errors import UserError
from bot.handlers import people, remind
from bot.handlers.turn import Button, Turn, buttons
from bot.language.ask import Intent
from bot.messages import Reply, Secret, Style
from bot.ports import App, AuditEntry, Connection, Health, Kind, Link, Opening, Receipt


async def begin(app: App, turn: Turn) -> Reply:
    """`/connect-calendar [provider]`: the list to choose from, or at once the disclosure of the only one."""
    wanted = (
        turn.text.split()[0].casefold() if turn.text and turn.ask is None else turn.understood(Intent.CONNECT).provider
    )
    kinds = [make() for make in app.kinds.values()]
    if wanted:
        kind = next((kind for kind in kinds if kind.name == wanted), None)
        if kind is None:
            names = ", ".join(kind.name for kind in kinds)
            raise UserError(f"I cannot connect “{wanted[:30]}” calendars here. There is: {names}.")
        return await _disclose(app, turn, kind)
    already = _already(turn.context.connections)
    if len(kinds) == 1 and not already:
        return await _disclose(app, turn, kinds[0])
    here = {connection.provider for connection in turn.context.connections}
    choices = [
        Button(f"Renew {kind.label}" if kind.name in here else kind.label, "connect.choose", {"provider": kind.name})
        for kind in kinds
    ]
    ask = (
        "Which calendar would you like to connect?" if len(here) < len(kinds) else "There is no other to connect here."
    )
    return Reply(f"{already}{ask}", choices=await buttons(app, turn, choices))


async def choose(app: App, turn: Turn) -> Reply:
    return await _disclose(app, turn, calendars.kind_of(app, turn.text_arg("provider")), replace=True)


async def _disclose(app: App, turn: Turn, kind: Kind, replace: bool = False) -> Reply:
    """What connecting means, before anything is asked of the provider."""
    told = kind.disclosure
    args = {"provider": kind.name, "version": told.version}
    choices = [
        Button("Accept and connect", "connect.accept", args, Style.PRIMARY),
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
    """The accepted disclosure becomes a receipt, and the calendar is opened to prove that it works."""
    kind = calendars.kind_of(app, turn.text_arg("provider"))
    if kind.disclosure.version != turn.text_arg("version"):
        return await _disclose(app, turn, kind, replace=True)
    if kind.link is not Link.NONE:
        raise UserError(f"{kind.label} cannot be connected from here yet.")
    address = people.own_address(turn)
    credential = Secret("")

    async def save(credential: Secret) -> None:
        """No credential, nothing to renew."""

    opened = kind.open(
        Opening(turn.request.who.tenant, address, turn.preferences.zone, credential, save, turn.user.name)
    )
    account = await calendars.within(app, kind.name, opened.account())
    receipt = Receipt(turn.user.id, kind.name, kind.disclosure.version, kind.disclosure.scopes, turn.now)
    await app.receipts.add(receipt)
    calendar = next((calendar.id for calendar in account.calendars if calendar.primary), "")
    connection = await app.connections.add(turn.user, kind.name, account.address, credential, calendar, turn.now)
    await app.connections.checked(connection.id, Health.ACTIVE, None, turn.now)
    await app.audit.record(_entry(turn, "connect", connection))
    planned = await _plan(app, turn)
    return Reply(
        heading=f"Connected as {account.address}",
        text=f"{kind.label} is ready. {planned}",
        note="Try “when am I free tomorrow afternoon?” or “book 30m Thursday 3pm about budget”.",
        replace=True,
    )


async def _plan(app: App, turn: Turn) -> str:
    context = await app.users.context(turn.request.who) or turn.context
    late = await remind.plan_all(app, context, turn.now)
    leads = ", ".join(remind.say_lead(lead) for lead in turn.preferences.leads)
    said = f"I will remind you {leads} before each meeting." if leads else "Reminders are off."
    return f"{said} {late}".strip()


def _already(connections: Sequence[Connection]) -> str:
    return f"You are connected as {', '.join(one.address for one in connections)}. " if connections else ""


def _entry(turn: Turn, action: str, connection: Connection) -> AuditEntry:
    subject = f"{connection.provider}:{connection.id}"
    return AuditEntry(turn.now, connection.tenant, turn.user.id, action, subject, "done")
