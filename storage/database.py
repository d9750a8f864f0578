"""One database, SQLite or PostgreSQL: connections, transactions, and errors in our own words.

SQLite runs with a write-ahead log and `synchronous=NORMAL`: a commit survives the death of the process, and a power
cut can take back the last moments but never damages the file. That is enough for "acknowledged means stored",
because whatever a power cut takes back is either asked again by the chat or found again by its key on the calendar;
FULL would cost one disk flush per message.

A transaction that may write begins with BEGIN IMMEDIATE. A plain BEGIN that reads first and writes later fails at
once with "database is locked" when somebody else wrote in between, whatever the busy timeout.
"""

import asyncio
import hashlib
import inspect
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import DateTime, Dialect, Table, event, make_url, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.errors import ConfigError, StorageError

T = TypeVar("T")
R = TypeVar("R")

BUSY_MS = 10_000
"""How long SQLite waits for another writer."""

_PATIENT_MS = 600_000

_LOG_PAGES = 4000
"""The write-ahead log is taken over into the file at 16 MB: that is when the disk is waited for, and a burst should
not wait for it time and again."""

_SQLITE_CONNECTIONS = 4
_POSTGRESQL_CONNECTIONS = 10
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


class _Written(sqlite.DATETIME):
    """Hands the text on as it is, so that what it says when it is no instant is ours to say."""

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        return None


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. A naive one is refused: SQLite would take it and shift it in silence."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(cast(Any, _Written)() if dialect.name == "sqlite" else self.impl_instance)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is not stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else utc(value)


def stored(moment: datetime) -> str:
    """An instant as SQLite keeps it, to the letter, and as PostgreSQL reads it in UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def utc(value: object) -> datetime:
    """A stored instant, as a driver gives it, aware and in UTC. Raises StorageError for anything else."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        moment = None
    if not isinstance(moment, datetime):
        raise StorageError("a stored instant cannot be read")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


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

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[AsyncConnection]:
        """A writing transaction that waits as long as it takes to be the only one, for changing the schema."""
        with _translated():
            async with self._turn, self._engine.connect() as connection:
                if self.is_sqlite:
                    await _pragma(connection, f"busy_timeout={_PATIENT_MS}", "foreign_keys=OFF")
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
                        await _pragma(connection, f"busy_timeout={BUSY_MS}", "foreign_keys=ON")

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


async def open_database(url: str) -> Database:
    """Connect, and for SQLite make the file (mode 0600) when there is none. Raises ConfigError that says what to do."""
    parsed = _parse(url)
    if parsed.drivername.startswith("sqlite"):
        return await _open_sqlite(parsed)
    return await _open_postgresql(parsed)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url.strip())
        return parsed.set(drivername=_DRIVERS[parsed.drivername])
    except (ArgumentError, KeyError, ValueError):
        raise ConfigError(
            "the database address is not understood; write sqlite:///path/to/file or postgresql://user@host/name"
        ) from None


async def _open_sqlite(url: URL) -> Database:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise ConfigError("the SQLite database needs a file: sqlite:///path/to/file")
    path = Path(url.database)
    _make_file(path)
    engine = create_async_engine(
        url,
        connect_args={"isolation_level": None},
        pool_size=_SQLITE_CONNECTIONS,
        max_overflow=0,
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "connect", _set_pragmas)
    event.listen(engine.sync_engine, "begin", _begin)
    try:
        async with engine.connect() as connection:
            await _use_wal(connection)
    except SQLAlchemyError as error:
        await engine.dispose()
        raise ConfigError(f"cannot open the database {path}: {_sqlite_advice(error, path)}") from error
    return Database(engine)


def _make_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ConfigError(
            f"cannot write the database {path}: {reason}; choose a folder that this user may write to"
        ) from error


def _set_pragmas(connection: Any, record: object) -> None:
    cursor = connection.cursor()
    try:
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute(f"PRAGMA wal_autocheckpoint={_LOG_PAGES}")
        cursor.execute("PRAGMA foreign_keys=ON")
    finally:
        cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"
    # Straight to the driver: with a cursor, this would be three errands to its thread instead of one.
    cast(Any, connection.connection.dbapi_connection).run_async(lambda driver: driver.execute_fetchall(begin))


async def _pragma(connection: AsyncConnection, *settings: str) -> None:
    """Outside a transaction, where alone these settings take effect."""
    raw = await connection.get_raw_connection()
    for setting in settings:
        await cast(Any, raw.driver_connection).execute_fetchall(f"PRAGMA {setting}")


async def _use_wal(connection: AsyncConnection) -> None:
    """The journal mode is kept in the file; changing it is the one statement that does not wait for others."""
    driver = cast(Any, (await connection.get_raw_connection()).driver_connection)
    for attempt in range(100):
        async with driver.execute("PRAGMA journal_mode") as cursor:
            (mode,) = await cursor.fetchone()
        if mode == "wal":
            return
        try:
            await driver.execute_fetchall("PRAGMA journal_mode=WAL")
        except Exception as error:
            if "locked" not in str(error) or attempt == 99:
                raise
            await asyncio.sleep(0.1)


def _sqlite_advice(error: SQLAlchemyError, path: Path) -> str:
    said = str(getattr(error, "orig", error))
    if "not a database" in said or "malformed" in said:
        return "the file is damaged or is not a database; restore a backup, or name another file"
    if "readonly" in said or "unable to open" in said:
        return f"this user may not write to it or to its folder {path.parent}"
    if "full" in said:
        return "the disk is full"
    return said


async def _open_postgresql(url: URL) -> Database:
    try:
        engine = create_async_engine(
            url,
            pool_size=_POSTGRESQL_CONNECTIONS,
            max_overflow=_POSTGRESQL_CONNECTIONS,
            # A connection that a restart of the server cut is noticed before use.
            pool_pre_ping=True,
            connect_args={"connect_timeout": 5},
            hide_parameters=True,
        )
    except (ImportError, NoSuchModuleError) as error:
        raise ConfigError("PostgreSQL needs one more package; run: pip install 'freewhen[scale]'") from error
    event.listen(engine.sync_engine, "connect", _set_limits)
    try:
        async with engine.connect():
            pass
    except SQLAlchemyError as error:
        await engine.dispose()
        said = str(getattr(error, "orig", error)).strip().splitlines()
        where = url.set(password=None).render_as_string()
        raise ConfigError(f"cannot connect to {where}: {said[0] if said else 'no reason given'}") from error
    return Database(engine)


def _set_limits(connection: Any, record: object) -> None:
    """Set by statement, not by start-up option: a pooler in front of the server refuses those."""
    cursor = connection.cursor()
    cursor.execute("SET TIME ZONE 'UTC'")
    cursor.execute("SET statement_timeout = 15000")
    cursor.execute("SET lock_timeout = 10000")
    cursor.close()
    connection.commit()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise StorageError(f"the database could not do that: {_reason(error)}") from error
    except SQLAlchemyError as error:
        raise StorageError("the database could not do that") from error


def _reason(error: DBAPIError) -> str:
    """The driver's first line, which names tables and not values."""
    lines = str(error.orig).strip().splitlines()
    return lines[0] if lines else "no reason given"
