"""Work behind the door, which gives way to the door: an acknowledgement has three seconds, an answer has minutes.

Work begins when the door has been still for a moment, and otherwise a little at a time, so that a burst is acknowledged
first and nobody waits for its end. Of one person the words are done one after another, and a few other things at once:
whoever stalls holds up nobody else, and not their own next words for long.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

log = logging.getLogger("freewhen.slack")

AT_ONCE = 400
AT_ONCE_EACH = 4
"""Of one person, beside their words."""
STALLED = 15.0
"""Seconds after which one person's next words wait no longer for those before."""
STILL = 0.004
"""Seconds without a delivery after which the door is still."""
PATIENCE = 0.3
"""Seconds that work waits for that at most, before it begins bit by bit."""
BATCH = 4

Work = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class _Line:
    """What waits of one person, in its order; `busy` of it are under way, `most` may be."""

    name: tuple[str, bool]
    most: int
    works: deque[Work] = field(default_factory=deque)
    busy: int = 0


@dataclass(frozen=True, slots=True)
class _Turn:
    line: _Line
    patience: asyncio.TimerHandle | None


class Workload:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._accepting = 0
        self._last = float("-inf")
        self._held: float | None = None
        self._lines: dict[tuple[str, bool], _Line] = {}
        self._ready: deque[_Line] = deque()
        self._turns: dict[asyncio.Task[None], _Turn] = {}
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

    def add(self, person: str, work: Work, in_order: bool = False) -> None:
        """Have it done soon, begun in the order of each person. What it raises is logged.

        `in_order`: not before what this person had done in order before has ended.
        """
        line = self._lines.setdefault((person, in_order), _Line((person, in_order), 1 if in_order else AT_ONCE_EACH))
        line.works.append(work)
        self._waiting += 1
        if len(line.works) == 1 and line.busy < line.most:
            self._ready.append(line)
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
        self._waiting = 0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
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
            line = self._ready.popleft()
            work = line.works.popleft()
            self._waiting -= 1
            line.busy += 1
            if line.works and line.busy < line.most:
                self._ready.append(line)
            task = self.at_once(work)
            loop = asyncio.get_running_loop()
            patience = loop.call_later(STALLED, self._free, task) if line.most == 1 else None
            self._turns[task] = _Turn(line, patience)
            task.add_done_callback(self._free)

    def _free(self, task: asyncio.Task[None]) -> None:
        """It has ended, or its person has waited for it long enough: the next one's turn."""
        turn = self._turns.pop(task, None)
        if turn is not None:
            line = turn.line
            line.busy -= 1
            if turn.patience is not None:
                turn.patience.cancel()
            if line.works and line.busy == line.most - 1:
                self._ready.append(line)
            elif not line.works and not line.busy and self._lines.get(line.name) is line:
                del self._lines[line.name]
        if self._ending:
            self._look()
        else:
            self._look_later()


async def _guarded(work: Work) -> None:
    try:
        await work()
    except Exception:
        log.exception("something that Slack delivered could not be done")
