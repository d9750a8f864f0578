"""The trail: who did what, and how it ended."""

from collections.abc import Sequence

from sqlalchemy import select

from bot.ports import AuditEntry
from storage.database import Database, uninterrupted
from storage.schema import audit


@uninterrupted
class AuditTable:
    """`bot.ports.Audit`. Rows are added and never changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, entry: AuditEntry) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                audit.insert().values(
                    tenant=entry.tenant,
                    at=entry.at,
                    user_id=entry.user_id,
                    action=entry.action,
                    subject=entry.subject,
                    result=entry.result,
                )
            )

    async def of(self, user_id: str, limit: int) -> Sequence[AuditEntry]:
        statement = select(audit).where(audit.c.user_id == user_id).order_by(audit.c.at.desc(), audit.c.id.desc())
        async with self._database.read() as connection:
            rows = (await connection.execute(statement.limit(limit))).all()
        return [AuditEntry(row.at, row.tenant, row.user_id, row.action, row.subject, row.result) for row in rows]
