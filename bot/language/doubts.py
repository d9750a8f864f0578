"""What must be asked before anything is done, as a question with the complete readings as its options."""

from dataclasses import replace
from datetime import timedelta

from bot.language.amounts import has
from bot.language.ask import Ask, Doubt, Grain, Intent, Question
from bot.language.gather import Gathered
from bot.language.labels import label
from bot.language.moments import TimeReading
from bot.language.pieces import Found
from bot.language.policy import Context
from bot.language.sentence import Sentence
from bot.language.words import Cue, Tag

_ORDER = (
    Doubt.UNCLEAR,
    Doubt.IMPOSSIBLE,
    Doubt.ENDS_FIRST,
    Doubt.DURATION,
    Doubt.PAST,
    Doubt.LEFT_OVER,
    Doubt.SKIPPED,
    Doubt.REPEATED,
    Doubt.TWO_READINGS,
)
_ZONE_LETTERS = 4
_LONGEST_NUMBER = 4
_TIMELY = (
    Tag.NUMBER,
    Tag.FRACTION,
    Tag.WEEKDAY,
    Tag.DAY,
    Tag.MERIDIEM,
    Tag.OCLOCK,
    Tag.BEFORE,
    Tag.UNTIL,
    Tag.POINT,
    Tag.TODAY_PART,
    Tag.MONTH,
    Tag.TIME_WORD,
    Tag.WEEKDAYS,
    Tag.WEEKEND,
)


def leftovers(sentence: Sentence, used: list[Found]) -> list[Doubt]:
    """LEFT_OVER when a word looks like time, is in no piece, and is not part of a title that was named outright."""
    taken = {n for item in used for n in range(item.first, item.last)}
    named = _named_titles(sentence)
    for n, token in enumerate(sentence.tokens):
        if (n not in taken and _foreign_zone(sentence, n, taken)) or _huge(sentence, n):
            return [Doubt.LEFT_OVER]
        if n in taken or not any(tag in token.senses for tag in _TIMELY) or Tag.UNSURE in token.senses:
            continue
        if any(start <= token.start < end for start, end in named):
            continue
        before = sentence.tokens[n - 1] if n else None
        if Tag.MERIDIEM in token.senses and not has(sentence.tokens, n - 1, Tag.NUMBER, Tag.TO, Tag.AT):
            continue  # "am I free"
        if token.digits and token.glued and before is not None and (before.text.isalpha() or before.text in "#$€£"):
            continue
        if Tag.NUMBER in token.senses and not token.digits and Tag.MANY in token.senses:
            continue
        if Tag.MERIDIEM in token.senses and not (before is not None and (before.digits or Tag.NUMBER in before.senses)):
            continue  # "am I free": the verb, not the half of the day
        after = sentence.tokens[n + 1] if n + 1 < len(sentence.tokens) else None
        if after is not None and Cue.RELATION in sentence.words.cues.get(after.text, ()):
            continue
        return [Doubt.LEFT_OVER]
    return []


def unrepeated(sentence: Sentence, used: list[Found]) -> bool:
    """True for a repetition that nothing read, as in "every payday": one event alone is not what is wanted."""
    taken = {n for item in used for n in range(item.first, item.last)}
    named = _named_titles(sentence)
    tokens, cues = sentence.tokens, sentence.words.cues
    for n, token in enumerate(tokens):
        if n in taken or any(start <= token.start < end for start, end in named):
            continue
        before = tokens[n - 1].text if n else ""
        guests = Cue.WITH in cues.get(before, ()) or has(tokens, n - 1, Tag.BEFORE, Tag.AFTER, Tag.FOR)
        if token.get(Tag.EVERY) == 0 and not guests:
            return True
        if Tag.EVERY in token.senses and has(tokens, n + 1, *_TIMELY, Tag.UNIT, Tag.ORDINAL, Tag.OTHER, Tag.PART):
            return True
    return False


def _foreign_zone(sentence: Sentence, n: int, taken: set[int]) -> bool:
    """As in "3pm EST": a zone behind a time that was read in the asker's own."""
    name = sentence.tokens[n].text
    return name in sentence.words.zones and len(name) <= _ZONE_LETTERS and n - 1 in taken


def _huge(sentence: Sentence, n: int) -> bool:
    """A number that is too long for any time, where a time is expected."""
    tokens = sentence.tokens
    after = tokens[n + 1] if n + 1 < len(tokens) else None
    if after is not None and after.glued and after.text.isalpha() and tokens[n].digits > _LONGEST_NUMBER:
        return True  # "99999m"
    expected = has(tokens, n - 1, Tag.AT, Tag.IN, Tag.FOR, Tag.ON) or has(tokens, n + 1, Tag.UNIT, Tag.MERIDIEM)
    return tokens[n].digits > _LONGEST_NUMBER and expected


def crowded(got: Gathered) -> bool:
    """True when more was said about the clock than one time can hold; one of it would be passed over."""
    kinds = (got.clocks, got.spans, got.bounds, [piece for piece in got.from_now if not piece.open])
    return sum(bool(kind) for kind in kinds) > 1 or len(got.spans) > 1 or len(got.ranges) > 1


def _named_titles(sentence: Sentence) -> list[tuple[int, int]]:
    """Where titles stand: behind "about" and "called" to the end, and in phrases such as "1 on 1"."""
    spans = [(hit.start, hit.end) for hit in sentence.hits.every(Cue.EVENT, Cue.OCCASION)]
    named = [hit for hit in sentence.hits.every(Cue.TITLE) if Cue.SOFT_TITLE not in hit.cues]
    return spans + [(hit.start, len(sentence.text)) for hit in named]


def past(ask: Ask, context: Context) -> list[Doubt]:
    """PAST when something is to be written where the time is over."""
    when = ask.when
    if when is None or ask.intent not in (Intent.BOOK, Intent.MOVE, Intent.REMINDERS):
        return []
    if when.grain in (Grain.POINT, Grain.WINDOW):
        over = when.start < context.now - timedelta(minutes=1)
    else:
        over = when.end is not None and when.end <= context.now
    return [Doubt.PAST] if over else []


def _said(ask: Ask) -> str:
    """What the times of an ask were read from."""
    ref = ask.when or (ask.target.when if ask.target else None)
    return ref.text if ref else ""


def with_doubt(ask: Ask, reading: TimeReading, doubts: list[Doubt], context: Context, *, on_target: bool) -> Ask:
    """The ask with its most pressing question; the readings of the time are the options."""
    doubt = next((kind for kind in _ORDER if kind in doubts), None)
    if doubt is None:
        return ask
    options: list[tuple[str, Ask]] = []
    if len(reading.choices) > 1 and doubt in (Doubt.TWO_READINGS, Doubt.SKIPPED, Doubt.REPEATED, Doubt.PAST):
        for name, choice in reading.choices[:5]:
            ref = replace(choice, text=_said(ask))
            option = (
                replace(ask, when=ref)
                if not on_target or (ask.when is not None and ask.intent is not Intent.MOVE)
                else ask
            )
            if on_target and ask.target is not None:
                option = replace(option, target=replace(ask.target, when=ref))
            if doubt is Doubt.PAST and ref.start < context.now:
                continue
            options.append((name or label(ref, context), replace(option, question=None)))
    return replace(ask, question=Question(doubt, context.words.questions[doubt], tuple(options)))
