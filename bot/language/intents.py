"""What is wanted: rules with a score and a reason; the highest score wins, of equals the first.

A rule sees the cue phrases (`hits.py`) and what kind of times were read. It never guesses for a write: what has the
look of calendar talk and no rule is UNCLEAR, all else is NONE.
"""

from dataclasses import dataclass

from bot.language.ask import Intent
from bot.language.gather import Gathered
from bot.language.hits import Hit, Hits
from bot.language.words import Cue

_POLITE = (Cue.POLITE, Cue.TALK, Cue.ME, Cue.MY, Cue.WE, Cue.WITH)
_VERBS = (Cue.BOOK, Cue.MOVE, Cue.CANCEL)
_THINGS = (Cue.EVENT, Cue.CALENDAR)


@dataclass(frozen=True, slots=True)
class Verdict:
    """An intent, how sure the rule is (0 to 100), and its name."""

    intent: Intent
    score: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Seen:
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

    def headed(self, *cues: Cue) -> bool:
        return self.head is not None and not set(cues).isdisjoint(self.head.cues)


@dataclass(frozen=True, slots=True)
class Signs:
    """What the words beside the cues say. `other_words`: taken by no time and no cue. `has_who`: somebody known.

    `elsewhere`: "in Chicago", a place that is no time. `open_time`: "is 3pm open". `bare`: nothing but a time.
    `zone`: a time zone or its city. `number`: a number that no time took.
    """

    other_words: int = 0
    has_who: bool = False
    elsewhere: bool = False
    open_time: bool = False
    bare: bool = False
    zone: bool = False
    number: bool = False


def decide(hits: Hits, got: Gathered, signs: Signs) -> Verdict:
    """The intent of a sentence."""
    clock = bool(got.clocks or got.spans or any(b.clock for b in got.bounds))
    time = got.dated or bool(got.from_now or got.every)
    seen = _Seen(
        hits,
        hits.head(_POLITE),
        time,
        clock,
        signs.other_words,
        signs.has_who,
        signs.elsewhere,
        signs.open_time,
        signs.zone,
        signs.number,
    )
    found = [
        *_account(seen),
        *_settings(seen, got),
        *_reminders(seen, got),
        *_foreign(seen),
        *_changes(seen, got),
        *_free(seen, got),
        *_agenda(seen),
        *_bookings(seen, got),
    ]
    if found:
        return max(found, key=lambda verdict: verdict.score)
    if (
        hits.has(*_THINGS)
        and not (signs.elsewhere and not hits.has(Cue.MY, *_VERBS))
        and (time or hits.has(Cue.MY, *_VERBS) or hits.words_count <= 2)
    ):
        return Verdict(Intent.UNCLEAR, 20, "calendar words and no rule")
    if time and signs.bare:
        return Verdict(Intent.UNCLEAR, 10, "only a time")
    return Verdict(Intent.NONE, 0, "no calendar words")


def _account(s: _Seen) -> list[Verdict]:
    out: list[Verdict] = []
    h = s.hits
    if h.has(Cue.HELP):
        out.append(Verdict(Intent.HELP, 90, "asks what it can do"))
    plain = not h.has(*_THINGS, Cue.OCCASION, Cue.PUBLIC, Cue.FOREIGN) and not s.time
    if plain and h.has(Cue.YOU) and h.has(Cue.HELP_WORD) and h.has(Cue.ASK, Cue.WHEN):
        if s.other_words == 0 or (h.has(Cue.WHEN) and s.other_words <= 1):
            out.append(Verdict(Intent.HELP, 79, "asks what it can do"))
    if h.words_count <= 3 and h.has(Cue.HELP_EXACT) and not h.has(*_THINGS, *_VERBS, Cue.FOREIGN):
        out.append(Verdict(Intent.HELP, 90, "help"))
    if h.has(Cue.BOT_DATA):
        out.append(Verdict(Intent.SETTINGS, 93, "own data or booking link"))
    accounts = (Cue.PROVIDER, Cue.CALENDAR)
    if h.near(Cue.DISCONNECT, accounts, 2) or (s.headed(Cue.DISCONNECT) and h.words_count <= 2):
        out.append(Verdict(Intent.DISCONNECT, 95, "disconnect a calendar"))
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
    return out


