"""calendarList: which calendars an account has in its list, and as what."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.google_rules_errors import bad, bad_parameter, full_sync_required, not_found
from tests.doubles.google_store import ROLES, Body, Calendar, Store


@dataclass
class Entry:
    """A calendar in the list of an account."""

    calendar: Calendar
    version: int
    override: str = ""
    selected: bool = True
    hidden: bool = False
    deleted: bool = False


@dataclass
class Entries:
    """The lists of all accounts. A page has at most `page` entries."""

    store: Store
    page: int = 250
    version: int = 0
    held: dict[str, dict[str, Entry]] = field(default_factory=dict)
    _pages: dict[str, tuple[str, str, list[Body]]] = field(default_factory=dict)

    def of(self, address: str) -> dict[str, Entry]:
        """The list of an account, its own calendar first."""
        primary = self.store.calendar(address)
        entries = self.held.setdefault(address, {})
        if primary is not None and address not in entries:
            entries[address] = Entry(primary, self.version)
        return entries

    def put(self, address: str, calendar: Calendar, **how: Any) -> None:
        """Into a list, or changed in it."""
        self.version += 1
        self.of(address)[calendar.id] = Entry(calendar, self.version, **how)

    def drop(self, ident: str) -> None:
        """Out of all lists."""
        self.version += 1
        for entries in self.held.values():
            if ident in entries:
                entries[ident].deleted, entries[ident].version = True, self.version

    def get(self, address: str, ident: str) -> Body:
        entry = self.of(address).get(address if ident == "primary" else ident)
        if entry is None or entry.deleted:
            raise not_found()
        return self._shown(address, entry)

    def listed(self, address: str, asked: dict[str, Any]) -> Body:
        """The answer of calendarList.list."""
        key = address + repr(sorted((name, str(value)) for name, value in asked.items() if name != "pageToken"))
        if "pageToken" in asked:
            held, sync, items = self._pages.get(asked["pageToken"], ("", "", []))
            if held != key:
                raise bad_parameter("pageToken", "Invalid page token value.", "invalid")
        else:
            sync = f"{address}/{self.version}"
            items = [self._shown(address, entry) for entry in self._asked(address, asked)]
        size = min(asked.get("maxResults", 100), 250, self.page)
        answer: Body = {"kind": "calendar#calendarList", "etag": f'"p{self.version}"', "items": items[:size]}
        if items[size:]:
            answer["nextPageToken"] = secrets.token_urlsafe(16)
            self._pages[answer["nextPageToken"]] = (key, sync, items[size:])
        else:
            answer["nextSyncToken"] = sync
        return answer

    def _asked(self, address: str, asked: dict[str, Any]) -> list[Entry]:
        entries = list(self.of(address).values())
        if "syncToken" in asked:
            if "minAccessRole" in asked or asked.get("showDeleted") is False or asked.get("showHidden") is False:
                raise bad("Sync token cannot be used with other query restrictions.")
            owner, _, version = asked["syncToken"].rpartition("/")
            if owner != address or not version.isdecimal():
                raise full_sync_required()
            return [entry for entry in entries if entry.version > int(version)]
        least = ROLES.index(asked.get("minAccessRole", "freeBusyReader"))
        return [
            entry
            for entry in entries
            if (not entry.deleted or asked.get("showDeleted"))
            and (not entry.hidden or asked.get("showHidden"))
            and ROLES.index(self.store.role(address, entry.calendar)) >= least
        ]

    def _shown(self, address: str, entry: Entry) -> Body:
        calendar = entry.calendar
        found: Body = {
            "kind": "calendar#calendarListEntry",
            "etag": f'"{entry.version}"',
            "id": calendar.id,
            "summary": calendar.name,
            "timeZone": calendar.zone,
            "colorId": "14",
            "backgroundColor": "#9fe1e7",
            "foregroundColor": "#000000",
            "accessRole": self.store.role(address, calendar),
            "defaultReminders": [],
            "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]},
        }
        if entry.override:
            found["summaryOverride"] = entry.override
        for name, said in (("selected", entry.selected), ("hidden", entry.hidden), ("deleted", entry.deleted)):
            if said:
                found[name] = True
        return found | ({"primary": True} if calendar.id == address else {})
