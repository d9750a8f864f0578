"""From a grant to a connection: prove the account, connect it, or give the access back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot import calendars
from bot.errors import ProviderError
from bot.handlers import reach, remind
from bot.handlers.reach import Told
from bot.handlers.turn import Button, buttons_for
from bot.messages import Reply, Secret, Style
from bot.ports import (
    App,
    AuditEntry,
    Connection,
    Context,
    Grant,
    Health,
    Kind,
    Link,
    Opening,
    Refresh,
    User,
)
from bot.scheduling.event import Account, Calendar
from bot.scheduling.zones import zone

PATIENCE = timedelta(seconds=10)
"""Somebody waits in a browser meanwhile."""


async def prove(app: App, context: Context, kind: Kind, grant: Grant) -> Account:
    """Whose account the grant opens, asked of the calendar itself. Raises ProviderError."""
    person = context.user
    opening = Opening(
        person.who.tenant, grant.address, person.preferences.zone, grant.credential, _not_yet, person.name
    )
    return await calendars.within(app, kind.name, kind.open(opening).account())


async def _not_yet(stale: Secret, refresh: Refresh) -> Secret:
    """A grant of a moment ago needs no renewal, and there is no row yet that could keep one."""
    return await refresh(stale)


async def connect(app: App, context: Context, kind: Kind, grant: Grant, account: Account, now: datetime) -> Reply:
    """The proven account becomes a connection; returns what the chat is told."""
    person = await _with_zone(app, context.user, kind, account)
    same = next((one for one in context.connections if _is(one, kind, account)), None)
    target = _target(account)
    takes_over = same is None and target is not None and _books_nowhere(app, context)
    calendar = target.id if takes_over and target is not None else ""
    embedded = kind.link is Link.NONE
    checks = () if embedded else tuple(one.id for one in account.calendars if one.owned)
    try:
        connection = await app.connections.add(
            person, kind.name, account.address, grant.credential, calendar, now, checks
        )
    except Exception:  # nobody else knows of this access any more
        if not embedded:
            await app.revocations.add(person.who.tenant, kind.name, account.address, grant.credential, now)
        raise
    if takes_over and context.connections:
        await app.connections.choose(connection.id, calendar, connection.checks)
    await app.connections.checked(connection.id, Health.ACTIVE, None, now)
    await app.audit.record(audit_entry(connection, "connect", now))
    after = await app.users.by_id(person.id) or context
    planned = await plan(app, after, now)
    zone_before, zone_now = context.user.preferences.zone, person.preferences.zone
    facts = (
        ()
        if embedded
        else (
            ("Checked for conflicts", _names(account.calendars, connection.checks)),
            ("New meetings go to", _booking(after, connection, account.calendars)),
            *([("Time zone", f"{zone_now}, as in that calendar")] if zone_now != zone_before else []),
        )
    )
    offers = [] if embedded else [Button("Choose calendars", "calendars.choose", {"connection": connection.id})]
    return Reply(
        heading=f"Connected as {account.address}",
        text=f"{kind.label} is ready. {planned}",
        facts=facts,
        choices=await buttons_for(app, person.id, offers, now),
        note="Try “when am I free tomorrow afternoon?” or “book 30m Thursday 3pm about budget”.",
        replace=True,
        keep=True,
    )


async def _with_zone(app: App, person: User, kind: Kind, account: Account) -> User:
    """The person, in the zone of their calendar where nobody has said theirs. An embedded one only knows what we do."""
    if not person.preferences.zone_guessed or kind.link is Link.NONE or not account.zone:
        return person
    try:
        name = zone(account.zone).key
    except ValueError:
        return person
    person = replace(person, preferences=replace(person.preferences, zone=name, zone_guessed=False))
    await app.users.save(person)
    return person


async def plan(app: App, context: Context, now: datetime) -> str:
    """Plan the person's reminders from all their calendars; returns what to say of it."""
    late = await remind.plan_all(app, context, now)
    leads = ", ".join(remind.say_lead(lead) for lead in context.user.preferences.leads)
    said = f"I will remind you {leads} before each meeting." if leads else "Reminders are off."
    return f"{said} {late}".strip()


async def tell(app: App, context: Context, handle: str, reply: Reply) -> bool:
    """Edit the chat message that the link was in, or write a new one; False when that surely did not arrive."""
    told = await reach.tell(app, context.user.who, reply, handle, PATIENCE)
    return told in (Told.ARRIVED, Told.PERHAPS)


async def failed(app: App, context: Context, provider: str, label: str, why: str, now: datetime) -> Reply:
    """What the chat is told when nothing was connected."""
    again = [Button("Try again", "connect.choose", {"provider": provider}, Style.PRIMARY)]
    return Reply(
        heading=f"{label} is not connected",
        text=why,
        choices=await buttons_for(app, context.user.id, again, now),
        replace=True,
    )


def with_address(grant: Grant, account: Account) -> Grant:
    """The grant, naming the account that the calendar itself named."""
    return replace(grant, address=account.address)


def audit_entry(connection: Connection, action: str, now: datetime) -> AuditEntry:
    subject = f"{connection.provider}:{connection.id}"
    return AuditEntry(now, connection.tenant, connection.user_id, action, subject, "done")


def _is(connection: Connection, kind: Kind, account: Account) -> bool:
    return connection.provider == kind.name and connection.address.casefold() == account.address.casefold()


def _target(account: Account) -> Calendar | None:
    """Where new meetings may go: the account's main calendar, when it can be written to."""
    return next((one for one in account.calendars if one.primary and one.can_write), None)


def _books_nowhere(app: App, context: Context) -> bool:
    """Whether new meetings have no place yet, or only the embedded calendar, that one has for want of a better."""

    def embedded(connection: Connection) -> bool:
        try:
            return calendars.kind_of(app, connection.provider).link is Link.NONE
        except ProviderError:
            return False

    return all(map(embedded, context.connections))


def _names(known: Sequence[Calendar], ids: Sequence[str]) -> str:
    names = [one.name or one.id for one in known if not ids or one.id in ids]
    return ", ".join(names) or "all of the account"


def _booking(context: Context, connection: Connection, known: Sequence[Calendar]) -> str:
    booking = context.booking
    if booking is None:
        return "nowhere yet"
    if booking.id != connection.id:
        return f"{booking.address}, as before"
    name = next((one.name or one.id for one in known if one.id == booking.calendar), booking.address)
    return f"{name}, from now on" if len(context.connections) > 1 else name
