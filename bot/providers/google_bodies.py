"""From our values to request bodies of Google Calendar, and what a series needs to be changed. Pure functions."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.providers import google_translate
from bot.providers.series import check_rule
from bot.providers.series_changes import Series
from bot.scheduling.event import Attendee, Days, EventDraft, FreeBusy, Response, When
from bot.scheduling.zones import zone

Body = dict[str, Any]

_ANSWERS = {
    Response.ACCEPTED: "accepted",
    Response.TENTATIVE: "tentative",
    Response.DECLINED: "declined",
}
_COPIED = (
    "colorId",
    "reminders",
    "guestsCanInviteOthers",
    "guestsCanModify",
    "guestsCanSeeOtherGuests",
    "extendedProperties",
    "visibility",
    "source",
    "attachments",
    "anyoneCanAddSelf",
    "eventType",
    "outOfOfficeProperties",
    "focusTimeProperties",
)
_UNTIL = re.compile(r"UNTIL=(\d{8})(?:T(\d{6})(Z?))?(?=;|$)", re.ASCII)


def event_id(key: str) -> str:
    """The id under which an event with this key is written: digits and a to v (base32hex, RFC 4648 §7)."""
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
    return base64.b32hexencode(digest).decode().rstrip("=").lower()


def occurrence_id(series: str, key: str) -> str:
    """Google's id of an occurrence: the series', and where the series has it."""
    if len(key) == 10:
        return f"{series}_{key.replace('-', '')}"
    return f"{series}_{datetime.fromisoformat(key).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def draft_body(draft: EventDraft, old: Sequence[Mapping[str, Any]] = ()) -> Body:
    """All that a draft says. `old`: the attendees as Google has them, whose further properties are kept."""
    body = {
        "summary": draft.title,
        "location": draft.location,
        "description": draft.description,
        "transparency": "transparent" if draft.status is FreeBusy.FREE else "opaque",
        "status": "tentative" if draft.status is FreeBusy.TENTATIVE else "confirmed",
        "attendees": people(draft.attendees, old),
        **when_body(draft.when, draft.zone),
    }
    if draft.private:
        body["visibility"] = "private"
    if draft.recurrence is not None:
        body["recurrence"] = [f"RRULE:{until_as_google_wants(draft)}"]
    return body


def new_body(draft: EventDraft, key: str) -> Body:
    """An event to be inserted under a key."""
    body = draft_body(draft) | {"id": event_id(key)}
    if draft.conference:
        request = {"requestId": event_id(key), "conferenceSolutionKey": {"type": "hangoutsMeet"}}
        body["conferenceData"] = {"createRequest": request}
    return body


def following_body(draft: EventDraft, key: str, old: Mapping[str, Any]) -> Body:
    """A series that goes on where an old one was cut: what a draft does not say is as it was, the Meet link too."""
    body = draft_body(draft, old.get("attendees") or ()) | {name: old[name] for name in _COPIED if name in old}
    conference = old.get("conferenceData")
    if isinstance(conference, Mapping) and conference.get("entryPoints"):
        body["conferenceData"] = {name: value for name, value in conference.items() if name != "createRequest"}
    return body | {"id": event_id(key)}


def change_body(old: EventDraft, new: EventDraft, had: Sequence[Mapping[str, Any]]) -> Body:
    """Only what is different. `had`: the attendees as Google has them."""
    wanted, was = draft_body(new, had), draft_body(old, had)
    body = {name: value for name, value in wanted.items() if value != was.get(name)}
    if isinstance(new.when, Days) is not isinstance(old.when, Days):  # a patch keeps what it does not name
        none = {"dateTime": None, "timeZone": None} if isinstance(new.when, Days) else {"date": None}
        body |= {side: body[side] | none for side in ("start", "end")}
    if old.private is not new.private:
        body["visibility"] = "private" if new.private else "default"
    return body


def when_body(when: When, name: str) -> Body:
    if isinstance(when, Days):
        return {"start": {"date": when.first.isoformat()}, "end": {"date": when.end.isoformat()}}
    return {
        "start": {"dateTime": rfc3339(when.start), "timeZone": name},
        "end": {"dateTime": rfc3339(when.end), "timeZone": name},
    }


def rfc3339(moment: datetime) -> str:
    """In UTC, without fractions of a second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def people(attendees: Sequence[Attendee], old: Sequence[Mapping[str, Any]]) -> list[Body]:
    """Each with their answer. Of the old ones stay the organizer's own entry, and whose address is hidden."""
    known = {str(one.get("email", "")).casefold(): one for one in old}
    found = [dict(one) for one in old if one.get("organizer") or not one.get("email")]
    for one in attendees:
        body = dict(known.get(one.address, {})) | {"email": one.address}
        body["responseStatus"] = _ANSWERS.get(one.response, "needsAction")
        body |= {"displayName": one.name} if one.name else {}
        body |= {"optional": one.optional} if one.optional or "optional" in body else {}
        body |= {"resource": True} if one.resource else {}
        found.append(body)
    return found


