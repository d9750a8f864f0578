"""Writing to the pretended Google: what an organizer and what a guest may change, and what it does to others."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.doubles.google_rules_errors import (
    bad_body,
    deleted,
    duplicate,
    empty_range,
    not_found,
    not_organizer,
    required,
)
from tests.doubles.google_rules_time import begins, kept, occurrences
from tests.doubles.google_store import Body, Calendar, Meeting, Row, Store, instance
from tests.doubles.google_store_people import attendees, conference

# What Google says, and nobody else; in a body it is passed over.
READ_ONLY = frozenset(
    (
        *("kind", "etag", "created", "updated", "htmlLink", "creator", "organizer", "iCalUID", "hangoutLink", "id"),
        *("recurringEventId", "originalStartTime", "locked", "attendeesOmitted"),
    )
)
# What everybody has for themselves.
OWN = frozenset({"reminders", "colorId", "transparency", "visibility"})
STATUSES, VISIBILITIES = {"confirmed", "tentative", "cancelled"}, {"default", "public", "private", "confidential"}
EVENT_TYPES = {"default", "outOfOffice", "focusTime", "workingLocation", "birthday"}


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that Google sends about an event: "invitation", "update", "cancellation" or "reply"."""

    kind: str
    to: str
    event: str
    sender: str


