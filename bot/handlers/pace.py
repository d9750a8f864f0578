"""How fast one person may ask: a bucket of requests each, in this process's memory, refilled with time.

By a clock that only goes forward: one that stands still, or is set back, must shut nobody out.
"""

import asyncio
from collections.abc import MutableMapping
from datetime import timedelta

from bot.errors import TooFast
from bot.messages import ChatUser
from bot.ports import App

A_SECOND = 1.0
MOST_PEOPLE = 20_000
"""Remembered at once; whoever has been quiet for longest is forgotten first."""


def keep(app: App, who: ChatUser) -> None:
    """Count one request. Raises TooFast when the person's bucket is empty."""
    wait = take(app.paces, who, asyncio.get_running_loop().time(), app.burst) if app.burst else 0
    if wait > 0:
        raise TooFast(timedelta(seconds=wait))


def take(paces: MutableMapping[ChatUser, tuple[float, float]], who: ChatUser, at: float, burst: int) -> float:
    """Take one request from a bucket at a time in seconds; returns how long to wait, 0 for not at all."""
    left, since = paces.pop(who, (float(burst), at))
    left = min(burst, left + max(0.0, at - since) * A_SECOND)
    wait = 0.0 if left >= 1 else (1 - left) / A_SECOND
    paces[who] = (left if wait else left - 1, at)
    if len(paces) > MOST_PEOPLE:
        del paces[next(iter(paces))]
    return wait
