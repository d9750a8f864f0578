"""Run by Alembic: the connection, and the transaction around everything, are `storage.migrate`'s."""

from alembic import context

from storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
