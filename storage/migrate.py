"""Bring a database to the newest schema. Alembic is imported only when there is something to do."""

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from bot.errors import ConfigError, StorageError
from storage.database import Database
from storage.revisions import HEAD, REVISIONS


async def migrate(database: Database) -> None:
    """Bring the schema to HEAD: all or nothing, as often as you like, from several processes at once.

    Raises ConfigError for a database that a newer Freewhen made, and for a missing PostgreSQL extension.
    """
    if await check_version(database) == HEAD:
        return
    try:
        async with database.exclusive() as connection:
            # Somebody else may have been faster while we waited to be alone.
            if await connection.run_sync(_version) != HEAD:
                await connection.run_sync(_upgrade)
    except StorageError as error:
        raise ConfigError(_advice(error)) from error


async def check_version(database: Database) -> str | None:
    """The schema revision, None for an empty database. Raises ConfigError for one that is newer than this program."""
    try:
        async with database.read() as connection:
            version = await connection.run_sync(_version)
    except StorageError as error:
        raise ConfigError(_advice(error)) from error
    if version is not None and version not in REVISIONS:
        raise ConfigError(
            f"this database was made by a newer Freewhen (schema {version}, this program knows {HEAD}); "
            "upgrade the program, or restore the backup made before the upgrade"
        )
    return version


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if version is None else str(version)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _advice(error: StorageError) -> str:
    cause = error.__cause__
    said = str(getattr(cause, "orig", "")) if isinstance(cause, DBAPIError) else ""
    if "btree_gist" in said:
        return (
            "PostgreSQL needs the extension btree_gist; ask the administrator of the server to run in this database: "
            "CREATE EXTENSION btree_gist;  (it comes with the package postgresql-contrib)"
        )
    if "permission denied for schema" in said:
        return "this PostgreSQL user may not make tables; run as its administrator: GRANT CREATE ON SCHEMA public TO …;"
    return f"the database cannot be brought to the newest schema: {error.message}"
