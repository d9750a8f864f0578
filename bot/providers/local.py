"""A small real calendar in our own database: the embedded default, so that everything works with no account.

Whoever has such a calendar in the same workspace sees an invitation on it at once. Nobody is told by e-mail.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.errors import AccessDenied, CannotSay, Gone, Unavailable
from bot.ports import Disclosure, Feature, Kind, Link, LocalEvent, LocalEvents, Opening
from bot.ports.people import EMBEDDED
from bot.providers import House, local_series, local_translate
from bot.providers.local_translate import Ref
from bot.providers.series import check_series, start_key
from bot.providers.series_changes import answer, apply
from bot.scheduling.blocking import busy_of
from bot.scheduling.event import (
    Account,
    Attendee,
    BusyInterval,
    Busyness,
    Changes,
    Event,
    EventChange,
    EventDraft,
    Known,
    Response,
    Scope,
    Unknown,
)
from bot.scheduling.interval import Interval
from bot.scheduling.rules import Rules
from bot.scheduling.zones import zone

NAME = EMBEDDED

RowChange = Callable[[LocalEvent, str, EventDraft], tuple[LocalEvent, str]]
"""The row with a change to one of its occurrences, and what that is called now."""

_TRIES = 8

DISCLOSURE = Disclosure(
    version="local-1",
    sees="the events of your Freewhen calendar: their times, titles, places and guests.",
    does="create, change and cancel events on it, when you press the button under a preview, and remind you of them.",
    never="reads mail or contacts, and never changes anything you have not confirmed.",
    stored="on this Freewhen server only; titles and texts are encrypted.",
    undo="“/freewhen disconnect” at any time. The events stay on the calendar until you delete them.",
    scopes=("calendar",),
)


def kind(house: House) -> Kind:
    async def revoke(opening: Opening) -> None:
        """Nothing to revoke: there is no credential."""

    return Kind(
        name=NAME,
        label="Freewhen’s own calendar",
        link=Link.NONE,
        disclosure=DISCLOSURE,
        open=lambda opening: LocalCalendar(opening, house.local_events),
        revoke=revoke,
        features=frozenset({Feature.FREE_BUSY_OF_OTHERS, Feature.RECURRENCE, Feature.RESPOND}),
    )


class LocalCalendar:
    """One person's opened calendar. All addresses are lower-case."""

    def __init__(self, opening: Opening, store: LocalEvents) -> None:
        self._tenant = opening.tenant
        self._address = opening.address.casefold()
        self._name = opening.name
        self._zone = opening.zone
        self._store = store

    async def account(self) -> Account:
        return await self._store.open_calendar(self._tenant, self._address, self._name, self._zone)

    async def busy(self, addresses: Sequence[str], window: Interval) -> Mapping[str, Busyness]:
        known = await self._store.calendars(self._tenant, [address.casefold() for address in addresses])

        async def look(address: str) -> Busyness:
            account = known.get(address.casefold())
            if account is None:
                return Unknown("has no calendar here")
            events = await self._events(account.address, window)
            busy = busy_of(events, Rules(), zone(account.zone or "UTC"))
            clipped = [(interval.interval.clip(window), interval.status) for interval in busy]
            return Known(tuple(BusyInterval(part, status) for part, status in clipped if part is not None))

        return dict(zip(addresses, await asyncio.gather(*map(look, addresses)), strict=True))

    async def events(self, window: Interval, calendars: Sequence[str] = ()) -> Sequence[Event]:
        if calendars and NAME not in calendars:
            return []
        return await self._events(self._address, window)

    async def event(self, ref: str) -> Event:
        row, key, seen = await self._seen(Ref.parse(ref))
        return local_translate.event(row, key, seen, self._address)

    async def find(self, key: str, calendar: str = "") -> Event | None:
        row = await self._store.by_key(self._tenant, self._address, key)
        if row is None or row.cancelled:
            return None
        first = local_series.left(row, self._address)
        return None if first is None else local_translate.event(row, *first, self._address)

    async def create(self, draft: EventDraft, key: str, calendar: str = "") -> Event:
        if draft.recurrence is not None:
            try:
                check_series(draft)
            except ValueError as error:
                raise CannotSay(NAME, str(error)) from error
        me = Attendee(self._address, self._name, Response.ORGANIZER)
        row = await self._store.add(self._tenant, local_series.new_row(draft, me), key)
        first = local_series.left(row, self._address)
        if first is None:  # an earlier one under this key, of which every occurrence was cancelled
            return local_translate.event(replace(row, cancelled=True), start_key(row.draft.when), row.draft, row.owner)
        return local_translate.event(row, *first, self._address)

    async def update(self, ref: str, change: EventChange, scope: Scope = Scope.OCCURRENCE) -> Event:
        parsed = Ref.parse(ref)
        if parsed.occurrence is not None and scope is Scope.FOLLOWING:
            return await self._change_following(parsed, change)

        def changed(row: LocalEvent, key: str, seen: EventDraft) -> tuple[LocalEvent, str]:
            self._only_mine(row, "change")
            if row.draft.recurrence is None:
                return local_series.with_change(row, change), key
            if parsed.occurrence is None or scope is Scope.SERIES:
                return local_series.with_all(row, key, change)
            return local_series.with_one(row, key, apply(seen, change, row.owner)), key

        return await self._save(parsed, changed)

    async def cancel(self, ref: str, scope: Scope = Scope.OCCURRENCE, note: str = "") -> None:
        parsed = Ref.parse(ref)

        def cancelled(row: LocalEvent, key: str, seen: EventDraft) -> tuple[LocalEvent, str]:
            self._only_mine(row, "cancel")
            if parsed.occurrence is None or scope is Scope.SERIES:
                return replace(row, cancelled=True), key
            if scope is Scope.OCCURRENCE:
                return local_series.with_one(row, key, None), key
            return local_series.cut(row, key), key

        await self._save(parsed, cancelled)

    async def respond(self, ref: str, response: Response, note: str = "") -> Event:
        """The row's own ref answers all of a series, an occurrence's ref only that one."""
        parsed = Ref.parse(ref)

        def answered(row: LocalEvent, key: str, seen: EventDraft) -> tuple[LocalEvent, str]:
            if row.owner == self._address:
                raise CannotSay(NAME, "This is your own meeting; there is no invitation to answer.")
            if parsed.occurrence is None:
                return local_series.answered(row, self._address, response), key
            return local_series.with_one(row, key, answer(seen, self._address, response)), key

        return await self._save(parsed, answered)

    async def changes(self, cursor: str | None, calendars: Sequence[str] = ()) -> Changes:
        version = await self._store.version(self._tenant, self._address)
        if cursor is None or not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
            return Changes(None, str(version))
        dirty = await self._store.dirty_since(self._tenant, self._address, int(cursor))
        return Changes(None if dirty is None else tuple(dirty), str(version))

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _events(self, address: str, window: Interval) -> list[Event]:
        rows = await self._store.between(self._tenant, address, window)
        found = [event for row in rows for event in local_translate.visible(row, window, address)]
        return sorted(found, key=lambda event: (event.interval(zone(self._zone)).start, event.title, event.ref))

    async def _seen(self, ref: Ref) -> tuple[LocalEvent, str, EventDraft]:
        row = await self._store.get(self._tenant, ref.id)
        found = None if row is None or row.cancelled else local_translate.named(row, ref, self._address)
        if row is None or found is None:
            raise Gone(NAME)
        return (row, *found)

    def _only_mine(self, row: LocalEvent, verb: str) -> None:
        if row.owner != self._address:
            who = row.organizer.name or row.organizer.address
            raise AccessDenied(NAME, f"Only {who} can {verb} this meeting: it is theirs. You can decline it.")

    async def _save(self, ref: Ref, change: RowChange) -> Event:
        """Read, change, save; again when somebody else was faster. The event the change was about, as it is now."""
        for _ in range(_TRIES):
            row, key, seen = await self._seen(ref)
            changed, key = change(row, key, seen)
            if await self._store.save(self._tenant, changed):
                return self._event(changed, key)
        raise Unavailable(NAME)

    def _event(self, row: LocalEvent, key: str) -> Event:
        return local_translate.event(row, key, local_series.seen_at(row, key) or row.draft, self._address)

    async def _change_following(self, ref: Ref, change: EventChange) -> Event:
        """This and following: the old series ends before the occurrence, a new one begins with it.

        The new one is stored first, under a key that names the cut, so that a crash between the two leaves a repeat
        that the next try finds and replaces, never a hole. When the old one changed meanwhile, all is done again.
        """
        for _ in range(_TRIES):
            row, key, _seen = await self._seen(ref)
            self._only_mine(row, "change")
            if local_series.is_first(row, key):
                changed, key = local_series.with_all(row, key, change)
                if await self._store.save(self._tenant, changed):
                    return self._event(changed, key)
                continue
            name = local_series.cut_key(row, key)
            kept, following, key = local_series.split(row, key, change)
            stored = await self._store.add(self._tenant, following, name)
            if stored.id != following.id:
                following = replace(following, id=stored.id, uid=stored.uid, version=stored.version)
                now = await self._store.get(self._tenant, row.id)
                if now is None or now.version != row.version:
                    continue
                if not await self._store.save(self._tenant, following):
                    continue
            if await self._store.save(self._tenant, kept):
                return self._event(following, key)
        raise Unavailable(NAME)
