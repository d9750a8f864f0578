"""Reading spans from one day to another: "Monday to Friday", "from the 8th to 11th June", "6/3-6/9"."""

from dataclasses import replace

from bot.language.amounts import at, has, text
from bot.language.dates import day
from bot.language.pieces import (
    DaySpec,
    DaysPiece,
)
from bot.language.tokens import Token
from bot.language.words import Tag

Read = tuple[DaySpec, int]


def day_range(tokens: list[Token], i: int, *, worded: bool = True) -> tuple[DaysPiece, int] | None:
    """From one day to another at `i`; what one end leaves out ("from the 13th to 15th July") the other gives."""
    start = i
    opened = has(tokens, i, Tag.FROM, Tag.BETWEEN)
    between = has(tokens, i, Tag.BETWEEN)
    if opened:
        start += 1
    first = day(tokens, start, bare=True) or _number_day(tokens, start)
    if first is None:
        return None
    spec, middle = first
    if text(tokens, middle) == "," and has(tokens, middle + 1, Tag.TO):
        middle += 1
    dash = text(tokens, middle) == "-"
    if not (dash or (worded and has(tokens, middle, Tag.TO)) or (between and has(tokens, middle, Tag.AND))):
        return None
    after = middle + 1
    if has(tokens, after, Tag.ON):
        after += 1
    second = day(tokens, after, bare=True) or _number_day(tokens, after)
    if second is None:
        return None
    last, end = second
    if spec.month is None and last.month is None and (_plain_number(spec) and _plain_number(last)):
        numbers = has(tokens, start, Tag.NUMBER) or has(tokens, end - 1, Tag.NUMBER)
        if numbers:
            return None
    if spec.day is not None and spec.month is None and last.month is not None:
        spec = replace(spec, month=last.month, year=last.year)
    elif last.day is not None and last.month is None and spec.month is not None:
        last = replace(last, month=spec.month, year=spec.year)
    elif spec.day is not None and (last.day, last.weekday, last.offset, last.month) == (None, None, None, None):
        return None
    if spec.month is not None and spec.year is None and last.year is not None:
        spec = replace(spec, year=last.year)
    if last.weekday is not None and last.week is not None and spec.weekday is not None and spec.week is None:
        spec = replace(spec, week=last.week) if spec.toward is None else spec
    return DaysPiece(spec, last), end


def _plain_number(spec: DaySpec) -> bool:
    return spec.day is not None and spec.weekday is None


def _number_day(tokens: list[Token], i: int) -> Read | None:
    token = at(tokens, i)
    if has(tokens, i, Tag.NOW):
        return DaySpec(offset=0), i + 1
    number = token.get(Tag.NUMBER) if token else None
    if number is None or not 1 <= number <= 31:
        return None
    return DaySpec(day=number), i + 1
