"""Spans held, or written, on hosts' calendars: at most one live one at any instant of one host.

Look and claim happen in one transaction under the host's lock: BEGIN IMMEDIATE on SQLite, an advisory lock on
PostgreSQL, where an exclusion constraint stands behind it. (The constraint alone is safe as well, but under load it
ends many requests as deadlocks.) States in the table: held → booked → settled (the calendar shows it by itself) or
moved (the event has a newer span). Only held and booked ones are live. A hold that cannot be read is quarantined.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, or_, select, type_coerce, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import NullType

from bot.errors import StorageError
from bot.ports import Booking, HoldState
from bot.scheduling.event import EventDraft
from bot.scheduling.interval import Interval
from storage.database import Database, uninterrupted
from storage.instants import utc
from storage.schema import OPEN, bookings
from storage.vault import Vault

log = logging.getLogger("freewhen.storage")

HELD, BOOKED, SETTLED, MOVED, QUARANTINED = "held", "booked", "settled", "moved", "quarantined"

_table = bookings.c

_SPAN = ("starts_at", "ends_at")
# As the driver gives them: one row that somebody edited must not make the whole answer unreadable.
_COLUMNS = [type_coerce(column, NullType()).label(column.name) if column.name in _SPAN else column for column in _table]


@uninterrupted
class BookingsTable:
    """`bot.ports.Bookings`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def hold(self, booking: Booking, seen_at: datetime, now: datetime) -> HoldState:
        try:
            async with self._database.write() as connection:
                await self._database.lock(connection, f"host {booking.host}")
                return await self._hold(connection, booking, seen_at, now)
        except StorageError as error:
            if isinstance(error.__cause__, IntegrityError):  # the backstop: somebody came past the lock
                return HoldState.TAKEN
            raise

    async def confirm(self, key: str, ref: str, now: datetime) -> None:
        this = and_(_table.key == key, _table.state.in_((HELD, BOOKED)))
        async with self._database.write() as connection:
            row = (await connection.execute(select(_table.host, _table.ref).where(this).with_for_update())).first()
            if row is None:
                return
            # Some calendars give a moved event a new ref, so both names of the event count.
            earlier = and_(_table.host == row.host, _table.ref.in_({row.ref, ref} - {""}), _table.key != key)
            await connection.execute(update(bookings).where(earlier, _table.state != HELD).values(state=MOVED))
            await connection.execute(update(bookings).where(this).values(state=BOOKED, ref=ref, confirmed_at=now))

    async def release(self, key: str) -> None:
        async with self._database.write() as connection:
            await connection.execute(delete(bookings).where(_table.key == key, _table.state == HELD))

    async def release_ref(self, connection_id: str, ref: str) -> None:
        this = and_(_table.connection_id == connection_id, _table.ref == ref)
        async with self._database.write() as connection:
            await connection.execute(delete(bookings).where(this))

    async def get(self, key: str) -> Booking | None:
        async with self._database.read() as connection:
            row = (await connection.execute(select(*_COLUMNS).where(_table.key == key))).first()
        return None if row is None else self._booking(row)

    async def stale(
        self, held_before: datetime, limit: int, now: datetime, user_id: str | None = None
    ) -> Sequence[Booking]:
        theirs = [] if user_id is None else [_table.user_id == user_id]
        old = (
            select(_table.key)
            .where(OPEN, _table.held_at < held_before, *theirs)
            .order_by(_table.held_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("old")
        )
        taken = update(bookings).where(_table.key.in_(select(old.c.key))).values(held_at=now)
        good: list[Booking] = []
        broken: list[str] = []
        async with self._database.write() as connection:
            for row in (await connection.execute(taken.returning(*_COLUMNS))).all():
                try:
                    good.append(self._booking(row))
                except (StorageError, ValueError, TypeError):
                    broken.append(row.key)
            if broken:
                await connection.execute(update(bookings).where(_table.key.in_(broken)).values(state=QUARANTINED))
                log.error("holds that cannot be read were put aside: %d", len(broken))
        return good

    async def _hold(self, connection: AsyncConnection, booking: Booking, seen_at: datetime, now: datetime) -> HoldState:
        state = (await connection.execute(select(_table.state).where(_table.key == booking.key))).scalar()
        if state is not None:
            return HoldState.BUSY if state == HELD else HoldState.BOOKED
        others = [
            _table.host == booking.host,
            _table.starts_at < booking.interval.end,
            _table.ends_at > booking.interval.start,
        ]
        if booking.ref:
            others.append(_table.ref != booking.ref)
        # A settled row counts too: this caller may have read the calendar before the one who settled it.
        unseen = and_(_table.state.in_((BOOKED, SETTLED)), _table.confirmed_at >= seen_at)
        blocker = select(_table.key).where(*others, or_(_table.state == HELD, unseen)).limit(1)
        if (await connection.execute(blocker)).first() is not None:
            return HoldState.TAKEN
        await connection.execute(update(bookings).where(*others, _table.state == BOOKED).values(state=SETTLED))
        await connection.execute(bookings.insert().values(self._row(booking, now)))
        return HoldState.HELD

    def _row(self, booking: Booking, now: datetime) -> dict[str, object]:
        draft = booking.draft
        return {
            "key": booking.key,
            "tenant": booking.tenant,
            "user_id": booking.user_id,
            "connection_id": booking.connection_id,
            "host": booking.host,
            "starts_at": booking.interval.start,
            "ends_at": booking.interval.end,
            "draft": None if draft is None else self._vault.seal_value(draft, *_where(booking.key, booking.tenant)),
            "ref": booking.ref,
            "state": HELD,
            "held_at": now,
        }

    def _booking(self, row: Any) -> Booking:
        draft = None
        if row.draft is not None:
            draft = self._vault.open_value(EventDraft, row.draft, *_where(row.key, row.tenant))
        try:
            interval = Interval(utc(row.starts_at), utc(row.ends_at))
        except ValueError as error:
            raise StorageError("a stored booking cannot be read") from error
        return Booking(
            key=row.key,
            tenant=row.tenant,
            user_id=row.user_id,
            connection_id=row.connection_id,
            host=row.host,
            interval=interval,
            draft=draft,
            ref=row.ref,
            state=HoldState.HELD if row.state == HELD else HoldState.BOOKED,
            held_at=row.held_at,
        )


def _where(key: str, tenant: str) -> tuple[str, ...]:
    return ("bookings", "draft", key, tenant)
