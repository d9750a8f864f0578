"""The one statement that decides who renews a credential: for connections and installations alike."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, or_, update

from storage.database import Database


async def claim(database: Database, table: Table, this: ColumnElement[bool], now: datetime, lease: timedelta) -> bool:
    """True for the one caller that has the row's renewal for the lease.

    `this` names the row and the counter that was read with its credential: whoever stores another one meanwhile counts
    it up, and then nobody has it.
    """
    until = table.c.refreshing_until
    statement = update(table).where(this, or_(until.is_(None), until <= now)).values(refreshing_until=now + lease)
    async with database.write() as connection:
        return bool((await connection.execute(statement)).rowcount)
