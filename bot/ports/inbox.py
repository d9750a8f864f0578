"""The inbox: what a chat delivered, kept before it is acknowledged, so that it is done once and not lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something that came in. `key` names it among all that a chat delivers: the same one again is a repeat."""

    chat: str
    key: str
    body: bytes


class Inbox(Protocol):
    """Bodies are sealed at rest, bound to their chat and key, and erased with `done`; keys stay until `sweep`."""

    async def put(self, delivery: Delivery, now: datetime, lease: timedelta) -> bool:
        """Keep it, committed, and have it for the lease; False when this key was here before. Many at once share a
        transaction.
        """
        ...

    async def done(self, chat: str, key: str) -> None:
        """It was handled: forget what it said, and remember that it was here."""
        ...

    async def left(self, chat: str, now: datetime, since: datetime, lease: timedelta, limit: int) -> Sequence[Delivery]:
        """Claim what came after `since` and nobody finished within their lease; each for one caller, once more only.

        One that cannot be opened is put aside and logged.
        """
        ...

    async def release(self, chat: str, keys: Sequence[str], now: datetime) -> None:
        """End the lease of what this process will not finish: another one may claim it from now on."""
        ...

    async def give_up(self, chat: str, now: datetime, since: datetime) -> int:
        """Forget what nobody has any more and nobody will: what came before `since`, or was claimed often enough.

        Returns how many; like `done`, it remembers that they were here.
        """
        ...

    async def sweep(self, before: datetime) -> int:
        """Forget what came before; returns how many."""
        ...
