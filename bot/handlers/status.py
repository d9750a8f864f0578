"""Is my calendar connected, what did I agree to, and forget it."""

from bot import calendars
from bot.errors import AccessDenied, LinkExpired, NotConnected, ProviderError
from bot.handlers import giving_back, remind
from bot.handlers.giving_back import Access
from bot.handlers.turn import Button, Turn, buttons
from bot.messages import Reply, Style
from bot.ports import App, AuditEntry, Connection, Health
from bot.scheduling import wording


async def status(app: App, turn: Turn) -> Reply:
    """Each connection: account, what it may do, whether it answers right now, and the way to mend it."""
    if not turn.context.connections:
        raise NotConnected
    facts: list[tuple[str, str]] = []
    wanted: list[Button] = []
    for connection in turn.context.connections:
        label, may = connection.provider, ""
        try:
            kind = calendars.kind_of(app, connection.provider)
            label, may = kind.label, kind.disclosure.does
            await calendars.ask(app, turn.context, connection, lambda provider: provider.account())
            await _look(app, turn, connection)
            health = f"works (checked {wording.moment(turn.now, turn.zone, turn.now)})"
        except ProviderError as error:
            health = f"{error.message}{_last_answer(turn, connection)}"
            if isinstance(error, LinkExpired | AccessDenied):  # what only its owner can mend
                again = {"provider": connection.provider}
                wanted.append(Button(f"Reconnect {connection.address}", "connect.choose", again))
        facts += [("Calendar", f"{connection.address} ({label})"), ("State", health)]
        if may:
            facts.append(("I may", may))
        wanted.append(Button(f"Disconnect {connection.address}", "status.disconnect", {"connection": connection.id}))
    leads = ", ".join(map(remind.say_lead, turn.preferences.leads)) or "off"
    facts += [("Reminders", leads), ("Your zone", turn.preferences.zone)]
    wanted.append(Button("What I agreed to", "status.receipt"))
    return Reply(heading="Connected", facts=tuple(facts), choices=await buttons(app, turn, wanted))


def _last_answer(turn: Turn, connection: Connection) -> str:
    """When it last answered well; of dead access, that is not known any more."""
    if connection.checked_at is None or connection.health is Health.EXPIRED:
        return ""
    return f" It last answered {wording.moment(connection.checked_at, turn.zone, turn.now)}."


async def _look(app: App, turn: Turn, connection: Connection) -> None:
    """Note the sign of life; of a calendar whose events are kept, only its events are one."""
    if calendars.kind_of(app, connection.provider).remote:
        await calendars.sync(app, connection)
    else:
        await app.connections.checked(connection.id, Health.ACTIVE, None, turn.now)


async def receipt(app: App, turn: Turn) -> Reply:
    """Every accepted disclosure, as it was stored."""
    receipts = await app.receipts.of(turn.user.id)
    facts = tuple(
        (
            one.provider,
            f"{wording.moment(one.accepted_at, turn.zone, turn.now)}, text {one.version}: {', '.join(one.scopes)}",
        )
        for one in receipts
    )
    return Reply(heading="What you agreed to", facts=facts) if facts else Reply("You have not agreed to anything yet.")


async def disconnect(app: App, turn: Turn) -> Reply:
    """Asks before it forgets; with several connections, which one."""
    connections = turn.context.connections
    if not connections:
        raise NotConnected("No calendar is connected.")
    if "connection" in turn.args:
        connections = (turn.connection(),)
    if len(connections) > 1:
        which = [Button(one.address, "status.disconnect", {"connection": one.id}) for one in connections]
        return Reply("Which calendar shall I forget?", choices=await buttons(app, turn, which))
    connection = connections[0]
    choices = [
        Button("Disconnect", "status.forget", {"connection": connection.id}, Style.DANGER),
        Button("Keep it", "meetings.keep"),
    ]
    return Reply(
        heading=f"Disconnect {connection.address}?",
        text="I give back my access, delete what opens the calendar, and stop its reminders. "
        "Your meetings stay on the calendar.",
        choices=await buttons(app, turn, choices),
        replace=bool(turn.request.press),
    )


async def forget(app: App, turn: Turn) -> Reply:
    connection = turn.connection()
    access = await giving_back.disconnect(app, turn.context, connection, turn.now)
    subject = f"{connection.provider}:{connection.id}"
    await app.audit.record(AuditEntry(turn.now, connection.tenant, turn.user.id, "disconnect", subject, "done"))
    return Reply(heading=f"Disconnected from {connection.address}", text=_BECAME[access], replace=True)


_BECAME = {
    Access.GIVEN_BACK: "My access is given back, its secret deleted, and its reminders are stopped.",
    Access.LATER: "Its reminders are stopped and I can no longer open it. The provider could not be reached to take my "
    "access back, so I keep trying for a day; you can also take it back in your account there.",
    Access.STILL_SHARED: "The secret is deleted here, and its reminders are stopped. The account is still connected in "
    "another chat, so the provider's permission stays.",
}
