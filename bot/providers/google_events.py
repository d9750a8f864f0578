"""Reading events of one Google account: lists with their pages, single events, and what was changed of a series."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from bot.errors import CannotSay, Gone, Unavailable
from bot.providers import google_bodies, google_translate
from bot.providers.google_bodies import rfc3339
from bot.providers.google_calls import Body, Session, json_object
from bot.providers.google_errors import NAME
from bot.providers.google_translate import EVENT_FIELDS
from bot.providers.series_changes import Series
from bot.scheduling.event import Account, Event
from bot.scheduling.interval import Interval

T = TypeVar("T")

PRIMARY = "primary"
_EXPANDED, _AS_WRITTEN = "e:", "w:"
_CHANGED = "items(id),nextPageToken,nextSyncToken"
_MOST_PAGES = 100
_MOST_EVENTS = 500  # on a page: with 20 kB each, still less than is read of one answer
_ODD = (ValueError, KeyError, TypeError, AttributeError, OverflowError)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list; `sync` comes with the last one."""

    items: list[Any]
    next: str | None
    sync: str


class Events:
    """What is on the calendars of an account. Raises ProviderError; never fewer than there are."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.me = session.opening.address.casefold()

    async def account(self) -> Account:
        items, _ = await self._all("calendarList.list", _page(lambda one: one), maxResults=250)
        return self.understood(lambda: google_translate.account(items))

    async def window(self, calendar: str, window: Interval) -> tuple[list[Event], str]:
        """Events of one calendar around the window, series expanded, and the sync token of this reading ("": none).

        The token is good for what may look different inside the window.
        """
        found, token = await self._all(
            "events.list",
            _page(lambda one: google_translate.event(one, self.name(calendar), self.me)),
            calendarId=calendar,
            singleEvents=True,
            timeMin=rfc3339(window.start),
            timeMax=rfc3339(window.end),
            maxResults=_MOST_EVENTS,
            fields=f"items({EVENT_FIELDS}),nextPageToken,nextSyncToken",
        )
        return [event for event in found if not event.cancelled], f"{_EXPANDED}{token}" if token else ""

    async def changed(self, calendar: str, since: str) -> tuple[bool, str]:
        """Whether anything changed since a sync token, and the next one, "" when it was not read so far.

        Raises Gone for one that is too old. One change is enough to know: a touched series can fill many pages.
        A token is used as it was got (developers.google.com/workspace/calendar/api/guides/sync), so it says how.
        """
        expanded = since.startswith(_EXPANDED)
        token: dict[str, str] = {}
        for _ in range(_MOST_PAGES):
            page = await self._session.read(
                "events.list",
                _page(lambda one: one),
                calendarId=calendar,
                singleEvents=expanded,
                maxResults=_MOST_EVENTS,
                syncToken=since[len(_EXPANDED) :],
                fields=_CHANGED,
                **token,
            )
            if page.items or not page.next:
                return bool(page.items), f"{since[: len(_EXPANDED)]}{page.sync}" if page.sync else ""
            token = {"pageToken": page.next}
        raise Unavailable(NAME)

    async def first_token(self, calendar: str) -> str:
        """A sync token without a reading; "" where the calendar gives none."""
        _, token = await self._all(
            "events.list",
            _page(lambda one: one),
            calendarId=calendar,
            singleEvents=False,
            maxResults=_MOST_EVENTS,
            fields="nextPageToken,nextSyncToken",
        )
        return f"{_AS_WRITTEN}{token}" if token else ""

    async def get(self, calendar: str, ident: str) -> Body:
        """An event, cancelled ones too. Raises Gone."""
        return await self._session.read("events.get", json_object, calendarId=calendar, eventId=ident)

    async def there(self, calendar: str, ident: str) -> Body:
        """An event that was not cancelled. Raises Gone."""
        body = await self.get(calendar, ident)
        if body.get("status") == "cancelled":
            raise Gone(NAME)
        return body

    async def first_left(self, calendar: str, series: str) -> Body | None:
        """The first occurrence that is still there."""
        token: str | None = ""
        for _ in range(_MOST_PAGES):
            page = await self._page("events.instances", calendarId=calendar, eventId=series, pageToken=token or None)
            left = [one for one in page.items if one.get("status") != "cancelled"]
            if left:
                return self.understood(partial(_first, left))
            token = page.next
            if not token:
                return None
        raise Unavailable(NAME)

    async def series(self, calendar: str, master: Mapping[str, Any]) -> tuple[Series, dict[str, Body]]:
        """A series with its occurrences that were changed alone, also as Google has them, by key.

        Raises CannotSay when it is not one plain rule.
        """
        ident = str(master["id"])
        # Those with the series' uid are the changed ones; of cancelled ones Google promises no more than their id.
        changed, _ = await self._all(
            "events.list",
            _page(lambda one: one),
            calendarId=calendar,
            iCalUID=str(master.get("iCalUID")),
            singleEvents=False,
            maxResults=_MOST_EVENTS,
        )
        gone, _ = await self._all(
            "events.instances",
            _page(lambda one: one),
            calendarId=calendar,
            eventId=ident,
            showDeleted=True,
            maxResults=_MOST_EVENTS,
            fields="items(id,status,recurringEventId,originalStartTime),nextPageToken",
        )
        gone = [one for one in gone if one.get("status") == "cancelled"]
        mine = [one for one in (*gone, *changed) if one.get("recurringEventId") == ident]
        bodies = self.understood(lambda: {google_bodies.key_of(one): one for one in mine})
        zone = self._session.opening.zone
        try:
            return google_bodies.series_of(master, bodies, zone), bodies
        except ValueError as error:
            raise CannotSay(NAME, str(error)) from error

    async def invited_to(self, calendar: str, series: str) -> list[Body]:
        """Occurrences of somebody else's series that the account is invited to, though not to the series.

        Google names what is made with an id of one's own after that id.
        """
        found, _ = await self._all(
            "events.list",
            _page(lambda one: one),
            calendarId=calendar,
            iCalUID=f"{series}@google.com",
            singleEvents=False,
            maxResults=_MOST_EVENTS,
        )
        return [one for one in found if one.get("recurringEventId") == series and one.get("status") != "cancelled"]

    def event(self, calendar: str, body: Mapping[str, Any]) -> Event:
        return self.understood(lambda: google_translate.event(body, self.name(calendar), self.me))

    def name(self, calendar: str) -> str:
        """The id of a calendar; the account's own is known under its address."""
        return self.me if calendar == PRIMARY else calendar

    def understood(self, read: Callable[[], T]) -> T:
        """Raises Unavailable where Google's JSON is odd."""
        try:
            return read()
        except _ODD:
            raise Unavailable(NAME, "Google’s answer was not understood.") from None

    async def _page(self, method: str, **asked: Any) -> Page:
        named = {name: value for name, value in asked.items() if value is not None}
        return await self._session.read(method, _page(lambda one: one), **named)

    async def _all(self, method: str, parse: Callable[[bytes], Page], **asked: Any) -> tuple[list[Any], str]:
        """All pages, and the sync token of the last one."""
        items: list[Any] = []
        token: dict[str, str] = {}
        for _ in range(_MOST_PAGES):
            page = await self._session.read(method, parse, **asked, **token)
            items += page.items
            if not page.next:
                return items, page.sync
            token = {"pageToken": page.next}
        raise Unavailable(NAME, "There are more events on this calendar than I can read.")


def _first(occurrences: list[Body]) -> Body:
    """Google gives them in order, but does not promise it."""
    return min(occurrences, key=google_bodies.key_of)


def _page(read: Callable[[Body], Any]) -> Callable[[bytes], Page]:
    """A reader of pages, for the thread that asks. Raises ValueError."""

    def parse(content: bytes) -> Page:
        body = json_object(content)
        try:
            items = [read(one) for one in body.get("items") or []]
            return Page(items, body.get("nextPageToken"), str(body.get("nextSyncToken") or ""))
        except _ODD as error:
            raise ValueError("an odd page") from error

    return parse
