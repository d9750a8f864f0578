"""Reading days: "tomorrow", "next Friday", "14 March", "3/4", "the last Monday of June", "next week", ranges."""

from dataclasses import replace

from bot.language.amounts import at, has, text
from bot.language.date_words import STEP, toward, unit_is, year_at
from bot.language.months import iso_date, month_day, month_step, numeric_date
from bot.language.pieces import Amount, DaySpec, Slice, Span, Toward
from bot.language.tokens import Token
from bot.language.words import Tag, Unit

Read = tuple[DaySpec, int]

_SPANS = {Unit.WEEK: Span.WEEK, Unit.MONTH: Span.MONTH, Unit.YEAR: Span.YEAR, Unit.QUARTER: Span.QUARTER}


def day(tokens: list[Token], i: int, *, bare: bool = False) -> Read | None:
    """A day or a span of days at `i` and where it ends. `bare`: a lone number may be a day of a month."""
    token = at(tokens, i)
    if token is None or not token.senses:
        return None
    return _nested(tokens, i) or _simple(tokens, i, bare=bare)


def _nested(tokens: list[Token], i: int) -> Read | None:
    """What has another day inside; that one is simple, so that nothing nests without end."""
    return _nth_weekday(tokens, i) or _nth_week(tokens, i) or _sliced(tokens, i) or _week_of(tokens, i)


def _simple(tokens: list[Token], i: int, *, bare: bool = False) -> Read | None:
    if i >= len(tokens):
        return None
    return (
        iso_date(tokens, i)
        or numeric_date(tokens, i)
        or month_day(tokens, i)
        or _weekday(tokens, i)
        or _offset(tokens, i)
        or _span(tokens, i)
        or _ordinal(tokens, i, bare=bare)
    )


def _nth_weekday(tokens: list[Token], i: int) -> Read | None:
    """The first Monday of June, the last Friday of next month, the second Tuesday in March 2026."""
    j = i + 1 if has(tokens, i, Tag.THE) else i
    token = at(tokens, j)
    nth = None
    if token is not None:
        nth = -1 if Tag.LAST in token.senses and Tag.ORDINAL not in token.senses else token.get(Tag.ORDINAL)
    weekday = tokens[j + 1].get(Tag.WEEKDAY) if j + 1 < len(tokens) else None
    if nth is None or (weekday is None and not unit_is(tokens, j + 1, Unit.DAY)) or not has(tokens, j + 2, Tag.OF):
        return None
    the = has(tokens, j + 3, Tag.THE)
    month = _simple(tokens, j + 3) if not the else _simple(tokens, j + 4) or _simple(tokens, j + 3)
    if month is None and has(tokens, j + 3, Tag.THE) and unit_is(tokens, j + 4, Unit.MONTH):
        month = DaySpec(span=Span.MONTH, months=0), j + 5
    if month is None or month[0].span is not Span.MONTH:
        return None
    spec, end = month
    if weekday is None:
        return replace(spec, span=Span.DAY, day=nth), end
    return replace(spec, span=Span.DAY, weekday=weekday, nth=nth), end


def _nth_week(tokens: list[Token], i: int) -> Read | None:
    """The third week of April, the last weekend of next month, the second quarter."""
    j = i + 1 if has(tokens, i, Tag.THE) else i
    nth = tokens[j].get(Tag.ORDINAL) if j < len(tokens) else None
    if nth is None and has(tokens, j, Tag.LAST):
        nth = -1
    if nth is not None and 1 <= nth <= 4 and unit_is(tokens, j + 1, Unit.QUARTER):
        return DaySpec(span=Span.QUARTER, nth=nth), j + 2
    weekend = has(tokens, j + 1, Tag.WEEKEND)
    if nth is None or nth == 0 or not (weekend or unit_is(tokens, j + 1, Unit.WEEK)) or not has(tokens, j + 2, Tag.OF):
        return None
    month = _simple(tokens, j + 3)
    if month is None or month[0].span is not Span.MONTH or month[0].slice is not None:
        return None
    return replace(month[0], span=Span.WEEKEND if weekend else Span.WEEK, nth=nth), month[1]


