"""The two hot statements, straight on the driver.

Every request begins by reading its person: two look-ups by index in a write-ahead-log database, where readers wait
for nobody. That takes about ten microseconds; handing it to another thread and waiting for the answer takes a
hundred, and the pool with its asynchronous adapter takes a dozen such hops. So this one SELECT is done where we
are. Likewise what a chat delivers is kept before it is acknowledged, and a commit that waits for no disk takes
thirty microseconds. Should the database be busy all the same, or be PostgreSQL, the ordinary path does it.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Insert, Select, Update
from sqlalchemy.dialects import sqlite

from storage.database import Database
from storage.instants import stored

_ON_THE_SPOT = 500
"""So many transactions of a QuickWriter, then one on the ordinary path, which takes the log over into the file."""


class QuickReader:
    """One SELECT, asked often, with named values. Rows are tuples as a driver gives them; raises StorageError."""

    def __init__(self, database: Database, statement: Select[Any]) -> None:
        self._database = database
        self._statement = statement
        self._sql, self._names = _compiled(statement)
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
            self._connection = _connect(self._database, "ro")
        return self._connection.execute(self._sql, values).fetchall()


class QuickWriter:
    """Short transactions of a few known statements, done where we are, on SQLite only.

    The caller has the database's `turn`, so that only another process can be in the way; nobody waits for that one.
    """

    def __init__(self, database: Database, *statements: Insert | Update) -> None:
        self._database = database
        self._statements = [_compiled(statement) for statement in statements]
        self._connection: sqlite3.Connection | None = None
        self._done = 0

    def write(self, steps: Sequence[tuple[int, Mapping[str, object]]]) -> Sequence[int] | None:
        """All of the steps, committed, or none: the number of a statement, and its values.

        Returns how many rows each one changed; None when nothing was done and the ordinary path must do it.
        """
        self._done += 1
        if self._done > _ON_THE_SPOT:
            self._done = 0
            return None
        try:
            if self._connection is None:
                self._connection = _connect(self._database, "rw")
                # The disk is waited for at a checkpoint only, and that is not for here.
                self._connection.execute("PRAGMA wal_autocheckpoint=0")
                self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                self.close()
            return None
        try:
            changed = [self._step(self._connection, *step) for step in steps]
            self._connection.execute("COMMIT")
        except BaseException as error:
            self.close()  # and with it what was begun
            if not isinstance(error, sqlite3.Error):
                raise
            return None
        return changed

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _step(self, connection: sqlite3.Connection, number: int, values: Mapping[str, object]) -> int:
        sql, names = self._statements[number]
        return connection.execute(sql, [_plain(values[name]) for name in names]).rowcount


def _compiled(statement: Select[Any] | Insert | Update) -> tuple[str, Sequence[str]]:
    """As SQLite takes it, and its values' names in order."""
    compiled: Any = statement.compile(dialect=sqlite.dialect())
    return str(compiled), compiled.positiontup


def _plain(value: object) -> Any:
    return stored(value) if isinstance(value, datetime) else value


def _connect(database: Database, mode: str) -> sqlite3.Connection:
    where = f"{cast(Any, database.path).absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(where, uri=True, isolation_level=None, timeout=0)
