"""The few words that a drawn week needs, in one language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.drawing.week import Shade


@dataclass(frozen=True, slots=True)
class Words:
    """`weekdays` begin with Monday, `months` with January."""

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    shades: Mapping[Shade, str]
    now: str
    times: str

    def weekday(self, day: date) -> str:
        return self.weekdays[day.weekday()]

    def day(self, day: date) -> str:
        """Such as "23 Nov"."""
        return f"{day.day} {self.months[day.month - 1]}"


ENGLISH = Words(
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    shades={
        Shade.FREE: "free",
        Shade.BUSY: "busy",
        Shade.TENTATIVE: "tentative",
        Shade.AWAY: "away",
        Shade.UNKNOWN: "not known",
        Shade.OFF: "off",
    },
    now="now",
    times="Times in",
)


def clock(minutes: int) -> str:
    """Minutes after midnight as HH:MM; the end of the day is 24:00."""
    return f"{minutes // 60:02}:{minutes % 60:02}"
