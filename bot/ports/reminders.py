"""Reminders: rows that say what is to be sent, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from bot.ports.people import Connection
from bot.scheduling.event import Attendee
from bot.scheduling.interval import Interval


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
    """A reminder that should exist: one meeting occurrence, one lead time (`kind`, e.g. "lead:600").

    `keep`: the meeting has begun; a row that still waits is left to be told as missed, and none is made.
    """

    meeting_ref: str
    kind: str
    due_at: datetime
    meeting: Meeting
    keep: bool = False


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

    async def cancel_meeting(self, connection_id: str, meeting_ref: str) -> None:
        """The meeting is gone: what waits is cancelled."""
        ...

    async def silence(self, connection_id: str, meeting_ref: str) -> None:
        """No more reminders of this meeting at its present time: what waits is skipped, and planning keeps it so."""
        ...

    async def claim(
        self, owner: str, now: datetime, lease: timedelta, limit: int, user_id: str | None = None
    ) -> Sequence[Reminder]:
        """Up to `limit` due rows, leased; rows whose lease ran out are taken over, those in `sending` as a repeat.

        With a `user_id` only that person's. A row that cannot be opened or read is quarantined and left out.
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

    async def next_due(self, user_id: str | None = None) -> datetime | None:
        """When the next row, with a `user_id` that person's, wants looking at; None: nothing waits."""
        ...

    async def counts(self) -> Mapping[ReminderState, int]: ...
