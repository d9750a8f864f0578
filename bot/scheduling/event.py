"""Events, and what they say about being busy. Values only; every provider translates into these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from zoneinfo import ZoneInfo

from bot.scheduling.interval import Interval
from bot.scheduling.zones import days_interval


class FreeBusy(Enum):
    """RFC 5545 §3.2.9 FBTYPE, and UNKNOWN for what could not be read."""

    FREE = "free"
    TENTATIVE = "tentative"
    BUSY = "busy"
    OUT_OF_OFFICE = "out-of-office"
    UNKNOWN = "unknown"


class Response(Enum):
    """RFC 5545 §3.2.12 PARTSTAT; ORGANIZER for one's own meeting."""

    NONE = "none"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"
    ORGANIZER = "organizer"


class Scope(Enum):
    """How much of a series a change is about."""

    OCCURRENCE = "occurrence"
    FOLLOWING = "following"
    SERIES = "series"


class EventType(Enum):
    """What kind of entry it is; all but NORMAL are policies, not meetings."""

    NORMAL = "normal"
    OUT_OF_OFFICE = "out-of-office"
    FOCUS_TIME = "focus-time"
    WORKING_ELSEWHERE = "working-elsewhere"


@dataclass(frozen=True, slots=True)
class Days:
    """Whole local days `[first, end)`; becomes an Interval only with a zone. RFC 5545 VALUE=DATE."""

    first: date
    end: date

    def __post_init__(self) -> None:
        if self.first >= self.end:
            raise ValueError("days end after they start")

    def interval(self, tz: ZoneInfo) -> Interval:
        return days_interval(self.first, self.end, tz)


When = Interval | Days


@dataclass(frozen=True, slots=True)
class Attendee:
    """An invited person, room or thing. `address` is a lower-case e-mail address."""

    address: str
    name: str = ""
    response: Response = Response.NONE
    optional: bool = False
    resource: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """Something on a calendar: one event, or one occurrence of a series.

    `ref` is the provider's opaque handle, `uid` is the same everywhere. `status` is how the owner shows it, before
    their response and rules count. `series` is the ref of the series an occurrence belongs to.
    """

    ref: str
    uid: str
    calendar: str
    title: str
    when: When
    status: FreeBusy = FreeBusy.BUSY
    type: EventType = EventType.NORMAL
    response: Response = Response.ORGANIZER
    private: bool = False
    cancelled: bool = False
    organizer: Attendee | None = None
    attendees: tuple[Attendee, ...] = ()
    location: str = ""
    description: str = ""
    join_url: str = ""
    open_url: str = ""
    series: str | None = None
    recurrence: str | None = None

    def interval(self, tz: ZoneInfo) -> Interval:
        """The instants it takes; all-day events are days of `tz`."""
        return self.when.interval(tz) if isinstance(self.when, Days) else self.when

    @property
    def all_day(self) -> bool:
        return isinstance(self.when, Days)


@dataclass(frozen=True, slots=True)
class EventDraft:
    """What we ask to be created. `zone` is where the wall clock of a recurrence is kept.

    `recurrence` is the value of an RRULE (RFC 5545 §3.3.10) without its name: "FREQ=WEEKLY;BYDAY=TU".
    """

    title: str
    when: When
    zone: str
    attendees: tuple[Attendee, ...] = ()
    location: str = ""
    description: str = ""
    conference: bool = False
    recurrence: str | None = None
    status: FreeBusy = FreeBusy.BUSY
    private: bool = False


@dataclass(frozen=True, slots=True)
class EventChange:
    """What an update changes; None leaves a field as it is."""

    when: When | None = None
    title: str | None = None
    location: str | None = None
    description: str | None = None
    attendees: tuple[Attendee, ...] | None = None


@dataclass(frozen=True, slots=True)
class BusyInterval:
    """An interval and how it is taken; no title."""

    interval: Interval
    status: FreeBusy = FreeBusy.BUSY


@dataclass(frozen=True, slots=True)
class Known:
    """A calendar that was read. No interval at a time means free at that time."""

    busy: tuple[BusyInterval, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """A calendar that could not be read; `reason` is a short text for the person who asked."""

    reason: str


Busyness = Known | Unknown


@dataclass(frozen=True, slots=True)
class Calendar:
    """A collection of events on an account. `owned`: the account's own, not somebody else's that it may see."""

    id: str
    name: str
    can_write: bool = True
    primary: bool = False
    owned: bool = True


@dataclass(frozen=True, slots=True)
class Account:
    """Whose calendar was opened: the owner's address, name, zone (IANA, if known) and calendars."""

    address: str
    name: str = ""
    zone: str | None = None
    calendars: tuple[Calendar, ...] = ()
    hours: Mapping[int, tuple[tuple[str, str], ...]] | None = field(default=None, hash=False)


@dataclass(frozen=True, slots=True)
class Changes:
    """Which windows of a calendar may look different since a cursor, and the next cursor; None: look at everything."""

    dirty: tuple[Interval, ...] | None
    cursor: str
