"""What lies in the way of a meeting, when it is too late or too long, and what to offer instead."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.errors import UserError
from bot.handlers import slots
from bot.handlers.people import Guests
from bot.handlers.turn import Turn, buttons
from bot.messages import Reply
from bot.ports import App, Connection
from bot.scheduling import wording
from bot.scheduling.blocking import blocks
from bot.scheduling.event import Days, Event, EventDraft, FreeBusy
from bot.scheduling.interval import Interval
from bot.scheduling.rules import Constraints
from bot.scheduling.zones import zone

SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(hours=24)
GRACE = timedelta(minutes=5)
"""A meeting may begin this long ago: people press a moment after they were asked."""


def clashing(turn: Turn, draft: EventDraft, events: tuple[tuple[Connection, Event], ...], but: str = "") -> list[Event]:
    """One's own timed events that the draft would lie over; a whole day on the calendar does not forbid a meeting."""
    if isinstance(draft.when, Days) or draft.status is FreeBusy.FREE:
        return []
    return [
        event
        for _, event in events
        if not event.all_day
        and event.ref != but
        and blocks(event, turn.preferences.rules) is not FreeBusy.FREE
        and event.interval(turn.zone).overlaps(draft.when)
    ]


def refuse_past(turn: Turn, draft: EventDraft) -> None:
    """Raises UserError for a meeting that has begun. Whole days may be entered until they are over."""
    interval = interval_of(draft)
    latest = interval.end if isinstance(draft.when, Days) else interval.start + GRACE
    if latest < turn.now:
        raise UserError(f"{wording.span(interval, turn.zone, turn.now)} has passed. When should it be?")


def refuse_length(length: timedelta) -> None:
    """Raises UserError for a timed meeting that is too short or too long."""
    if not SHORTEST <= length <= LONGEST:
        raise UserError("A meeting lasts from one minute to 24 hours. How long should it be?")


def host_of(connection: Connection, draft: EventDraft, key: str) -> str:
    """Whose time a hold of this draft takes. Whole days forbid no meeting and no other whole day: each has its own."""
    return f"{connection.host} {key}" if isinstance(draft.when, Days) else connection.host


async def taken(app: App, turn: Turn, draft: EventDraft, guests: Guests, why: str) -> Reply:
    """Say why not, and offer the next times that would do."""
    interval = interval_of(draft)
    # A series stays on its weekday: another time of that day may do, another day would be another series.
    weekday = frozenset({interval.start.astimezone(turn.zone).weekday()}) if draft.recurrence else frozenset()
    later = await slots.next_slots(
        app, turn, max(turn.now, interval.start), interval.length, guests, Constraints(weekdays=weekday)
    )
    return Reply(
        heading=f"Not booked: {wording.span(interval, turn.zone, turn.now)}",
        text=" ".join(filter(None, (why, later.unseen))),
        note=later.note,
        choices=await buttons(app, turn, slots.slot_buttons(turn, later.slots, draft, guests.unknown)),
        replace=bool(turn.request.press),
    )


def looking(app: App) -> Callable[[], datetime]:
    """Called before the calendar is read; what it returns says when that was, by the clock of the moment it is asked.

    A clock that is set back meanwhile would make an old look a new one, and hide what was written since.
    """
    began, began_at = asyncio.get_running_loop().time(), app.clock.now()

    def seen_at() -> datetime:
        passed = asyncio.get_running_loop().time() - began
        return min(began_at, app.clock.now() - timedelta(seconds=passed))

    return seen_at


def interval_of(draft: EventDraft) -> Interval:
    """The instants of a draft; whole days are days of its zone."""
    return draft.when.interval(zone(draft.zone)) if isinstance(draft.when, Days) else draft.when
