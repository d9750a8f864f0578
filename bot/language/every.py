"""Reading repetitions and lists of weekdays: "every other Tuesday", "monthly on the first Monday", "weekdays"."""

from dataclasses import replace

from bot.language.amounts import at, has, number, text
from bot.language.dates import day
from bot.language.pieces import (
    DaySpec,
    EveryPiece,
    Piece,
    WeekdaysPiece,
)
from bot.language.tokens import Token
from bot.language.words import Tag, Unit

Read = tuple[Piece, int]


def every(tokens: list[Token], i: int) -> Read | None:
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
    """As in "monthly on the first Monday", "weekly on Tuesday", "every month on the 5th"."""
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
