"""Give access back: at once where the provider can be reached, else again and again for a day."""

import logging
from datetime import datetime, timedelta

from bot import calendars
from bot.errors import LinkExpired, ProviderError, StorageError
from bot.messages import Secret
from bot.ports import App, Connection, Context, Opening, Refresh, Revocation

log = logging.getLogger("freewhen.giving_back")

GIVE_UP = timedelta(hours=24)
_LEASE = timedelta(minutes=1)
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=2)


async def disconnect(app: App, context: Context, connection: Connection, now: datetime) -> bool:
    """Forget a connection and give its access back; False when that has to be tried again later.

    Where somebody else, or the same person in another chat, is connected to the account, the access stays theirs:
    a provider takes it back from all of them at once.
    """
    shared = await app.connections.shared(connection)
    await _unwatch(app, context, connection)
    if not shared:
        await app.revocations.add(
            connection.tenant, connection.provider, connection.address, connection.credential, now
        )
    await app.connections.remove(connection.id)
    return shared or await give_back(app) == 0


async def give_back(app: App) -> int:
    """Try what is due; returns how many could not be given back yet."""
    late = 0
    now = app.clock.now()
    for revocation in await app.revocations.due(now, _LEASE, 20):
        try:
            late += await _give_back(app, revocation, now)
        except StorageError as error:
            log.warning("a revocation stays open: %s", error.message)
    return late


async def _give_back(app: App, revocation: Revocation, now: datetime) -> bool:
    try:
        kind = calendars.kind_of(app, revocation.provider)
        opening = Opening(revocation.tenant, revocation.address, "UTC", revocation.credential, _no_renewal)
        await calendars.within(app, kind.name, kind.revoke(opening))
    except LinkExpired:
        """Dead already: there is nothing left to give back."""
    except ProviderError as error:
        if now - revocation.since < GIVE_UP:
            wait = min(_FIRST_WAIT * 2**revocation.tries, _LONGEST_WAIT)
            await app.revocations.retry(revocation.id, now + wait)
            return True
        log.error("access to a %s calendar could not be given back for a day: %s", revocation.provider, error.message)
    await app.revocations.done(revocation.id)
    return False


async def _no_renewal(stale: Secret, refresh: Refresh) -> Secret:
    return stale


async def _unwatch(app: App, context: Context, connection: Connection) -> None:
    """Best effort: a channel that stays finds nobody here, and ends by itself."""
    for watch in await app.watches.of(connection.id):
        try:
            kind = calendars.kind_of(app, connection.provider)
            if kind.push is not None:
                opening = calendars.opening(app, context, connection)
                await calendars.within(app, kind.name, kind.push.unwatch(opening, watch.channel, watch.resource))
        except ProviderError as error:
            log.info("a channel could not be ended: %s", error.message)
            return
