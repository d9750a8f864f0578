"""Whose turn it is: what is sent to one place goes out in order, and waits there for as long as Slack asks.

Who waits long (an answer) keeps their place in the line; who does not want to (a reminder, that is a row and can be put
off) hears `Busy` and leaves it. Either way nothing was sent: a lane is left by error only before the request.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Hashable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta

from bot.errors import Busy

WAIT = 4.0
"""Seconds that are waited before a request, where nobody said otherwise: short of what a reminder is given in all."""
MOST_LANES = 20_000
_until: ContextVar[float] = ContextVar("until", default=0.0)
"""Of the task that sends: until when (monotonic) it would wait for its turn."""


@contextmanager
def patient(wait: timedelta) -> Iterator[None]:
    """What is sent in here waits so long for its turn, in all."""
    token = _until.set(max(_until.get(), time.monotonic() + wait.total_seconds()))
    try:
        yield
    finally:
        _until.reset(token)


def until(wait: float, patiently: bool = True) -> float:
    """Until when (monotonic) to wait: so many seconds from now, or as long as whoever sends is patient."""
    own = time.monotonic() + wait
    return max(own, _until.get()) if patiently else own


@dataclass(slots=True)
class _Lane:
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    free_at: float = 0.0


class Lanes:
    """The lines of one process."""

    def __init__(self) -> None:
        self._lanes: dict[Hashable, _Lane] = {}
        self._rests: dict[Hashable, float] = {}

    @asynccontextmanager
    async def turn(self, place: Hashable, until: float, spacing: float = 0.0) -> AsyncIterator[None]:
        """One after another, first come first served; `spacing` seconds between those that have one. Raises Busy when
        the turn does not come before `until`.
        """
        lane = self._lane(place)
        lane.users += 1
        try:
            await _mine(lane, until)
            try:
                if spacing:
                    await _sleep(lane.free_at, until)
                try:
                    yield
                finally:
                    if spacing:
                        lane.free_at = time.monotonic() + spacing
            finally:
                lane.turn.release()
        finally:
            lane.users -= 1

    async def rested(self, what: Hashable, until: float) -> None:
        """Wait until `what` may be asked again. Raises Busy when that is after `until`."""
        await _sleep(self._rests.get(what, 0.0), until)

    def rests(self, what: Hashable, wait: timedelta) -> None:
        """Slack asks to wait with `what`."""
        now = time.monotonic()
        self._rests = {known: end for known, end in self._rests.items() if end > now}
        self._rests[what] = now + wait.total_seconds()

    def _lane(self, place: Hashable) -> _Lane:
        """Lanes in use stay, and those whose last message was a moment ago."""
        if place not in self._lanes and len(self._lanes) >= MOST_LANES:
            now = time.monotonic()
            self._lanes = {key: lane for key, lane in self._lanes.items() if lane.users or lane.free_at > now}
        return self._lanes.setdefault(place, _Lane())


async def _mine(lane: _Lane, until: float) -> None:
    """The lock of the lane. Raises Busy."""
    try:
        async with asyncio.timeout(max(0.0, until - time.monotonic())):
            await lane.turn.acquire()
    except TimeoutError:
        raise Busy(timedelta(seconds=WAIT)) from None


async def _sleep(end: float, until: float) -> None:
    """Until `end`. Raises Busy at once when that is after `until`."""
    while (left := end - time.monotonic()) > 0:
        if end > until:
            raise Busy(timedelta(seconds=left))
        await asyncio.sleep(left)
