"""Channels of change notices, and until when a connection is told of every change."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StorageError
from bot.messages import Secret
from bot.ports import Connection, Health, Watch
from storage.connection_rows import later
from storage.database import Database, uninterrupted
from storage.linking_tables import watches
from storage.schema import connections
from storage.tokens import digest, storable

_table, _of = watches.c, connections.c


@uninterrupted
class WatchesTable:
    """`bot.ports.Watches`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, connection: Connection, watch: Watch, secret: Secret) -> None:
        """A connection with chosen calendars is watched once each of them has a channel; of two channels of one
        calendar the longer one counts. Raises StorageError for a channel that is there already, or a connection that is
        not.
        """
        row = {
            "channel": watch.channel,
            "tenant": connection.tenant,
            "connection_id": connection.id,
            "calendar": watch.calendar,
            "resource": watch.resource,
            "secret_hash": digest(secret.reveal()),
            "until": watch.until,
        }
        async with self._database.write() as writing:
            await self._alone(writing, connection.id)
            await writing.execute(watches.insert().values(row))
            # What happened between the last look and this channel, nobody will tell.
            await writing.execute(update(connections).where(_of.id == connection.id).values(spoils=_of.spoils + 1))
            await note_watched(writing, connection.id)

    async def heard(self, provider: str, channel: str, secret: Secret, now: datetime) -> bool:
        """One statement. It compares hashes: how long that takes says nothing about the secret. A channel that is over,
        or whose connection is dead, proves nothing.
        """
        if not storable(provider, channel):
            return False
        proof = and_(_table.channel == channel, _table.secret_hash == digest(secret.reveal()), _table.until > now)
        this = and_(
            _of.id.in_(select(_table.connection_id).where(proof)),
            _of.provider == provider,
            _of.health == Health.ACTIVE.value,
        )
        values = {"spoils": _of.spoils + 1, "checked_at": later(_of.checked_at, now)}
        async with self._database.write() as connection:
            return bool((await connection.execute(update(connections).where(this).values(values))).rowcount)

    async def of(self, connection_id: str) -> Sequence[Watch]:
        """The one that ends first comes first."""
        these = select(watches).where(_table.connection_id == connection_id).order_by(_table.until, _table.channel)
        async with self._database.read() as connection:
            rows = (await connection.execute(these)).all()
        return [Watch(row.channel, row.connection_id, row.calendar, row.resource, row.until) for row in rows]

    async def remove(self, channel: str) -> None:
        owner = select(_table.connection_id).where(_table.channel == channel)
        async with self._database.write() as connection:
            connection_id = (await connection.execute(owner)).scalar()
            if connection_id is not None:
                await self._alone(connection, connection_id)
                await connection.execute(delete(watches).where(_table.channel == channel))
                await note_watched(connection, connection_id)

    async def claim(self, connection_id: str, now: datetime, lease: timedelta) -> bool:
        free = or_(_of.watching_until.is_(None), _of.watching_until <= now)
        this = update(connections).where(_of.id == connection_id, free)
        async with self._database.write() as connection:
            return bool((await connection.execute(this.values(watching_until=now + lease))).rowcount)

    async def let_go(self, connection_id: str) -> None:
        async with self._database.write() as connection:
            this = update(connections).where(_of.id == connection_id)
            await connection.execute(this.values(watching_until=None))

    async def _alone(self, writing: AsyncConnection, connection_id: str) -> None:
        await self._database.lock(writing, f"kept of {connection_id}")
        this = select(_of.id).where(_of.id == connection_id)
        await writing.execute(this.with_for_update(key_share=True))


async def note_watched(writing: AsyncConnection, connection_id: str) -> None:
    """Work out until when the connection is watched: until the first of its calendars is not."""
    chosen = (await writing.execute(select(_of.checks).where(_of.id == connection_id))).scalar_one_or_none()
    these = select(_table.calendar, _table.until).where(_table.connection_id == connection_id)
    ends: dict[str, datetime] = {}
    for row in (await writing.execute(these)).all():
        ends[row.calendar] = max(row.until, ends.get(row.calendar, row.until))
    if needed := _calendars(chosen):
        ends = {calendar: ends[calendar] for calendar in needed} if ends.keys() >= needed else {}
    this = update(connections).where(_of.id == connection_id)
    await writing.execute(this.values(watched_until=min(ends.values(), default=None)))


def _calendars(chosen: str | None) -> set[str]:
    try:
        return set(json.loads(chosen or "[]"))
    except (ValueError, TypeError, RecursionError) as error:
        raise StorageError("a stored connection cannot be read") from error
