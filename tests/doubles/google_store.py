"""What the pretended Google keeps: calendars with rows, and the meetings that the rows are copies of.

A meeting is what its organizer says, once; each calendar that it is on has rows of its own for it: the event or series
under its id, and one row for each occurrence that was changed alone. `publish` makes the rows of a meeting anew and
moves the sync state of exactly the rows that look different.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.doubles.google_accounts import GoogleAccounts
from tests.doubles.google_rules_errors import not_found
from tests.doubles.google_rules_time import Kept, later, occurrences, stamp

Body = dict[str, Any]

ROLES = ("none", "freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")
"""Every role allows what those before it allow."""


@dataclass(eq=False)
class Meeting:
    """What its organizer says. `changes` are fields of occurrences, by stamp; `own` what a guest says of a copy."""

    id: str
    uid: str
    home: str
    creator: str
    base: Body
    changes: dict[str, Body] = field(default_factory=dict)
    own: dict[tuple[str, str], Body] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    created: str = ""

    def starts(self) -> dict[str, Kept]:
        """The starts of the occurrences by stamp; empty for what is no series."""
        lines = self.base.get("recurrence")
        return {stamp(one): one for one in occurrences(self.base["start"], lines)} if lines else {}


@dataclass(eq=False)
class Row:
    """A row of one calendar. `key` is the stamp of an occurrence, "" for the event itself.

    `dropped`: it is no occurrence any more. `plain`: it never was a row but for being dropped.
    """

    event: Body
    meeting: Meeting
    key: str
    version: int
    etag: str
    updated: str
    dropped: bool = False
    plain: bool = False

    @property
    def series(self) -> bool:
        return bool(self.event.get("recurrence"))

    @property
    def cancelled(self) -> bool:
        return self.dropped or self.event["status"] == "cancelled"

    def starts(self) -> tuple[Kept, ...]:
        return occurrences(self.event["start"], self.event["recurrence"])

    def occurrence(self, start: Kept) -> "Row":
        """An occurrence of this series as nobody changed it."""
        event = instance(self.event, start)
        return Row(event, self.meeting, stamp(start), self.version, self.etag, self.updated)


@dataclass(eq=False)
class Calendar:
    """A calendar: who may do what, its rows by id, and its sync state."""

    id: str
    name: str
    zone: str
    roles: dict[str, str]
    version: int = 0
    epoch: str = ""
    rows: dict[str, Row] = field(default_factory=dict)
    deleted: bool = False

    def find(self, ident: str) -> Row:
        """A row, or an occurrence that has none. Raises GoogleError."""
        row = self.rows.get(ident)
        if row is not None and not row.dropped:
            return row
        series, _, key = ident.rpartition("_")
        master = self.rows.get(series)
        if master is not None and master.series and not master.key:
            for start in master.starts():
                if stamp(start) == key:
                    return master.occurrence(start)
        raise not_found()

    def unchanged(self, master: Row) -> Iterator[Row]:
        """The occurrences of a series that have no row of their own."""
        for start in master.starts():
            row = self.rows.get(f"{master.event['id']}_{stamp(start)}")
            if row is None or row.dropped:
                yield master.occurrence(start)


def instance(series: Body, start: Kept) -> Body:
    """The event of an occurrence of a series."""
    event = {name: value for name, value in series.items() if name != "recurrence"}
    event["id"] = f"{series['id']}_{stamp(start)}"
    event["recurringEventId"], event["originalStartTime"] = series["id"], start
    event["start"], event["end"] = start, later(start, series["start"], series["end"])
    return event


def invited(event: Mapping[str, Any], address: str) -> bool:
    return any(one["email"] == address for one in event.get("attendees", ()))


class Store:
    """All calendars and meetings. `touched` is called with every calendar whose rows changed.

    `snapshots`: an occurrence that was changed alone keeps all of what it was; otherwise only what was changed, and the
    rest goes with its series. Google does not say which; a client should do right by both.
    """

    def __init__(self, accounts: GoogleAccounts, touched: Callable[[Calendar], None]) -> None:
        self.accounts = accounts
        self.calendars: dict[str, Calendar] = {}
        self.snapshots = False
        self._touched = touched
        self._etags = 0

    def now(self) -> str:
        moment = datetime.fromtimestamp(self.accounts.now(), UTC)
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"

    def etag(self) -> str:
        self._etags += 1
        return f'"{3_500_000_000_000_000 + self._etags * 2}"'

    def calendar(self, ident: str) -> Calendar | None:
        """A calendar that is there. Every account has one under its address."""
        ident = ident if ident in self.calendars else ident.casefold()
        account = self.accounts.known.get(ident)
        if ident not in self.calendars and account is not None:
            self.add(Calendar(ident, account.address, account.zone, {ident: "owner"}))
        found = self.calendars.get(ident)
        return found if found is not None and not found.deleted else None

    def add(self, calendar: Calendar) -> None:
        calendar.epoch = secrets.token_hex(4)
        self.calendars[calendar.id] = calendar

    def role(self, address: str, calendar: Calendar) -> str:
        """What an account may do with a calendar; colleagues of a domain see when each other are busy."""
        given = calendar.roles.get(address)
        if given is not None:
            return given
        domain = calendar.id.rpartition("@")[2]
        colleague = address.rpartition("@")[2] == domain and domain not in ("gmail.com", "googlemail.com")
        return "freeBusyReader" if calendar.id in self.accounts.known and colleague else "none"

    def publish(self, meeting: Meeting) -> None:
        """Make the rows of a meeting anew, on every calendar that it is on or was on."""
        if meeting.base["status"] != "cancelled":
            starts = meeting.starts()
            meeting.changes = {key: change for key, change in meeting.changes.items() if key in starts}
        people = [*meeting.base.get("attendees", ())]
        for change in meeting.changes.values():
            people += change.get("attendees") or ()
        for ident in sorted({meeting.home, *meeting.ids, *(one["email"] for one in people)}):
            calendar = self.calendar(ident)
            if calendar is not None and self._replace(meeting, calendar, self._rows(meeting, calendar)):
                self._touched(calendar)

    def _rows(self, meeting: Meeting, calendar: Calendar) -> dict[str, tuple[str, Body]]:
        """What a calendar should have of a meeting: stamp and event by id."""
        home = calendar.id == meeting.home
        if calendar.deleted or not (home or calendar.id in self.accounts.known):
            return {}
        ident = self._ident(meeting, calendar)
        base = {name: value for name, value in meeting.base.items() if value is not None}
        base |= {"id": ident, "iCalUID": meeting.uid}
        found: dict[str, tuple[str, Body]] = {}
        if home or invited(base, calendar.id):
            found[ident] = ("", self._own(meeting, calendar, "", base))
        if base["status"] == "cancelled" or not base.get("recurrence"):
            return found
        starts = meeting.starts()
        for key, change in meeting.changes.items():
            event = {**instance(base, starts[key]), **change}
            event = {name: value for name, value in event.items() if value is not None}
            own = self._own(meeting, calendar, key, event)
            if home or invited(event, calendar.id):
                found[event["id"]] = (key, own)
            elif ident in found:
                found[event["id"]] = (key, {**own, "status": "cancelled"})
        return found

    def _own(self, meeting: Meeting, calendar: Calendar, key: str, event: Body) -> Body:
        return {**event, **meeting.own.get((calendar.id, ""), {}), **meeting.own.get((calendar.id, key), {})}

    def _ident(self, meeting: Meeting, calendar: Calendar) -> str:
        """The meeting's id, as long as the calendar has nothing else under it."""
        if calendar.id not in meeting.ids:
            other = calendar.rows.get(meeting.id)
            taken = other is not None and other.meeting is not meeting
            meeting.ids[calendar.id] = secrets.token_hex(13) if taken else meeting.id
        return meeting.ids[calendar.id]

    def _replace(self, meeting: Meeting, calendar: Calendar, wanted: dict[str, tuple[str, Body]]) -> bool:
        """Put the rows into a calendar; whether anything is different."""
        held = {ident: row for ident, row in calendar.rows.items() if row.meeting is meeting}
        version, now = calendar.version + 1, self.now()
        ident = meeting.ids.get(calendar.id, "")
        before = held.get(ident)
        old = {stamp(one): one for one in before.starts()} if before is not None and before.series else {}
        changed = False
        for name, (key, event) in wanted.items():
            row = held.get(name)
            if row is None or row.dropped or row.event != event:
                calendar.rows[name] = Row(event, meeting, key, version, self.etag(), now)
                changed = True
        master = calendar.rows.get(ident)
        for name, row in held.items():
            if name in wanted or row.dropped or (row.cancelled and not row.key):
                continue
            # An occurrence goes with its series; where only the occurrence was to be seen, it is cancelled itself.
            dropped = bool(row.key) and master is not None
            if dropped or not row.cancelled:
                event = {**row.event, "status": "cancelled"}
                calendar.rows[name] = Row(event, meeting, row.key, version, self.etag(), now, dropped)
                changed = True
        new = {}
        if master is not None and master.series:
            new = {stamp(one): one for one in master.starts()}
        for key in old.keys() - new.keys() if master is not None and not master.cancelled else ():
            if before is not None and f"{ident}_{key}" not in calendar.rows:
                gone = before.occurrence(old[key])
                gone.event["status"], gone.version, gone.dropped, gone.plain = "cancelled", version, True, True
                calendar.rows[f"{ident}_{key}"] = gone
                changed = True
        for key in new:
            if (row := calendar.rows.get(f"{ident}_{key}")) is not None and row.dropped:
                del calendar.rows[f"{ident}_{key}"]
        if changed:
            calendar.version = version
        return changed
