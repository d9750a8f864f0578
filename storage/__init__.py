"""What the bot remembers: the repositories of `bot.ports`, over SQLAlchemy Core.

Only the composition root imports this package: `await open_storage(url, ring)`.
"""

from storage.keys import KeyRing, generate_key, generate_key_file, read_key_file
from storage.open import Storage, open_storage

__all__ = ["KeyRing", "Storage", "generate_key", "generate_key_file", "open_storage", "read_key_file"]
