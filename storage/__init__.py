"""What the bot remembers: the repositories of `bot.ports`, over SQLAlchemy Core.

Only the composition root imports this package: `await open_storage(url, ring)`.
"""

from typing import TYPE_CHECKING, Any

from storage.keys import KeyRing, generate_key, generate_key_file, read_key_file

if TYPE_CHECKING:
    from storage.open import Storage, open_storage

__all__ = ["KeyRing", "Storage", "generate_key", "generate_key_file", "open_storage", "read_key_file"]


def __getattr__(name: str) -> Any:
    """The store and its drivers are imported with their first use: keys can be read without them."""
    if name not in ("Storage", "open_storage"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from storage import open as opening

    return getattr(opening, name)
