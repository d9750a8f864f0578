"""A stored connection: its columns, and the value that is made of them."""

import json
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, literal, or_, type_coerce
from sqlalchemy.types import NullType

from bot.errors import StorageError
from bot.messages import Secret
from bot.ports import Connection, Health
from bot.scheduling.interval import Interval
from storage.instants import UtcDateTime, utc
from storage.schema import connections
from storage.vault import Vault

log = logging.getLogger("freewhen.storage")

COLUMNS = (
    connections.c.id,
    connections.c.tenant,
    connections.c.user_id,
    connections.c.provider,
    connections.c.address,
    connections.c.credential,
    connections.c.health,
    connections.c.calendar,
    connections.c.checks,
    connections.c.cursor,
    connections.c.checked_at,
    connections.c.connected_at,
    connections.c.kept_from,
    connections.c.kept_until,
    connections.c.spoils,
    connections.c.kept_spoils,
    connections.c.watched_until,
)
"""In the order that `to_connection` reads."""

_TIMES = {"checked_at", "connected_at", "kept_from", "kept_until", "watched_until"}

RAW_COLUMNS = [type_coerce(column, NullType()) if column.name in _TIMES else column for column in COLUMNS]
"""As the driver gives them: one row that somebody edited must not make the whole page unreadable."""


def to_connection(vault: Vault, row: Sequence[Any]) -> Connection:
    """A connection from COLUMNS. Raises Sealed, StorageError."""
    (key, tenant, user_id, provider, address, sealed, health, calendar, checks, cursor, checked_at, connected_at) = row[
        :12
    ]
    kept_from, kept_until, spoils, kept_spoils, watched_until = row[12:]
    try:
        return Connection(
            id=key,
            tenant=tenant,
            user_id=user_id,
            provider=provider,
            address=address,
            credential=Secret(vault.open(sealed, *credential_place(key, tenant, provider))),
            health=Health(health),
            calendar=calendar,
            checks=() if checks == "[]" else tuple(json.loads(checks)),
            cursor=cursor,
            checked_at=None if checked_at is None else utc(checked_at),
            connected_at=utc(connected_at),
            kept=None if kept_from is None else Interval(utc(kept_from), utc(kept_until)),
            spoiled=kept_from is not None and spoils != kept_spoils,
            watched_until=None if watched_until is None else utc(watched_until),
        )
    except (ValueError, TypeError, RecursionError) as error:
        raise StorageError("a stored connection cannot be read") from error


def readable(vault: Vault, rows: Iterable[Sequence[Any]]) -> list[Connection]:
    """Those of the RAW_COLUMNS that can be read; the others are left out, and said in the log."""
    found = []
    for row in rows:
        try:
            found.append(to_connection(vault, row))
        except StorageError:
            log.error("a connection that cannot be read was left out: %s", row[0])
    return found


def checks_text(checks: Sequence[str]) -> str:
    """How a list of calendars is kept; the same list is the same text."""
    return json.dumps(list(checks))


def credential_place(connection_id: str, tenant: str, provider: str) -> tuple[str, ...]:
    """Where a credential is sealed: one moved to another row, person or provider does not open."""
    return ("connections", "credential", connection_id, tenant, provider)


def nothing_kept() -> dict[str, object]:
    """What a row says when all that was kept is dropped: a reading under way is one of other calendars."""
    return {
        "kept_from": None,
        "kept_until": None,
        "kept_at": None,
        "cursor": None,
        "spoils": connections.c.spoils + 1,
    }


def later(column: ColumnElement[Any], moment: datetime) -> ColumnElement[Any]:
    """The later one of what a column says and a moment."""
    new = literal(moment, UtcDateTime())
    return case((or_(column.is_(None), column < new), new), else_=column)
