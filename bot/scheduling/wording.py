"""How an instant, a range, a duration and a zone are said to people. English; nothing else in scheduling has words.

Weekday, date and zone always: "Thu 26 Nov, 13:00–15:30 (Europe/Berlin)". On a day whose clock changes every time
carries its offset, "01:30 (UTC+2)", because the same clock time happens twice or the length surprises.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.scheduling.interval import Interval
from bot.scheduling.zones import start_of_day

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_HALF_A_YEAR = timedelta(days=183)
_INSTANT = timedelta(microseconds=1)


def moment(at: datetime, tz: ZoneInfo, now: datetime) -> str:
    """ "Thu 26 Nov, 13:00 (Europe/Berlin)" """
    return f"{day(_local(at, tz).date(), _local(now, tz).date())}, {clock(at, tz)} {zone_name(tz)}"


def span(interval: Interval, tz: ZoneInfo, now: datetime, *, all_day: bool = False) -> str:
    """ "Thu 26 Nov, 13:00–15:30 (Europe/Berlin)"; over midnight both days are named, all-day has no times."""
    text = brief(interval, tz, now, all_day=all_day)
    return text if all_day else f"{text} {zone_name(tz)}"


def brief(interval: Interval, tz: ZoneInfo, now: datetime, *, all_day: bool = False) -> str:
    """A span without its zone, for a button or a line beside others that name it."""
    today = _local(now, tz).date()
    begin, end = _local(interval.start, tz), _local(interval.end, tz)
    if all_day:
        last = _local(interval.end - _INSTANT, tz).date()
        text = day(begin.date(), today)
        return f"{text}, all day" if last == begin.date() else f"{text} – {day(last, today)}, all day"
    if _on_one_day(interval, tz):
        return f"{day(begin.date(), today)}, {clocks(interval, tz)}"
    return f"{day(begin.date(), today)}, {clock(begin, tz)} – {day(end.date(), today)}, {clock(end, tz)}"


def clocks(interval: Interval, tz: ZoneInfo) -> str:
    """ "13:00–15:30"; a span to the end of its day ends at 24:00; one over midnight says only its clock times."""
    begin = _local(interval.start, tz)
    if _local(interval.end, tz).date() != begin.date() and _on_one_day(interval, tz):
        return f"{clock(begin, tz)}–24:00"
    return f"{clock(begin, tz)}–{clock(interval.end, tz)}"


def day(of: date, today: date) -> str:
    """ "Thu 26 Nov"; with the year unless it is this one or less than half a year away."""
    text = f"{WEEKDAYS[of.weekday()]} {of.day} {MONTHS[of.month - 1]}"
    near = of.year == today.year or abs(of - today) < _HALF_A_YEAR
    return text if near else f"{text} {of.year}"


def day_name(at: datetime, tz: ZoneInfo, now: datetime) -> str:
    """ "today", "tomorrow", or "on Thu 26 Nov"."""
    of, today = _local(at, tz).date(), _local(now, tz).date()
    if of == today:
        return "today"
    if of == today + timedelta(days=1):
        return "tomorrow"
    return f"on {day(of, today)}"


def clock(at: datetime, tz: ZoneInfo) -> str:
    """ "13:00", or "01:30 (UTC+2)" on a day whose clock changes."""
    local = _local(at, tz)
    text = f"{local:%H:%M}"
    return f"{text} ({offset(at, tz)})" if _clock_changes(local.date(), tz) else text


def offset(at: datetime, tz: ZoneInfo) -> str:
    """ "UTC+2", "UTC−3:30", "UTC"."""
    seconds = int((_local(at, tz).utcoffset() or timedelta()).total_seconds())
    if seconds == 0:
        return "UTC"
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"UTC{'+' if seconds > 0 else '−'}{hours}" + (f":{minutes:02}" if minutes else "")


def zone_name(tz: ZoneInfo) -> str:
    """ "(Europe/Berlin)" """
    return f"({tz.key})"


def duration(length: timedelta, *, long: bool = False) -> str:
    """ "1 h 30 min"; long: "1 hour 30 minutes". Whole minutes; a day is "1 d" or "1 day"."""
    minutes = int(length.total_seconds()) // 60
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    units = ((days, "d", "day"), (hours, "h", "hour"), (minutes, "min", "minute"))
    parts = [f"{n} {word}{'s' if n != 1 else ''}" if long else f"{n} {short}" for n, short, word in units if n]
    return " ".join(parts) or ("0 minutes" if long else "0 min")


def _local(at: datetime, tz: ZoneInfo) -> datetime:
    return at.astimezone(UTC).astimezone(tz)


@lru_cache(maxsize=1024)
def _clock_changes(of: date, tz: ZoneInfo) -> bool:
    """True when the local day does not keep one offset."""
    begin = start_of_day(of, tz)
    end = start_of_day(of + timedelta(days=1), tz)
    return begin.astimezone(tz).utcoffset() != (end - _INSTANT).astimezone(tz).utcoffset() or (
        (begin - _INSTANT).astimezone(tz).utcoffset() != begin.astimezone(tz).utcoffset()
    )


def _on_one_day(interval: Interval, tz: ZoneInfo) -> bool:
    begin = _local(interval.start, tz).date()
    if _local(interval.end, tz).date() == begin:
        return True
    return _ends_the_day(begin, interval.end, tz) and not _clock_changes(begin, tz)


def _ends_the_day(of: date, end: datetime, tz: ZoneInfo) -> bool:
    return end == start_of_day(of + timedelta(days=1), tz)
