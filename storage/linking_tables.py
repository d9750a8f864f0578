"""The tables of linking an account, giving access back, keeping events, watching and sharing; see `schema.py`.

A nonce, a state, a cookie and a channel's secret are 256 random bits: their plain SHA-256 is kept, which nobody can
turn round. A secret that a person may have chosen is never kept this way, but sealed.
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from storage.instants import UtcDateTime
from storage.metadata import metadata


def _invitation() -> list[Column[object]]:
    """What a link is for; handed on from step to step. `expires_at` is each step's own."""
    return [
        Column("tenant", Text, nullable=False),
        Column("user_id", String(64), ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        Column("provider", Text, nullable=False),
        Column("version", Text, nullable=False),
        Column("handle", Text, nullable=False),
        Column("expires_at", UtcDateTime, nullable=False),
    ]


links = Table(
    "links",
    metadata,
    Column("nonce_hash", String(64), primary_key=True),
    *_invitation(),
    Column("made_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Index(None, "user_id", "made_at"),
    Index(None, "made_at"),
)

link_states = Table(
    "link_states",
    metadata,
    Column("state_hash", String(64), primary_key=True),
    *_invitation(),
    Column("cookie_hash", String(64), nullable=False),
    Column("flow", LargeBinary, nullable=False),
    Index(None, "expires_at"),
    Index(None, "user_id"),
)

pending_grants = Table(
    "pending_grants",
    metadata,
    Column("id", String(64), primary_key=True),
    *_invitation(),
    Column("cookie_hash", String(64), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("host", Text, nullable=False),
    Index(None, "expires_at"),
    Index(None, "user_id"),
    Index(None, "host"),
)
"""`host` is that of the connection it would become, "" where the account is not known yet."""

revocations = Table(
    "revocations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("credential", LargeBinary, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("next_try_at", UtcDateTime, nullable=False),
    Column("host", Text, nullable=False),
    Index(None, "next_try_at"),
)
"""`host` is that of the connection it was, or would have become; "" where the account was never known."""

kept_events = Table(
    "kept_events",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("connection_id", String(64), ForeignKey("connections.id", ondelete="CASCADE"), nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index(None, "connection_id", "starts_at"),
    Index(None, "ends_at"),
)

watches = Table(
    "watches",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("connection_id", String(64), ForeignKey("connections.id", ondelete="CASCADE"), nullable=False),
    Column("calendar", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("secret_hash", String(64), nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Index(None, "connection_id"),
)

grants = Table(
    "grants",
    metadata,
    Column("owner_id", String(64), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("asker_id", String(64), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("until", UtcDateTime),
    Index(None, "asker_id"),
)
