"""Rules about the calendar: moving, cancelling, free time, what is on, booking."""

from bot.language.ask import Intent
from bot.language.gather import Gathered
from bot.language.verdict import OCCASIONS, THINGS, VERBS, Seen, Verdict
from bot.language.words import Cue

_FEW = 4


def changes_rules(s: Seen, got: Gathered) -> list[Verdict]:
    out: list[Verdict] = []
    h = s.hits
    named = h.has(*THINGS, *OCCASIONS)
    asks = s.headed(Cue.ASK, Cue.ASK_PLANS, Cue.WHEN, Cue.SLOT, Cue.AT_WHAT) and not s.headed(*VERBS, Cue.MOVE_WEAK)
    amount = bool(got.lengths) or any(piece.open for piece in got.from_now)
    movable = named or s.time or (h.has(Cue.MY) and not asks) or (amount and s.headed(Cue.MOVE))
    if h.has(Cue.MOVE) and movable and (s.headed(Cue.MOVE) or (not asks and not s.headed(Cue.BOOK))):
        out.append(Verdict(Intent.MOVE, 75, "move"))
    elif h.has(Cue.MOVE) and h.has(Cue.EVENT) and s.headed(Cue.ASK) and h.near(Cue.MOVE, (Cue.MY, Cue.EVENT), 2):
        out.append(Verdict(Intent.MOVE, 74, "asks to move"))
    if h.has(Cue.MOVED) and named and s.time:
        out.append(Verdict(Intent.MOVE, 74, "asks to have it moved"))
    if s.headed(Cue.MOVE) and h.words_count <= 2 and not movable:
        out.append(Verdict(Intent.MOVE, 57, "move, and nothing else"))
    if h.has(Cue.INSTEAD) and s.time and h.has(Cue.EVENT, *OCCASIONS) and not s.headed(Cue.BOOK, Cue.CANCEL):
        out.append(Verdict(Intent.MOVE, 76, "instead of"))
    weak = h.first(Cue.MOVE_WEAK)
    if weak is not None and s.headed(Cue.MOVE_WEAK) and movable:
        stretched = h.has(Cue.MY, Cue.OWN) and s.clock and bool(got.lengths) and not h.has(Cue.DEFAULT)
        if h.has(Cue.INSTEAD) or stretched or (named and any(piece.open for piece in got.from_now)):
            out.append(Verdict(Intent.MOVE, 76, "instead of"))
    unable, moved = h.first(Cue.UNABLE), h.first(Cue.MOVE)
    if unable is not None and moved is not None and unable.first < moved.first and (s.time or amount):
        out.append(Verdict(Intent.MOVE, 78, "cannot, so moves"))
    own_event = named or h.has(Cue.MY) or s.clock
    if own_event and s.time and (s.headed(Cue.DRAW) or (s.headed(Cue.MOVE_WEAK) and h.has(Cue.ASIDE))):
        out.append(Verdict(Intent.MOVE, 74, "draws an event to another time"))
    ought = h.first(Cue.OUGHT)
    if ought is not None and s.clock and own_event and 0 < ought.first <= _FEW and not asks and not h.has(*VERBS):
        out.append(Verdict(Intent.MOVE, 72, "ought to be then"))
    if s.headed(Cue.ADD) and s.amount_to and (h.has(Cue.EVENT, *OCCASIONS) or s.clock) and not h.has(Cue.CALENDAR):
        out.append(Verdict(Intent.MOVE, 75, "adds an amount"))
    aside = h.has(Cue.ASIDE) or any(piece.open for piece in got.from_now)
    if s.headed(Cue.REMAKE) and named and s.time and h.has(Cue.ASIDE) and not h.has(Cue.WITH) and not s.clock:
        out.append(Verdict(Intent.MOVE, 73, "moves by days"))
    if s.headed(Cue.MOVE_WEAK, Cue.REMAKE) and amount and s.other_words <= _FEW:
        if aside and (named or s.clock or s.other_words) and not s.headed(Cue.CALENDAR):
            out.append(Verdict(Intent.MOVE, 73, "moves by an amount"))
        elif s.headed(Cue.REMAKE) and (named or s.clock) and not h.has(Cue.DEFAULT, Cue.HOURS):
            out.append(Verdict(Intent.MOVE, 73, "gives another length"))
    if s.headed(Cue.GET) and h.has(Cue.OFF) and h.has(Cue.EVENT, *OCCASIONS) and not h.has(*VERBS, Cue.REMIND):
        out.append(Verdict(Intent.CANCEL, 72, "takes off"))
    if s.headed(Cue.CANCEL_SURE) and 0 < s.other_words <= 2 and not h.has(Cue.MY):
        out.append(Verdict(Intent.CANCEL, 52, "cancels something named"))
    if h.has(Cue.CANCEL) and not s.headed(Cue.BOOK) and not (s.headed(Cue.AM_I) and h.has(Cue.OPEN)):
        target = named or s.time or h.has(Cue.MY, Cue.ALL)
        if not (named or s.time) and s.headed(Cue.CANCEL) and (target or h.words_count <= 2):
            out.append(Verdict(Intent.CANCEL, 57, "cancel something of mine"))
        elif (
            target
            and (s.headed(Cue.CANCEL) or h.has(Cue.EVENT, Cue.OCCASION, Cue.CALENDAR) or (h.has(Cue.MY) and s.clock))
            and not s.headed(Cue.MOVE)
        ):
            out.append(Verdict(Intent.CANCEL, 77 if s.headed(Cue.CANCEL) or not asks else 76, "cancel"))
    return out


