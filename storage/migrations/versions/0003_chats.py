"""A chat that is a service: what it delivered, and the workspaces that added the bot."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("chat", "key", name="pk_inbox"),
    )
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"], unique=False)
    unfinished = sa.text("body IS NOT NULL")
    op.create_index(
        "ix_inbox_unfinished",
        "inbox",
        ["chat", "leased_until"],
        unique=False,
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )
    op.create_table(
        "installations",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=False),
        sa.Column("bot_id", sa.Text(), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("credential_version", sa.Integer(), nullable=False),
        sa.Column("refreshing_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("installed_by", sa.String(length=64), nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", name="pk_installations"),
    )
    op.create_index("ix_installations_chat_workspace", "installations", ["chat", "workspace"], unique=False)
    # An embedded calendar is its tenant's own: the same address in another one is another calendar.
    for table in ("connections", "bookings"):
        op.execute(
            f"UPDATE {table} SET host = 'local:' || tenant || substr(host, 6) WHERE host LIKE 'local:%'"  # noqa: S608
        )


def downgrade() -> None:
    """Going back is restoring the backup made before the upgrade."""
    raise NotImplementedError("restore the backup made before the upgrade")
