"""Finding times: the people of a question, what their calendars say, and the slots that are left."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import calendars
from bot.calendars import Seen
from bot.handlers.people import NOBODY, Guests
from bot.handlers.turn import Button, Turn
from bot.ports import App
from bot.scheduling import wording
from bot.scheduling.availability import Availability, Person, Query, availability
from bot.scheduling.event import EventDraft, Unknown
from bot.scheduling.interval import Interval
from bot.scheduling.rules import NO_CONSTRAINTS, Constraints, Rules, Slot

YOU = "you"
MOST_SLOTS = 5
TWO_WEEKS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Look:
    """What the calendars said: the people of the question, and one's own events."""

    people: tuple[Person, ...]
    seen: Seen

    def unknown(self) -> tuple[tuple[str, str], ...]:
        """Who could not be seen, and why: (name, reason)."""
        return tuple(
            (person.name, person.busyness.reason) for person in self.people if isinstance(person.busyness, Unknown)
        )


async def look(app: App, turn: Turn, window: Interval, guests: Guests = NOBODY, rules: Rules | None = None) -> Look:
    """Ask every calendar about a window, padded so that buffers and the daily cap see what is around it."""
    wide = window.padded(timedelta(days=1), timedelta(days=1))
    seen = await calendars.agenda(app, turn.context, wide)
    own = Person(YOU, calendars.busyness_of(seen, turn.context), rules or turn.preferences.rules, turn.zone, own=True)
    addresses = [guest.address for guest in guests.known]
    theirs = await calendars.others(app, turn.context, addresses, wide)
    people = [Person(guest.name or guest.address, theirs[guest.address], None, None) for guest in guests.known]
    people += [Person(name, Unknown("I do not know their calendar"), None, None) for name in guests.unknown]
    return Look((own, *people), seen)


def query(turn: Turn, window: Interval, duration: timedelta, constraints: Constraints = NO_CONSTRAINTS) -> Query:
    return Query(window=window, duration=duration, zone=turn.zone, now=turn.now, constraints=constraints)


async def next_slots(
    app: App,
    turn: Turn,
    after: datetime,
    duration: timedelta,
    guests: Guests = NOBODY,
    constraints: Constraints = NO_CONSTRAINTS,
) -> Sequence[Slot]:
    """The next few slots of two weeks, in working hours; empty when a calendar cannot be read."""
    window = Interval(after, after + TWO_WEEKS)
    found = await look(app, turn, window, guests)
    answer: Availability = availability(query(turn, window, duration, constraints), found.people)
    return spread(turn, answer.slots)


def spread(turn: Turn, slots: Sequence[Slot], most: int = MOST_SLOTS) -> list[Slot]:
    """A few of the slots, over several days and parts of the day rather than five in one row."""
    by_day: dict[object, list[Slot]] = {}
    for slot in slots:
        by_day.setdefault(slot.start.astimezone(turn.zone).date(), []).append(slot)
    if not by_day:
        return []
    share = max(1, -(-most // len(by_day)))
    chosen: list[Slot] = []
    for day in by_day.values():
        step = max(1, len(day) // share)
        chosen += day[::step][:share]
    return sorted(chosen[:most] if len(by_day) >= most else chosen, key=lambda slot: slot.start)[:most]


def slot_buttons(turn: Turn, slots: Sequence[Slot], draft: EventDraft) -> list[Button]:
    """One button a slot, each leading to the preview of the draft at that time."""
    return [
        Button(
            wording.brief(slot.interval, turn.zone, turn.now),
            "book.preview",
            {"draft": replace(draft, when=slot.interval)},
        )
        for slot in slots
    ]


def lifted(constraints: Constraints) -> Constraints:
    return replace(constraints, any_hours=True)
