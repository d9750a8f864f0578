"""What people agreed to."""

import json
from collections.abc import Sequence

from sqlalchemy import select

from bot.ports import Receipt
from storage.database import Database, uninterrupted
from storage.schema import receipts, users


@uninterrupted
class ReceiptsTable:
    """`bot.ports.Receipts`. Rows are added and never changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, receipt: Receipt) -> None:
        tenant = select(users.c.tenant).where(users.c.id == receipt.user_id).scalar_subquery()
        async with self._database.write() as connection:
            await connection.execute(
                receipts.insert().values(
                    tenant=tenant,
                    user_id=receipt.user_id,
                    provider=receipt.provider,
                    version=receipt.version,
                    scopes=json.dumps(receipt.scopes),
                    accepted_at=receipt.accepted_at,
                )
            )

    async def of(self, user_id: str) -> Sequence[Receipt]:
        statement = select(receipts).where(receipts.c.user_id == user_id)
        async with self._database.read() as connection:
            rows = (await connection.execute(statement.order_by(receipts.c.accepted_at, receipts.c.id))).all()
        return [
            Receipt(row.user_id, row.provider, row.version, tuple(json.loads(row.scopes)), row.accepted_at)
            for row in rows
        ]
