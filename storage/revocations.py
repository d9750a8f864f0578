"""Access that is to be given back, until it is: sealed rows with a lease."""

import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, type_coerce, update
from sqlalchemy.types import NullType

from bot.errors import StorageError
from bot.messages import Secret
from bot.ports import Revocation
from storage.database import Database, uninterrupted
from storage.instants import utc
from storage.linking_tables import revocations
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
        key = secrets.token_hex(16)
        row = {
            "id": key,
            "tenant": tenant,
            "provider": provider,
            "address": address,
            "credential": self._vault.seal(credential.reveal(), *_where(key, tenant, provider)),
            "tries": 0,
            "since": now,
            "next_try_at": now,
        }
        async with self._database.write() as connection:
            await connection.execute(revocations.insert().values(row))

    async def due(self, now: datetime, lease: timedelta, limit: int) -> Sequence[Revocation]:
        """Longest waiting first. One that cannot be opened cannot be given back by anybody, and is forgotten."""
        some = select(_table.id).where(_table.next_try_at <= now).order_by(_table.next_try_at).limit(limit)
        these = _table.id.in_(select(some.with_for_update(skip_locked=True).cte("due").c.id))
        claim = update(revocations).where(these).values(next_try_at=now + lease).returning(*_COLUMNS)
        found, broken = [], []
        async with self._database.write() as connection:
            for row in (await connection.execute(claim)).all():
                try:
                    found.append(self._revocation(row))
                except StorageError:
                    log.error("access that cannot be opened was forgotten, and not given back: %s", row.id)
                    broken.append(row.id)
            if broken:
                await connection.execute(delete(revocations).where(_table.id.in_(broken)))
        return sorted(found, key=lambda one: one.since)

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


def _where(key: str, tenant: str, provider: str) -> tuple[str, ...]:
    return ("revocations", "credential", key, tenant, provider)
