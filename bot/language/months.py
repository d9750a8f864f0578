"""Reading days of a month: "14 March", "March 14th 2026", "3/4", "2026-03-09", "the 20th of next month"."""

from dataclasses import replace

from bot.language.amounts import at, has, text
from bot.language.date_words import STEP, day_number, toward, unit_is, year_at
from bot.language.pieces import (
    DaySpec,
    Span,
    Toward,
)
from bot.language.tokens import Token
from bot.language.words import Tag, Unit

Read = tuple[DaySpec, int]


def iso_date(tokens: list[Token], i: int) -> Read | None:
    """2026-03-09, 2026/3/9, 2026.03.09."""
    if tokens[i].digits != 4 or len(tokens) < i + 5:
        return None
    one, month, two, day_token = tokens[i + 1 : i + 5]
    if (
        one.text not in ("-", "/", ".")
        or two.text != one.text
        or not (month.digits in (1, 2) and day_token.digits in (1, 2))
    ):
        return None
    year = tokens[i].senses[Tag.NUMBER]
    return DaySpec(year=year, month=month.senses[Tag.NUMBER], day=day_token.senses[Tag.NUMBER]), i + 5


def numeric_date(tokens: list[Token], i: int) -> Read | None:
    """3/4, 3/4/2026, 14.3.2026, 14-3-2026. Which is the month is for the reader to decide."""
    token = tokens[i]
    if token.digits not in (1, 2) or len(tokens) < i + 3 or text(tokens, i - 1) in ("/", "$"):
        return None
    one, second = tokens[i + 1], tokens[i + 2]
    if one.text not in ("/", ".", "-") or second.digits not in (1, 2) or not (one.glued and second.glued):
        return None
    a, b = token.senses[Tag.NUMBER], second.senses[Tag.NUMBER]
    year, end = None, i + 3
    if text(tokens, end) == one.text and tokens[end].glued:
        third = at(tokens, end + 1)
        if third and third.glued and third.digits in (2, 4):
            value = third.senses[Tag.NUMBER]
            year, end = (value if third.digits == 4 else 2000 + value), end + 2
    closed = one.text == "." and text(tokens, end) == "." and tokens[end].glued  # "20.3."
    if year is None and closed:
        end += 1
    elif year is None and (one.text != "/" or has(tokens, end, Tag.UNIT, Tag.MERIDIEM)):
        return None
    return DaySpec(month=a, day=b, year=year, numeric=True), end


def month_day(tokens: list[Token], i: int) -> Read | None:
    """14 March, March 14th, the 14th of March 2026, April the ninth, Oct-2031, Aug/9, the month of June."""
    j = i + 1 if has(tokens, i, Tag.THE) else i
    if unit_is(tokens, j, Unit.MONTH) and has(tokens, j + 1, Tag.OF) and has(tokens, j + 2, Tag.MONTH):
        return DaySpec(span=Span.MONTH, month=tokens[j + 2].get(Tag.MONTH)), j + 3
    token = at(tokens, j)
    if token is None:
        return None
    number = day_number(tokens, j)
    if number is not None and text(tokens, j - 1) != ":":
        k = j + 1
        if has(tokens, k, Tag.OF) or text(tokens, k) in ("-", "/", "."):
            k += 1
            if has(tokens, k, Tag.THE) and has(tokens, k + 1, Tag.MONTH):
                k += 1
        month = tokens[k].get(Tag.MONTH) if k < len(tokens) else None
        if month is not None:
            return _with_year(tokens, k + 1, DaySpec(month=month, day=number))
        stepped = month_step(tokens, k) if k > j + 1 else None
        if stepped is not None:
            if has(tokens, k, Tag.THE) and toward(tokens, k) is None:
                return DaySpec(day=number), stepped[1]  # "the first of the month": the next one
            return replace(stepped[0], span=Span.DAY, day=number), stepped[1]
    month = token.get(Tag.MONTH)
    if month is None:
        way = toward(tokens, j)
        following = tokens[j + 1].get(Tag.MONTH) if way and j + 1 < len(tokens) else None
        if following is None:
            return None
        way_years = {Toward.LAST: -1}.get(way) if way else None
        inner = month_day(tokens, j + 1)
        if inner is None or inner[0].day is not None:
            return inner
        return replace(inner[0], years=way_years, toward=way), inner[1]
    k = j + 1
    if text(tokens, k) in (".", "/", "-", ",") and not (text(tokens, k) == "-" and _range_after(tokens, k)):
        k += 1
    if has(tokens, k, Tag.THE):
        k += 1
    number = day_number(tokens, k)
    if number is not None and not _starts_clock(tokens, k):
        return _with_year(tokens, k + 1, DaySpec(month=month, day=number))
    if (found := year_at(tokens, j + 1)) is not None:
        return DaySpec(span=Span.MONTH, month=month, year=found[0]), found[1]
    if has(tokens, j, Tag.UNSURE) and not _month_context(tokens, j):
        return None
    return DaySpec(span=Span.MONTH, month=month), j + 1 + (text(tokens, j + 1) == "." and len(token.text) <= 4)


def _range_after(tokens: list[Token], k: int) -> bool:
    """As in "April - June": the dash belongs to a range of months."""
    return has(tokens, k + 1, Tag.MONTH)


def _month_context(tokens: list[Token], j: int) -> bool:
    """As in "may" and "march" are verbs too: alone, they are months only behind a preposition or by themselves."""
    before = (Tag.IN, Tag.OF, Tag.FOR, Tag.ON, Tag.FROM, Tag.TO, Tag.BY, Tag.UNTIL, Tag.AND, Tag.OR, Tag.BETWEEN)
    return len(tokens) == 1 or has(tokens, j - 1, *before) or toward(tokens, j - 1) is not None


def _starts_clock(tokens: list[Token], k: int) -> bool:
    """As in "March 3pm" or "May 3:30": the number is an hour."""
    if has(tokens, k, Tag.ORDINAL):
        return False
    following = at(tokens, k + 1)
    if following is None:
        return False
    if has(tokens, k + 1, Tag.MERIDIEM, Tag.OCLOCK):
        return True
    if following.glued and (following.text == "h" or has(tokens, k + 1, Tag.GLUED_MERIDIEM)):
        return True
    third = at(tokens, k + 2)
    return following.text == ":" and third is not None and third.digits == 2


def _with_year(tokens: list[Token], i: int, spec: DaySpec) -> Read:
    end = i + 1 if text(tokens, i) == "." and tokens[i - 1].text.isalpha() and len(tokens[i - 1].text) <= 4 else i
    found = year_at(tokens, end)
    if found is not None and not has(tokens, found[1], Tag.UNIT):
        return replace(spec, year=found[0]), found[1]
    way = end + 1 if text(tokens, end) == "," or has(tokens, end, Tag.OF) else end
    step = toward(tokens, way)
    if step is not None and unit_is(tokens, way + 1, Unit.YEAR):
        return replace(spec, years=STEP[step]), way + 2
    return spec, i


def month_step(tokens: list[Token], i: int) -> Read | None:
    """As in "next month", "the current month", "this May"."""
    j = i + 1 if has(tokens, i, Tag.THE) and not toward(tokens, i) else i
    way = toward(tokens, j)
    if way is None:
        return (DaySpec(span=Span.MONTH, months=0), j + 1) if j > i and unit_is(tokens, j, Unit.MONTH) else None
    if unit_is(tokens, j + 1, Unit.MONTH):
        return DaySpec(span=Span.MONTH, months=STEP[way]), j + 2
    return None
