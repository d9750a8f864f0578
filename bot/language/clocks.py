"""Reading clock times: "3pm", "15:30", "9h30", "half past three", "ten to noon", and ranges of them."""

from dataclasses import replace

from bot.language.amounts import at, has, text
from bot.language.pieces import ClockSpec, ClocksPiece
from bot.language.tokens import Token
from bot.language.words import Tag, Unit

Read = tuple[ClockSpec, int]

_LONGEST_IN_H = 5
"""Up to "5h" and "5h30" a length is meant, beyond that an hour of the day; behind "at" always the hour."""


def clock(tokens: list[Token], i: int, *, bare: bool = False) -> Read | None:
    """A clock time at `i` and where it ends. `bare`: a lone number counts, since "at" or "from" stands before it.

    The spec may be impossible (25:00): the reader has to say so, not to look away.
    """
    token = at(tokens, i)
    if token is None:
        return None
    found = _named(tokens, i) or _spoken(tokens, i) or _digits(tokens, i, bare=bare)
    if found is None:
        return None
    spec, end = found
    if has(tokens, end, Tag.ISH) and not (has(tokens, end, Tag.OR) or tokens[end].text == "-"):
        spec, end = replace(spec, approximate=True), end + 1
    return spec, end


def clock_range(tokens: list[Token], i: int, *, worded: bool = True) -> tuple[ClocksPiece, int] | None:
    """Two clock times at `i`. `worded`: also "3 to 5", "from 3 to 5", "between 3 and 5", not only "3-5"."""
    start = i
    opened = has(tokens, i, Tag.FROM, Tag.BETWEEN) or (has(tokens, i, Tag.AT, Tag.FOR, Tag.AFTER))
    between = has(tokens, i, Tag.BETWEEN)
    if opened:
        start += 1
    if has(tokens, start, Tag.AT) or has(tokens, start, Tag.ABOUT):
        start += 1
    first = clock(tokens, start, bare=True)
    if first is None:
        return None
    spec, middle = first
    joined = (
        text(tokens, middle) == "-"
        or (worded and has(tokens, middle, Tag.TO))
        or (between and has(tokens, middle, Tag.AND))
    )
    if not joined:
        return None
    after = middle + 1
    if has(tokens, after, Tag.AT, Tag.ABOUT):
        after += 1
    second = clock(tokens, after, bare=True)
    if second is None:
        return None
    last, end = second
    marked = spec.meridiem is not None or last.meridiem is not None or spec.sure or last.sure
    marked = marked or any(tokens[k].text == ":" or tokens_h(tokens, k) for k in range(start, end))
    marked = marked or bool(spec.minute or last.minute)
    led = opened or has(tokens, i - 1, Tag.AT, Tag.FROM, Tag.BETWEEN, Tag.TO)
    if not (marked or led or _clock_like(tokens, i, end)):
        return None
    if text(tokens, end) in ("-", "/") and tokens[end].glued:
        return None  # "20-03-2026" is a date
    if _counts_something(tokens, end):
        return None
    return ClocksPiece(spec, last), end


def _clock_like(tokens: list[Token], i: int, end: int) -> bool:
    """A bare "3-5" or "2 to 3" is a time only beside a day or a part of the day, or at the end of the text."""
    beside = (Tag.DAY, Tag.WEEKDAY, Tag.PART, Tag.TODAY_PART, Tag.ON)
    return has(tokens, i - 1, *beside) or has(tokens, end, *beside) or end >= len(tokens) or text(tokens, i - 1) == ","


def _counts_something(tokens: list[Token], end: int) -> bool:
    """As in "from 2 to 3 hours" is no time of day; neither is "from 3 to 12 of September"."""
    if has(tokens, end, Tag.UNIT) and not has(tokens, end, Tag.WEEKDAY):
        return True
    month = end + 1 if has(tokens, end, Tag.OF) else end
    return (
        has(tokens, month, Tag.MONTH)
        and tokens[end - 1].digits > 0
        and (text(tokens, end - 2) == "-" or has(tokens, end - 2, Tag.TO, Tag.AND))
    )


