"""Renew a credential once, whoever notices that it died: any number of requests, in any number of processes.

A provider may take a refresh token back when it is used a second time, and the connection is lost with it. So one
caller refreshes, outside of any transaction, and everybody else takes what it stored. A refresh that has begun is
awaited to its end even when its caller gave up: its answer may hold the only token that still works.
"""

import asyncio
import contextlib
from datetime import datetime, timedelta
from typing import Protocol

from bot.errors import LinkExpired, Unavailable
from bot.messages import Secret
from bot.ports import Clock, Refresh

LEASE = timedelta(seconds=20)
"""Longer than any provider's token endpoint may take; a process that died with the lease is waited for so long."""

WAIT = timedelta(seconds=9)
_FIRST_LOOK, _LAST_LOOK = 0.02, 0.5


class Access(Protocol):
    """What is renewed: a connection, or an installation."""

    @property
    def id(self) -> str: ...

    @property
    def provider(self) -> str: ...


class Credentials(Protocol):
    """Where the credentials are kept: `Connections` and `Installations` alike."""

    async def claim_refresh(self, id: str, stale: Secret, now: datetime, lease: timedelta, /) -> bool: ...  # noqa: A002

    async def credential(self, id: str, /) -> Secret | None: ...  # noqa: A002

    async def refreshed(self, id: str, stale: Secret, fresh: Secret | None, /) -> bool: ...  # noqa: A002


class Renewal:
    """`ports.Renew` for every access of one kind in this process."""

    def __init__(self, credentials: Credentials, clock: Clock) -> None:
        self._credentials = credentials
        self._clock = clock
        self._running: dict[str, asyncio.Task[Secret]] = {}

    async def renew(self, access: Access, stale: Secret, refresh: Refresh) -> Secret:
        """A stored credential that is not the stale one. Raises LinkExpired, Unavailable."""
        running = self._running.get(access.id)
        if running is None:
            running = self._start(access, stale, refresh)
        fresh = await asyncio.shield(running)
        if fresh == stale and running is not self._running.get(access.id):
            # What we waited for was somebody else's, whose stale one was older than ours: once more, for ours.
            fresh = await asyncio.shield(self._start(access, stale, refresh))
        if fresh == stale:
            raise Unavailable(access.provider, "It gave the same access again, which is over.")
        return fresh

    def _start(self, access: Access, stale: Secret, refresh: Refresh) -> asyncio.Task[Secret]:
        running = asyncio.create_task(self._renew(access, stale, refresh))
        self._running[access.id] = running
        running.add_done_callback(lambda task: self._end(access.id, task))
        return running

    async def close(self) -> None:
        """Wait for what has begun."""
        with contextlib.suppress(Exception):
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    def _end(self, access_id: str, task: asyncio.Task[Secret]) -> None:
        if self._running.get(access_id) is task:
            del self._running[access_id]
        if not task.cancelled():
            task.exception()  # looked at: all who asked may have given up

    async def _renew(self, access: Access, stale: Secret, refresh: Refresh) -> Secret:
        try:
            async with asyncio.timeout(WAIT.total_seconds()):
                found = await self._found_or_claimed(access, stale)
        except TimeoutError:
            raise Unavailable(access.provider, "Its access is being renewed; it took too long.") from None
        return found or await self._refresh(access, stale, refresh)

    async def _found_or_claimed(self, access: Access, stale: Secret) -> Secret | None:
        """What somebody else stored, or None when the refresh is ours to do."""
        look = _FIRST_LOOK
        while not await self._credentials.claim_refresh(access.id, stale, self._clock.now(), LEASE):
            newest = await self._newest(access)
            if newest != stale:
                return newest
            await asyncio.sleep(look)
            look = min(2 * look, _LAST_LOOK)
        return None

    async def _newest(self, access: Access) -> Secret:
        newest = await self._credentials.credential(access.id)
        if newest is None:
            raise LinkExpired(access.provider, "That is no longer connected.")
        return newest

    async def _refresh(self, access: Access, stale: Secret, refresh: Refresh) -> Secret:
        fresh: Secret | None = None
        try:
            fresh = await refresh(stale)
        except LinkExpired:
            # Somebody may have connected anew while we asked: then the refusal was of the old one.
            newest = await self._newest(access)
            if newest != stale:
                return newest
            raise
        finally:
            stored = await self._credentials.refreshed(access.id, stale, fresh)
        return fresh if stored else await self._newest(access)
