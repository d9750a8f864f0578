"""Rules about the bot itself: help, accounts, settings, reminders, and what is another assistant's job."""

from bot.language.ask import Intent
from bot.language.gather import Gathered
from bot.language.verdict import OCCASIONS, THINGS, VERBS, Seen, Verdict
from bot.language.words import Cue

_FEW = 4


def account_rules(s: Seen) -> list[Verdict]:
    out: list[Verdict] = []
    h = s.hits
    helped = h.first(Cue.HELP)
    if helped is not None and not any(hit.first > helped.first for hit in h.every(Cue.FOREIGN)):
        out.append(Verdict(Intent.HELP, 90, "asks what it can do"))
    plain = not h.has(*THINGS, Cue.OCCASION, Cue.PUBLIC, Cue.FOREIGN) and not s.time
    asks_about_it = plain and h.has(Cue.YOU) and h.has(Cue.HELP_WORD) and h.has(Cue.ASK, Cue.WHEN)
    if asks_about_it and (s.other_words == 0 or (h.has(Cue.WHEN) and s.other_words <= 1)):
        out.append(Verdict(Intent.HELP, 79, "asks what it can do"))
    if h.words_count <= 3 and h.has(Cue.HELP_EXACT) and not h.has(*THINGS, *VERBS, Cue.FOREIGN):
        out.append(Verdict(Intent.HELP, 90, "help"))
    if h.has(Cue.BOT_DATA):
        out.append(Verdict(Intent.SETTINGS, 93, "own data or booking link"))
    accounts = (Cue.PROVIDER, Cue.CALENDAR)
    if h.near(Cue.DISCONNECT, accounts, 2) or (s.headed(Cue.DISCONNECT) and h.words_count <= 2):
        out.append(Verdict(Intent.DISCONNECT, 95, "disconnect a calendar"))
    if s.headed(Cue.CANCEL) and h.near(Cue.CANCEL, (Cue.PROVIDER,), 2) and not s.time and not h.has(Cue.EVENT):
        out.append(Verdict(Intent.DISCONNECT, 92, "takes an account away"))
    near = 2 if not s.time else -1
    if h.near(Cue.BOOK, (Cue.PROVIDER,), 1) and not s.time and not h.has(Cue.EVENT, Cue.OCCASION):
        out.append(Verdict(Intent.CONNECT, 92, "adds a calendar account"))
    if h.near(Cue.CONNECT, (Cue.PROVIDER,), near) or (
        s.headed(Cue.CONNECT) and not s.headed(Cue.BOOK) and h.near(Cue.CONNECT, accounts, near)
    ):
        out.append(Verdict(Intent.CONNECT, 92, "connect a calendar"))
    elif s.headed(Cue.CONNECT) and h.words_count <= 2 and not s.headed(Cue.BOOK):
        out.append(Verdict(Intent.CONNECT, 80, "connect"))
    if h.has(Cue.CONNECTED) and h.has(*accounts) and not h.has(Cue.EVENT, Cue.BOOK):
        out.append(Verdict(Intent.STATUS, 93, "asks about the connection"))
    answer = (Cue.RESPOND_YES, Cue.RESPOND_NO, Cue.RESPOND_MAYBE)
    if s.headed(*answer) and h.has(Cue.INVITATION, Cue.EVENT):
        out.append(Verdict(Intent.RESPOND, 86, "answers an invitation"))
    elif s.headed(*answer) and 0 < s.other_words + h.has(*OCCASIONS) + s.time <= _FEW and not h.has(*VERBS):
        out.append(Verdict(Intent.RESPOND, 73, "answers something named"))
    elif h.has(*answer) and h.has(Cue.INVITATION, Cue.EVENT) and not h.has(*VERBS, Cue.AT_WHAT, Cue.REMIND):
        out.append(Verdict(Intent.RESPOND, 62, "has an invitation answered"))
    return out


