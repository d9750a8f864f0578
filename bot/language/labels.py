"""Short names for readings, for the buttons of a question."""

from datetime import datetime, timedelta

from bot.language.ask import Grain, TimeRef
from bot.language.policy import Context


def label(ref: TimeRef, context: Context, *, offset: bool = False) -> str:
    """A reading in the asker's zone: "Fri 13 Mar 15:00". `offset`: only the clock and its distance from UTC."""
    start = ref.start.astimezone(context.zone)
    if offset:
        return f"{start:%H:%M} ({utc_offset(start)})"
    names = context.words
    day = f"{names.weekday_names[start.weekday()][:3]} {start.day} {names.month_names[start.month - 1][:3]}"
    if start.year != context.today.year:
        day += f" {start.year}"
    if ref.grain is Grain.POINT:
        return f"{day} {start:%H:%M}"
    if ref.end is None or ref.grain is Grain.DAY:
        return day
    end = ref.end.astimezone(context.zone)
    if ref.grain is Grain.DAYS:
        last = end - timedelta(microseconds=1)
        return f"{day} – {names.weekday_names[last.weekday()][:3]} {last.day} {names.month_names[last.month - 1][:3]}"
    return f"{day} {start:%H:%M}–{end:%H:%M}"


def utc_offset(moment: datetime) -> str:
    """As in "UTC+1", "UTC-3:30", "UTC"."""
    seconds = int((moment.utcoffset() or timedelta()).total_seconds())
    sign, minutes = ("-" if seconds < 0 else "+"), abs(seconds) // 60
    if not minutes:
        return "UTC"
    return f"UTC{sign}{minutes // 60}" + (f":{minutes % 60:02d}" if minutes % 60 else "")
