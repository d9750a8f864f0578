"""Give access back: at once where the provider can be reached, else again and again for a day."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum

from bot import calendars
from bot.errors import LinkExpired, ProviderError, StorageError, Unavailable
from bot.messages import Secret
from bot.ports import App, Connection, Context, Opening, Refresh, Revocation, Watch

log = logging.getLogger("freewhen.giving_back")

GIVE_UP = timedelta(hours=24)
AT_ONCE = 20
"""So many are claimed by one round, which tries them one after another."""

_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=2)
_UNWATCH = timedelta(seconds=5)
_SPARE = timedelta(seconds=5)


class Access(Enum):
    """What became of the access of a connection that was ended."""

    GIVEN_BACK = "given back"
    LATER = "later"
    STILL_SHARED = "still shared"


async def disconnect(app: App, context: Context, connection: Connection, now: datetime) -> Access:
    """Forget a connection, whatever the network does, and give its access back.

    Where somebody else, or the same person in another chat, is connected to the account, the access stays theirs:
    a provider takes it back from all of them at once.
    """
    watches = await _watches(app, connection)
    revocation = await app.connections.disconnect(connection.id, now, _lease(app, 1) + _UNWATCH)
    await _unwatch(app, context, connection, watches)
    if revocation is None:
        return Access.STILL_SHARED
    return Access.LATER if await _is_late(app, revocation) else Access.GIVEN_BACK


async def give_back(app: App) -> int:
    """Try what is due; returns how many could not be given back yet."""
    late = 0
    for revocation in await app.revocations.due(app.clock.now(), _lease(app, AT_ONCE), AT_ONCE):
        late += await _is_late(app, revocation)
    return late


async def _is_late(app: App, revocation: Revocation) -> bool:
    """Try one that is claimed; whether it is to be tried again."""
    try:
        return await _try(app, revocation)
    except StorageError as error:
        log.warning("a revocation stays open: %s", error.message)
        return True


async def _try(app: App, revocation: Revocation) -> bool:
    if not await app.revocations.still_due(revocation.id, app.clock.now()):
        return False
    try:
        kind = calendars.kind_of(app, revocation.provider)
        opening = Opening(revocation.tenant, revocation.address, "UTC", revocation.credential, _no_renewal)
        await calendars.within(app, kind.name, kind.revoke(opening))
    except LinkExpired:
        """Dead already: there is nothing left to give back."""
    except ProviderError as error:
        now = app.clock.now()
        if now - revocation.since < GIVE_UP:
            await app.revocations.retry(revocation.id, now + _wait(revocation, error))
            return True
        log.error("access to a %s calendar could not be given back for a day: %s", revocation.provider, error.message)
    await app.revocations.done(revocation.id)
    return False


def _wait(revocation: Revocation, error: ProviderError) -> timedelta:
    """Longer each time, and never shorter than the provider asks for."""
    own = min(_FIRST_WAIT * int(2**revocation.tries), _LONGEST_WAIT)
    asked = error.retry_after if isinstance(error, Unavailable) else None
    return max(own, asked or timedelta())


def _lease(app: App, number: int) -> timedelta:
    """Longer than so many tries may take together, so that nobody else begins one of them meanwhile."""
    return (app.provider_deadline + _SPARE) * number


async def _no_renewal(stale: Secret, refresh: Refresh) -> Secret:
    return stale


async def _watches(app: App, connection: Connection) -> Sequence[Watch]:
    try:
        return await app.watches.of(connection.id)
    except StorageError as error:
        log.info("channels stay until they end: %s", error.message)
        return ()


async def _unwatch(app: App, context: Context, connection: Connection, watches: Sequence[Watch]) -> None:
    """Best effort, and not for long: a channel that stays finds nobody here, and ends by itself.

    With the access that the turn had, renewed in memory only: there is no row any more that could keep another one.
    """
    if not watches:
        return
    opening = replace(calendars.opening(app, context, connection), renew=lambda stale, refresh: refresh(stale))
    try:
        async with asyncio.timeout(_UNWATCH.total_seconds()):
            push = calendars.kind_of(app, connection.provider).push
            if push is None:
                return
            for watch in watches:
                await calendars.within(app, connection.provider, push.unwatch(opening, watch.channel, watch.resource))
    except (ProviderError, StorageError) as error:
        log.info("a channel could not be ended: %s", error.message)
    except TimeoutError:
        log.info("channels could not be ended in time")