def _sliced(tokens: list[Token], i: int) -> Read | None:
    """Early next week, mid March, the end of the month, later this week, the rest of the week."""
    which = (
        Slice.EARLY
        if has(tokens, i, Tag.EARLY)
        else Slice.MIDDLE
        if has(tokens, i, Tag.MIDDLE)
        else (Slice.REST if tokens[i].get(Tag.LATE) else Slice.LATE)
        if has(tokens, i, Tag.LATE)
        else None
    )
    if which is None:
        return None
    j = i + 1
    if has(tokens, j, Tag.THE, Tag.IN, Tag.OF) and toward(tokens, j) is None:
        j += 1
    found = _simple(tokens, j) if not has(tokens, j, Tag.EARLY, Tag.MIDDLE, Tag.LATE) else None
    if found is None and (code := tokens[j].get(Tag.UNIT) if j < len(tokens) else None) is not None:
        span = _SPANS.get(Unit(code))
        found = (_step(span, 0), j + 1) if span else None
    if found is None or found[0].span is Span.DAY:
        return None
    return replace(found[0], slice=which), found[1]


def _weekday(tokens: list[Token], i: int) -> Read | None:
    """Friday, next Friday, Friday next week, next week Friday, Friday the 14th, Fri 14."""
    j = i + 1 if has(tokens, i, Tag.THE) else i
    way = toward(tokens, j)
    k = j + 1 if way else j
    if way and unit_is(tokens, k, Unit.WEEK):
        m = k + 1
        if text(tokens, m) == "," or has(tokens, m, Tag.ON):
            m += 1
        weekday = tokens[m].get(Tag.WEEKDAY) if m < len(tokens) else None
        if weekday is not None and not (text(tokens, m - 1) == "," and has(tokens, m + 1, Tag.TO)):
            return DaySpec(weekday=weekday, week=STEP[way]), m + 1
        return None
    weekday = tokens[k].get(Tag.WEEKDAY) if k < len(tokens) else None
    if weekday is None:
        return None
    if has(tokens, k, Tag.UNSURE) and has(tokens, k - 1, Tag.THE, Tag.PRONOUN):
        return None
    spec, end = DaySpec(weekday=weekday, toward=way), k + 1
    if text(tokens, end) == "." and len(tokens[k].text) <= 5 and end + 1 < len(tokens):
        end += 1
    m = end
    if text(tokens, m) == ",":
        m += 1
    if has(tokens, m, Tag.OF, Tag.IN, Tag.ON, Tag.THE) and toward(tokens, m) is None:
        m += 1
    step = toward(tokens, m)
    if step is not None and unit_is(tokens, m + 1, Unit.WEEK) and way is None:
        return DaySpec(weekday=weekday, week=STEP[step]), m + 2
    if has(tokens, end, Tag.AFTER) and toward(tokens, end + 1) is Toward.NEXT and way is None:
        return DaySpec(weekday=weekday, plus=Amount(days=7)), end + 2  # "Monday after next"
    if unit_is(tokens, end, Unit.WEEK) and way is None and not has(tokens, end, Tag.AND):
        return DaySpec(weekday=weekday, week=1), end + 1
    return _weekday_of_date(tokens, end, spec)


def _weekday_of_date(tokens: list[Token], end: int, spec: DaySpec) -> Read:
    """The rest of "Friday, 14 March" or "Friday the 14th", if it is there."""
    m = end
    if text(tokens, m) == "," or has(tokens, m, Tag.ON):
        m += 1
    for found in (iso_date, numeric_date, month_day):
        if m < len(tokens) and (rest := found(tokens, m)) is not None and rest[0].day is not None:
            return replace(rest[0], weekday=spec.weekday), rest[1]
    k = m + 1 if has(tokens, m, Tag.THE) else m
    if has(tokens, k, Tag.ORDINAL) and not has(tokens, k + 1, Tag.WEEKDAY, Tag.UNIT):
        number = tokens[k].senses[Tag.ORDINAL]
        if number > 0 and (k > m or tokens[k].text[0].isdigit()):
            stepped = month_step(tokens, k + 2) if has(tokens, k + 1, Tag.OF) else None
            if stepped is not None:
                return replace(stepped[0], span=Span.DAY, day=number, weekday=spec.weekday), stepped[1]
            return replace(spec, day=number), k + 1
    return spec, end


