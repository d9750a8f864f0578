"""The scanner: goes through the tokens once and takes the longest piece of a time at every place.

No piece is longer than a few tokens, so the time it takes is linear in the text.
"""

from dataclasses import replace

from bot.language.amounts import has, length, text, unit
from bot.language.clocks import clock, clock_range
from bot.language.dates import day
from bot.language.day_ranges import day_range
from bot.language.every import every, placed, weekdays
from bot.language.pieces import (
    AllDayPiece,
    Amount,
    BoundPiece,
    ClockPiece,
    DayPiece,
    DaysPiece,
    Found,
    LengthPiece,
    NowPiece,
    PartPiece,
    Piece,
    Span,
)
from bot.language.relative import ahead, relative
from bot.language.tokens import Token
from bot.language.words import Tag, Unit

Read = tuple[Piece, int]


def scan(
    tokens: list[Token],
    *,
    worded_ranges: bool = True,
    bare_after: frozenset[Tag] = frozenset(),
    amounts: bool = False,
) -> list[Found]:
    """The pieces in order. `worded_ranges`: "from 3 to 5" is a range; not so where the new time follows "to".

    `bare_after`: further words behind which a lone number is an hour. `amounts`: "a week" is an amount.
    """
    found: list[Found] = []
    i = 0
    while i < len(tokens):
        read = _piece(tokens, i, worded=worded_ranges, bare_after=bare_after, amounts=amounts)
        if read is None:
            if has(tokens, i, Tag.NOT) and (refused := _refused(tokens, i)) is not None:
                found.append(refused)
                i = _refuse_on(tokens, refused.last, found)
                continue
            i += 1
            continue
        piece, end = read
        found.append(Found(piece, i, end))
        i = max(end, i + 1)
    return found


def _piece(tokens: list[Token], i: int, *, worded: bool, bare_after: frozenset[Tag], amounts: bool) -> Read | None:
    token = tokens[i]
    if not token.senses:
        return None
    if (Tag.EVERY in token.senses or Tag.FREQUENCY in token.senses) and (repeated := every(tokens, i)) is not None:
        return repeated
    if (repeated := placed(tokens, i)) is not None:
        return repeated
    if Tag.WEEKDAYS in token.senses and not has(tokens, i - 1, Tag.IN, Tag.NUMBER, Tag.MANY, Tag.NEXT):
        return weekdays(tokens, i)
    hanging = relative(tokens, i) or ahead(tokens, i)
    if hanging is not None:
        return hanging
    days = day_range(tokens, i, worded=worded)
    if days is not None:
        return days
    clocks = clock_range(tokens, i, worded=worded)
    if clocks is not None:
        return clocks
    bound = _bound(tokens, i)
    if bound is not None:
        return bound
    single = day(tokens, i)
    if single is not None:
        return DayPiece(single[0]), single[1]
    return _time_of_day(tokens, i, bare_after) or _length(tokens, i, amounts=amounts)


def _time_of_day(tokens: list[Token], i: int, bare_after: frozenset[Tag]) -> Read | None:
    token = tokens[i]
    if Tag.ALL_DAY in token.senses:
        return AllDayPiece(), i + 1
    if (part := token.get(Tag.TODAY_PART)) is not None:
        return PartPiece(part, today=True), i + 1
    if Tag.THIS in token.senses and (part := tokens[i + 1].get(Tag.PART) if i + 1 < len(tokens) else None) is not None:
        return PartPiece(part, today=True), i + 2
    if (part := token.get(Tag.PART)) is not None and not _is_name_of_event(tokens, i):
        return PartPiece(part), i + 1 + has(tokens, i + 1, Tag.ISH)
    leads = (Tag.AT, Tag.ABOUT, Tag.ON) if has(tokens, i, Tag.AT, Tag.ABOUT) else ()
    if leads or any(tag in token.senses for tag in bare_after):
        j = i + 1
        while has(tokens, j, Tag.AT, Tag.ABOUT) and j < i + 3:
            j += 1
        if not leads and (ranged := clock_range(tokens, j, worded=False)) is not None:
            return ranged
        read = clock(tokens, j, bare=True)
        if read is not None and not leads and (dated := day(tokens, j)) is not None and dated[1] > read[1]:
            read = None  # "to 14 March"
        if read is not None and not has(tokens, read[1], Tag.UNIT) and not _glued_unit(tokens, read[1]):
            approximate = has(tokens, i, Tag.ABOUT) or has(tokens, j - 1, Tag.ABOUT)
            return ClockPiece(replace(read[0], approximate=read[0].approximate or approximate)), read[1]
        if Tag.AT in token.senses and has(tokens, i + 1, Tag.NOW):
            return NowPiece(), i + 2
    if Tag.NOW in token.senses:
        return NowPiece(), i + 1
    beside = _beside_day(tokens, i)
    read = clock(tokens, i, bare=beside)
    if read is None or (beside and (has(tokens, read[1], Tag.UNIT) or _glued_unit(tokens, read[1]))):
        return None
    return ClockPiece(read[0]), read[1]


def _beside_day(tokens: list[Token], i: int) -> bool:
    """As in "9 tomorrow morning" and "11 at night": a lone number that touches a day or its part."""
    if not tokens[i].get(Tag.NUMBER) or tokens[i].digits > 2:
        return False
    j = i + 1
    minutes = tokens[j].get(Tag.NUMBER) if j < len(tokens) else None
    if minutes is not None and not tokens[i].digits and not tokens[j].digits and 10 <= minutes <= 59:
        j += 1
    after_number = j
    if has(tokens, j, Tag.IN, Tag.AT) and has(tokens, j + 1, Tag.THE):
        j += 2
    elif has(tokens, j, Tag.IN, Tag.AT, Tag.ON):
        j += 1
    named = has(tokens, j, Tag.PART, Tag.TODAY_PART) or (has(tokens, j, Tag.DAY) and j == after_number)
    weekday = j == after_number and has(tokens, j, Tag.WEEKDAY) and has(tokens, j + 1, Tag.PART)
    return named or weekday or (has(tokens, j, Tag.THIS) and has(tokens, j + 1, Tag.PART))


