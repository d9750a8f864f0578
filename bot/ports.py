"""The Protocols between the rim and the middle, and `App`, which holds one implementation of each.

Every instant is aware and in UTC. Every method may raise `StorageError` (repositories), `ProviderError`
(providers) or `ChatError` (chats), and nothing foreign. Each Protocol has one contract in `tests/` that all its
implementations run.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from bot.messages import ChatUser, Profile, Reply, Request, Secret
from bot.scheduling.event import (
    Account,
    Attendee,
    Busyness,
    Changes,
    Event,
    EventChange,
    EventDraft,
    Response,
    Scope,
)
from bot.scheduling.interval import Interval
from bot.scheduling.rules import Rules


class Clock(Protocol):
    """The one place that knows what time it is."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        ...


# ── calendars ───────────────────────────────────────────────────────────────────────────────────────────────


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


# ── chats ───────────────────────────────────────────────────────────────────────────────────────────────────

Dispatch = Callable[[Request], Awaitable[Reply]]


class Chat(Protocol):
    """A chat plug-in. A handle is an opaque text that names a message and outlives a restart."""

    async def run(self, dispatch: Dispatch) -> None:
        """Serve until `stop`, or until the input ends."""
        ...

    async def stop(self) -> None: ...

    async def send(self, who: ChatUser, reply: Reply) -> str:
        """A private message; returns its handle. Raises Unreachable, Busy."""
        ...

    async def update(self, handle: str, reply: Reply) -> str:
        """Edit a message; where that is no longer possible a new private one is sent and its handle returned."""
        ...

    async def profile(self, who: ChatUser) -> Profile: ...

    async def find_people(self, workspace: str, text: str) -> Sequence[tuple[ChatUser, Profile]]: ...


# ── people ──────────────────────────────────────────────────────────────────────────────────────────────────


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
    zone_asked: bool = True


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

    def with_preferences(self, preferences: Preferences) -> "Context":
        return replace(self, user=replace(self.user, preferences=preferences))


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


# ── presses ─────────────────────────────────────────────────────────────────────────────────────────────────


class PressState(Enum):
    """What became of a press."""

    READY = "ready"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a choice will mean: the name of an action and its arguments (plain data: JSON types only)."""

    action: str
    args: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A looked-up press. `offer` is None unless READY or USED."""

    state: PressState
    offer: Offer | None = None


class Presses(Protocol):
    """What the buttons under a message mean. Arguments are sealed at rest and bound to the person who was asked."""

    async def offer(self, user_id: str, offers: Sequence[Offer], expires_at: datetime) -> tuple[str, ...]:
        """Unguessable tokens, one an offer, at most 32 characters. Offers made together are one group."""
        ...

    async def look(self, token: str, user_id: str, now: datetime) -> Pressed:
        """What this press means. UNKNOWN also for somebody else's button."""
        ...

    async def use(self, token: str, user_id: str, now: datetime) -> Pressed:
        """As `look`, and the whole group is used up in the same statement: of many at once, exactly one gets READY."""
        ...

    async def restore(self, token: str) -> None:
        """Make a used group usable again, after its action failed and changed nothing."""
        ...

    async def sweep(self, before: datetime) -> int:
        """Delete what expired before; returns how many."""
        ...


# ── bookings ────────────────────────────────────────────────────────────────────────────────────────────────


class HoldState(Enum):
    """What `hold` answers, and the states of a booking."""

    HELD = "held"
    BOOKED = "booked"
    TAKEN = "taken"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Booking:
    """A span held, or written, on a host's calendar. `key` is the idempotency key of the write."""

    key: str
    tenant: str
    user_id: str
    connection_id: str
    host: str
    interval: Interval
    draft: EventDraft | None = None
    ref: str = ""
    state: HoldState = HoldState.HELD
    held_at: datetime | None = None


