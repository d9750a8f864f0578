"""From Google Calendar's JSON to our values. Pure functions; ValueError, KeyError and TypeError for odd JSON.

Source: developers.google.com/workspace/calendar/api/v3/reference/events and …/calendarList. A word of an enumeration
that we do not know is read as the careful one: busy, private, not answered.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote

from bot.errors import Gone
from bot.scheduling.event import (
    Account,
    Attendee,
    Calendar,
    Days,
    Event,
    EventType,
    FreeBusy,
    Response,
    When,
)
from bot.scheduling.interval import Interval
from bot.scheduling.zones import zone

EVENT_FIELDS = (
    "id,iCalUID,status,summary,description,location,start,end,recurrence,recurringEventId,originalStartTime,"
    "transparency,visibility,eventType,organizer,attendees(email,displayName,responseStatus,optional,resource,self,"
    "organizer),hangoutLink,conferenceData/entryPoints(entryPointType,uri),htmlLink"
)
"""All of an event that is read here, for the parameter `fields`."""

_TYPES = {
    "outOfOffice": EventType.OUT_OF_OFFICE,
    "focusTime": EventType.FOCUS_TIME,
    "workingLocation": EventType.WORKING_ELSEWHERE,
}
_RESPONSES = {"accepted": Response.ACCEPTED, "tentative": Response.TENTATIVE, "declined": Response.DECLINED}
_WRITES = {"writer", "owner"}
_REF = re.compile(r"([A-Za-z0-9._~%-]{1,400})/([A-Za-z0-9_-]{1,1100})", re.ASCII)
_PRIMARY = "primary"
_NO_LENGTH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Ref:
    """An event or occurrence on a calendar. The account's own calendar is "primary", as in Google's addresses."""

    calendar: str
    id: str

    @classmethod
    def parse(cls, text: str) -> "Ref":
        """Raises Gone for what cannot be one."""
        match = _REF.fullmatch(text)
        calendar = unquote(match[1], errors="replace") if match else ""
        if match is None or quote(calendar, safe="") != match[1] or any(ord(letter) < 32 for letter in calendar):
            raise Gone("google")
        return cls(calendar, match[2])

    @classmethod
    def of(cls, calendar: str, ident: str, me: str) -> "Ref":
        return cls(_PRIMARY if calendar.casefold() == me else calendar, ident)

    def __str__(self) -> str:
        return f"{quote(self.calendar, safe='')}/{self.id}"


def account(entries: Iterable[Mapping[str, Any]]) -> Account:
    """From the list of calendars; the address is that of the primary one."""
    calendars, primary = [], None
    for entry in entries:
        if entry.get("deleted"):
            continue
        calendars.append(_calendar(entry))
        primary = entry if entry.get("primary") else primary
    if primary is None:
        raise ValueError("no primary calendar")
    address = str(primary["id"]).casefold()
    name = _text(primary, "summary")
    return Account(address, "" if name.casefold() == address else name, _zone(primary), tuple(calendars))


def _calendar(entry: Mapping[str, Any]) -> Calendar:
    ident = entry.get("id")
    if not isinstance(ident, str) or not ident:
        raise ValueError("a calendar without an id")
    role = entry.get("accessRole")
    name = _text(entry, "summaryOverride") or _text(entry, "summary")
    return Calendar(ident, name, role in _WRITES, bool(entry.get("primary")), role == "owner")


def _zone(entry: Mapping[str, Any]) -> str | None:
    try:
        return zone(str(entry["timeZone"])).key
    except (KeyError, ValueError):
        return None


def event(body: Mapping[str, Any], calendar: str, me: str) -> Event:
    """An event of the calendar with this id; `me` is the account's address, lower-case."""
    ident, series = body["id"], body.get("recurringEventId")
    if not (isinstance(ident, str) and ident):
        raise ValueError("an event without an id")
    kind = _TYPES.get(str(body.get("eventType")), EventType.NORMAL)
    link = _text(body, "htmlLink")
    return Event(
        ref=str(Ref.of(calendar, ident, me)),
        uid=_text(body, "iCalUID") or ident,
        calendar=calendar,
        title=_text(body, "summary"),
        when=when(body),
        status=status(body),
        type=kind,
        response=_response(body),
        private=body.get("visibility", "default") not in ("default", "public"),
        cancelled=body.get("status") == "cancelled",
        organizer=_organizer(body),
        attendees=attendees(body),
        location=_text(body, "location"),
        description=_text(body, "description"),
        join_url=_join_url(body),
        open_url=link if link.startswith("https://") else "",
        series=str(Ref.of(calendar, series, me)) if isinstance(series, str) else None,
    )