def agenda_rules(s: Seen) -> list[Verdict]:
    h = s.hits
    asks = s.headed(Cue.ASK, Cue.ASK_PLANS, Cue.SHOW, Cue.WHEN)
    own = h.has(Cue.OWN, Cue.MY, Cue.CALENDAR)
    out: list[Verdict] = []
    if asks and h.has(*THINGS) and (own or not s.elsewhere):
        out.append(Verdict(Intent.AGENDA, 69, "asks about events"))
    elif asks and own and h.has(Cue.OCCASION, Cue.PUBLIC):
        out.append(Verdict(Intent.AGENDA, 60, "asks about an occasion of mine"))
    elif asks and h.has(Cue.OCCASION) and not s.elsewhere and s.other_words <= 2:
        out.append(Verdict(Intent.AGENDA, 59, "asks about an occasion"))
    elif asks and h.has(Cue.MY) and s.clock and not s.other_words:
        out.append(Verdict(Intent.AGENDA, 56, "asks about a time of mine"))
    elif asks and s.time and not s.other_words and not h.has(*VERBS) and h.has(Cue.MY, Cue.CALENDAR, Cue.LOOK):
        out.append(Verdict(Intent.AGENDA, 55, "asks about a day of mine"))
    if (
        (asks or s.headed(Cue.AM_I))
        and h.has(Cue.EVENT)
        and s.time
        and s.other_words + 2 * s.elsewhere <= 1
        and not h.has(*VERBS)
    ):
        out.append(Verdict(Intent.AGENDA, 47, "asks about an event"))
    if asks and h.has(Cue.MY) and s.clock and s.other_words == 1 and not h.has(*VERBS, Cue.FREE, Cue.STATE):
        out.append(Verdict(Intent.AGENDA, 51, "asks something about a time of mine"))
    if (
        asks
        and (h.has(Cue.AT_WHAT) or s.time)
        and h.has(Cue.WORK)
        and not h.has(*VERBS)
        and not s.elsewhere
        and s.other_words <= 1
    ):
        out.append(Verdict(Intent.AGENDA, 56, "asks when work is"))
    if (
        asks
        and own
        and h.has(Cue.MEET)
        and not h.has(Cue.MODAL)
        and (s.has_who or h.has(Cue.HONORIFIC, Cue.WITH, Cue.RELATION))
    ):
        out.append(Verdict(Intent.AGENDA, 60, "asks about seeing somebody"))
    about_me = (
        h.has(Cue.OWN) and h.has(Cue.AM_I, Cue.BOOK_WEAK) and s.headed(Cue.WHEN, Cue.ASK) and not s.headed(Cue.AM_I)
    )
    any_of_it = (
        h.has(Cue.ANYTHING)
        and (s.headed(Cue.AM_I) or (s.head is h.all[0] and s.head.first == 0))
        and not h.has(Cue.OPEN, Cue.FREE)
    )
    if (about_me or any_of_it) and s.time and s.other_words <= 1 and not s.elsewhere and not h.has(*VERBS):
        out.append(Verdict(Intent.AGENDA, 45, "asks what is on"))
    if h.has(Cue.DIGEST) and (asks or own) and s.time and not s.other_words and not h.has(*VERBS):
        out.append(Verdict(Intent.AGENDA, 56, "a summary of a day"))
    if s.headed(Cue.SHOW) and s.time and not s.other_words and not h.has(Cue.FREE, Cue.OPEN, Cue.SLOT, *VERBS):
        out.append(Verdict(Intent.AGENDA, 50, "shows a day"))
    if (
        h.has(Cue.ASK_PLANS)
        and not s.headed(*VERBS, Cue.BOOK_WEAK)
        and (s.time or s.other_words <= 2)
        and (own or not s.elsewhere)
    ):
        out.append(Verdict(Intent.AGENDA, 60, "asks about plans"))
    if h.has(*THINGS) and not h.has(*VERBS, Cue.BOOK_WEAK) and not asks and not s.other_words:
        out.append(Verdict(Intent.AGENDA, 44, "names events"))
    return out


