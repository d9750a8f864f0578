"""Work behind the door, which gives way to the door: an acknowledgement has three seconds, an answer has minutes.

Work begins when the door has been still for a moment, and otherwise a little at a time, so that a burst is acknowledged
first and nobody waits for its end. Of one person a few things run at once: whoever stalls holds up nobody else.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

log = logging.getLogger("freewhen.slack")

AT_ONCE = 400
AT_ONCE_EACH = 4
STILL = 0.004
"""Seconds without a delivery after which the door is still."""
PATIENCE = 0.3
"""Seconds that work waits for that at most, before it begins bit by bit."""
BATCH = 4

Work = Callable[[], Awaitable[None]]


class Workload:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._accepting = 0
        self._last = float("-inf")
        self._held: float | None = None
        self._lines: dict[str, deque[Work]] = {}
        self._ready: deque[str] = deque()
        self._busy: dict[str, int] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._waiting = 0
        self._ending = False

    @property
    def waiting(self) -> int:
        return self._waiting

    @contextlib.contextmanager
    def accepting(self) -> Iterator[None]:
        """Somebody is at the door."""
        self._accepting += 1
        try:
            yield
        finally:
            self._accepting -= 1
            self._last = asyncio.get_running_loop().time()

    def add(self, person: str, work: Work) -> None:
        """Have it done soon, in the order of each person. What it raises is logged."""
        line = self._lines.get(person)
        if line is None:
            line = self._lines[person] = deque()
            if self._busy.get(person, 0) < AT_ONCE_EACH:
                self._ready.append(person)
        line.append(work)
        self._waiting += 1
        self._look_later()

    def at_once(self, work: Work) -> asyncio.Task[None]:
        """Begin it now: somebody waits at the door for what it says."""
        task = asyncio.ensure_future(_guarded(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def end(self, grace: float) -> None:
        """Begin what waits, and give everything so many seconds; the rest is cancelled."""
        self._ending = True
        self._look()
        until = asyncio.get_running_loop().time() + grace
        while self._running and (left := until - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(self._running, timeout=left)
        self._lines.clear()
        self._ready.clear()
        if self._timer is not None:
            self._timer.cancel()
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────

    def _look_later(self) -> None:
        if self._timer is None and self._ready and len(self._running) < AT_ONCE:
            loop = asyncio.get_running_loop()
            if self._held is None:
                self._held = loop.time()
            self._timer = loop.call_later(STILL, self._look)

    def _look(self) -> None:
        self._timer = None
        now = asyncio.get_running_loop().time()
        still = self._ending or (self._accepting == 0 and now - self._last >= STILL)
        if still:
            self._begin(BATCH if not self._ending else AT_ONCE)
            self._held = None
        elif self._held is None or now - self._held >= PATIENCE:
            self._begin(1)
        self._look_later()

    def _begin(self, most: int) -> None:
        """Start work, one thing of each person in turn."""
        for _ in range(most):
            if not self._ready or len(self._running) >= AT_ONCE:
                return
            person = self._ready.popleft()
            line = self._lines[person]
            work = line.popleft()
            self._waiting -= 1
            self._busy[person] = self._busy.get(person, 0) + 1
            if not line:
                del self._lines[person]
            elif self._busy[person] < AT_ONCE_EACH:
                self._ready.append(person)
            task = self.at_once(work)
            task.add_done_callback(partial(self._ended, person))

    def _ended(self, person: str, _: asyncio.Task[None]) -> None:
        busy = self._busy.pop(person) - 1
        if busy:
            self._busy[person] = busy
        if busy == AT_ONCE_EACH - 1 and person in self._lines:
            self._ready.append(person)
        if self._ending:
            self._look()
        else:
            self._look_later()


async def _guarded(work: Work) -> None:
    try:
        await work()
    except Exception:
        log.exception("something that Slack delivered could not be done")
