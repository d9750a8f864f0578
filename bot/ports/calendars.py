"""Calendars: the Protocol of an opened account, and how a kind of calendar describes itself."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from bot.messages import Secret
from bot.scheduling.event import Account, Busyness, Changes, Event, EventChange, EventDraft, Response, Scope
from bot.scheduling.interval import Interval


class CalendarProvider(Protocol):
    """An opened connection to one account."""

    async def account(self) -> Account:
        """Whose account this is; proves that the credential works. Raises LinkExpired, Unavailable."""
        ...

    async def busy(self, addresses: Sequence[str], window: Interval) -> Mapping[str, Busyness]:
        """Busy intervals of each address, clipped to the window, in any order; Unknown where one could not be read.

        Answers for every address asked, never fewer. Raises only when nothing at all could be asked.
        """
        ...

    async def events(self, window: Interval, calendars: Sequence[str] = ()) -> Sequence[Event]:
        """Events that share an instant with the window, series expanded, by start; `calendars` empty means all.

        Cancelled ones are left out, declined ones are in. Raises rather than return fewer.
        """
        ...

    async def event(self, ref: str) -> Event:
        """One event or occurrence. Raises Gone."""
        ...

    async def find(self, key: str) -> Event | None:
        """The event that an earlier `create` with this key left, or None."""
        ...

    async def create(self, draft: EventDraft, key: str, calendar: str = "") -> Event:
        """Write the event and invite its attendees. The same key again returns the first event, changed by nothing."""
        ...

    async def update(self, ref: str, change: EventChange, scope: Scope = Scope.OCCURRENCE) -> Event:
        """Change the event and tell its attendees. Raises Gone, AccessDenied (not the organizer)."""
        ...

    async def cancel(self, ref: str, scope: Scope = Scope.OCCURRENCE, note: str = "") -> None:
        """Take it off the calendar and tell its attendees. Raises Gone when it is not there (any more)."""
        ...

    async def respond(self, ref: str, response: Response, note: str = "") -> Event:
        """Answer an invitation. Raises Gone, CannotSay for one's own meeting."""
        ...

    async def changes(self, cursor: str | None) -> Changes:
        """Which windows may look different since the cursor; None asks for a first cursor."""
        ...


class Link(Enum):
    """How a calendar is linked."""

    NONE = "none"
    OAUTH = "oauth"
    FORM = "form"


class Feature(Enum):
    """What a provider can do beyond the Protocol's common ground."""

    FREE_BUSY_OF_OTHERS = "free/busy of others"
    CONFERENCE = "conference link"
    RECURRENCE = "recurrence"
    INVITATIONS = "invitations by mail"
    RESPOND = "answer invitations"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What a person is told before they connect. A new `version` means that consent is asked again."""

    version: str
    sees: str
    does: str
    never: str
    stored: str
    undo: str
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """What a provider is given to open a connection. `save` keeps a refreshed credential."""

    tenant: str
    address: str
    zone: str
    credential: Secret
    save: Callable[[Secret], Awaitable[None]]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of calendar, as a provider module describes itself."""

    name: str
    label: str
    link: Link
    disclosure: Disclosure
    open: Callable[[Opening], CalendarProvider]
    revoke: Callable[[Opening], Awaitable[None]]
    features: frozenset[Feature] = frozenset()