def bookings_rules(s: Seen, got: Gathered) -> list[Verdict]:
    h = s.hits
    out: list[Verdict] = []
    asks = s.headed(Cue.ASK, Cue.ASK_PLANS, Cue.WHEN) and not s.headed(Cue.BOOK, Cue.BOOK_WEAK)
    extra = 0 if asks else 6
    if h.has(Cue.ONTO) and (h.has(Cue.BOOK) or s.headed(Cue.GET)):
        out.append(Verdict(Intent.BOOK, 70, "puts something on the calendar"))
    later = h.first(Cue.BOOK_SURE)
    shows = s.head is not None and s.headed(Cue.SHOW) and h.has(Cue.CALENDAR) and s.time
    if shows and s.head is not None and later is not None and later.first >= s.head.last:
        out.append(Verdict(Intent.BOOK, 71, "opens the calendar and books"))
    sure = h.every(Cue.BOOK_SURE)
    slot = h.first(Cue.SLOT, Cue.FREE, Cue.FIND)
    if slot is not None and sure and slot.first < sure[-1].first and s.time:
        out.append(Verdict(Intent.BOOK, 73, "finds a time and books it"))
    if s.headed(Cue.BOOK_SURE) and slot is not None and s.time and s.head is not None and s.head.phrase != slot.phrase:
        out.append(Verdict(Intent.BOOK, 71, "books a slot"))
    if s.headed(Cue.KEEP) and h.has(Cue.FREE, Cue.OPEN) and got.days:
        out.append(Verdict(Intent.BOOK, 68, "keeps a time free"))
    if _put_in(s) and (s.time or got.lengths):
        out.append(Verdict(Intent.BOOK, 73, "puts somebody in"))
    if s.headed(Cue.BOOK_SURE) and all(hit is s.head or Cue.POLITE in hit.cues for hit in h.all) and not s.other_words:
        out.append(Verdict(Intent.BOOK, 56, "books, and nothing else"))
    if s.headed(Cue.GET) and got.lengths and (h.has(Cue.WITH) or s.has_who) and not s.headed(Cue.AT_WHAT, Cue.WHEN):
        out.append(Verdict(Intent.BOOK, 72, "a length of time with somebody"))
    if s.headed(Cue.GET) and h.has(Cue.TOGETHER, Cue.INTO) and s.has_who and (s.time or got.lengths):
        out.append(Verdict(Intent.BOOK, 60, "brings people together"))
    whole_days = (got.days or got.ranges) and not s.clock and not got.parts
    if h.has(Cue.ABSENCE) and whole_days and not asks and not s.other_words and not h.has(*VERBS, Cue.GET):
        out.append(Verdict(Intent.BOOK, 49, "is away for days"))
    if h.has(Cue.BOOK):
        if h.has(*THINGS):
            out.append(Verdict(Intent.BOOK, 64 + extra, "books an event"))
        elif h.has(Cue.OCCASION) or (h.has(Cue.PUBLIC, Cue.WORK) and (s.time or h.has(Cue.MY, Cue.BOOK_SURE))):
            out.append(Verdict(Intent.BOOK, 62 + extra, "books an occasion"))
        elif (h.has(Cue.WITH, Cue.GUEST) or s.has_who) and (s.time or got.lengths):
            out.append(Verdict(Intent.BOOK, 60 + extra, "books time with somebody"))
        elif (s.headed(Cue.BOOK) or s.headed(Cue.BOOK_WEAK)) and (s.time or got.lengths):
            out.append(Verdict(Intent.BOOK, 60 if h.has(Cue.BOOK_SURE) else 55, "books a time"))
    if h.has(Cue.BOOK_WEAK) and not asks:
        if h.has(Cue.EVENT, Cue.OCCASION, Cue.PUBLIC) and (s.time or h.has(Cue.WITH)):
            out.append(Verdict(Intent.BOOK, 57, "speaks of an event to come"))
        elif h.has(Cue.EVENT):
            out.append(Verdict(Intent.BOOK, 50, "wants an event"))
        if (h.has(Cue.WITH, Cue.MEET) or s.has_who) and s.time:
            out.append(Verdict(Intent.BOOK, 76 if h.has(Cue.WITH) and s.clock and got.lengths else 57, "wants to meet"))
    if h.has(Cue.HAVING) and s.clock and got.days and not asks and s.other_words <= 2:
        out.append(Verdict(Intent.BOOK, 46, "has something then"))
    together = h.has(Cue.WITH) or s.has_who
    if not asks and h.has(Cue.EVENT, *OCCASIONS) and s.time and (s.clock or together or got.lengths or got.all_day):
        out.append(Verdict(Intent.BOOK, 48 if together or s.clock else 42, "an event, a time and no verb"))
    elif not asks and together and s.clock and got.lengths:
        out.append(Verdict(Intent.BOOK, 41, "a time with somebody"))
    return out


def _put_in(s: Seen) -> bool:
    """As in "squeeze Ana in at 4": the small word of the verb comes behind the name."""
    put = s.hits.first(Cue.PUT)
    if put is None or s.head is None or put.first != s.head.first:
        return False
    near = [hit for hit in s.hits.every(Cue.INTO) if 1 <= hit.first - put.last <= 2]
    return any(hit.first not in s.taken or (s.has_who and put.last not in s.taken) for hit in near)
