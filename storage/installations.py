"""The workspaces that added the bot, and their sealed credentials."""

import json
import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, select, type_coerce, update
from sqlalchemy.types import NullType

from bot.errors import StorageError
from bot.messages import Secret
from bot.ports import Installation
from storage import renewing
from storage.chat_tables import installations
from storage.database import Database, uninterrupted
from storage.instants import utc
from storage.tokens import storable
from storage.vault import Vault

log = logging.getLogger("freewhen.storage")

_table = installations.c
_COLUMNS = (
    _table.chat,
    _table.workspace,
    _table.label,
    _table.bot_id,
    _table.credential,
    _table.scopes,
    _table.installed_by,
    # As the driver gives it: one row that somebody edited must not make the others unreadable.
    type_coerce(_table.installed_at, NullType()).label("installed_at"),
)


@uninterrupted
class InstallationsTable:
    """`bot.ports.Installations`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def add(self, installation: Installation) -> None:
        if not storable(installation.chat, installation.workspace, installation.bot_id, installation.installed_by):
            raise StorageError("an installation has an id that cannot be kept")
        key, chat = installation.id, installation.chat
        values: dict[str, object] = {
            "label": self._vault.seal(installation.name, *_where("label", key, chat)),
            "bot_id": installation.bot_id,
            "credential": self._vault.seal(installation.credential.reveal(), *_where("credential", key, chat)),
            "scopes": json.dumps(list(installation.scopes)),
            "installed_by": installation.installed_by,
            "installed_at": installation.at,
        }
        # One that is removed and added again must not be taken for the one before: its count begins anywhere.
        version = secrets.randbelow(1_000_000_000)
        first = {"tenant": key, "chat": chat, "workspace": installation.workspace, "credential_version": version}
        renewed = {"credential_version": _table.credential_version + 1, "refreshing_until": None}
        statement = self._database.insert(installations).values(first | values)
        async with self._database.write() as connection:
            await connection.execute(statement.on_conflict_do_update(index_elements=["tenant"], set_=renewed | values))

    async def find(self, chat: str, workspace: str) -> Installation | None:
        """Raises Sealed for one that was changed."""
        if not storable(chat, workspace):
            return None
        this = and_(_table.chat == chat, _table.workspace == workspace)
        async with self._database.read() as connection:
            row = (await connection.execute(select(*_COLUMNS).where(this))).first()
        return None if row is None else self._installation(row)

    async def all(self, chat: str) -> Sequence[Installation]:
        """One that cannot be read is left out, and said in the log."""
        statement = select(*_COLUMNS).where(_table.chat == chat).order_by(_table.workspace)
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()
        found = []
        for row in rows:
            try:
                found.append(self._installation(row))
            except StorageError:
                log.error("an installation that cannot be read was left out: %s", row.workspace)
        return found

    async def remove(
        self, chat: str, workspace: str, before: datetime | None = None, credential: Secret | None = None
    ) -> bool:
        if not storable(chat, workspace):
            return False
        this = and_(_table.chat == chat, _table.workspace == workspace)
        if before is not None:
            this = and_(this, _table.installed_at <= before)
        if credential is not None:
            version = await self._version_of(f"{chat}:{workspace}", credential)
            if version is None:
                return False
            this = and_(this, _table.credential_version == version)
        async with self._database.write() as connection:
            return bool((await connection.execute(delete(installations).where(this))).rowcount)

    async def claim_refresh(self, id: str, stale: Secret, now: datetime, lease: timedelta) -> bool:  # noqa: A002
        """The credential is compared first, its counter in the deciding statement."""
        version = await self._version_of(id, stale)
        if version is None:
            return False
        this = and_(_table.tenant == id, _table.credential_version == version)
        return await renewing.claim(self._database, installations, this, now, lease)

    async def credential(self, id: str) -> Secret | None:  # noqa: A002
        found = await self._credential(id)
        return None if found is None else found[0]

    async def refreshed(self, id: str, stale: Secret, fresh: Secret | None) -> bool:  # noqa: A002
        found = await self._credential(id)
        if found is None or found[0] != stale:
            return False
        _, version, chat = found
        values: dict[str, object] = {"refreshing_until": None}
        if fresh is not None:
            sealed = self._vault.seal(fresh.reveal(), *_where("credential", id, chat))
            values |= {"credential": sealed, "credential_version": version + 1}
        this = and_(_table.tenant == id, _table.credential_version == version)
        async with self._database.write() as connection:
            return bool((await connection.execute(update(installations).where(this).values(values))).rowcount)

    async def _version_of(self, key: str, stale: Secret) -> int | None:
        """The counter of the stored credential, when that is the stale one."""
        found = await self._credential(key)
        return found[1] if found is not None and found[0] == stale else None

    async def _credential(self, key: str) -> tuple[Secret, int, str] | None:
        if not storable(key):
            return None
        statement = select(_table.credential, _table.credential_version, _table.chat).where(_table.tenant == key)
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).first()
        if row is None:
            return None
        sealed = self._vault.open(row.credential, *_where("credential", key, row.chat))
        return Secret(sealed), row.credential_version, row.chat

    def _installation(self, row: Any) -> Installation:
        key = f"{row.chat}:{row.workspace}"
        try:
            return Installation(
                chat=row.chat,
                workspace=row.workspace,
                name=self._vault.open(row.label, *_where("label", key, row.chat)),
                bot_id=row.bot_id,
                credential=Secret(self._vault.open(row.credential, *_where("credential", key, row.chat))),
                scopes=tuple(json.loads(row.scopes)),
                installed_by=row.installed_by,
                at=utc(row.installed_at),
            )
        except (ValueError, TypeError) as error:
            raise StorageError("a stored installation cannot be read") from error


def _where(column: str, key: str, chat: str) -> tuple[str, ...]:
    return ("installations", column, key, key, chat)
