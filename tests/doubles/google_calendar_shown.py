"""How an event looks to the one who asks: whose copy it is, in which zone, and what of it is hidden."""

from typing import Any

from tests.doubles.google_accounts import GoogleAccounts
from tests.doubles.google_rules_time import shown
from tests.doubles.google_store import ROLES, Body, Calendar, Row

# What is left of a private event for those who may not see it.
OUTLINE = frozenset(
    (
        *("id", "status", "iCalUID", "start", "end", "recurrence", "recurringEventId", "originalStartTime"),
        *("transparency", "visibility", "eventType", "sequence"),
    )
)


def hidden(row: Row, role: str) -> bool:
    """Whether the details of an event are not for this role."""
    if ROLES.index(role) < ROLES.index("reader"):
        return True
    private = row.event.get("visibility") in ("private", "confidential")
    return private and ROLES.index(role) < ROLES.index("writer")


def event_shown(
    row: Row, calendar: Calendar, role: str, accounts: GoogleAccounts, zone: str = "", most: int = 0
) -> Body:
    """The resource "calendar#event" of a row. `most`: so many attendees at most, else only the own entry."""
    event = dict(row.event)
    secret = hidden(row, role)
    if secret:
        event = {name: value for name, value in event.items() if name in OUTLINE}
        event["summary"], event["visibility"] = "busy", "private"
    meeting = row.meeting
    for name in ("start", "end", "originalStartTime"):
        if name in event:
            event[name] = shown(event[name], zone or calendar.zone)
    event |= {"kind": "calendar#event", "etag": row.etag, "updated": row.updated}
    event["created"] = meeting.created
    event["htmlLink"] = f"https://www.google.com/calendar/event?eid={event['id']}"
    if secret:
        return event
    event["creator"] = person(meeting.creator, calendar, accounts)
    event["organizer"] = person(meeting.home, calendar, accounts)
    event.setdefault("reminders", {"useDefault": True})
    people = [_attendee(one, meeting.home, calendar.id) for one in event.pop("attendees", ())]
    if event.get("guestsCanSeeOtherGuests") is False and calendar.id != meeting.home:
        most = 1 if len(people) > 1 else most
    if most and len(people) > most:
        event["attendeesOmitted"], people = True, [one for one in people if one.get("self")]
    if people:
        event["attendees"] = people
    return event


def person(address: str, calendar: Calendar, accounts: GoogleAccounts) -> Body:
    """A creator or organizer, "self" on their own calendar."""
    found: Body = {"email": address}
    if address in accounts.known and accounts.known[address].name:
        found["displayName"] = accounts.known[address].name
    elif address == calendar.id and address not in accounts.known:
        found["displayName"] = calendar.name
    return {**found, "self": True} if address == calendar.id else found


def _attendee(one: dict[str, Any], home: str, own: str) -> Body:
    found = dict(one)
    if one["email"] == home:
        found["organizer"] = True
    if one["email"] == own:
        found["self"] = True
    return found


def tombstone(row: Row) -> Body:
    """All that is promised of a cancelled event in an incremental answer."""
    found: Body = {"kind": "calendar#event", "etag": row.etag, "id": row.event["id"], "status": "cancelled"}
    if "recurringEventId" in row.event:
        found["recurringEventId"] = row.event["recurringEventId"]
        found["originalStartTime"] = shown(row.event["originalStartTime"], "UTC")
    return found
