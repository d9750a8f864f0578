"""The two lists of calendars: which are checked for conflicts, and which one takes new meetings."""

from collections.abc import Sequence
from dataclasses import replace

from bot import calendars
from bot.errors import Gone, LinkExpired, NotConnected, ProviderError, UserError
from bot.handlers import reach
from bot.handlers.turn import Button, Turn, buttons
from bot.messages import Reply, Style
from bot.ports import App, Connection
from bot.scheduling.event import Account, Calendar

MOST = 8
"""Calendars of an account on one page."""


async def choose(app: App, turn: Turn, replace_message: bool = False, said: str = "") -> Reply:
    """`/freewhen calendars`, or the button: the lists as they are, each calendar with what can be changed.

    `said`: what a press has done besides what it was asked for.
    """
    connections = (turn.connection(),) if "connection" in turn.args else turn.context.connections
    if not connections:
        raise NotConnected
    facts: list[tuple[str, str]] = []
    wanted: list[Button] = []
    notes: list[str] = [said] if said else []
    seen: list[tuple[Connection, Account | None]] = []
    for connection in connections:
        try:
            account = await calendars.ask(app, turn.context, connection, lambda provider: provider.account())
        except ProviderError as error:
            facts.append((connection.address, error.message))
            seen.append((connection, None))
            if isinstance(error, LinkExpired):
                wanted.append(_reconnect(connection.provider, f"Reconnect {connection.address}"))
            continue
        connection, dropped = await _without_gone(app, connection, account)
        notes += dropped
        seen.append((connection, account))
        page = _page(turn, account)
        facts += [(connection.address, _say(calendar, connection, account)) for calendar in page]
        if len(connections) == 1:
            wanted += _toggles(connection, account, page)
            notes += _more(turn, wanted, connection, account)
        elif len(account.calendars) > 1:
            wanted.append(Button(f"Choose for {connection.address}", "calendars.choose", {"connection": connection.id}))
            if len(account.calendars) > MOST:
                notes.append(f"{connection.address}: the first {MOST} of {len(account.calendars)}.")
    return Reply(
        heading="Your calendars",
        text=_said(turn, seen),
        facts=tuple(facts),
        note=" ".join(notes),
        choices=await buttons(app, turn, wanted),
        replace=replace_message or bool(turn.request.press),
    )


async def check(app: App, turn: Turn) -> Reply:
    """Pressed: check a calendar, or check it no more."""
    connection = turn.connection()
    account, calendar = await _named(app, turn, connection)
    if not turn.arg(bool, "on") and _takes_new(turn, connection, calendar):
        raise UserError(
            f"New meetings go to “{_line(calendar.name)}”, so it stays checked: without that, I would take the time of "
            "what you book there for free. Choose another calendar for new meetings first."
        )
    checked = {one.id for one in account.calendars if _is_checked(one, connection)}
    checked = checked | {calendar.id} if turn.arg(bool, "on") else checked - {calendar.id}
    if not checked:
        raise UserError("One calendar at least is checked; without any, all your time would look free.")
    checks = [one.id for one in account.calendars if one.id in checked]
    return await _save(app, turn, connection, connection.calendar, checks)


async def add_to(app: App, turn: Turn) -> Reply:
    """Pressed: new meetings go to this calendar, which is checked from now on: what is booked must take its time.

    Raises UserError for one that can only be read, or is another's.
    """
    connection = turn.connection()
    _, calendar = await _named(app, turn, connection)
    if not calendar.can_write:
        raise UserError(f"“{_line(calendar.name)}” can only be read, so new meetings cannot go there. Choose another.")
    if not calendar.owned:
        raise UserError(f"“{_line(calendar.name)}” is somebody else’s: new meetings go to a calendar of your own.")
    if _is_checked(calendar, connection):
        return await _save(app, turn, connection, calendar.id, connection.checks)
    said = f"I check “{_line(calendar.name)}” for conflicts as well now, because your new meetings go there."
    return await _save(app, turn, connection, calendar.id, (*connection.checks, calendar.id), said)


async def not_added(app: App, turn: Turn, connection: Connection, error: ProviderError) -> Reply:
    """A meeting could not be written to the calendar that takes new ones: say so, and offer to choose another."""
    why = "is no longer there" if isinstance(error, Gone) else "does not take it"
    choices = [Button("Choose another calendar", "calendars.choose", {"connection": connection.id}, Style.PRIMARY)]
    return Reply(
        heading="Not booked",
        text=f"The calendar for new meetings of {connection.address} {why}, so nothing was booked. {error.message}",
        choices=await buttons(app, turn, choices),
    )


async def connect_again(app: App, turn: Turn, provider: str) -> Reply:
    """Access to one of the person's calendars has died: what that means, and the button that mends it."""
    return Reply(LinkExpired(provider).message, choices=await buttons(app, turn, [_reconnect(provider, "Reconnect")]))


async def _named(app: App, turn: Turn, connection: Connection) -> tuple[Account, Calendar]:
    """The account as it is now, and the calendar that was pressed. Raises UserError when that is gone."""
    account = await calendars.ask(app, turn.context, connection, lambda provider: provider.account())
    found = next((one for one in account.calendars if one.id == turn.text_arg("calendar")), None)
    if found is None:
        await _without_gone(app, connection, account)
        raise UserError("That calendar is no longer there. Type /freewhen calendars to see those that are.")
    return account, found


