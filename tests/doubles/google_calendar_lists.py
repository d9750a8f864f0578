"""Reading events: lists with windows, pages and sync tokens, and the instances of a series."""

import base64
import binascii
import json
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.doubles.google_calendar_shown import event_shown, tombstone
from tests.doubles.google_rules_errors import GoogleError, bad, bad_parameter, empty_range, full_sync_required
from tests.doubles.google_rules_time import begins, zone_of
from tests.doubles.google_store import Body, Calendar, Row, Store

ALONE = ("iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax")
"""With one of these, and with updatedMin, a sync token is not taken."""


@dataclass(frozen=True, slots=True)
class Page:
    """The rest of a list, for who asks for it with the same parameters."""

    asked: str
    items: list[Body]
    sync: str


@dataclass
class Lists:
    """Answers events.list and events.instances. A page has at most `page` events, whatever is asked for."""

    store: Store
    page: int = 2500
    pages: dict[str, Page] = field(default_factory=dict)

    def events(self, calendar: Calendar, role: str, asked: dict[str, Any]) -> Body:
        """The answer of events.list."""
        if "pageToken" in asked:
            return self._next(calendar, role, asked)
        zone = _zone(calendar, asked)
        since, low, high = self._since(calendar, asked)
        single, gone = asked.get("singleEvents", False), asked.get("showDeleted", False)
        if asked.get("orderBy") == "startTime" and not single:
            raise bad("The requested ordering is not available for the particular query.")
        if since is None:
            rows = _window(self._all(calendar, single, gone, "updatedMin" in asked), low, high, calendar.zone)
        else:
            rows = self._changed(calendar, single, since, low, high)
        rows = (row for row in rows if _matches(row, asked))
        if asked.get("orderBy") == "startTime":
            rows = iter(sorted(rows, key=lambda row: (begins(row.event["start"], calendar.zone), row.event["id"])))
        else:
            rows = iter(sorted(rows, key=lambda row: row.version))
        show = self._show(calendar, role, zone, asked, since is not None and not gone)
        sync = "" if any(name in asked for name in ("updatedMin", *ALONE[:5])) else _token(calendar, asked, low, high)
        return self._pages(calendar, role, asked, [show(row) for row in rows], sync)

    def instances(self, calendar: Calendar, role: str, row: Row, asked: dict[str, Any]) -> Body:
        """The answer of events.instances of a series."""
        if "pageToken" in asked:
            return self._next(calendar, role, asked)
        zone = _zone(calendar, asked)
        own = [one for one in calendar.rows.values() if one.meeting is row.meeting and one.key and not one.dropped]
        rows = [one for one in own if not row.cancelled] + (list(calendar.unchanged(row)) if row.series else [])
        if not asked.get("showDeleted"):
            rows = [one for one in rows if not one.cancelled]
        if "originalStart" in asked:
            wanted = asked["originalStart"]
            rows = [one for one in rows if _original(one, wanted)]
        window = _window(rows, asked.get("timeMin"), asked.get("timeMax"), calendar.zone)
        rows = sorted(window, key=lambda one: begins(one.event["start"], calendar.zone))
        show = self._show(calendar, role, zone, asked, False)
        return self._pages(calendar, role, asked, [show(one) for one in rows], "")

    def _all(self, calendar: Calendar, single: bool, gone: bool, since: bool) -> Iterator[Row]:
        for row in list(calendar.rows.values()):
            if row.dropped:
                continue
            if row.series and single:
                if not row.cancelled or gone:
                    yield from calendar.unchanged(row)
            elif not row.cancelled or gone or since:
                yield row
            elif not single and row.key:
                master = calendar.rows.get(row.event["recurringEventId"])
                if master is not None and not master.cancelled:
                    yield row

    def _changed(
        self, calendar: Calendar, single: bool, since: int, low: datetime | None, high: datetime | None
    ) -> Iterator[Row]:
        for row in list(calendar.rows.values()):
            if row.version <= since or (row.plain and not single):
                continue
            if row.series and single and not row.key:
                yield from _window(calendar.unchanged(row), low, high, calendar.zone)
            else:
                yield row

    def _since(self, calendar: Calendar, asked: dict[str, Any]) -> tuple[int | None, datetime | None, datetime | None]:
        """From which version on, if only changes are asked for, and the window."""
        low, high = asked.get("timeMin"), asked.get("timeMax")
        if "syncToken" not in asked:
            if low is not None and high is not None and low >= high:
                raise empty_range()
            return None, low, high
        for name in ("updatedMin", *ALONE):
            if name in asked:
                raise bad(f"Sync token cannot be used with other query restrictions: {name}.")
        if asked.get("showDeleted") is False:
            raise bad("Sync token cannot be used with showDeleted set to false.")
        try:
            held = json.loads(base64.urlsafe_b64decode(asked["syncToken"].encode()))
            ident, epoch, version, single, low_text, high_text = held
            low, high = (datetime.fromisoformat(text) if text else None for text in (low_text, high_text))
            version += 0
        except (ValueError, TypeError, binascii.Error):
            raise bad_parameter("syncToken", "Invalid sync token value.", "invalid") from None
        if ident != calendar.id or epoch != calendar.epoch or not 0 <= version <= calendar.version:
            raise full_sync_required()
        if single != asked.get("singleEvents", False):
            raise bad("Sync token cannot be used with other parameters than those of the initial request.")
        return version, low, high

    def _show(
        self, calendar: Calendar, role: str, zone: str, asked: dict[str, Any], brief: bool
    ) -> Callable[[Row], Body]:
        most = asked.get("maxAttendees", 0)

        def show(row: Row) -> Body:
            if row.dropped or (brief and row.cancelled):
                return tombstone(row)
            return event_shown(row, calendar, role, self.store.accounts, zone, most)

        return show

    def _next(self, calendar: Calendar, role: str, asked: dict[str, Any]) -> Body:
        page = self.pages.get(asked["pageToken"])
        if page is None or page.asked != _key(calendar, asked):
            raise bad_parameter("pageToken", "Invalid page token value.", "invalid")
        return self._pages(calendar, role, asked, page.items, page.sync)

    def _pages(self, calendar: Calendar, role: str, asked: dict[str, Any], items: list[Body], sync: str) -> Body:
        size = min(asked.get("maxResults", 250), 2500, self.page)
        answer: Body = {
            "kind": "calendar#events",
            "etag": f'"p{calendar.version}"',
            "summary": calendar.name,
            "updated": self.store.now(),
            "timeZone": _zone(calendar, asked),
            "accessRole": role,
            "defaultReminders": [],
            "items": items[:size],
        }
        if items[size:]:
            answer["nextPageToken"] = secrets.token_urlsafe(16)
            self.pages[answer["nextPageToken"]] = Page(_key(calendar, asked), items[size:], sync)
        elif sync:
            answer["nextSyncToken"] = sync
        return answer


