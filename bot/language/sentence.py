"""One sentence, taken apart once: its tokens, its cue phrases, its times."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.language.hits import Hits, find_hits
from bot.language.normalise import Clean
from bot.language.pieces import Found
from bot.language.scan import scan
from bot.language.tokens import Token, merge, split
from bot.language.words import Tag, Words


@dataclass(frozen=True, slots=True)
class Sentence:
    """`plain` tokens are single words, for cues and names; `tokens` are phrases with senses, for times."""

    clean: Clean
    plain: list[Token]
    tokens: list[Token]
    hits: Hits
    words: Words

    @property
    def text(self) -> str:
        return self.clean.text

    def times(
        self,
        *,
        worded_ranges: bool = True,
        bare_after: frozenset[Tag] = frozenset(),
        amounts: bool = False,
        first_characters: int | None = None,
    ) -> list[Found]:
        """The pieces of times, of the whole text or of its first characters."""
        tokens = self.tokens
        if first_characters is not None and self.clean.length > first_characters:
            tokens = [token for token in tokens if token.end <= first_characters]
        return scan(tokens, worded_ranges=worded_ranges, bare_after=bare_after, amounts=amounts)

    def characters(self, found: Found) -> tuple[int, int]:
        """Where in the text a piece was read."""
        return self.tokens[found.first].start, self.tokens[found.last - 1].end

    def taken_by(self, found: Sequence[Found]) -> frozenset[int]:
        """The plain tokens that pieces cover."""
        taken: set[int] = set()
        n = 0
        for item in sorted(found, key=lambda f: f.first):
            start, end = self.characters(item)
            while n < len(self.plain) and self.plain[n].start < start:
                n += 1
            while n < len(self.plain) and self.plain[n].start < end:
                taken.add(n)
                n += 1
        return frozenset(taken)


def take_apart(clean: Clean, words: Words) -> Sentence:
    """The sentence of a clean text. Linear in its length."""
    plain = split(clean, words)
    return Sentence(clean, plain, merge(plain, words), find_hits(plain, words), words)
