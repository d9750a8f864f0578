"""What changed on an address's embedded calendar: a count, and the windows of the newest changes."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.scheduling.interval import Interval, merge
from storage.database import Database
from storage.schema import local_changes, local_versions

KEPT = 500
"""How many changes of an address are remembered window by window."""

_PRUNE_EVERY = 50


async def note_change(
    connection: AsyncConnection,
    database: Database,
    tenant: str,
    address: str,
    windows: Iterable[tuple[datetime, datetime | None]],
) -> None:
    """Count one change of this address's calendar; a window without an end (a series) means everything."""
    counted = (
        database.insert(local_versions)
        .values(tenant=tenant, address=address, version=1)
        .on_conflict_do_update(index_elements=["tenant", "address"], set_={"version": local_versions.c.version + 1})
        .returning(local_versions.c.version)
    )
    version = (await connection.execute(counted)).scalar_one()
    rows = [
        {"tenant": tenant, "address": address, "version": version, "starts_at": start, "ends_at": end}
        for start, end in windows
    ]
    await connection.execute(local_changes.insert(), rows)
    if version % _PRUNE_EVERY == 0:
        old = and_(_of(tenant, address), local_changes.c.version <= version - KEPT)
        await connection.execute(delete(local_changes).where(old))


async def version_of(connection: AsyncConnection, tenant: str, address: str) -> int:
    this = and_(local_versions.c.tenant == tenant, local_versions.c.address == address)
    return (await connection.execute(select(local_versions.c.version).where(this))).scalar() or 0


async def dirty_since(
    connection: AsyncConnection, tenant: str, address: str, version: int
) -> Sequence[Interval] | None:
    """Merged windows; None when a series changed, the version is too old, or it is not one of ours."""
    current = await version_of(connection, tenant, address)
    if version > current or version < current - KEPT:
        return None
    windows = select(local_changes.c.starts_at, local_changes.c.ends_at)
    newer = windows.where(_of(tenant, address), local_changes.c.version > version)
    rows = (await connection.execute(newer)).all()
    if any(row.ends_at is None for row in rows):
        return None
    return merge(Interval(row.starts_at, row.ends_at) for row in rows)


def _of(tenant: str, address: str) -> ColumnElement[bool]:
    return and_(local_changes.c.tenant == tenant, local_changes.c.address == address)
