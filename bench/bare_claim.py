"""The bare claiming query: the three writes that any safe sender of reminders makes, and nothing around them.

Claim what is due (`UPDATE … RETURNING`, a hundred rows, by the same partial index), say "sending" before each send,
write the result after it; each write its own commit, on one open connection of the very driver the product uses
(aiosqlite, psycopg). No object is made of a row, nothing is opened, composed or sent. `Quickest` is the same on
Python's own sqlite3, which no asyncio program can call without standing still: told, not a yardstick.
"""

import sqlite3
from datetime import UTC, datetime
from typing import Any, Protocol

import aiosqlite

from storage.instants import stored

_CLAIM = (
    "UPDATE reminders SET state = 'claimed', owner = 'bare', attempt = attempt + 1, next_try_at = {lease} WHERE id IN "
    "(SELECT id FROM reminders WHERE state IN ('pending', 'claimed', 'sending') AND next_try_at <= {now} "
    "ORDER BY next_try_at LIMIT 100{skip}) RETURNING id, gen, due_at, meeting"
)
_INTEND = (
    "UPDATE reminders SET state = 'sending', next_try_at = {lease} "
    "WHERE id = {id} AND owner = 'bare' AND gen = {gen} AND state = 'claimed'"
)
_RESULT = "UPDATE reminders SET state = 'sent', handle = {handle} WHERE id = {id} AND owner = 'bare' AND gen = {gen}"
_LEASE = datetime(2126, 1, 1, tzinfo=UTC)


class Bare(Protocol):
    """One connection. `send_due` sends all that is due at `now` and returns (due at, sent at) of each."""

    async def send_due(self, now: datetime) -> list[tuple[Any, datetime]]: ...

    async def close(self) -> None: ...


class OnSqlite:
    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        names = {"now": "?", "lease": "?", "id": "?", "gen": "?", "handle": "?", "skip": ""}
        self._claim, self._intend, self._result = (text.format(**names) for text in (_CLAIM, _INTEND, _RESULT))

    async def send_due(self, now: datetime) -> list[tuple[Any, datetime]]:
        sent: list[tuple[Any, datetime]] = []
        lease = stored(_LEASE)
        while rows := list(await self._connection.execute_fetchall(self._claim, (lease, stored(now)))):
            for key, gen, due_at, _ in rows:
                await self._connection.execute_fetchall(self._intend, (lease, key, gen))
                sent.append((due_at, datetime.now(UTC)))
                await self._connection.execute_fetchall(self._result, (f"m{len(sent)}", key, gen))
        return sent

    async def close(self) -> None:
        await self._connection.close()


class OnPostgresql:
    def __init__(self, connection: Any) -> None:
        self._connection = connection
        names = {name: f"%({name})s" for name in ("now", "lease", "id", "gen", "handle")}
        texts = (text.format(**names, skip=" FOR UPDATE SKIP LOCKED") for text in (_CLAIM, _INTEND, _RESULT))
        self._claim, self._intend, self._result = texts

    async def send_due(self, now: datetime) -> list[tuple[Any, datetime]]:
        sent: list[tuple[Any, datetime]] = []
        execute = self._connection.execute
        while rows := await (await execute(self._claim, {"lease": _LEASE, "now": now})).fetchall():
            for key, gen, due_at, _ in rows:
                await execute(self._intend, {"lease": _LEASE, "id": key, "gen": gen})
                sent.append((due_at, datetime.now(UTC)))
                await execute(self._result, {"handle": f"m{len(sent)}", "id": key, "gen": gen})
        return sent

    async def close(self) -> None:
        await self._connection.close()


class Quickest:
    """Python's sqlite3, blocking."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute("PRAGMA wal_autocheckpoint=4000")
        names = {"now": "?", "lease": "?", "id": "?", "gen": "?", "handle": "?", "skip": ""}
        self._texts = [text.format(**names) for text in (_CLAIM, _INTEND, _RESULT)]

    async def send_due(self, now: datetime) -> list[tuple[Any, datetime]]:
        claim, intend, result = self._texts
        sent: list[tuple[Any, datetime]] = []
        lease = stored(_LEASE)
        while rows := self._connection.execute(claim, (lease, stored(now))).fetchall():
            for key, gen, due_at, _ in rows:
                self._connection.execute(intend, (lease, key, gen))
                sent.append((due_at, datetime.now(UTC)))
                self._connection.execute(result, (f"m{len(sent)}", key, gen))
        return sent

    async def close(self) -> None:
        self._connection.close()


async def bare(url: str) -> Bare:
    """A connection to the store of that address."""
    if url.startswith("sqlite"):
        connection = await aiosqlite.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        await connection.execute_fetchall("PRAGMA synchronous=NORMAL")
        await connection.execute_fetchall("PRAGMA busy_timeout=10000")
        await connection.execute_fetchall("PRAGMA wal_autocheckpoint=4000")
        return OnSqlite(connection)
    import psycopg

    return OnPostgresql(await psycopg.AsyncConnection.connect(url, autocommit=True))
