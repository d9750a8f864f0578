"""One database, SQLite or PostgreSQL: transactions, and errors in our own words.

A transaction that may write begins with BEGIN IMMEDIATE. A plain BEGIN that reads first and writes later fails at
once with "database is locked" when somebody else wrote in between, whatever the busy timeout.
"""

import asyncio
import hashlib
import inspect
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext, suppress
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import Table, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import StorageError

T = TypeVar("T")
R = TypeVar("R")

BUSY_MS = 10_000
"""How long SQLite waits for another writer."""

_PATIENT_MS = 600_000


class Database:
    """An open database. `read()` and `write()` are transactions; both raise StorageError and nothing foreign."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writer = engine.execution_options(writes=True)
        # In one process writers queue here, in order, and never meet in SQLite's own polling wait.
        self._turn: AbstractAsyncContextManager[Any] = asyncio.Lock() if self.is_sqlite else nullcontext()
        self._unfinished: set[asyncio.Future[Any]] = set()

    @property
    def is_sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    @property
    def path(self) -> Path | None:
        """The database file, where it is one."""
        return Path(str(self._engine.url.database)) if self.is_sqlite else None

    @property
    def turn(self) -> AbstractAsyncContextManager[Any]:
        """Among the writers of this process; for one who writes by a way of their own, and never within `write`."""
        return self._turn

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One consistent look; nothing is written."""
        with _translated():
            async with self._engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """All or nothing: committed at the end, rolled back when anything is raised."""
        with _translated():
            async with self._turn, self._writer.begin() as connection:
                yield connection

    async def alone(self) -> AsyncConnection:
        """A connection for one holder, who closes it; each statement is a transaction. Raises SQLAlchemyError."""
        return await self._engine.execution_options(isolation_level="AUTOCOMMIT").connect()

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[AsyncConnection]:
        """A writing transaction that waits as long as it takes to be the only one, for changing the schema."""
        with _translated():
            async with self._turn, self._engine.connect() as connection:
                if self.is_sqlite:
                    await pragma(connection, f"busy_timeout={_PATIENT_MS}", "foreign_keys=OFF")
                try:
                    await connection.execution_options(writes=True)
                    async with connection.begin():
                        if not self.is_sqlite:
                            await connection.execute(text("SET LOCAL statement_timeout = 0"))
                            await connection.execute(text("SET LOCAL lock_timeout = 0"))
                            await self.lock(connection, "schema")
                        yield connection
                finally:
                    if self.is_sqlite:
                        await pragma(connection, f"busy_timeout={BUSY_MS}", "foreign_keys=ON")

    async def lock(self, connection: AsyncConnection, name: str) -> None:
        """Be alone with `name` until the transaction ends. A SQLite writer is alone already."""
        if not self.is_sqlite:
            number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
            await connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})

    def insert(self, table: Table) -> sqlite.Insert:
        """An INSERT that knows ON CONFLICT; both dialects spell it the same way."""
        if self.is_sqlite:
            return sqlite.insert(table)
        from sqlalchemy.dialects import postgresql  # not imported where it is not used

        return cast(sqlite.Insert, postgresql.insert(table))

    async def finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Do the work to its end, also when the caller is cancelled meanwhile; then the caller is.

        A statement that is cancelled half-way leaves its connection, and SQLite's write lock, with nobody. And what
        the caller writes next must not be overtaken by what it began before.
        """
        task = self.keep(asyncio.create_task(work))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            while not task.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([task])
            if not task.cancelled():
                task.exception()  # looked at: the caller will not ask any more
            raise

    def keep(self, task: asyncio.Task[T]) -> asyncio.Task[T]:
        """A task that `close` waits for."""
        self._unfinished.add(task)
        task.add_done_callback(self._unfinished.discard)
        return task

    async def close(self) -> None:
        while self._unfinished:
            await asyncio.wait(self._unfinished)
        await self._engine.dispose()


def uninterrupted(repository: type[R]) -> type[R]:
    """A repository whose public methods are done to their end once they have begun; see `Database.finish`."""
    for name, method in list(vars(repository).items()):
        if inspect.iscoroutinefunction(method) and not name.startswith("_") and method not in _whole:
            setattr(repository, name, _finishing(method))
    return repository


_whole: set[object] = set()


def already_whole(method: Callable[..., Coroutine[Any, Any, T]]) -> Callable[..., Coroutine[Any, Any, T]]:
    """Marks a method whose only wait is `Together.do`, which is done to its end anyway."""
    _whole.add(method)
    return method


def _finishing(method: Callable[..., Coroutine[Any, Any, T]]) -> Callable[..., Coroutine[Any, Any, T]]:
    @wraps(method)
    async def whole(self: Any, *args: Any, **named: Any) -> T:
        database: Database = self._database
        return await database.finish(method(self, *args, **named))

    return whole


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise StorageError(f"the database could not do that: {reason(error)}") from error
    except SQLAlchemyError as error:
        raise StorageError("the database could not do that") from error


def reason(error: DBAPIError) -> str:
    """The driver's first line, which names tables and not values."""
    lines = str(error.orig).strip().splitlines()
    return lines[0] if lines else "no reason given"


async def pragma(connection: AsyncConnection, *settings: str) -> None:
    """Outside a transaction, where alone these settings take effect."""
    raw = await connection.get_raw_connection()
    for setting in settings:
        await cast(Any, raw.driver_connection).execute_fetchall(f"PRAGMA {setting}")
