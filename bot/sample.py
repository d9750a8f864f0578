"""A labelled sample week, and three colleagues in other zones: what `make demo` shows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from bot.messages import ChatUser
from bot.ports import LocalEvent, LocalEvents
from bot.scheduling.event import Attendee, Days, EventDraft, FreeBusy, Response, When
from bot.scheduling.interval import Interval
from bot.scheduling.zones import zone

LABEL = "(sample)"
DOMAIN = "example.com"

COLLEAGUES = (
    ("ana", "Ana Torres", "Europe/Madrid"),
    ("ben", "Ben Okafor", "America/New_York"),
    ("mei", "Mei Lin", "Asia/Taipei"),
)


async def fill(store: LocalEvents, who: ChatUser, name: str, address: str, zone_name: str, now: datetime) -> None:
    """Put the sample on one's own and the colleagues' calendars, for this week and the next; again changes nothing."""
    await store.open_calendar(who.tenant, address, name, zone_name)
    people = [(f"{short}@{DOMAIN}", full, place) for short, full, place in COLLEAGUES]
    for other, full, place in people:
        if other != address:
            await store.open_calendar(who.tenant, other, full, place)
    today = now.astimezone(zone(zone_name)).date()
    monday = today - timedelta(days=today.weekday())
    for week in (monday, monday + timedelta(weeks=1)):
        for key, draft in _own(week, zone_name):
            draft = replace(draft, attendees=tuple(guest for guest in draft.attendees if guest.address != address))
            await _add(store, who, address, name, draft, f"sample:{week}:{key}")
        for other, full, place in people:
            if other != address:
                for key, draft in _theirs(week, place):
                    await _add(store, who, other, full, draft, f"sample:{week}:{key}")


def _own(monday: date, place: str) -> Iterator[tuple[str, EventDraft]]:
    ana, ben, mei = (Attendee(f"{short}@{DOMAIN}", full) for short, full, _ in COLLEAGUES)

    def at(day: int, begin: str, end: str, title: str) -> EventDraft:
        return EventDraft(f"{title} {LABEL}", _span(monday, day, begin, end, place), place)

    for day in range(5):
        yield f"standup{day}", at(day, "09:30", "09:45", "Stand-up")
    yield "planning", at(0, "10:00", "11:30", "Planning")
    yield "design", replace(at(1, "11:00", "12:00", "Design review"), attendees=(ana,), location="Room 2")
    yield "call", replace(at(2, "13:30", "14:30", "Customer call"), attendees=(mei,))
    yield "dentist", replace(at(3, "12:00", "13:00", "Dentist"), private=True)
    yield "hiring", replace(at(3, "15:00", "16:00", "Hiring round"), status=FreeBusy.TENTATIVE)
    yield "one", replace(at(4, "14:00", "14:30", "One to one"), attendees=(ben,))
    birthday = EventDraft(f"Ben’s birthday {LABEL}", _day(monday, 3), place, status=FreeBusy.FREE)
    yield "birthday", birthday


def _theirs(monday: date, place: str) -> Iterator[tuple[str, EventDraft]]:
    def at(day: int, begin: str, end: str) -> EventDraft:
        return EventDraft(f"Busy {LABEL}", _span(monday, day, begin, end, place), place)

    for day in range(5):
        yield f"morning{day}", at(day, "09:00", "10:00")
    yield "workshop", at(1, "13:00", "17:00")
    yield "lunch", at(2, "12:00", "13:00")
    yield "review", at(3, "15:00", "16:30")


def _span(monday: date, day: int, begin: str, end: str, place: str) -> When:
    first, last = (
        datetime.combine(monday + timedelta(days=day), time.fromisoformat(clock), zone(place)).astimezone(UTC)
        for clock in (begin, end)
    )
    return Interval(first, last)


def _day(monday: date, day: int) -> When:
    return Days(monday + timedelta(days=day), monday + timedelta(days=day + 1))


async def _add(store: LocalEvents, who: ChatUser, owner: str, name: str, draft: EventDraft, key: str) -> None:
    number = f"{key.replace(':', '-')}-{owner.partition('@')[0]}"
    organizer = Attendee(owner, name, Response.ORGANIZER)
    row = LocalEvent(id=number, uid=f"{number}@freewhen", owner=owner, draft=draft, organizer=organizer)
    await store.add(who.tenant, row, key)
