"""When am I free, am I free at three, and why not."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.errors import UserError
from bot.handlers import people, reach, slots
from bot.handlers.clash import refuse_length
from bot.handlers.drafts import draft_of
from bot.handlers.people import Guests
from bot.handlers.reasons import say_reasons
from bot.handlers.sharing import ask_buttons
from bot.handlers.slots import Look
from bot.handlers.turn import Button, Turn, ask_back, buttons
from bot.handlers.weeks import week_picture
from bot.language.ask import Ask, Grain, Intent
from bot.messages import Reply, Style
from bot.ports import App
from bot.scheduling import wording
from bot.scheduling.availability import Availability, Kind, Reason, availability, why_not
from bot.scheduling.interval import Interval
from bot.scheduling.zones import local_days, start_of_day

LOOK_AHEAD = timedelta(days=7)
MOST_DAYS = timedelta(days=93)
_WE = re.compile(r"(?i)\b(?:we|us|our|wir|uns|nosotros|nosotras|estamos|podemos|nous)\b|我们|我們|咱们")


async def free(app: App, turn: Turn) -> Reply:
    """`/free …` and plain questions: ranges a day with slots to press, or yes and no for one time."""
    ask = turn.understood(Intent.FREE)
    if ask.question is not None:
        return await ask_back(app, turn, ask)
    guests = await people.find(app, turn, ask.who)
    if guests.unsure:
        return await people.ask_which(app, turn, ask, guests)
    if ask.when is not None and ask.when.grain is Grain.POINT:
        return await _at(app, turn, ask, guests)
    if ask.intent is Intent.IS_FREE_AT and ask.when is not None and ask.when.grain is Grain.WINDOW:
        return await _at(app, turn, ask, guests)
    return await _within(app, turn, ask, guests)


async def _within(app: App, turn: Turn, ask: Ask, guests: Guests) -> Reply:
    window = _window(turn, ask)
    duration = _duration(turn, ask)
    found = await slots.look(app, turn, window, guests)
    constraints = replace(ask.constraints, any_hours=False)
    answer = availability(slots.query(turn, window, duration, constraints), found.people)
    named_times = ask.constraints.any_hours or (
        ask.when is not None and ask.when.grain in (Grain.WINDOW, Grain.PART_OF_DAY)
    )
    note = ""
    if not answer.free and named_times and not found.unknown():
        # "Tomorrow evening" is outside working hours, and the person said so: look again without them.
        constraints = slots.lifted(constraints)
        answer = availability(slots.query(turn, window, duration, constraints), found.people)
        note = " Outside your working hours." if answer.free else ""
    return await _say(app, turn, window, duration, guests, found, answer, note)


async def _say(
    app: App,
    turn: Turn,
    window: Interval,
    duration: timedelta,
    guests: Guests,
    found: Look,
    answer: Availability,
    note: str,
) -> Reply:
    unseen = found.unseen(strangers=True)
    by_day = _by_day(turn, answer.free)
    facts = tuple(
        (wording.day(day, turn.today), ", ".join(wording.clocks(part, turn.zone) for part in parts))
        for day, parts in by_day.items()
    )
    unknown = {name for name, _ in found.unknown()}
    names = [person.name for person in found.people if person.name not in unknown]
    whom = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "you"
    span = wording.brief(window, turn.zone, turn.now)
    length = wording.duration(duration)
    if facts:
        heading = f"Free for {length}: {whom}" if len(found.people) > 1 else f"You are free for {length}"
    elif found.unknown():
        heading = "I cannot tell"
    else:
        heading = f"No {length} free, {span}"
    picks = slots.spread(turn, answer.slots)
    draft = draft_of(turn, window, guests.known)
    alone = _alone(app, turn, guests)
    return Reply(
        heading=heading,
        text=unseen,
        facts=facts,
        note=f"{alone} Times in {turn.preferences.zone}.{note} {_hint(turn, window, guests, bool(facts))}".strip(),
        choices=await buttons(
            app, turn, [*slots.slot_buttons(turn, picks, draft, guests.unknown), *ask_buttons(found.people)]
        ),
        picture=week_picture(turn, local_days(window, turn.zone), found.seen, answer.free),
    )


def _alone(app: App, turn: Turn, guests: Guests) -> str:
    """ "When are we free?" with nobody named is answered for one."""
    if guests.known or guests.unknown or _WE.search(turn.text) is None:
        return ""
    return f"Only you: name the others, e.g. “with {'@ana' if reach.windows(app, turn.user.who) else 'Ana'}”."


def _hint(turn: Turn, window: Interval, guests: Guests, some: bool) -> str:
    """How to ask for the reason, complete: the same words mean the same day and the same people."""
    day = wording.WEEKDAYS[local_days(window, turn.zone)[0].weekday()]
    names = [guest.name.split()[0] if guest.name else guest.address for guest in guests.known]
    whom = f" with {' and '.join(names)}" if names else ""
    ask = f"“why not {day} 3 pm{whom}?”"
    return f"Press a time to book it, or ask {ask}." if some else f"Ask {ask} for the reason."


async def _at(app: App, turn: Turn, ask: Ask, guests: Guests) -> Reply:
    """One time: yes with a button, or no with each reason and the next times that would do."""
    assert ask.when is not None  # noqa: S101 the caller has looked
    start = ask.when.start
    duration = (ask.when.end - start) if ask.when.end is not None else _duration(turn, ask)
    interval = Interval(start, start + duration)
    found = await slots.look(app, turn, interval, guests)
    reasons = why_not(slots.query(turn, interval, duration, slots.lifted(ask.constraints)), found.people, start)
    strict = replace(ask.constraints, any_hours=False)
    soft = why_not(slots.query(turn, interval, duration, strict), found.people, start)
    when = wording.span(interval, turn.zone, turn.now)
    hard = [reason for reason in reasons if reason.kind is not Kind.UNKNOWN]
    if not reasons:
        outside = "" if not soft else f" {say_reasons(turn, soft, found, interval)}"
        whom = "You are" if not guests.known else "You are all"
        args: dict[str, object] = {"draft": draft_of(turn, interval, guests.known), "unknown": guests.unknown}
        book = Button("Book it", "book.preview", args, Style.PRIMARY)
        alone = _alone(app, turn, guests)
        return Reply(f"Yes. {whom} free {when}.{outside}", note=alone, choices=await buttons(app, turn, [book]))
    if not hard:
        asks = await buttons(app, turn, ask_buttons(found.people))
        return Reply(f"I cannot tell for {when}. {found.unseen(strangers=True)}", choices=asks)
    later = await slots.next_slots(app, turn, max(turn.now, start), duration, guests)
    choices = slots.slot_buttons(turn, later.slots, draft_of(turn, interval, guests.known), guests.unknown)
    why = say_reasons(turn, [*hard, *_added(soft, reasons)], found, interval)
    return Reply(
        heading=f"No: {when}",
        text=f"{why} {found.unseen(strangers=True)}".strip(),
        note=f"{_alone(app, turn, guests)} {later.note}".strip(),
        choices=await buttons(app, turn, choices),
    )


def _added(soft: Sequence[Reason], reasons: Sequence[Reason]) -> list[Reason]:
    return [reason for reason in soft if reason not in reasons]


def _window(turn: Turn, ask: Ask) -> Interval:
    """The time asked about, from now on. Raises UserError for the past and for more than three months."""
    window = Interval(turn.now, start_of_day(turn.today + LOOK_AHEAD, turn.zone))
    if ask.constraints.windows:
        window = Interval(ask.constraints.windows[0].start, max(one.end for one in ask.constraints.windows))
    elif ask.when is not None and ask.when.window is not None:
        window = ask.when.window
    if window.end <= turn.now:
        raise UserError(f"{wording.span(window, turn.zone, turn.now)} is in the past.")
    if window.length > MOST_DAYS:
        raise UserError("I look at up to three months at once. Name a month or a week, perhaps?")
    return Interval(max(window.start, turn.now), window.end)


def _duration(turn: Turn, ask: Ask) -> timedelta:
    duration = ask.duration or turn.preferences.duration
    refuse_length(duration)
    return duration


def _by_day(turn: Turn, ranges: Sequence[Interval]) -> dict[date, list[Interval]]:
    days: dict[date, list[Interval]] = {}
    for part in ranges:
        days.setdefault(part.start.astimezone(turn.zone).date(), []).append(part)
    return days
