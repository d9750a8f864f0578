"""What a time means that was said in part: the one place for every preference of the reader.

The future is preferred. A bare hour from 1 to 6 is in the afternoon; from 7 to 11 it is where the working hours are;
an evening meal, "tonight" or a part of the day settles it. A weekday is the next one, never today. `next Friday` is
Friday of next week. A date without a year is the next such date. Numbers like 3/4 follow the country.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.language.pieces import ClockSpec
from bot.language.words import Part, Words

TODAY_ONLY_AFTER = 0.5
"""A part of today counts as today's while less than this share of it has gone by."""


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, when and where. `now` is aware and in `zone`. `order`: "mdy", "dmy" or None when it is not known.

    `week_start`: 0 is Monday. `hours`: the working day. `evening`: an evening meal was named. `reads`: nothing is
    written.
    """

    now: datetime
    zone: ZoneInfo
    words: Words
    order: str | None = None
    week_start: int = 0
    hours: tuple[time, time] = (time(9), time(17))
    evening: bool = False
    reads: bool = False

    @property
    def today(self) -> date:
        return self.now.date()


@dataclass(frozen=True, slots=True)
class Wall:
    """Minutes after midnight of a day, from 0 to 1440; more is on the day after. `guessed`: the half was not said."""

    minutes: int
    guessed: bool = False
    other: int | None = None

    def on(self, day: date) -> tuple[date, time]:
        extra, minutes = divmod(self.minutes, 1440)
        return day + timedelta(days=extra), time(minutes // 60, minutes % 60)


def wall(clock: ClockSpec, context: Context, part: Part | None = None) -> Wall:
    """The wall-clock time a valid spec names, and whether its half of the day was guessed."""
    hour, minute = clock.hour, clock.minute
    if clock.meridiem is not None:
        return Wall((hour % 12 + clock.meridiem) * 60 + minute)
    if clock.sure or hour > 12 or hour == 0:
        return Wall(hour * 60 + minute)
    morning, afternoon = (hour % 12) * 60 + minute, (hour % 12 + 12) * 60 + minute
    if part is not None:
        return Wall(_by_part(hour, minute, part))
    if context.evening and 4 <= hour <= 11:
        return Wall(afternoon, guessed=True, other=morning)
    if hour == 12 or hour <= 6:
        return Wall(afternoon, guessed=True, other=morning)
    opens = context.hours[0].hour * 60 + context.hours[0].minute
    closes = context.hours[1].hour * 60 + context.hours[1].minute or 1440
    if opens <= afternoon < closes and not opens <= morning < closes:
        return Wall(afternoon, guessed=True, other=morning)
    return Wall(morning, guessed=True, other=afternoon)


def _by_part(hour: int, minute: int, part: Part) -> int:
    half = hour % 12 * 60 + minute
    until_midnight = part.end == time(0)
    if not part.afternoon:
        # "1 in the daytime" is after noon: the half that lies in the part wins.
        inside = part.start.hour * 60 <= half + 720 < part.end.hour * 60
        return half + 720 if inside and half < part.start.hour * 60 else half
    if until_midnight and hour == 12:
        return 1440 + minute
    if until_midnight and hour <= 4:
        return half + 1440
    return half + 720


def walls(start: ClockSpec, end: ClockSpec, context: Context, part: Part | None = None) -> tuple[Wall, Wall] | None:
    """The two ends of a range, each helping the other; None when it ends before it starts.

    "5 to 6pm" is 17-18, "11 to 1pm" 11-13, "10pm to 2am" ends on the day after.
    """
    if start == end:
        return None
    said_end = end.meridiem is not None or end.sure
    said_start = start.meridiem is not None or start.sure
    if said_end and not said_start and part is None:
        stop = wall(end, context).minutes
        stop = stop or 1440
        both = [(start.hour % 12 + half) * 60 + start.minute for half in (12, 0)]
        fits = [minutes for minutes in both if minutes < stop]
        return (Wall(fits[0]), Wall(stop)) if fits else _overnight(Wall(both[0]), stop, end)
    first = wall(start, context, part)
    if said_end:
        stop = wall(end, context).minutes or 1440
        return (first, Wall(stop)) if stop > first.minutes else _overnight(first, stop, end)
    last = wall(end, context, part)
    if last.minutes > first.minutes and not (first.guessed and last.other is not None and first.minutes < last.other):
        return first, last
    later = [m for m in sorted({last.minutes, last.other or last.minutes}) if m > first.minutes]
    if later:
        return first, Wall(later[0], guessed=last.guessed)
    return None


def _overnight(first: Wall, stop: int, end: ClockSpec) -> tuple[Wall, Wall] | None:
    """From the evening into the small hours; anything else ends before it starts."""
    if first.minutes >= 17 * 60 and stop <= 8 * 60 and end.hour != 0:
        return first, Wall(stop + 1440)
    return None
