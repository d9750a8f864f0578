"""What is wanted: rules with a score and a reason; the highest score wins, of equals the first.

A rule sees the cue phrases (`hits.py`) and what kind of times were read. It never guesses for a write: what has the
look of calendar talk and no rule is UNCLEAR, all else is NONE.
"""

from bot.language.account_rules import account_rules, foreign_rules, reminders_rules, settings_rules
from bot.language.ask import Intent
from bot.language.calendar_rules import agenda_rules, bookings_rules, changes_rules
from bot.language.free_rules import free_rules
from bot.language.gather import Gathered
from bot.language.hits import Hits
from bot.language.verdict import POLITE, THINGS, VERBS, Seen, Signs, Verdict
from bot.language.words import Cue


def decide(hits: Hits, got: Gathered, signs: Signs) -> Verdict:
    """The intent of a sentence."""
    clock = bool(got.clocks or got.spans or any(b.clock for b in got.bounds))
    time = got.dated or bool(got.from_now or got.every)
    seen = Seen(
        hits,
        hits.head(POLITE),
        time,
        clock,
        signs.other_words,
        signs.has_who,
        signs.elsewhere,
        signs.open_time,
        signs.zone,
        signs.number,
        signs.taken,
        signs.amount_to,
    )
    found = [
        *account_rules(seen),
        *settings_rules(seen, got),
        *reminders_rules(seen, got),
        *foreign_rules(seen, got),
        *changes_rules(seen, got),
        *free_rules(seen, got),
        *agenda_rules(seen),
        *bookings_rules(seen, got),
    ]
    if seen.headed(Cue.BOOK) and time and _only_in_title(hits):
        booked = [verdict for verdict in found if verdict.intent not in (Intent.SETTINGS, Intent.REMINDERS)]
        found = booked if any(verdict.intent is Intent.BOOK for verdict in booked) else found
    if found:
        return max(found, key=lambda verdict: verdict.score)
    if (
        hits.has(*THINGS)
        and not (signs.elsewhere and not hits.has(Cue.MY, *VERBS))
        and (time or hits.has(Cue.MY, *VERBS) or hits.words_count <= 2)
    ):
        return Verdict(Intent.UNCLEAR, 20, "calendar words and no rule")
    if time and signs.bare:
        return Verdict(Intent.UNCLEAR, 10, "only a time", bare=True)
    return Verdict(Intent.NONE, 0, "no calendar words")


def _only_in_title(hits: Hits) -> bool:
    """Whether what would be a setting stands behind "about": what a meeting is about changes no setting."""
    titles = hits.every(Cue.TITLE)
    return bool(titles) and all(titles[0].first < hit.first for cue in _SETTINGS for hit in hits.every(cue))


_SETTINGS = (Cue.HOURS, Cue.REMIND, Cue.SETTING, Cue.BUFFER, Cue.DEFAULT, Cue.ZONE, Cue.NOTICE)
