"""The part of the contract of `ports.CalendarProvider` that is about the guests of a series."""

import asyncio

import pytest

from bot.errors import Gone
from bot.ports import CalendarProvider
from bot.scheduling.event import Attendee, EventChange, Response, Scope
from bot.scheduling.interval import Interval
from tests.providers.inputs import GUEST, MADRID, SPRING, WEEK, at, move, on, tuesdays


class AnswersContract:
    """What guests of a series see and what becomes of their answers."""

    async def test_an_answer_to_one_occurrence_does_not_double_it(
        self, mine: CalendarProvider, guest: CalendarProvider
    ) -> None:
        await tuesdays(mine, attendees=(Attendee(GUEST),))
        await guest.respond((await on(guest, at(24, 10))).ref, Response.DECLINED)
        assert [event.response for event in await guest.events(WEEK)] == [Response.NONE]
        await mine.update((await on(mine, at(17, 10))).ref, EventChange(title="New"), Scope.FOLLOWING)
        seen = [(event.title, event.response) for event in await guest.events(Interval(at(1, 0), at(1, 0, month=4)))]
        old, new = ("Weekly", Response.NONE), ("New", Response.NONE)
        assert seen == [old, old, new, ("New", Response.DECLINED), new]

    @pytest.mark.parametrize("scope", [Scope.FOLLOWING, Scope.SERIES])
    async def test_a_moved_series_asks_again_about_every_occurrence(
        self, mine: CalendarProvider, guest: CalendarProvider, scope: Scope
    ) -> None:
        await tuesdays(mine, "FREQ=WEEKLY;BYDAY=TU;COUNT=4", attendees=(Attendee(GUEST),))
        first = await on(guest, at(3, 10))
        await guest.respond(first.series or "", Response.ACCEPTED)
        await guest.respond((await on(guest, at(24, 10))).ref, Response.DECLINED)
        await move(mine, at(10, 10), at(10, 15), scope)
        answers = [event.response for event in await guest.events(SPRING)]
        kept = Response.ACCEPTED if scope is Scope.FOLLOWING else Response.NONE
        assert answers == [kept, Response.NONE, Response.NONE, Response.NONE]

    async def test_an_occurrence_that_returns_to_its_series_is_asked_about_again(
        self, mine: CalendarProvider, guest: CalendarProvider
    ) -> None:
        await tuesdays(mine, "FREQ=WEEKLY;BYDAY=TU;COUNT=2", attendees=(Attendee(GUEST),))
        await move(mine, at(10, 10), at(11, 10), Scope.OCCURRENCE)
        await guest.respond((await on(guest, at(11, 10))).series or "", Response.ACCEPTED)
        await move(mine, at(11, 10), at(10, 10), Scope.SERIES)
        assert [event.response for event in await guest.events(SPRING)] == [Response.ACCEPTED, Response.NONE]

    async def test_an_answer_is_to_one_occurrence_or_to_the_series(
        self, mine: CalendarProvider, guest: CalendarProvider
    ) -> None:
        await tuesdays(mine, "FREQ=WEEKLY;BYDAY=TU;COUNT=3", attendees=(Attendee(GUEST),))
        second = await on(guest, at(10, 10))
        await guest.respond(second.ref, Response.DECLINED)
        none, no, yes = Response.NONE, Response.DECLINED, Response.ACCEPTED
        assert [event.response for event in await guest.events(SPRING)] == [none, no, none]
        assert second.series is not None
        assert (await guest.respond(second.series, yes)).response is yes
        assert [event.response for event in await guest.events(SPRING)] == [yes, yes, yes]

    async def test_a_guest_of_one_occurrence_sees_only_that(
        self, mine: CalendarProvider, guest: CalendarProvider
    ) -> None:
        first = await tuesdays(mine)
        await mine.update((await on(mine, at(10, 10))).ref, EventChange(attendees=(Attendee(GUEST),)))
        assert [event.interval(MADRID).start for event in await guest.events(SPRING)] == [at(10, 10)]
        with pytest.raises(Gone):
            await guest.event(first.ref)
        await guest.respond(first.series or "", Response.ACCEPTED)
        assert [event.response for event in await guest.events(SPRING)] == [Response.ACCEPTED]

    async def test_a_guest_taken_off_a_series_is_off_everywhere(
        self, mine: CalendarProvider, guest: CalendarProvider
    ) -> None:
        first = await tuesdays(mine, attendees=(Attendee(GUEST),))
        await guest.respond((await on(guest, at(10, 10))).ref, Response.ACCEPTED)
        await mine.update(first.ref, EventChange(attendees=()), Scope.SERIES)
        assert list(await guest.events(SPRING)) == []

    async def test_an_answer_and_a_change_at_once_are_both_kept(
        self, mine: CalendarProvider, guest: CalendarProvider
    ) -> None:
        await tuesdays(mine, "FREQ=WEEKLY;BYDAY=TU;COUNT=4", attendees=(Attendee(GUEST),))
        second, last = await on(mine, at(10, 10)), await on(guest, at(24, 10))
        split = mine.update(second.ref, EventChange(title="New"), Scope.FOLLOWING)
        _, answer = await asyncio.gather(split, guest.respond(last.ref, Response.DECLINED), return_exceptions=True)
        seen = [(event.title, event.response) for event in await guest.events(SPRING)]
        # The answer came before the cut and went along, or after it, when the occurrence had another name.
        told = Response.NONE if isinstance(answer, Gone) else Response.DECLINED
        new = ("New", Response.NONE)
        assert seen == [("Weekly", Response.NONE), new, new, ("New", told)]
