"""The key ring: which keys seal and open, and the file that a key may live in.

Written as `id:base64,id:base64`. The first key seals, all of them open. A key is 32 random bytes.
"""

import base64
import binascii
import os
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from bot.errors import ConfigError

_KEY_BYTES = 32
_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HOW = "make one with: python -m bot key"


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Key id → 32 bytes, newest first. Does not show its keys."""

    keys: Mapping[str, bytes] = field(repr=False)

    @property
    def newest(self) -> str:
        """The id of the key that seals."""
        return next(iter(self.keys))

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Raises ConfigError saying what is wrong; the message never holds any part of a key."""
        keys: dict[str, bytes] = {}
        for number, entry in enumerate(re.split(r"[,\s]+", text.strip(", \t\r\n")), start=1):
            key_id, colon, encoded = entry.partition(":")
            if not entry:
                raise ConfigError(f"the encryption key is empty; {_HOW}")
            if not colon:
                raise ConfigError(f"encryption key {number} is not written as id:base64; {_HOW}")
            if not _KEY_ID.fullmatch(key_id):
                raise ConfigError(f"the id of encryption key {number} may hold letters, digits, '.', '_', '-' only")
            if key_id in keys:
                raise ConfigError(f"the encryption key id {key_id!r} occurs twice; give every key an id of its own")
            keys[key_id] = _key(key_id, encoded)
        if len(set(keys.values())) < len(keys):
            raise ConfigError("two encryption keys are the same key under two ids; keep one")
        return cls(keys)


def generate_key() -> str:
    """A ring of one new key, as text for `KeyRing.parse`."""
    key_id = "k" + secrets.token_hex(3)
    return f"{key_id}:{base64.b64encode(os.urandom(_KEY_BYTES)).decode()}"


def generate_key_file(path: Path) -> None:
    """Make the file with a new key, mode 0600, when there is none; of two processes at once one makes it.

    Nobody ever sees a half-written file, and an existing one is left as it is. Raises ConfigError.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(generate_key() + "\n")
                file.flush()
                os.fsync(file.fileno())
            # A hard link appears whole or not at all, and fails when the name is taken: rename would replace it.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    except OSError as error:
        raise ConfigError(f"cannot make the key file {path}: {error.strerror}") from error


def read_key_file(path: Path) -> KeyRing:
    """The ring in a file. Raises ConfigError: not there, not readable, not a ring, or others may read it."""
    try:
        with path.open(encoding="ascii") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                raise ConfigError(f"others may read the key file {path} (mode {mode:04o}); run: chmod 600 {path}")
            text = file.read(65536)
    except FileNotFoundError as error:
        raise ConfigError(f"there is no key file {path}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read the key file {path}") from error
    return KeyRing.parse(text)


def _key(key_id: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, altchars=b"-_" if re.search("[-_]", encoded) else None, validate=True)
    except (binascii.Error, ValueError):
        raise ConfigError(f"encryption key {key_id!r} is not base64; {_HOW}") from None
    if len(key) != _KEY_BYTES:
        raise ConfigError(f"encryption key {key_id!r} has {len(key)} bytes, not {_KEY_BYTES}; {_HOW}")
    if _typed(key):
        raise ConfigError(f"encryption key {key_id!r} is a well-known or typed value, not a random one; {_HOW}")
    return key


def _typed(key: bytes) -> bool:
    """Zeros, a repeated or counted pattern, or readable text: random bytes look so once in 10^13 keys."""
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    return len(set(key)) < 12 or len(steps) < 4 or all(32 <= byte < 127 for byte in key)
