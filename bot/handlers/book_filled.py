"""The form for a new meeting, filled in: every field is checked, and what is right becomes the usual preview."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from bot import calendars
from bot.errors import UserError
from bot.handlers import book, cards, people
from bot.handlers.book_form import REPEATS, SAID, VIDEO, length_options, repeat_options, rule_of
from bot.handlers.clash import refuse_past
from bot.handlers.drafts import LONGEST_TITLE, title_for
from bot.handlers.filled import Filled, at_most, clock, day, instant, one_of, refusal
from bot.handlers.turn import Turn
from bot.messages import Profile, Reply
from bot.ports import App, Feature
from bot.scheduling import wording
from bot.scheduling.event import EventDraft
from bot.scheduling.interval import Interval

LONGEST_PLACE = 500
MOST_GUESTS = 50
LONGEST_ADDRESS = 254
"""RFC 5321 §4.5.3.1.3, without the angle brackets."""

_ADDRESS = re.compile(r"[^@\s<>()\[\],;:\\\"]+@[^@\s<>()\[\],;:\\\"]+\.[^@\s<>()\[\],;:\\\".]+")
_LAST_SURE_DAY = 28


async def submit(app: App, turn: Turn) -> Reply:
    """The preview of what was filled in, or what is wrong with which field. Nothing is used up by either."""
    form = Filled(turn.request.values)
    title = form.take("title", at_most(LONGEST_TITLE))
    place = form.take("place", at_most(LONGEST_PLACE))
    guests = await _guests(app, turn, form)
    on, at = form.take("date", day), form.take("time", clock)
    lengths = length_options(turn, turn.arg(timedelta, "length"))
    length = form.take("length", lambda text: timedelta(minutes=int(one_of(lengths)(text))))
    can = calendars.kind_of(app, calendars.booking_connection(turn.context).provider).features
    video = form.take("video", one_of(VIDEO)) if Feature.CONFERENCE in can else None
    repeats = form.take("repeats", one_of(_repeats(turn))) if Feature.RECURRENCE in can else None
    rule = _rule(turn, form, repeats, on) if repeats and on else None
    start = instant(turn, form, on, at) if on and at else None
    if form.problems or title is None or place is None or start is None or length is None:
        return refusal(form.problems)
    draft = EventDraft(
        title=title_for(title, guests.known),
        when=Interval(start, start + length),
        zone=turn.preferences.zone,
        attendees=guests.known,
        location=place,
        conference=video == "yes",
        recurrence=rule,
    )
    try:
        refuse_past(turn, draft)
    except UserError as error:
        form.wrong("date" if on is not None and on < turn.today else "time", error.message)
        return refusal(form.problems)
    return await book.show(app, turn, draft, guests, replace_message="again" in turn.args)


def _repeats(turn: Turn) -> tuple[tuple[str, str], ...]:
    """What the form offered."""
    if "rule" not in turn.args:
        return REPEATS
    return repeat_options(turn.text_arg("rule"), date.fromisoformat(turn.text_arg("first")))


async def _guests(app: App, turn: Turn, form: Filled) -> people.Guests:
    """Everybody who is invited; who is not known for sure is a problem of the field that names them."""
    picked = list(filter(None, (name.strip() for name in form.text("guests").split(","))))
    typed = _addresses(form.text("others"))
    bad = [one for one in typed if not _is_address(one)]
    if bad:
        form.wrong("others", f"“{bad[0][:60]}” is no e-mail address.")
        typed = []
    if len(picked) + len(typed) > MOST_GUESTS:
        form.wrong("guests" if len(picked) > MOST_GUESTS else "others", f"Up to {MOST_GUESTS} guests, please.")
        return people.NOBODY
    found = await people.find(app, turn, [*picked, *typed])
    if found.unknown:
        form.wrong("guests", f"I have no address for {', '.join(found.unknown)}. Put it under guests by e-mail.")
    if found.unsure:
        name, profiles = found.unsure[0]
        form.wrong("guests", f"By {name}, do you mean {_either(profiles)}? Put the address under guests by e-mail.")
    return found


def _addresses(text: str) -> list[str]:
    """Separated by commas, semicolons or spaces; of "Ana <ana@example.com>" only the address."""
    parts = (re.search(r"<([^<>]*)>", part) or part for part in re.split(r"[,;]", text))
    return [one for part in parts for one in (part.split() if isinstance(part, str) else [part[1].strip()])]


def _either(profiles: Sequence[Profile]) -> str:
    return " or ".join(f"{profile.name} ({profile.email})" for profile in profiles[:5])


def _is_address(text: str) -> bool:
    return len(text) <= LONGEST_ADDRESS and text.isprintable() and _ADDRESS.fullmatch(text) is not None


def _rule(turn: Turn, form: Filled, repeats: str, on: date) -> str | None:
    """The RRULE value, which the first meeting is part of (RFC 5545 §3.8.2.4)."""
    if repeats == SAID:
        rule = turn.text_arg("rule")
        if not _may_begin(rule, on, turn.text_arg("first")):
            form.wrong("date", f"A series “{cards.say_rule(rule)}” does not begin that day. Choose another repetition.")
        return rule
    if repeats == "weekday" and on.weekday() >= 5:
        form.wrong("date", f"That is a {wording.WEEKDAYS[on.weekday()]}: a series on weekdays begins on one.")
    if repeats == "month" and on.day > _LAST_SURE_DAY:
        form.wrong("repeats", f"Not every month has a day {on.day}. Choose one up to the {_LAST_SURE_DAY}th.")
    return rule_of(repeats, on)


def _may_begin(rule: str, on: date, first: str) -> bool:
    """Whether a series as it was said may begin on this day: on the day it did, or on another of its weekdays."""
    if f"{on:%Y-%m-%d}" == first:
        return True
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[on.weekday()]
    if "UNTIL" in parts or set(parts) - {"FREQ", "INTERVAL", "COUNT", "BYDAY", "WKST"}:
        return False
    return parts.get("FREQ") in ("DAILY", "WEEKLY") and weekday in parts.get("BYDAY", weekday).split(",")
