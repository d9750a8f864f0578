"""When reminders are refused: "stop reminding me", "no reminders", "turn the reminders off"."""

from collections.abc import Sequence

from bot.language.hits import Hits
from bot.language.tokens import Token
from bot.language.words import Cue

_BETWEEN = 3


def refused(hits: Hits, plain: Sequence[Token]) -> bool:
    """True when a word of refusal stands close before the word for reminders, or ends the sentence behind it."""
    remind = hits.first(Cue.REMIND)
    if remind is None:
        return False
    for hit in hits.every(Cue.OFF):
        between = plain[min(hit.last, remind.last) : max(hit.first, remind.first)]
        close = len(between) <= _BETWEEN and all(token.text[:1].isalnum() for token in between)
        if close and (hit.last <= remind.first or not any(token.text[:1].isalnum() for token in plain[hit.last :])):
            return True
    return False