def settings_rules(s: Seen, got: Gathered) -> list[Verdict]:
    out: list[Verdict] = []
    h = s.hits
    if h.has(Cue.HOURS) and (got.spans or got.clocks or s.headed(Cue.HOURS)) and not h.has(Cue.CANCEL, Cue.FREE):
        out.append(Verdict(Intent.SETTINGS, 88 if got.spans or got.clocks else 50, "working hours"))
    elif h.has(Cue.HOURS) and h.has(Cue.MOVE, Cue.MOVE_WEAK) and not h.has(Cue.EVENT):
        out.append(Verdict(Intent.SETTINGS, 85, "working hours"))
    if h.has(Cue.IN_PLACE) and s.zone and not s.time:
        out.append(Verdict(Intent.SETTINGS, 82, "is in a time zone"))
    if h.has(Cue.HOURS) and (got.ranges or got.weekdays or got.days) and not s.clock and not s.other_words:
        out.append(Verdict(Intent.SETTINGS, 83, "working days"))
    if h.has(Cue.DAYS_OFF) and (got.weekdays or got.days or got.ranges) and not s.clock:
        out.append(Verdict(Intent.SETTINGS, 84, "days off"))
    if h.has(Cue.DEFAULT) and (got.lengths or s.number or h.has(Cue.SETTING)) and not got.clocks and not got.days:
        out.append(Verdict(Intent.SETTINGS, 88, "default length"))
    elsewhere = s.zone and s.headed(Cue.ASK, Cue.WHEN, Cue.AT_WHAT) and not h.has(Cue.MY)
    if h.has(Cue.ZONE) and not h.has(Cue.EVENT) and not s.clock and not elsewhere:
        out.append(Verdict(Intent.SETTINGS, 88, "time zone"))
    if h.has(Cue.BUFFER) and (got.lengths or got.from_now) and not s.clock:
        out.append(Verdict(Intent.SETTINGS, 86, "buffer"))
    if h.has(Cue.WEEK_STARTS):
        out.append(Verdict(Intent.SETTINGS, 90, "week start"))
    if h.has(Cue.NOTICE) and got.lengths and not got.dated and not h.has(Cue.REMIND):
        out.append(Verdict(Intent.SETTINGS, 84, "notice"))
    if h.has(Cue.SETTING) and not h.has(Cue.FOREIGN):
        out.append(Verdict(Intent.SETTINGS, 85, "settings"))
    if h.has(Cue.BLOCK) and (got.bounds or got.spans or got.parts or got.weekdays or got.refused) and not got.days:
        out.append(Verdict(Intent.SETTINGS, 84, "never offered"))
    return out


def reminders_rules(s: Seen, got: Gathered) -> list[Verdict]:
    h = s.hits
    if not h.has(Cue.REMIND):
        lead = any(piece.open and piece.back for piece in got.from_now)
        told = lead and h.has(Cue.ASK) and not h.has(*VERBS, Cue.BUFFER, Cue.MOVE_WEAK)
        return [Verdict(Intent.REMINDERS, 86, "to be told before")] if told else []
    if s.headed(Cue.CANCEL) and not s.headed(Cue.OFF):
        return [Verdict(Intent.CANCEL, 88, "takes a reminder away")]
    return [Verdict(Intent.REMINDERS, 87, "remind")]


def foreign_rules(s: Seen, got: Gathered) -> list[Verdict]:
    """Another assistant's job, unless a calendar verb has its event before it."""
    h = s.hits
    foreign, soft = h.first(Cue.FOREIGN), h.first(Cue.FOREIGN_SOFT)
    thing, verb = h.first(*THINGS), h.first(*VERBS)
    if foreign is None:
        if soft is None:
            return []
        return _perhaps_foreign(s, repeats=got.every is not None)
    if thing is not None and verb is not None and verb.first <= thing.first < foreign.first:
        return []
    if verb is not None and h.has(Cue.CALENDAR):
        return []
    strong_question = h.has(Cue.CALENDAR) and thing is not None and thing.first < foreign.first
    if strong_question and s.headed(Cue.ASK, Cue.ASK_PLANS, Cue.SHOW):
        return []
    return [Verdict(Intent.NONE, 80, f"another job: {foreign.phrase}")]


def _perhaps_foreign(s: Seen, *, repeats: bool) -> list[Verdict]:
    """A word of another job: its object makes it one, a time with somebody or an event of that kind does not."""
    h = s.hits
    events = h.every(*THINGS, *OCCASIONS)
    soft = next(
        (
            hit
            for hit in h.every(Cue.FOREIGN_SOFT)
            if not set(range(hit.first, hit.last)) <= s.taken
            and not any(event.first == hit.last for event in events)
            and not any(event.first <= hit.first and hit.last <= event.last for event in events)
        ),
        None,
    )
    if soft is None:
        return []
    reason = f"perhaps another job: {soft.phrase}"
    together = h.has(Cue.WITH) or s.has_who
    if together and s.time and h.has(Cue.BOOK, Cue.BOOK_WEAK, Cue.MEET):
        return [Verdict(Intent.NONE, 40, reason)]
    thing = h.first(*THINGS)
    if (
        s.headed(*VERBS)
        and not (repeats and s.headed(Cue.BOOK))
        and not h.has(*THINGS, Cue.OCCASION, Cue.WORK, Cue.WITH)
    ):
        return [Verdict(Intent.NONE, 79, reason)]
    if thing is not None and thing.last <= soft.first and s.time:
        return [Verdict(Intent.NONE, 46, reason)]
    if s.clock and h.has(Cue.OWN) and h.has(Cue.OCCASION) and not s.headed(*VERBS, Cue.ASK):
        return [Verdict(Intent.NONE, 46, reason)]
    own = s.headed(*VERBS) or h.has(*THINGS)
    return [Verdict(Intent.NONE, 58 if own else 74, reason)]
