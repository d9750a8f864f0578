"""Installations: the workspaces that added this bot, and what lets it speak there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.messages import Secret


@dataclass(frozen=True, slots=True)
class Installation:
    """`credential` is the chat's own: an access token, and with rotation what renews it; sealed at rest.

    `bot_id`: who the bot is there. `scopes`: what it was granted.
    """

    chat: str
    workspace: str
    name: str
    bot_id: str
    credential: Secret
    scopes: tuple[str, ...]
    installed_by: str
    at: datetime

    @property
    def provider(self) -> str:
        """Who gave the access."""
        return self.chat

    @property
    def id(self) -> str:
        """Its key for a renewal."""
        return f"{self.chat}:{self.workspace}"


class Installations(Protocol):
    """`id` is an `Installation.id`. Renewal works as for connections: see `Connections`."""

    async def add(self, installation: Installation) -> None:
        """Install, or install anew: what was there before is replaced, lease included."""
        ...

    async def find(self, chat: str, workspace: str) -> Installation | None: ...

    async def all(self, chat: str) -> Sequence[Installation]:
        """By workspace."""
        ...

    async def remove(
        self, chat: str, workspace: str, before: datetime | None = None, credential: Secret | None = None
    ) -> bool:
        """Forget it and its secret, in one statement; False when it was not there.

        `before`: only one that was installed then or earlier; `credential`: only while this is the stored one. So what
        is heard late takes nothing away that was installed since.
        """
        ...

    async def claim_refresh(self, id: str, stale: Secret, now: datetime, lease: timedelta) -> bool:  # noqa: A002
        """True for the one caller that may refresh now."""
        ...

    async def credential(self, id: str) -> Secret | None:  # noqa: A002
        """The newest stored one; None when it is gone."""
        ...

    async def refreshed(self, id: str, stale: Secret, fresh: Secret | None) -> bool:  # noqa: A002
        """End a claimed refresh: store `fresh`, None for a failed one. False when another was stored meanwhile."""
        ...
