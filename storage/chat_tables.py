"""The tables of a chat that is a service: what it delivered, and the workspaces that added the bot; see `schema.py`."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text, text

from storage.instants import UtcDateTime
from storage.metadata import metadata

UNFINISHED = text("body IS NOT NULL")
"""Deliveries that nobody finished. Queries say it in the same words, or the partial index is not used."""

inbox = Table(
    "inbox",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("body", LargeBinary),
    Column("received_at", UtcDateTime, nullable=False),
    Column("leased_until", UtcDateTime, nullable=False),
    Column("attempt", Integer, nullable=False),
    Index(None, "received_at"),
    Index("ix_inbox_unfinished", "chat", "leased_until", sqlite_where=UNFINISHED, postgresql_where=UNFINISHED),
)
"""No tenant: whose a delivery is, is known when it is opened, and it does not live long. `attempt` counts who had
it."""

installations = Table(
    "installations",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("chat", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("label", LargeBinary, nullable=False),
    Column("bot_id", Text, nullable=False),
    Column("credential", LargeBinary, nullable=False),
    Column("credential_version", Integer, nullable=False),
    Column("refreshing_until", UtcDateTime),
    Column("scopes", Text, nullable=False),
    Column("installed_by", String(64), nullable=False),
    Column("installed_at", UtcDateTime, nullable=False),
    Index(None, "chat", "workspace"),
)
"""`tenant` is an installation's id, one for each workspace; `label` is the workspace's name."""
