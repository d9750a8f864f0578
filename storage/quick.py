"""The one hot read, straight on the driver.

Every request begins by reading its person. Through the pool and the adapter of an asynchronous SQLite driver that
read takes a dozen hops between threads; here it takes one. On PostgreSQL the ordinary path is quick enough.
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from sqlalchemy import Select
from sqlalchemy.dialects import sqlite

from bot.errors import StorageError
from storage.database import BUSY_MS, Database


class QuickReader:
    """One SELECT, asked often, with named values. Rows are tuples as the driver gives them; raises StorageError."""

    def __init__(self, database: Database, statement: Select[Any]) -> None:
        self._database = database
        self._statement = statement
        self._sql = ""
        self._names: Sequence[str] = ()
        self._connection: sqlite3.Connection | None = None
        self._thread: ThreadPoolExecutor | None = None
        if database.is_sqlite:
            compiled = statement.compile(dialect=sqlite.dialect())
            self._sql, self._names = str(compiled), cast(Any, compiled).positiontup
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="quick-read")

    async def all(self, **values: str) -> Sequence[Sequence[Any]]:
        if self._thread is not None:
            loop = asyncio.get_running_loop()
            asked = [values[name] for name in self._names]
            rows: Sequence[Sequence[Any]] = await loop.run_in_executor(self._thread, self._ask, asked)
            return rows
        async with self._database.read() as connection:
            found: Sequence[Sequence[Any]] = (await connection.execute(self._statement, values)).all()
            return found

    def close(self) -> None:
        if self._thread is not None:
            self._thread.submit(self._forget)
            self._thread.shutdown(wait=True)

    def _ask(self, values: Sequence[str]) -> Sequence[Sequence[Any]]:
        try:
            if self._connection is None:
                self._connection = self._connect()
            return self._connection.execute(self._sql, values).fetchall()
        except sqlite3.Error as error:
            self._forget()
            raise StorageError("the database could not be read") from error

    def _connect(self) -> sqlite3.Connection:
        # No transaction is ever open here, so that every read sees the newest commit.
        return sqlite3.connect(
            f"{cast(Any, self._database.path).absolute().as_uri()}?mode=ro",
            uri=True,
            isolation_level=None,
            timeout=BUSY_MS / 1000,
        )

    def _forget(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
