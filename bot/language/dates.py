"""Reading days: "tomorrow", "next Friday", "14 March", "3/4", "the last Monday of June", "next week", ranges."""

from dataclasses import replace

from bot.language.amounts import at, has, text
from bot.language.pieces import Amount, DaySpec, DaysPiece, Slice, Span, Toward
from bot.language.tokens import Token
from bot.language.words import Tag, Unit

Read = tuple[DaySpec, int]

_TOWARDS = ((Tag.THIS, Toward.THIS), (Tag.NEXT, Toward.NEXT), (Tag.COMING, Toward.COMING), (Tag.LAST, Toward.LAST))
_SPANS = {Unit.WEEK: Span.WEEK, Unit.MONTH: Span.MONTH, Unit.YEAR: Span.YEAR, Unit.QUARTER: Span.QUARTER}
_STEP = {Toward.THIS: 0, Toward.NEXT: 1, Toward.COMING: 1, Toward.LAST: -1}


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
        _iso(tokens, i)
        or _numeric(tokens, i)
        or _month_day(tokens, i)
        or _weekday(tokens, i)
        or _offset(tokens, i)
        or _span(tokens, i)
        or _ordinal(tokens, i, bare=bare)
    )


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
    elif spec.day is not None and last.day is None and last.weekday is None and last.offset is None:
        if last.month is None:
            return None
    if spec.month is not None and spec.year is None and last.year is not None:
        spec = replace(spec, year=last.year)
    if last.weekday is not None and last.week is not None and spec.weekday is not None and spec.week is None:
        spec = replace(spec, week=last.week) if spec.toward is None else spec
    return DaysPiece(spec, last), end


def toward(tokens: list[Token], i: int) -> Toward | None:
    """The "this", "next", "coming" or "last" at `i`."""
    for tag, value in _TOWARDS:
        if has(tokens, i, tag):
            return value
    return None


def _plain_number(spec: DaySpec) -> bool:
    return spec.day is not None and spec.weekday is None


def _number_day(tokens: list[Token], i: int) -> Read | None:
    token = at(tokens, i)
    number = token.get(Tag.NUMBER) if token else None
    if number is None or not 1 <= number <= 31:
        return None
    return DaySpec(day=number), i + 1


def _year(tokens: list[Token], i: int, *, loose: bool = True) -> tuple[int, int] | None:
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


def _iso(tokens: list[Token], i: int) -> Read | None:
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


def _numeric(tokens: list[Token], i: int) -> Read | None:
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


def _nth_weekday(tokens: list[Token], i: int) -> Read | None:
    """The first Monday of June, the last Friday of next month, the second Tuesday in March 2026."""
    j = i + 1 if has(tokens, i, Tag.THE) else i
    token = at(tokens, j)
    nth = None
    if token is not None:
        nth = -1 if Tag.LAST in token.senses and Tag.ORDINAL not in token.senses else token.get(Tag.ORDINAL)
    weekday = tokens[j + 1].get(Tag.WEEKDAY) if j + 1 < len(tokens) else None
    if nth is None or (weekday is None and not _unit_is(tokens, j + 1, Unit.DAY)) or not has(tokens, j + 2, Tag.OF):
        return None
    the = has(tokens, j + 3, Tag.THE)
    month = _simple(tokens, j + 3) if not the else _simple(tokens, j + 4) or _simple(tokens, j + 3)
    if month is None and has(tokens, j + 3, Tag.THE) and _unit_is(tokens, j + 4, Unit.MONTH):
        month = DaySpec(span=Span.MONTH, months=0), j + 5
    if month is None or month[0].span is not Span.MONTH:
        return None
    spec, end = month
    if weekday is None:
        return replace(spec, span=Span.DAY, day=nth), end
    return replace(spec, span=Span.DAY, weekday=weekday, nth=nth), end


def _nth_week(tokens: list[Token], i: int) -> Read | None:
    """The third week of April, the first week of next month."""
    j = i + 1 if has(tokens, i, Tag.THE) else i
    nth = tokens[j].get(Tag.ORDINAL) if j < len(tokens) else None
    if nth is None or nth < 1 or not _unit_is(tokens, j + 1, Unit.WEEK) or not has(tokens, j + 2, Tag.OF):
        return None
    month = _simple(tokens, j + 3)
    if month is None or month[0].span is not Span.MONTH or month[0].slice is not None:
        return None
    return replace(month[0], span=Span.WEEK, nth=nth), month[1]


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


