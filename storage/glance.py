"""Is the database file just as this program left it? One look, straight on the driver.

A prompt can be shown as soon as nothing stands against it; everything that a query needs is imported behind it.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from storage import canary
from storage.keys import KeyRing
from storage.revisions import HEAD
from storage.vault import Vault


def is_ready(path: Path, ring: KeyRing) -> bool:
    """Whether `open_storage` would find nothing to refuse and nothing to change. False when in doubt."""
    if not os.access(path, os.R_OK | os.W_OK) or not os.access(path.parent, os.W_OK):
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0)) as connection:
            versions = connection.execute("SELECT version_num FROM alembic_version").fetchall()
            sealed = dict(connection.execute("SELECT key_id, sealed FROM vault_check").fetchall())
    except sqlite3.Error:
        return False
    vault = Vault(ring)
    known = all(vault.knows(key_id) and canary.sings(vault, key_id, record) for key_id, record in sealed.items())
    return versions == [(HEAD,)] and vault.newest in sealed and known
