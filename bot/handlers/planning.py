"""Plan reminders: make the rows of a calendar be what its events ask for, at each look at what has changed there."""

import asyncio
import logging
from datetime import datetime, timedelta

from bot import calendars
from bot.errors import ProviderError, StorageError
from bot.handlers import reach
from bot.ports import App, Connection, Context, Health, Meeting, Planned
from bot.scheduling.event import Changes, Event, Response
from bot.scheduling.interval import Interval
from bot.scheduling.reminder import due_times, kind_of
from bot.scheduling.zones import zone

log = logging.getLogger("freewhen.remind")

AHEAD = timedelta(days=4)
"""How far ahead of now a reminder becomes a row; the window looked at also holds the longest lead time.

Longer than the longest outage that we promise to tell of afterwards: what was no row cannot be missed.
"""
LOOK_EVERY = timedelta(minutes=15)
MOST_LOOKS = 3
"""At one calendar that changes while it is looked at; the next minute looks again."""
LANES = 8
"""So many calendars of one provider are read side by side; a provider that is down holds up no other."""


async def plan(app: App, context: Context, connection: Connection, now: datetime, fresh: bool = False) -> None:
    """Make the reminder rows of one calendar be what its events ask for. Raises ProviderError.

    Whatever led here, events or settings may be different now: the person's overview is shown anew. `fresh`: it has
    just been written to.
    """
    try:
        await _plan(app, context, connection, now, fresh)
    finally:
        await reach.changed(app, context.user.who)


async def _plan(app: App, context: Context, connection: Connection, now: datetime, fresh: bool) -> None:
    leads = context.user.preferences.leads
    window = Interval(now - timedelta(days=1), now + AHEAD + max(leads, default=timedelta()))
    events = await calendars.events(app, context, connection, window, fresh)
    tz = zone(context.user.preferences.zone)
    wanted: list[Planned] = []
    for event in events:
        if event.response is Response.DECLINED or event.cancelled:
            continue
        meeting = meeting_of(event, context)
        due = {one.kind: one.at for one in due_times(event.when, leads, now, tz)}
        wanted += [Planned(event.ref, kind, at, meeting) for kind, at in due.items()]
        if meeting.starts_at <= now:
            rest = {kind_of(lead) for lead in leads} - due.keys()
            wanted += [Planned(event.ref, kind, now, meeting, keep=True) for kind in sorted(rest)]
    await app.reminders.plan(connection, window, wanted, now)


async def plan_all(app: App, context: Context, now: datetime) -> str:
    """Plan every calendar of a person anew; returns what to tell them of those that could not be read, or ""."""
    late: list[str] = []
    for connection in context.connections:
        try:
            await plan(app, context, connection, now)
        except ProviderError as error:
            late.append(f"{connection.address}: {error.message} Its reminders follow as soon as it can be read.")
    return " ".join(late)


def meeting_of(event: Event, context: Context) -> Meeting:
    interval = event.interval(zone(context.user.preferences.zone))
    return Meeting(
        title=event.title,
        starts_at=interval.start,
        ends_at=interval.end,
        all_day=event.all_day,
        location=event.location,
        join_url=event.join_url,
        attendees=event.attendees,
    )


async def refresh(app: App) -> int:
    """Look for changes on every connected calendar and plan again where there are some; returns how many.

    What is kept of remote calendars stays warm by it.
    """
    planned = 0
    after = ""
    lanes: dict[str, asyncio.Semaphore] = {}
    there: set[str] = set()
    while page := await app.connections.all_active(after, 100):
        looks = [_in_lane(app, connection, lanes) for connection in page]
        planned += sum(await asyncio.gather(*looks))
        after = page[-1].id
        there.update(connection.id for connection in page)
    for gone in app.planned.keys() - there:
        del app.planned[gone]
    return planned


async def _in_lane(app: App, connection: Connection, lanes: dict[str, asyncio.Semaphore]) -> int:
    try:
        remote = calendars.kind_of(app, connection.provider).remote
        async with lanes.setdefault(connection.provider, asyncio.Semaphore(LANES if remote else 1)):
            return await (_refresh_kept if remote else _refresh_one)(app, connection)
    except (ProviderError, StorageError) as error:
        log.warning("calendar of connection %s not read: %s", connection.id, error.message)
        return 0


async def _refresh_kept(app: App, connection: Connection) -> int:
    """A remote calendar: a sign of life when it is due, and reminders from what is kept, once for each reading of it.

    Somebody's question may have read it meanwhile, in another process; so it is the reading that counts.
    """
    now = app.clock.now()
    found: Connection | None = connection
    context = None
    if calendars.due(connection, now):
        await calendars.sync(app, connection)
        context, found = await _current(app, connection)
    if found is None or found.kept is None:
        return 0
    reading, at = app.planned.get(connection.id, (None, now))
    if reading == found.kept.start and timedelta() <= now - at < LOOK_EVERY:
        return 0
    if context is None:
        context, found = await _current(app, connection)
    if context is None or found is None or found.kept is None:
        return 0
    await plan(app, context, found, now)
    app.planned[connection.id] = (found.kept.start, now)
    return 1


async def _current(app: App, connection: Connection) -> tuple[Context | None, Connection | None]:
    context = await app.users.by_id(connection.user_id)
    found = [one for one in context.connections if one.id == connection.id] if context else []
    return context, found[0] if found else None


async def _refresh_one(app: App, connection: Connection) -> int:
    """Plan from the calendar, and again while it changes: what was read before a change must not outlive it."""
    now = app.clock.now()
    stale = connection.checked_at is None or abs(now - connection.checked_at) >= LOOK_EVERY
    cursor = connection.cursor
    planned = 0
    context = await app.users.by_id(connection.user_id)
    if context is None:
        return 0
    for _ in range(MOST_LOOKS):
        changes = await _changes(app, context, connection, cursor)
        if changes.dirty == () and not stale:
            break
        await plan(app, context, connection, now)
        await app.connections.checked(connection.id, Health.ACTIVE, changes.cursor, now)
        planned, stale, cursor = 1, False, changes.cursor
    return planned


async def _changes(app: App, context: Context, connection: Connection, cursor: str | None) -> Changes:
    return await calendars.ask(app, context, connection, lambda provider: provider.changes(cursor))
