"""What an event is called: quoted, else named by "about" or "called", else the words that nothing else took."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.language.hits import Hits
from bot.language.normalise import Kind
from bot.language.tokens import Token
from bot.language.words import Cue, Words

_LONGEST = 120
_NEVER = (
    Cue.BOOK,
    Cue.BOOK_WEAK,
    Cue.MOVE,
    Cue.CANCEL,
    Cue.POLITE,
    Cue.CALENDAR,
    Cue.REMIND,
    Cue.ASK,
    Cue.ASK_PLANS,
    Cue.RESPOND_YES,
    Cue.RESPOND_NO,
    Cue.RESPOND_MAYBE,
    Cue.AM_I,
)


@dataclass(frozen=True, slots=True)
class Title:
    """The title, the place if one was named, and the plain tokens of a title that was named outright."""

    text: str = ""
    location: str = ""
    taken: frozenset[int] = frozenset()


def find_title(
    source: str,
    plain: Sequence[Token],
    hits: Hits,
    busy: frozenset[int],
    who: frozenset[int],
    words: Words,
    *,
    outright: bool = False,
    also: tuple[Cue, ...] = (),
) -> Title:
    """The title of one sentence. `busy`: tokens that times took; `who`: tokens that names took.

    `outright`: only a title that is quoted or named. `also`: further cues whose words are in no title.
    """
    for index, token in enumerate(plain):
        if token.extract is not None and token.extract.kind is Kind.TITLE and index not in who:
            return Title(token.extract.value[:_LONGEST], taken=frozenset({index}))
    used = busy | who
    location, placed = _place(source, plain, hits, used, words)
    named = _named(source, plain, hits, used | placed, words)
    if named.text:
        return Title(named.text, location, named.taken)
    if outright:
        return Title()
    return Title(_left(source, plain, hits, used | placed, words, also), location)


def _named(source: str, plain: Sequence[Token], hits: Hits, used: frozenset[int], words: Words) -> Title:
    """What follows "about", "called", "to discuss", up to a time, a name or the end of the sentence."""
    for hit in hits.every(Cue.TITLE):
        keeps_verb = Cue.VERB_TITLE in hit.cues
        first = hit.first + 1 if keeps_verb else hit.last
        last = hit.last
        while last < len(plain) and last not in used and plain[last].text not in (".", "?", "!", ";"):
            last += 1
        # "for a spring planning": an article of its own.
        while first < last and _cue(plain[first], Cue.FILLER, words) and not keeps_verb:
            first += 1
        text = _text(source, plain, range(first, last), words, linked=True)
        if text and not (
            Cue.SOFT_TITLE in hit.cues and hits.first(Cue.EVENT, Cue.OCCASION) is not None and _generic(text, words)
        ):
            return Title(text, taken=frozenset(range(hit.first, last)))
    return Title()


def _left(
    source: str, plain: Sequence[Token], hits: Hits, used: frozenset[int], words: Words, also: tuple[Cue, ...]
) -> str:
    """The longest run of words that is neither a time, a name nor a verb of the calendar."""
    drop = set(used)
    reminds = hits.first(Cue.REMIND)
    for hit in hits.all:
        if reminds is not None and hit.first > reminds.first and Cue.REMIND not in hit.cues:
            continue  # what to remind of is said in any words
        if not set(hit.cues).isdisjoint((*_NEVER, *also)) and set(hit.cues).isdisjoint((Cue.OCCASION, Cue.PUBLIC)):
            keep = {n for n in range(hit.first, hit.last) if _cue(plain[n], Cue.EVENT, words) and n > hit.first}
            drop |= set(range(hit.first, hit.last)) - keep
    runs: list[range] = []
    start = 0
    for n in range(len(plain) + 1):
        stops = n == len(plain) or n in drop or plain[n].text in (".", "?", "!", ";", ",")
        if stops:
            if n > start:
                runs.append(range(start, n))
            start = n + 1
    texts = [(text, _weight(run, plain, words)) for run in runs if (text := _text(source, plain, run, words))]
    if not texts:
        return ""
    best = max(texts, key=lambda pair: pair[1])[0]
    return "" if _generic(best, words) else best


def _weight(run: range, plain: Sequence[Token], words: Words) -> int:
    named = any(_cue(plain[n], Cue.OCCASION, words) or _cue(plain[n], Cue.EVENT, words) for n in run)
    return 10 * named + sum(not _cue(plain[n], Cue.FILLER, words) for n in run)


def _generic(text: str, words: Words) -> bool:
    """As in "meeting", "appointment", "event": no title of its own."""
    left = [word for word in text.casefold().split() if not {Cue.FILLER, Cue.ALL} & set(words.cues.get(word, ()))]
    return all(Cue.GENERIC in words.cues.get(word, ()) for word in left)


def _place(
    source: str, plain: Sequence[Token], hits: Hits, used: frozenset[int], words: Words
) -> tuple[str, frozenset[int]]:
    """As in "at the old harbour": a preposition of place that no time took, up to the next one."""
    inside = {n for hit in hits.all if Cue.BOOK in hit.cues for n in range(hit.first + 1, hit.last)}
    for n, token in enumerate(plain):
        if n in used or n in inside or n == 0 or not _cue(token, Cue.PLACE, words):
            continue
        end = n + 1
        link = plain[end].extract if end < len(plain) and end not in used else None
        if link is not None and link.kind is Kind.LINK and "://" in link.value:
            return link.value[:_LONGEST], frozenset({n, end})
        while (
            end < len(plain) and end not in used and (plain[end].text.isalnum() or plain[end].text in ("'", "-", "&"))
        ):
            if end > n + 1 and _cue(plain[end], Cue.STOP, words):
                break
            if set(words.cues.get(plain[end].text, ())) & {Cue.CALENDAR, Cue.WITH}:
                break
            end += 1
        text = source[plain[n + 1].start : plain[end - 1].end].strip() if end > n + 1 else ""
        if any(c.isalpha() for c in _text(source, plain, range(n + 1, end), words)):
            return text[:_LONGEST], frozenset(range(n, end))
    return "", frozenset()


def _text(source: str, plain: Sequence[Token], run: range, words: Words, *, linked: bool = False) -> str:
    """The words of a run as typed, without the small words at its ends; `linked`: links at its ends are words too."""
    first, last = run.start, run.stop
    while first < last and (
        _cue(plain[first], Cue.FILLER, words)
        or _cue(plain[first], Cue.ALL, words)
        or not _is_word(plain[first], linked)
    ):
        first += 1
    while first < last and (_cue(plain[last - 1], Cue.FILLER, words) or not _is_word(plain[last - 1], linked)):
        last -= 1
    if first == last:
        return ""
    parts: list[str] = []
    cursor = plain[first].start
    for token in plain[first:last]:
        if token.extract is not None:  # nobody sees the mark that stands for it
            parts += [source[cursor : token.start], token.extract.label]
            cursor = token.end
    parts.append(source[cursor : plain[last - 1].end])
    return " ".join("".join(parts).split())[:_LONGEST]


def _is_word(token: Token, linked: bool) -> bool:
    """Whether a title may begin or end with it: a channel may, another link only where the title is named outright."""
    if token.extract is None:
        return token.text[:1].isalnum()
    return bool(token.extract.label) and (linked or token.extract.label.startswith("#"))


def _cue(token: Token, cue: Cue, words: Words) -> bool:
    return cue in words.cues.get(token.text, ())
