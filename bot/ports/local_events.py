"""The store of the embedded calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.scheduling.event import Account, Attendee, EventDraft
from bot.scheduling.interval import Interval


@dataclass(frozen=True, slots=True)
class LocalEvent:
    """A row of the embedded calendar: an event or a series, as its owner sees it.

    `exceptions`: occurrence start (ISO, as the series would have it) → how that occurrence differs, None: cancelled.
    """

    id: str
    uid: str
    owner: str
    draft: EventDraft
    organizer: Attendee
    exceptions: Mapping[str, EventDraft | None] = field(default_factory=dict)
    version: int = 1
    cancelled: bool = False


class LocalEvents(Protocol):
    """Where the embedded calendar keeps its events; titles and texts are sealed at rest."""

    async def open_calendar(self, tenant: str, address: str, name: str, zone: str) -> Account:
        """The calendar of an address, made when there is none."""
        ...

    async def calendars(self, tenant: str, addresses: Sequence[str]) -> Mapping[str, Account]:
        """Those of the addresses that have a calendar here."""
        ...

    async def people(self, tenant: str) -> Sequence[Account]:
        """Everybody who has a calendar here, by name."""
        ...

    async def between(self, tenant: str, address: str, window: Interval) -> Sequence[LocalEvent]:
        """Own and invited events, not cancelled, that may share an instant with the window; series once begun."""
        ...

    async def get(self, tenant: str, event_id: str) -> LocalEvent | None: ...

    async def by_key(self, tenant: str, address: str, key: str) -> LocalEvent | None: ...

    async def add(self, tenant: str, event: LocalEvent, key: str) -> LocalEvent:
        """Store it; the same owner and key again returns the first one."""
        ...

    async def save(self, tenant: str, event: LocalEvent) -> bool:
        """Replace version n by n + 1 in one statement; False when somebody else was faster."""
        ...

    async def version(self, tenant: str, address: str) -> int:
        """Counts every change that touches this address's calendar."""
        ...

    async def dirty_since(self, tenant: str, address: str, version: int) -> Sequence[Interval] | None:
        """Windows changed after `version`; None: unknown, look at everything."""
        ...
