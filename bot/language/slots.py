"""Filling an `Ask`: each intent takes its own meaning from the times, names and words of a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.language.ask import Ask, Doubt, Intent, Question, Target, TimeRef
from bot.language.doubts import crowded, leftovers, past, unrepeated, with_doubt
from bot.language.gather import Gathered, gather
from bot.language.limits import limits
from bot.language.moments import NOTHING, TimeReading
from bot.language.moves import split_move
from bot.language.naming import named
from bot.language.pieces import (
    Amount,
    BoundPiece,
    DaySpec,
    EveryPiece,
    Found,
    FromNowPiece,
    LengthPiece,
    Span,
)
from bot.language.policy import Context
from bot.language.preferences import preferences
from bot.language.reading import read
from bot.language.recurrence import agrees, repeat
from bot.language.refusals import refused
from bot.language.sentence import Sentence
from bot.language.title_times import outside_titles
from bot.language.verdict import Verdict
from bot.language.words import Cue, Tag, Unit
from bot.scheduling.event import Response

_LONGEST_EVENT = timedelta(hours=24)
_NAMED_OUTRIGHT = (Intent.BOOK, Intent.REMINDERS, Intent.CANCEL)
_QUIET = (Intent.NONE, Intent.UNCLEAR, Intent.HELP, Intent.CONNECT, Intent.DISCONNECT, Intent.STATUS, Intent.SETTINGS)


@dataclass(frozen=True, slots=True)
class _Draft:
    """An ask in the making, with what is doubtful about it."""

    ask: Ask
    reading: TimeReading
    doubts: tuple[Doubt, ...] = ()
    on_target: bool = False


def fill(sentence: Sentence, verdict: Verdict, context: Context, people: Sequence[str]) -> Ask:
    """The ask of a sentence whose intent is decided."""
    intent = verdict.intent
    found = _times(sentence, intent)
    if intent is Intent.MOVE:
        draft, used = _move(sentence, found, context)
    elif intent is Intent.REMINDERS:
        draft, used = _remind(sentence, found, context)
    else:
        draft, used = _plain(sentence, intent, found, context)
    ask = named(sentence, draft.ask, used, context, people)
    read_texts = tuple(sentence.text[slice(*sentence.characters(item))] for item in used)
    ask = _with_text(replace(ask, why=(verdict.reason, *read_texts)), " ".join(read_texts))
    doubts = list(draft.doubts)
    if intent not in _QUIET or intent is Intent.UNCLEAR:
        doubts += leftovers(sentence, used)
        doubts += past(ask, context)
    if alone := intent is Intent.BOOK and unrepeated(sentence, used):
        doubts.append(Doubt.LEFT_OVER)
    if verdict.bare:
        return replace(ask, question=_either(sentence, context, people))
    if intent is Intent.UNCLEAR:
        doubts = [Doubt.UNCLEAR]
    if intent in _QUIET and intent is not Intent.UNCLEAR:
        return ask
    reading = NOTHING if alone else draft.reading
    return with_doubt(ask, reading, doubts, context, on_target=draft.on_target)


def _either(sentence: Sentence, context: Context, people: Sequence[str]) -> Question:
    """As in "tomorrow 3pm", and nothing else: to be booked, or asked about."""
    options: list[tuple[str, Ask]] = []
    for intent, name in context.words.choices.items():
        asked = fill(sentence, Verdict(intent, 0, name), replace(context, reads=intent is not Intent.BOOK), people)
        if asked.question is None:
            options.append((name, asked))
        else:
            options += [(f"{name}: {which}", option) for which, option in asked.question.options]
    return Question(Doubt.UNCLEAR, context.words.questions[Doubt.UNCLEAR], tuple(options))


def _with_text(ask: Ask, text: str) -> Ask:
    """The ask whose times say what they were read from."""
    target = ask.target
    if target is not None and target.when is not None:
        target = replace(target, when=replace(target.when, text=text))
    return replace(ask, when=replace(ask.when, text=text) if ask.when else None, target=target)


def _times(sentence: Sentence, intent: Intent) -> list[Found]:
    if intent is Intent.MOVE:
        after = frozenset({Tag.TO, Tag.INSTEAD, Tag.FROM, Tag.FOR})
        return sentence.times(worded_ranges=False, bare_after=after, amounts=True)
    found = sentence.times()
    return outside_titles(sentence, found) if intent in _NAMED_OUTRIGHT else found


def _plain(sentence: Sentence, intent: Intent, found: list[Found], context: Context) -> tuple[_Draft, list[Found]]:
    if sentence.hits.has(Cue.WHY_NOT):
        found = [replace(item, negated=False) for item in found]  # the "not" belongs to "why"
    got = gather(found, sentence.tokens)
    if intent is Intent.BOOK and got.weekdays and got.every is None and (got.clocks or got.spans):
        got.every, got.weekdays = EveryPiece(Unit.WEEK, 1, got.weekdays), ()
    recurrence, unsaid = None, None
    if got.every is not None and intent in (Intent.BOOK, Intent.REMINDERS):
        recurrence, unsaid = repeat(got, context)
    elif got.every is not None and got.every.places and not got.days:
        repeat(got, context)
    elif got.every is not None and got.every.weekdays:
        got.weekdays = tuple(sorted({*got.weekdays, *got.every.weekdays}))
    reading = read(got, context)
    if recurrence is not None and not agrees(got, reading, context):
        recurrence, unsaid = None, Doubt.LEFT_OVER
    if unsaid is not None:
        reading = replace(reading, choices=reading.choices[:1])  # no button for less than was asked
    doubts = [doubt for doubt in (reading.doubt, unsaid) if doubt]
    if context.reads and reading.doubt is Doubt.LEFT_OVER:
        doubts = []  # the limits keep it
    if not context.reads and crowded(got):
        doubts.append(Doubt.LEFT_OVER)
    if reading.doubt is Doubt.TWO_READINGS and context.reads and _only_next(got):
        doubts = []
    duration = _length(got, sentence, intent, found)
    if duration is not None and not timedelta() < duration <= _LONGEST_EVENT:
        all_days = duration > _LONGEST_EVENT and intent in (*_QUIET, Intent.AGENDA, Intent.CANCEL)
        doubts += [] if all_days else [Doubt.DURATION]
        duration = None if intent not in _QUIET else duration
    when = reading.best
    if intent is Intent.BOOK and duration is None and got.spans and when and when.end:
        duration = when.end - when.start
    ask = Ask(
        intent,
        when=when,
        duration=duration,
        constraints=limits(got, sentence.tokens, reading, context),
        recurrence=recurrence,
        all_day=(got.all_day or _away(sentence, got)) and intent in (Intent.BOOK, Intent.IS_FREE_AT),
    )
    if intent in (Intent.CANCEL, Intent.RESPOND):
        ask = replace(ask, target=Target(when, every=sentence.hits.has(Cue.ALL)), response=_response(sentence))
    if intent is Intent.SETTINGS:
        pairs = preferences(sentence.hits, got, sentence.text, sentence.tokens, context)
        ask = Ask(Intent.SETTINGS, settings=pairs)
        if not pairs and not sentence.hits.has(Cue.SETTING):
            ask = replace(ask, question=Question(Doubt.MISSING, context.words.questions[Doubt.MISSING]))
    if intent is Intent.IS_FREE_AT:
        ask = replace(ask, reason_wanted=sentence.hits.has(Cue.WHY_NOT))
    return _Draft(ask, reading, tuple(doubts), on_target=intent in (Intent.CANCEL, Intent.RESPOND)), found


def _away(sentence: Sentence, got: Gathered) -> bool:
    """As in "vacation from the 16th to the 20th": whole days, where no clock time was said."""
    timed = got.clocks or got.spans or got.parts or got.lengths or got.bounds
    return sentence.hits.has(Cue.ABSENCE) and bool(got.days or got.ranges) and not timed


def _only_next(got: Gathered) -> bool:
    """As in "next Friday" alone makes the doubt; a question that only reads is answered."""
    return all(day.day is None and not day.numeric for day in got.days) and len(got.days) == 1


def _length(got: Gathered, sentence: Sentence, intent: Intent, found: list[Found]) -> timedelta | None:
    if not got.lengths:
        if intent is Intent.FREE:
            return _unnumbered(sentence, found)
        return None
    pick = next((piece for piece in got.lengths if piece.said_for), got.lengths[0])
    length = pick.length
    return timedelta(
        seconds=min(length.seconds, 10**9), days=min(length.days + 30 * length.months + length.workdays, 10**5)
    )


def _unnumbered(sentence: Sentence, found: list[Found]) -> timedelta | None:
    """As in "any free hour": one of the unit."""
    taken = {n for item in found for n in range(item.first, item.last)}
    for n, token in enumerate(sentence.tokens):
        if n not in taken and token.get(Tag.UNIT) == Unit.HOUR.value and sentence.hits.has(Cue.FREE, Cue.SLOT):
            return timedelta(hours=1)
    return None


def _response(sentence: Sentence) -> Response | None:
    for cue, response in (
        (Cue.RESPOND_MAYBE, Response.TENTATIVE),
        (Cue.RESPOND_NO, Response.DECLINED),
        (Cue.RESPOND_YES, Response.ACCEPTED),
    ):
        if sentence.hits.has(cue):
            return response
    return None


def _remind(sentence: Sentence, found: list[Found], context: Context) -> tuple[_Draft, list[Found]]:
    """A length before is a lead, and the other time is the event's; "in 15 minutes" and "at 3" are the reminder's."""
    leads: list[timedelta] = []
    rest: list[Found] = []
    for item in found:
        piece = item.piece
        if (isinstance(piece, FromNowPiece) and piece.open and piece.back) or (
            isinstance(piece, LengthPiece) and not piece.said_for
        ):
            leads.append(_as_delta(piece.length))
        elif isinstance(piece, LengthPiece):
            rest.append(replace(item, piece=FromNowPiece(piece.length)))
        else:
            rest.append(item)
    draft, _ = _plain(sentence, Intent.REMINDERS, rest, context)
    if refused(sentence.hits, sentence.plain):
        return replace(draft, ask=replace(draft.ask, off=True)), found
    ask = replace(draft.ask, leads=tuple(dict.fromkeys(leads)))
    if leads and ask.when is not None:
        ask = replace(ask, target=Target(ask.when), when=None)
        return _Draft(ask, draft.reading, draft.doubts, on_target=True), found
    bad = any(not timedelta() < lead <= timedelta(days=28) for lead in leads)
    return _Draft(ask, draft.reading, (*draft.doubts, *([Doubt.DURATION] if bad else []))), found


def _as_delta(length: Amount) -> timedelta:
    return timedelta(seconds=min(length.seconds, 10**8), days=min(length.days + 30 * length.months, 10**4))


def _move(sentence: Sentence, found: list[Found], context: Context) -> tuple[_Draft, list[Found]]:
    """The old time is the target's, the new one is `when`; a new clock time without a day stays on the old day."""
    parts = split_move(sentence, found)
    old, new = gather(parts.old, sentence.tokens), gather(parts.new, sentence.tokens)
    if not new.days and not new.ranges and not new.from_now and (new.clocks or new.spans or new.parts):
        if old.days and not old.listed and len(old.days) == 1:
            new.days = list(old.days)
        elif any(part.today for part in old.parts):
            new.days, new.parts = [DaySpec(offset=0)], new.parts or old.parts
    old_context = replace(context, reads=True)
    target = read(old, old_context)
    reading = read(new, context) if parts.new else NOTHING
    doubts = [doubt for doubt in (reading.doubt, None if _only_next(old) else target.doubt) if doubt]
    duration = _length(new, sentence, Intent.MOVE, parts.new)
    if duration is not None and not timedelta() < duration <= _LONGEST_EVENT:
        doubts, duration = [*doubts, Doubt.DURATION], None
    if new.every is not None:
        doubts.append(Doubt.LEFT_OVER)  # one event cannot be moved to many
    if parts.shift is not None and abs(parts.shift) > timedelta(days=366):
        doubts.append(Doubt.DURATION)
    ask = Ask(
        Intent.MOVE,
        when=reading.best,
        duration=duration,
        target=Target(target.best, every=sentence.hits.has(Cue.ALL)),
        shift=parts.shift,
        stretch=parts.stretch,
        constraints=limits(new, sentence.tokens, reading, context) if _loose(new) else Ask(Intent.MOVE).constraints,
    )
    on_target = reading.doubt is None and target.doubt is not None and not _only_next(old)
    return _Draft(ask, target if on_target else reading, tuple(doubts), on_target=on_target), found


def _loose(got: Gathered) -> bool:
    """True for "sometime next week", where a time is still to be found."""
    spans = any(day.span is not Span.DAY for day in got.days) or bool(got.ranges)
    return spans or any(isinstance(bound, BoundPiece) for bound in got.bounds)


def when_of(ask: Ask) -> TimeRef | None:
    """The time a prediction or a line of explanation is about."""
    return ask.when or (ask.target.when if ask.target else None)
