"""The one hot read, straight on the driver.

Every request begins by reading its person: two look-ups by index in a write-ahead-log database, where readers wait
for nobody. That takes about ten microseconds; handing it to another thread and waiting for the answer takes a
hundred, and the pool with its asynchronous adapter takes a dozen such hops. So this one SELECT is done where we
are. Should the database be busy all the same, or be PostgreSQL, the ordinary path answers.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Select
from sqlalchemy.dialects import sqlite

from storage.database import Database


class QuickReader:
    """One SELECT, asked often, with named values. Rows are tuples as a driver gives them; raises StorageError."""

    def __init__(self, database: Database, statement: Select[Any]) -> None:
        self._database = database
        self._statement = statement
        compiled = statement.compile(dialect=sqlite.dialect())
        self._sql = str(compiled)
        self._names: Sequence[str] = cast(Any, compiled).positiontup
        self._connection: sqlite3.Connection | None = None

    async def all(self, **values: str) -> Sequence[Sequence[Any]]:
        if self._database.is_sqlite:
            try:
                return self._ask([values[name] for name in self._names])
            except sqlite3.Error:
                self.close()
        return await self._database.finish(self._ask_slowly(values))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def _ask_slowly(self, values: Mapping[str, str]) -> Sequence[Sequence[Any]]:
        async with self._database.read() as connection:
            found: Sequence[Sequence[Any]] = (await connection.execute(self._statement, values)).all()
            return found

    def _ask(self, values: Sequence[str]) -> Sequence[Sequence[Any]]:
        if self._connection is None:
            # No transaction is ever left open, so every read sees the newest commit; and it never waits.
            where = f"{cast(Any, self._database.path).absolute().as_uri()}?mode=ro"
            self._connection = sqlite3.connect(where, uri=True, isolation_level=None, timeout=0)
        return self._connection.execute(self._sql, values).fetchall()
