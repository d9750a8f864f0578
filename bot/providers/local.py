"""A small real calendar in our own database: the embedded default, so that everything works with no account.

Whoever has such a calendar in the same workspace sees an invitation on it at once. Nobody is told by e-mail.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.errors import AccessDenied, CannotSay, Gone, Unavailable
from bot.ports import Disclosure, Feature, Kind, Link, LocalEvent, LocalEvents, Opening
from bot.providers import House, local_translate
from bot.providers.local_translate import Ref
from bot.providers.series import check_rule, end_before, occurrences, rule_from
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

NAME = "local"

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
        row, seen = await self._seen(Ref.parse(ref))
        return local_translate.event(row, ref, seen, self._address)

    async def find(self, key: str) -> Event | None:
        row = await self._store.by_key(self._tenant, self._address, key)
        if row is None or row.cancelled:
            return None
        return local_translate.first_event(row, self._address)

    async def create(self, draft: EventDraft, key: str, calendar: str = "") -> Event:
        if draft.recurrence is not None:
            try:
                check_rule(draft.recurrence)
            except ValueError as error:
                raise CannotSay(NAME, str(error)) from error
        me = Attendee(self._address, self._name, Response.ORGANIZER)
        row = await self._store.add(self._tenant, local_translate.new_row(draft, me), key)
        return local_translate.first_event(row, self._address)

    async def update(self, ref: str, change: EventChange, scope: Scope = Scope.OCCURRENCE) -> Event:
        parsed = Ref.parse(ref)

        def changed(row: LocalEvent, seen: EventDraft) -> LocalEvent:
            self._only_mine(row, "change")
            draft = local_translate.apply(seen, change)
            if parsed.occurrence is None or row.draft.recurrence is None:
                return replace(row, draft=draft)
            if scope is Scope.OCCURRENCE:
                single = replace(draft, recurrence=None)
                return replace(row, exceptions={**row.exceptions, parsed.occurrence: single})
            return local_translate.shift_series(row, seen, draft)

        if scope is Scope.FOLLOWING and parsed.occurrence is not None:
            return await self._split(parsed, change)
        row = await self._save(parsed, changed)
        return local_translate.event_after(row, parsed, scope, self._address)

    async def cancel(self, ref: str, scope: Scope = Scope.OCCURRENCE, note: str = "") -> None:
        parsed = Ref.parse(ref)

        def cancelled(row: LocalEvent, seen: EventDraft) -> LocalEvent:
            self._only_mine(row, "cancel")
            if parsed.occurrence is None or scope is Scope.SERIES or row.draft.recurrence is None:
                return replace(row, cancelled=True)
            if scope is Scope.OCCURRENCE:
                return replace(row, exceptions={**row.exceptions, parsed.occurrence: None})
            return replace(row, draft=end_before(row.draft, parsed.occurrence))

        await self._save(parsed, cancelled)

    async def respond(self, ref: str, response: Response, note: str = "") -> Event:
        parsed = Ref.parse(ref)

        def answered(row: LocalEvent, seen: EventDraft) -> LocalEvent:
            if row.owner == self._address:
                raise CannotSay(NAME, "This is your own meeting; there is no invitation to answer.")
            if self._address not in {attendee.address for attendee in seen.attendees}:
                raise Gone(NAME)
            draft = local_translate.answer(seen, self._address, response)
            if parsed.occurrence is None or row.draft.recurrence is None:
                return replace(row, draft=draft)
            single = replace(draft, recurrence=None)
            return replace(row, exceptions={**row.exceptions, parsed.occurrence: single})

        row = await self._save(parsed, answered)
        return local_translate.event_after(row, parsed, Scope.OCCURRENCE, self._address)

    async def changes(self, cursor: str | None) -> Changes:
        version = await self._store.version(self._tenant, self._address)
        if cursor is None or not cursor.isdigit():
            return Changes(None, str(version))
        dirty = await self._store.dirty_since(self._tenant, self._address, int(cursor))
        return Changes(None if dirty is None else tuple(dirty), str(version))

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _events(self, address: str, window: Interval) -> list[Event]:
        rows = await self._store.between(self._tenant, address, window)
        found = [
            local_translate.event(row, str(Ref(row.id, key)), draft, address)
            for row in rows
            for key, draft in local_translate.visible(row, window, occurrences)
        ]
        return sorted(found, key=lambda event: (event.interval(zone(self._zone)).start, event.title, event.ref))

    async def _seen(self, ref: Ref) -> tuple[LocalEvent, EventDraft]:
        row = await self._store.get(self._tenant, ref.id)
        if row is None or row.cancelled or not self._concerns_me(row):
            raise Gone(NAME)
        seen = local_translate.occurrence_of(row, ref)
        if seen is None:
            raise Gone(NAME)
        return row, seen

    def _concerns_me(self, row: LocalEvent) -> bool:
        drafts = [row.draft, *(draft for draft in row.exceptions.values() if draft is not None)]
        return row.owner == self._address or any(
            attendee.address == self._address for draft in drafts for attendee in draft.attendees
        )

    def _only_mine(self, row: LocalEvent, verb: str) -> None:
        if row.owner != self._address:
            who = row.organizer.name or row.organizer.address
            raise AccessDenied(NAME, f"Only {who} can {verb} this meeting: it is theirs. You can decline it.")

    async def _save(self, ref: Ref, change: "local_translate.RowChange") -> LocalEvent:
        """Read, change, save; again when somebody else was faster."""
        for _ in range(8):
            row, seen = await self._seen(ref)
            changed = change(row, seen)
            if await self._store.save(self._tenant, changed):
                return replace(changed, version=row.version + 1)
        raise Unavailable(NAME)

    async def _split(self, ref: Ref, change: EventChange) -> Event:
        """This and following: the old series ends before the occurrence, a new one begins with it.

        The new series is stored first, under a key that names the cut, so that a crash between the two leaves a
        repeat that the next try finds, never a hole.
        """
        row, seen = await self._seen(ref)
        self._only_mine(row, "change")
        assert ref.occurrence is not None  # noqa: S101 the caller asked about one occurrence
        rule = rule_from(row.draft, ref.occurrence)
        rest = local_translate.apply(replace(seen, recurrence=rule), change)
        rest = replace(rest, recurrence=local_translate.following_rule(rule, seen, rest))
        created = await self._store.add(
            self._tenant, local_translate.new_row(rest, row.organizer), f"split:{row.id}:{ref.occurrence}"
        )

        def cut(row: LocalEvent, seen: EventDraft) -> LocalEvent:
            return replace(row, draft=end_before(row.draft, ref.occurrence or ""))

        await self._save(ref, cut)
        return local_translate.first_event(created, self._address)
