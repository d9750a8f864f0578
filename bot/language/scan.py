"""The scanner: goes through the tokens once and takes the longest piece of a time at every place.

No piece is longer than a few tokens, so the time it takes is linear in the text.
"""

from dataclasses import replace

from bot.language.amounts import at, has, length, number, text, unit
from bot.language.clocks import clock, clock_range
from bot.language.dates import day, day_range, toward
from bot.language.pieces import (
    AllDayPiece,
    Amount,
    BoundPiece,
    ClockPiece,
    ClocksPiece,
    DayPiece,
    DaySpec,
    DaysPiece,
    EveryPiece,
    Found,
    FromNowPiece,
    LengthPiece,
    NowPiece,
    PartPiece,
    Piece,
    Span,
    Toward,
    WeekdaysPiece,
    amount,
)
from bot.language.tokens import Token
from bot.language.words import Tag, Unit

Read = tuple[Piece, int]


def scan(tokens: list[Token], *, worded_ranges: bool = True, bare_after: frozenset[Tag] = frozenset()) -> list[Found]:
    """The pieces in order. `worded_ranges`: "from 3 to 5" is a range; not so where the new time follows "to".

    `bare_after`: further words behind which a lone number is an hour.
    """
    found: list[Found] = []
    i = 0
    while i < len(tokens):
        read = _piece(tokens, i, worded=worded_ranges, bare_after=bare_after)
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


def _piece(tokens: list[Token], i: int, *, worded: bool, bare_after: frozenset[Tag]) -> Read | None:
    token = tokens[i]
    if not token.senses:
        return None
    if Tag.EVERY in token.senses or Tag.FREQUENCY in token.senses:
        if (every := _every(tokens, i)) is not None:
            return every
    if Tag.WEEKDAYS in token.senses and not has(tokens, i - 1, Tag.IN, Tag.NUMBER, Tag.MANY, Tag.NEXT):
        return _weekdays(tokens, i)
    relative = _relative(tokens, i) or _ahead(tokens, i)
    if relative is not None:
        return relative
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
    return _time_of_day(tokens, i, bare_after) or _length(tokens, i)


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
    """ "9 tomorrow morning", "11 at night", "tomorrow at 9" without "at": a lone number touching a day or its part."""
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
    """ "night shift" has a part of the day too; nothing is lost by reading it."""
    return has(tokens, i, Tag.UNIT)


def _glued_unit(tokens: list[Token], i: int) -> bool:
    return i < len(tokens) and tokens[i].glued and Tag.GLUED_UNIT in tokens[i].senses and unit(tokens, i) is not None


def _length(tokens: list[Token], i: int) -> Read | None:
    said_for = has(tokens, i, Tag.FOR)
    j = i + 1 if said_for else i
    if said_for and has(tokens, j, Tag.ABOUT, Tag.AT):
        j += 1
    read = length(tokens, j)
    if read is None or (not said_for and has(tokens, i, Tag.A) and _vague(tokens, i)):
        return None
    if said_for and read[0].days and not read[0].seconds and has(tokens, read[1], Tag.FROM, Tag.STARTING):
        anchor = day(tokens, read[1] + 1 + has(tokens, read[1] + 1, Tag.ON))
        if anchor is not None and anchor[0].span is Span.DAY and anchor[0].plus is None:
            last = replace(anchor[0], plus=Amount(days=read[0].days - 1))
            return DaysPiece(anchor[0], last), anchor[1]
    return LengthPiece(read[0], said_for), read[1]


def _vague(tokens: list[Token], i: int) -> bool:
    """ "a day", "a week": said of no length."""
    code = tokens[i + 1].get(Tag.UNIT) if i + 1 < len(tokens) else None
    return code is not None and Unit(code) not in (Unit.HOUR, Unit.MINUTE)


def _relative(tokens: list[Token], i: int) -> Read | None:
    """In 2 hours, within 3 days, a week from Friday, 15 minutes from 1pm, two months hence, an hour later, 3 days ago."""
    named = i + 1 if has(tokens, i, Tag.THE) else i
    if named > i and tokens[named : named + 1] and tokens[named].get(Tag.UNIT) == Unit.DAY.value:
        return _tail(tokens, i, named + 1, Amount(days=1))  # "the day after the 20th"
    inside, within = has(tokens, i, Tag.IN), has(tokens, i, Tag.WITHIN)
    after = has(tokens, i, Tag.AFTER) and not has(tokens, i, Tag.FROM)
    j = i + 1 if inside or within or after else i
    if j > i and has(tokens, j, Tag.ABOUT, Tag.THE) and not has(tokens, j, Tag.NEXT):
        j += 1
    read = length(tokens, j)
    if read is None:
        return None
    how_long, end = read
    if within:
        return _window(how_long), end
    if text(tokens, end) == "'" or has(tokens, end, Tag.OF):
        end_of = end + 1
    else:
        end_of = end
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
    if has(tokens, end, Tag.ON) and how_long.days % 7 == 0 and how_long.days and has(tokens, end + 1, Tag.WEEKDAY):
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


def _ahead(tokens: list[Token], i: int) -> Read | None:
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
        return BoundPiece(after, day=dated[0], through=until), dated[1]
    return None


