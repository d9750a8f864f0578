"""People, and the one read that every request begins with."""

import json
import logging
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Insert, Update, bindparam, select, update

from bot.errors import StorageError
from bot.messages import ChatUser, Profile
from bot.ports import Context, Preferences, User
from bot.scheduling.plain import from_plain, to_plain
from storage.connection_rows import COLUMNS as CONNECTION_COLUMNS
from storage.connection_rows import to_connection
from storage.database import Database
from storage.quick import QuickReader
from storage.schema import connections, users
from storage.together import Together
from storage.tokens import storable
from storage.vault import Vault

log = logging.getLogger("freewhen.storage")

_USER_COLUMNS = (users.c.id, users.c.tenant, users.c.chat, users.c.workspace, users.c.chat_user, users.c.profile)
_WIDTH = len(_USER_COLUMNS) + 1

_NEVER = datetime.max.replace(tzinfo=UTC)

_CONTEXT = (
    select(*_USER_COLUMNS, users.c.paused, *CONNECTION_COLUMNS)
    .select_from(users.outerjoin(connections, connections.c.user_id == users.c.id))
    .order_by(connections.c.connected_at, connections.c.id)
)
_BY_WHO = _CONTEXT.where(
    users.c.chat == bindparam("chat"),
    users.c.workspace == bindparam("workspace"),
    users.c.chat_user == bindparam("chat_user"),
)
_BY_ID = _CONTEXT.where(users.c.id == bindparam("user_id"))
_OWNERS = select(connections.c.user_id).where(
    connections.c.tenant == bindparam("tenant"), connections.c.address_key.in_(bindparam("keys", expanding=True))
)
_BY_ADDRESSES = _CONTEXT.where(users.c.id.in_(_OWNERS), users.c.tenant == bindparam("tenant"))
_BY_IDS = _CONTEXT.where(users.c.id.in_(bindparam("user_ids", expanding=True)))


class UsersTable:
    """`bot.ports.Users`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._by_who = QuickReader(database, _BY_WHO)
        self._by_id = QuickReader(database, _BY_ID)
        # A burst of reminders reads its people by the dozen, and a server's answer takes a while.
        self._by_ids = Together(database, self._read_many)

    async def context(self, who: ChatUser) -> Context | None:
        rows = await self._by_who.all(chat=who.chat, workspace=who.workspace, chat_user=who.id)
        return self._context(rows)

    async def by_id(self, user_id: str) -> Context | None:
        quick = self._database.is_sqlite
        return self._context(await (self._by_id.all(user_id=user_id) if quick else self._by_ids.do(user_id)))

    async def at(self, tenant: str, addresses: Sequence[str]) -> Mapping[str, Context]:
        """Of several people with one account, the one whose own address it is, else who connected it first.

        A person whose record cannot be read is left out, as if they were not here.
        """
        asked = {address.casefold(): address for address in addresses if storable(address)}
        if not asked or not storable(tenant):
            return {}
        rows = await self._database.finish(self._read_at(tenant, list(asked)))
        people: dict[str, list[Any]] = {}
        for row in rows:
            people.setdefault(row[0], []).append(row)
        found: dict[str, tuple[bool, datetime, Context]] = {}
        for own in people.values():
            if (context := self._readable(own)) is None:
                continue
            for connection in context.connections:
                key = connection.address.casefold()
                other = context.user.email.casefold() != key
                rank = (other, connection.connected_at or _NEVER, context)
                if key in asked and (key not in found or rank[:2] < found[key][:2]):
                    found[key] = rank
        return {asked[key]: context for key, (_, _, context) in found.items()}

    async def _read_at(self, tenant: str, keys: Sequence[str]) -> Sequence[Sequence[Any]]:
        async with self._database.read() as connection:
            rows: Sequence[Sequence[Any]] = (
                await connection.execute(_BY_ADDRESSES, {"tenant": tenant, "keys": keys})
            ).all()
            return rows

    def _readable(self, rows: Sequence[Sequence[Any]]) -> Context | None:
        try:
            return self._context(rows)
        except StorageError:
            log.error("a person who cannot be read was left out: %s", rows[0][0])
            return None

    async def add(self, who: ChatUser, profile: Profile, preferences: Preferences) -> User:
        user = User(secrets.token_hex(16), who, profile.name, profile.email, preferences)
        statement = self._database.insert(users).values(
            id=user.id,
            tenant=who.tenant,
            chat=who.chat,
            workspace=who.workspace,
            chat_user=who.id,
            profile=self._seal(user),
            paused=False,
        )
        await self._database.finish(self._write(statement.on_conflict_do_nothing()))
        context = await self.context(who)
        if context is None:
            raise StorageError("the person was removed while being added")
        return context.user

    async def save(self, user: User) -> None:
        statement = update(users).where(users.c.id == user.id)
        await self._database.finish(self._write(statement.values(profile=self._seal(user), paused=user.paused)))

    def close(self) -> None:
        self._by_who.close()
        self._by_id.close()

    async def _read_many(self, user_ids: Sequence[str]) -> Sequence[Sequence[Any]]:
        found: dict[str, list[Any]] = {user_id: [] for user_id in user_ids}
        async with self._database.read() as connection:
            for row in (await connection.execute(_BY_IDS, {"user_ids": list(found)})).all():
                found[row[0]].append(row)
        return [found[user_id] for user_id in user_ids]

    async def _write(self, statement: Insert | Update) -> None:
        async with self._database.write() as connection:
            await connection.execute(statement)

    def _seal(self, user: User) -> bytes:
        preferences = json.dumps(to_plain(user.preferences), separators=(",", ":"))
        return self._vault.seal_value([user.name, user.email, preferences], *_where(user.id, user.who.tenant))

    def _context(self, rows: Sequence[Sequence[Any]]) -> Context | None:
        if not rows:
            return None
        user_id, tenant, chat, workspace, chat_user, profile, paused = rows[0][:_WIDTH]
        try:
            name, email, preferences = self._vault.open_json(profile, *_where(user_id, tenant))
            user = User(
                user_id, ChatUser(chat, workspace, chat_user), name, email, _preferences(preferences), bool(paused)
            )
            linked = tuple(to_connection(self._vault, row[_WIDTH:]) for row in rows if row[_WIDTH] is not None)
        except (ValueError, TypeError) as error:
            raise StorageError("a stored person cannot be read") from error
        return Context(user, linked)


def _where(user_id: str, tenant: str) -> tuple[str, ...]:
    return ("users", "profile", user_id, tenant)


@lru_cache(maxsize=512)
def _preferences(text: str) -> Preferences:
    """Most people share their preferences' text, and reading it strictly costs more than the rest together."""
    return from_plain(Preferences, json.loads(text))