def _is_name_of_event(tokens: list[Token], i: int) -> bool:
    """As in "night shift" has a part of the day too; nothing is lost by reading it."""
    return has(tokens, i, Tag.UNIT)


def _glued_unit(tokens: list[Token], i: int) -> bool:
    return i < len(tokens) and tokens[i].glued and Tag.GLUED_UNIT in tokens[i].senses and unit(tokens, i) is not None


def _length(tokens: list[Token], i: int, *, amounts: bool) -> Read | None:
    said_for = has(tokens, i, Tag.FOR)
    j = i + 1 if said_for else i
    if said_for and has(tokens, j, Tag.ABOUT, Tag.AT):
        j += 1
    read = length(tokens, j)
    vague = not said_for and has(tokens, i, Tag.A) and _vague(tokens, i)
    if read is None or (vague and (not amounts or has(tokens, i - 1, Tag.TO, Tag.IN, Tag.ON))):
        return None
    if said_for and read[0].days and not read[0].seconds and has(tokens, read[1], Tag.FROM, Tag.STARTING):
        anchor = day(tokens, read[1] + 1 + has(tokens, read[1] + 1, Tag.ON))
        if anchor is not None and anchor[0].span is Span.DAY and anchor[0].plus is None:
            last = replace(anchor[0], plus=Amount(days=read[0].days - 1))
            return DaysPiece(anchor[0], last), anchor[1]
    return LengthPiece(read[0], said_for), read[1]


def _vague(tokens: list[Token], i: int) -> bool:
    """As in "a day", "a week": said of no length."""
    code = tokens[i + 1].get(Tag.UNIT) if i + 1 < len(tokens) else None
    return code is not None and Unit(code) not in (Unit.HOUR, Unit.MINUTE)


def _bound(tokens: list[Token], i: int) -> Read | None:
    """After 2pm, before noon, until Friday, by 5, from 3pm on, after Tuesday."""
    after = has(tokens, i, Tag.AFTER)
    before, until = has(tokens, i, Tag.BEFORE), has(tokens, i, Tag.UNTIL, Tag.BY)
    if not (after or before or until):
        return None
    if has(tokens, i, Tag.FROM) and has(tokens, i, Tag.AT):
        return None
    j = i + 1
    if has(tokens, j, Tag.ABOUT, Tag.AT):
        j += 1
    timed = clock(tokens, j, bare=True)
    if timed is not None and not has(tokens, timed[1], Tag.UNIT, Tag.MONTH) and not _glued_unit(tokens, timed[1]):
        if has(tokens, i, Tag.FROM) and not (
            has(tokens, timed[1], Tag.ON, Tag.LATER) or (i == 0 and timed[1] == len(tokens))
        ):
            return ClockPiece(timed[0]), timed[1]
        end = timed[1] + has(tokens, timed[1], Tag.LATER)
        if has(tokens, i, Tag.FROM) and has(tokens, end, Tag.ON) and day(tokens, end + 1) is None:
            end += 1
        return BoundPiece(after, clock=timed[0], through=until), end
    if has(tokens, i, Tag.FROM):
        return None
    if has(tokens, j, Tag.PART) or (has(tokens, j, Tag.THE) and has(tokens, j + 1, Tag.PART)):
        return None
    dated = day(tokens, j)
    if dated is not None:
        k = dated[1] + has(tokens, dated[1], Tag.AT)
        timed = clock(tokens, k, bare=k > dated[1])
        if timed is not None and dated[0].span is Span.DAY:
            return BoundPiece(after, clock=timed[0], day=dated[0], through=until), timed[1]  # "by Friday at 5"
        return BoundPiece(after, day=dated[0], through=until), dated[1]
    return None


def _refuse_on(tokens: list[Token], i: int, found: list[Found]) -> int:
    """As in "not Monday or Tuesday": the refusal goes on over "and", "or" and commas. Returns where it ends."""
    while i < len(tokens):
        j = i
        while j < i + 2 and (text(tokens, j) == "," or has(tokens, j, Tag.AND, Tag.OR)):
            j += 1
        if j == i:
            return i
        single = day(tokens, j)
        if single is None or has(tokens, j, Tag.WEEKDAYS):
            return i
        found.append(Found(DayPiece(single[0]), j, single[1], negated=True))
        i = single[1]
    return i


def _refused(tokens: list[Token], i: int) -> Found | None:
    """Not Friday, except mornings, no Mondays, not tomorrow."""
    j = i + 1
    while has(tokens, j, Tag.ON, Tag.THE, Tag.IN) and j < i + 3:
        j += 1
    if has(tokens, j, Tag.WEEKDAYS):
        read: Read | None = weekdays(tokens, j)
    elif (single := day(tokens, j)) is not None:
        read = DayPiece(single[0]), single[1]
    elif (part := tokens[j].get(Tag.PART) if j < len(tokens) else None) is not None:
        read = PartPiece(part), j + 1
    else:
        clocks = clock_range(tokens, j)
        read = clocks or _bound(tokens, j)
    return Found(read[0], i, read[1], negated=True) if read else None