class Bookings(Protocol):
    """Spans on hosts' calendars: at most one live booking at any instant of one host."""

    async def hold(self, booking: Booking, seen_at: datetime, now: datetime) -> HoldState:
        """Claim the span for `key`, all or nothing, under the host's lock.

        HELD: it is ours, write now. BOOKED: this key was written before (`get` has the ref). BUSY: this key is
        being written by somebody at this moment. TAKEN: another key holds an overlapping span, or wrote one that
        the calendar, read at `seen_at`, could not show yet; what was written before that is the calendar's to say.
        Rows of the same non-empty `ref` do not stand in each other's way (a move).
        """
        ...

    async def confirm(self, key: str, ref: str, now: datetime) -> None:
        """The write is done; earlier spans of the same event are let go."""
        ...

    async def release(self, key: str) -> None:
        """Nothing was written: let the span go."""
        ...

    async def release_ref(self, connection_id: str, ref: str) -> None:
        """The event is gone: let its spans go."""
        ...

    async def get(self, key: str) -> Booking | None: ...

    async def stale(self, held_before: datetime, limit: int, now: datetime) -> Sequence[Booking]:
        """Holds older than this, taken over by the caller (their `held_at` becomes `now`): ask the provider."""
        ...


# ── reminders ───────────────────────────────────────────────────────────────────────────────────────────────


class ReminderState(Enum):
    """pending → claimed → sending → sent | failed | unknown; or skipped, cancelled, quarantined."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a reminder says about its meeting; sealed at rest."""

    title: str
    starts_at: datetime
    ends_at: datetime
    all_day: bool = False
    location: str = ""
    join_url: str = ""
    attendees: tuple[Attendee, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder that should exist: one meeting occurrence, one lead time (`kind`, e.g. "lead:600")."""

    meeting_ref: str
    kind: str
    due_at: datetime
    meeting: Meeting


@dataclass(frozen=True, slots=True)
class Reminder:
    """A claimed reminder row. `gen` changes whenever the meeting moves; `repeat`: it may have been sent before."""

    id: str
    user_id: str
    connection_id: str
    meeting_ref: str
    kind: str
    due_at: datetime
    meeting: Meeting
    gen: int
    attempt: int
    repeat: bool = False


class Reminders(Protocol):
    """Reminder rows: the only clock. No scheduler holds one."""

    async def plan(self, connection: Connection, window: Interval, wanted: Sequence[Planned], now: datetime) -> None:
        """Make the rows of meetings starting in the window be exactly `wanted`.

        New ones are added, moved ones get their new time and the next `gen` and are due again, missing ones are
        cancelled; unchanged ones, sent or not, stay as they are.
        """
        ...

    async def cancel_meeting(self, connection_id: str, meeting_ref: str) -> None: ...

    async def claim(self, owner: str, now: datetime, lease: timedelta, limit: int) -> Sequence[Reminder]:
        """Up to `limit` due rows, leased; rows whose lease ran out are taken over, those in `sending` as a repeat.

        A row that cannot be opened or read is quarantined and left out; the others go on.
        """
        ...

    async def intend(self, reminder: Reminder, owner: str, now: datetime, lease: timedelta) -> bool:
        """Say "sending now". False: cancelled, moved or taken over meanwhile, so drop it."""
        ...

    async def done(self, reminder: Reminder, owner: str, state: ReminderState, handle: str = "") -> bool:
        """Write the result: SENT, FAILED, SKIPPED, UNKNOWN."""
        ...

    async def retry(self, reminder: Reminder, owner: str, at: datetime) -> bool:
        """Nothing was sent: due again at `at`."""
        ...

    async def snooze(self, connection_id: str, planned: Planned, now: datetime) -> None:
        """Add one more reminder of the meeting, beside the planned ones."""
        ...

    async def upcoming(self, user_id: str, now: datetime, limit: int) -> Sequence[tuple[datetime, Meeting]]:
        """What will be sent next, by due time."""
        ...

    async def next_due(self) -> datetime | None:
        """When the next row wants looking at; None: nothing waits."""
        ...

    async def counts(self) -> Mapping[ReminderState, int]: ...


# ── the rest ────────────────────────────────────────────────────────────────────────────────────────────────


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


@dataclass(frozen=True, slots=True)
class App:
    """Everything a handler may use. Built once by `app.py`; tests build it with fakes."""

    clock: Clock
    users: Users
    connections: Connections
    receipts: Receipts
    presses: Presses
    bookings: Bookings
    reminders: Reminders
    audit: Audit
    kinds: Mapping[str, Callable[[], Kind]]
    chats: Mapping[str, Chat]
    provider_deadline: timedelta = timedelta(seconds=10)
    directory: Callable[[ChatUser], Awaitable[Sequence[Profile]]] | None = None
