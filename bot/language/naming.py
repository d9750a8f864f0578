"""Who, what and where: the names, the title, the place and the provider of an ask."""

from collections.abc import Sequence
from dataclasses import replace

from bot.language.ask import Ask, Intent
from bot.language.pieces import Found
from bot.language.policy import Context
from bot.language.sentence import Sentence
from bot.language.titles import find_title
from bot.language.who import Finder
from bot.language.words import Cue

_NEVER_TITLES = {
    Intent.MOVE: (Cue.MOVE_WEAK, Cue.REMAKE, Cue.ASIDE, Cue.OUGHT, Cue.DRAW, Cue.ADD),
    Intent.REMINDERS: (Cue.OFF,),
    Intent.BOOK: (Cue.PUT, Cue.KEEP),
    Intent.AGENDA: (Cue.LOOK, Cue.DIGEST, Cue.AT_WHAT),
}


def named(sentence: Sentence, ask: Ask, used: list[Found], context: Context, people: Sequence[str]) -> Ask:
    """Names, title, place and provider."""
    hits, intent = sentence.hits, ask.intent
    if intent in (Intent.NONE, Intent.HELP, Intent.SETTINGS):
        return ask
    if intent in (Intent.CONNECT, Intent.DISCONNECT, Intent.STATUS):
        hit = next((h for h in hits.every(Cue.PROVIDER) if h.phrase in sentence.words.providers), None)
        return replace(ask, provider=sentence.words.providers[hit.phrase] if hit else "")
    busy = sentence.taken_by(used)
    finder = Finder(sentence.text, sentence.plain, hits, busy, sentence.words, people)
    reads = intent in (Intent.FREE, Intent.IS_FREE_AT)
    who = finder.find(
        asked=reads, strays=reads or ask.target is not None or intent is Intent.BOOK, owners=ask.target is not None
    )
    never = _NEVER_TITLES.get(intent, ())
    title = find_title(sentence.text, sentence.plain, hits, busy, who.taken, sentence.words, outright=reads, also=never)
    away = hits.first(Cue.ABSENCE) if intent is Intent.BOOK and ask.all_day else None
    if away is not None and title.text in (source := sentence.text[away.start : away.end]):
        title = replace(title, text=source)
    if ask.target is not None:
        target = replace(ask.target, title=title.text, who=who.names)
        return replace(ask, target=target, who=who.names, title=title.text)
    return replace(ask, who=who.names, title=title.text, location=title.location)
