"""What Slack delivers, by whichever way: kept, acknowledged, done once, and not lost with the process.

Slack repeats what was acknowledged late, over HTTP and over the socket, there even unmarked; whoever captured a request
may repeat it for five minutes. So the key decides, in the inbox, for all processes together.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.chats.slack import keys
from bot.chats.slack.workload import Workload
from bot.errors import StorageError
from bot.ports import Clock, Delivery, Inbox

log = logging.getLogger("freewhen.slack")

Payload = Mapping[str, Any]
Handle = Callable[[Payload], Awaitable[Payload | None]]

CHAT = "slack"
DEADLINE = 90.0
"""Seconds for one delivery: what it calls outside has shorter ones, and an answer may wait a minute for Slack."""
ANSWER = 2.0
"""Seconds that Slack waits for what a form answers; it gives up after three, the way there and back included."""
LEASE = timedelta(seconds=180)
"""How long a delivery is ours: it may wait, and then has its deadline."""
MOST_WAIT = LEASE.total_seconds() - DEADLINE - 10
MOST_WAITING = 5000
"""Beyond this, what comes in is kept in the inbox alone and done when its lease has ended."""
GRACE = 5.0
LOOK = 60.0
YOUNG = timedelta(minutes=10)
"""What is older than this is not done any more: nobody waits for it."""
KEPT = timedelta(days=1)
SWEEP = timedelta(hours=1)
MOST_LEFT = 200


class Deliveries:
    """`ports.Webhook`. `handle` does one delivery; what it returns is the acknowledgement of a form.

    Belongs to one event loop.
    """

    def __init__(self, inbox: Inbox, clock: Clock, handle: Handle) -> None:
        self._inbox, self._clock, self._handle = inbox, clock, handle
        self._workload = Workload()
        self._looking: asyncio.Task[None] | None = None
        self._swept: datetime | None = None

    async def start(self) -> None:
        """Look from now on for what a process left that has died."""
        self._looking = asyncio.create_task(self._look_for_left())

    async def stop(self) -> None:
        """What is under way has a few seconds; what is not done then stays in the inbox for another process. May be
        called again.
        """
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
            self._looking = None
        await self._workload.end(GRACE)

    async def take(self, payload: Payload) -> Payload | None:
        """See `ports.Webhook`."""
        kind = payload.get("type")
        if kind == "block_suggestion":  # only reads, is not repeated, and the same letters may be typed again
            return await self._answered(partial(self._said, payload))
        key = keys.key(payload)
        body = json.dumps(payload, separators=(",", ":")).encode()
        with self._workload.accepting():
            if not await self._inbox.put(Delivery(CHAT, key, body), self._clock.now(), LEASE):
                return None
        if kind == "view_submission":
            return await self._answered(partial(self._do, key, payload))
        self._line_up(key, payload)
        return None

    async def look(self) -> None:
        """Do once more what nobody finished; forget what is old. Raises StorageError."""
        now = self._clock.now()
        for one in await self._inbox.left(CHAT, now, now - YOUNG, LEASE, MOST_LEFT):
            log.info("a delivery was left undone by a process that ended; it is done now")
            self._line_up(one.key, json.loads(one.body))
        if self._swept is None or now - self._swept >= SWEEP:
            self._swept = now
            await self._inbox.sweep(now - KEPT)

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────

    def _line_up(self, key: str, payload: Payload) -> None:
        if self._workload.waiting >= MOST_WAITING:
            log.warning("more is delivered than can be done; this one waits in the inbox")
            return
        since = asyncio.get_running_loop().time()

        async def work() -> None:
            if asyncio.get_running_loop().time() - since > MOST_WAIT:
                log.warning("a delivery waited too long; it is done when its lease has ended")
                return
            await self._do(key, payload)

        self._workload.add(keys.person(payload) or key, work)

    async def _answered(self, work: Callable[[], Awaitable[Payload | None]]) -> Payload | None:
        """Do it now, and return what it says if it says so in time; it goes on if not."""
        said: list[Payload | None] = []

        async def run() -> None:
            said.append(await work())

        await asyncio.wait({self._workload.at_once(run)}, timeout=ANSWER)
        return said[0] if said else None

    async def _do(self, key: str, payload: Payload) -> Payload | None:
        """Handle it, whatever happens, and note that it is done; not when this process is being stopped."""
        said = await self._said(payload)
        try:
            await self._inbox.done(CHAT, key)
        except StorageError:
            log.exception("it could not be noted that a delivery was done; it will be done once more")
        return said

    async def _said(self, payload: Payload) -> Payload | None:
        kind = str(payload.get("type") or "command")[:40]
        try:
            async with asyncio.timeout(DEADLINE):
                return await self._handle(payload)
        except TimeoutError:
            log.error("a delivery (%s) was not done within %d s, and is given up", kind, DEADLINE)
        except Exception:
            log.exception("a delivery (%s) could not be done", kind)
        return None

    async def _look_for_left(self) -> None:
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("the inbox could not be looked through; it is tried again")
            await asyncio.sleep(LOOK)
