"""A person's own events of a window, sealed, so that a question need not leave this machine.

In clear are only the times, for finding the rows of a window. An all-day event is a day of whoever looks: its row spans
all the instants that this day is anywhere on earth, from UTC+14 to UTC-12.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, case, delete, or_, select, update

from bot.errors import StorageError
from bot.ports import Connection
from bot.scheduling.event import Days, Event, When
from bot.scheduling.interval import Interval
from bot.scheduling.plain import to_plain
from storage.connection_rows import checks_text, later, nothing_kept
from storage.database import Database, uninterrupted
from storage.linking_tables import kept_events
from storage.schema import connections
from storage.vault import Vault

_table, _of = kept_events.c, connections.c
_EASTERNMOST, _WESTERNMOST = timedelta(hours=14), timedelta(hours=12)
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@uninterrupted
class KeptEventsTable:
    """`bot.ports.KeptEvents`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def spoils(self, connection_id: str) -> int:
        """0 for a connection that is gone."""
        async with self._database.read() as connection:
            found = (await connection.execute(select(_of.spoils).where(_of.id == connection_id))).scalar()
        return int(found or 0)

    async def events(self, connection_id: str, window: Interval) -> Sequence[Event]:
        """All-day events are those that may share an instant with it, in whatever zone they are looked at.

        Raises StorageError when the window is not kept (any more): no events would mean free time. An event that cannot
        be read raises as well, and all that is kept is forgotten, so that the next question asks the calendar.
        """
        inside = and_(_table.connection_id == _of.id, _table.starts_at < window.end, _table.ends_at > window.start)
        covered = and_(_of.id == connection_id, _of.kept_from <= window.start, _of.kept_until >= window.end)
        both = connections.outerjoin(kept_events, inside)
        statement = select(_table.id, _table.tenant, _table.body).select_from(both).where(covered)
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()
        if not rows:
            raise StorageError("that time of the calendar is not kept")
        try:
            found = [self._event(row) for row in rows if row.id is not None]
        except StorageError:
            await self._forget(connection_id)
            raise
        return sorted(found, key=lambda event: (_start(event.when), event.ref))

    async def keep(
        self,
        connection: Connection,
        window: Interval,
        events: Sequence[Event],
        cursor: str | None,
        read_at: datetime,
        spoils: int,
    ) -> None:
        """Nothing happens either when the calendars of the connection were chosen anew since it was read."""
        rows = [self._row(connection, event) for event in events]
        this = and_(
            _of.id == connection.id,
            _of.tenant == connection.tenant,
            _of.checks == checks_text(connection.checks),
            or_(_of.kept_at.is_(None), _of.kept_at <= read_at),
        )
        values: dict[str, object] = {
            "kept_from": window.start,
            "kept_until": window.end,
            "kept_at": read_at,
            "kept_spoils": spoils,
            "checked_at": later(_of.checked_at, read_at),
            "cursor": cursor,
        }
        async with self._database.write() as writing:
            await self._database.lock(writing, f"kept of {connection.id}")
            if (await writing.execute(update(connections).where(this).values(values))).rowcount == 0:
                return
            await writing.execute(delete(kept_events).where(_table.connection_id == connection.id))
            if rows:
                await writing.execute(kept_events.insert(), rows)

    async def unchanged(self, connection_id: str, cursor: str, at: datetime, spoils: int) -> None:
        """Nothing happens when a later reading was kept meanwhile; a `spoil` since `spoils` was read still counts."""
        this = and_(_of.id == connection_id, or_(_of.kept_at.is_(None), _of.kept_at <= at))
        known = case((_of.kept_spoils < spoils, spoils), else_=_of.kept_spoils)
        values = {"cursor": cursor, "checked_at": later(_of.checked_at, at), "kept_spoils": known}
        async with self._database.write() as connection:
            await connection.execute(update(connections).where(this).values(values))

    async def spoil(self, connection_id: str) -> None:
        more = update(connections).where(_of.id == connection_id).values(spoils=_of.spoils + 1)
        async with self._database.write() as connection:
            await connection.execute(more)

    async def sweep(self, ended_before: datetime) -> int:
        """What was erased is not kept any more: the windows begin at that time then, or are gone when they are over."""
        over = _table.ends_at < ended_before
        async with self._database.read() as connection:
            theirs = (await connection.execute(select(_table.connection_id).where(over).distinct())).scalars().all()
        if not theirs:
            return 0
        these = _of.id.in_(theirs)
        async with self._database.write() as connection:
            # In one order, and before their events, as whoever else changes several of them.
            mine = select(_of.id).where(these).order_by(_of.id).with_for_update(key_share=True)
            await connection.execute(mine)
            gone = await connection.execute(delete(kept_events).where(over, _table.connection_id.in_(theirs)))
            begun = and_(these, _of.kept_from < ended_before)
            await connection.execute(
                update(connections).where(begun, _of.kept_until <= ended_before).values(nothing_kept())
            )
            await connection.execute(update(connections).where(begun).values(kept_from=ended_before))
        return int(gone.rowcount)

    async def _forget(self, connection_id: str) -> None:
        async with self._database.write() as connection:
            await self._database.lock(connection, f"kept of {connection_id}")
            await connection.execute(update(connections).where(_of.id == connection_id).values(nothing_kept()))
            await connection.execute(delete(kept_events).where(_table.connection_id == connection_id))

    def _row(self, connection: Connection, event: Event) -> dict[str, object]:
        key = secrets.token_hex(16)
        starts_at, ends_at = _span(event.when)
        # Escaped: a title may hold what is no valid Unicode, and is kept as it came.
        body = json.dumps(_plain(replace(event, description="", open_url="")), separators=(",", ":"))
        return {
            "id": key,
            "tenant": connection.tenant,
            "connection_id": connection.id,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "body": self._vault.seal(body, *_where(key, connection.tenant)),
        }

    def _event(self, row: Any) -> Event:
        return self._vault.open_value(Event, row.body, *_where(row.id, row.tenant))


def _plain(value: Any) -> Any:
    """As `to_plain`, without the fields that have their default: half as long, and twice as fast to read."""
    if is_dataclass(value) and not isinstance(value, type):
        said = {f.name: getattr(value, f.name) for f in fields(value) if getattr(value, f.name) != f.default}
        return {"is": type(value).__name__} | {name: _plain(one) for name, one in said.items()}
    return [_plain(one) for one in value] if isinstance(value, tuple) else to_plain(value)


def _span(when: When) -> tuple[datetime, datetime]:
    """The instants that it takes, or may take."""
    if not isinstance(when, Days):
        return when.start, when.end
    first, end = _midnight(when.first), _midnight(when.end)
    starts_at = first - _EASTERNMOST if first - _FIRST > _EASTERNMOST else _FIRST
    return starts_at, end + _WESTERNMOST if _LAST - end > _WESTERNMOST else _LAST


def _start(when: When) -> datetime:
    return _midnight(when.first) if isinstance(when, Days) else when.start


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _where(key: str, tenant: str) -> tuple[str, ...]:
    return ("kept_events", "body", key, tenant)
