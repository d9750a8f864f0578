"""Have the provider tell us of changes, where it can reach us; renewed before a channel ends."""

import logging
import secrets
from datetime import datetime, timedelta

from bot import calendars
from bot.errors import ProviderError, StorageError
from bot.messages import Secret
from bot.ports import App, Connection, Push, Watch

log = logging.getLogger("freewhen.watching")

BEFORE_END = timedelta(hours=12)
"""A channel is renewed within so long of its end; each at another moment, so that they do not come all at once."""


async def watch_all(app: App) -> int:
    """A channel for each checked calendar that has none for the time to come; returns how many were opened."""
    if not app.public_url.startswith("https://"):
        return 0
    opened = 0
    after = ""
    while page := await app.connections.all_active(after, 100):
        for connection in page:
            try:
                opened += await _watch(app, connection)
            except (ProviderError, StorageError) as error:
                log.info("connection %s is not watched, and asked more often instead: %s", connection.id, error.message)
        after = page[-1].id
    return opened


async def _watch(app: App, connection: Connection) -> int:
    kind = calendars.kind_of(app, connection.provider)
    if kind.push is None:
        return 0
    now = app.clock.now()
    there = await app.watches.of(connection.id)
    wanted = [one for one in connection.checks or (connection.calendar,) if one]
    late = [one for one in wanted if not any(has.calendar == one and not _ends_soon(has, now) for has in there)]
    opened = 0
    for calendar in late:
        await _open(app, connection, kind.push, calendar)
        opened += 1
    for watch in there:
        if watch.calendar in late or watch.calendar not in wanted:
            await _close(app, connection, kind.push, watch)
    return opened


def _ends_soon(watch: Watch, now: datetime) -> bool:
    share = int.from_bytes(watch.channel.encode()[-4:], "big") % 1000 / 1000
    return watch.until - now < BEFORE_END * (0.5 + share / 2)


async def _open(app: App, connection: Connection, push: Push, calendar: str) -> None:
    context = await app.users.by_id(connection.user_id)
    if context is None:
        return
    channel, secret = secrets.token_hex(16), Secret(secrets.token_urlsafe(32))
    url = f"{app.public_url}/push/{connection.provider}/{channel}"
    opening = calendars.opening(app, context, connection)
    watched = await calendars.within(app, connection.provider, push.watch(opening, calendar, channel, secret, url))
    watch = Watch(channel, connection.id, calendar, watched.resource, watched.until)
    await app.watches.add(connection, watch, secret)


async def _close(app: App, connection: Connection, push: Push, watch: Watch) -> None:
    """Forgotten here in any case; one that stays over there finds nobody."""
    await app.watches.remove(watch.channel)
    context = await app.users.by_id(connection.user_id)
    if context is None:
        return
    opening = calendars.opening(app, context, connection)
    await calendars.within(app, connection.provider, push.unwatch(opening, watch.channel, watch.resource))
