"""One question to one calendar: opened, asked within the deadline, and told when its access has died."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from bot.errors import LinkExpired, NotConnected, Unavailable
from bot.messages import Secret
from bot.ports import App, CalendarProvider, Connection, Context, Health, Kind, Opening, Refresh

T = TypeVar("T")

Question = Callable[[CalendarProvider], Awaitable[T]]


def booking_connection(context: Context) -> Connection:
    """Where new meetings go. Raises NotConnected, or LinkExpired when its access has died."""
    connection = context.booking
    if connection is None:
        raise NotConnected
    if connection.health is Health.EXPIRED:
        raise LinkExpired(connection.provider)
    return connection


def opening(app: App, context: Context, connection: Connection) -> Opening:
    return Opening(
        tenant=connection.tenant,
        address=connection.address,
        zone=context.user.preferences.zone,
        credential=connection.credential,
        renew=lambda stale, refresh: app.renew(connection, stale, refresh),
        name=context.user.name,
    )


def kind_of(app: App, name: str) -> Kind:
    """The kind of a stored connection. Raises Unavailable where this server no longer offers that provider."""
    make = app.kinds.get(name)
    if make is None:
        raise Unavailable(name, f"This server no longer offers {name} calendars.")
    return make()


async def within(app: App, provider: str, answer: Awaitable[T]) -> T:
    """What a provider answers within the deadline. Raises ProviderError."""
    try:
        async with asyncio.timeout(app.provider_deadline.total_seconds()):
            return await answer
    except TimeoutError:
        raise Unavailable(provider, "The calendar took too long to answer.") from None


async def ask(app: App, context: Context, connection: Connection, question: Question[T]) -> T:
    """One question to one calendar within the deadline. Raises ProviderError; notes when access has died.

    A connection whose access is known to be dead is not asked: LinkExpired. A refusal counts for the credential that
    was refused: whoever connects anew meanwhile stays connected.
    """
    if connection.health is Health.EXPIRED:
        raise LinkExpired(connection.provider)
    used = connection.credential

    async def renew(stale: Secret, refresh: Refresh) -> Secret:
        nonlocal used
        used = stale
        used = await app.renew(connection, stale, refresh)
        return used

    try:
        opened = replace(opening(app, context, connection), renew=renew)
        provider = kind_of(app, connection.provider).open(opened)
        return await within(app, connection.provider, question(provider))
    except LinkExpired:
        await app.connections.died(connection.id, used, app.clock.now())
        raise


async def write(app: App, context: Context, connection: Connection, question: Question[T]) -> T:
    """As `ask`, for a question that changes the calendar: what was kept of it holds no longer.

    Said before as well, since a crash or a lost answer may come between the writing and its end.
    """
    remote = kind_of(app, connection.provider).remote
    if remote:
        await app.kept.spoil(connection.id)
    try:
        return await ask(app, context, connection, question)
    finally:
        for one in context.connections:
            app.glimpses.forget(one.id)
        if remote:
            await app.kept.spoil(connection.id)