def when(body: Mapping[str, Any]) -> When:
    """When it takes place. One without length, which Google allows, gets a minute; see `status`."""
    start, end = moment(body["start"]), moment(body["end"])
    if isinstance(start, datetime) and isinstance(end, datetime):
        return Interval(start, end if end != start else start + _NO_LENGTH)
    if not isinstance(start, datetime) and not isinstance(end, datetime):
        return Days(start, end if end != start else start + timedelta(days=1))
    raise ValueError("a start and an end of two kinds")


def moment(value: Any) -> date | datetime:
    """A date, or an instant in UTC."""
    if not isinstance(value, Mapping):
        raise ValueError("no time")
    if isinstance(value.get("dateTime"), str):
        found = datetime.fromisoformat(value["dateTime"])
        if found.tzinfo is None:
            found = found.replace(tzinfo=zone(str(value.get("timeZone"))))
        try:
            return found.astimezone(UTC)
        except OverflowError as error:
            raise ValueError("too far away") from error
    text = value.get("date")
    if not isinstance(text, str) or len(text) != 10:
        raise ValueError("no time")
    return date.fromisoformat(text)


def status(body: Mapping[str, Any]) -> FreeBusy:
    """How the owner shows it. What has no length takes no time, nor does a birthday."""
    if body.get("eventType") == "outOfOffice":
        return FreeBusy.OUT_OF_OFFICE
    if body.get("transparency") == "transparent" or body.get("eventType") == "birthday":
        return FreeBusy.FREE
    if moment(body["start"]) == moment(body["end"]) and "dateTime" in body["start"]:
        return FreeBusy.FREE
    return FreeBusy.TENTATIVE if body.get("status") == "tentative" else FreeBusy.BUSY


def attendees(body: Mapping[str, Any]) -> tuple[Attendee, ...]:
    """Who is invited, without the organizer; those whose address Google hides cannot be named and are left out."""
    return tuple(
        Attendee(
            str(one["email"]).casefold(),
            _text(one, "displayName"),
            response(one),
            bool(one.get("optional")),
            bool(one.get("resource")),
        )
        for one in _people(body)
        if one.get("email") and not one.get("organizer")
    )


def response(person: Mapping[str, Any]) -> Response:
    return _RESPONSES.get(str(person.get("responseStatus")), Response.NONE)


def is_mine(body: Mapping[str, Any]) -> bool:
    """The calendar that it was read from is the organizer's."""
    organizer = body.get("organizer")
    return isinstance(organizer, Mapping) and bool(organizer.get("self"))


def may_change(body: Mapping[str, Any]) -> bool:
    """Ours, or of an organizer who lets guests change it."""
    return is_mine(body) or bool(body.get("guestsCanModify"))


def _response(body: Mapping[str, Any]) -> Response:
    """The answer of the calendar's owner. An organizer may decline a meeting of their own."""
    mine = next((response(one) for one in _people(body) if one.get("self")), Response.NONE)
    if is_mine(body):
        return mine if mine is Response.DECLINED else Response.ORGANIZER
    return mine


def _organizer(body: Mapping[str, Any]) -> Attendee | None:
    found = body.get("organizer")
    if not isinstance(found, Mapping) or not found.get("email"):
        return None
    return Attendee(str(found["email"]).casefold(), _text(found, "displayName"), Response.ORGANIZER)


def _people(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = body.get("attendees") or []
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise ValueError("odd attendees")
    return found


def _join_url(body: Mapping[str, Any]) -> str:
    data = body.get("conferenceData")
    points = data.get("entryPoints") if isinstance(data, Mapping) else None
    videos = [
        _text(point, "uri")
        for point in (points if isinstance(points, list) else [])
        if isinstance(point, Mapping) and point.get("entryPointType") == "video"
    ]
    return next((url for url in (_text(body, "hangoutLink"), *videos) if url.startswith("https://")), "")


def _text(body: Mapping[str, Any], name: str) -> str:
    found = body.get(name)
    return found if isinstance(found, str) else ""