def _settings(s: _Seen, got: Gathered) -> list[Verdict]:
    out: list[Verdict] = []
    h = s.hits
    if h.has(Cue.HOURS) and (got.spans or got.clocks or s.headed(Cue.HOURS)) and not h.has(Cue.CANCEL, Cue.FREE):
        out.append(Verdict(Intent.SETTINGS, 88 if got.spans or got.clocks else 50, "working hours"))
    elif h.has(Cue.HOURS) and h.has(Cue.MOVE, Cue.MOVE_WEAK) and not h.has(Cue.EVENT):
        out.append(Verdict(Intent.SETTINGS, 85, "working hours"))
    if h.has(Cue.IN_PLACE) and s.zone and not s.time:
        out.append(Verdict(Intent.SETTINGS, 82, "is in a time zone"))
    if h.has(Cue.DAYS_OFF) and (got.weekdays or got.days or got.ranges) and not s.clock:
        out.append(Verdict(Intent.SETTINGS, 84, "days off"))
    if h.has(Cue.DEFAULT) and (got.lengths or s.number or h.has(Cue.SETTING)) and not got.clocks and not got.days:
        out.append(Verdict(Intent.SETTINGS, 88, "default length"))
    if h.has(Cue.ZONE) and not h.has(Cue.EVENT) and not s.clock:
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


def _reminders(s: _Seen, got: Gathered) -> list[Verdict]:
    h = s.hits
    if not h.has(Cue.REMIND):
        lead = any(piece.open and piece.back for piece in got.from_now)
        told = lead and h.has(Cue.ASK) and not h.has(*_VERBS, Cue.BUFFER, Cue.MOVE_WEAK)
        return [Verdict(Intent.REMINDERS, 86, "to be told before")] if told else []
    if s.headed(Cue.CANCEL):
        return [Verdict(Intent.CANCEL, 88, "takes a reminder away")]
    return [Verdict(Intent.REMINDERS, 87, "remind")]


def _foreign(s: _Seen) -> list[Verdict]:
    """Another assistant's job, unless a calendar verb has its event before it."""
    h = s.hits
    foreign, soft = h.first(Cue.FOREIGN), h.first(Cue.FOREIGN_SOFT)
    thing, verb = h.first(*_THINGS), h.first(*_VERBS)
    if foreign is None:
        if soft is None:
            return []
        own = s.headed(*_VERBS) or h.has(*_THINGS)
        return [Verdict(Intent.NONE, 58 if own else 74, f"perhaps another job: {soft.phrase}")]
    if thing is not None and verb is not None and verb.first <= thing.first < foreign.first:
        return []
    if verb is not None and h.has(Cue.CALENDAR):
        return []
    strong_question = h.has(Cue.CALENDAR) and thing is not None and thing.first < foreign.first
    if strong_question and s.headed(Cue.ASK, Cue.ASK_PLANS, Cue.SHOW):
        return []
    return [Verdict(Intent.NONE, 80, f"another job: {foreign.phrase}")]