async def _save(
    app: App, turn: Turn, connection: Connection, calendar: str, checks: Sequence[str], said: str = ""
) -> Reply:
    await _store(app, connection, calendar, checks)
    await reach.changed(app, turn.user.who)
    context = await app.users.by_id(turn.user.id)
    return await choose(app, replace(turn, context=context or turn.context), replace_message=True, said=said)


async def _store(app: App, connection: Connection, calendar: str, checks: Sequence[str]) -> None:
    await app.connections.choose(connection.id, calendar, checks)
    await app.kept.spoil(connection.id)  # what is kept is of the calendars checked before


async def _without_gone(app: App, connection: Connection, account: Account) -> tuple[Connection, list[str]]:
    """The connection without calendars that the account does not have any more, and what to say of it."""
    there = {one.id for one in account.calendars}
    if not there:
        return connection, []
    checks = tuple(one for one in connection.checks if one in there)
    calendar = connection.calendar if connection.calendar in there else ""
    if (checks, calendar) == (connection.checks, connection.calendar):
        return connection, []
    said = []
    lost = len(connection.checks) - len(checks)
    if lost:
        said.append(f"{lost} checked calendar{'s are' if lost > 1 else ' is'} no longer there; I check the others.")
    if connection.checks and not checks:
        main = next((one for one in account.calendars if one.primary), account.calendars[0])
        checks = (main.id,)
        said.append(f"I check “{_line(main.name)}” now.")
    if calendar != connection.calendar:
        said.append("The calendar for new meetings is no longer there: choose another.")
    await _store(app, connection, calendar, checks)
    return replace(connection, calendar=calendar, checks=checks), said


def _said(turn: Turn, seen: Sequence[tuple[Connection, Account | None]]) -> str:
    """What the lists are for, and which calendar takes new meetings, by its name where its account was read."""
    read = {connection.id: (connection, account) for connection, account in seen}
    every = [read.get(one.id, (one, None)) for one in turn.context.connections]
    connection, account = next((pair for pair in every if pair[0].calendar), every[0])
    there = account.calendars if account else ()
    if len(every) == 1 and len(there) == 1 and there[0].can_write:
        return f"“{_line(there[0].name)}” is your only calendar: I look for conflicts there, and new meetings go there."
    named = [one for one in there if (one.id == connection.calendar if connection.calendar else one.primary)]
    where = f"“{_line(named[0].name)}”" if named else connection.address
    if named and len(every) > 1:
        where += f" of {connection.address}"
    return f"I look for conflicts on the checked ones. New meetings go to {where}."


def _page(turn: Turn, account: Account) -> Sequence[Calendar]:
    first = turn.arg(int, "first") if "first" in turn.args else 0
    return account.calendars[first : first + MOST] or account.calendars[:MOST]


def _more(turn: Turn, wanted: list[Button], connection: Connection, account: Account) -> list[str]:
    """The button to the next page, and which one this is."""
    count = len(account.calendars)
    if count <= MOST:
        return []
    first = turn.arg(int, "first") if "first" in turn.args else 0
    first = first if 0 <= first < count else 0
    following = first + MOST if first + MOST < count else 0
    label = "More calendars" if following else "The first calendars"
    wanted.append(Button(label, "calendars.choose", {"connection": connection.id, "first": following}))
    return [f"These are {first + 1} to {min(first + MOST, count)} of {count}."]


def _toggles(connection: Connection, account: Account, page: Sequence[Calendar]) -> list[Button]:
    wanted: list[Button] = []
    for calendar in page:
        args = {"connection": connection.id, "calendar": calendar.id}
        name = _line(calendar.name)
        on = _is_checked(calendar, connection)
        if len(account.calendars) > 1:
            label = f"Don’t check {name}" if on else f"Check {name}"
            wanted.append(Button(label, "calendars.check", {**args, "on": not on}))
        if calendar.can_write and calendar.owned and calendar.id != connection.calendar:
            wanted.append(Button(f"New meetings to {name}", "calendars.add_to", args))
    return wanted


def _is_checked(calendar: Calendar, connection: Connection) -> bool:
    return not connection.checks or calendar.id in connection.checks


def _takes_new(turn: Turn, connection: Connection, calendar: Calendar) -> bool:
    """Whether new meetings go to it: named, or the main calendar where none is."""
    booking = turn.context.booking
    if connection.calendar or booking is None or booking.id != connection.id:
        return calendar.id == connection.calendar
    return calendar.primary


def _say(calendar: Calendar, connection: Connection, account: Account) -> str:
    words = ["checked" if _is_checked(calendar, connection) else "not checked"]
    if calendar.id == connection.calendar:
        words.append("new meetings go here")
    if not calendar.can_write:
        words.append("can only be read")
    elif not calendar.owned:
        words.append("somebody else’s")
    return f"{_line(calendar.name)}: {', '.join(words)}"


def _reconnect(provider: str, label: str) -> Button:
    return Button(label, "connect.choose", {"provider": provider}, Style.PRIMARY)


def _line(text: str) -> str:
    """A name on one short line: it comes from outside."""
    return " ".join(text.split())[:60] or "(no name)"
