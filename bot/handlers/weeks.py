"""The week as a picture: one's own events and what is free, as blocks on days."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.calendars import Seen
from bot.drawing.week import Block, Day, Shade, Week
from bot.handlers.turn import Turn
from bot.messages import Picture
from bot.scheduling import wording
from bot.scheduling.blocking import blocks
from bot.scheduling.event import FreeBusy
from bot.scheduling.interval import Interval
from bot.scheduling.zones import day_interval

MOST_DAYS = 7
_SHADES = {
    FreeBusy.BUSY: Shade.BUSY,
    FreeBusy.TENTATIVE: Shade.TENTATIVE,
    FreeBusy.OUT_OF_OFFICE: Shade.AWAY,
    FreeBusy.UNKNOWN: Shade.UNKNOWN,
}


def week_picture(turn: Turn, days: Sequence[date], seen: Seen, free: Sequence[Interval] | None) -> Picture | None:
    """Up to seven of the days; None for one day. `free` are the ranges offered, None when none were asked for."""
    shown = [day for day in days if _worth_showing(turn, day, seen)][:MOST_DAYS]
    if len(shown) < 2:
        return None
    columns = tuple(_column(turn, day, seen, free or ()) for day in shown)
    times = [minute for column in columns for block in column.blocks for minute in (block.start, block.end)]
    today = turn.now.astimezone(turn.zone)
    title = f"{wording.day(shown[0], today.date())} – {wording.day(shown[-1], today.date())}"
    return Picture(
        Week(
            days=columns,
            zone=turn.preferences.zone,
            first_hour=min([8, *(minute // 60 for minute in times)]),
            last_hour=max([18, *(-(-minute // 60) for minute in times)]),
            title=title,
            now=(today.date(), today.time()) if today.date() in shown else None,
        ),
        alt=f"Your calendar, {title}, {turn.preferences.zone}",
    )


def _worth_showing(turn: Turn, day: date, seen: Seen) -> bool:
    """A day off with nothing on it is left out."""
    if turn.preferences.rules.hours.on(day):
        return True
    whole = day_interval(day, turn.zone)
    return any(event.interval(turn.zone).overlaps(whole) for _, event in seen.events)


def _column(turn: Turn, day: date, seen: Seen, free: Sequence[Interval]) -> Day:
    whole = day_interval(day, turn.zone)
    blocks_shown: list[Block] = []
    banner = ""
    for _, event in seen.events:
        shade = _SHADES.get(blocks(event, turn.preferences.rules))
        part = event.interval(turn.zone).clip(whole)
        if part is None:
            continue
        if event.all_day:
            banner = ", ".join(filter(None, (banner, event.title)))
        elif shade is not None:
            blocks_shown.append(_block(turn, day, part, shade, event.title))
    for interval in free:
        part = interval.clip(whole)
        if part is not None:
            blocks_shown.append(_block(turn, day, part, Shade.FREE, ""))
    if seen.unseen:
        blocks_shown.append(Block(0, 24 * 60, Shade.UNKNOWN))
    return Day(day, tuple(blocks_shown), banner)


def _block(turn: Turn, day: date, part: Interval, shade: Shade, label: str) -> Block:
    """Minutes as the wall clock shows them; at least ten high, so that it can be seen across a clock change."""
    start = part.start.astimezone(turn.zone)
    last = (part.end - timedelta(seconds=1)).astimezone(turn.zone)
    first = start.hour * 60 + start.minute if start.date() == day else 0
    end = last.hour * 60 + last.minute + 1 if last.date() == day else 24 * 60
    return Block(first, max(end, first + 10), shade, label)
