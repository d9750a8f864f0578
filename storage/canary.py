"""A sealed record of a known text: what it says of a key ring whether it opens."""

from bot.errors import Sealed
from storage.vault import Vault

_CANARY = "freewhen"


def make(vault: Vault) -> bytes:
    """One sealed with the newest key."""
    return vault.seal(_CANARY, *_where(vault.newest))


def sings(vault: Vault, key_id: str, sealed: object) -> bool:
    """Whether the ring's key of that id is the one that sealed it."""
    try:
        return vault.open(sealed, *_where(key_id)) == _CANARY
    except Sealed:
        return False


def _where(key_id: str) -> tuple[str, ...]:
    return ("vault_check", "sealed", key_id, "")
