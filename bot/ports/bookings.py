"""Bookings: spans held and written on hosts' calendars."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from bot.scheduling.event import EventDraft
from bot.scheduling.interval import Interval


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

    async def stale(
        self, held_before: datetime, limit: int, now: datetime, user_id: str | None = None
    ) -> Sequence[Booking]:
        """Holds older than this, taken over by the caller (their `held_at` becomes `now`): ask the provider.

        With a `user_id` only that person's.
        """
        ...
