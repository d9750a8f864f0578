"""Webhooks: what stands behind the doors that a chat's servers and a workspace's administrators knock at."""

from collections.abc import Mapping
from typing import Any, Protocol


class Webhook(Protocol):
    """Behind the front door, where size, signature and form of a delivery have been checked."""

    async def take(self, payload: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Store a delivery, once, and do it in the background; returns what the acknowledgement must say, None for
        nothing. A repeat is acknowledged and not done again. Raises StorageError when it could not be stored.
        """
        ...


class Installing(Protocol):
    """A workspace adds the bot: an authorization code grant (RFC 6749 §4.1)."""

    def address(self, state: str) -> str:
        """The chat's own page, where an administrator decides."""
        ...

    async def finish(self, code: str) -> str:
        """Exchange the code and keep the installation; returns the name of the workspace. Raises ChatError."""
        ...
