"""Make the reminder rows of a window be what is wanted."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import NullType

from bot.errors import StorageError
from bot.ports import Connection, Meeting, Planned, ReminderState
from bot.scheduling.interval import Interval
from storage.database import Database
from storage.instants import utc
from storage.schema import reminders
from storage.vault import Vault

KEPT = timedelta(days=7)
"""How long rows of meetings that are over are kept."""

_table = reminders.c

# As the driver gives them: one row that somebody edited must not make the whole answer unreadable.
RAW_DUE = type_coerce(_table.due_at, NullType()).label("due_at")
_RAW_START = type_coerce(_table.starts_at, NullType()).label("starts_at")

_WAITING = {ReminderState.PENDING.value, ReminderState.CLAIMED.value, ReminderState.SENDING.value}
_UNMADE = {ReminderState.CANCELLED.value, ReminderState.QUARANTINED.value}


async def plan_meetings(
    transaction: AsyncConnection,
    database: Database,
    vault: Vault,
    connection: Connection,
    window: Interval,
    wanted: Sequence[Planned],
    now: datetime,
) -> None:
    """See `bot.ports.Reminders.plan`; rows of meetings that ended long ago are forgotten on the way."""
    mine = _table.connection_id == connection.id
    over = and_(mine, _table.ends_at < now - KEPT, _table.state.not_in(_WAITING))
    await transaction.execute(delete(reminders).where(over))
    wishes = {(wish.meeting_ref, wish.kind): wish for wish in wanted}
    starts = {wish.meeting_ref: wish.meeting.starts_at for wish in wanted}
    inside = and_(_table.starts_at >= window.start, _table.starts_at < window.end)
    named = _table.meeting_ref.in_(sorted(starts))
    columns = (_table.id, _table.tenant, _table.meeting_ref, _table.kind, _table.planned, _RAW_START)
    look = select(*columns, RAW_DUE, _table.state, _table.meeting).where(mine, or_(inside, named))
    for row in (await transaction.execute(look)).all():
        wish = wishes.pop((row.meeting_ref, row.kind), None)
        if wish is not None and wish.keep:
            continue
        if wish is not None:
            await _adjust(transaction, vault, row, wish)
        elif row.planned or starts.get(row.meeting_ref) != _instant(row.starts_at):
            # An extra reminder goes with its meeting: when that is gone, or has moved.
            await _cancel(transaction, row)
    missing = [_new(vault, connection, wish) for wish in wishes.values() if not wish.keep]
    if missing:
        await transaction.execute(database.insert(reminders), missing)


def waiting_row(vault: Vault, key: str, tenant: str, planned: Planned) -> dict[str, object]:
    """The values of a row that waits for its time, whatever it was before."""
    return {
        "meeting_ref": planned.meeting_ref,
        "kind": planned.kind,
        "planned": True,
        "starts_at": planned.meeting.starts_at,
        "ends_at": planned.meeting.ends_at,
        "due_at": planned.due_at,
        "next_try_at": planned.due_at,
        "state": ReminderState.PENDING.value,
        "attempt": 0,
        "repeats": 0,
        "owner": None,
        "handle": "",
        "meeting": vault.seal_value(planned.meeting, *_where(key, tenant)),
    }


def open_meeting(vault: Vault, sealed: object, key: str, tenant: str) -> Meeting:
    """Raises Sealed, StorageError."""
    return vault.open_value(Meeting, sealed, *_where(key, tenant))


def _new(vault: Vault, connection: Connection, wish: Planned) -> dict[str, object]:
    key = secrets.token_hex(16)
    return {
        "id": key,
        "tenant": connection.tenant,
        "user_id": connection.user_id,
        "connection_id": connection.id,
        "gen": 1,
        **waiting_row(vault, key, connection.tenant, wish),
    }


async def _adjust(transaction: AsyncConnection, vault: Vault, row: Any, wish: Planned) -> None:
    moved = wish.due_at != _instant(row.due_at) or wish.meeting.starts_at != _instant(row.starts_at)
    if moved or row.state in _UNMADE:
        values = waiting_row(vault, row.id, row.tenant, wish)
        await transaction.execute(update(reminders).where(_table.id == row.id).values(gen=_table.gen + 1, **values))
    elif row.state in _WAITING and not _says(vault, row, wish.meeting):
        sealed = vault.seal_value(wish.meeting, *_where(row.id, row.tenant))
        changed = update(reminders).where(_table.id == row.id, _table.state.in_(_WAITING))
        await transaction.execute(changed.values(meeting=sealed, ends_at=wish.meeting.ends_at))
        # Somebody has read the old text and is about to send it: the next generation is due again at once. What is
        # being sent already stays as it is, or it would come twice.
        taken = update(reminders).where(_table.id == row.id, _table.state == ReminderState.CLAIMED.value)
        again = {"state": ReminderState.PENDING.value, "next_try_at": wish.due_at, "owner": None}
        await transaction.execute(taken.values(gen=_table.gen + 1, **again))


def _instant(value: object) -> datetime | None:
    """None for what is no instant: such a row differs from every wish."""
    try:
        return utc(value)
    except StorageError:
        return None


def _says(vault: Vault, row: Any, meeting: Meeting) -> bool:
    try:
        return open_meeting(vault, row.meeting, row.id, row.tenant) == meeting
    except StorageError:
        return False


async def _cancel(transaction: AsyncConnection, row: Any) -> None:
    this = update(reminders).where(_table.id == row.id, _table.state.in_(_WAITING))
    await transaction.execute(this.values(state=ReminderState.CANCELLED.value))


def _where(key: str, tenant: str) -> tuple[str, ...]:
    return ("reminders", "meeting", key, tenant)
