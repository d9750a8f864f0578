"""What the buttons under a message mean.

A token is 144 random bits; only its hash is kept, so that nobody who reads the database can press a button.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StorageError
from bot.ports import Offer, Pressed, PressState
from storage.database import Database, uninterrupted
from storage.schema import press_groups, presses, users
from storage.vault import Vault


@uninterrupted
class PressesTable:
    """`bot.ports.Presses`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def offer(self, user_id: str, offers: Sequence[Offer], expires_at: datetime) -> tuple[str, ...]:
        if not offers:
            return ()
        group_id = secrets.token_hex(16)
        tokens = tuple(secrets.token_urlsafe(18) for _ in offers)
        async with self._database.write() as connection:
            tenant = (await connection.execute(select(users.c.tenant).where(users.c.id == user_id))).scalar()
            if tenant is None:
                raise StorageError("choices are offered to a person who is not stored")
            await connection.execute(
                press_groups.insert().values(id=group_id, tenant=tenant, user_id=user_id, expires_at=expires_at)
            )
            rows = [
                {"id": key, "tenant": tenant, "group_id": group_id, "offer": self._seal(offer, key, tenant)}
                for key, offer in zip(map(_hash, tokens), offers, strict=True)
            ]
            await connection.execute(presses.insert(), rows)
        return tokens

    async def look(self, token: str, user_id: str, now: datetime) -> Pressed:
        async with self._database.read() as connection:
            return await self._look(connection, _hash(token), user_id, now)

    async def use(self, token: str, user_id: str, now: datetime) -> Pressed:
        key = _hash(token)
        this = presses.c.id == key
        statement = (
            update(press_groups)
            .where(
                press_groups.c.id == select(presses.c.group_id).where(this).scalar_subquery(),
                press_groups.c.user_id == user_id,
                press_groups.c.used_at.is_(None),
                press_groups.c.expires_at > now,
            )
            .values(used_at=now)
            .returning(press_groups.c.tenant, select(presses.c.offer).where(this).scalar_subquery())
        )
        async with self._database.write() as connection:
            row = (await connection.execute(statement)).first()
            if row is None:
                return await self._look(connection, key, user_id, now)
            # Opened inside the transaction: a press that cannot be opened is not used up.
            return Pressed(PressState.READY, self._open(row[1], key, row[0]))

    async def restore(self, token: str) -> None:
        group = select(presses.c.group_id).where(presses.c.id == _hash(token)).scalar_subquery()
        async with self._database.write() as connection:
            await connection.execute(update(press_groups).where(press_groups.c.id == group).values(used_at=None))

    async def sweep(self, before: datetime) -> int:
        old = select(press_groups.c.id).where(press_groups.c.expires_at < before)
        async with self._database.write() as connection:
            gone = await connection.execute(delete(presses).where(presses.c.group_id.in_(old)))
            await connection.execute(delete(press_groups).where(press_groups.c.expires_at < before))
        return int(gone.rowcount)

    async def _look(self, connection: AsyncConnection, key: str, user_id: str, now: datetime) -> Pressed:
        statement = (
            select(presses.c.offer, presses.c.tenant, press_groups.c.used_at, press_groups.c.expires_at)
            .join(press_groups, press_groups.c.id == presses.c.group_id)
            .where(presses.c.id == key, press_groups.c.user_id == user_id)
        )
        row = (await connection.execute(statement)).first()
        if row is None:
            return Pressed(PressState.UNKNOWN)
        if row.used_at is None and row.expires_at <= now:
            return Pressed(PressState.EXPIRED)
        state = PressState.READY if row.used_at is None else PressState.USED
        return Pressed(state, self._open(row.offer, key, row.tenant))

    def _seal(self, offer: Offer, key: str, tenant: str) -> bytes:
        # Not to_plain: arguments are JSON already, and must come back as they were.
        text = json.dumps({"action": offer.action, "args": dict(offer.args)}, allow_nan=False, ensure_ascii=False)
        if json.loads(text)["args"] != dict(offer.args):
            raise TypeError("the arguments of an offer are JSON types only")
        return self._vault.seal(text, *_where(key, tenant))

    def _open(self, sealed: bytes, key: str, tenant: str) -> Offer:
        data: Any = self._vault.open_json(sealed, *_where(key, tenant))
        if not isinstance(data, dict) or not isinstance(data.get("args"), dict) or not isinstance(data["action"], str):
            raise StorageError("a stored press cannot be read")
        return Offer(data["action"], data["args"])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _where(key: str, tenant: str) -> tuple[str, ...]:
    return ("presses", "offer", key, tenant)
