"""Calendars: the Protocol of an opened account, and how a kind of calendar describes itself."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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

    async def find(self, key: str, calendar: str = "") -> Event | None:
        """The event that an earlier `create` with this key left, or None.

        `calendar` is where it was to be; it is found on the account's other calendars too.
        """
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

    async def changes(self, cursor: str | None, calendars: Sequence[str] = ()) -> Changes:
        """Which windows of these calendars may look different since the cursor; `calendars` empty means all.

        None asks for a first cursor: where this opened calendar has just answered `events` for them, one from before
        or at that reading, so that nothing between the two is missed. A cursor that means nothing, is too old or is of
        other calendars makes everything dirty; the next one may be "" then: read, and ask for a first one.
        """
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


Refresh = Callable[[Secret], Awaitable[Secret]]
"""Makes a new credential of a dead one, by a remote call. Raises LinkExpired, Unavailable."""

Renew = Callable[[Secret, Refresh], Awaitable[Secret]]
"""`renew(stale, refresh)`: a credential newer than the stale one, stored already.

Single-flight over all processes: one caller refreshes the newest stored credential, the others get what it stored. Done
to its end even when the caller is cancelled. Raises LinkExpired once the newest one is refused, Unavailable.
"""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a provider is given to open a connection. `renew` replaces a credential that has died."""

    tenant: str
    address: str
    zone: str
    credential: Secret
    renew: Renew
    name: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """What came back from a consent page: a credential, the scopes granted, and whose account it is, if it says.

    `lacks`: permissions that are needed and were left out, in the provider's words; then it opens nothing.
    """

    credential: Secret
    scopes: tuple[str, ...]
    address: str = ""
    lacks: tuple[str, ...] = ()


class Consent(Protocol):
    """An authorization code grant (RFC 6749 §4.1) with PKCE S256 (RFC 7636). Of an OAUTH kind."""

    @property
    def origin(self) -> str:
        """Scheme and host of the page that `begin` sends the browser to: our form may lead there and nowhere else."""
        ...

    async def begin(self, redirect_uri: str, state: str, address: str) -> tuple[str, Secret]:
        """Where to send the browser, and the flow: what `finish` needs, to be kept sealed.

        `address`: the account to suggest, "" for none. Raises Unavailable.
        """
        ...

    async def finish(self, flow: Secret, answer: Mapping[str, str]) -> Grant:
        """Exchange the code once. `answer`: the callback's parameters, whose state was compared by the caller.

        Raises AccessDenied (consent refused), LinkExpired (the code is too old or was used), Unavailable.
        """
        ...


@dataclass(frozen=True, slots=True)
class Watched:
    """A channel on which the provider tells of changes. `resource` is the provider's handle of it, opaque."""

    resource: str
    until: datetime


class Push(Protocol):
    """Change notices by the provider. They say that something changed, never what."""

    async def watch(self, opening: Opening, calendar: str, channel: str, secret: Secret, url: str) -> Watched:
        """Ask to be told at `url` (https) of changes of one calendar. Raises ProviderError."""
        ...

    async def unwatch(self, opening: Opening, channel: str, resource: str) -> None:
        """Raises ProviderError; one that is not there any more is fine."""
        ...

    def secret_of(self, headers: Mapping[str, str], body: bytes) -> Secret | None:
        """What a notice proves itself with, names of headers in lower case; None when it proves nothing."""
        ...


def _nothing() -> None:
    """There is nothing to let go."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of calendar, as a provider module describes itself.

    `revoke` gives the access back; raises Unavailable when it must be tried again, and returns when the access is dead
    already. `remote`: a question leaves this machine, so what was answered is kept for a while. `consent` is of OAUTH
    kinds; `push`, where the provider tells of changes. `close` lets go of threads and sockets, at the very end.
    """

    name: str
    label: str
    link: Link
    disclosure: Disclosure
    open: Callable[[Opening], CalendarProvider]
    revoke: Callable[[Opening], Awaitable[None]]
    features: frozenset[Feature] = frozenset()
    remote: bool = False
    consent: Consent | None = None
    push: Push | None = None
    close: Callable[[], None] = _nothing
