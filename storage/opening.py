"""Connect to SQLite or PostgreSQL: pragmas, limits, and what to do when it cannot be opened.

SQLite runs with a write-ahead log and `synchronous=NORMAL`: a commit survives the death of the process, and a power
cut can take back the last moments but never damages the file. That is enough for "acknowledged means stored",
because whatever a power cut takes back is either asked again by the chat or found again by its key on the calendar;
FULL would cost one disk flush per message.
"""

import asyncio
import os
from pathlib import Path
from typing import Any, cast

from sqlalchemy import event, make_url
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.errors import ConfigError
from storage.database import BUSY_MS, Database

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
