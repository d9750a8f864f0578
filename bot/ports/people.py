"""People: users, their connections, and what they agreed to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from bot.messages import ChatUser, Profile, Secret
from bot.ports.revocations import Revocation
from bot.scheduling.interval import Interval
from bot.scheduling.rules import Rules

EMBEDDED = "local"
"""The provider whose calendars live in our own database."""


class Share(Enum):
    """Whom a person's own calendars tell when they are busy; titles are never told."""

    WORKSPACE = "workspace"
    ASK = "ask"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person set. `zone` is an IANA name; `leads` are reminder lead times, longest first.

    `zone_guessed`: nobody has said the zone, and UTC is used for want of a better; `zone_told`: they know that.
    `share` of None: everybody of their workspace; where the chat has no workspace, only whom they allowed.
    """

    zone: str = "UTC"
    language: str = "en"
    rules: Rules = field(default_factory=Rules)
    leads: tuple[timedelta, ...] = (timedelta(minutes=10),)
    duration: timedelta = timedelta(minutes=30)
    week_start: int = 0
    day_first: bool | None = None
    share: Share | None = None
    zone_guessed: bool = False
    zone_told: bool = False


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
    """A person's linked calendar account.

    `calendar` is the one that new meetings are written to, "" when they go to another connection. `checks` are the
    calendars that take the person's time; empty: all of the account. `cursor` is where the provider's `changes` were
    read up to, `checked_at` the last sign of life. `host` names the calendar identity that a slot is held on: the same
    for everybody who connects it. `kept` is the window whose events are kept here; `spoiled`: they may have changed
    since; `watched_until`: until then the provider tells of changes.
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
    kept: Interval | None = None
    spoiled: bool = False
    watched_until: datetime | None = None

    @property
    def host(self) -> str:
        """An embedded calendar is its tenant's own: the same address in another workspace is another calendar."""
        within = f"{self.tenant}:" if self.provider == EMBEDDED else ""
        return f"{self.provider}:{within}{self.address.casefold()}"


@dataclass(frozen=True, slots=True)
class Context:
    """What one request needs to know, read at once."""

    user: User
    connections: tuple[Connection, ...] = ()

    @property
    def booking(self) -> Connection | None:
        """The connection that new meetings are written to: the one with a calendar for them, else the first one."""
        return next((one for one in self.connections if one.calendar), next(iter(self.connections), None))


class Users(Protocol):
    async def context(self, who: ChatUser) -> Context | None:
        """The person and their connections with opened credentials, in one statement; None for a stranger."""
        ...

    async def by_id(self, user_id: str) -> Context | None: ...

    async def at(self, tenant: str, addresses: Sequence[str]) -> Mapping[str, Context]:
        """The people of a tenant who connected the accounts of these addresses (lower case), by address."""
        ...

    async def add(self, who: ChatUser, profile: Profile, preferences: Preferences) -> User:
        """The person's record, made when there is none; two calls at once make one."""
        ...

    async def save(self, user: User) -> None: ...


class Connections(Protocol):
    async def add(
        self,
        user: User,
        provider: str,
        address: str,
        credential: Secret,
        calendar: str,
        at: datetime,
        checks: Sequence[str] = (),
    ) -> Connection:
        """Connect, or renew the credential of a connection to the same account (its settings survive)."""
        ...

    async def all_active(self, after: str, limit: int) -> Sequence[Connection]:
        """Active connections by id, those after `after`: pages for the worker."""
        ...

    async def choose(self, connection_id: str, calendar: str, checks: Sequence[str]) -> None:
        """Set both lists. A `calendar` takes new meetings away from the person's other connections."""
        ...

    async def checked(self, connection_id: str, health: Health, cursor: str | None, at: datetime) -> None:
        """Note what a look at the calendar found; a `cursor` of None leaves the old one."""
        ...

    async def died(self, connection_id: str, credential: Secret, at: datetime) -> bool:
        """Note that the provider refused this credential: EXPIRED. False, and nothing, when another one is stored."""
        ...

    async def claim_refresh(self, connection_id: str, stale: Secret, now: datetime, lease: timedelta) -> bool:
        """True for the one caller that may refresh now: the stored credential is still the stale one, and nobody else's
        lease runs. One statement decides.
        """
        ...

    async def credential(self, connection_id: str) -> Secret | None:
        """The newest stored one; None when the connection is gone."""
        ...

    async def refreshed(self, connection_id: str, stale: Secret, fresh: Secret | None) -> bool:
        """End a claimed refresh: store `fresh`, None for a failed one. False when another was stored meanwhile."""
        ...

    async def untold(
        self, now: datetime, quiet: timedelta, limit: int, chats: Collection[str], user_id: str | None = None
    ) -> Sequence[Connection]:
        """Claim the connections that died and whose owner was not told of it, none twice within `quiet`.

        Only of people of these chats; with a `user_id` only that person's.
        """
        ...

    async def not_told(self, connection_id: str, claimed: datetime, again: datetime) -> None:
        """The owner could not be told: what was claimed at `claimed` may be claimed from `again` on."""
        ...

    async def disconnect(self, connection_id: str, now: datetime, lease: timedelta) -> Revocation | None:
        """Forget the connection, as `remove` does, and queue its access to be given back, all or nothing.

        The caller has the revocation for the `lease`. None when the account stays connected (in another chat, or by
        somebody else): a provider would end that one as well; and when the connection is gone already.
        """
        ...

    async def remove(self, connection_id: str) -> None:
        """Forget the connection: credential, kept events, open holds, channels and reminders, all or nothing.

        Its access stays as it is.
        """
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
