"""Reminder rows: what is due is a row, and whoever claims it has it for a lease.

pending → claimed → sending → sent, failed or unknown. `next_try_at` is when a waiting row wants looking at: its due
time, a later try, or the end of somebody's lease, so that one partial index answers "what is due" whatever happened.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, cast, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StorageError
from bot.ports import Connection, Meeting, Planned, Reminder, ReminderState
from bot.scheduling.interval import Interval
from storage.database import Database, already_whole, uninterrupted
from storage.instants import stored, utc
from storage.planning import RAW_DUE, open_meeting, plan_meetings, waiting_row
from storage.reminder_changes import Step, Steps
from storage.schema import WAITING, connections, reminders
from storage.together import Together
from storage.vault import Vault

_table = reminders.c
_PENDING, _CLAIMED, _SENDING = (s.value for s in (ReminderState.PENDING, ReminderState.CLAIMED, ReminderState.SENDING))
_UNKNOWN = ReminderState.UNKNOWN.value
MOST_REPEATS = 3
"""Once is not enough: in a storm of kills the second sender dies as well, and then nothing may have arrived at all."""
_TIMES = {"starts_at", "ends_at", "due_at", "next_try_at"}
_RESULTS = {ReminderState.SENT, ReminderState.FAILED, ReminderState.SKIPPED, ReminderState.UNKNOWN}


@uninterrupted
class RemindersTable:
    """`bot.ports.Reminders`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        # A burst takes its steps by the dozen, and each would wait for a commit of its own.
        self._steps = Together(database, Steps(database).write)

    async def plan(self, connection: Connection, window: Interval, wanted: Sequence[Planned], now: datetime) -> None:
        async with self._database.write() as transaction:
            await self._database.lock(transaction, f"reminders of {connection.id}")
            await plan_meetings(transaction, self._database, self._vault, connection, window, wanted, now)

    async def cancel_meeting(self, connection_id: str, meeting_ref: str) -> None:
        await self._settle(connection_id, meeting_ref, ReminderState.CANCELLED)

    async def silence(self, connection_id: str, meeting_ref: str) -> None:
        await self._settle(connection_id, meeting_ref, ReminderState.SKIPPED)

    async def _settle(self, connection_id: str, meeting_ref: str, state: ReminderState) -> None:
        """Every waiting reminder of a meeting ends in a state."""
        this = and_(_table.connection_id == connection_id, _table.meeting_ref == meeting_ref, WAITING)
        async with self._database.write() as connection:
            await connection.execute(update(reminders).where(this).values(state=state.value))

    async def claim(
        self, owner: str, now: datetime, lease: timedelta, limit: int, user_id: str | None = None
    ) -> Sequence[Reminder]:
        due = (
            select(_table.id)
            .where(WAITING, _table.next_try_at <= now, *_only(user_id))
            .order_by(_table.next_try_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        found_sending = _table.state == _SENDING
        statement = (
            update(reminders)
            .where(_table.id.in_(select(due.c.id)))
            .values(
                # Found in `sending` again and again: whatever kills its senders, or that reminder itself, is not over.
                state=case((and_(found_sending, _table.repeats >= MOST_REPEATS), _UNKNOWN), else_=_CLAIMED),
                repeats=_table.repeats + cast(found_sending, Integer),
                attempt=_table.attempt + 1,
                owner=owner,
                next_try_at=now + lease,
            )
            .returning(*(c for c in _table if c.name not in _TIMES), RAW_DUE)
        )
        async with self._database.write() as connection:
            rows = (await connection.execute(statement)).all()
            claimed, broken = self._read(row for row in rows if row.state == _CLAIMED)
            if broken:
                bad = update(reminders).where(_table.id.in_(broken))
                await connection.execute(bad.values(state=ReminderState.QUARANTINED.value))
        return sorted(claimed, key=lambda reminder: reminder.due_at)

    @already_whole
    async def intend(self, reminder: Reminder, owner: str, now: datetime, lease: timedelta) -> bool:
        return await self._step(reminder, owner, _SENDING, at=now + lease)

    @already_whole
    async def done(self, reminder: Reminder, owner: str, state: ReminderState, handle: str = "") -> bool:
        if state not in _RESULTS:
            raise ValueError(f"{state.value} is not a result")
        return await self._step(reminder, owner, state.value, handle=handle)

    @already_whole
    async def retry(self, reminder: Reminder, owner: str, at: datetime) -> bool:
        return await self._step(reminder, owner, _PENDING, at=at)

    async def snooze(self, connection_id: str, planned: Planned, now: datetime) -> None:
        async with self._database.write() as connection:
            await self._database.lock(connection, f"reminders of {connection_id}")
            place = select(connections.c.tenant, connections.c.user_id).where(connections.c.id == connection_id)
            row = (await connection.execute(place)).first()
            if row is None:
                raise StorageError("a reminder needs a connection")
            await self._add_snooze(connection, connection_id, row.tenant, row.user_id, planned)

    async def upcoming(self, user_id: str, now: datetime, limit: int) -> Sequence[tuple[datetime, Meeting]]:
        statement = (
            select(_table.id, _table.tenant, _table.meeting, RAW_DUE)
            .where(_table.user_id == user_id, WAITING, _table.ends_at > now)
            .order_by(_table.due_at, _table.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()
        found = []
        for row in rows:
            try:
                meeting = open_meeting(self._vault, row.meeting, row.id, row.tenant)
                found.append((utc(row.due_at), meeting))
            except (StorageError, ValueError):
                continue  # claiming it will put it into quarantine; the others are still worth showing
        return found

    async def next_due(self, user_id: str | None = None) -> datetime | None:
        statement = select(func.min(_table.next_try_at)).where(WAITING, *_only(user_id))
        async with self._database.read() as connection:
            earliest: datetime | None = (await connection.execute(statement)).scalar()
        return earliest

    async def counts(self) -> Mapping[ReminderState, int]:
        statement = select(_table.state, func.count()).group_by(_table.state)
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()
        known = {state.value: state for state in ReminderState}
        return {known[state]: number for state, number in rows if state in known}

    async def _step(
        self, reminder: Reminder, owner: str, state: str, at: datetime | None = None, handle: str | None = None
    ) -> bool:
        moment = None if at is None else stored(at)
        return await self._steps.do(Step(reminder.id, owner, reminder.gen, state, moment, handle))

    def _read(self, rows: Any) -> tuple[list[Reminder], list[str]]:
        """What can be read, and the ids of what cannot."""
        good: list[Reminder] = []
        broken: list[str] = []
        for row in rows:
            try:
                good.append(self._reminder(row))
            except (StorageError, ValueError, TypeError):
                broken.append(row.id)
        return good, broken

    def _reminder(self, row: Any) -> Reminder:
        texts = (row.id, row.tenant, row.user_id, row.connection_id, row.meeting_ref, row.kind)
        numbers = (row.gen, row.attempt, row.repeats)
        if not all(isinstance(t, str) for t in texts) or not all(isinstance(n, int) for n in numbers):
            raise ValueError("not a stored reminder")
        return Reminder(
            id=row.id,
            user_id=row.user_id,
            connection_id=row.connection_id,
            meeting_ref=row.meeting_ref,
            kind=row.kind,
            due_at=utc(row.due_at),
            meeting=open_meeting(self._vault, row.meeting, row.id, row.tenant),
            gen=row.gen,
            attempt=row.attempt,
            repeat=row.repeats > 0,
        )

    async def _add_snooze(
        self, connection: AsyncConnection, connection_id: str, tenant: str, user_id: str, planned: Planned
    ) -> None:
        same = and_(
            _table.connection_id == connection_id,
            _table.meeting_ref == planned.meeting_ref,
            _table.kind == planned.kind,
        )
        found = (await connection.execute(select(_table.id).where(same))).scalar()
        key = found or secrets.token_hex(16)
        values = waiting_row(self._vault, key, tenant, planned) | {"planned": False}
        if found is None:
            fixed = {"id": key, "tenant": tenant, "user_id": user_id, "connection_id": connection_id, "gen": 1}
            await connection.execute(reminders.insert().values(**fixed, **values))
        else:
            await connection.execute(update(reminders).where(same).values(gen=_table.gen + 1, **values))


def _only(user_id: str | None) -> list[ColumnElement[bool]]:
    """One person's rows; None is everybody's."""
    return [] if user_id is None else [_table.user_id == user_id]
