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
from typing import Any, TypeVar

from bot.chats.slack import keys
from bot.chats.slack.workload import Workload
from bot.errors import StorageError
from bot.ports import Clock, Delivery, Inbox

log = logging.getLogger("freewhen.slack")

T = TypeVar("T")
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
"""Beyond this, what comes in is kept in the inbox alone: whichever process has time first looks there for it."""
GRACE = 5.0
LOOK = 60.0
YOUNG = timedelta(minutes=10)
"""What is older than this is not done any more: nobody waits for it."""
KEPT = timedelta(days=1)
SWEEP = timedelta(hours=1)
MOST_LEFT = 200
_AGAIN = (0.5, 2.0, 5.0)
"""Seconds between tries of what the store did not take: that a delivery is done, or what it was to change there."""


class Deliveries:
    """`ports.Webhook`. `handle` does one delivery; what it returns is the acknowledgement of a form. It raises
    StorageError where surely nothing happened: then it is tried again.

    Belongs to one event loop.
    """

    def __init__(self, inbox: Inbox, clock: Clock, handle: Handle) -> None:
        self._inbox, self._clock, self._handle = inbox, clock, handle
        self._workload = Workload()
        self._looking: asyncio.Task[None] | None = None
        self._swept: datetime | None = None
        self._open: set[str] = set()
        self._stopping = asyncio.Event()

    async def start(self) -> None:
        """Look from now on for what a process left that has died."""
        self._looking = asyncio.create_task(self._look_for_left())

    async def stop(self) -> None:
        """What is under way has a few seconds; what is not done then, or comes now, stays in the inbox for another
        process, which need not wait for our lease. May be called again.
        """
        self._stopping.set()
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
            self._looking = None
        await self._workload.end(GRACE)
        left, self._open = sorted(self._open), set()
        if left:
            try:
                await self._inbox.release(CHAT, left, self._clock.now())
            except StorageError:
                log.exception("what is left undone could not be released; another process waits for its lease")
            else:
                log.warning("%d deliveries were not done before the end; another process may do them", len(left))

    async def take(self, payload: Payload) -> Payload | None:
        """See `ports.Webhook`."""
        kind = payload.get("type")
        key = keys.key(payload)
        body = json.dumps(payload, separators=(",", ":")).encode()
        ours = not self._stopping.is_set() and self._workload.waiting < MOST_WAITING
        with self._workload.accepting():
            if not await self._inbox.put(Delivery(CHAT, key, body), self._clock.now(), LEASE if ours else timedelta()):
                return None
        if not ours:
            why = "this process is ending" if self._stopping.is_set() else "more is delivered than can be done"
            log.warning("a delivery waits in the inbox: %s", why)
            return None
        if self._stopping.is_set():  # since it was put
            await self._inbox.release(CHAT, [key], self._clock.now())
            return None
        self._open.add(key)
        if kind == "view_submission":
            return await self._answered(partial(self._do, key, payload))
        self._line_up(key, payload)
        return None

    async def look(self) -> None:
        """Do what nobody finished, as much as there is room for; forget what is old. Raises StorageError."""
        now, found = self._clock.now(), 0
        while not self._stopping.is_set() and (room := min(MOST_LEFT, MOST_WAITING - self._workload.waiting)) > 0:
            left = await self._inbox.left(CHAT, now, now - YOUNG, LEASE, room)
            if self._stopping.is_set():
                await self._inbox.release(CHAT, [one.key for one in left], now)
                return
            for one in left:
                self._open.add(one.key)
                self._line_up(one.key, json.loads(one.body))
            found += len(left)
            if not left:
                break
        if found:
            log.info("%d deliveries that nobody had finished are done now", found)
        if lost := await self._inbox.give_up(CHAT, now, now - YOUNG):
            log.warning("%d deliveries were given up: too old, or tried twice", lost)
        if self._swept is None or now - self._swept >= SWEEP:
            self._swept = now
            await self._inbox.sweep(now - KEPT)

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────

    def _line_up(self, key: str, payload: Payload) -> None:
        since = asyncio.get_running_loop().time()

        async def work() -> None:
            if asyncio.get_running_loop().time() - since > MOST_WAIT:
                log.warning("a delivery waited too long for its turn, and stays in the inbox")
                self._open.discard(key)
                return
            await self._do(key, payload)

        self._workload.add(keys.person(payload) or key, work, in_order=keys.is_said(payload))

    async def _answered(self, work: Callable[[], Awaitable[Payload | None]]) -> Payload | None:
        """Do it now, and return what it says if it says so in time; it goes on if not."""
        said: list[Payload | None] = []

        async def run() -> None:
            said.append(await work())

        await asyncio.wait({self._workload.at_once(run)}, timeout=ANSWER)
        return said[0] if said else None

    async def _do(self, key: str, payload: Payload) -> Payload | None:
        """Handle it, whatever happens, and note that it is done; not when this process is being stopped."""
        try:
            said = await self._said(payload)
        except StorageError:
            log.exception("a delivery could not be done, and stays in the inbox")
            self._open.discard(key)
            return None
        try:
            await _again(lambda: self._inbox.done(CHAT, key))
        except StorageError:
            log.exception("it could not be noted that a delivery was done; it may be done once more")
        self._open.discard(key)
        return said

    async def _said(self, payload: Payload) -> Payload | None:
        """Raises StorageError where nothing happened."""
        kind = str(payload.get("type") or "command")[:40]
        try:
            async with asyncio.timeout(DEADLINE):
                return await _again(lambda: self._handle(payload))
        except StorageError:
            raise
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


async def _again(what: Callable[[], Awaitable[T]]) -> T:
    """As often as the store does not take it. Raises StorageError."""
    for pause in _AGAIN:
        try:
            return await what()
        except StorageError as error:
            log.warning("the store did not take it; it is tried again: %s", error.message)
            await asyncio.sleep(pause)
    return await what()
