"""Secrets at rest: AES-256-GCM, bound to the place where they are kept.

A sealed record is `v1 | key id | nonce | wrapped data key | nonce | text`. Every record has a data key of its own,
wrapped by the newest key of the ring; giving the ring a new key rewraps 32 bytes and leaves the text as it is.
Table, column, row, tenant and provider are associated data: a record that was changed, or moved to another row or
another person, does not open.
"""

import json
import os
from typing import Any, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import Sealed, StorageError
from bot.scheduling.plain import from_plain, to_plain
from storage.keys import KeyRing

T = TypeVar("T")

_VERSION = b"v1"
_NONCE = 12
_DATA_KEY = 32
_WRAPPED = _NONCE + _DATA_KEY + 16


class Vault:
    """Seals and opens with one key ring. `where` is table, column, row id, tenant and, where there is one, provider."""

    def __init__(self, ring: KeyRing) -> None:
        self._keys = {key_id: AESGCM(key) for key_id, key in ring.keys.items()}
        self._newest = ring.newest

    @property
    def newest(self) -> str:
        """The id of the key that seals."""
        return self._newest

    def knows(self, key_id: str) -> bool:
        return key_id in self._keys

    def seal(self, text: str, *where: str) -> bytes:
        return self.seal_bytes(text.encode(), *where)

    def open(self, record: object, *where: str) -> str:
        """The sealed text. Raises Sealed for any record that is not exactly what was sealed here, in this place."""
        return self.open_bytes(record, *where).decode()

    def seal_bytes(self, content: bytes, *where: str) -> bytes:
        place = _place(where)
        data_key = os.urandom(_DATA_KEY)
        nonce = os.urandom(_NONCE)
        body = nonce + AESGCM(data_key).encrypt(nonce, content, place)
        return self._wrap(data_key, place) + body

    def open_bytes(self, record: object, *where: str) -> bytes:
        """As `open`, for what need not be text."""
        place = _place(where)
        data_key, body = self._unwrap(record, place)
        return _decrypt(AESGCM(data_key), body, place)

    def rewrap(self, record: object, *where: str) -> bytes:
        """The same record under the newest key; the text is neither opened nor changed. Raises Sealed."""
        place = _place(where)
        data_key, body = self._unwrap(record, place)
        return self._wrap(data_key, place) + body

    def seal_value(self, value: object, *where: str) -> bytes:
        """Seal a value of ours, or JSON types, as JSON."""
        return self.seal(json.dumps(to_plain(value), ensure_ascii=False, separators=(",", ":")), *where)

    def open_value(self, kind: type[T], record: object, *where: str) -> T:
        """The value that was sealed. Raises Sealed, and StorageError when the text is not such a value."""
        try:
            return from_plain(kind, json.loads(self.open(record, *where)))
        except (ValueError, RecursionError) as error:
            raise StorageError(f"a stored {kind.__name__} cannot be read") from error

    def open_json(self, record: object, *where: str) -> Any:
        """The JSON that was sealed. Raises Sealed, and StorageError when the text is not JSON."""
        try:
            return json.loads(self.open(record, *where))
        except (ValueError, RecursionError) as error:
            raise StorageError("a stored record cannot be read") from error

    def _wrap(self, data_key: bytes, place: bytes) -> bytes:
        head = _head(self._newest)
        nonce = os.urandom(_NONCE)
        return head + nonce + self._keys[self._newest].encrypt(nonce, data_key, head + place)

    def _unwrap(self, record: object, place: bytes) -> tuple[bytes, bytes]:
        if not isinstance(record, bytes) or len(record) < 3 or record[:2] != _VERSION:
            raise Sealed
        start = 3 + record[2]
        head, wrapped, body = record[:start], record[start : start + _WRAPPED], record[start + _WRAPPED :]
        key = self._keys.get(head[3:].decode("ascii", "replace"))
        if key is None:
            raise Sealed
        return _decrypt(key, wrapped, head + place), body


def key_id_of(record: bytes) -> str:
    """The id of the ring key that a record is wrapped with; not proven, only read."""
    return record[3 : 3 + record[2]].decode("ascii", "replace") if record[:2] == _VERSION else ""


def _head(key_id: str) -> bytes:
    return _VERSION + bytes([len(key_id)]) + key_id.encode("ascii")


def _place(where: tuple[str, ...]) -> bytes:
    """Length before each part, so that no two places share their bytes. Raises Sealed for a part that is no text."""
    place = b""
    for part in where:
        if not isinstance(part, str):
            raise Sealed
        text = part.encode()
        place += len(text).to_bytes(4, "big") + text
    return place


def _decrypt(key: AESGCM, sealed: bytes, place: bytes) -> bytes:
    try:
        return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], place)
    except (InvalidTag, ValueError):
        raise Sealed from None
