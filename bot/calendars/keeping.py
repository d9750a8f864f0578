"""What is kept of one's own calendar between two questions, so that a warm one leaves this machine for nobody.

A calendar that is not `remote` is asked each time. Of a remote one a window is read, and read again when it has
changed: the provider's `changes` says whether, in one call. What is kept is served while its last sign of life is
young: a few minutes, or a quarter of an hour where the provider tells of changes by itself.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.calendars.asking import ask, kind_of, within
from bot.errors import Gone, ProviderError, StorageError
from bot.ports import App, CalendarProvider, Connection, Context, Health, Reading
from bot.scheduling.event import Event
from bot.scheduling.interval import Interval
from bot.scheduling.zones import zone

log = logging.getLogger("freewhen.calendars")

SHORT_AGE = timedelta(minutes=2)
"""So old may the last sign of life be where nobody tells of changes."""
SIGN_OF_LIFE = timedelta(minutes=15)
"""So old may it ever be."""
BACK = timedelta(hours=26)
"""Questions that reach no further back are answered from what is kept: the longest local day, and a little more."""
AHEAD = timedelta(days=70)
_MARGIN = timedelta(hours=1)
"""What is kept is a little more than is answered from, since time goes on between the two."""
SLIDE = timedelta(days=56)
"""The window is read anew when less than this is left of it."""
POLL = timedelta(minutes=12)
"""A calendar that tells of changes is asked for a sign of life this often, or up to two minutes earlier."""
_SPREAD = 120


async def events(
    app: App, context: Context, connection: Connection, window: Interval, fresh: bool = False
) -> Sequence[Event]:
    """One calendar's events of a window, by start. Raises ProviderError.

    `fresh`: as the calendar is now, for whoever is about to write. From what is kept, an event has no description and
    no address on the web: see `whole`.
    """
    reach = _reach(app.clock.now())
    if not kind_of(app, connection.provider).remote or not reach.covers(window):
        return await ask(app, context, connection, lambda provider: provider.events(window, connection.checks))
    found: Sequence[Event] | None = None
    if fresh or not holds(connection, window, app.clock.now()):
        found = await sync(app, connection, window, fresh)
    if found is None:
        try:
            found = await app.kept.events(connection.id, window)
        except StorageError as error:  # no longer kept, or not to be read: the calendar itself knows
            log.info("what is kept of connection %s does not answer: %s", connection.id, error.message)
            return await ask(app, context, connection, lambda provider: provider.events(window, connection.checks))
    tz = zone(context.user.preferences.zone)
    return [event for event in found if _within(event, window, tz)]


async def whole(app: App, context: Context, connection: Connection, event: Event) -> Event:
    """An event of an agenda, with all that its calendar knows of it. Raises ProviderError (Gone)."""
    if not kind_of(app, connection.provider).remote:
        return event
    return await ask(app, context, connection, lambda provider: provider.event(event.ref))


def holds(connection: Connection, window: Interval, now: datetime) -> bool:
    """Whether what is kept may answer for a window now."""
    if connection.health is Health.EXPIRED or connection.spoiled or not _covers(connection, window):
        return False
    return _age(connection, now) <= (SIGN_OF_LIFE if _watched(connection, now) else SHORT_AGE)


def due(connection: Connection, now: datetime) -> bool:
    """Whether a kept calendar is to be asked for a sign of life.

    At each tick where nobody tells of changes, else rarely, and not all at the same time.
    """
    if connection.spoiled or connection.kept is None or not _watched(connection, now):
        return True
    early = timedelta(seconds=sum(connection.id.encode()) % _SPREAD)
    return _age(connection, now) >= POLL - early


async def sync(
    app: App, connection: Connection, window: Interval | None = None, fresh: bool = True
) -> Sequence[Event] | None:
    """Make what is kept be what the calendar says, at most so many calls as one question at a time needs.

    `window`: what is to be covered. A `fresh` one begins no earlier than this call; any other is satisfied with what
    somebody else has found meanwhile. Returns the events where all of them had to be read, None where what is kept
    still holds. Raises ProviderError (Gone: disconnected meanwhile).
    """
    window = window or _upcoming(app.clock.now())
    reading = app.readings.setdefault(connection.id, Reading())
    before = reading.begun
    return await within(app, connection.provider, _sync(app, connection, window, fresh, reading, before))


async def sweep(app: App) -> int:
    """Erase what ended before the window that questions are answered from; returns how many events."""
    return await app.kept.sweep(app.clock.now() - BACK - _MARGIN)


async def _sync(
    app: App, connection: Connection, window: Interval, fresh: bool, reading: Reading, before: int
) -> Sequence[Event] | None:
    async with reading.lock:
        shared = reading.done > before  # what somebody else began to read after we had come
        if not shared and reading.begun > before and reading.error is not None:
            raise reading.error
        # In this order: the number first, so that whatever happens later is seen to have happened later.
        spoils = await app.kept.spoils(connection.id)
        context = await app.users.by_id(connection.user_id)
        found = next((one for one in context.connections if one.id == connection.id), None) if context else None
        if context is None or found is None:
            raise Gone(connection.provider, "That calendar is no longer connected.")
        if shared and _covers(found, window) and found.kept is not None and found.kept.start == reading.kept:
            return None
        if not fresh and holds(found, window, app.clock.now()):
            return None
        reading.begun += 1
        reading.error = None
        try:
            events, reading.kept = await _read(app, context, found, window, spoils)
            reading.done = reading.begun
            return events
        except ProviderError as error:
            reading.error = error
            raise


async def _read(
    app: App, context: Context, connection: Connection, window: Interval, spoils: int
) -> tuple[Sequence[Event] | None, datetime]:
    """One opened calendar: has it changed, and if so, all of the window, and where to ask from next time.

    The events, None when it has not changed, and the start of the window that is kept now.
    """
    now = app.clock.now()
    reach = _reach(now).padded(_MARGIN, _MARGIN)
    kept = connection.kept
    cursor = connection.cursor
    if kept is None or not kept.covers(window) or kept.end < now + SLIDE:
        cursor = None

    async def look(provider: CalendarProvider) -> tuple[Sequence[Event] | None, str]:
        if cursor is not None:
            changes = await provider.changes(cursor, connection.checks)
            if kept is not None and changes.dirty is not None and not any(map(kept.overlaps, changes.dirty)):
                return None, changes.cursor
        found = await provider.events(reach, connection.checks)
        return found, (await provider.changes(None, connection.checks)).cursor

    found, following = await ask(app, context, connection, look)
    if found is None:
        assert kept is not None  # noqa: S101 nothing else can hold
        await app.kept.unchanged(connection.id, following, now, spoils)
        return None, kept.start
    bare = [replace(event, description="", open_url="") for event in found]
    await app.kept.keep(connection, reach, bare, following, now, spoils)
    return bare, reach.start


def _within(event: Event, window: Interval, tz: ZoneInfo) -> bool:
    """All-day events are kept as days of anywhere on earth."""
    try:
        return event.interval(tz).overlaps(window)
    except ValueError:  # a day that this zone skipped takes no time
        return False


def _reach(now: datetime) -> Interval:
    """What questions may reach."""
    return Interval(now - BACK, now + AHEAD)


def _upcoming(now: datetime) -> Interval:
    return Interval(now, now + SLIDE)


def _covers(connection: Connection, window: Interval) -> bool:
    return connection.kept is not None and connection.kept.covers(window)


def _watched(connection: Connection, now: datetime) -> bool:
    return connection.watched_until is not None and connection.watched_until > now


def _age(connection: Connection, now: datetime) -> timedelta:
    """Of the last sign of life. A clock that was set back makes it unknown: then it is too old."""
    if connection.checked_at is None or connection.checked_at > now:
        return timedelta.max
    return now - connection.checked_at
