"""Links: from a button in a chat, over a consent page, to a connected account. Each step is used once, and expires."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.messages import Secret
from bot.ports.calendars import Grant
from bot.ports.people import User

LINK_LIFE = timedelta(minutes=10)
"""How long a connect link, a consent page and a question about a foreign account wait for their person."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a connect link is for. `version` is the disclosure that was shown; `handle` the chat message to edit."""

    tenant: str
    user_id: str
    provider: str
    version: str
    handle: str
    expires_at: datetime
    used: bool = False


@dataclass(frozen=True, slots=True)
class Started:
    """A consent under way: whose, and what the provider's `finish` needs."""

    invitation: Invitation
    flow: Secret


@dataclass(frozen=True, slots=True)
class Pending:
    """A grant that is not a connection yet: the account is still to be proven, or confirmed by its owner."""

    id: str
    invitation: Invitation
    grant: Grant
    confirmed: bool = False


class Links(Protocol):
    """Nonces, states and cookies are 256 random bits; only their hashes are kept. Grants and flows are sealed."""

    async def invite(
        self, user: User, provider: str, version: str, handle: str, now: datetime, most: int
    ) -> Secret | None:
        """The nonce of a new connect link, good for LINK_LIFE; None when `most` were made within the last hour."""
        ...

    async def look(self, nonce: str, now: datetime) -> Invitation | None:
        """What a link is for; changes nothing. None for one that does not exist or is over."""
        ...

    async def start(self, nonce: str, state: Secret, cookie: Secret, flow: Secret, now: datetime) -> Invitation | None:
        """Use up the link and keep the state, all or nothing; None when it was used or is over."""
        ...

    async def finish(self, provider: str, state: str, cookie: str, now: datetime) -> Started | None:
        """Delete and return the state, in one statement, when provider, cookie and age are right."""
        ...

    async def keep(self, invitation: Invitation, cookie: str, grant: Grant, now: datetime) -> Pending:
        """Keep a grant until it is confirmed. `cookie` is the browser it came from."""
        ...

    async def waiting(self, pending_id: str, cookie: str, now: datetime) -> Pending | None:
        """What a browser is asked to confirm; None from any other browser."""
        ...

    async def confirm(self, pending_id: str, cookie: str, now: datetime) -> Pending | None:
        """The browser says yes; None from any other browser, or when it is over."""
        ...

    async def held(self, pending_id: str, user_id: str, now: datetime) -> Pending | None:
        """A grant of this person, which stays; None when it is over or gone."""
        ...

    async def take(self, pending_id: str, user_id: str, now: datetime) -> Pending | None:
        """Delete and return a grant of this person, in one statement; None when it is over or gone."""
        ...

    async def refuse(self, pending_id: str, user_id: str, now: datetime) -> Pending | None:
        """Delete and return a grant of this person, and queue its access to be given back, all or nothing; None when it
        is over or gone.
        """
        ...

    async def sweep(self, now: datetime, limit: int) -> int:
        """Forget what is over. Grants among it go over to `Revocations`, all or nothing; returns how many."""
        ...
