"""A named, bounded pool of threads for a library that blocks.

The default pool of the loop is never used: one slow vendor would then hold what the others need.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class PoolFull(Exception):
    """More calls wait for a thread than may."""


class Pool:
    """At most `threads` calls at once and `waiting` more in line. Threads are made when they are first needed.

    A call is not stopped when the task that awaits it is: a thread ends by the deadline of what it does, and until then
    it counts. One that has not begun is taken off the line.
    """

    def __init__(self, name: str, threads: int, waiting: int) -> None:
        self.name = name
        self._most = threads + waiting
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._taken = 0
        self._lock = threading.Lock()

    async def run(self, call: Callable[[], T]) -> T:
        """What the call returns or raises. Raises PoolFull at once when the line is full."""
        with self._lock:
            if self._taken >= self._most:
                raise PoolFull(self.name)
            self._taken += 1
        try:
            future = self._executor.submit(call)
        except BaseException:
            self._left()
            raise
        future.add_done_callback(self._left)
        return await asyncio.wrap_future(future)

    @property
    def taken(self) -> int:
        """How many calls run or wait."""
        return self._taken

    def close(self) -> None:
        """No more calls; those that wait are dropped, those that run end by their own deadline."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _left(self, _: "Future[T] | None" = None) -> None:
        with self._lock:
            self._taken -= 1
