"""Times of events as Google keeps them, and the expansion of series by dateutil.

A kept time is {"date": "2026-03-10"} or {"dateTime": "2026-03-10T08:00:00Z", "timeZone": "Europe/Madrid"}: an instant,
and the zone whose wall clock a series follows.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rruleset, rrulestr

from tests.doubles.google_rules_errors import GoogleError, bad_body, required

MOST_OCCURRENCES = 730
"""So many occurrences a series has at most, as far as Google expands one."""

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)
_HORIZON = timedelta(days=366 * 60)

Kept = dict[str, str]


def instant(text: str) -> datetime | None:
    """An RFC 3339 time in UTC without its fraction, or None: a bare local time is none."""
    moment = _parsed(text)
    return None if moment is None or moment.tzinfo is None else moment.astimezone(UTC)


def zone_of(name: str) -> ZoneInfo:
    """Raises GoogleError for a name that is no zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise bad_body("Invalid time zone definition.") from None


def kept(value: Mapping[str, Any], which: str, fallback: str, series: bool) -> Kept:
    """A time of a request body as it is kept. `which` is "start" or "end"; `fallback` is the calendar's zone.

    Raises GoogleError: a series needs a zone of its own, a bare local time needs one too, and it is a date or a time.
    """
    value = {name: inner for name, inner in value.items() if inner is not None}
    zone = value.get("timeZone")
    if ("date" in value) == ("dateTime" in value):
        raise bad_body(f"Invalid {which} time.")
    if "date" in value:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", value["date"], re.ASCII) or _date(value["date"]) is None:
            raise bad_body(f"Invalid {which} time.")
        return {"date": value["date"]}
    moment = _parsed(value["dateTime"])
    if moment is None:
        raise bad_body(f"Invalid {which} time.")
    if zone is None and (series or moment.tzinfo is None):
        raise required("timeZone", f"Missing time zone definition for {which} time.")
    tz = zone_of(zone or fallback)
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=tz)
    return {"dateTime": _utc(moment), "timeZone": zone or fallback}


def shown(when: Kept, zone: str) -> Kept:
    """A kept time as it is answered, its wall clock that of a zone."""
    if "date" in when:
        return dict(when)
    moment = begins(when, zone).astimezone(ZoneInfo(zone))
    return {"dateTime": moment.isoformat().replace("+00:00", "Z"), "timeZone": when["timeZone"]}


def begins(when: Kept, zone: str) -> datetime:
    """The instant of a kept time; a date begins at midnight in the zone."""
    if "date" in when:
        return datetime.fromisoformat(when["date"]).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return datetime.fromisoformat(when["dateTime"])


def stamp(when: Kept) -> str:
    """What stands for a start in the id of an occurrence."""
    return re.sub(r"[-:]", "", when.get("date") or when["dateTime"])


def later(when: Kept, start: Kept, end: Kept) -> Kept:
    """The end of an occurrence that starts then, of a series whose first one is [start, end)."""
    if "date" in when:
        days = date.fromisoformat(end["date"]) - date.fromisoformat(start["date"])
        return {"date": (date.fromisoformat(when["date"]) + days).isoformat()}
    length = datetime.fromisoformat(end["dateTime"]) - datetime.fromisoformat(start["dateTime"])
    return {"dateTime": _utc(datetime.fromisoformat(when["dateTime"]) + length), "timeZone": end["timeZone"]}


def occurrences(start: Kept, recurrence: Sequence[str]) -> tuple[Kept, ...]:
    """The starts of a series, at most MOST_OCCURRENCES. Raises GoogleError for lines that are no recurrence."""
    return _occurrences(start.get("date", ""), start.get("dateTime", ""), start.get("timeZone", ""), tuple(recurrence))


@lru_cache(maxsize=512)
def _occurrences(day: str, moment: str, zone: str, lines: tuple[str, ...]) -> tuple[Kept, ...]:
    tz = ZoneInfo(zone or "UTC")
    first = datetime.fromisoformat(day) if day else datetime.fromisoformat(moment).astimezone(tz).replace(tzinfo=None)
    rules = rruleset()
    if not any(line.startswith("RRULE:") for line in lines):
        rules.rdate(first)
    for line in lines:
        name, _, value = line.partition(":")
        name, _, extra = name.partition(";")
        if name == "RRULE":
            rules.rrule(rrulestr(_bounded(value, first, tz), dtstart=first))  # type: ignore[arg-type]
        elif name in ("EXDATE", "RDATE"):
            own = re.search(r"TZID=([^;:]+)", extra)
            for part in value.split(","):
                wall = _wall(part, zone_of(own[1]) if own else tz, tz)
                (rules.exdate if name == "EXDATE" else rules.rdate)(wall)
        else:
            raise _no_rule()
    found: list[Kept] = []
    for wall in rules:
        if len(found) >= MOST_OCCURRENCES or wall > first + _HORIZON:
            break
        utc = wall.replace(tzinfo=tz)
        found.append({"date": f"{wall:%Y-%m-%d}"} if day else {"dateTime": _utc(utc), "timeZone": zone})
    return tuple({stamp(one): one for one in found}.values())


def _bounded(rule: str, first: datetime, tz: ZoneInfo) -> str:
    """The rule in wall clock, and with an end: the one it has, or the horizon."""
    parts = [part.partition("=")[::2] for part in rule.split(";")]
    names = [name for name, _ in parts]
    values = dict(parts)
    if len(set(names)) != len(names) or values.get("FREQ") not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        raise _no_rule()
    if "COUNT" in values and "UNTIL" in values:
        raise _no_rule()
    if any(not re.fullmatch("[1-9][0-9]{0,8}", values.get(name, "1")) for name in ("COUNT", "INTERVAL")):
        raise _no_rule()
    last = first + _HORIZON
    if "UNTIL" in values:
        last = min(last, _wall(values.pop("UNTIL"), tz, tz, end=True))
    if "COUNT" not in values:
        values["UNTIL"] = f"{last:%Y%m%dT%H%M%S}"
    text = ";".join(f"{name}={value}" for name, value in values.items())
    try:
        rrulestr(text, dtstart=first)
    except (ValueError, KeyError, TypeError):
        raise _no_rule() from None
    return text


def _wall(text: str, own: ZoneInfo, tz: ZoneInfo, end: bool = False) -> datetime:
    """A date or time of a recurrence line as a wall clock of the series; a last day is all of it."""
    form = re.fullmatch(r"(\d{8})(?:T(\d{6})(Z?))?", text, re.ASCII)
    if form is None:
        raise _no_rule()
    try:
        moment = datetime.strptime(form[1] + (form[2] or ("235959" if end else "000000")), "%Y%m%d%H%M%S")  # noqa: DTZ007
        if form[2] is None:
            return moment
        return moment.replace(tzinfo=UTC if form[3] else own).astimezone(tz).replace(tzinfo=None)
    except OverflowError:
        return datetime(9999, 12, 31)  # noqa: DTZ001
    except ValueError:
        raise _no_rule() from None


def _no_rule() -> GoogleError:
    return bad_body("Invalid recurrence rule.")


def _parsed(text: str) -> datetime | None:
    if not _RFC3339.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper()).replace(microsecond=0)
    except ValueError:
        return None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
