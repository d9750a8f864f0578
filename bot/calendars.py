"""What do these people's calendars say? Asked in parallel, with a deadline, and what could not be seen is named."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.errors import LinkExpired, NotConnected, ProviderError, Unavailable
from bot.messages import Secret
from bot.ports import App, CalendarProvider, Connection, Context, Health, Kind, Opening
from bot.scheduling.blocking import busy_of
from bot.scheduling.event import Busyness, Event, Known, Unknown
from bot.scheduling.interval import Interval
from bot.scheduling.zones import zone

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seen:
    """One's own events in a window, by start, and the calendars that could not be read: (name, reason)."""

    events: tuple[tuple[Connection, Event], ...]
    unseen: tuple[tuple[str, str], ...] = ()


def booking_connection(context: Context) -> Connection:
    """Where new meetings go. Raises NotConnected, or LinkExpired when its access has died."""
    connection = context.booking
    if connection is None:
        raise NotConnected
    if connection.health is Health.EXPIRED:
        raise LinkExpired(connection.provider)
    return connection


def opening(app: App, context: Context, connection: Connection) -> Opening:
    async def save(credential: Secret) -> None:
        await app.connections.save_credential(connection.id, credential)

    return Opening(
        tenant=connection.tenant,
        address=connection.address,
        zone=context.user.preferences.zone,
        credential=connection.credential,
        save=save,
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


async def ask(
    app: App, context: Context, connection: Connection, question: Callable[[CalendarProvider], Awaitable[T]]
) -> T:
    """One question to one calendar within the deadline. Raises ProviderError; notes when access has died."""
    try:
        provider = kind_of(app, connection.provider).open(opening(app, context, connection))
        return await within(app, connection.provider, question(provider))
    except LinkExpired:
        await app.connections.checked(connection.id, Health.EXPIRED, None, app.clock.now())
        raise


async def agenda(app: App, context: Context, window: Interval) -> Seen:
    """The person's events in the window over all their connections. Raises NotConnected."""
    if not context.connections:
        raise NotConnected

    async def look(connection: Connection) -> tuple[Connection, Sequence[Event] | ProviderError]:
        try:
            return connection, await ask(
                app, context, connection, lambda provider: provider.events(window, connection.checks)
            )
        except ProviderError as error:
            return connection, error

    tz = zone(context.user.preferences.zone)
    answers = await asyncio.gather(*map(look, context.connections))
    events = [
        (connection, event) for connection, found in answers if not isinstance(found, ProviderError) for event in found
    ]
    events.sort(key=lambda pair: (pair[1].interval(tz).start, pair[1].title))
    unseen = [(connection.address, found.message) for connection, found in answers if isinstance(found, ProviderError)]
    return Seen(tuple(events), tuple(unseen))


def busyness_of(seen: Seen, context: Context) -> Busyness:
    """How the person's own calendars take their time; Unknown as soon as one of them could not be read."""
    if seen.unseen:
        return Unknown("; ".join(f"{name}: {reason}" for name, reason in seen.unseen))
    preferences = context.user.preferences
    events = [event for _, event in seen.events]
    return Known(tuple(busy_of(events, preferences.rules, zone(preferences.zone))))


async def others(app: App, context: Context, addresses: Sequence[str], window: Interval) -> Mapping[str, Busyness]:
    """Other people's busy time, as the asker's own calendar account may see it; Unknown for whom it may not.

    Raises NotConnected.
    """
    if not addresses:
        return {}
    connection = booking_connection(context)
    try:
        found = await ask(app, context, connection, lambda provider: provider.busy(addresses, window))
    except ProviderError as error:
        return {address: Unknown(error.message) for address in addresses}
    return {address: found.get(address, Unknown("the calendar said nothing")) for address in addresses}