def _offset(tokens: list[Token], i: int) -> Read | None:
    offset = tokens[i].get(Tag.DAY)
    return None if offset is None else (DaySpec(offset=offset), i + 1)


def _span(tokens: list[Token], i: int) -> Read | None:
    """This week, next month, the coming weekend, the week of 6 October, the weekend, the following week."""
    j = i + 1 if has(tokens, i, Tag.THE) else i
    if unit_is(tokens, j, Unit.WEEK) and has(tokens, j + 1, Tag.AFTER):
        way = toward(tokens, j + 2)
        if way is Toward.NEXT and (end := j + 3):
            return DaySpec(span=Span.WEEK, week=2), end + unit_is(tokens, end, Unit.WEEK)
    way = toward(tokens, j)
    if way is not None:
        if (stepped := month_step(tokens, j)) is not None:
            return stepped
        if has(tokens, j + 1, Tag.WEEKEND):
            return DaySpec(span=Span.WEEKEND, toward=way), j + 2
        code = tokens[j + 1].get(Tag.UNIT) if j + 1 < len(tokens) else None
        if code is not None and (span := _SPANS.get(Unit(code))) is not None:
            spec = _step(span, STEP[way])
            return spec, j + 2
        if has(tokens, j + 1, Tag.DAY) or unit_is(tokens, j + 1, Unit.DAY):
            return None
    if has(tokens, j, Tag.WEEKEND):
        m = j + 2 if has(tokens, j + 1, Tag.OF) else j + 1
        step = toward(tokens, m)
        if step is not None and unit_is(tokens, m + 1, Unit.WEEK):
            return DaySpec(span=Span.WEEKEND, week=STEP[step]), m + 2
        return DaySpec(span=Span.WEEKEND), j + 1
    if i > 0 and j > i and unit_is(tokens, j, Unit.WEEK) and has(tokens, i - 1, Tag.FOR):
        return DaySpec(span=Span.WEEK, week=0), j + 1
    found = year_at(tokens, i, loose=False)
    if found is not None and has(tokens, i - 1, Tag.IN):
        return DaySpec(span=Span.YEAR, year=found[0]), found[1]
    return None


def _week_of(tokens: list[Token], i: int) -> Read | None:
    """The week of 6 October."""
    j = i + 1 if has(tokens, i, Tag.THE) else i
    if not unit_is(tokens, j, Unit.WEEK) or not has(tokens, j + 1, Tag.OF):
        return None
    inner = _simple(tokens, j + 2, bare=True)
    if inner is None or inner[0].span is not Span.DAY:
        return None
    return replace(inner[0], span=Span.WEEK), inner[1]


def _step(span: Span, count: int) -> DaySpec:
    if span is Span.WEEK:
        return DaySpec(span=span, week=count)
    if span is Span.MONTH:
        return DaySpec(span=span, months=count)
    if span is Span.QUARTER:
        return DaySpec(span=span, months=count)
    return DaySpec(span=span, years=count)


def _ordinal(tokens: list[Token], i: int, *, bare: bool) -> Read | None:
    """As in "the 14th", "on the 3rd", "the 7th of this month"; words ("the third") only where nothing is counted."""
    j = i + 1 if has(tokens, i, Tag.THE) else i
    token = at(tokens, j)
    number = token.get(Tag.ORDINAL) if token else None
    if token is None or number is None or number < 0 or has(tokens, j + 1, Tag.UNIT, Tag.WEEKDAY, Tag.MONTH):
        return None
    digits = token.text[0].isdigit()
    led = j > i or has(tokens, i - 1, Tag.ON, Tag.TO, Tag.FROM, Tag.FOR, Tag.BY, Tag.UNTIL, Tag.AFTER, Tag.BEFORE)
    if not bare and not (digits and (led or len(tokens) == j + 1)):
        following = at(tokens, j + 1)
        closed = following is None or not following.text.isalpha() or bool(following.senses)
        if not (led and closed and has(tokens, (i if j > i else j) - 1, Tag.ON, Tag.TO, Tag.FROM, Tag.BY)):
            return None
    return DaySpec(day=number), j + 1
