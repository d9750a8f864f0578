"""Reading one Google account: events, busy times, and whether anything changed."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import CannotSay, Gone, ProviderError
from bot.ports import Opening
from bot.providers import google_busy
from bot.providers.google_bodies import event_id
from bot.providers.google_calls import Body, Google, Session
from bot.providers.google_errors import NAME
from bot.providers.google_events import PRIMARY, Events
from bot.providers.google_translate import Ref
from bot.scheduling.blocking import busy_of
from bot.scheduling.event import Account, BusyInterval, Busyness, Changes, Event, FreeBusy, Known, Response, Unknown
from bot.scheduling.interval import Interval
from bot.scheduling.rules import Rules
from bot.scheduling.zones import zone

# All-day events are days of a zone of their own: no two zones are further apart.
_SLACK = timedelta(hours=26)


class GoogleReader:
    """The part of `ports.CalendarProvider` that changes nothing."""

    def __init__(self, google: Google, opening: Opening) -> None:
        session = Session(google, opening)
        self._session = session
        self._events = Events(session)
        self._me = opening.address.casefold()
        self._zone = zone(opening.zone)
        self._tokens: dict[tuple[str, ...], dict[str, str]] = {}

    async def account(self) -> Account:
        found = await self._events.account()
        return replace(found, name=found.name or self._session.opening.name)

    async def busy(self, addresses: Sequence[str], window: Interval) -> Mapping[str, Busyness]:
        """Of oneself with what is tentative; of others Google says only that they are busy."""
        others = [address for address in addresses if address.casefold() != self._me]
        mine = [address for address in addresses if address.casefold() == self._me]
        if not mine:
            return await google_busy.busy(self._session, others, window)
        own, told = await asyncio.gather(
            self._own_busy(window), google_busy.busy(self._session, others, window), return_exceptions=True
        )
        for result in (own, told):
            if isinstance(result, BaseException) and (not isinstance(result, ProviderError) or not others):
                raise result
        if isinstance(own, BaseException) and isinstance(told, BaseException):
            raise own
        unread = Unknown("could not be read")
        found: dict[str, Busyness] = dict.fromkeys(addresses, unread)
        if not isinstance(told, BaseException):
            found |= told
        return found | dict.fromkeys(mine, unread if isinstance(own, BaseException) else own)

    async def events(self, window: Interval, calendars: Sequence[str] = ()) -> Sequence[Event]:
        names = await self._names(calendars)
        wide = Interval(_moved(window.start, -_SLACK), _moved(window.end, _SLACK))
        read = await asyncio.gather(*(self._events.window(name, wide) for name in names))
        self._tokens = {_set(calendars): {name: token for name, (_, token) in zip(names, read, strict=True)}}
        found = [event for events, _ in read for event in events if self._interval(event).overlaps(window)]
        return sorted(_once(found), key=lambda event: (self._interval(event).start, event.title, event.ref))

    async def event(self, ref: str) -> Event:
        parsed = Ref.parse(ref)
        return await self._shown(parsed.calendar, await self._events.there(parsed.calendar, parsed.id))

    async def find(self, key: str, calendar: str = "") -> Event | None:
        first = calendar or PRIMARY
        found = await self._left(first, event_id(key))
        if found is not None:
            return found
        account = await self._events.account()
        others = [one.id for one in account.calendars if one.can_write and not self._same(one.id, first)]
        left = await asyncio.gather(*(self._left(name, event_id(key)) for name in others))
        return next((event for event in left if event is not None), None)

    async def changes(self, cursor: str | None, calendars: Sequence[str] = ()) -> Changes:
        """Google says what changed, but not where it was before, so a change makes everything dirty."""
        names = await self._names(calendars)
        tokens = _tokens(cursor)
        if tokens is None or set(tokens) != set(names) or not all(tokens.values()):
            if cursor is not None:
                return _ANYTHING
            read = self._tokens.get(_set(calendars))
            return Changes(None, json.dumps(read) if read is not None else await self._first_cursor(names))
        try:
            found = await asyncio.gather(*(self._events.changed(name, tokens[name]) for name in names))
        except (Gone, CannotSay):  # too old, or none of ours
            return _ANYTHING
        following = json.dumps({name: token for name, (_, token) in zip(names, found, strict=True)})
        return Changes(None if any(changed for changed, _ in found) else (), following)

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _names(self, calendars: Sequence[str]) -> list[str]:
        """The calendars asked for, each once; all of the account's where none is named."""
        if calendars:
            return list(dict.fromkeys(calendars))
        found = (await self._events.account()).calendars
        return [one.id for one in sorted(found, key=lambda one: not one.primary)]

    async def _first_cursor(self, names: Sequence[str]) -> str:
        tokens = await asyncio.gather(*map(self._events.first_token, names))
        return json.dumps(dict(zip(names, tokens, strict=True)))

    async def _own_busy(self, window: Interval) -> Busyness:
        wide = Interval(_moved(window.start, -_SLACK), _moved(window.end, _SLACK))
        events, _ = await self._events.window(PRIMARY, wide)
        taken = [(one.interval.clip(window), one.status) for one in busy_of(events, Rules(), self._zone)]
        return Known(tuple(BusyInterval(part, status) for part, status in taken if part is not None))

    async def _shown(self, calendar: str, body: Body) -> Event:
        """The event; of a series, the first occurrence that is left. Raises Gone when none is."""
        if body.get("recurrence"):
            first = await self._events.first_left(calendar, str(body["id"]))
            if first is None:
                raise Gone(NAME)
            body = first
        return self._events.event(calendar, body)

    async def _left(self, calendar: str, ident: str) -> Event | None:
        try:
            return await self._shown(calendar, await self._events.there(calendar, ident))
        except Gone:
            return None

    def _interval(self, event: Event) -> Interval:
        try:
            return event.interval(self._zone)
        except ValueError:  # a day that this zone skipped
            return event.interval(zone("UTC"))

    def _same(self, one: str, other: str) -> bool:
        return self._events.name(one).casefold() == self._events.name(other).casefold()


_ANYTHING = Changes(None, "")
"""Whoever hears this reads everything, and gets a cursor with that: a listing only for a token would be thrown away."""


def _once(events: Sequence[Event]) -> list[Event]:
    """An event that is on two of one's calendars is there once: as what takes most of the time, else the first."""
    best: dict[tuple[str, object], Event] = {}
    rest = []
    for event in events:
        place = (event.uid, event.when)
        held = best.setdefault(place, event)
        if held.calendar == event.calendar:
            if held is not event:
                rest.append(event)
        elif _weight(held) < _weight(event):
            best[place] = event
    return [*best.values(), *rest]


def _weight(event: Event) -> int:
    """How much it takes its owner's time, whatever their rules: nothing, perhaps, busy, away."""
    if event.response is Response.DECLINED or event.status is FreeBusy.FREE:
        return 0
    if event.status is FreeBusy.OUT_OF_OFFICE:
        return 3
    unsure = event.status is FreeBusy.TENTATIVE or event.response in (Response.TENTATIVE, Response.NONE)
    return 1 if unsure else 2


def _moved(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        return moment


def _set(calendars: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(set(calendars)))


def _tokens(cursor: str | None) -> dict[str, str] | None:
    """A cursor's sync token of each calendar; None for what is no cursor of ours."""
    try:
        found = json.loads(cursor or "")
    except (ValueError, RecursionError):
        return None
    good = isinstance(found, dict) and all(isinstance(token, str) for token in found.values())
    return found if good else None