def answered(old: Sequence[Mapping[str, Any]], response: Response, note: str) -> list[Body] | None:
    """The attendees with the calendar owner's own answer; None when they are not among them."""
    if not any(one.get("self") for one in old):
        return None
    mine: Body = {"responseStatus": _ANSWERS.get(response, "needsAction")} | ({"comment": note} if note else {})
    return [dict(one) | mine if one.get("self") else dict(one) for one in old]


def draft_of(body: Mapping[str, Any], fallback_zone: str) -> EventDraft:
    """An event, a series or an occurrence as a draft. Raises ValueError for a recurrence that is not one plain rule."""
    return EventDraft(
        title=body.get("summary") or "",
        when=google_translate.when(body),
        zone=_zone(body, fallback_zone),
        attendees=google_translate.attendees(body),
        location=body.get("location") or "",
        description=body.get("description") or "",
        recurrence=_rule(body.get("recurrence") or ()),
        status=google_translate.status(body),
        private=body.get("visibility", "default") not in ("default", "public"),
    )


def series_of(master: Mapping[str, Any], changed: Mapping[str, Mapping[str, Any]], fallback_zone: str) -> Series:
    """A series and its occurrences that were changed alone, by key. Raises ValueError."""
    draft = draft_of(master, fallback_zone)
    exceptions = {
        key: None if body.get("status") == "cancelled" else replace(draft_of(body, draft.zone), zone=draft.zone)
        for key, body in changed.items()
    }
    owner = str((master.get("organizer") or {}).get("email", "")).casefold()
    return Series(str(master["id"]), owner, draft, exceptions, master.get("status") == "cancelled")


def key_of(occurrence: Mapping[str, Any]) -> str:
    """Where the series has it, as a key."""
    place = google_translate.moment(occurrence.get("originalStartTime"))
    return place.isoformat()


def until_as_google_wants(draft: EventDraft) -> str:
    """The rule with its last day as RFC 5545 §3.3.10 has it: a date for days, otherwise an instant in UTC."""

    def said(match: re.Match[str]) -> str:
        if isinstance(draft.when, Days):
            return f"UNTIL={match[1]}"
        if match[3]:
            return match[0]
        try:
            wall = datetime.strptime(match[1] + (match[2] or "235959"), "%Y%m%d%H%M%S")  # noqa: DTZ007 a wall clock
            return f"UNTIL={wall.replace(tzinfo=zone(draft.zone)).astimezone(UTC):%Y%m%dT%H%M%SZ}"
        except OverflowError:
            return match[0]

    return _UNTIL.sub(said, draft.recurrence or "")


def _rule(lines: Sequence[str]) -> str | None:
    if not lines:
        return None
    name, _, rule = lines[0].partition(":")
    if len(lines) > 1 or name != "RRULE":
        raise ValueError("This series was made elsewhere, in a way that I can only change one by one.")
    return check_rule(rule)


def _zone(body: Mapping[str, Any], fallback: str) -> str:
    return str(body["start"].get("timeZone") or fallback)
