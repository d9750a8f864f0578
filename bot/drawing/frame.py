"""The measures of one drawn week, in pixels of a picture that is 1080 wide."""

from dataclasses import dataclass
from functools import partial

from bot.drawing.glyphs import text_width
from bot.drawing.layout import Measure, fold
from bot.drawing.text import one_line
from bot.drawing.theme import Theme
from bot.drawing.week import Week
from bot.drawing.words import Words

WIDTH = 1080
GUTTER = 108
EDGE = 20
SIZE = 28
LINE = 33
HEAD = 222  # with a title of one line
TITLE = 54
BANNER = 52


def measure(size: int = SIZE, *, bold: bool = False) -> Measure:
    """How wide a text of this size is."""
    return partial(text_width, size=size, bold=bold)


def span(week: Week, words: Words) -> str:
    """The title of a week that has none: its first and last day."""
    days = [words.day(day.date) for day in week.days]
    return " – ".join(dict.fromkeys([days[0], days[-1]])) if days else ""


@dataclass(frozen=True, slots=True)
class Frame:
    """The measures of one picture, in pixels."""

    week: Week
    theme: Theme
    words: Words

    @property
    def hours(self) -> range:
        first = min(max(self.week.first_hour, 0), 23)
        return range(first, max(first + 1, min(self.week.last_hour, 24)))

    @property
    def hour_height(self) -> int:
        """Narrow columns get tall hours, so that a label has a second line; a whole day is pressed together."""
        if len(self.hours) > 14:
            return 84
        return 112 if len(self.week.days) > 5 else 96

    @property
    def title(self) -> list[str]:
        return fold(
            one_line(self.week.title) or span(self.week, self.words), WIDTH - 2 * EDGE, 2, measure(44, bold=True)
        )

    @property
    def head(self) -> int:
        """Where the banners or the hours begin."""
        return HEAD + TITLE * (len(self.title) - 1)

    @property
    def top(self) -> int:
        return self.head + (BANNER if any(day.banner for day in self.week.days) else 0)

    @property
    def bottom(self) -> int:
        return self.top + len(self.hours) * self.hour_height

    @property
    def column(self) -> float:
        return (WIDTH - GUTTER - EDGE) / max(1, len(self.week.days))

    @property
    def today(self) -> int:
        """The column of today; -1 when it is not shown."""
        days = [day.date for day in self.week.days]
        return days.index(self.week.now[0]) if self.week.now and self.week.now[0] in days else -1

    @property
    def now(self) -> int | None:
        """Minutes after midnight, when today is shown and the hours shown contain it."""
        if self.week.now is None or self.today < 0:
            return None
        minutes = self.week.now[1].hour * 60 + self.week.now[1].minute
        return minutes if self.hours.start * 60 <= minutes <= self.hours.stop * 60 else None

    def y(self, minutes: float) -> float:
        return self.top + (minutes - self.hours.start * 60) * self.hour_height / 60
