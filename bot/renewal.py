"""Renew a credential once, whoever notices that it died: any number of requests, in any number of processes.

A provider may take a refresh token back when it is used a second time, and the connection is lost with it. So one
caller refreshes, outside of any transaction, and everybody else takes what it stored. A refresh that has begun is
awaited to its end even when its caller gave up: its answer may hold the only token that still works.
"""

import asyncio
import contextlib
from datetime import timedelta

from bot.errors import LinkExpired, Unavailable
from bot.messages import Secret
from bot.ports import Clock, Connection, Connections, Refresh

LEASE = timedelta(seconds=20)
"""Longer than any provider's token endpoint may take; a process that died with the lease is waited for so long."""

WAIT = timedelta(seconds=9)
_FIRST_LOOK, _LAST_LOOK = 0.02, 0.5


class Renewal:
    """`ports.Renew` for every connection of this process."""

    def __init__(self, connections: Connections, clock: Clock) -> None:
        self._connections = connections
        self._clock = clock
        self._running: dict[str, asyncio.Task[Secret]] = {}

    async def renew(self, connection: Connection, stale: Secret, refresh: Refresh) -> Secret:
        """A stored credential that is not the stale one. Raises LinkExpired, Unavailable."""
        running = self._running.get(connection.id)
        if running is None:
            running = self._start(connection, stale, refresh)
        fresh = await asyncio.shield(running)
        if fresh == stale and running is not self._running.get(connection.id):
            # What we waited for was somebody else's, whose stale one was older than ours: once more, for ours.
            fresh = await asyncio.shield(self._start(connection, stale, refresh))
        if fresh == stale:
            raise Unavailable(connection.provider, "The calendar gave the same access again, which is over.")
        return fresh

    def _start(self, connection: Connection, stale: Secret, refresh: Refresh) -> asyncio.Task[Secret]:
        running = asyncio.create_task(self._renew(connection, stale, refresh))
        self._running[connection.id] = running
        running.add_done_callback(lambda task: self._end(connection.id, task))
        return running

    async def close(self) -> None:
        """Wait for what has begun."""
        with contextlib.suppress(Exception):
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    def _end(self, connection_id: str, task: asyncio.Task[Secret]) -> None:
        if self._running.get(connection_id) is task:
            del self._running[connection_id]
        if not task.cancelled():
            task.exception()  # looked at: all who asked may have given up

    async def _renew(self, connection: Connection, stale: Secret, refresh: Refresh) -> Secret:
        try:
            async with asyncio.timeout(WAIT.total_seconds()):
                found = await self._found_or_claimed(connection, stale)
        except TimeoutError:
            raise Unavailable(connection.provider, "The calendar is busy renewing its access.") from None
        return found or await self._refresh(connection, stale, refresh)

    async def _found_or_claimed(self, connection: Connection, stale: Secret) -> Secret | None:
        """What somebody else stored, or None when the refresh is ours to do."""
        look = _FIRST_LOOK
        while not await self._connections.claim_refresh(connection.id, stale, self._clock.now(), LEASE):
            newest = await self._newest(connection)
            if newest != stale:
                return newest
            await asyncio.sleep(look)
            look = min(2 * look, _LAST_LOOK)
        return None

    async def _newest(self, connection: Connection) -> Secret:
        newest = await self._connections.credential(connection.id)
        if newest is None:
            raise LinkExpired(connection.provider, "That calendar is no longer connected.")
        return newest

    async def _refresh(self, connection: Connection, stale: Secret, refresh: Refresh) -> Secret:
        fresh: Secret | None = None
        try:
            fresh = await refresh(stale)
        except LinkExpired:
            # Somebody may have connected anew while we asked: then the refusal was of the old one.
            newest = await self._newest(connection)
            if newest != stale:
                return newest
            raise
        finally:
            stored = await self._connections.refreshed(connection.id, stale, fresh)
        return fresh if stored else await self._newest(connection)
