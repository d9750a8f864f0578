"""Who is meant: names behind "with" and "invite", names before "are coming", addresses and mentions."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.language.hits import Hit, Hits
from bot.language.normalise import Kind
from bot.language.tokens import Token
from bot.language.words import Cue, Words

_MOST_WORDS = 4
_MOST_NAMES = 20


@dataclass(frozen=True, slots=True)
class People:
    """Names as typed, in order, and the plain tokens that said them."""

    names: tuple[str, ...] = ()
    taken: frozenset[int] = frozenset()


class Finder:
    """Looks for names in one sentence. `busy`: the plain tokens that times took."""

    def __init__(
        self, source: str, plain: Sequence[Token], hits: Hits, busy: frozenset[int], words: Words, known: Sequence[str]
    ) -> None:
        self._source = source
        self._plain = plain
        self._words = words
        self._busy = busy
        self._hits = hits
        self._known = known
        self._known_words = {word for name in known for word in name.casefold().split()}
        self._cased = any(c.isupper() for token in plain[1:] for c in source[token.start : token.start + 1])

    def find(self, *, asked: bool = False, strays: bool = False, owners: bool = False) -> People:
        """Everybody named. `asked`: "is Ana free" names somebody too. `strays`: known names count wherever they stand.

        `owners`: "Ana's meeting" is hers.
        """
        groups: list[list[str]] = []
        taken: set[int] = set()
        for index, token in enumerate(self._plain):
            if token.extract is not None and token.extract.kind is Kind.WHO:
                groups.append([token.extract.value])
                taken.add(index)
        for hit in self._hits.all:
            if not taken.isdisjoint(range(hit.first, hit.last)):
                continue  # a name that is also a verb: "with Mark"
            found: list[tuple[str, range]] = []
            if Cue.WITH in hit.cues or Cue.GUEST in hit.cues:
                found = self._after(hit.last, loose=True)
                taken.update(range(hit.first, hit.last) if found else ())
            elif self._ends_with(hit, Cue.WITH):
                found = self._after(hit.last, loose=True)
                taken.add(hit.last - 1)
            elif asked and Cue.MODAL in hit.cues and Cue.ME not in hit.cues:
                found = self._after(hit.last, loose=True)
            elif Cue.MEET in hit.cues or (asked and Cue.AM_I in hit.cues) or Cue.BOOK in hit.cues:
                found = self._after(hit.last, loose=False)
            elif Cue.COMING in hit.cues:
                found = self._before(hit.first)
                taken.update(range(hit.first, hit.last) if found else ())
            groups.append([name for name, _ in found])
            taken.update(n for _, where in found for n in where)
        stray = [*(self._strays(taken) if strays else []), *(self._owners(taken) if owners else [])]
        groups.append([name for name, _ in stray])
        taken.update(n for _, where in stray for n in where)
        names = [name for group in groups for name in group]
        if self._cased and any(name[:1].isupper() for name in names):
            # In a text that writes names large, "with care" is no guest.
            sure = [group for group in groups if any(not name[:1].islower() or self._sure(name) for name in group)]
            names = [name for group in sure for name in group]
        return People(tuple(dict.fromkeys(names))[:_MOST_NAMES], frozenset(taken))

    def _strays(self, taken: set[int]) -> list[tuple[str, range]]:
        """Names of the directory that no word introduces: "30m Ana Thursday". Not in a title that is named outright."""
        found: list[tuple[str, range]] = []
        titles = [hit.first for hit in self._hits.every(Cue.TITLE) if Cue.SOFT_TITLE not in hit.cues]
        n, stop = 0, min(titles, default=len(self._plain))
        while n < stop:
            end = n
            while end < stop and end not in taken and end not in self._busy and self._stray(end):
                end += 1
            if end > n:
                found.append((self._text(n, end), range(n, end)))
            n = max(end, n + 1)
        return found

    def _stray(self, i: int) -> bool:
        token = self._plain[i]
        plain = not self._cues(i) and token.text not in self._words.senses
        return token.text in self._known_words and not self._owns(i) and (plain or (self._cased and self._upper(i)))

    def _owners(self, taken: set[int]) -> list[tuple[str, range]]:
        """As in "Ben's meeting" and "Ana's invitation", where the event has no other name."""
        return [
            (self._text(n, n + 1), range(n, n + 1))
            for n in range(len(self._plain) - 1)
            if n not in taken
            and self._source[self._plain[n].start : self._plain[n].end].endswith("'s")
            and self._name_word(n, loose=True)
            and self._is(n + 1, Cue.GENERIC)
        ]

    def _sure(self, name: str) -> bool:
        return "@" in name or any(word in self._known_words for word in name.casefold().split())

    def _ends_with(self, hit: Hit, cue: Cue) -> bool:
        """As in "meet with", "call with", "time with": the name follows."""
        last = hit.phrase.rpartition(" ")[2]
        return hit.last - hit.first > 1 and cue in self._words.cues.get(last, ())

    def _after(self, i: int, *, loose: bool) -> list[tuple[str, range]]:
        """Names from token `i` on, split by commas and "and"."""
        found: list[tuple[str, range]] = []
        while i < len(self._plain) and len(found) < _MOST_NAMES:
            while i < len(self._plain) and self._skippable(i):
                i += 1
            end = self._name_end(i, loose=loose or bool(found), first=not found)
            if end == i:
                token = self._plain[i] if i < len(self._plain) else None
                extract = token.extract if token is not None else None
                if extract is not None and extract.kind is Kind.WHO:
                    end = i + 1
                elif extract is not None and extract.kind is Kind.TITLE and not found and loose:
                    end = i + 1  # with "Ana Ruiz"
                    found.append((extract.value, range(i, end)))
                elif token is not None and found == [] and loose and self._is(i, Cue.RELATION):
                    end = i + 1
                else:
                    break
            else:
                found.append((self._text(i, end), range(i, end)))
            follow = end
            while follow < len(self._plain) and self._joins(follow):
                follow += 1
            if follow == end:
                break
            i = follow
        return found

    def _before(self, end: int) -> list[tuple[str, range]]:
        """Names in front of "are coming"."""
        found: list[tuple[str, range]] = []
        while end > 0 and len(found) < _MOST_NAMES:
            start = end
            while (
                start > 0
                and end - start < _MOST_WORDS
                and self._name_word(start - 1, loose=not found or not self._cased)
            ):
                start -= 1
            if start == end:
                break
            found.append((self._text(start, end), range(start, end)))
            follow = start
            while follow > 0 and self._joins(follow - 1):
                follow -= 1
            if follow == start:
                break
            end = follow
        return found[::-1]

    def _name_end(self, i: int, *, loose: bool, first: bool) -> int:
        """Where the name at `i` ends; `i` itself when there is none."""
        end = i
        title = self._is(i, Cue.HONORIFIC) and i + 1 < len(self._plain)
        if title:
            end = i + 1
            if end < len(self._plain) and self._plain[end].text == ".":
                end += 1
            if not self._name_word(end, loose=True):
                return i
        if not loose and i < len(self._plain) and self._owns(i):
            return i  # "add Ada's wedding": hers, but she is no guest
        start_cased = self._upper(i)
        while end < len(self._plain) and end - i < _MOST_WORDS + 2 * title:
            token = self._plain[end]
            if not self._name_word(end, loose=loose and (end == i or not start_cased or title)):
                break
            if end > i and not title and not start_cased and token.text not in self._known_words and end - i >= 2:
                break
            hyphen = end + 1 < len(self._plain) and self._plain[end + 1].text == "-" and self._plain[end + 1].glued
            end += 3 if hyphen and self._name_word(end + 2, loose=True) and self._plain[end + 2].glued else 1
            if not self._cased and not first and end - i >= 2:
                break
        return end

    def _name_word(self, i: int, *, loose: bool) -> bool:
        if not 0 <= i < len(self._plain) or i in self._busy:
            return False
        token = self._plain[i]
        if token.extract is not None or not token.text[:1].isalpha():
            return False
        if token.text in self._known_words:
            return True
        cues = self._words.cues.get(token.text, ())
        if self._upper(i) and self._cased and not {Cue.STOP, Cue.RELATION, Cue.POLITE}.intersection(cues):
            return True
        if not loose:
            return False
        return not cues or cues == (Cue.PROVIDER,)

    def _skippable(self, i: int) -> bool:
        return self._is(i, Cue.MY) or self._plain[i].text == ":" or self._is(i, Cue.ALL)

    def _joins(self, i: int) -> bool:
        token = self._plain[i]
        if token.text in (",", "&", "+"):
            return True
        return any(tag.value == "and" for tag, _ in self._words.senses.get(token.text, ()))

    def _owns(self, i: int) -> bool:
        return self._source[self._plain[i].start : self._plain[i].end].casefold() != self._plain[i].text

    def _upper(self, i: int) -> bool:
        return i < len(self._plain) and self._source[self._plain[i].start : self._plain[i].start + 1].isupper()

    def _is(self, i: int, cue: Cue) -> bool:
        return i < len(self._plain) and cue in self._cues(i)

    def _cues(self, i: int) -> tuple[Cue, ...]:
        return self._words.cues.get(self._plain[i].text, ())

    def _text(self, start: int, end: int) -> str:
        raw = self._source[self._plain[start].start : self._plain[end - 1].end]
        return raw.removesuffix("'s").strip(" .") if raw.endswith("'s") else raw.strip()
