"""Weeks to draw, for tests."""

from datetime import date, time, timedelta

from bot.drawing.week import Block, Day, Shade, Week

MONDAY = date(2026, 11, 23)


def at(text: str) -> int:
    """Minutes after midnight of "09:30"."""
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def block(start: str, end: str, shade: Shade, label: str = "") -> Block:
    return Block(at(start), at(end), shade, label)


def week(*days: tuple[Block, ...], banner: str = "", title: str = "Your week", now: str = "") -> Week:
    """Days from Monday on; `banner` on the first one, `now` a time on it."""
    shown = tuple(
        Day(MONDAY + timedelta(days=index), blocks, banner if index == 0 else "") for index, blocks in enumerate(days)
    )
    return Week(shown, "Europe/Madrid", title=title, now=(MONDAY, time.fromisoformat(now)) if now else None)


USUAL = week(
    (
        block("08:00", "09:00", Shade.OFF),
        block("09:00", "10:30", Shade.FREE),
        block("10:30", "11:00", Shade.BUSY, "Stand-up"),
        block("13:00", "15:00", Shade.TENTATIVE, "Interview"),
    ),
    (block("08:00", "18:00", Shade.AWAY, "Lisbon"),),
    (block("08:00", "18:00", Shade.UNKNOWN),),
    (),
    (block("09:15", "24:00", Shade.BUSY, "Late"),),
    banner="Birthday",
    now="11:20",
)
