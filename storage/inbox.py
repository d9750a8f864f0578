"""What a chat delivered: kept before it is acknowledged, done once, erased when it is done.

Keeping and finishing are many and small: they share transactions, and on SQLite they are written on the spot.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, delete, or_, select, tuple_, type_coerce, update
from sqlalchemy.types import NullType

from bot.errors import Sealed, StorageError
from bot.ports import Delivery
from storage.chat_tables import UNFINISHED, inbox
from storage.database import Database, already_whole, uninterrupted
from storage.instants import aware
from storage.quick import QuickWriter
from storage.round_trip import RoundTrip
from storage.together import Together
from storage.tokens import storable
from storage.vault import Vault

log = logging.getLogger("freewhen.storage")

_table = inbox.c
_PUT, _DONE = 0, 1
_ATTEMPTS = 2
"""Whoever put it, and one more."""

_ERASE = (
    update(inbox)
    .where(_table.chat == bindparam("of_chat"), _table.key == bindparam("of_key"))
    .values(body=bindparam("erased"))
)


_AT_ONCE = """
WITH finished AS (
    UPDATE inbox SET body = NULL FROM unnest(%b::text[], %b::text[]) AS done (chat, key)
    WHERE inbox.chat = done.chat AND inbox.key = done.key
)
INSERT INTO inbox (chat, key, body, received_at, leased_until, attempt)
SELECT chat, key, body, received_at, leased_until, 1
FROM unnest(%b::text[], %b::text[], %b::bytea[], %b::timestamptz[], %b::timestamptz[])
    AS come (chat, key, body, received_at, leased_until)
