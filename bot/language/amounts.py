"""Reading lengths: "30 minutes", "an hour and a half", "1h30", "a couple of days"."""

from bot.language.pieces import Amount, amount
from bot.language.tokens import Token
from bot.language.words import Tag, Unit

Read = tuple[Amount, int]


def number(tokens: list[Token], i: int, *, article: bool = True) -> tuple[float, int] | None:
    """A number at `i` and where it ends: digits, words, "1.5", "a", "a couple of", "one and a half"."""
    token = at(tokens, i)
    if token is None:
        return None
    if (many := token.get(Tag.MANY)) is not None:
        return many, i + 1
    value = token.get(Tag.NUMBER)
    if value is None:
        if article and (one := token.get(Tag.A)) is not None:
            nested = number(tokens, i + 1, article=False) if has(tokens, i + 1, Tag.MANY) else None
            return nested or (float(one), i + 1)
        return None
    following, decimals = at(tokens, i + 1), at(tokens, i + 2)
    point = following is not None and following.text in ".," and following.glued
    if token.digits and point and decimals and decimals.glued and 1 <= decimals.digits <= 2:
        return float(f"{value}.{decimals.text}"), i + 3
    if has(tokens, i + 1, Tag.AND) and has(tokens, i + 2, Tag.A):
        fraction = at(tokens, i + 3)
        if fraction and (part := fraction.get(Tag.FRACTION)) is not None and unit(tokens, i + 4):
            return value + part / 60, i + 4
    return float(value), i + 1


def length(tokens: list[Token], i: int, *, article: bool = True) -> Read | None:
    """A length at `i` and where it ends; several in a row are added."""
    found = _one(tokens, i, article=article)
    if found is None:
        return None
    total, end = found
    for _ in range(3):
        following = end
        if has(tokens, following, Tag.AND) or text(tokens, following) == ",":
            following += 1
        half = _tail(tokens, end)
        more = half or _one(tokens, following, article=False)
        if more is None or (half is None and not _smaller(more[0], total)):
            break  # "10 minutes and 1 hour" are two lengths
        total, end = total + more[0], more[1]
    return total, end


def _smaller(more: Amount, than: Amount) -> bool:
    """True when a further part continues a length: "2 hours and 10 minutes", "1 week and 2 days"."""
    return more.exact == than.exact and (more.months, more.days, more.seconds) < (than.months, than.days, than.seconds)


def unit(tokens: list[Token], i: int) -> tuple[Unit, int] | None:
    """The unit at `i`, also behind a dash or glued to digits, and where it ends."""
    if text(tokens, i) == "-" and has(tokens, i + 1, Tag.UNIT):
        i += 1
    token = at(tokens, i)
    if token is None:
        return None
    if (code := token.get(Tag.UNIT)) is not None:
        return Unit(code), i + 1
    before = at(tokens, i - 1)
    if before and before.digits and token.glued and (code := token.get(Tag.GLUED_UNIT)) is not None:
        return Unit(code), i + 1
    return None


def _one(tokens: list[Token], i: int, *, article: bool) -> Read | None:
    token = at(tokens, i)
    if token is None:
        return None
    if (found := _fraction(tokens, i)) is not None:
        return found
    count = number(tokens, i, article=article)
    if count is None:
        return None
    value, end = count
    before = at(tokens, i - 1)
    if before and before.text == "-" and token.glued and not before.glued:
        value = 0.0  # "-5 minutes" is no length
    if has(tokens, i, Tag.A) and (found := _fraction(tokens, end)) is not None:
        return found
    named = unit(tokens, end)
    if named is None:
        bare = at(tokens, end)
        month = bare is not None and token.digits and bare.get(Tag.GLUED_UNIT) == Unit.MONTH.value
        return (amount(value, Unit.MONTH), end + 1) if month and has(tokens, i - 1, Tag.IN) else None
    what, end = named
    if what is Unit.HOUR and token.digits == 4:
        return None
    last = at(tokens, end)
    if what is Unit.HOUR and last and last.digits == 2 and last.glued and last.senses[Tag.NUMBER] < 60:
        follow = unit(tokens, end + 1)  # "1h30", "1h30m"
        minutes = last.senses[Tag.NUMBER]
        total = amount(value, what) + Amount(seconds=60 * minutes)
        return total, (follow[1] if follow and follow[0] is Unit.MINUTE else end + 1)
    return amount(value, what), end


def _fraction(tokens: list[Token], i: int) -> Read | None:
    """As in "half an hour", "half-hour", "quarter of an hour", "three quarters" is not read."""
    token = at(tokens, i)
    minutes = token.get(Tag.FRACTION) if token else None
    if minutes is None:
        return None
    end = i + 1
    if text(tokens, end) == "-":
        end += 1
    if has(tokens, end, Tag.OF):
        end += 1
    if has(tokens, end, Tag.A):
        end += 1
    named = unit(tokens, end)
    if named is None:
        return None
    return amount(minutes / 60, named[0]), named[1]


def _tail(tokens: list[Token], i: int) -> Read | None:
    """As in "… and a half" behind a unit."""
    if not has(tokens, i, Tag.AND) or not has(tokens, i + 1, Tag.A):
        return None
    token = at(tokens, i + 2)
    minutes = token.get(Tag.FRACTION) if token else None
    before = at(tokens, i - 1)
    code = before.get(Tag.UNIT) if before else None
    if minutes is None or code is None or unit(tokens, i + 3):
        return None
    return amount(minutes / 60, Unit(code)), i + 3


def at(tokens: list[Token], i: int) -> Token | None:
    return tokens[i] if 0 <= i < len(tokens) else None


def has(tokens: list[Token], i: int, *tags: Tag) -> bool:
    """True when the token at `i` has one of the senses."""
    return 0 <= i < len(tokens) and any(tag in tokens[i].senses for tag in tags)


def text(tokens: list[Token], i: int) -> str:
    return tokens[i].text if 0 <= i < len(tokens) else ""
