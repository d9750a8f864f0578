"""A strict double of Google Calendar API v3, to be driven by the real client library.

    google = GoogleCalendar(accounts)
    async with served(google.app) as url:  # api_endpoint: f"{url}/calendar/v3/"

Requests and answers are held to the discovery document. `calls` are the requests so far, `faults` those to come,
`mail` what Google sent, `notices` what its push channels said (and `notify` is called with each). What else a test may
turn: `lists.page` and `entries.page` (so many on a page at most), `changes.pending` (conferences take their time),
`store.snapshots` (see there), `busy_errors` (reasons why free/busy of a calendar cannot be told, by id).
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.google_accounts import GoogleAccount, GoogleAccounts
from tests.doubles.google_calendar_busy import free_busy
from tests.doubles.google_calendar_channels import Channels, Notice
from tests.doubles.google_calendar_entries import Entries
from tests.doubles.google_calendar_faults import Fault, Faults
from tests.doubles.google_calendar_lists import Lists
from tests.doubles.google_calendar_shown import event_shown
from tests.doubles.google_calendar_wire import Asked, Wire
from tests.doubles.google_rules import check_body
from tests.doubles.google_rules_errors import GoogleError, needs_access, not_found, precondition_failed
from tests.doubles.google_rules_time import zone_of
from tests.doubles.google_store import ROLES, Body, Calendar, Row, Store
from tests.doubles.google_store_changes import Changes, Mail

__all__ = ["Call", "Fault", "Faults", "GoogleCalendar", "Mail", "Notice"]


@dataclass(frozen=True, slots=True)
class Call:
    """A request that came in: "calendar.events.list", whose token it had ("": a bad one), what it asked."""

    method: str
    account: str
    parameters: dict[str, Any] = field(default_factory=dict)
    body: Any = None


class GoogleCalendar:
    """The server (`app`, ASGI) and what it keeps. Helpers for tests write without a request and send no mail."""

    def __init__(self, accounts: GoogleAccounts) -> None:
        self.accounts = accounts
        self.calls: list[Call] = []
        self.faults = Faults()
        self.mail: list[Mail] = []
        self.notices: list[Notice] = []
        self.notify: Callable[[Notice], None] | None = None
        self._channels = Channels(accounts, self._notice)
        self.store = Store(accounts, lambda calendar: self._channels.changed(calendar.id))
        self.changes = Changes(self.store, self.mail.append)
        self.busy_errors: dict[str, str] = {}
        self.lists = Lists(self.store)
        self.entries = Entries(self.store)
        self.app = Wire(self.accounts, self.faults, self._called, self._do)

    # ── for tests ───────────────────────────────────────────────────────────────────────────────────────────

    def add_event(self, address: str, body: Body, calendar: str = "primary") -> Body:
        """Write an event as its owner would; the event as Google shows it."""
        check_body("Event", body)
        found = self._own(address, calendar)
        if found is None:
            raise LookupError(calendar)
        row = self.changes.insert(found, address, body, True)
        return event_shown(row, found, "owner", self.accounts)

    def share(self, owner: str, reader: str, role: str) -> None:
        """Give somebody a role on an account's own calendar ("none" takes even colleagues' view of it)."""
        calendar = self._own(owner, "primary")
        if calendar is None or role not in ROLES:
            raise LookupError(owner)
        calendar.roles[reader] = role
        if role != "none":
            self.entries.put(reader, calendar)

    def add_calendar(
        self, owner: str, name: str, role: str = "owner", zone: str = "Europe/Madrid", **entry: Any
    ) -> str:
        """A further calendar in somebody's list, where they have this role; its id.

        `entry`: override="my name for it", selected=False, hidden=True.
        """
        zone_of(zone)
        calendar = Calendar(f"c_{secrets.token_hex(16)}@group.calendar.google.com", name, zone, {owner: role})
        self.store.add(calendar)
        self.entries.put(owner, calendar, **entry)
        return calendar.id

    def delete_calendar(self, ident: str) -> None:
        """It is not there any more, for nobody."""
        self.store.calendars[ident].deleted = True
        self.entries.drop(ident)

    def expire_sync_tokens(self, ident: str) -> None:
        """All sync tokens of a calendar are too old."""
        calendar = self.store.calendar(ident)
        if calendar is None:
            raise LookupError(ident)
        calendar.epoch = secrets.token_hex(4)

    def count(self, method: str = "") -> int:
        """How many calls there were, of one method or of all."""
        return sum(call.method == method or not method for call in self.calls)

    # ── the methods ─────────────────────────────────────────────────────────────────────────────────────────

    def _called(self, method: str, account: str, parameters: dict[str, Any], body: Any) -> None:
        self.calls.append(Call(method, account, parameters, body))

    def _notice(self, notice: Notice) -> None:
        self.notices.append(notice)
        if self.notify is not None:
            self.notify(notice)

    def _own(self, address: str, ident: str) -> Calendar | None:
        return self.store.calendar(address if ident == "primary" else ident)

    def _do(self, asked: Asked) -> Any:
        """The answer's body, None for an empty one. Raises GoogleError."""
        resource, _, name = asked.method.removeprefix("calendar.").partition(".")
        who, parameters, body = asked.account, asked.parameters, asked.body
        if resource == "events":
            return self._events(name, who, parameters, body, asked.if_match)
        if asked.method == "calendar.freebusy.query":
            return free_busy(self.store, who.address, body, self._own, self.busy_errors)
        if asked.method == "calendar.channels.stop":
            return self._channels.stop(who.address, body)
        if asked.method == "calendar.calendarList.list":
            return self.entries.listed(who.address, parameters)
        if asked.method == "calendar.calendarList.get":
            return self.entries.get(who.address, parameters["calendarId"])
        raise GoogleError(501, "notImplemented", f"This double has no {asked.method}.")

    def _events(self, name: str, who: GoogleAccount, asked: dict[str, Any], body: Any, if_match: str) -> Any:
        calendar = self._own(who.address, asked["calendarId"])
        role = "none" if calendar is None else self.store.role(who.address, calendar)
        if calendar is None or role == "none":
            raise not_found()
        writes = name in ("insert", "patch", "update", "delete")
        if writes and ROLES.index(role) < ROLES.index("writerWithoutPrivateAccess"):
            raise needs_access("writer")
        if name == "list":
            return self.lists.events(calendar, role, asked)
        if name == "watch":
            return self._channels.watch(who.address, calendar.id, body)
        conferences, send = asked.get("conferenceDataVersion") == 1, _send(asked)
        if name == "insert":
            return self._shown(
                self.changes.insert(calendar, who.address, body, conferences, send), calendar, role, asked
            )
        if name not in ("get", "patch", "update", "delete", "instances"):
            raise GoogleError(501, "notImplemented", f"This double has no calendar.events.{name}.")
        row = calendar.find(asked["eventId"])
        if name == "instances":
            return self.lists.instances(calendar, role, row, asked)
        if name == "get":
            return self._shown(self.changes.settle(calendar, row), calendar, role, asked)
        if if_match not in ("", "*", row.etag):
            raise precondition_failed()
        if name == "delete":
            return self.changes.delete(calendar, who.address, row, send)
        changed = self.changes.amend(calendar, who.address, row, body, name == "update", conferences, send)
        return self._shown(changed, calendar, role, asked)

    def _shown(self, row: Row, calendar: Calendar, role: str, asked: dict[str, Any]) -> Body:
        zone = asked.get("timeZone", "")
        if zone:
            zone_of(zone)
        return event_shown(row, calendar, role, self.accounts, zone, asked.get("maxAttendees", 0))


def _send(asked: dict[str, Any]) -> str:
    """Who is told by mail; the older parameter counts where the newer one is not given."""
    return str(asked.get("sendUpdates", "all" if asked.get("sendNotifications") else "none"))
