"""Linked calendar accounts and their sealed credentials."""

import json
import logging
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, type_coerce, update
from sqlalchemy.types import NullType

from bot.errors import StorageError
from bot.messages import Secret
from bot.ports import Connection, Health, User
from storage.database import Database, uninterrupted
from storage.instants import utc
from storage.schema import bookings, connections, reminders
from storage.vault import Vault

log = logging.getLogger("freewhen.storage")

COLUMNS = (
    connections.c.id,
    connections.c.tenant,
    connections.c.user_id,
    connections.c.provider,
    connections.c.address,
    connections.c.credential,
    connections.c.health,
    connections.c.calendar,
    connections.c.checks,
    connections.c.cursor,
    connections.c.checked_at,
    connections.c.connected_at,
)
"""In the order that `to_connection` reads."""

_TIMES = {"checked_at", "connected_at"}
# As the driver gives them: one row that somebody edited must not make the whole page unreadable.
_RAW_COLUMNS = [type_coerce(column, NullType()) if column.name in _TIMES else column for column in COLUMNS]


@uninterrupted
class ConnectionsTable:
    """`bot.ports.Connections`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def add(
        self, user: User, provider: str, address: str, credential: Secret, calendar: str, at: datetime
    ) -> Connection:
        tenant = user.who.tenant
        fresh = Connection(secrets.token_hex(16), tenant, user.id, provider, address, credential, calendar=calendar)
        async with self._database.write() as connection:
            await self._database.lock(connection, f"connections of {user.id}")
            same = (connections.c.user_id == user.id) & (connections.c.host == fresh.host)
            found = (await connection.execute(select(connections.c.id).where(same))).scalar()
            if found is None:
                await connection.execute(
                    connections.insert().values(
                        id=fresh.id,
                        tenant=tenant,
                        user_id=user.id,
                        provider=provider,
                        address=address,
                        host=fresh.host,
                        credential=self._seal(credential, fresh.id, tenant, provider),
                        health=Health.ACTIVE.value,
                        calendar=calendar,
                        checks="[]",
                        connected_at=at,
                    )
                )
            else:
                sealed = self._seal(credential, found, tenant, provider)
                renewed = update(connections).where(connections.c.id == found)
                await connection.execute(renewed.values(credential=sealed, health=Health.ACTIVE.value))
            row = (await connection.execute(select(*COLUMNS).where(same))).one()
        return to_connection(self._vault, row)

    async def all_active(self, after: str, limit: int) -> Sequence[Connection]:
        """A connection that cannot be read is left out; an empty page is the end all the same."""
        while rows := await self._active(after, limit):
            readable = [found for row in rows if (found := self._readable(row)) is not None]
            if readable:
                return readable
            after = rows[-1][0]
        return []

    async def _active(self, after: str, limit: int) -> Sequence[Any]:
        statement = (
            select(*_RAW_COLUMNS)
            .where(connections.c.id > after, connections.c.health == Health.ACTIVE.value)
            .order_by(connections.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return (await connection.execute(statement)).all()

    def _readable(self, row: Any) -> Connection | None:
        try:
            return to_connection(self._vault, row)
        except StorageError:
            log.error("a connection that cannot be read was left out: %s", row[0])
            return None

    async def save_credential(self, connection_id: str, credential: Secret) -> None:
        this = connections.c.id == connection_id
        async with self._database.write() as connection:
            place = (await connection.execute(select(connections.c.tenant, connections.c.provider).where(this))).first()
            if place is not None:
                sealed = self._seal(credential, connection_id, place.tenant, place.provider)
                await connection.execute(update(connections).where(this).values(credential=sealed))

    async def checked(self, connection_id: str, health: Health, cursor: str | None, at: datetime) -> None:
        values: dict[str, object] = {"health": health.value, "checked_at": at}
        if cursor is not None:
            values["cursor"] = cursor
        async with self._database.write() as connection:
            await connection.execute(update(connections).where(connections.c.id == connection_id).values(values))

    async def remove(self, connection_id: str) -> None:
        async with self._database.write() as connection:
            # The same lock as planning takes, so that the two do not wait for each other's rows.
            await self._database.lock(connection, f"reminders of {connection_id}")
            await connection.execute(delete(reminders).where(reminders.c.connection_id == connection_id))
            await connection.execute(delete(bookings).where(bookings.c.connection_id == connection_id))
            await connection.execute(delete(connections).where(connections.c.id == connection_id))

    def _seal(self, credential: Secret, connection_id: str, tenant: str, provider: str) -> bytes:
        return self._vault.seal(credential.reveal(), *_where(connection_id, tenant, provider))


def to_connection(vault: Vault, row: Sequence[Any]) -> Connection:
    """A connection from COLUMNS. Raises Sealed, StorageError."""
    (key, tenant, user_id, provider, address, sealed, health, calendar, checks, cursor, checked_at, connected_at) = row
    try:
        return Connection(
            id=key,
            tenant=tenant,
            user_id=user_id,
            provider=provider,
            address=address,
            credential=Secret(vault.open(sealed, *_where(key, tenant, provider))),
            health=Health(health),
            calendar=calendar,
            checks=() if checks == "[]" else tuple(json.loads(checks)),
            cursor=cursor,
            checked_at=None if checked_at is None else utc(checked_at),
            connected_at=utc(connected_at),
        )
    except (ValueError, TypeError, RecursionError) as error:
        raise StorageError("a stored connection cannot be read") from error


def _where(connection_id: str, tenant: str, provider: str) -> tuple[str, ...]:
    return ("connections", "credential", connection_id, tenant, provider)
