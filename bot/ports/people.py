"""People: users, their connections, and what they agreed to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from bot.messages import ChatUser, Profile, Secret
from bot.scheduling.rules import Rules


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person set. `zone` is an IANA name; `leads` are reminder lead times, longest first."""

    zone: str = "UTC"
    language: str = "en"
    rules: Rules = field(default_factory=Rules)
    leads: tuple[timedelta, ...] = (timedelta(minutes=10),)
    duration: timedelta = timedelta(minutes=30)
    week_start: int = 0
    day_first: bool | None = None


@dataclass(frozen=True, slots=True)
class User:
    """Our record of a person. `paused`: reminders rest because the chat cannot reach them."""

    id: str
    who: ChatUser
    name: str = ""
    email: str = ""
    preferences: Preferences = field(default_factory=Preferences)
    paused: bool = False


class Health(Enum):
    """Whether a connection works."""

    ACTIVE = "active"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Connection:
    """A person's linked calendar account. `cursor` is where the provider's `changes` were read up to.

    `host` names the calendar identity that a slot is held on: the same for everybody who connects it.
    """

    id: str
    tenant: str
    user_id: str
    provider: str
    address: str
    credential: Secret
    health: Health = Health.ACTIVE
    calendar: str = ""
    checks: tuple[str, ...] = ()
    cursor: str | None = None
    checked_at: datetime | None = None
    connected_at: datetime | None = None

    @property
    def host(self) -> str:
        return f"{self.provider}:{self.address.casefold()}"


@dataclass(frozen=True, slots=True)
class Context:
    """What one request needs to know, read at once."""

    user: User
    connections: tuple[Connection, ...] = ()

    @property
    def booking(self) -> Connection | None:
        """The connection that new meetings are written to: the first one."""
        return self.connections[0] if self.connections else None


class Users(Protocol):
    async def context(self, who: ChatUser) -> Context | None:
        """The person and their connections with opened credentials, in one statement; None for a stranger."""
        ...

    async def by_id(self, user_id: str) -> Context | None: ...

    async def add(self, who: ChatUser, profile: Profile, preferences: Preferences) -> User:
        """The person's record, made when there is none; two calls at once make one."""
        ...

    async def save(self, user: User) -> None: ...


class Connections(Protocol):
    async def add(
        self, user: User, provider: str, address: str, credential: Secret, calendar: str, at: datetime
    ) -> Connection:
        """Connect, or renew the credential of a connection to the same account (its settings survive)."""
        ...

    async def all_active(self, after: str, limit: int) -> Sequence[Connection]:
        """Active connections by id, those after `after`: pages for the worker."""
        ...

    async def save_credential(self, connection_id: str, credential: Secret) -> None: ...

    async def checked(self, connection_id: str, health: Health, cursor: str | None, at: datetime) -> None:
        """Note what a look at the calendar found; a `cursor` of None leaves the old one."""
        ...

    async def remove(self, connection_id: str) -> None:
        """Forget the connection, its credential, its open holds and its reminders, all or nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a person agreed to, and when."""

    user_id: str
    provider: str
    version: str
    scopes: tuple[str, ...]
    accepted_at: datetime


class Receipts(Protocol):
    async def add(self, receipt: Receipt) -> None: ...

    async def of(self, user_id: str) -> Sequence[Receipt]:
        """Oldest first."""
        ...
