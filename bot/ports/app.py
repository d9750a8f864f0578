"""The house: one implementation of each Protocol, a clock, and the trail of writes."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from weakref import WeakValueDictionary

from bot.messages import ChatUser, Profile, Secret
from bot.ports.bookings import Bookings
from bot.ports.calendars import Kind, Refresh
from bot.ports.chats import Chat
from bot.ports.kept import Glimpses, Grants, KeptEvents, Reading, Watches
from bot.ports.links import Links
from bot.ports.people import Connection, Connections, Receipts, Users
from bot.ports.presses import Presses
from bot.ports.reminders import Reminders
from bot.ports.revocations import Revocations


class Clock(Protocol):
    """The one place that knows what time it is."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One write, for the trail: who did what to which ref, and how it ended. No titles, no secrets."""

    at: datetime
    tenant: str
    user_id: str
    action: str
    subject: str
    result: str


class Audit(Protocol):
    async def record(self, entry: AuditEntry) -> None: ...

    async def of(self, user_id: str, limit: int) -> Sequence[AuditEntry]:
        """Newest first."""
        ...


@dataclass(frozen=True, slots=True)
class App:
    """Everything a handler may use. Built once by `app.py`; tests build it with fakes.

    `renew`: see `ports.Renew`, for one connection. `public_url`: where our pages are, without a slash at the
    end; "" where this process has none. `burst`: so many requests of one person are answered at once, and then one a
    second; 0: any number.
    Of this process: `readings` by connection id; `planned`, which reading reminders were planned from, and when;
    `paces`, how many requests a person has left, and since when.
    """

    clock: Clock
    users: Users
    connections: Connections
    receipts: Receipts
    presses: Presses
    bookings: Bookings
    reminders: Reminders
    audit: Audit
    links: Links
    revocations: Revocations
    kept: KeptEvents
    glimpses: Glimpses
    watches: Watches
    grants: Grants
    renew: Callable[[Connection, Secret, Refresh], Awaitable[Secret]]
    kinds: Mapping[str, Callable[[], Kind]]
    chats: Mapping[str, Chat]
    public_url: str = "http://127.0.0.1:8080"
    provider_deadline: timedelta = timedelta(seconds=10)
    burst: int = 30
    directory: Callable[[ChatUser], Awaitable[Sequence[Profile]]] | None = None
    readings: MutableMapping[str, Reading] = field(default_factory=WeakValueDictionary)
    planned: MutableMapping[str, tuple[datetime, datetime]] = field(default_factory=dict)
    paces: MutableMapping[ChatUser, tuple[float, float]] = field(default_factory=dict)
