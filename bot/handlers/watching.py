"""Have the provider tell us of changes, where it can reach us; renewed before a channel ends."""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import calendars
from bot.errors import ProviderError, StorageError
from bot.messages import Secret
from bot.ports import App, Connection, Push, Watch

log = logging.getLogger("freewhen.watching")

BEFORE_END = timedelta(hours=12)
"""A channel is renewed within so long of its end; each at another moment, so that they do not come all at once."""

SIDE_BY_SIDE = 8
LEASE = timedelta(minutes=5)
IN_TIME = timedelta(minutes=4)
"""Within the lease, so that nobody works on a connection that somebody else has claimed since."""


@dataclass(frozen=True, slots=True)
class _Work:
    """Calendars that need a channel, and channels that nobody needs then."""

    late: tuple[str, ...]
    over: tuple[Watch, ...]

    def __bool__(self) -> bool:
        return bool(self.late or self.over)


async def watch_all(app: App) -> int:
    """A channel for each checked calendar that has none for the time to come; returns how many were opened."""
    if not app.public_url.startswith("https://"):
        return 0
    opened = 0
    after = ""
    lanes = asyncio.Semaphore(SIDE_BY_SIDE)
    while page := await app.connections.all_active(after, 100):
        opened += sum(await asyncio.gather(*(_guarded(app, connection, lanes) for connection in page)))
        after = page[-1].id
    return opened


async def _guarded(app: App, connection: Connection, lanes: asyncio.Semaphore) -> int:
    try:
        async with lanes:
            return await _watch(app, connection)
    except (ProviderError, StorageError) as error:
        log.info("connection %s is not watched, and asked more often instead: %s", connection.id, error.message)
    except TimeoutError:
        log.info("connection %s is not watched in time, and asked more often instead", connection.id)
    return 0


async def _watch(app: App, connection: Connection) -> int:
    """Only whoever has the claim opens and ends channels, so that several workers open no two for one calendar."""
    push = calendars.kind_of(app, connection.provider).push
    if push is None or not _work(app, connection, await app.watches.of(connection.id)):
        return 0
    if not await app.watches.claim(connection.id, app.clock.now(), LEASE):
        return 0
    try:
        async with asyncio.timeout(IN_TIME.total_seconds()):
            # Read again: somebody else may have done it before they let go.
            return await _renew(app, connection, push, _work(app, connection, await app.watches.of(connection.id)))
    finally:
        await app.watches.let_go(connection.id)


async def _renew(app: App, connection: Connection, push: Push, work: _Work) -> int:
    for calendar in work.late:
        await _open(app, connection, push, calendar)
    for watch in work.over:
        await _close(app, connection, push, watch)
    return len(work.late)


def _work(app: App, connection: Connection, there: Sequence[Watch]) -> _Work:
    now = app.clock.now()
    wanted = [one for one in connection.checks or (connection.calendar,) if one]
    late = [one for one in wanted if not any(has.calendar == one and not _ends_soon(has, now) for has in there)]
    over = [watch for watch in there if watch.calendar in late or watch.calendar not in wanted]
    return _Work(tuple(late), tuple(over))


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
