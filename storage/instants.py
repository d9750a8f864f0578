"""Instants as the databases keep them: aware and in UTC, refused otherwise."""

from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import DateTime, Dialect
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.errors import StorageError


class _Written(sqlite.DATETIME):
    """Hands the text on as it is, so that what it says when it is no instant is ours to say."""

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        return None


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. A naive one is refused: SQLite would take it and shift it in silence."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(cast(Any, _Written)() if dialect.name == "sqlite" else self.impl_instance)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        value = aware(value).astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else utc(value)


def aware(moment: datetime) -> datetime:
    """Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a naive datetime is not stored")
    return moment


def stored(moment: datetime) -> str:
    """An instant as SQLite keeps it, to the letter, and as PostgreSQL reads it in UTC. A naive one is refused."""
    return aware(moment).astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def utc(value: object) -> datetime:
    """A stored instant, as a driver gives it, aware and in UTC. Raises StorageError for anything else."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        moment = None
    if not isinstance(moment, datetime):
        raise StorageError("a stored instant cannot be read")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