def _month_day(tokens: list[Token], i: int) -> Read | None:
    """14 March, March 14th, the 14th of March 2026, April the ninth, Dec-2018, Nov/2, the month of May."""
    j = i + 1 if has(tokens, i, Tag.THE) else i
    if _unit_is(tokens, j, Unit.MONTH) and has(tokens, j + 1, Tag.OF) and has(tokens, j + 2, Tag.MONTH):
        return DaySpec(span=Span.MONTH, month=tokens[j + 2].get(Tag.MONTH)), j + 3
    token = at(tokens, j)
    if token is None:
        return None
    number = _day_number(tokens, j)
    if number is not None and text(tokens, j - 1) != ":":
        k = j + 1
        if has(tokens, k, Tag.OF) or text(tokens, k) in ("-", "/", "."):
            k += 1
            if has(tokens, k, Tag.THE) and has(tokens, k + 1, Tag.MONTH):
                k += 1
        month = tokens[k].get(Tag.MONTH) if k < len(tokens) else None
        if month is not None:
            return _with_year(tokens, k + 1, DaySpec(month=month, day=number))
        stepped = _month_step(tokens, k) if k > j + 1 else None
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
        inner = _month_day(tokens, j + 1)
        if inner is None or inner[0].day is not None:
            return inner
        return replace(inner[0], years=way_years, toward=way), inner[1]
    k = j + 1
    if text(tokens, k) in (".", "/", "-", ",") and not (text(tokens, k) == "-" and _range_after(tokens, k)):
        k += 1
    if has(tokens, k, Tag.THE):
        k += 1
    number = _day_number(tokens, k)
    if number is not None and not _starts_clock(tokens, k):
        return _with_year(tokens, k + 1, DaySpec(month=month, day=number))
    if (found := _year(tokens, j + 1)) is not None:
        return DaySpec(span=Span.MONTH, month=month, year=found[0]), found[1]
    if has(tokens, j, Tag.UNSURE) and not _month_context(tokens, j):
        return None
    return DaySpec(span=Span.MONTH, month=month), j + 1 + (text(tokens, j + 1) == "." and len(token.text) <= 4)


def _range_after(tokens: list[Token], k: int) -> bool:
    """ "April - June": the dash belongs to a range of months."""
    return has(tokens, k + 1, Tag.MONTH)


def _month_context(tokens: list[Token], j: int) -> bool:
    """ "may" and "march" are verbs too: alone, they are months only behind a preposition or by themselves."""
    before = (Tag.IN, Tag.OF, Tag.FOR, Tag.ON, Tag.FROM, Tag.TO, Tag.BY, Tag.UNTIL, Tag.AND, Tag.OR, Tag.BETWEEN)
    return len(tokens) == 1 or has(tokens, j - 1, *before) or toward(tokens, j - 1) is not None


def _starts_clock(tokens: list[Token], k: int) -> bool:
    """ "March 3pm" or "May 3:30": the number is an hour."""
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
    found = _year(tokens, end)
    if found is not None and not has(tokens, found[1], Tag.UNIT):
        return replace(spec, year=found[0]), found[1]
    way = end + 1 if text(tokens, end) == "," or has(tokens, end, Tag.OF) else end
    step = toward(tokens, way)
    if step is not None and _unit_is(tokens, way + 1, Unit.YEAR):
        return replace(spec, years=_STEP[step]), way + 2
    return spec, i


def _day_number(tokens: list[Token], i: int) -> int | None:
    """A day of a month: an ordinal, or one or two digits. Too large numbers are kept, to be refused aloud."""
    token = at(tokens, i)
    if token is None:
        return None
    number = token.get(Tag.ORDINAL)
    if number is None:
        number = token.get(Tag.NUMBER) if token.digits <= 2 else None
    return number if number is not None and 0 <= number <= 99 else None


def _weekday(tokens: list[Token], i: int) -> Read | None:
    """Friday, next Friday, Friday next week, next week Friday, Friday the 14th, Fri 14."""
    j = i + 1 if has(tokens, i, Tag.THE) else i
    way = toward(tokens, j)
    k = j + 1 if way else j
    if way and _unit_is(tokens, k, Unit.WEEK):
        m = k + 1
        if text(tokens, m) == "," or has(tokens, m, Tag.ON):
            m += 1
        weekday = tokens[m].get(Tag.WEEKDAY) if m < len(tokens) else None
        if weekday is not None and not (text(tokens, m - 1) == "," and has(tokens, m + 1, Tag.TO)):
            return DaySpec(weekday=weekday, week=_STEP[way]), m + 1
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
    if step is not None and _unit_is(tokens, m + 1, Unit.WEEK) and way is None:
        return DaySpec(weekday=weekday, week=_STEP[step]), m + 2
    if has(tokens, end, Tag.AFTER) and toward(tokens, end + 1) is Toward.NEXT and way is None:
        return DaySpec(weekday=weekday, plus=Amount(days=7)), end + 2  # "Monday after next"
    if _unit_is(tokens, end, Unit.WEEK) and way is None and not has(tokens, end, Tag.AND):
        return DaySpec(weekday=weekday, week=1), end + 1
    return _weekday_of_date(tokens, end, spec)


