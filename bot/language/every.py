"""Reading repetitions and lists of weekdays: "every other Tuesday", "monthly on the first Monday", "weekdays"."""

from dataclasses import replace

from bot.language.amounts import at, has, number, text
from bot.language.date_words import unit_is
from bot.language.months import month_day
from bot.language.pieces import DaySpec, EveryPiece, Piece, WeekdaysPiece
from bot.language.tokens import Token
from bot.language.words import Tag, Unit

Read = tuple[Piece, int]
Places = tuple[tuple[DaySpec, ...], int]

_MONTHLY = 3
_PARTLY = (Tag.OF, Tag.EARLY, Tag.LATE, Tag.MIDDLE)


def every(tokens: list[Token], i: int) -> Read | None:
    """Every Tuesday, every other week, every 2 weeks, every weekday, monthly, every first Monday, daily."""
    if (code := tokens[i].get(Tag.FREQUENCY)) is not None:
        unit_of = {1: Unit.DAY, 2: Unit.WEEK, 3: Unit.MONTH, 4: Unit.YEAR, 5: Unit.WEEK}[code]
        return _with_place(tokens, i + 1, EveryPiece(unit_of, 2 if code == 5 else 1))
    dated = month_day(tokens, i + 1)
    if dated is not None and dated[0].day is not None and dated[0].month is not None and dated[0].year is None:
        return EveryPiece(Unit.YEAR, places=(dated[0],)), dated[1]
    interval, j = _interval(tokens, i + 1)
    token = at(tokens, j)
    if token is None:
        return None
    if (part := token.get(Tag.PART)) is not None:
        return EveryPiece(Unit.DAY, interval, part=part, vague=interval > 1), j + 1
    if (found := _places(tokens, j)) is not None:
        return EveryPiece(Unit.MONTH, interval, places=found[0]), _month_tail(tokens, found[1])
    if token.get(Tag.WEEKDAYS) == 7 or (token.get(Tag.UNIT) == Unit.WORKDAY.value):
        return EveryPiece(Unit.WEEK, 1, (0, 1, 2, 3, 4), vague=interval > 1), j + 1
    days, end = _weekday_list(tokens, j)
    if days:
        return EveryPiece(Unit.WEEK, interval, days), end
    if has(tokens, j, Tag.WEEKEND):
        return EveryPiece(Unit.WEEK, interval, (5, 6)), j + 1
    if (unit_code := token.get(Tag.UNIT)) is not None:
        return _with_place(tokens, j + 1, EveryPiece(Unit(unit_code), interval, vague=has(tokens, i - 1, *_PARTLY)))
    return (EveryPiece(Unit.DAY, interval), j + 1) if has(tokens, j, Tag.DAY) else None


def placed(tokens: list[Token], i: int) -> Read | None:
    """The first Monday of every month, the 15th of each month, the last Friday monthly, first Mondays."""
    j = i + 1 if has(tokens, i, Tag.THE) else i
    if has(tokens, j, Tag.OTHER) and not has(tokens, j, Tag.ORDINAL) and has(tokens, j + 1, Tag.WEEKDAYS):
        days, end = _weekday_list(tokens, j + 1)
        return (EveryPiece(Unit.WEEK, 2, days), end) if days else None
    found = _places(tokens, j)
    if found is None:
        return None
    places, end = found
    if has(tokens, end - 1, Tag.WEEKDAYS):
        return EveryPiece(Unit.MONTH, places=places), _month_tail(tokens, end)
    k = end + (text(tokens, end) == ",")
    if k < len(tokens) and tokens[k].get(Tag.FREQUENCY) == _MONTHLY:
        return EveryPiece(Unit.MONTH, places=places), k + 1
    k += has(tokens, k, Tag.OF)
    if not has(tokens, k, Tag.EVERY):
        return None
    interval, k = _interval(tokens, k + 1)
    return (EveryPiece(Unit.MONTH, interval, places=places), k + 1) if unit_is(tokens, k, Unit.MONTH) else None


