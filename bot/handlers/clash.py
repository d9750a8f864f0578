"""What lies in the way of a meeting, and what to offer instead."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

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
        text=why,
        note="The next times that would do:" if later else "I found no free time in the next two weeks.",
        choices=await buttons(app, turn, slots.slot_buttons(turn, later, draft)),
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
