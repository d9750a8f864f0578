"""Where a sentence says what is wanted: the cue phrases of a language, longest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.language.tokens import Token
from bot.language.words import Cue, Words


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase with cues over the plain tokens `[first, last)`, at characters `[start, end)`."""

    cues: tuple[Cue, ...]
    first: int
    last: int
    start: int
    end: int
    phrase: str


class Hits:
    """The cue phrases of one sentence, in order, not overlapping."""

    def __init__(self, hits: Sequence[Hit], words_count: int) -> None:
        self.all = tuple(hits)
        self.words_count = words_count
        self._present = {cue for hit in self.all for cue in hit.cues}

    def has(self, *cues: Cue) -> bool:
        return not self._present.isdisjoint(cues)

    def first(self, *cues: Cue) -> Hit | None:
        return next((hit for hit in self.all if not set(cues).isdisjoint(hit.cues)), None)

    def every(self, *cues: Cue) -> list[Hit]:
        return [hit for hit in self.all if not set(cues).isdisjoint(hit.cues)]

    def head(self, skipped: Iterable[Cue]) -> Hit | None:
        """The first phrase that is more than politeness."""
        passed = set(skipped)
        return next((hit for hit in self.all if passed.isdisjoint(hit.cues)), None)

    def near(self, one: Cue, others: Sequence[Cue], within: int) -> bool:
        """True when a hit of `others` begins at most `within` words after one of `one`."""
        ends = [hit.last for hit in self.every(one)]
        starts = [hit.first for hit in self.every(*others)]
        return any(0 <= start - end <= within for end in ends for start in starts[:20])


def find_hits(plain: Sequence[Token], words: Words) -> Hits:
    """The cue phrases over plain tokens. Linear: no phrase is longer than the table's longest."""
    found: list[Hit] = []
    i = 0
    while i < len(plain):
        for size in range(min(words.longest_cue, len(plain) - i), 0, -1):
            run = plain[i : i + size]
            phrase = run[0].text if size == 1 else " ".join(token.text for token in run)
            cues = words.cues.get(phrase)
            if cues is not None:
                found.append(Hit(cues, i, i + size, run[0].start, run[-1].end, phrase))
                i += size
                break
        else:
            i += 1
    return Hits(found, sum(token.text[:1].isalnum() for token in plain))
