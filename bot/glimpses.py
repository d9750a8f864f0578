"""Other people's busy time, remembered in this process's memory for minutes; never at rest."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.scheduling.event import BusyInterval, Busyness, Known
from bot.scheduling.interval import Interval

SERVED = timedelta(minutes=5)
"""So old may it be and still be an answer."""
REMEMBERED = timedelta(minutes=15)
"""So long may it stay in memory at all."""
MOST = 20_000
"""People remembered, over all who ask: the oldest make room."""


@dataclass(frozen=True, slots=True)
class _Glimpse:
    window: Interval
    busy: Known
    at: datetime


class MemoryGlimpses:
    """`ports.Glimpses`. What is unknown is not remembered: it may be known at the next question."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str], _Glimpse] = OrderedDict()

    def get(self, asker: str, address: str, window: Interval, now: datetime) -> Busyness | None:
        self._forget_old(now)
        glimpse = self._seen.get((asker, address.casefold()))
        if glimpse is None or not timedelta() <= now - glimpse.at <= SERVED or not glimpse.window.covers(window):
            return None
        parts = [(busy.interval.clip(window), busy.status) for busy in glimpse.busy.busy]
        return Known(tuple(BusyInterval(part, status) for part, status in parts if part is not None))

    def put(self, asker: str, address: str, window: Interval, busy: Busyness, now: datetime) -> None:
        key = (asker, address.casefold())
        self._seen.pop(key, None)
        if isinstance(busy, Known):
            self._seen[key] = _Glimpse(window, busy, now)
        self._forget_old(now)

    def forget(self, asker: str) -> None:
        for key in [key for key in self._seen if key[0] == asker]:
            del self._seen[key]

    def _forget_old(self, now: datetime) -> None:
        while self._seen:
            oldest = next(iter(self._seen.values()))
            if len(self._seen) <= MOST and timedelta() <= now - oldest.at < REMEMBERED:
                return
            self._seen.popitem(last=False)