def _named(tokens: list[Token], i: int) -> Read | None:
    minutes = tokens[i].get(Tag.POINT)
    if minutes is None:
        return None
    return ClockSpec(minutes // 60, minutes % 60, sure=True), i + 1


def _spoken(tokens: list[Token], i: int) -> Read | None:
    """As in "half past three", "quarter to noon", "20 past 3pm", "ten minutes to four", "half three"."""
    fraction = tokens[i].get(Tag.FRACTION)
    minutes = fraction if fraction is not None else tokens[i].get(Tag.NUMBER)
    if minutes is None or not 1 <= minutes <= 59:
        return None
    middle = i + 1
    if fraction is None and has(tokens, middle, Tag.UNIT) and tokens[middle].get(Tag.UNIT) == Unit.MINUTE.value:
        middle += 1
    past, till = has(tokens, middle, Tag.PAST), has(tokens, middle, Tag.TILL)
    if not past and not till:
        return None
    if fraction is None and ((minutes % 5 and middle == i + 1) or has(tokens, i - 1, Tag.FROM, Tag.BETWEEN, Tag.AT)):
        return None
    if till and tokens[i].digits and middle == i + 1 and has(tokens, middle, Tag.TO):
        return None  # "5 to 6pm" is a range; in words, "five to six" is a time
    if till and fraction is None and (has(tokens, middle, Tag.OF) or has(tokens, i - 1, Tag.TO)):
        return None
    hour = _named(tokens, middle + 1) if middle + 1 < len(tokens) else None
    hour = hour or (_digits(tokens, middle + 1, bare=True) if middle + 1 < len(tokens) else None)
    if hour is None or hour[0].minute or (fraction is None and has(tokens, i, Tag.MERIDIEM)):
        return None
    spec, end = hour
    if tokens[end - 1].get(Tag.NUMBER) is None and spec.meridiem is None and not spec.sure:
        return None
    if fraction is None and (has(tokens, end, Tag.UNIT) or has(tokens, end, Tag.MONTH) or text(tokens, end) == "-"):
        return None
    if past:
        return replace(spec, minute=minutes), end
    earlier = spec.hour - 1 if spec.hour > 1 else 12
    if spec.sure and spec.hour == 24:
        earlier = 23
    meridiem = spec.meridiem
    if meridiem is not None and spec.hour == 12:
        meridiem = 12 - meridiem
    return replace(spec, hour=earlier, minute=60 - minutes, meridiem=meridiem), end


def _digits(tokens: list[Token], i: int, *, bare: bool) -> Read | None:
    token = tokens[i]
    hour = token.get(Tag.NUMBER)
    if hour is None or _decimal_before(tokens, i):
        return None
    if text(tokens, i + 1) == "/" and tokens[i + 1].glued:
        return None  # "3/4" is a date
    minute, end, colon, hsign = 0, i + 1, False, False
    separator, second = text(tokens, i + 1), at(tokens, i + 2)
    if (
        token.digits in (1, 2)
        and second
        and second.digits == 2
        and second.glued
        and tokens[i + 1].glued
        and (
            separator == ":"
            or tokens_h(tokens, i + 1)
            or (separator == "." and (bare or has(tokens, i + 3, Tag.MERIDIEM, Tag.GLUED_MERIDIEM)))
        )
    ):
        minute, end, colon = second.senses[Tag.NUMBER], i + 3, True
        hsign = tokens_h(tokens, i + 1)
        third = at(tokens, i + 4)
        if separator == ":" and text(tokens, i + 3) == ":" and third and third.digits == 2 and third.glued:
            end = i + 5
    if not colon and token.digits in (1, 2) and tokens_h(tokens, i + 1) and (bare or hour > _LONGEST_IN_H):
        end, hsign = i + 2, True
    if hsign and hour <= _LONGEST_IN_H and not bare:
        return None
    if not colon and not hsign and token.digits in (3, 4):
        military = token.digits == 4 or has(tokens, i + 1, Tag.MERIDIEM)
        led = bare or _hours_after(tokens, i) or token.text[0] == "0" or has(tokens, i + 1, Tag.MERIDIEM)
        if not military or not led or hour % 100 > 59 or 1900 <= hour <= 2099:
            return None
        hour, minute, colon = hour // 100, hour % 100, True
    if token.digits == 4 and _hours_after(tokens, i):
        end += 1
    following = at(tokens, end)
    if not colon and not token.digits and following and not following.digits:
        spoken_minute = following.get(Tag.NUMBER)
        if spoken_minute is not None and 10 <= spoken_minute <= 59 and 1 <= hour <= 12:
            minute, end, colon = spoken_minute, end + 1, bare or has(tokens, end + 1, Tag.MERIDIEM, Tag.OCLOCK)
            if not colon and not has(tokens, i - 1, Tag.AT, Tag.BY, Tag.FROM, Tag.TO, Tag.AFTER, Tag.BEFORE):
                return None
    oclock = has(tokens, end, Tag.OCLOCK)
    if oclock:
        end += 1
    meridiem, end = _meridiem(tokens, end)
    sure = hsign or (colon and (hour == 0 or hour > 12 or (token.digits == 2 and token.text[0] == "0")))
    if meridiem is None and not (colon or oclock or hsign or bare or has(tokens, end, Tag.ISH)):
        return None
    if meridiem is None and bare and not (colon or oclock or hsign) and hour > 24:
        return None
    if token.digits == 4 and meridiem is None:
        sure = True
    if not colon and meridiem is None and not oclock and (12 < hour <= 24 or hour == 0):
        sure = True
    if meridiem == 12 and 12 < hour < 24:
        meridiem, sure = None, True
    return ClockSpec(hour, minute, meridiem, sure), end


def _hours_after(tokens: list[Token], i: int) -> bool:
    """As in "1645 hours": four digits are no length."""
    following = at(tokens, i + 1)
    return tokens[i].digits == 4 and following is not None and following.get(Tag.UNIT) == Unit.HOUR.value


def tokens_h(tokens: list[Token], i: int) -> bool:
    """As in "15h": an hour sign glued to the number, with no minutes of a length behind it."""
    token = at(tokens, i)
    return token is not None and token.glued and len(token.text) == 1 and Tag.HOUR_SIGN in token.senses


def _meridiem(tokens: list[Token], i: int) -> tuple[int | None, int]:
    token = at(tokens, i)
    if token is None:
        return None, i
    if (half := token.get(Tag.MERIDIEM)) is not None:
        return half, i + 1
    if token.glued and (half := token.get(Tag.GLUED_MERIDIEM)) is not None:
        return half, i + 1
    return None, i


def _decimal_before(tokens: list[Token], i: int) -> bool:
    """True inside "1.5" or "$3.20": the number began earlier."""
    before = text(tokens, i - 1)
    return before in ("$", "€", "£", "#") or (
        before in ".," and tokens[i].glued and bool(tokens[i - 2].digits) if i > 1 else False
    )
