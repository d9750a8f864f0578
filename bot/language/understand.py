"""From a sentence to an `Ask`: what is wanted, when, with whom, for how long, and what must be asked first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.language.amounts import has
from bot.language.ask import Ask, Doubt, Intent, Question
from bot.language.gather import gather
from bot.language.normalise import Kind, clean
from bot.language.pieces import Found, LengthPiece
from bot.language.policy import Context
from bot.language.preferences import zone_named
from bot.language.sentence import Sentence, take_apart
from bot.language.verdict import Signs, Verdict
from bot.language.words import Cue, Tag, words

LONGEST = 2_000
LONGEST_FOR_TIMES = 200
_WRITES = frozenset({Intent.BOOK, Intent.MOVE, Intent.CANCEL, Intent.REMINDERS})


@dataclass(frozen=True, slots=True)
class Options:
    """What the asker's settings say. `order`: "mdy" or "dmy", None asks back. `week_start`: 0 is Monday."""

    order: str | None = None
    week_start: int = 0
    hours: tuple[time, time] = (time(9), time(17))


DEFAULTS = Options()


def understand(
    text: str,
    now: datetime,
    zone: ZoneInfo,
    people: Sequence[str] = (),
    *,
    verb: Intent | None = None,
    language: str = "en",
    order: str | None = None,
    week_start: int = 0,
    hours: tuple[time, time] = DEFAULTS.hours,
) -> Ask:
    """What `text` asks for, said at `now` (aware) by somebody in `zone` who knows `people` (full names).

    `verb`: the intent is known (a slash command), only the rest is read. `order`: "mdy" or "dmy" for 3/4. `week_start`:
    0 is Monday. `hours`: the working day. Same input, same answer; no I/O. Raises ValueError for a naive `now` and
    KeyError for a language that has no table; nothing for any text.
    """
    from bot.language.slots import fill  # with the first sentence: the process starts sooner

    if now.tzinfo is None:
        raise ValueError("now must be aware")
    table = words(language)
    if len(text) > LONGEST:
        return Ask(Intent.UNCLEAR, question=Question(Doubt.TOO_LONG, table.questions[Doubt.TOO_LONG]))
    sentence = take_apart(clean(text), table)
    context = Context(now.astimezone(zone), zone, table, order, week_start, hours)
    verdict = _verdict(sentence, people, verb)
    if sentence.clean.length > LONGEST_FOR_TIMES:
        if verdict.intent is Intent.NONE:
            return Ask(Intent.NONE, why=(verdict.reason,))
        return Ask(verdict.intent, question=Question(Doubt.TOO_LONG, table.questions[Doubt.TOO_LONG]))
    evening = any(token.text in table.meals for token in sentence.plain)
    context = replace(context, evening=evening, reads=verdict.intent not in _WRITES)
    ask = fill(sentence, verdict, context, people)
    if ask.when is not None and ask.question is None and verb is not Intent.SETTINGS and _on_another_clock(sentence):
        return replace(ask, question=Question(Doubt.LEFT_OVER, table.questions[Doubt.LEFT_OVER]))
    return ask


def _on_another_clock(sentence: Sentence) -> bool:
    """ "3pm Tokyo time": a time of another place, which was read on the asker's own clock."""
    return any(
        zone_named(sentence.text, sentence.plain[max(0, hit.first - 3) : hit.first], sentence.words) is not None
        for hit in sentence.hits.every(Cue.ZONE_TIME)
    )


def _verdict(sentence: Sentence, people: Sequence[str], verb: Intent | None) -> Verdict:
    if verb is not None:
        return Verdict(verb, 100, "command")
    from bot.language.intents import decide

    found = sentence.times(first_characters=LONGEST_FOR_TIMES)
    return decide(sentence.hits, gather(found, sentence.tokens), _signs(sentence, found, people))


def _signs(sentence: Sentence, found: list[Found], people: Sequence[str]) -> Signs:
    """What stands beside the cue phrases and the times."""
    taken = sentence.taken_by(found)
    hits, plain, cues = sentence.hits, sentence.plain, sentence.words.cues
    known = {word for name in people for word in name.casefold().split() if len(word) > 2}
    cued = {n for hit in hits.all for n in range(hit.first, hit.last)}

    def other(n: int) -> bool:
        free = n not in taken and n not in cued and Cue.FILLER not in cues.get(plain[n].text, ())
        return free and plain[n].text[:1].isalnum() and plain[n].text not in known

    filler = {n for n in cued if Cue.FILLER in cues.get(plain[n].text, ())}
    opens = [hit.first for hit in hits.every(Cue.OPEN)]
    return Signs(
        other_words=sum(other(n) for n in range(len(plain))),
        has_who=any(
            (token.extract is not None and token.extract.kind is Kind.WHO) or token.text in known for token in plain
        ),
        elsewhere=any(
            Cue.PLACE in cues.get(token.text, ()) and n not in taken and n + 1 < len(plain) and other(n + 1)
            for n, token in enumerate(plain)
        ),
        open_time=any(n - 1 in taken for n in opens),
        zone=hits.has(Cue.IN_PLACE) and zone_named(sentence.text, plain, sentence.words) is not None,
        taken=taken,
        amount_to=any(
            isinstance(item.piece, LengthPiece) and has(sentence.tokens, item.last, Tag.TO) for item in found
        ),
        number=any(token.digits and n not in taken for n, token in enumerate(plain)),
        bare=not hits.has(Cue.TALK, Cue.ASK)
        and not any(other(n) for n in range(len(plain)))
        and cued <= taken | filler,
    )
