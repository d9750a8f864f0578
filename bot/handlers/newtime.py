"""Where a meeting moves: what was said, completed from the meeting itself."""

from datetime import datetime, timedelta

from bot.errors import UserError
from bot.handlers.turn import Turn
from bot.language.ask import Ask, Grain
from bot.scheduling import wording
from bot.scheduling.event import Days, Event, When
from bot.scheduling.interval import Interval
from bot.scheduling.zones import Clock, resolve

_DAY = timedelta(days=1)


def new_time(turn: Turn, event: Event, ask: Ask) -> When | None:
    """The time a meeting moves to; None when the text leaves it open.

    A day keeps the meeting's clock time, a clock time keeps its day, whole days of a shift keep the clock time: all in
    the person's zone. Raises UserError where that cannot be, and where a clock change skips or repeats the time.
    """
    if isinstance(event.when, Days):
        return _new_days(turn, event, event.when, ask)
    old = event.when
    local = old.start.astimezone(turn.zone)
    if ask.shift is not None:
        if ask.shift % _DAY:
            return Interval(old.start + ask.shift, old.end + ask.shift)
        start = _wall(turn, local + ask.shift, local)
        return Interval(start, start + old.length)
    if ask.stretch is not None:
        if old.length + ask.stretch <= timedelta():
            raise UserError("That would leave nothing of it. Nothing was changed.")
        return Interval(old.start, old.end + ask.stretch)
    length = ask.duration or old.length
    if ask.when is None:
        return Interval(old.start, old.start + length) if ask.duration is not None else None
    if ask.when.grain is Grain.DAY:
        start = _wall(turn, ask.when.start.astimezone(turn.zone), local)
        return Interval(start, start + length)
    if ask.when.grain is Grain.POINT:
        start = ask.when.start
        if not ask.when.dated:
            start = _wall(turn, local, ask.when.start.astimezone(turn.zone))
        return Interval(start, start + length)
    window = window_of(turn, event, ask)
    # A range as long as the meeting is where it goes; any other is where a time is to be found.
    return window if window is not None and ask.when.grain is Grain.WINDOW and window.length == length else None


def window_of(turn: Turn, event: Event, ask: Ask) -> Interval | None:
    """The range that was said, on the meeting's own day when no day was; None when no range was said."""
    if ask.when is None or ask.when.window is None:
        return None
    window = ask.when.window
    if ask.when.dated or isinstance(event.when, Days) or ask.when.grain in (Grain.DAY, Grain.DAYS):
        return window
    day = event.when.start.astimezone(turn.zone)
    start = _wall(turn, day, window.start.astimezone(turn.zone))
    return Interval(start, start + window.length)


def _new_days(turn: Turn, event: Event, old: Days, ask: Ask) -> When | None:
    length = old.end - old.first
    if ask.shift is not None and not ask.shift % _DAY:
        return Days(old.first + ask.shift, old.end + ask.shift)
    timed = ask.when is not None and ask.when.grain in (Grain.POINT, Grain.WINDOW, Grain.PART_OF_DAY)
    if timed or ask.shift is not None or ask.stretch is not None or ask.duration is not None:
        title = " ".join(event.title.split())
        raise UserError(f"“{title}” takes whole days: say a day without a time, or book a meeting beside it.")
    if ask.when is None:
        return None
    first = ask.when.start.astimezone(turn.zone).date()
    return Days(first, first + length)


def _wall(turn: Turn, day: datetime, clock: datetime) -> datetime:
    """The instant of one wall clock on another day. Raises UserError where it is skipped or there twice."""
    found = resolve(day.date(), clock.timetz().replace(tzinfo=None), turn.zone)
    if found.clock is not Clock.ONCE:
        raise UserError(
            f"On {wording.day(day.date(), turn.today)} the clocks change: {clock:%H:%M} "
            f"is {'skipped' if found.clock is Clock.SKIPPED else 'there twice'}. Name another time, please."
        )
    return found.instants[0]