def _interval(tokens: list[Token], j: int) -> tuple[int, int]:
    """How many at once, as in "every other", "every 2", "every third week", and where that ends."""
    nth = _nth(tokens, j)
    placed_there = nth is not None and (has(tokens, j + 2, Tag.OF) or _joined(tokens, j + 1) is not None)
    if has(tokens, j, Tag.OTHER) and not placed_there:
        return 2, j + 1
    if nth is not None and nth > 1 and has(tokens, j + 1, Tag.UNIT) and not has(tokens, j + 2, Tag.OF):
        return nth, j + 1
    if (count := number(tokens, j, article=False)) is not None:
        return int(count[0]), count[1]
    return 1, j


def _nth(tokens: list[Token], i: int) -> int | None:
    token = at(tokens, i)
    if token is None:
        return None
    return -1 if Tag.LAST in token.senses else token.get(Tag.ORDINAL)


def _joined(tokens: list[Token], i: int) -> int | None:
    """Where the next place stands behind "and" or a comma."""
    j = i + (text(tokens, i) == ",")
    j += has(tokens, j, Tag.AND)
    if j == i:
        return None
    j += has(tokens, j, Tag.THE) and _nth(tokens, j) is None
    return j if _nth(tokens, j) is not None else None


def _places(tokens: list[Token], i: int) -> Places | None:
    """Days of a month: "first Monday", "1st and 15th", "first and third Tuesday", "last day"."""
    found: list[DaySpec] = []
    waiting: list[int] = []
    j: int | None = i
    end = i
    while j is not None and (nth := _nth(tokens, j)) is not None:
        waiting.append(nth)
        end = j + 1
        if (weekday := _any_weekday(tokens, end)) is not None:
            found += [DaySpec(weekday=weekday, nth=n) for n in waiting]
            waiting, end = [], end + 1
        elif unit_is(tokens, end, Unit.DAY):
            found += [DaySpec(day=n) for n in waiting]
            waiting, end = [], end + 1
        j = _joined(tokens, end)
    if waiting and (-1 in waiting or has(tokens, end, Tag.UNIT, Tag.PART, Tag.WEEKEND, Tag.WEEKDAYS, Tag.MONTH)):
        return None
    found += [DaySpec(day=n) for n in waiting]
    return (tuple(found), end) if found else None


def _month_tail(tokens: list[Token], i: int) -> int:
    """Where "of the month" ends, if it stands here."""
    j = i + has(tokens, i, Tag.OF)
    j += has(tokens, j, Tag.THE, Tag.EVERY)
    return j + 1 if j > i and unit_is(tokens, j, Unit.MONTH) else i


def _any_weekday(tokens: list[Token], i: int) -> int | None:
    token = at(tokens, i)
    if token is None:
        return None
    plural = token.get(Tag.WEEKDAYS)
    return plural if plural is not None and plural < 7 else token.get(Tag.WEEKDAY)


def _weekday_list(tokens: list[Token], i: int) -> tuple[tuple[int, ...], int]:
    """The weekdays from token `i` on, over commas and "and", and where they end."""
    days: list[int] = []
    j = i
    while (weekday := _any_weekday(tokens, j)) is not None:
        days.append(weekday)
        j += 1
        follow = j + (text(tokens, j) == ",")
        follow += has(tokens, follow, Tag.AND)
        if _any_weekday(tokens, follow) is None:
            break
        j = follow
    return tuple(sorted(set(days))), j


def _with_place(tokens: list[Token], i: int, every: EveryPiece) -> Read:
    """As in "monthly on the first Monday", "weekly on Tuesday", "every month on the 5th"."""
    j = i + (text(tokens, i) == ",")
    j += has(tokens, j, Tag.ON, Tag.AT)
    if every.unit is Unit.MONTH:
        found = _places(tokens, j + 1 if has(tokens, j, Tag.THE) and _nth(tokens, j) is None else j)
        if found is not None:
            return replace(every, places=found[0]), _month_tail(tokens, found[1])
    if every.unit in (Unit.WEEK, Unit.FORTNIGHT):
        days, end = _weekday_list(tokens, j)
        if days:
            return replace(every, weekdays=days), end
    return every, i


def weekdays(tokens: list[Token], i: int) -> Read:
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
