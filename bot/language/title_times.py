"""A title that is introduced outright keeps its words: what looks like a time in it is none, once a time was read."""

from bot.language.pieces import (
    AllDayPiece,
    BoundPiece,
    ClockPiece,
    ClocksPiece,
    DayPiece,
    DaysPiece,
    EveryPiece,
    Found,
    FromNowPiece,
    LengthPiece,
    NowPiece,
    PartPiece,
    WeekdaysPiece,
)
from bot.language.sentence import Sentence
from bot.language.words import Cue, Tag

_SMALL = (Tag.AT, Tag.ON, Tag.IN, Tag.FOR, Tag.FROM, Tag.THE, Tag.BY, Tag.AND)
_ENDS = (Cue.WITH, Cue.GUEST, Cue.CALENDAR, Cue.PLACE)
_DAY, _CLOCK, _LENGTH, _EVERY = "day", "clock", "length", "every"


def outside_titles(sentence: Sentence, found: list[Found]) -> list[Found]:
    """The pieces without those that are words of a title.

    A time that stood before the introducing word is not said again behind it. What it still lacks (its hour, its day,
    its length) may stand at the very end: "tomorrow about the budget at 3".
    """
    for hit in sentence.hits.every(Cue.TITLE):
        if Cue.SOFT_TITLE in hit.cues:
            continue
        before = [item for item in found if sentence.characters(item)[0] < hit.start]
        told = {kind for item in before for kind in _kinds(item)}
        if any(sentence.characters(item)[1] > hit.start for item in before) or not told & {_DAY, _CLOCK}:
            continue
        behind = [item for item in found if item not in before]
        at_it = bool(behind) and sentence.characters(behind[0])[0] == hit.start
        if at_it and not {_DAY, _CLOCK} <= told:
            continue  # "tomorrow about 3"
        return before + _at_the_end(sentence, behind, told, hit.end)
    return found


def _at_the_end(sentence: Sentence, behind: list[Found], told: set[str], start: int) -> list[Found]:
    """The last pieces that say what is still missing, unless they are the whole title."""
    kept: list[Found] = []
    for item in reversed(behind):
        kinds = _kinds(item)
        first, last = sentence.characters(item)
        following = sentence.characters(kept[0])[0] if kept else len(sentence.text)
        if kinds & told or not kinds or not _only_small(sentence, last, following, closed=bool(kept)):
            break
        if _only_small(sentence, start, first, closed=True):
            break
        kept.insert(0, item)
        told = told | kinds
    return kept


def _only_small(sentence: Sentence, start: int, end: int, *, closed: bool) -> bool:
    """True when only small words stand there; not `closed`: up to the guests or the place."""
    cues = sentence.words.cues
    for token in sentence.tokens:
        if not start <= token.start < end:
            continue
        own = cues.get(token.text, ())
        if not closed and not set(own).isdisjoint(_ENDS):
            return True
        small = any(tag in token.senses for tag in _SMALL) or Cue.FILLER in own or Cue.POLITE in own
        if token.text[:1].isalnum() and not small:
            return False
    return True


def _kinds(item: Found) -> frozenset[str]:
    """What of a time a piece says."""
    match item.piece:
        case DayPiece() | DaysPiece() | WeekdaysPiece() | AllDayPiece():
            return frozenset({_DAY})
        case EveryPiece():
            return frozenset({_DAY, _EVERY})
        case ClockPiece():
            return frozenset({_CLOCK})
        case ClocksPiece():
            return frozenset({_CLOCK, _LENGTH})
        case PartPiece(_, today):
            return frozenset({_DAY}) if today else frozenset({_CLOCK})
        case BoundPiece(_, clock, day):
            return frozenset({kind for kind, said in ((_CLOCK, clock), (_DAY, day)) if said is not None})
        case FromNowPiece(open=False) | NowPiece():
            return frozenset({_DAY, _CLOCK})
        case LengthPiece():
            return frozenset({_LENGTH})
    return frozenset()
