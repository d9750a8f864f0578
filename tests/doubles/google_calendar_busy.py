"""freebusy.query: when calendars are busy, and nothing else about them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.doubles.google_rules_errors import GoogleError, bad, empty_range, required
from tests.doubles.google_rules_time import begins, instant, zone_of
from tests.doubles.google_store import ROLES, Body, Calendar, Row, Store

LONGEST = timedelta(days=90)
MOST = 50


def free_busy(
    store: Store, address: str, body: Body, own: Callable[[str, str], Calendar | None], errors: Mapping[str, str]
) -> Body:
    """The answer of freebusy.query. `own` finds a calendar by who asks and id; `errors` are reasons by id."""
    low, high = (_moment(body, name) for name in ("timeMin", "timeMax"))
    if low >= high:
        raise empty_range()
    if high - low > LONGEST:
        raise GoogleError(
            400,
            "timeRangeTooLong",
            "The requested time range is too long.",
            "calendar",
            location=("parameter", "timeMax"),
        )
    zone = body.get("timeZone") or "UTC"
    zone_of(zone)
    items = [one.get("id") for one in body.get("items") or ()]
    if any(not ident for ident in items):
        raise required("items.id", "Missing item id.")
    most = body.get("calendarExpansionMax")
    if most is not None and not 1 <= most <= MOST:
        raise bad("Invalid calendarExpansionMax value.", "invalid")
    if len(set(items)) > (most or MOST):
        raise bad("Too many calendars requested.", "tooManyCalendarsRequested", "calendar")
    calendars = {}
    for ident in items:
        calendar = own(address, ident)
        role = store.role(address, calendar) if calendar is not None else "none"
        if ident in errors:
            calendars[ident] = {"errors": [{"domain": "global", "reason": errors[ident]}], "busy": []}
        elif calendar is None or ROLES.index(role) < ROLES.index("freeBusyReader"):
            calendars[ident] = {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
        else:
            calendars[ident] = {"busy": _periods(busy(calendar, low, high), zone)}
    times = {"timeMin": _text(low, "UTC", "000"), "timeMax": _text(high, "UTC", "000")}
    return {"kind": "calendar#freeBusy", **times, "calendars": calendars}


def busy(calendar: Calendar, low: datetime, high: datetime) -> list[tuple[datetime, datetime]]:
    """The busy times of a calendar in a window, merged where they touch."""
    times = []
    for row in list(calendar.rows.values()):
        for one in calendar.unchanged(row) if row.series and not row.cancelled else (row,):
            if _blocks(one, calendar.id):
                begin, end = (begins(one.event[name], calendar.zone) for name in ("start", "end"))
                if begin < high and end > low:
                    times.append((max(begin, low), min(end, high)))
    merged: list[tuple[datetime, datetime]] = []
    for begin, end in sorted(times):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _blocks(row: Row, own: str) -> bool:
    event = row.event
    if row.cancelled or event.get("transparency") == "transparent":
        return False
    if event["eventType"] in ("workingLocation", "birthday"):
        return False
    answers = {one["email"]: one["responseStatus"] for one in event.get("attendees", ())}
    return answers.get(own) != "declined"


def _moment(body: dict[str, Any], name: str) -> datetime:
    if body.get(name) is None:
        raise required(name)
    moment = instant(body[name])
    if moment is None:
        raise bad()
    return moment


def _periods(times: list[tuple[datetime, datetime]], zone: str) -> list[Body]:
    return [{"start": _text(begin, zone), "end": _text(end, zone)} for begin, end in times]


def _text(moment: datetime, zone: str, fraction: str = "") -> str:
    text = moment.astimezone(UTC if zone == "UTC" else ZoneInfo(zone)).isoformat()
    text = text.replace("+00:00", "Z")
    return f"{text[:19]}.{fraction}{text[19:]}" if fraction else text