def _changes(s: _Seen, got: Gathered) -> list[Verdict]:
    out: list[Verdict] = []
    h = s.hits
    named = h.has(Cue.EVENT, Cue.OCCASION, Cue.PUBLIC, Cue.CALENDAR)
    asks = s.headed(Cue.ASK, Cue.ASK_PLANS, Cue.WHEN) and not s.headed(*_VERBS, Cue.MOVE_WEAK)
    movable = named or s.time or (h.has(Cue.MY) and not asks)
    if h.has(Cue.MOVE) and movable and (s.headed(Cue.MOVE) or (not asks and not s.headed(Cue.BOOK))):
        out.append(Verdict(Intent.MOVE, 75, "move"))
    elif h.has(Cue.MOVE) and h.has(Cue.EVENT) and s.headed(Cue.ASK) and h.near(Cue.MOVE, (Cue.MY, Cue.EVENT), 2):
        out.append(Verdict(Intent.MOVE, 74, "asks to move"))
    if h.has(Cue.INSTEAD) and s.time and h.has(Cue.EVENT, Cue.OCCASION) and not s.headed(Cue.BOOK, Cue.CANCEL):
        out.append(Verdict(Intent.MOVE, 76, "instead of"))
    weak = h.first(Cue.MOVE_WEAK)
    if weak is not None and s.headed(Cue.MOVE_WEAK) and movable:
        stretched = h.has(Cue.MY, Cue.OWN) and s.clock and bool(got.lengths) and not h.has(Cue.DEFAULT)
        if h.has(Cue.INSTEAD) or stretched or (named and any(piece.open for piece in got.from_now)):
            out.append(Verdict(Intent.MOVE, 76, "instead of"))
    if h.has(Cue.CANCEL) and not s.headed(Cue.BOOK):
        target = named or s.time or h.has(Cue.MY, Cue.ALL)
        if not (named or s.time) and s.headed(Cue.CANCEL) and (target or h.words_count <= 2):
            out.append(Verdict(Intent.CANCEL, 57, "cancel something of mine"))
        elif (
            target and (s.headed(Cue.CANCEL) or h.has(Cue.EVENT, Cue.OCCASION, Cue.CALENDAR)) and not s.headed(Cue.MOVE)
        ):
            out.append(Verdict(Intent.CANCEL, 77 if s.headed(Cue.CANCEL) or not asks else 76, "cancel"))
    return out


def _free(s: _Seen, got: Gathered) -> list[Verdict]:
    h = s.hits
    if s.headed(Cue.BOOK) and not s.headed(Cue.ASK) and h.has(Cue.EVENT, Cue.OCCASION, Cue.STATE):
        return []
    out: list[Verdict] = []
    own = h.has(Cue.OWN, Cue.CALENDAR, Cue.SLOT) or s.has_who
    if h.has(Cue.WHY_NOT) and s.time:
        out.append(Verdict(Intent.IS_FREE_AT, 74, "why not then"))
    if s.headed(Cue.FIND) and got.lengths and not h.has(*_THINGS, Cue.OCCASION) and not s.other_words:
        out.append(Verdict(Intent.FREE, 65, "looks for a length of time"))
    if h.has(Cue.SLOT):
        out.append(Verdict(Intent.FREE, 72, "asks for times"))
    free = h.has(Cue.FREE) or (h.has(Cue.OPEN) and (h.has(Cue.OWN, Cue.CALENDAR) or s.open_time))
    if not free and not h.has(Cue.STATE):
        return out
    asks_when = h.has(Cue.WHEN) and not s.headed(Cue.AM_I)
    asked = h.has(Cue.AM_I)
    if free and asks_when and (own or s.time or s.other_words <= 1):
        out.append(Verdict(Intent.FREE, 71, "when free"))
    elif free and asked and s.time and (own or s.other_words <= 1):
        out.append(Verdict(Intent.IS_FREE_AT, 73, "free then"))
    elif free and asked and own and s.other_words <= 1:
        out.append(Verdict(Intent.FREE, 70, "free"))
    elif free and (s.time or s.other_words == 0) and s.other_words <= 2 and not s.headed(Cue.BOOK):
        out.append(Verdict(Intent.FREE, 66, "free times"))
    elif (
        h.has(Cue.STATE)
        and s.headed(Cue.AM_I, Cue.ASK, Cue.ASK_PLANS)
        and (own or s.clock)
        and (s.time or h.has(*_THINGS))
    ):
        out.append(Verdict(Intent.IS_FREE_AT, 70, "busy then"))
    return out


