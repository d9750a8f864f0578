"""Linking an account, renewing, keeping, watching, sharing: columns of connections, and seven tables."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _widen_connections()
    op.create_table(
        "links",
        sa.Column("nonce_hash", sa.String(length=64), nullable=False),
        *_invitation(),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        _of("links", "user_id", "users"),
        sa.PrimaryKeyConstraint("nonce_hash", name="pk_links"),
    )
    op.create_index("ix_links_user_id_made_at", "links", ["user_id", "made_at"], unique=False)
    op.create_index("ix_links_made_at", "links", ["made_at"], unique=False)
    op.create_table(
        "link_states",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        *_invitation(),
        sa.Column("cookie_hash", sa.String(length=64), nullable=False),
        sa.Column("flow", sa.LargeBinary(), nullable=False),
        _of("link_states", "user_id", "users"),
        sa.PrimaryKeyConstraint("state_hash", name="pk_link_states"),
    )
    op.create_index("ix_link_states_expires_at", "link_states", ["expires_at"], unique=False)
    op.create_index("ix_link_states_user_id", "link_states", ["user_id"], unique=False)
    op.create_table(
        "pending_grants",
        sa.Column("id", sa.String(length=64), nullable=False),
        *_invitation(),
        sa.Column("cookie_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        _of("pending_grants", "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name="pk_pending_grants"),
    )
    op.create_index("ix_pending_grants_expires_at", "pending_grants", ["expires_at"], unique=False)
    op.create_index("ix_pending_grants_user_id", "pending_grants", ["user_id"], unique=False)
    op.create_index("ix_pending_grants_host", "pending_grants", ["host"], unique=False)
    op.create_table(
        "revocations",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_revocations"),
    )
    op.create_index("ix_revocations_next_try_at", "revocations", ["next_try_at"], unique=False)
    op.create_table(
        "kept_events",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("connection_id", sa.String(length=64), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        _of("kept_events", "connection_id", "connections"),
        sa.PrimaryKeyConstraint("id", name="pk_kept_events"),
    )
    op.create_index(
        "ix_kept_events_connection_id_starts_at", "kept_events", ["connection_id", "starts_at"], unique=False
    )
    op.create_index("ix_kept_events_ends_at", "kept_events", ["ends_at"], unique=False)
    op.create_table(
        "watches",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("connection_id", sa.String(length=64), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        _of("watches", "connection_id", "connections"),
        sa.PrimaryKeyConstraint("channel", name="pk_watches"),
    )
    op.create_index("ix_watches_connection_id", "watches", ["connection_id"], unique=False)
    op.create_table(
        "grants",
        sa.Column("owner_id", sa.String(length=64), nullable=False),
        sa.Column("asker_id", sa.String(length=64), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        _of("grants", "owner_id", "users"),
        _of("grants", "asker_id", "users"),
        sa.PrimaryKeyConstraint("owner_id", "asker_id", name="pk_grants"),
    )
    op.create_index("ix_grants_asker_id", "grants", ["asker_id"], unique=False)


def _widen_connections() -> None:
    moments = (
        "refreshing_until",
        "expired_at",
        "told_at",
        "kept_from",
        "kept_until",
        "kept_at",
        "watched_until",
        "watching_until",
        "tell_at",
    )
    counters = ("credential_version", "spoils", "kept_spoils")
    op.add_column("connections", sa.Column("address_key", sa.Text(), server_default="", nullable=False))
    for name in counters:
        op.add_column("connections", sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False))
    for name in moments:
        op.add_column("connections", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    # A host is the provider's name, a colon and the address without regard to case.
    op.execute("UPDATE connections SET address_key = substr(host, length(provider) + 2)")
    op.create_index("ix_connections_tenant_address_key", "connections", ["tenant", "address_key"], unique=False)
    op.create_index("ix_connections_host", "connections", ["host"], unique=False)


def _invitation() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _of(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=f"fk_{table}_{column}", ondelete="CASCADE")


def downgrade() -> None:
    """Going back is restoring the backup made before the upgrade."""
    raise NotImplementedError("restore the backup made before the upgrade")
