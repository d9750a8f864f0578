"""Words and signs of a clean text, each with the senses its language gives it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.language.normalise import HOLE, Clean, Extract
from bot.language.words import Tag, Words

_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)*|\S")
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a sign. `text` is folded, `start` and `end` are places in the clean text.

    `glued`: nothing stands between it and the token before. `digits`: how many, 0 for a number in words.
    """

    text: str
    start: int
    end: int
    senses: dict[Tag, int] = field(default_factory=dict)
    glued: bool = False
    digits: int = 0
    extract: Extract | None = None

    def get(self, tag: Tag) -> int | None:
        return self.senses.get(tag)


def merge(plain: list[Token], words: Words) -> list[Token]:
    """The same text with the phrases of the table, number words and ordinals as one token each. Linear."""
    return _numbers(_named(_phrases(plain, words)), words)


def _named(tokens: list[Token]) -> list[Token]:
    """Numbers that are part of a name become plain words: "q3", "x1", "room 4"."""
    return [
        Token(token.text, token.start, token.end, {}, token.glued) if _part_of_name(tokens, n) else token
        for n, token in enumerate(tokens)
    ]


def _part_of_name(tokens: list[Token], n: int) -> bool:
    token = tokens[n]
    if not (token.digits and n):
        return False
    before, after = tokens[n - 1], tokens[n + 1] if n + 1 < len(tokens) else None
    if token.glued:
        inside = before.glued and n > 1 and tokens[n - 2].text[-1:].isalnum()  # "1h30", "9T15"
        return before.text.isalpha() and not inside and (len(before.text) == 1 or not before.senses)
    if Tag.NUMBERED not in before.senses or token.digits > _DIGITS - 1:
        return False
    if after is None:
        return True
    # "room 4pm", "room 4:30", "room 4 to 5": the time it is booked for.
    timed = (Tag.MERIDIEM, Tag.OCLOCK, Tag.UNIT, Tag.ISH, Tag.MONTH, Tag.PAST, Tag.GLUED_MERIDIEM)
    further = tokens[n + 2] if n + 2 < len(tokens) else None
    ranged = Tag.TO in after.senses and further is not None and Tag.NUMBER in further.senses
    return not (after.glued or ranged or any(tag in after.senses for tag in timed))


def spoken(tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens)


def split(clean: Clean, words: Words) -> list[Token]:
    """The single words, numbers and signs in order, spelling put right. Linear."""
    holes = iter(clean.extracts)
    tokens: list[Token] = []
    last_end = -1
    for match in _TOKEN.finditer(clean.text):
        raw, start, end = match.group(), match.start(), match.end()
        glued = start == last_end
        last_end = end
        if raw == HOLE:
            tokens.append(Token(HOLE, start, end, extract=next(holes, None)))
            continue
        text = raw.casefold()
        if text.isdigit():
            # A longer number is no time: an order, a telephone.
            senses = {Tag.NUMBER: int(text)} if len(text) <= _DIGITS else {}
            tokens.append(Token(text, start, end, senses, glued, len(text)))
            continue
        text = words.spelling.get(text, text)
        if "'" in text and text not in words.senses and text not in words.cues:
            stem = text.rpartition("'")[0] if text.endswith("'s") else text
            text = words.spelling.get(stem, stem)
        for ending in words.vague_endings:
            if text.endswith(ending) and text.removesuffix(ending) in words.senses:
                text = text.removesuffix(ending)
        tokens.append(Token(text, start, end, {}, glued))
    return tokens


def _phrases(tokens: list[Token], words: Words) -> list[Token]:
    """The longest phrase of the table at every place becomes one token."""
    out: list[Token] = []
    i = 0
    while i < len(tokens):
        first = tokens[i]
        if first.extract is not None:
            out.append(first)
            i += 1
            continue
        for size in range(min(words.longest_sense, len(tokens) - i), 0, -1):
            run = tokens[i : i + size]
            found = words.senses.get(first.text if size == 1 else spoken(run))
            if found is None:
                continue
            senses = dict(found)
            if size == 1:
                senses |= first.senses
                out.append(Token(first.text, first.start, first.end, senses, first.glued, first.digits))
            else:
                out.append(Token(spoken(run), first.start, run[-1].end, senses, first.glued))
            i += size
            break
        else:
            out.append(first)
            i += 1
    return out


def _numbers(tokens: list[Token], words: Words) -> list[Token]:
    """Number words ("twenty five", "two thousand and seventeen") and ordinals ("21st") put together."""
    out: list[Token] = []
    i = 0
    while i < len(tokens):
        token = tokens[i]
        following = tokens[i + 1] if i + 1 < len(tokens) else None
        number = token.get(Tag.NUMBER)
        if token.digits and following and following.glued and following.text in words.ordinal_endings:
            senses = {Tag.ORDINAL: int(token.text)} if token.digits <= 2 else {}
            out.append(Token(token.text + following.text, token.start, following.end, senses, token.glued))
            i += 2
            continue
        if (tens := token.get(Tag.TENS)) is not None:
            dash = following is not None and following.text == "-" and following.glued
            unit = tokens[i + 2] if dash and i + 2 < len(tokens) else following
            size = 3 if dash else 2
            for tag in (Tag.NUMBER, Tag.ORDINAL):
                ones = unit.get(tag) if unit and not unit.digits else None
                if unit and ones is not None and 1 <= ones <= 9 and Tag.UNIT not in unit.senses:
                    out.append(Token(spoken(tokens[i : i + size]), token.start, unit.end, {tag: tens + ones}))
                    i += size
                    break
            else:
                out.append(Token(token.text, token.start, token.end, {Tag.NUMBER: tens}))
                i += 1
            continue
        if number is not None and not token.digits and following and (scale := following.get(Tag.HUNDRED)):
            total, j = number * scale, i + 2
            if scale == 1000 and j < len(tokens) and Tag.AND in tokens[j].senses:
                j += 1
            rest, size = _below_hundred(tokens, j) if j > i + 2 else (0, 0)
            end = j + size if size else i + 2
            out.append(
                Token(spoken(tokens[i:end]), token.start, tokens[end - 1].end, {Tag.NUMBER: total + rest}, digits=4)
            )
            i = end
            continue
        out.append(token)
        i += 1
    return out


def _below_hundred(tokens: list[Token], i: int) -> tuple[int, int]:
    """The number words at `i` and how many tokens they take."""
    if i >= len(tokens):
        return 0, 0
    tens, number = tokens[i].get(Tag.TENS), tokens[i].get(Tag.NUMBER)
    if tens is not None:
        ones = tokens[i + 1].get(Tag.NUMBER) if i + 1 < len(tokens) else None
        return (tens + ones, 2) if ones is not None and ones < 10 else (tens, 1)
    return (number, 1) if number is not None and not tokens[i].digits else (0, 0)
