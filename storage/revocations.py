"""Access that is to be given back, until it is: sealed rows with a lease."""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import NullType

from bot.errors import StorageError
from bot.messages import Secret
from bot.ports import Revocation
from storage.database import Database, uninterrupted
from storage.instants import utc
from storage.linking_tables import pending_grants, revocations
from storage.schema import connections
from storage.tokens import storable
from storage.vault import Vault

log = logging.getLogger("freewhen.storage")

_table = revocations.c
_COLUMNS = (
    _table.id,
    _table.tenant,
    _table.provider,
    _table.address,
    _table.credential,
    _table.tries,
    # As the driver gives it: one row that somebody edited must not make the others unreadable.
    type_coerce(_table.since, NullType()).label("since"),
)


@uninterrupted
class RevocationsTable:
    """`bot.ports.Revocations`. `tries` counts the calls of `retry`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def add(self, tenant: str, provider: str, address: str, credential: Secret, now: datetime) -> None:
        async with self._database.write() as connection:
            await queue(connection, self._vault, Revocation("", tenant, provider, address, credential, 0, now))

    async def due(self, now: datetime, lease: timedelta, limit: int) -> Sequence[Revocation]:
        """Longest waiting first. One that cannot be opened cannot be given back by anybody, and is forgotten."""
        alive = select(_table.id).where(_table.next_try_at <= now, _lives(now)).order_by(_table.next_try_at)
        # Whoever holds one of them leases it; that one is looked at again before it is used.
        forget = _table.id.in_(select(alive.with_for_update(skip_locked=True, of=revocations).cte("alive").c.id))
        some = select(_table.id).where(_table.next_try_at <= now).order_by(_table.next_try_at).limit(limit)
        these = _table.id.in_(select(some.with_for_update(skip_locked=True).cte("due").c.id))
        claim = update(revocations).where(these).values(next_try_at=now + lease).returning(*_COLUMNS)
        found, broken = [], []
        async with self._database.write() as connection:
            await connection.execute(delete(revocations).where(forget))
            for row in (await connection.execute(claim)).all():
                try:
                    found.append(self._revocation(row))
                except StorageError:
                    log.error("access that cannot be opened was forgotten, and not given back: %s", row.id)
                    broken.append(row.id)
            if broken:
                await connection.execute(delete(revocations).where(_table.id.in_(broken)))
        return sorted(found, key=lambda one: one.since)

    async def still_due(self, revocation_id: str, now: datetime) -> bool:
        this = _table.id == revocation_id
        async with self._database.write() as connection:
            await connection.execute(delete(revocations).where(this, _lives(now)))
            return (await connection.execute(select(_table.id).where(this))).first() is not None

    async def done(self, revocation_id: str) -> None:
        async with self._database.write() as connection:
            await connection.execute(delete(revocations).where(_table.id == revocation_id))

    async def retry(self, revocation_id: str, at: datetime) -> None:
        later = update(revocations).where(_table.id == revocation_id).values(next_try_at=at, tries=_table.tries + 1)
        async with self._database.write() as connection:
            await connection.execute(later)

    def _revocation(self, row: Any) -> Revocation:
        try:
            credential = Secret(self._vault.open(row.credential, *_where(row.id, row.tenant, row.provider)))
            return Revocation(row.id, row.tenant, row.provider, row.address, credential, int(row.tries), utc(row.since))
        except (ValueError, TypeError) as error:
            raise StorageError("stored access cannot be read") from error


async def queue(
    writing: AsyncConnection, vault: Vault, revocation: Revocation, lease: timedelta = timedelta()
) -> Revocation:
    """Put it in the queue, in the caller's transaction; whatever id it has, it gets one. The caller has it for the
    `lease`.
    """
    key = secrets.token_hex(16)
    place = _where(key, revocation.tenant, revocation.provider)
    row = {
        "id": key,
        "tenant": revocation.tenant,
        "provider": revocation.provider,
        "address": revocation.address if storable(revocation.address) else "",
        "host": host_of(revocation.provider, revocation.address),
        "credential": vault.seal(revocation.credential.reveal(), *place),
        "tries": revocation.tries,
        "since": revocation.since,
        "next_try_at": revocation.since + lease,
    }
    await writing.execute(revocations.insert().values(row))
    return replace(revocation, id=key)


def host_of(provider: str, address: str) -> str:
    """As `Connection.host`; "" for an address that nobody knows, or that no connection can have."""
    return f"{provider}:{address.casefold()}" if address and storable(address) else ""


def _lives(now: datetime) -> ColumnElement[bool]:
    """Whether somebody uses the account: providers end the whole consent of an account with any of its tokens.

    A revocation of an unknown account is nobody's.
    """
    connected = select(connections.c.id).where(connections.c.host == _table.host).exists()
    waiting = (
        select(pending_grants.c.id)
        .where(pending_grants.c.host == _table.host, pending_grants.c.expires_at > now)
        .exists()
    )
    return and_(_table.host != "", or_(connected, waiting))


def _where(key: str, tenant: str, provider: str) -> tuple[str, ...]:
    return ("revocations", "credential", key, tenant, provider)
