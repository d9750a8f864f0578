"""Finding times: the people of a question, what their calendars say, and the slots that are left."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import calendars
from bot.calendars import Seen
from bot.errors import NotConnected
from bot.handlers.people import NOBODY, Guests
from bot.handlers.turn import Button, Turn
from bot.ports import App
from bot.scheduling import wording
from bot.scheduling.availability import Person, Query, availability
from bot.scheduling.event import Busyness, Event, EventDraft, Known, Unknown
from bot.scheduling.interval import Interval
from bot.scheduling.question import unseen
from bot.scheduling.rules import NO_CONSTRAINTS, Constraints, Slot

YOU = "you"
MOST_SLOTS = 5
TWO_WEEKS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Look:
    """What the calendars said about a window: the people of the question, and one's own events.

    `strangers`: those of the people who have no address, so that no calendar could be asked.
    """

    people: tuple[Person, ...]
    seen: Seen
    window: Interval
    strangers: frozenset[str] = frozenset()

    def unknown(self) -> tuple[tuple[str, str], ...]:
        """Who could not be seen, or not wholly, and why: (name, reason)."""
        question = Query(self.window, self.window.length, ZoneInfo("UTC"), self.window.start)
        return tuple((person.name, reason) for person in self.people if (reason := unseen(question, person)))

    def unseen(self, strangers: bool = False) -> str:
        """Who could not be seen, by name and in words; "" when everybody was.

        `strangers`: also those without an address, whom a preview names by itself.
        """
        return " ".join(
            f"I could not read your calendar ({reason})." if name == YOU else f"{name}: unknown ({reason})."
            for name, reason in self.unknown()
            if strangers or name not in self.strangers
        )


@dataclass(frozen=True, slots=True)
class Offered:
    """The next slots, who could not be seen, and the line above the slots."""

    slots: tuple[Slot, ...]
    unseen: str

    @property
    def note(self) -> str:
        if self.slots:
            return "The next times that would do:"
        return "" if self.unseen else "I found no free time in the next two weeks."


async def look(app: App, turn: Turn, window: Interval, guests: Guests = NOBODY, without: Event | None = None) -> Look:
    """Ask every calendar about a window, padded so that buffers and the daily cap see what is around it.

    `without`: a meeting that is to move, and so does not stand in its own way.
    """
    wide = window.padded(timedelta(days=1), timedelta(days=1))
    if not turn.context.connections:
        raise NotConnected
    seen, theirs = await asyncio.gather(
        calendars.agenda(app, turn.context, wide),
        calendars.others(
            app,
            turn.context,
            [guest.address for guest in guests.known],
            window if without is None else wide,  # nobody keeps a buffer for others; one's own meeting is wholly seen
            member=turn.request.member,
        ),
    )
    if without is not None:
        seen = replace(seen, events=tuple(pair for pair in seen.events if pair[1].ref != without.ref))
    own = Person(YOU, calendars.busyness_of(seen, turn.context), turn.preferences.rules, turn.zone, own=True)
    people = [
        Person(guest.name or guest.address, _but(theirs[guest.address], turn, without), None, None)
        for guest in guests.known
    ]
    people += [Person(name, Unknown("I do not know their calendar"), None, None) for name in guests.unknown]
    return Look((own, *people), seen, window, frozenset(guests.unknown))


def query(turn: Turn, window: Interval, duration: timedelta, constraints: Constraints = NO_CONSTRAINTS) -> Query:
    return Query(window=window, duration=duration, zone=turn.zone, now=turn.now, constraints=constraints)


async def next_slots(
    app: App,
    turn: Turn,
    after: datetime,
    duration: timedelta,
    guests: Guests = NOBODY,
    constraints: Constraints = NO_CONSTRAINTS,
) -> Offered:
    """The next few slots of two weeks, in working hours; none when one's own calendar cannot be read."""
    window = Interval(after, after + TWO_WEEKS)
    found = await look(app, turn, window, guests)
    answer = availability(query(turn, window, duration, constraints), found.people)
    return Offered(tuple(spread(turn, answer.slots)), found.unseen(strangers=True))


def _but(busyness: Busyness, turn: Turn, without: Event | None) -> Busyness:
    """A guest's busy time without the meeting that is to move."""
    if without is None or isinstance(busyness, Unknown):
        return busyness
    place = without.interval(turn.zone)
    return Known(tuple(busy for busy in busyness.busy if busy.interval != place))


def spread(turn: Turn, slots: Sequence[Slot], most: int = MOST_SLOTS) -> list[Slot]:
    """A few of the slots, over several days and parts of the day rather than five in one row."""
    by_day: dict[object, list[Slot]] = {}
    for slot in (slot for slot in slots if slot.start > turn.now):
        by_day.setdefault(slot.start.astimezone(turn.zone).date(), []).append(slot)
    if not by_day:
        return []
    share = max(1, -(-most // len(by_day)))
    chosen: list[Slot] = []
    for day in by_day.values():
        step = max(1, len(day) // share)
        chosen += day[::step][:share]
    return sorted(chosen[:most] if len(by_day) >= most else chosen, key=lambda slot: slot.start)[:most]


def slot_buttons(turn: Turn, slots: Sequence[Slot], draft: EventDraft, unknown: tuple[str, ...] = ()) -> list[Button]:
    """One button a slot, each leading to the preview of the draft at that time; `unknown` guests stay named."""
    return [
        Button(
            wording.brief(slot.interval, turn.zone, turn.now),
            "book.preview",
            {"draft": replace(draft, when=slot.interval), "unknown": unknown},
        )
        for slot in slots
    ]


def lifted(constraints: Constraints) -> Constraints:
    return replace(constraints, any_hours=True)
