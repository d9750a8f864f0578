"""Forms: made with a stored press behind them, and read field by field when they come back filled in."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import TypeVar

from bot.errors import NotValid, UserError
from bot.handlers.turn import Button, Turn, buttons
from bot.messages import Field, Form, Reply, Secret
from bot.ports import App
from bot.scheduling.zones import Clock, resolve

T = TypeVar("T")

TOO_FAR = "That is too far away."
_SKIPPED = "That day the clocks go forward, and there is no {clock}. Choose another time"
_REPEATED = "That day the clocks go back, and {clock} comes twice. Choose another time, or say in words which you mean"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"(\d{1,2}):(\d{2})")


async def form(app: App, turn: Turn, title: str, submit: Button, fields: Sequence[Field]) -> Form:
    """A form whose submission is the press of a button."""
    (choice,) = await buttons(app, turn, [submit])
    return Form(title, choice.token, tuple(fields), choice.label)


class Filled:
    """The values of a submitted form. What cannot be used is noted in `problems`, so that all of it is said at once."""

    def __init__(self, values: Mapping[str, str | Secret]) -> None:
        self._values = values
        self.problems: list[NotValid] = []

    def text(self, name: str) -> str:
        """What a field says, on one line; "" for an empty one."""
        value = self._values.get(name, "")
        return " ".join(value.split()) if isinstance(value, str) else ""

    def take(self, name: str, read: Callable[[str], T]) -> T | None:
        """What a field means; None, and noted, where `read` raises ValueError or UserError with words."""
        try:
            return read(self.text(name))
        except UserError as error:
            self.wrong(name, error.message)
        except ValueError as error:
            self.wrong(name, f"{error}.")
        return None

    def wrong(self, name: str, words: str) -> None:
        self.problems.append(NotValid(name, words))


def refusal(problems: Sequence[NotValid]) -> Reply:
    """What is wrong with a form, for its fields, and in words for chats that cannot show it there."""
    return Reply(
        text="\n".join(dict.fromkeys(problem.message for problem in problems)),
        problems=tuple((problem.field, problem.message) for problem in problems),
    )


def day(text: str) -> date:
    """From "2026-03-10". Raises ValueError."""
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("A day looks like 2026-03-10") from None


def clock(text: str) -> time:
    """From "15:00" or "9:30". Raises ValueError."""
    found = _TIME.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        return time(int(found[1]), int(found[2]))
    except ValueError:
        raise ValueError("A time of day looks like 15:00") from None


def instant(turn: Turn, form: Filled, on: date, at: time) -> datetime | None:
    """The instant; a time that the clocks skip or repeat is asked again, never moved in silence."""
    try:
        found = resolve(on, at, turn.zone)
    except ValueError:
        form.wrong("date", TOO_FAR)
        return None
    if found.clock is Clock.ONCE:
        return found.instants[0]
    words = _SKIPPED if found.clock is Clock.SKIPPED else _REPEATED
    form.wrong("time", f"{words.format(clock=f'{at:%H:%M}')}.")
    return None


def one_of(options: Sequence[tuple[str, str]]) -> Callable[[str], str]:
    """Reads one of these values."""

    def read(text: str) -> str:
        if text not in (value for value, _ in options):
            raise ValueError("Choose one of those that are offered")
        return text

    return read


def at_most(length: int) -> Callable[[str], str]:
    """Reads a text of up to so many characters."""

    def read(text: str) -> str:
        if len(text) > length:
            raise ValueError(f"Up to {length} characters, please")
        return text

    return read