class Changes:
    """Every act is whole or not at all. `pending`: a new conference is not there yet, but when it is read again."""

    def __init__(self, store: Store, post: Callable[[Mail], None]) -> None:
        self._store, self._post = store, post
        self.pending = False

    def insert(self, calendar: Calendar, actor: str, body: Body, conferences: bool, send: str = "none") -> Row:
        """A new event of a calendar, and its copies with the guests."""
        ident = body.get("id") or secrets.token_hex(13)
        if not re.fullmatch("[a-v0-9]{5,1024}", ident):
            raise bad_body("Invalid resource id value.")
        if ident in calendar.rows:
            raise duplicate()
        wanted = self._unready(_wanted({}, body, calendar, True, conferences), {})
        uid = body.get("iCalUID") or f"{ident}@google.com"
        meeting = Meeting(ident, uid, calendar.id, actor, wanted, created=self._store.now())
        self._store.publish(meeting)
        self._mail(actor, send, calendar.rows[ident], {}, wanted)
        return calendar.rows[ident]

    def amend(
        self, calendar: Calendar, actor: str, row: Row, body: Body, whole: bool, conferences: bool, send: str = "none"
    ) -> Row:
        """Patch an event, or put a `whole` new one in its place."""
        meeting, key, old = row.meeting, row.key, row.event
        if calendar.id != meeting.home and not old.get("guestsCanModify"):
            self._answer(calendar, row, body, whole)
            if send != "none":
                self._post(Mail("reply", meeting.home, row.event["id"], actor))
            return calendar.find(old["id"])
        if key and body.get("recurrence"):
            raise bad_body("Invalid recurrence of an instance.")
        if (body.get("sequence") or 0) < old["sequence"] and body.get("sequence") is not None:
            raise bad_body("Invalid sequence value. The specified sequence number is below the current one.")
        wanted = self._unready(_wanted(old, body, calendar, whole, conferences), old)
        if any(wanted.get(name) != old.get(name) for name in ("start", "end", "recurrence", "status")):
            wanted["sequence"] = old["sequence"] + 1
        if key:
            names = (set(wanted) | set(old)) - READ_ONLY | {"hangoutLink"}
            change = {name: wanted.get(name) for name in names if wanted.get(name) != old.get(name)}
            if "start" in change or "end" in change:
                change["start"], change["end"] = wanted["start"], wanted["end"]
            self._change(row).update(change)
        else:
            meeting.base = wanted
        before = {one["email"] for one in old.get("attendees", ())}
        for one in wanted.get("attendees", ()):
            if one["email"] not in before:  # Invited again: the copy that was thrown away is there again.
                meeting.own.get((one["email"], key), {}).pop("status", None)
        self._store.publish(meeting)
        self._mail(actor, send, row, old, wanted)
        return calendar.find(old["id"])

    def delete(self, calendar: Calendar, actor: str, row: Row, send: str = "none") -> None:
        """Off the calendar: for everybody when it is the organizer's, else only the own copy, which is declined."""
        if row.cancelled:
            raise deleted()
        meeting, key = row.meeting, row.key
        if calendar.id == meeting.home:
            if key:
                self._change(row)["status"] = "cancelled"
            else:
                meeting.base = {**meeting.base, "status": "cancelled"}
            self._store.publish(meeting)
            self._mail(actor, send, row, row.event, {"status": "cancelled"})
            return
        self._respond(calendar, row, {"responseStatus": "declined"})
        meeting.own.setdefault((calendar.id, key), {})["status"] = "cancelled"
        self._store.publish(meeting)
        if send != "none":
            self._post(Mail("reply", meeting.home, row.event["id"], actor))

    def settle(self, calendar: Calendar, row: Row) -> Row:
        """Who reads an event whose conference was being made finds it made."""
        held = row.meeting.base.get("conferenceData")
        if held is None or held.get("entryPoints"):
            return row
        made, link = conference(None, {"createRequest": held["createRequest"]})
        row.meeting.base = {**row.meeting.base, "conferenceData": made, "hangoutLink": link}
        self._store.publish(row.meeting)
        return calendar.find(row.event["id"])

    def _unready(self, wanted: Body, old: Body) -> Body:
        made = wanted.get("conferenceData")
        if not self.pending or made is None or made == old.get("conferenceData") or "createRequest" not in made:
            return wanted
        waiting = {"createRequest": {**made["createRequest"], "status": {"statusCode": "pending"}}}
        return {**wanted, "conferenceData": waiting, "hangoutLink": None}

    def _change(self, row: Row) -> Body:
        """What an occurrence has of its own, to be written to."""
        meeting = row.meeting
        if self._store.snapshots and row.key not in meeting.changes:
            whole = instance({**meeting.base, "id": ""}, meeting.starts()[row.key])
            meeting.changes[row.key] = {name: value for name, value in whole.items() if name not in READ_ONLY}
        return meeting.changes.setdefault(row.key, {})

    def _answer(self, calendar: Calendar, row: Row, body: Body, whole: bool) -> None:
        """A guest's change: the own entry among the attendees and what everybody has for themselves."""
        old = row.event
        for name, value in body.items():
            if name in READ_ONLY | OWN | {"attendees", "sequence"}:
                continue
            if name == "extendedProperties" and set(value or {}) <= {"private"}:
                continue
            if not _same(value, old.get(name), calendar.zone):
                raise not_organizer()
        if "attendees" in body:
            given = {one.get("email", "").casefold(): one for one in body["attendees"] or ()}
            there = {one["email"]: one for one in old.get("attendees", ())}
            me = given.pop(calendar.id, None)
            if me is None or calendar.id not in there:
                raise not_organizer()
            del there[calendar.id]
            if not (body.get("attendeesOmitted") and not given):
                if set(given) != set(there):
                    raise not_organizer()
                for address, one in given.items():
                    if one.get("responseStatus", there[address]["responseStatus"]) != there[address]["responseStatus"]:
                        raise not_organizer()
            (me,) = attendees([me], "")
            self._respond(calendar, row, me)
        own = {name: body[name] for name in OWN if body.get(name) is not None}
        if own or (body.get("extendedProperties") or {}).get("private"):
            extended = {"extendedProperties": body["extendedProperties"]} if body.get("extendedProperties") else {}
            row.meeting.own.setdefault((calendar.id, row.key), {}).update(own | extended)
        self._store.publish(row.meeting)

    def _respond(self, calendar: Calendar, row: Row, answer: Mapping[str, Any]) -> None:
        said = {name: answer[name] for name in ("responseStatus", "comment", "additionalGuests") if name in answer}
        people = [{**one, **said} if one["email"] == calendar.id else one for one in row.event.get("attendees", ())]
        if row.key:
            self._change(row)["attendees"] = people
        else:
            row.meeting.base = {**row.meeting.base, "attendees": people}
        row.meeting.own.get((calendar.id, row.key), {}).pop("status", None)

    def _mail(self, actor: str, send: str, row: Row, old: Body, new: Body) -> None:
        """`all`: every guest but the one who acts; `externalOnly`: only those without an account here."""
        before = {one["email"] for one in old.get("attendees", ())}
        gone = new["status"] == "cancelled"
        after = set() if gone else {one["email"] for one in new.get("attendees", ())}
        for address in sorted(before | after):
            outside = address not in self._store.accounts.known
            if address == actor or send == "none" or (send == "externalOnly" and not outside):
                continue
            kind = "invitation" if address not in before else "update" if address in after else "cancellation"
            self._post(Mail(kind, address, row.event["id"], actor))


