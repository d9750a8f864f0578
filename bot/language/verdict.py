"""What a rule sees of a sentence, and what it says."""

from dataclasses import dataclass

from bot.language.ask import Intent
from bot.language.hits import Hit, Hits
from bot.language.words import Cue

POLITE = (Cue.POLITE, Cue.TALK, Cue.ME, Cue.MY, Cue.WE, Cue.WITH, Cue.MODAL)


VERBS = (Cue.BOOK, Cue.MOVE, Cue.CANCEL)


THINGS = (Cue.EVENT, Cue.CALENDAR)


OCCASIONS = (Cue.OCCASION, Cue.PUBLIC, Cue.WORK)


@dataclass(frozen=True, slots=True)
class Verdict:
    """An intent, how sure the rule is (0 to 100), and its name. `bare`: nothing but a time was said."""

    intent: Intent
    score: int
    reason: str
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Signs:
    """What the words beside the cues say. `other_words`: taken by no time and no cue. `has_who`: somebody known.

    `elsewhere`: "in Chicago", a place that is no time. `open_time`: "is 3pm open". `bare`: nothing but a time.
    `zone`: a time zone or its city. `number`: a number that no time took. `taken`: the plain tokens
    that times took. `amount_to`: "15 minutes to".
    """

    other_words: int = 0
    has_who: bool = False
    elsewhere: bool = False
    open_time: bool = False
    bare: bool = False
    zone: bool = False
    number: bool = False
    taken: frozenset[int] = frozenset()
    amount_to: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rules look at."""

    hits: Hits
    head: Hit | None
    time: bool
    clock: bool
    other_words: int
    has_who: bool
    elsewhere: bool
    open_time: bool
    zone: bool
    number: bool
    taken: frozenset[int]
    amount_to: bool

    def headed(self, *cues: Cue) -> bool:
        return self.head is not None and not set(cues).isdisjoint(self.head.cues)
