"""Which time of "move A from B to C" is the old one and which the new, and "an hour later"."""

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.language.amounts import has
from bot.language.pieces import Amount, BoundPiece, ClockPiece, ClockSpec, DayPiece, Found, FromNowPiece, LengthPiece
from bot.language.sentence import Sentence
from bot.language.tokens import Token
from bot.language.words import Cue, Tag

_LINKS = (Tag.AT, Tag.ON, Tag.THE, Tag.ABOUT, Tag.IN, Tag.EARLY, Tag.LATE, Tag.A, Tag.THIS)


@dataclass(frozen=True, slots=True)
class Split:
    """The pieces of the old time, of the new one, and how far the event is shifted."""

    old: list[Found]
    new: list[Found]
    shift: timedelta | None = None
    stretch: timedelta | None = None


def split_move(sentence: Sentence, found: list[Found]) -> Split:
    """Pieces behind "to" are new, behind "from" and "instead of" old; before any "to", old."""
    tokens = sentence.tokens
    old: list[Found] = []
    new: list[Found] = []
    ought = sentence.hits.first(Cue.OUGHT)
    shift: timedelta | None = None
    instead = next((n for n, token in enumerate(tokens) if _instead(tokens, n, token)), None)
    role_new: bool | None = None
    last_end = 0
    for item in found:
        if isinstance(item.piece, FromNowPiece) and item.piece.open:
            shift = _amount(item.piece.length) * (-1 if item.piece.back else 1)
            continue
        if (later := _days_later(tokens, item)) is not None:
            shift = later
            continue
        marked = _marked(tokens, last_end, item.first)
        if marked is None and ought is not None:
            marked = sentence.characters(item)[0] >= ought.start
        if marked is not None:
            role_new = marked
        elif not _linked(tokens, last_end, item.first) or role_new is None:
            role_new = _unmarked(sentence, item, old=old, instead=instead)
        last_end = item.last
        if isinstance(item.piece, BoundPiece) and item.piece.through and not item.piece.after:
            item, role_new = replace(item, piece=_point(item.piece)), True  # "postpone it until Friday"
        if isinstance(item.piece, LengthPiece):
            if marked or has(tokens, item.first, Tag.TO) or item.piece.said_for or _remade(sentence, item):
                new.append(item)
            else:
                shift = _signed(sentence, item)
            continue
        (new if role_new else old).append(item)
    if shift is not None and sentence.hits.has(Cue.STRETCH, Cue.SHRINK, Cue.ADD):
        shorter = sentence.hits.has(Cue.SHRINK)
        return Split(old, new, stretch=-abs(shift) if shorter else abs(shift))
    return Split(old, new, shift)


def _point(bound: BoundPiece) -> DayPiece | ClockPiece:
    """The day or clock time of a bound as a time of its own."""
    return DayPiece(bound.day) if bound.day is not None else ClockPiece(bound.clock or ClockSpec(0))


def _instead(tokens: list[Token], n: int, token: Token) -> bool:
    return Tag.INSTEAD in token.senses and Tag.NOT not in token.senses


def _marked(tokens: list[Token], start: int, first: int) -> bool | None:
    """True behind "to", False behind "from" and "instead of"; the marker may be the first word of the piece."""
    n = first
    if _instead(tokens, n, tokens[n]):
        return False
    if has(tokens, n, Tag.TO, Tag.FROM, Tag.UNTIL) and not has(tokens, n, Tag.LATE):
        return not has(tokens, n, Tag.FROM) or has(tokens, n, Tag.TO)
    n -= 1
    while n >= start and has(tokens, n, *_LINKS) and not has(tokens, n, Tag.TO):
        n -= 1
    if n < start:
        return None
    if has(tokens, n, Tag.INSTEAD) and not has(tokens, n, Tag.NOT):
        return False
    if has(tokens, n, Tag.TO, Tag.UNTIL):
        return True
    if has(tokens, n, Tag.FROM):
        return False
    return None


def _linked(tokens: list[Token], start: int, first: int) -> bool:
    """True when only small words stand between this piece and the one before."""
    return start > 0 and all(
        has(tokens, n, *_LINKS, Tag.FOR, Tag.OF) or tokens[n].text == "," for n in range(start, first)
    )


def _unmarked(sentence: Sentence, item: Found, *, old: list[Found], instead: int | None) -> bool:
    tokens = sentence.tokens
    if instead is not None:
        return item.first < instead
    if isinstance(item.piece, DayPiece) and item.piece.day.plus is not None:
        return True
    start, _ = sentence.characters(item)
    put = [hit for hit in sentence.hits.every(Cue.MOVE_WEAK, Cue.BOOK) if hit.end <= start]
    moved = sentence.hits.first(Cue.MOVE)
    if put and moved is not None and put[-1].start > moved.start and old:
        return True
    before_to = any(has(tokens, n, Tag.TO) and not has(tokens, n, Tag.UNTIL) for n in range(item.last, len(tokens)))
    return not before_to and has(tokens, item.first - 1, Tag.FOR) and not _possessive(tokens, item.first)


def _possessive(tokens: list[Token], first: int) -> bool:
    return has(tokens, first - 1, Tag.OF)


def _amount(length: Amount) -> timedelta:
    return timedelta(seconds=min(length.seconds, 10**9), days=min(length.days + 30 * length.months, 10_000))


def _days_later(tokens: list[Token], item: Found) -> timedelta | None:
    """As in "two days later", said of an event: that much after it, not after today."""
    piece = item.piece
    if not isinstance(piece, DayPiece) or piece.day.plus is None or piece.day.offset != 0:
        return None
    return _amount(piece.day.plus) if tokens[item.last - 1].get(Tag.LATER) == 1 else None


def _remade(sentence: Sentence, item: Found) -> bool:
    """As in "make my 2pm 45 minutes": its new length, where nothing says earlier, later or by how much."""
    hits = sentence.hits
    aside = hits.has(Cue.ASIDE, Cue.STRETCH, Cue.SHRINK, Cue.MOVE) or has(sentence.tokens, item.first - 1, Tag.BY)
    return hits.has(Cue.REMAKE) and not aside


def _signed(sentence: Sentence, item: Found) -> timedelta:
    """As in "by an hour": later, unless the verb or a word says earlier."""
    piece = item.piece
    assert isinstance(piece, LengthPiece)  # noqa: S101 - the caller looked
    length = _amount(piece.length)
    earlier = any(Tag.EARLIER in token.senses for token in sentence.tokens)
    earlier = earlier or sentence.hits.has(Cue.SOONER, Cue.SOONER_WORD)
    return -length if earlier else length
