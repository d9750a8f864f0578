"""A town with many people in it: meetings on their calendars, and a record of when each was told what."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.messages import ChatUser, Reply, Secret
from bot.ports import CalendarProvider, Opening
from bot.scheduling.event import Event, EventDraft
from bot.scheduling.interval import Interval
from tests.conversations.conftest import ZONE, Person, Town, words
from tests.fakes.nothing import no_renewal

HALF_HOUR = timedelta(minutes=30)
SUMMARY = "While I was away"
REPEAT = "This may be a repeat"


@dataclass(frozen=True, slots=True)
class Told:
    """One message: when, whom, what."""

    at: datetime
    who: ChatUser
    reply: Reply

    @property
    def title(self) -> str:
        return self.reply.heading.partition(":")[0]

    @property
    def summary(self) -> bool:
        return self.reply.heading.startswith(SUMMARY)


def watched(town: Town) -> list[Told]:
    """From now on, everything that arrives, and when by the clock."""
    told: list[Told] = []
    send = town.chat.send

    async def noting(who: ChatUser, reply: Reply) -> str:
        handle = await send(who, reply)
        told.append(Told(town.clock.now(), who, reply))
        return handle

    town.chat.send = noting  # type: ignore[method-assign]
    return told


def calendar_of(town: Town, person: Person) -> CalendarProvider:
    """The calendar as another program has it: what happens there we learn only by looking."""

    opening = Opening(person.who.tenant, f"{person.who.id}@example.com", ZONE, Secret(""), no_renewal)
    return town.app.kinds["local"]().open(opening)


async def neighbours(town: Town, number: int, leads: Iterable[timedelta]) -> list[Person]:
    """People with a calendar each, who want to be told that long before."""
    people = []
    for n in range(number):
        person = town.person(f"P{n}")
        await person.connects()
        context = await town.app.users.context(person.who)
        assert context is not None
        preferences = replace(context.user.preferences, leads=tuple(sorted(leads, reverse=True)))
        await town.app.users.save(replace(context.user, preferences=preferences))
        people.append(person)
    return people


async def meeting(town: Town, person: Person, title: str, start: datetime, length: timedelta = HALF_HOUR) -> Event:
    """On the calendar, without us."""
    span = Interval(start, start + length)
    return await calendar_of(town, person).create(EventDraft(title, span, ZONE), f"{person.who.id} {title}")


def ahead(reply: Reply) -> timedelta | None:
    """How far ahead a reminder says that its meeting is; None when it names a day, or says something else."""
    found = re.search(r": in (?:(\d+) hours?)?(?: and )?\s?(?:(\d+) minutes?)?$", reply.heading)
    if found is None:
        return timedelta() if reply.heading.endswith(": starts now") else None
    return timedelta(hours=int(found[1] or 0), minutes=int(found[2] or 0))


def said(told: Iterable[Told]) -> str:
    return "\n".join(f"{one.at:%d %H:%M:%S} {one.who.id} {words(one.reply)!r}" for one in told)
