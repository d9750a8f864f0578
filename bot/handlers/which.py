"""Which existing meeting is meant: "my 2pm", "standup tomorrow", "the one with Ana"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot import calendars
from bot.errors import UserError
from bot.handlers import cards, people
from bot.handlers.bound import args_of
from bot.handlers.turn import Button, Turn, buttons
from bot.language.ask import Grain, Target, TimeRef
from bot.messages import Reply
from bot.ports import App, Connection
from bot.scheduling import wording
from bot.scheduling.event import Event
from bot.scheduling.interval import Interval

LOOK_AHEAD = timedelta(days=14)
MOST = 8
_MARKS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Found:
    """The matching events, soonest first, at most eight; `more` says in words what is not among them."""

    events: tuple[tuple[Connection, Event], ...]
    more: str = ""


async def find(app: App, turn: Turn, target: Target | None) -> Found:
    """The events that match. Raises UserError when there is none."""
    window = Interval(turn.now, turn.now + LOOK_AHEAD)
    if target is not None and target.when is not None and (target.when.dated or target.when.window):
        window = target.when.window or Interval(target.when.start, target.when.start + timedelta(minutes=1))
    seen = await calendars.agenda(app, turn.context, window)
    who = [await people.names_of(app, turn, name) for name in target.who] if target else []
    matching = tuple(pair for pair in seen.events if _matches(turn, pair[1], target, who))
    exact = tuple(pair for pair in matching if target and _plain(pair[1].title) == _plain(target.title))
    matching = exact or matching
    unseen = "".join(f" I could not read {name} ({reason})." for name, reason in seen.unseen)
    if not matching:
        if unseen:
            raise UserError(f"I cannot say which meeting you mean.{unseen}")
        raise UserError("I found no such meeting. Type /agenda to see what is on your calendar.")
    more = (
        f" These are the first {MOST} of {len(matching)}; name the day to see others." if len(matching) > MOST else ""
    )
    return Found(matching[:MOST], f"{more}{unseen}")


def _plain(title: str) -> list[str]:
    """Words to compare: "Stand-up (sample)" is `standup sample`."""
    return [word for word in (_MARKS.sub("", part) for part in title.casefold().split()) if word]


def _at(turn: Turn, event: Event, when: TimeRef) -> bool:
    """Whether it begins then; a clock time without a day means any day."""
    start = event.interval(turn.zone).start
    if when.dated:
        return start == when.start
    return start.astimezone(turn.zone).time() == when.start.astimezone(turn.zone).time() and start >= turn.now


def _matches(turn: Turn, event: Event, target: Target | None, who: Sequence[Sequence[str]]) -> bool:
    """`who`: for each person that was named, what they may be called."""
    if target is None:
        return True
    if target.when is not None and target.when.grain is Grain.POINT:
        if event.all_day or not _at(turn, event, target.when):
            return False
    elif event.interval(turn.zone).end <= turn.now:
        return False
    wanted = _plain(target.title)
    title = _plain(event.title)
    if not all(any(part.startswith(word) for part in title) for word in wanted if word not in _FILLERS):
        return False
    there = [*event.attendees, *([event.organizer] if event.organizer else [])]
    said = " ".join([event.title, *(f"{one.name} {one.address}" for one in there)]).casefold()
    return all(any(name in said for name in names) for names in who)


_FILLERS = frozenset({"meeting", "meetings", "event", "events", "appointment", "appointments", "call", "my", "the"})


async def ask_which(app: App, turn: Turn, found: Found, action: str, args: dict[str, object]) -> Reply:
    """One button a meeting, the time first: a chat may cut a long title, and that is what tells them apart."""
    wanted = [
        Button(
            f"{_brief(turn, event)} · {cards.title_of(event)}",
            action,
            args | args_of(connection, event),
        )
        for connection, event in found.events
    ]
    return Reply(f"Which meeting do you mean?{found.more}", choices=await buttons(app, turn, wanted))


def _brief(turn: Turn, event: Event) -> str:
    return wording.brief(event.interval(turn.zone), turn.zone, turn.now, all_day=event.all_day)
