"""Does this key ring belong to this database? Asked at every start, before anything else is written.

Each key that ever sealed here has a canary: a sealed record of a known text. A canary that does not open means a
wrong or a missing key, and then the start is refused while the records are still whole.
"""

from sqlalchemy import exists, select

from bot.errors import ConfigError
from storage import canary
from storage.database import Database
from storage.schema import users, vault_check
from storage.vault import Vault


async def check_keys(database: Database, vault: Vault) -> None:
    """Raises ConfigError when the ring lacks a key that sealed records here, or has another key under its id."""
    async with database.read() as connection:
        rows = (await connection.execute(select(vault_check))).all()
        used = (await connection.execute(select(exists().select_from(users)))).scalar_one()
    if not rows and used:
        raise ConfigError("this database has lost its key check (table vault_check); restore a backup")
    for key_id, sealed in rows:
        if not vault.knows(key_id):
            raise ConfigError(
                f"the encryption key {key_id!r} is missing: this database holds records sealed with it; "
                "put it back into the key ring (after the first key, if that one is new)"
            )
        _prove(vault, key_id, sealed)
    if vault.newest not in {row.key_id for row in rows}:
        await _note(database, vault)


def _prove(vault: Vault, key_id: str, sealed: bytes) -> None:
    if canary.sings(vault, key_id, sealed):
        return
    raise ConfigError(
        f"the encryption key {key_id!r} is not the one this database was sealed with; "
        "nothing was changed, start again with the right key"
    )


async def _note(database: Database, vault: Vault) -> None:
    """Remember that this key seals here; of two processes at once with two keys of one id, one is refused."""
    key_id = vault.newest
    async with database.write() as connection:
        await connection.execute(
            database.insert(vault_check).values(key_id=key_id, sealed=canary.make(vault)).on_conflict_do_nothing()
        )
        statement = select(vault_check.c.sealed).where(vault_check.c.key_id == key_id)
        sealed = (await connection.execute(statement)).scalar_one()
    _prove(vault, key_id, sealed)