def _agenda(s: _Seen) -> list[Verdict]:
    h = s.hits
    asks = s.headed(Cue.ASK, Cue.ASK_PLANS, Cue.SHOW, Cue.WHEN)
    own = h.has(Cue.OWN, Cue.MY, Cue.CALENDAR)
    out: list[Verdict] = []
    if asks and h.has(*_THINGS) and (own or not s.elsewhere):
        out.append(Verdict(Intent.AGENDA, 69, "asks about events"))
    elif asks and own and h.has(Cue.OCCASION, Cue.PUBLIC):
        out.append(Verdict(Intent.AGENDA, 60, "asks about an occasion of mine"))
    elif asks and h.has(Cue.OCCASION) and not s.elsewhere and s.other_words <= 2:
        out.append(Verdict(Intent.AGENDA, 59, "asks about an occasion"))
    elif asks and h.has(Cue.MY) and s.clock and not s.other_words:
        out.append(Verdict(Intent.AGENDA, 56, "asks about a time of mine"))
    if h.has(Cue.ASK_PLANS) and not s.headed(*_VERBS) and (s.time or s.other_words <= 2) and (own or not s.elsewhere):
        out.append(Verdict(Intent.AGENDA, 60, "asks about plans"))
    if h.has(*_THINGS) and not h.has(*_VERBS, Cue.BOOK_WEAK) and not asks and not s.other_words:
        out.append(Verdict(Intent.AGENDA, 44, "names events"))
    return out


def _bookings(s: _Seen, got: Gathered) -> list[Verdict]:
    h = s.hits
    out: list[Verdict] = []
    asks = s.headed(Cue.ASK, Cue.ASK_PLANS, Cue.WHEN) and not s.headed(Cue.BOOK, Cue.BOOK_WEAK)
    extra = 0 if asks else 6
    if h.has(Cue.ONTO) and (h.has(Cue.BOOK) or s.headed(Cue.GET)):
        out.append(Verdict(Intent.BOOK, 70, "puts something on the calendar"))
    if h.has(Cue.BOOK):
        if h.has(*_THINGS):
            out.append(Verdict(Intent.BOOK, 64 + extra, "books an event"))
        elif h.has(Cue.OCCASION) or (h.has(Cue.PUBLIC) and (s.time or h.has(Cue.MY, Cue.BOOK_SURE))):
            out.append(Verdict(Intent.BOOK, 62 + extra, "books an occasion"))
        elif (h.has(Cue.WITH, Cue.GUEST) or s.has_who) and (s.time or got.lengths):
            out.append(Verdict(Intent.BOOK, 60 + extra, "books time with somebody"))
        elif s.headed(Cue.BOOK) and (s.time or got.lengths):
            out.append(Verdict(Intent.BOOK, 60 if h.has(Cue.BOOK_SURE) else 55, "books a time"))
    if h.has(Cue.BOOK_WEAK) and not asks:
        if h.has(Cue.EVENT, Cue.OCCASION, Cue.PUBLIC) and (s.time or h.has(Cue.WITH)):
            out.append(Verdict(Intent.BOOK, 57, "speaks of an event to come"))
        elif h.has(Cue.EVENT):
            out.append(Verdict(Intent.BOOK, 50, "wants an event"))
        if (h.has(Cue.WITH, Cue.MEET) or s.has_who) and s.time:
            out.append(Verdict(Intent.BOOK, 76 if h.has(Cue.WITH) and s.clock and got.lengths else 57, "wants to meet"))
    together = h.has(Cue.WITH) or s.has_who
    if not asks and h.has(Cue.EVENT, Cue.OCCASION, Cue.PUBLIC) and s.time and (s.clock or together or got.lengths):
        out.append(Verdict(Intent.BOOK, 48 if together or s.clock else 42, "an event, a time and no verb"))
    elif not asks and together and s.clock and got.lengths:
        out.append(Verdict(Intent.BOOK, 41, "a time with somebody"))
    return out