ON CONFLICT DO NOTHING
RETURNING chat, key
"""
"""Both for PostgreSQL, in one round trip."""


class _Step(NamedTuple):
    """Something to write: one of two statements, and its values."""

    statement: int
    values: Mapping[str, Any]


@uninterrupted
class InboxTable:
    """`bot.ports.Inbox`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._insert = database.insert(inbox).on_conflict_do_nothing()
        self._quick = QuickWriter(database, self._insert, _ERASE)
        self._round_trip = RoundTrip(database, _AT_ONCE)
        self._steps = Together(database, self._write)

    @already_whole
    async def put(self, delivery: Delivery, now: datetime, lease: timedelta) -> bool:
        chat, key = delivery.chat, delivery.key
        if not storable(chat, key):
            raise StorageError("a delivery has a key that cannot be kept")
        sealed = self._vault.seal_bytes(delivery.body, *_where(chat, key))
        times = {"received_at": aware(now), "leased_until": aware(now + lease)}
        return await self._steps.do(_Step(_PUT, {"chat": chat, "key": key, "body": sealed, "attempt": 1} | times))

    @already_whole
    async def done(self, chat: str, key: str) -> None:
        if storable(chat, key):
            await self._steps.do(_Step(_DONE, {"of_chat": chat, "of_key": key, "erased": None}))

    async def left(self, chat: str, now: datetime, since: datetime, lease: timedelta, limit: int) -> Sequence[Delivery]:
        """Oldest first. One that cannot be opened is not asked for again: its attempts are used up."""
        while rows := await self._claim(chat, now, since, lease, limit):
            if found := self._opened(chat, rows):
                return found
        return []

    async def release(self, chat: str, keys: Sequence[str], now: datetime) -> None:
        these = and_(_table.chat == chat, _table.key.in_([key for key in keys if storable(key)]), UNFINISHED)
        async with self._database.write() as connection:
            await connection.execute(update(inbox).where(these).values(leased_until=now))

    async def give_up(self, chat: str, now: datetime, since: datetime) -> int:
        over = and_(_table.chat == chat, _table.leased_until <= now, UNFINISHED)
        hopeless = or_(_table.received_at < since, _table.attempt >= _ATTEMPTS)
        async with self._database.write() as connection:
            erase = update(inbox).where(over, hopeless).values(body=None)
            return int((await connection.execute(erase)).rowcount)

    async def sweep(self, before: datetime) -> int:
        async with self._database.write() as connection:
            return int((await connection.execute(delete(inbox).where(_table.received_at < before))).rowcount)

    async def close(self) -> None:
        """After the database, which waits for what is under way."""
        self._quick.close()
        await self._round_trip.close()

    async def _write(self, steps: Sequence[_Step]) -> Sequence[bool]:
        """Which of them changed anything."""
        if self._database.is_sqlite:
            async with self._database.turn:
                changed = self._quick.write(steps)
            if changed is not None:
                return [bool(count) for count in changed]
        # By key, so that two who write the same ones wait for each other in one order.
        puts = {(step.values["chat"], step.values["key"]): step.values for step in steps if step.statement == _PUT}
        ends = {
            (step.values["of_chat"], step.values["of_key"]): step.values for step in steps if step.statement == _DONE
        }
        come, done = [puts[key] for key in sorted(puts)], [ends[key] for key in sorted(ends)]
        rows = None if self._database.is_sqlite else await self._round_trip.all(_columns(come, done))
        if rows is None:
            rows = await self._write_slowly(come, done)
        fresh = {(chat, key) for chat, key in rows}
        return [step.statement == _DONE or _taken(fresh, step.values) for step in steps]

    async def _write_slowly(
        self, come: Sequence[Mapping[str, Any]], done: Sequence[Mapping[str, Any]]
    ) -> Sequence[Sequence[Any]]:
        """Chat and key of those that were not here before."""
        fresh: Sequence[Sequence[Any]] = []
        async with self._database.write() as connection:
            if come:
                fresh = (await connection.execute(self._insert.returning(_table.chat, _table.key), come)).all()
            if done:
                await connection.execute(_ERASE, done)
        return fresh

    async def _claim(self, chat: str, now: datetime, since: datetime, lease: timedelta, limit: int) -> Sequence[Any]:
        over = and_(_table.chat == chat, _table.leased_until <= now, UNFINISHED)
        these = and_(over, _table.received_at >= since, _table.attempt < _ATTEMPTS)
        some = select(_table.chat, _table.key).where(these).order_by(_table.leased_until).limit(limit)
        locked = some.with_for_update(skip_locked=True).cte("left_over")
        claimed = tuple_(_table.chat, _table.key).in_(select(locked.c.chat, locked.c.key))
        columns = (_table.key, _table.body, type_coerce(_table.received_at, NullType()).label("received_at"))
        claim = (
            update(inbox)
            .where(claimed)
            .values(leased_until=now + lease, attempt=_table.attempt + 1)
            .returning(*columns)
        )
        async with self._database.write() as connection:
            return (await connection.execute(claim)).all()

    def _opened(self, chat: str, rows: Sequence[Any]) -> Sequence[Delivery]:
        found = []
        for row in sorted(rows, key=lambda row: str(row.received_at)):
            try:
                found.append(Delivery(chat, row.key, self._vault.open_bytes(row.body, *_where(chat, row.key))))
            except Sealed:
                log.error("a delivery that cannot be opened was put aside: %s %s", chat, row.key)
        return found


def _columns(come: Sequence[Mapping[str, Any]], done: Sequence[Mapping[str, Any]]) -> Sequence[object]:
    """The values of `_AT_ONCE`."""
    names = ("chat", "key", "body", "received_at", "leased_until")
    ended = [[one[name] for one in done] for name in ("of_chat", "of_key")]
    return [*ended, *([one[name] for one in come] for name in names)]


def _taken(fresh: set[tuple[str, str]], values: Mapping[str, Any]) -> bool:
    """Of two in one transaction that put the same, the first one did."""
    key = (values["chat"], values["key"])
    if key not in fresh:
        return False
    fresh.remove(key)
    return True


def _where(chat: str, key: str) -> tuple[str, ...]:
    return ("inbox", "body", key, chat)
