"""Small words of dates: "next", a year, the number of a day."""

from bot.language.amounts import at, has, text
from bot.language.pieces import (
    Toward,
)
from bot.language.tokens import Token
from bot.language.words import Tag, Unit

_TOWARDS = ((Tag.THIS, Toward.THIS), (Tag.NEXT, Toward.NEXT), (Tag.COMING, Toward.COMING), (Tag.LAST, Toward.LAST))


STEP = {Toward.THIS: 0, Toward.NEXT: 1, Toward.COMING: 1, Toward.LAST: -1}


def toward(tokens: list[Token], i: int) -> Toward | None:
    """The "this", "next", "coming" or "last" at `i`."""
    for tag, value in _TOWARDS:
        if has(tokens, i, tag):
            return value
    return None


def year_at(tokens: list[Token], i: int, *, loose: bool = True) -> tuple[int, int] | None:
    """A year at `i`, perhaps behind a comma or "of"; only from 1900 to 2199."""
    j = i
    if loose and (text(tokens, j) in (",", "/", "-", ".") or has(tokens, j, Tag.OF, Tag.IN)):
        j += 1
    token = at(tokens, j)
    if token is None or token.digits != 4:
        return None
    year = token.get(Tag.NUMBER)
    if year is None or not 1900 <= year <= 2199:
        return None
    return year, j + 1


def day_number(tokens: list[Token], i: int) -> int | None:
    """A day of a month: an ordinal, or one or two digits. Too large numbers are kept, to be refused aloud."""
    token = at(tokens, i)
    if token is None:
        return None
    number = token.get(Tag.ORDINAL)
    if number is None:
        number = token.get(Tag.NUMBER) if token.digits <= 2 else None
    return number if number is not None and 0 <= number <= 99 else None


def unit_is(tokens: list[Token], i: int, unit: Unit) -> bool:
    token = at(tokens, i)
    return token is not None and token.get(Tag.UNIT) == unit.value
