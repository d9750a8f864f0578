"""Reading times that hang on now or on another time: "in 2 hours", "a week from Friday", "the next 3 days"."""

from dataclasses import replace

from bot.language.amounts import has, length, number, text, unit
from bot.language.clocks import clock
from bot.language.date_words import toward
from bot.language.dates import day
from bot.language.pieces import (
    Amount,
    DayPiece,
    DaySpec,
    DaysPiece,
    FromNowPiece,
    Piece,
    Span,
    Toward,
    amount,
)
from bot.language.tokens import Token
from bot.language.words import Tag, Unit

Read = tuple[Piece, int]


def relative(tokens: list[Token], i: int) -> Read | None:
    """In 2 hours, within 3 days, a week from Friday, 15 minutes from 1pm, an hour later, 3 days ago."""
    named = i + 1 if has(tokens, i, Tag.THE) else i
    if named > i and tokens[named : named + 1] and tokens[named].get(Tag.UNIT) == Unit.DAY.value:
        return _tail(tokens, i, named + 1, Amount(days=1))  # "the day after the 20th"
    inside, within = has(tokens, i, Tag.IN), has(tokens, i, Tag.WITHIN)
    after = has(tokens, i, Tag.AFTER) and not has(tokens, i, Tag.FROM)
    j = i + 1 if inside or within or after else i
    if j > i and has(tokens, j, Tag.ABOUT, Tag.THE) and not has(tokens, j, Tag.NEXT):
        j += 1
    read = length(tokens, j)
    if within and read is None and (code := tokens[j].get(Tag.UNIT) if j < len(tokens) else None) is not None:
        read = amount(1, Unit(code)), j + 1  # "within the hour"
    if read is None:
        return None
    how_long, end = read
    if within:
        return _window(how_long), end
    end_of = end + 1 if text(tokens, end) == "'" or has(tokens, end, Tag.OF) else end
    tail = _tail(tokens, i, end_of, how_long) or (_tail(tokens, i, end, how_long) if end_of != end else None)
    if tail is not None:
        return tail
    if inside or after:
        if not how_long.exact:
            return DayPiece(DaySpec(offset=0, plus=how_long)), end
        return FromNowPiece(how_long), end
    return None


def _tail(tokens: list[Token], i: int, end: int, how_long: Amount) -> Read | None:
    """What follows a length and gives it a place: "from Friday", "after tomorrow", "later", "ago", "before"."""
    if has(tokens, end, Tag.LATER):
        if how_long.exact:
            return FromNowPiece(how_long, open=True), end + 1
        return DayPiece(DaySpec(offset=0, plus=how_long)), end + 1
    if has(tokens, end, Tag.AGO):
        if how_long.exact:
            return FromNowPiece(how_long, back=True), end + 1
        return DayPiece(DaySpec(offset=0, plus=how_long, back=True)), end + 1
    forward = has(tokens, end, Tag.FROM, Tag.AFTER)
    if (
        has(tokens, end, Tag.ON)
        and not has(tokens, i, Tag.IN)
        and how_long.days % 7 == 0
        and how_long.days
        and has(tokens, end + 1, Tag.WEEKDAY)
    ):
        forward = True  # "a week on Friday"
    back = has(tokens, end, Tag.BEFORE, Tag.EARLIER) and not forward
    if not forward and not back:
        return None
    if has(tokens, end + 1, Tag.NOW):
        return FromNowPiece(how_long, back=back), end + 2
    anchor = day(tokens, end + 1) if not how_long.exact else None
    if anchor is not None and anchor[0].span is Span.DAY and anchor[0].plus is None:
        return DayPiece(replace(anchor[0], plus=how_long, back=back)), anchor[1]
    timed = clock(tokens, end + 1, bare=True) if how_long.exact else None
    if timed is not None:
        # "for 30 minutes starting from 4pm" is a length and a start.
        if has(tokens, i - 1, Tag.FOR) or has(tokens, i, Tag.FOR):
            return None
        return FromNowPiece(how_long, timed[0], back=back), timed[1]
    if back:
        return FromNowPiece(how_long, back=True, open=True), end + 1
    if how_long.exact and has(tokens, end, Tag.AFTER) and not has(tokens, end, Tag.FROM):
        return FromNowPiece(how_long, open=True), end + 1
    return None


def _window(how_long: Amount) -> Piece:
    if how_long.exact:
        return FromNowPiece(how_long, within=True)
    return DaysPiece(DaySpec(offset=0), DaySpec(offset=0, plus=how_long))


def ahead(tokens: list[Token], i: int) -> Read | None:
    """The next 3 days, the coming two weeks, the 5 coming minutes, the last 2 weeks."""
    j = i + 1 if has(tokens, i, Tag.THE, Tag.IN, Tag.WITHIN, Tag.FOR) else i
    if has(tokens, j, Tag.THE) and toward(tokens, j) is None:
        j += 1
    way = toward(tokens, j)
    if way in (Toward.NEXT, Toward.COMING, Toward.LAST):
        count = number(tokens, j + 1, article=False)
        if count is None and has(tokens, j + 1, Tag.FRACTION):
            read = length(tokens, j + 1)
            return (_span_ahead(read[0], way), read[1]) if read else None
        if count is None:
            code = tokens[j + 1].get(Tag.UNIT) if j + 1 < len(tokens) else None
            if code in (Unit.HOUR.value, Unit.MINUTE.value) and way is not None:
                return _span_ahead(amount(1, Unit(code)), way), j + 2
            return None
        named = unit(tokens, count[1])
    else:
        count = number(tokens, j, article=False)
        if count is None:
            return None
        way = toward(tokens, count[1])
        if way not in (Toward.NEXT, Toward.COMING, Toward.LAST):
            return None
        named = unit(tokens, count[1] + 1)
    if named is None or way is None:
        return None
    return _span_ahead(amount(count[0], named[0]), way), named[1]


def _span_ahead(how_long: Amount, way: Toward) -> Piece:
    if way is Toward.LAST:
        if how_long.exact:
            return FromNowPiece(how_long, within=True, back=True)
        return DaysPiece(DaySpec(offset=0, plus=how_long, back=True), DaySpec(offset=-1))
    if how_long.exact:
        return FromNowPiece(how_long, within=True)
    if how_long.days and how_long.days % 7 == 0:
        return DaysPiece(DaySpec(offset=0), DaySpec(offset=how_long.days - 1))
    return DaysPiece(DaySpec(offset=1), DaySpec(offset=0, plus=how_long))