def _zone(calendar: Calendar, asked: dict[str, Any]) -> str:
    name = asked.get("timeZone")
    if name is None:
        return calendar.zone
    try:
        zone_of(name)
    except GoogleError:
        raise bad_parameter("timeZone", "Invalid time zone definition.", "invalid") from None
    return str(name)


def _key(calendar: Calendar, asked: dict[str, Any]) -> str:
    return calendar.id + repr(sorted((name, str(value)) for name, value in asked.items() if name != "pageToken"))


def _token(calendar: Calendar, asked: dict[str, Any], low: datetime | None, high: datetime | None) -> str:
    window = [None if moment is None else moment.isoformat() for moment in (low, high)]
    held = [calendar.id, calendar.epoch, calendar.version, asked.get("singleEvents", False), *window]
    return base64.urlsafe_b64encode(json.dumps(held).encode()).decode()


def _window(rows: Iterable[Row], low: datetime | None, high: datetime | None, zone: str) -> Iterator[Row]:
    """Rows that share an instant with the window; a series, when one of its occurrences does."""
    for row in rows:
        starts = row.starts() if row.series else ()
        for one in (row.occurrence(start) for start in starts) if row.series else (row,):
            begin, end = begins(one.event["start"], zone), begins(one.event["end"], zone)
            if (low is None or end > low) and (high is None or begin < high):
                yield row
                break


def _matches(row: Row, asked: dict[str, Any]) -> bool:
    event = row.event
    if "iCalUID" in asked and event["iCalUID"] != asked["iCalUID"]:
        return False
    if "eventTypes" in asked and event["eventType"] not in asked["eventTypes"]:
        return False
    if "updatedMin" in asked and datetime.fromisoformat(row.updated) < asked["updatedMin"]:
        return False
    for name in ("private", "shared"):
        held = event.get("extendedProperties", {}).get(name, {})
        for wanted in asked.get(f"{name}ExtendedProperty", ()):
            key, _, value = wanted.partition("=")
            if held.get(key) != value:
                return False
    if "q" in asked:
        texts = [event.get(name, "") for name in ("summary", "description", "location")]
        texts += [one.get(name, "") for one in event.get("attendees", ()) for name in ("email", "displayName")]
        found = " ".join(texts).casefold()
        return all(word in found for word in asked["q"].casefold().split())
    return True


def _original(row: Row, wanted: str) -> bool:
    original = row.event["originalStartTime"]
    if "date" in original:
        return bool(original["date"] == wanted)
    try:
        return begins(original, "UTC") == datetime.fromisoformat(wanted)
    except (ValueError, TypeError):
        return False
