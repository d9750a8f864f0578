"""Many small errands to the database in one transaction.

What is asked for while one transaction is under way waits, and goes into the next one, all of it. So a single errand
is done as soon as ever, and a hundred at once cost hardly more than one. Whoever asks goes on when their own errand is
committed, as with a transaction of their own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

from bot.errors import StorageError
from storage.database import Database

T = TypeVar("T")
R = TypeVar("R")

MOST = 100
"""So many in one transaction."""


class Together(Generic[T, R]):
    """`work` does a list of things in one transaction and returns what came of each; StorageError: of none."""

    def __init__(self, database: Database, work: Callable[[Sequence[T]], Awaitable[Sequence[R]]]) -> None:
        self._database = database
        self._work = work
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def do(self, thing: T) -> R:
        """Raises StorageError. The thing is done to its end, also when nobody waits for it any more."""
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((thing, done))
        if self._worker is None:
            self._worker = self._database.keep(asyncio.create_task(self._do_all()))
        try:
            return await done
        except asyncio.CancelledError:
            # What the caller does next must not overtake this; that waiting takes in what came after is no harm.
            while self._worker is not None:
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([self._worker])
            raise

    async def _do_all(self) -> None:
        try:
            while self._waiting:
                some, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._do_some(some)
        finally:
            self._worker = None

    async def _do_some(self, some: Sequence[tuple[T, "asyncio.Future[R]"]]) -> None:
        try:
            results = await self._work([thing for thing, _ in some])
        except StorageError as error:
            if len(some) > 1:  # one of them may be at fault, and the others must not suffer for it
                for one in some:
                    await self._do_some([one])
            else:
                _settle(some[0][1], error)
        except BaseException as error:
            for _, done in some:
                _settle(done, error if isinstance(error, Exception) else StorageError("this was interrupted"))
            if not isinstance(error, Exception):
                raise
        else:
            for (_, done), result in zip(some, results, strict=True):
                if not done.done():
                    done.set_result(result)


def _settle(done: "asyncio.Future[R]", error: Exception) -> None:
    if not done.done():
        done.set_exception(error)
