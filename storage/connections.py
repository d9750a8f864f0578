"""Linked calendar accounts and their sealed credentials."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, delete, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Secret
from bot.ports import Connection, Health, Revocation, User
from storage import renewing
from storage.connection_rows import (
    COLUMNS,
    RAW_COLUMNS,
    checks_text,
    credential_place,
    nothing_kept,
    readable,
    to_connection,
)
from storage.database import Database, uninterrupted
from storage.instants import UtcDateTime
from storage.revocations import queue
from storage.schema import bookings, connections, kept_events, reminders, users, watches
from storage.vault import Vault
from storage.watches import note_watched

_table = connections.c
_EXPIRED, _ACTIVE = Health.EXPIRED.value, Health.ACTIVE.value


@uninterrupted
class ConnectionsTable:
    """`bot.ports.Connections`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def add(
        self,
        user: User,
        provider: str,
        address: str,
        credential: Secret,
        calendar: str,
        at: datetime,
        checks: Sequence[str] = (),
    ) -> Connection:
        """A renewed connection is active again; what was kept of it is spoiled, for nobody looked meanwhile.

        Whoever refreshed the old credential stores nothing over the new one.
        """
        tenant = user.who.tenant
        fresh = Connection(secrets.token_hex(16), tenant, user.id, provider, address, credential)
        same = (_table.user_id == user.id) & (_table.host == fresh.host)
        async with self._database.write() as connection:
            await self._database.lock(connection, f"connections of {user.id}")
            found = (await connection.execute(select(_table.id).where(same))).scalar()
            sealed = self._seal(credential, found or fresh.id, tenant, provider)
            if found is None:
                row = {
                    "id": fresh.id,
                    "tenant": tenant,
                    "user_id": user.id,
                    "provider": provider,
                    "address": address,
                    "address_key": address.casefold(),
                    "host": fresh.host,
                    "credential": sealed,
                    "health": _ACTIVE,
                    "calendar": calendar,
                    "checks": checks_text(checks),
                    "connected_at": at,
                }
                await connection.execute(connections.insert().values(row))
            else:
                renewed = {"credential": sealed, "credential_version": _table.credential_version + 1}
                alive = {"health": _ACTIVE, "expired_at": None, "refreshing_until": None, "spoils": _table.spoils + 1}
                await connection.execute(update(connections).where(_table.id == found).values(renewed | alive))
            row_found = (await connection.execute(select(*COLUMNS).where(same))).one()
        return to_connection(self._vault, row_found)

    async def all_active(self, after: str, limit: int) -> Sequence[Connection]:
        """A connection that cannot be read is left out; an empty page is the end all the same."""
        while rows := await self._active(after, limit):
            if found := readable(self._vault, rows):
                return found
            after = rows[-1][0]
        return []

    async def _active(self, after: str, limit: int) -> Sequence[Any]:
        these = and_(_table.id > after, _table.health == _ACTIVE)
        async with self._database.read() as connection:
            statement = select(*RAW_COLUMNS).where(these).order_by(_table.id).limit(limit)
            return (await connection.execute(statement)).all()

    async def choose(self, connection_id: str, calendar: str, checks: Sequence[str]) -> None:
        """With other `checks`, what is kept and the cursor are of other calendars: both are dropped."""
        owner = select(_table.user_id).where(_table.id == connection_id)
        text = checks_text(checks)
        async with self._database.write() as connection:
            user_id = (await connection.execute(owner)).scalar()
            await self._database.lock(connection, f"connections of {user_id}")
            await self._database.lock(connection, f"kept of {connection_id}")
            # In one order, whoever changes several of them.
            mine = select(_table.id, _table.checks).where(_table.user_id == user_id).order_by(_table.id)
            stored = {
                row.id: row.checks for row in (await connection.execute(mine.with_for_update(key_share=True))).all()
            }
            if connection_id not in stored:
                return
            if calendar:
                others = and_(_table.user_id == user_id, _table.id != connection_id)
                await connection.execute(update(connections).where(others).values(calendar=""))
            values: dict[str, object] = {"calendar": calendar}
            if stored[connection_id] != text:
                values |= {"checks": text, **nothing_kept()}
                await connection.execute(delete(kept_events).where(kept_events.c.connection_id == connection_id))
            await connection.execute(update(connections).where(_table.id == connection_id).values(values))
            await note_watched(connection, connection_id)

    async def checked(self, connection_id: str, health: Health, cursor: str | None, at: datetime) -> None:
        values: dict[str, object] = (
            _expired(at) if health is Health.EXPIRED else {"health": _ACTIVE, "expired_at": None}
        )
        values["checked_at"] = at
        if cursor is not None:
            values["cursor"] = cursor
        async with self._database.write() as connection:
            await connection.execute(update(connections).where(_table.id == connection_id).values(values))

    async def died(self, connection_id: str, credential: Secret, at: datetime) -> bool:
        version = await self._version_of(connection_id, credential)
        if version is None:
            return False
        this = and_(_table.id == connection_id, _table.credential_version == version)
        async with self._database.write() as connection:
            values = {**_expired(at), "checked_at": at}
            return bool((await connection.execute(update(connections).where(this).values(values))).rowcount)

    async def claim_refresh(self, connection_id: str, stale: Secret, now: datetime, lease: timedelta) -> bool:
        """The credential is compared first, its counter in the deciding statement."""
        version = await self._version_of(connection_id, stale)
        if version is None:
            return False
        this = and_(_table.id == connection_id, _table.credential_version == version)
        return await renewing.claim(self._database, connections, this, now, lease)

    async def credential(self, connection_id: str) -> Secret | None:
        found = await self._credential(connection_id)
        return None if found is None else found[0]

    async def refreshed(self, connection_id: str, stale: Secret, fresh: Secret | None) -> bool:
        version = await self._version_of(connection_id, stale)
        if version is None:
            return False
        this = and_(_table.id == connection_id, _table.credential_version == version)
        async with self._database.write() as connection:
            values: dict[str, object] = {"refreshing_until": None}
            if fresh is not None:
                columns = select(_table.tenant, _table.provider).where(_table.id == connection_id)
                place = (await connection.execute(columns)).first()
                if place is None:
                    return False
                sealed = self._seal(fresh, connection_id, place.tenant, place.provider)
                values |= {"credential": sealed, "credential_version": version + 1}
            return bool((await connection.execute(update(connections).where(this).values(values))).rowcount)

    async def untold(
        self, now: datetime, quiet: timedelta, limit: int, chats: Collection[str], user_id: str | None = None
    ) -> Sequence[Connection]:
        """Longest dead first. One that cannot be read is left out."""
        untold = or_(_table.told_at.is_(None), and_(_table.told_at < _table.expired_at, _table.told_at <= now - quiet))
        rested = or_(_table.tell_at.is_(None), _table.tell_at <= now)
        reached = select(users.c.id).where(users.c.id == _table.user_id, users.c.chat.in_(chats)).exists()
        these = and_(_table.health == _EXPIRED, untold, rested, reached)
        if user_id is not None:
            these = and_(these, _table.user_id == user_id)
        some = select(_table.id).where(these).order_by(_table.expired_at, _table.id).limit(limit)
        claimed = _table.id.in_(select(some.with_for_update(skip_locked=True).cte("untold").c.id))
        claim = update(connections).where(claimed).values(told_at=now, tell_at=None).returning(*RAW_COLUMNS)
        async with self._database.write() as connection:
            rows = (await connection.execute(claim)).all()
        return readable(self._vault, rows)

    async def not_told(self, connection_id: str, claimed: datetime, again: datetime) -> None:
        this = and_(_table.id == connection_id, _table.told_at == claimed)
        async with self._database.write() as connection:
            await connection.execute(update(connections).where(this).values(told_at=None, tell_at=again))

    async def disconnect(self, connection_id: str, now: datetime, lease: timedelta) -> Revocation | None:
        """Of two that disconnect one account at once, the second sees that the first is gone. What is given back is
        the stored credential: the caller's may have been renewed since.
        """
        columns = select(_table.tenant, _table.provider, _table.address, _table.host).where(_table.id == connection_id)
        async with self._database.write() as connection:
            row = (await connection.execute(columns)).first()
            if row is None:
                return None
            await self._database.lock(connection, f"access to {row.host}")
            sealed = await self._remove(connection, connection_id)
            others = select(_table.id).where(_table.host == row.host).limit(1)
            if sealed is None or (await connection.execute(others)).first() is not None:
                return None
            place = credential_place(connection_id, row.tenant, row.provider)
            credential = Secret(self._vault.open(sealed, *place))
            given_up = Revocation("", row.tenant, row.provider, row.address, credential, 0, now)
            return await queue(connection, self._vault, given_up, lease)

    async def remove(self, connection_id: str) -> None:
        async with self._database.write() as connection:
            await self._remove(connection, connection_id)

    async def _remove(self, writing: AsyncConnection, connection_id: str) -> bytes | None:
        """The sealed credential that was removed, None when it was gone already."""
        # The same locks as planning and keeping take, so that nobody waits for each other's rows.
        await self._database.lock(writing, f"reminders of {connection_id}")
        await self._database.lock(writing, f"kept of {connection_id}")
        row = select(_table.credential).where(_table.id == connection_id).with_for_update()
        sealed: bytes | None = (await writing.execute(row)).scalar()
        for table in (reminders, bookings, kept_events, watches):
            await writing.execute(delete(table).where(table.c.connection_id == connection_id))
        await writing.execute(delete(connections).where(_table.id == connection_id))
        return sealed

    async def _version_of(self, connection_id: str, stale: Secret) -> int | None:
        """The counter of the stored credential, when that is the stale one."""
        found = await self._credential(connection_id)
        return found[1] if found is not None and found[0] == stale else None

    async def _credential(self, connection_id: str) -> tuple[Secret, int] | None:
        columns = (_table.tenant, _table.provider, _table.credential, _table.credential_version)
        async with self._database.read() as connection:
            row = (await connection.execute(select(*columns).where(_table.id == connection_id))).first()
        if row is None:
            return None
        place = credential_place(connection_id, row.tenant, row.provider)
        return Secret(self._vault.open(row.credential, *place)), row.credential_version

    def _seal(self, credential: Secret, connection_id: str, tenant: str, provider: str) -> bytes:
        return self._vault.seal(credential.reveal(), *credential_place(connection_id, tenant, provider))


def _expired(at: datetime) -> dict[str, object]:
    """What a row says of a connection that has died; since when, is when that was seen first."""
    since = case((_table.health != _EXPIRED, literal(at, UtcDateTime())), else_=_table.expired_at)
    return {"health": _EXPIRED, "expired_at": since}
