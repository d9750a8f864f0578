"""Rules about free time: when somebody is free, whether they are then, when several can meet."""

from bot.language.ask import Intent
from bot.language.gather import Gathered
from bot.language.verdict import OCCASIONS, THINGS, VERBS, Seen, Verdict
from bot.language.words import Cue


def free_rules(s: Seen, got: Gathered) -> list[Verdict]:
    h = s.hits
    if s.headed(Cue.BOOK) and not s.headed(Cue.ASK) and h.has(Cue.EVENT, Cue.OCCASION, Cue.STATE):
        return []
    out: list[Verdict] = []
    own = h.has(Cue.OWN, Cue.CALENDAR) or s.has_who
    out += [*_together(s), *_whether(s)]
    fit = h.every(Cue.FIT)
    suits = bool(fit) and s.headed(Cue.AM_I, Cue.ASK) and s.other_words <= s.has_who
    suits = suits and (any(n < fit[-1].first for n in s.taken) or (s.number and s.has_who))
    if s.headed(Cue.AT_WHAT) and fit and (h.has(Cue.EVENT, Cue.OCCASION, Cue.WITH) or s.has_who) and not h.has(*VERBS):
        out.append(Verdict(Intent.FREE, 71, "when it suits"))
    if suits and not h.has(*VERBS, Cue.ASK_PLANS, Cue.YOU):
        out.append(Verdict(Intent.IS_FREE_AT, 72, "suits then"))
    if s.headed(Cue.AT_WHAT) and got.lengths and not s.other_words and not h.has(*THINGS, *VERBS, *OCCASIONS):
        out.append(Verdict(Intent.FREE, 58, "when there is that much time"))
    if h.has(Cue.HOW_ABOUT) and s.time and not s.other_words and not h.has(*THINGS):
        out.append(Verdict(Intent.IS_FREE_AT if s.clock else Intent.FREE, 60, "how about then"))
    if h.has(Cue.WHY_NOT) and s.time:
        out.append(Verdict(Intent.IS_FREE_AT, 74, "why not then"))
    if s.headed(Cue.FIND) and got.lengths and not h.has(*THINGS, Cue.OCCASION) and not s.other_words:
        out.append(Verdict(Intent.FREE, 65, "looks for a length of time"))
    own_or_named = own or s.time or bool(got.lengths) or h.has(Cue.EVENT, Cue.OCCASION, Cue.WITH)
    if h.has(Cue.SLOT) and (own_or_named or s.other_words == 0):
        out.append(Verdict(Intent.FREE, 72, "asks for times"))
    free = h.has(Cue.FREE) or (h.has(Cue.OPEN) and (h.has(Cue.OWN, Cue.CALENDAR) or s.open_time))
    about = (s.has_who and s.other_words <= 1) or (s.headed(Cue.AM_I) and h.has(Cue.OWN) and not s.other_words)
    if s.headed(Cue.AM_I, Cue.ASK) and about and s.clock and not h.has(*THINGS, *OCCASIONS):
        out.append(Verdict(Intent.IS_FREE_AT, 54, "somebody then"))
    if not free and not h.has(Cue.STATE):
        return out
    asks_when = h.has(Cue.WHEN) and not s.headed(Cue.AM_I)
    asked = h.has(Cue.AM_I)
    if free and asks_when and (own or s.time or s.other_words <= 1):
        out.append(Verdict(Intent.FREE, 71, "when free"))
    elif h.has(Cue.GAP) and asked and s.time and not s.clock and (own or s.other_words <= 1):
        out.append(Verdict(Intent.FREE, 72, "gaps"))
    elif free and asked and s.time and (own or s.other_words <= 1):
        out.append(Verdict(Intent.IS_FREE_AT, 73, "free then"))
    elif free and asked and own and s.other_words <= 1:
        out.append(Verdict(Intent.FREE, 70, "free"))
    elif free and (s.time or s.other_words == 0) and s.other_words <= 2 and not s.headed(Cue.BOOK):
        out.append(Verdict(Intent.FREE, 66, "free times"))
    elif (
        h.has(Cue.STATE)
        and (s.headed(Cue.AM_I, Cue.ASK, Cue.ASK_PLANS) or Cue.STATE in h.all[0].cues)
        and (own or s.clock)
        and (s.time or h.has(*THINGS))
    ):
        out.append(Verdict(Intent.IS_FREE_AT, 70, "busy then"))
    return out


def _together(s: Seen) -> list[Verdict]:
    """As in "when can Ana and I meet", "can Ben and I talk at 3"."""
    h = s.hits
    joint = h.has(Cue.WE, Cue.WITH, Cue.ME, Cue.OWN) or s.has_who
    if not h.has(Cue.MODAL) or not h.has(Cue.TOGETHER, Cue.EVENT, Cue.OCCASION) or not joint:
        return []
    if h.has(Cue.AT_WHAT) and not s.headed(*VERBS):
        return [Verdict(Intent.FREE, 72, "when several can")]
    return []


def _whether(s: Seen) -> list[Verdict]:
    """As in "can Ben and I talk on Friday", "can Ben make 4pm"."""
    h = s.hits
    if not h.all:
        return []
    first = h.all[0]
    if Cue.MODAL in first.cues and s.has_who and s.clock and s.other_words <= 1 and not h.has(*THINGS, *VERBS):
        return [Verdict(Intent.IS_FREE_AT, 66, "whether somebody can")]
    if s.time and s.has_who and Cue.MODAL in first.cues and h.has(Cue.TOGETHER) and not h.has(Cue.WITH, *VERBS):
        return [Verdict(Intent.IS_FREE_AT if s.clock else Intent.FREE, 68, "whether several can")]
    return []
