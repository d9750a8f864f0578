"""What another program does to a Google calendar in the middle of what we do, and many of us at once."""

import asyncio
from typing import Any

import pytest

from bot.errors import CannotSay, Gone
from bot.providers.google_bodies import people
from bot.providers.google_reader import _once
from bot.scheduling.blocking import busy_of
from bot.scheduling.event import Attendee, Event, EventChange, FreeBusy, Response, Scope
from bot.scheduling.rules import Policy, Rules
from tests.providers.google_house import google_house
from tests.providers.inputs import MADRID, ME, WEEK, at, half_hour, on, starts, tuesdays


async def test_a_series_that_moved_while_it_was_split_is_not_doubled() -> None:
    async with google_house() as house:
        mine, other = house.open(ME), house.open(ME)
        series = await tuesdays(mine, "FREQ=WEEKLY;BYDAY=TU;COUNT=6")
        seen = await on(mine, at(17, 10))
        reconcile = mine._writer._reconcile

        async def interrupted(*given: Any) -> None:
            await reconcile(*given)
            if (await other.event(series.ref)).when == half_hour(at(3, 10)):
                moved = EventChange(when=half_hour(at(3, 12)))
                await other.update(series.series or "", moved, Scope.SERIES)

        mine._writer._reconcile = interrupted  # type: ignore[method-assign]
        with pytest.raises(Gone):
            await mine.update(seen.ref, EventChange(title="Moved"), Scope.FOLLOWING)
        found = [event.title for event in await mine.events(WEEK)]
        assert found == ["Weekly"]
        assert len(await starts(mine)) == 6


@pytest.mark.parametrize("act", ["cancel", "update"])
async def test_an_occurrence_that_left_its_series_meanwhile_is_said_in_words(act: str) -> None:
    async with google_house() as house:
        mine = house.open(ME)
        event = await tuesdays(mine, "FREQ=WEEKLY;BYDAY=TU;COUNT=6")
        seen = await on(mine, at(24, 10))
        ident = (event.series or "").partition("/")[2]
        there, shortened = mine._events.there, []

        async def shortens(calendar: str, name: str) -> dict[str, Any]:
            body = await there(calendar, name)
            if not shortened and "_" in name:
                shortened.append(name)
                rule = {"recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2"]}
                await mine._session.write("events.patch", calendarId=calendar, eventId=ident, body=rule)
            return body

        mine._events.there = shortens  # type: ignore[method-assign]
        cancels = act == "cancel"
        changed = EventChange(title="x")
        following = Scope.FOLLOWING
        doing = mine.cancel(seen.ref, following) if cancels else mine.update(seen.ref, changed, following)
        with pytest.raises((CannotSay, Gone)):
            await doing


async def test_a_hundred_people_at_once_are_all_answered() -> None:
    async with google_house() as house:
        addresses = [f"p{number}@example.com" for number in range(100)]
        for address in addresses:
            house.server.accounts.add(address)
        opened = [house.open(address) for address in addresses]
        answers = await asyncio.gather(*(one.events(WEEK, ["primary"]) for one in opened))
        assert answers == [[]] * 100


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_copies_the_one_that_blocks_counts(first: int) -> None:
    perhaps = Event(
        "a/x", "u", "a", "T", half_hour(at(10, 9)), response=Response.TENTATIVE, attendees=(Attendee("g@example.com"),)
    )
    sure = Event("b/x", "u", "b", "T", half_hour(at(10, 9)))
    copies = [perhaps, sure] if first else [sure, perhaps]
    assert [one.status for one in busy_of(_once(copies), Rules(tentative=Policy.FREE), MADRID)] == [FreeBusy.BUSY]


def test_a_guest_can_be_made_required_and_a_hidden_one_stays() -> None:
    old = [{"email": "g@example.com", "optional": True, "responseStatus": "accepted"}, {"id": "77", "displayName": "H"}]
    said = people([Attendee("g@example.com", response=Response.ACCEPTED)], old)
    assert {"email": "g@example.com", "optional": False, "responseStatus": "accepted"} in said
    assert {"id": "77", "displayName": "H"} in said