def _refuse_on(tokens: list[Token], i: int, found: list[Found]) -> int:
    """ "not Monday or Tuesday": the refusal goes on over "and", "or" and commas. Returns where it ends."""
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
        read: Read | None = _weekdays(tokens, j)
    elif (single := day(tokens, j)) is not None:
        read = DayPiece(single[0]), single[1]
    elif (part := tokens[j].get(Tag.PART) if j < len(tokens) else None) is not None:
        read = PartPiece(part), j + 1
    else:
        clocks = clock_range(tokens, j)
        read = clocks or _bound(tokens, j)
    return Found(read[0], i, read[1], negated=True) if read else None


def _weekdays(tokens: list[Token], i: int) -> Read:
    days: list[int] = []
    j = i
    while (value := tokens[j].get(Tag.WEEKDAYS) if j < len(tokens) else None) is not None:
        days += [*range(5)] if value == 7 else [value]
        follow = j + 1
        if text(tokens, follow) == ",":
            follow += 1
        if has(tokens, follow, Tag.AND, Tag.OR):
            follow += 1
        if not has(tokens, follow, Tag.WEEKDAYS):
            j += 1
            break
        j = follow
    return WeekdaysPiece(tuple(sorted(set(days)))), j


def _every(tokens: list[Token], i: int) -> Read | None:
    """Every Tuesday, every other week, every 2 weeks, every weekday, monthly, every first Monday, daily."""
    if (code := tokens[i].get(Tag.FREQUENCY)) is not None:
        unit_of = {1: Unit.DAY, 2: Unit.WEEK, 3: Unit.MONTH, 4: Unit.YEAR, 5: Unit.WEEK}[code]
        return _with_place(tokens, i + 1, EveryPiece(unit_of, 2 if code == 5 else 1))
    j, interval = i + 1, 1
    if has(tokens, j, Tag.OTHER) and not (has(tokens, j, Tag.ORDINAL) and has(tokens, j + 2, Tag.OF)):
        interval, j = 2, j + 1
    elif (count := number(tokens, j, article=False)) is not None:
        interval, j = int(count[0]), count[1]
    token = at(tokens, j)
    if token is None:
        return None
    if (part := token.get(Tag.PART)) is not None:
        return EveryPiece(Unit.DAY, interval, part=part), j + 1
    nth = day(tokens, j) if has(tokens, j, Tag.ORDINAL, Tag.LAST) else None
    if nth is not None and nth[0].nth is not None:
        return EveryPiece(Unit.MONTH, interval, day=nth[0]), nth[1]
    place = token.get(Tag.ORDINAL)
    if place is not None and (weekday := tokens[j + 1].get(Tag.WEEKDAY) if j + 1 < len(tokens) else None) is not None:
        return EveryPiece(Unit.MONTH, interval, day=DaySpec(weekday=weekday, nth=place)), j + 2
    if place is not None and place > 0 and not has(tokens, j + 1, Tag.UNIT):
        return EveryPiece(Unit.MONTH, interval, day=DaySpec(day=place)), j + 1
    if token.get(Tag.WEEKDAYS) == 7 or (token.get(Tag.UNIT) == Unit.WORKDAY.value):
        return EveryPiece(Unit.WEEK, interval, (0, 1, 2, 3, 4)), j + 1
    days: list[int] = []
    while (weekday := _any_weekday(tokens, j)) is not None:
        days.append(weekday)
        follow = j + 1 + (text(tokens, j + 1) == ",")
        if has(tokens, follow, Tag.AND):
            follow += 1
        j += 1
        if _any_weekday(tokens, follow) is None:
            break
        j = follow
    if days:
        return EveryPiece(Unit.WEEK, interval, tuple(sorted(set(days)))), j
    if has(tokens, j, Tag.WEEKEND):
        return EveryPiece(Unit.WEEK, interval, (5, 6)), j + 1
    if (unit_code := token.get(Tag.UNIT)) is not None and Unit(unit_code) is not Unit.SECOND:
        return _with_place(tokens, j + 1, EveryPiece(Unit(unit_code), interval))
    return (EveryPiece(Unit.DAY, interval), j + 1) if has(tokens, j, Tag.DAY) else None


def _any_weekday(tokens: list[Token], i: int) -> int | None:
    token = at(tokens, i)
    if token is None:
        return None
    plural = token.get(Tag.WEEKDAYS)
    return plural if plural is not None and plural < 7 else token.get(Tag.WEEKDAY)


def _with_place(tokens: list[Token], i: int, every: EveryPiece) -> Read:
    """ "monthly on the first Monday", "weekly on Tuesday", "every month on the 5th"."""
    j = i + 1 if has(tokens, i, Tag.ON, Tag.AT) else i
    if every.unit is Unit.MONTH:
        k = j + 1 if has(tokens, j, Tag.THE) else j
        place = tokens[k].get(Tag.ORDINAL) if k < len(tokens) else None
        if place is not None:
            weekday = tokens[k + 1].get(Tag.WEEKDAY) if k + 1 < len(tokens) else None
            if weekday is not None:
                return replace(every, day=DaySpec(weekday=weekday, nth=place)), k + 2
            if place > 0:
                return replace(every, day=DaySpec(day=place)), k + 1
    if every.unit is Unit.WEEK:
        days: list[int] = []
        k = j
        while (weekday_now := _any_weekday(tokens, k)) is not None:
            days.append(weekday_now)
            k += 1
            follow = k + (text(tokens, k) == ",")
            follow += has(tokens, follow, Tag.AND)
            if _any_weekday(tokens, follow) is None:
                break
            k = follow
        if days and (j > i or days):
            return replace(every, weekdays=tuple(sorted(set(days)))), k
    return every, i
