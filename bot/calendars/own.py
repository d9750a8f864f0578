"""A person's own agenda over all their connections, and how it takes their time."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.calendars.keeping import events
from bot.errors import NotConnected, ProviderError
from bot.ports import App, Connection, Context
from bot.scheduling.blocking import busy_of
from bot.scheduling.event import Busyness, Event, Known, Unknown
from bot.scheduling.interval import Interval
from bot.scheduling.zones import zone


@dataclass(frozen=True, slots=True)
class Seen:
    """One's own events in a window, by start, and the calendars that could not be read: (name, reason)."""

    events: tuple[tuple[Connection, Event], ...]
    unseen: tuple[tuple[str, str], ...] = ()


async def agenda(app: App, context: Context, window: Interval, fresh: bool = False) -> Seen:
    """The person's events in the window over all their connections. Raises NotConnected.

    `fresh`: as the calendars are now, for whoever is about to write.
    """
    if not context.connections:
        raise NotConnected

    async def look(connection: Connection) -> tuple[Connection, Sequence[Event] | ProviderError]:
        try:
            return connection, await events(app, context, connection, window, fresh)
        except ProviderError as error:
            return connection, error

    tz = zone(context.user.preferences.zone)
    answers = await asyncio.gather(*map(look, context.connections))
    seen = [
        (connection, event) for connection, found in answers if not isinstance(found, ProviderError) for event in found
    ]
    seen.sort(key=lambda pair: (pair[1].interval(tz).start, pair[1].title))
    unseen = [(connection.address, found.message) for connection, found in answers if isinstance(found, ProviderError)]
    return Seen(tuple(seen), tuple(unseen))


def busyness_of(seen: Seen, context: Context) -> Busyness:
    """How the person's own calendars take their time; Unknown as soon as one of them could not be read."""
    if seen.unseen:
        return Unknown("; ".join(f"{name}: {reason}" for name, reason in seen.unseen))
    preferences = context.user.preferences
    return Known(tuple(busy_of([event for _, event in seen.events], preferences.rules, zone(preferences.zone))))
