"""Who may ask when somebody is busy. People of two tenants never do."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, or_, select

from bot.errors import StorageError
from storage.database import Database, uninterrupted
from storage.linking_tables import grants
from storage.schema import users

_table = grants.c


@uninterrupted
class GrantsTable:
    """`bot.ports.Grants`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def allow(self, owner_id: str, asker_id: str, until: datetime | None) -> None:
        """The last word holds. Raises StorageError for people who are not stored, or not of one tenant."""
        both = select(users.c.id, users.c.tenant).where(users.c.id.in_({owner_id, asker_id}))
        async with self._database.write() as connection:
            tenants = {row.id: row.tenant for row in (await connection.execute(both)).all()}
            if tenants.keys() != {owner_id, asker_id} or len(set(tenants.values())) > 1:
                raise StorageError("only people of one workspace can allow each other to ask")
            new = self._database.insert(grants).values(
                owner_id=owner_id, asker_id=asker_id, tenant=tenants[owner_id], until=until
            )
            await connection.execute(
                new.on_conflict_do_update(index_elements=["owner_id", "asker_id"], set_={"until": until})
            )

    async def take_back(self, owner_id: str, asker_id: str | None = None) -> None:
        these = _table.owner_id == owner_id
        if asker_id is not None:
            these = these & (_table.asker_id == asker_id)
        async with self._database.write() as connection:
            await connection.execute(delete(grants).where(these))

    async def allowed(self, asker_id: str, owner_ids: Collection[str], now: datetime) -> frozenset[str]:
        holds = or_(_table.until.is_(None), _table.until > now)
        statement = select(_table.owner_id).where(_table.asker_id == asker_id, _table.owner_id.in_(owner_ids), holds)
        if not owner_ids:
            return frozenset()
        async with self._database.read() as connection:
            return frozenset((await connection.execute(statement)).scalars())
