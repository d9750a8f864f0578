"""The hot statement on PostgreSQL: one round trip, on a connection of its own.

A transaction by the pool takes four (is the connection alive, begin, the statement, commit) and twenty layers. One
statement is a transaction by itself, and whether the connection is alive shows when it is used.
"""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database


class RoundTrip:
    """One statement as psycopg writes it, run once at a time."""

    def __init__(self, database: Database, sql: str) -> None:
        self._database = database
        self._sql = sql
        self._held: AsyncConnection | None = None
        self._driver: Any = None

    async def all(self, values: Sequence[object]) -> Sequence[Sequence[Any]] | None:
        """Rows as the driver gives them, committed. None when that failed: the ordinary path says why, and may find it
        done all the same when the connection was lost on the way back.
        """
        from psycopg import Error  # not imported where it is not used

        try:
            if self._held is None:
                await self._open()
            cursor = await self._driver.execute(self._sql, values, prepare=True)
            return cast(Sequence[Sequence[Any]], await cursor.fetchall())
        except (Error, SQLAlchemyError):
            await self.close()
            return None
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            await held.invalidate()
            await held.close()

    async def _open(self) -> None:
        self._held = await self._database.alone()
        self._driver = (await self._held.get_raw_connection()).driver_connection
