"""Access that is to be given back: queued when nothing needs it any more, and tried until the provider took it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.messages import Secret


@dataclass(frozen=True, slots=True)
class Revocation:
    """Access that is to be given back. It is not a connection any more. `tries` so far."""

    id: str
    tenant: str
    provider: str
    address: str
    credential: Secret
    tries: int
    since: datetime


class Revocations(Protocol):
    """Access that could not be given back yet; the credential is sealed, and gone with the row.

    A provider ends the whole consent of an account with any of its tokens. So what is queued for an account that has a
    connection, or a grant that waits, is forgotten, and not given back: whoever ends that one gives back all of it.
    """

    async def add(self, tenant: str, provider: str, address: str, credential: Secret, now: datetime) -> None:
        """Queue it, also where the account is in use at the moment. `address` is "" where it is not known."""
        ...

    async def due(self, now: datetime, lease: timedelta, limit: int) -> Sequence[Revocation]:
        """Claim what is to be tried now, and forget what is of an account in use; nobody else gets it for the lease."""
        ...

    async def still_due(self, revocation_id: str, now: datetime) -> bool:
        """To be asked right before it is given back: False, and forgotten, where the account came into use since."""
        ...

    async def done(self, revocation_id: str) -> None:
        """Given back, or given up: forget it."""
        ...

    async def retry(self, revocation_id: str, at: datetime) -> None: ...