def _wanted(old: Body, body: Body, calendar: Calendar, whole: bool, conferences: bool) -> Body:
    """The event that a request asks for, checked. `whole`: what it does not name is not there."""
    given = {name: value for name, value in body.items() if name not in READ_ONLY and name != "sequence"}
    extra = {name: old[name] for name in READ_ONLY & set(old)}
    meet, hangout = old.get("conferenceData"), old.get("hangoutLink")
    if whole:
        wanted = {name: value for name, value in given.items() if value is not None}
        wanted.setdefault("eventType", old.get("eventType", "default"))
    else:
        wanted = _merged({name: value for name, value in old.items() if name not in READ_ONLY}, given)
    for which in ("start", "end"):
        if not wanted.get(which):
            raise required(which, f"Missing {which} time.")
        wanted[which] = kept(wanted[which], which, calendar.zone, bool(wanted.get("recurrence")))
    if set(wanted["start"]) != set(wanted["end"]):
        raise bad_body("The start and end times must either both be date or both be dateTime.")
    if begins(wanted["end"], calendar.zone) <= begins(wanted["start"], calendar.zone):
        raise empty_range()
    if wanted.get("recurrence"):
        occurrences(wanted["start"], wanted["recurrence"])
    else:
        wanted.pop("recurrence", None)
    _words(wanted, old)
    if "attendees" in given or whole:
        wanted["attendees"] = attendees(wanted.get("attendees") or [], calendar.id)
    if not wanted.get("attendees"):
        wanted.pop("attendees", None)
    wanted.pop("conferenceData", None)
    if not conferences or "conferenceData" not in body:
        if meet is not None:
            wanted["conferenceData"], wanted["hangoutLink"] = meet, hangout
    elif body["conferenceData"] is not None:
        wanted["conferenceData"], wanted["hangoutLink"] = conference(meet, body["conferenceData"])
    wanted["sequence"] = max(old.get("sequence", 0), body.get("sequence") or 0)
    # The rows of an occurrence keep which one they are; a series gets its id and uid when it is published.
    return {**{name: extra[name] for name in ("recurringEventId", "originalStartTime") if name in extra}, **wanted}


def _words(wanted: Body, old: Body) -> None:
    wanted.setdefault("status", "confirmed")
    wanted.setdefault("eventType", "default")
    if wanted["status"] not in STATUSES:
        raise bad_body("Invalid status.")
    if wanted.get("visibility", "default") not in VISIBILITIES:
        raise bad_body("Invalid visibility.")
    if wanted.get("transparency", "opaque") not in {"opaque", "transparent"}:
        raise bad_body("Invalid transparency.")
    if wanted["eventType"] not in EVENT_TYPES or wanted["eventType"] != old.get("eventType", wanted["eventType"]):
        raise bad_body("Invalid event type.")
    for name, plain in (("visibility", "default"), ("transparency", "opaque")):
        if wanted.get(name) == plain:
            del wanted[name]


def _merged(old: Any, new: Any) -> Any:
    """A patch: objects are merged, null takes away, everything else is put in place whole."""
    if not isinstance(new, dict):
        return new
    base = dict(old) if isinstance(old, dict) else {}
    for name, value in new.items():
        if value is None:
            base.pop(name, None)
        else:
            base[name] = _merged(base.get(name), value)
    return base


def _same(value: Any, old: Any, zone: str) -> bool:
    """Whether a guest's body says what is there already."""
    if isinstance(value, dict) and ("date" in value or "dateTime" in value):
        return old is not None and begins(kept(value, "start", zone, False), zone) == begins(old, zone)
    return (value is None and old is None) or value == old


def existing(calendar: Calendar, ident: str) -> Row:
    """What may be changed. Raises GoogleError when it was never there."""
    if not ident:
        raise not_found()
    return calendar.find(ident)
