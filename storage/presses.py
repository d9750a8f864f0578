"""What the buttons under a message mean.

A token is 144 random bits; only its hash is kept, so that nobody who reads the database can press a button.
"""

import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StorageError
from bot.ports import Offer, Pressed, PressState
from storage.database import Database, already_whole, uninterrupted
from storage.schema import press_groups, presses, users
from storage.together import Together
from storage.tokens import digest
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class _Group:
    """The choices of one message, as they are kept."""

    user_id: str
    expires_at: datetime
    keys: tuple[str, ...]
    texts: tuple[str, ...]


@uninterrupted
class PressesTable:
    """`bot.ports.Presses`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._groups = Together(database, self._write)

    @already_whole
    async def offer(self, user_id: str, offers: Sequence[Offer], expires_at: datetime) -> tuple[str, ...]:
        if not offers:
            return ()
        texts = tuple(_text(offer) for offer in offers)
        tokens = tuple(secrets.token_urlsafe(18) for _ in offers)
        if not await self._groups.do(_Group(user_id, expires_at, tuple(map(digest, tokens)), texts)):
            raise StorageError("choices are offered to a person who is not stored")
        return tokens

    async def _write(self, groups: Sequence[_Group]) -> Sequence[bool]:
        """Which of them were written: those of people who are stored."""
        who = select(users.c.id, users.c.tenant).where(users.c.id.in_({group.user_id for group in groups}))
        async with self._database.write() as connection:
            tenants: dict[str, str] = {row.id: row.tenant for row in (await connection.execute(who)).all()}
            heads, rows = [], []
            for group in groups:
                tenant = tenants.get(group.user_id)
                if tenant is None:
                    continue
                # By time, so that a burst writes to the end of two indexes and not all over them.
                of = {"tenant": tenant, "group_id": f"{time.time_ns():016x}{secrets.token_hex(8)}"}
                heads.append(
                    {"id": of["group_id"], "tenant": tenant, "user_id": group.user_id, "expires_at": group.expires_at}
                )
                rows += [
                    {"id": key, **of, "offer": self._vault.seal(text, *_where(key, tenant))}
                    for key, text in zip(group.keys, group.texts, strict=True)
                ]
            if heads:
                await connection.execute(press_groups.insert(), heads)
                await connection.execute(presses.insert(), rows)
        return [group.user_id in tenants for group in groups]

    async def look(self, token: str, user_id: str, now: datetime) -> Pressed:
        async with self._database.read() as connection:
            return await self._look(connection, digest(token), user_id, now)

    async def use(self, token: str, user_id: str, now: datetime) -> Pressed:
        key = digest(token)
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
        group = select(presses.c.group_id).where(presses.c.id == digest(token)).scalar_subquery()
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

    def _open(self, sealed: bytes, key: str, tenant: str) -> Offer:
        data: Any = self._vault.open_json(sealed, *_where(key, tenant))
        if not isinstance(data, dict) or not isinstance(data.get("args"), dict) or not isinstance(data["action"], str):
            raise StorageError("a stored press cannot be read")
        return Offer(data["action"], data["args"])


def _text(offer: Offer) -> str:
    # Not to_plain: arguments are JSON already, and must come back as they were.
    text = json.dumps({"action": offer.action, "args": dict(offer.args)}, allow_nan=False, ensure_ascii=False)
    if json.loads(text)["args"] != dict(offer.args):
        raise TypeError("the arguments of an offer are JSON types only")
    return text


def _where(key: str, tenant: str) -> tuple[str, ...]:
    return ("presses", "offer", key, tenant)