def _weekday_of_date(tokens: list[Token], end: int, spec: DaySpec) -> Read:
    """The rest of "Friday, 14 March" or "Friday the 14th", if it is there."""
    m = end
    if text(tokens, m) == "," or has(tokens, m, Tag.ON):
        m += 1
    for found in (_iso, _numeric, _month_day):
        if m < len(tokens) and (rest := found(tokens, m)) is not None and rest[0].day is not None:
            return replace(rest[0], weekday=spec.weekday), rest[1]
    k = m + 1 if has(tokens, m, Tag.THE) else m
    if has(tokens, k, Tag.ORDINAL) and not has(tokens, k + 1, Tag.WEEKDAY, Tag.UNIT):
        number = tokens[k].senses[Tag.ORDINAL]
        if number > 0 and (k > m or tokens[k].text[0].isdigit()):
            stepped = _month_step(tokens, k + 2) if has(tokens, k + 1, Tag.OF) else None
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
    if _unit_is(tokens, j, Unit.WEEK) and has(tokens, j + 1, Tag.AFTER):
        way = toward(tokens, j + 2)
        if way is Toward.NEXT and (end := j + 3):
            return DaySpec(span=Span.WEEK, week=2), end + _unit_is(tokens, end, Unit.WEEK)
    way = toward(tokens, j)
    if way is not None:
        if (stepped := _month_step(tokens, j)) is not None:
            return stepped
        if has(tokens, j + 1, Tag.WEEKEND):
            return DaySpec(span=Span.WEEKEND, toward=way), j + 2
        code = tokens[j + 1].get(Tag.UNIT) if j + 1 < len(tokens) else None
        if code is not None and (span := _SPANS.get(Unit(code))) is not None:
            spec = _step(span, _STEP[way])
            return spec, j + 2
        if has(tokens, j + 1, Tag.DAY) or _unit_is(tokens, j + 1, Unit.DAY):
            return None
    if has(tokens, j, Tag.WEEKEND):
        m = j + 2 if has(tokens, j + 1, Tag.OF) else j + 1
        step = toward(tokens, m)
        if step is not None and _unit_is(tokens, m + 1, Unit.WEEK):
            return DaySpec(span=Span.WEEKEND, week=_STEP[step]), m + 2
        return DaySpec(span=Span.WEEKEND), j + 1
    if i > 0 and j > i and _unit_is(tokens, j, Unit.WEEK) and has(tokens, i - 1, Tag.FOR):
        return DaySpec(span=Span.WEEK, week=0), j + 1
    found = _year(tokens, i, loose=False)
    if found is not None and has(tokens, i - 1, Tag.IN):
        return DaySpec(span=Span.YEAR, year=found[0]), found[1]
    return None


def _week_of(tokens: list[Token], i: int) -> Read | None:
    """The week of 6 October."""
    j = i + 1 if has(tokens, i, Tag.THE) else i
    if not _unit_is(tokens, j, Unit.WEEK) or not has(tokens, j + 1, Tag.OF):
        return None
    inner = _simple(tokens, j + 2, bare=True)
    if inner is None or inner[0].span is not Span.DAY:
        return None
    return replace(inner[0], span=Span.WEEK), inner[1]


def _month_step(tokens: list[Token], i: int) -> Read | None:
    """ "next month", "the current month", "this May"."""
    j = i + 1 if has(tokens, i, Tag.THE) and not toward(tokens, i) else i
    way = toward(tokens, j)
    if way is None:
        return (DaySpec(span=Span.MONTH, months=0), j + 1) if j > i and _unit_is(tokens, j, Unit.MONTH) else None
    if _unit_is(tokens, j + 1, Unit.MONTH):
        return DaySpec(span=Span.MONTH, months=_STEP[way]), j + 2
    return None


def _step(span: Span, count: int) -> DaySpec:
    if span is Span.WEEK:
        return DaySpec(span=span, week=count)
    if span is Span.MONTH:
        return DaySpec(span=span, months=count)
    if span is Span.QUARTER:
        return DaySpec(span=span, months=count)
    return DaySpec(span=span, years=count)


def _ordinal(tokens: list[Token], i: int, *, bare: bool) -> Read | None:
    """ "the 14th", "on the 3rd", "the 20th of the current month"; words ("the third") only where nothing is counted."""
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


def _unit_is(tokens: list[Token], i: int, unit: Unit) -> bool:
    token = at(tokens, i)
    return token is not None and token.get(Tag.UNIT) == unit.value
