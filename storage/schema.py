"""The tables. Every one that holds what is a tenant's has the tenant, so that it can be split by tenant.

In clear are ids, times, states and the addresses needed for looking up; all else is sealed (`LargeBinary`).
A change here needs a migration; a test compares the two.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)

from storage.chat_tables import inbox, installations
from storage.instants import UtcDateTime
from storage.linking_tables import grants, kept_events, link_states, links, pending_grants, revocations, watches
from storage.metadata import metadata

__all__ = [
    "audit",
    "bookings",
    "connections",
    "grants",
    "inbox",
    "installations",
    "kept_events",
    "link_states",
    "links",
    "local_calendars",
    "local_changes",
    "local_events",
    "local_people",
    "local_versions",
    "metadata",
    "pending_grants",
    "press_groups",
    "presses",
    "receipts",
    "reminders",
    "revocations",
    "users",
    "vault_check",
    "watches",
]

Serial = BigInteger().with_variant(Integer, "sqlite")

vault_check = Table(
    "vault_check",
    metadata,
    Column("key_id", String(64), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("chat_user", Text, nullable=False),
    Column("profile", LargeBinary, nullable=False),
    Column("paused", Boolean, nullable=False),
    UniqueConstraint("chat", "workspace", "chat_user"),
)

connections = Table(
    "connections",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("user_id", String(64), ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("provider", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("credential", LargeBinary, nullable=False),
    Column("health", Text, nullable=False),
    Column("calendar", Text, nullable=False),
    Column("checks", Text, nullable=False),
    Column("cursor", Text),
    Column("checked_at", UtcDateTime),
    Column("connected_at", UtcDateTime, nullable=False),
    Column("address_key", Text, nullable=False, server_default=""),
    Column("credential_version", Integer, nullable=False, server_default=text("0")),
    Column("refreshing_until", UtcDateTime),
    Column("expired_at", UtcDateTime),
    Column("told_at", UtcDateTime),
    Column("kept_from", UtcDateTime),
    Column("kept_until", UtcDateTime),
    Column("kept_at", UtcDateTime),
    Column("spoils", Integer, nullable=False, server_default=text("0")),
    Column("kept_spoils", Integer, nullable=False, server_default=text("0")),
    Column("watched_until", UtcDateTime),
    Column("watching_until", UtcDateTime),
    Column("tell_at", UtcDateTime),
    UniqueConstraint("user_id", "host"),
    Index(None, "tenant", "address_key"),
    Index(None, "host"),
)
"""`address_key` is the address without regard to case, for finding people by it. `credential_version` counts the
credentials: a sealed one looks different each time, so that two cannot be compared by a statement.
`refreshing_until` and `watching_until` are leases; `tell_at` is when a message that was not sent is tried again."""

receipts = Table(
    "receipts",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("tenant", Text, nullable=False),
    Column("user_id", String(64), ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("provider", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("accepted_at", UtcDateTime, nullable=False),
    Index(None, "user_id"),
)

press_groups = Table(
    "press_groups",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("user_id", String(64), ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Index(None, "expires_at"),
    Index(None, "user_id"),
)

presses = Table(
    "presses",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("group_id", String(64), ForeignKey("press_groups.id", ondelete="CASCADE"), nullable=False),
    Column("offer", LargeBinary, nullable=False),
    Index(None, "group_id"),
)

OPEN = text("state = 'held'")
"""Bookings that are being written; likewise."""

bookings = Table(
    "bookings",
    metadata,
    Column("key", Text, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("user_id", String(64), nullable=False),
    Column("connection_id", String(64), nullable=False),
    Column("host", Text, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("draft", LargeBinary),
    Column("ref", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("held_at", UtcDateTime, nullable=False),
    Column("confirmed_at", UtcDateTime),
    Index(None, "host", "ends_at"),
    Index(None, "connection_id", "ref"),
    Index("ix_bookings_open", "held_at", sqlite_where=OPEN, postgresql_where=OPEN),
)

EXTENSION = "CREATE EXTENSION IF NOT EXISTS btree_gist"

NO_OVERLAP = """
ALTER TABLE bookings ADD CONSTRAINT bookings_no_overlap EXCLUDE USING gist (
    host WITH =,
    tstzrange(starts_at, ends_at, '[)') WITH &&,
    (COALESCE(NULLIF(ref, ''), key)) WITH <>
) WHERE (state IN ('held', 'booked'))
"""
"""The backstop on PostgreSQL behind the lock that `bookings.py` takes; rows of one event may overlap (a move)."""


@event.listens_for(metadata, "before_create")
def _add_extension(target: object, connection: Connection, **_: object) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(EXTENSION)


@event.listens_for(bookings, "after_create")
def _add_backstop(target: object, connection: Connection, **_: object) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(NO_OVERLAP)


WAITING = text("state IN ('pending', 'claimed', 'sending')")
"""Reminders that still want something. Queries say it in the same words, or the partial index is not used."""

reminders = Table(
    "reminders",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("user_id", String(64), nullable=False),
    Column("connection_id", String(64), ForeignKey("connections.id", ondelete="CASCADE"), nullable=False),
    Column("meeting_ref", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("planned", Boolean, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("next_try_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("gen", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("repeats", Integer, nullable=False),
    Column("owner", Text),
    Column("handle", Text, nullable=False),
    Column("meeting", LargeBinary, nullable=False),
    UniqueConstraint("connection_id", "meeting_ref", "kind"),
    Index("ix_reminders_waiting", "next_try_at", sqlite_where=WAITING, postgresql_where=WAITING),
    Index(None, "connection_id", "starts_at"),
    Index(None, "user_id", "due_at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("tenant", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("user_id", String(64), nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("result", Text, nullable=False),
    Index(None, "user_id", "at"),
)

local_calendars = Table(
    "local_calendars",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("name", LargeBinary, nullable=False),
    Column("zone", Text, nullable=False),
)

local_events = Table(
    "local_events",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("uid", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("key", Text),
    Column("body", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    UniqueConstraint("tenant", "owner", "key"),
)

local_people = Table(
    "local_people",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("event_id", String(64), ForeignKey("local_events.id", ondelete="CASCADE"), primary_key=True),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime),
    Index(None, "event_id"),
    Index(None, "tenant", "address", "starts_at", "ends_at"),
)

local_versions = Table(
    "local_versions",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("version", Integer, nullable=False),
)

local_changes = Table(
    "local_changes",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("tenant", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("starts_at", UtcDateTime),
    Column("ends_at", UtcDateTime),
    Index(None, "tenant", "address", "version"),
)
