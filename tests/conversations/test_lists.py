"""The two lists: which calendars are checked, and which one takes new meetings."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import AccessDenied, Gone, LinkExpired
from bot.messages import Secret
from bot.ports import Connection
from bot.scheduling.event import Account, Calendar, Event
from bot.scheduling.interval import Interval
from tests.conversations.conftest import Person, Town

WORK, TEAM, HOLIDAYS = "work", "team", "holidays"
MINE = (
    Calendar(WORK, "Work", primary=True),
    Calendar(TEAM, "Team\nplan"),
    Calendar(HOLIDAYS, "Holidays", can_write=False),
)


class Shelf:
    """A calendar account with several calendars; all that is on the embedded one is on "work"."""

    def __init__(self) -> None:
        self.calendars: Sequence[Calendar] = MINE
        self.written_to: list[str] = []
        self.refusal: Exception | None = None

    def opened(self, real: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda opening: _Opened(real(opening), self)


class _Opened:
    def __init__(self, inner: Any, shelf: Shelf) -> None:
        self._inner, self._shelf = inner, shelf

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def account(self) -> Account:
        return replace(await self._inner.account(), calendars=tuple(self._shelf.calendars))

    async def events(self, window: Interval, calendars: Sequence[str] = ()) -> Sequence[Event]:
        return await self._inner.events(window) if not calendars or WORK in calendars else []  # type: ignore[no-any-return]

    async def create(self, draft: Any, key: str, calendar: str = "") -> Event:
        if self._shelf.refusal:
            raise self._shelf.refusal
        self._shelf.written_to.append(calendar)
        return await self._inner.create(draft, key)  # type: ignore[no-any-return]


@pytest.fixture
def shelf(town: Town) -> Shelf:
    shelf = Shelf()
    kind = town.kind

    def make() -> Any:
        real = kind()
        return replace(real, open=shelf.opened(real.open))

    town.app = replace(town.app, kinds={"local": make})
    return shelf


@pytest.fixture
async def sam(town: Town, shelf: Shelf, busy_sam: Person) -> Person:
    """Sam with the sample week, whose new meetings go to "work", all calendars checked."""
    person = Person(town.app, busy_sam.who)
    connection = await of(town, person)
    await town.app.connections.choose(connection.id, WORK, (WORK, TEAM, HOLIDAYS))
    return person


async def of(town: Town, person: Person) -> Connection:
    context = await town.app.users.context(person.who)
    assert context is not None
    return context.connections[0]


async def test_both_lists_are_shown_and_changed(sam: Person, town: Town, shelf: Shelf) -> None:
    said = await sam.says("/freewhen calendars")
    assert "sam@example.com: Work: checked, new meetings go here" in said
    assert "on the checked ones. New meetings go to “Work”." in said
    assert "sam@example.com: Team plan: checked" in said
    assert "Holidays: checked, can only be read" in said
    said = await sam.presses("Don’t check Holidays")
    assert "Holidays: not checked, can only be read" in said
    assert sam.last.replace
    assert (await of(town, sam)).checks == (WORK, TEAM)
    said = await sam.presses("New meetings to Team plan")
    assert "Team plan: checked, new meetings go here" in said
    assert "New meetings go to “Team plan”." in said
    assert (await of(town, sam)).calendar == TEAM
    await sam.presses("Check Holidays")
    assert (await of(town, sam)).checks == (WORK, TEAM, HOLIDAYS)
    await sam.says("book 30m tomorrow 3pm about budget")
    assert "Booked" in await sam.presses("Book it")
    assert shelf.written_to == [TEAM]


async def test_what_is_not_checked_does_not_take_time(sam: Person) -> None:
    assert "12:00–17:00" in await sam.says("when am I free tomorrow?")
    await sam.says("/freewhen calendars")
    await sam.presses("New meetings to Team")
    await sam.presses("Don’t check Work")
    assert "Tue 10 Mar: 09:00–17:00" in await sam.says("when am I free tomorrow?")


async def test_an_overview_is_shown_anew_with_what_is_checked_now(sam: Person, town: Town) -> None:
    await sam.says("/freewhen calendars")
    town.chat.refreshed.clear()
    await sam.presses("Don’t check Holidays")
    assert town.chat.refreshed == [sam.who]


async def test_one_calendar_stays_checked(sam: Person, town: Town) -> None:
    """Of an account that takes no new meetings."""
    context = await town.app.users.context(sam.who)
    assert context is not None
    later = town.clock.now() + timedelta(seconds=1)
    other = await town.app.connections.add(context.user, "local", "sam@home.example", Secret(""), "", later, (TEAM,))
    await sam.says("/freewhen calendars")
    await sam.presses("Choose for sam@home.example")
    assert "One calendar at least is checked" in await sam.presses("Don’t check Team")
    after = await town.app.users.context(sam.who)
    assert after is not None
    assert {one.id: one.checks for one in after.connections}[other.id] == (TEAM,)


@pytest.mark.parametrize("named", [WORK, ""])
async def test_the_calendar_for_new_meetings_stays_checked(sam: Person, town: Town, named: str) -> None:
    """Else the time of what is booked would be called free. Where none is named, the main one takes them."""
    await town.app.connections.choose((await of(town, sam)).id, named, (WORK, TEAM))
    await sam.says("/freewhen calendars")
    said = await sam.presses("Don’t check Work")
    assert "New meetings go to “Work”, so it stays checked" in said
    assert "Choose another calendar for new meetings first" in said
    assert (await of(town, sam)).checks == (WORK, TEAM)
    await sam.says("/freewhen calendars")
    await sam.presses("New meetings to Team")
    await sam.presses("Don’t check Work")
    assert (await of(town, sam)).checks == (TEAM,)


async def test_a_calendar_that_takes_new_meetings_from_now_on_is_checked_from_now_on(sam: Person, town: Town) -> None:
    await town.app.connections.choose((await of(town, sam)).id, TEAM, (TEAM,))
    await sam.says("/freewhen calendars")
    said = await sam.presses("New meetings to Work")
    assert "I check “Work” for conflicts as well now, because your new meetings go there." in said
    connection = await of(town, sam)
    assert (connection.calendar, set(connection.checks)) == (WORK, {WORK, TEAM})
    await sam.says("book 30m tomorrow 3pm about budget")
    assert "Booked" in await sam.presses("Book it")
    said = await sam.says("am I free tomorrow at 3pm?")
    assert "budget" in said


async def test_a_press_says_on_or_off_and_may_come_twice(sam: Person, town: Town) -> None:
    await sam.says("/freewhen calendars")
    off = sam.choice("Don’t check Team")
    await sam.presses_choice(off)
    await sam.presses_choice(off)
    assert (await of(town, sam)).checks == (WORK, HOLIDAYS)


async def test_a_calendar_that_can_only_be_read_takes_no_meetings(sam: Person, town: Town, shelf: Shelf) -> None:
    said = await sam.says("/freewhen calendars")
    assert "New meetings to Holidays" not in said
    team = sam.choice("New meetings to Team")
    shelf.calendars = (MINE[0], replace(MINE[1], can_write=False))
    assert "can only be read, so new meetings cannot go there" in await sam.presses_choice(team)
    assert (await of(town, sam)).calendar == WORK


async def test_somebody_elses_calendar_is_checked_and_takes_no_meetings(sam: Person, town: Town, shelf: Shelf) -> None:
    await sam.says("/freewhen calendars")
    team = sam.choice("New meetings to Team")
    shelf.calendars = (MINE[0], replace(MINE[1], owned=False))
    said = await sam.says("/freewhen calendars")
    assert "Team plan: checked, somebody else’s" in said
    assert "New meetings to" not in said
    assert "is somebody else’s" in await sam.presses_choice(team)
    assert (await of(town, sam)).calendar == WORK


async def test_a_calendar_that_is_gone_leaves_the_lists_and_is_named(sam: Person, town: Town, shelf: Shelf) -> None:
    shelf.calendars = (MINE[0],)
    said = await sam.says("/freewhen calendars")
    assert "2 checked calendars are no longer there" in said
    assert (await of(town, sam)).checks == (WORK,)
    assert not sam.last.choices
    shelf.calendars = (replace(MINE[1], primary=True), MINE[2])
    said = await sam.says("/freewhen calendars")
    assert "I check “Team plan” now" in said
    assert "The calendar for new meetings is no longer there: choose another." in said
    connection = await of(town, sam)
    assert (connection.calendar, connection.checks) == ("", (TEAM,))


async def test_a_pressed_calendar_may_be_gone(sam: Person, shelf: Shelf, town: Town) -> None:
    await sam.says("/freewhen calendars")
    buttons = [sam.choice("Don’t check Team"), sam.choice("New meetings to Team")]
    shelf.calendars = (MINE[0], MINE[2])
    for button in buttons:
        assert "no longer there" in await sam.presses_choice(button)
    connection = await of(town, sam)
    assert (connection.calendar, connection.checks) == (WORK, (WORK, HOLIDAYS))


async def test_many_calendars_come_in_pages(sam: Person, town: Town, shelf: Shelf) -> None:
    shelf.calendars = (*MINE, *(Calendar(f"c{n}", f"Project {n}") for n in range(16)))
    said = await sam.says("/freewhen calendars")
    assert "These are 1 to 8 of 19." in said
    assert "Project 4: not checked" in said
    assert "Project 5" not in said
    assert "These are 9 to 16 of 19." in await sam.presses("More calendars")
    said = await sam.presses("More calendars")
    assert "These are 17 to 19 of 19." in said
    await sam.presses("Check Project 15")
    assert "c15" in (await of(town, sam)).checks
    assert "[The first calendars]" in said


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (Gone("local", "That calendar is no longer there."), "is no longer there"),
        (AccessDenied("local", "This calendar is read-only."), "does not take it"),
    ],
)
async def test_a_booking_that_its_calendar_does_not_take_offers_to_choose(
    sam: Person, shelf: Shelf, error: Exception, why: str
) -> None:
    await sam.says("book 30m tomorrow 3pm about budget")
    shelf.refusal = error
    said = await sam.presses("Book it")
    assert "Not booked" in said
    assert why in said
    assert "nothing was booked" in said
    shelf.refusal = None
    assert "Your calendars" in await sam.presses("Choose another calendar")
    await sam.presses("New meetings to Team")
    await sam.says("book 30m tomorrow 3pm about budget")
    assert "Booked" in await sam.presses("Book it")
    assert shelf.written_to == [TEAM]


async def test_the_lists_of_two_accounts(sam: Person, town: Town) -> None:
    context = await town.app.users.context(sam.who)
    assert context is not None
    later = town.clock.now() + timedelta(seconds=1)
    await town.app.connections.add(context.user, "local", "sam@home.example", Secret(""), "", later, ())
    said = await sam.says("/freewhen calendars")
    assert "[Choose for sam@example.com] [Choose for sam@home.example]" in said
    await sam.presses("Choose for sam@home.example")
    await sam.presses("New meetings to Team")
    after = await town.app.users.context(sam.who)
    assert after is not None
    assert {one.address: one.calendar for one in after.connections} == {
        "sam@example.com": "",
        "sam@home.example": TEAM,
    }


async def test_an_account_that_cannot_be_read_says_why_and_changes_nothing(sam: Person, town: Town) -> None:
    before = await of(town, sam)
    town.faults.before["account"] = [LinkExpired("local")]
    said = await sam.says("/freewhen calendars")
    assert "no longer accepts our access" in said
    assert "[Reconnect sam@example.com]" in said
    assert (await of(town, sam)).checks == before.checks
    await sam.presses("Reconnect")
    assert "Accept and connect" in " ".join(choice.label for choice in sam.last.choices)


async def test_without_a_calendar_there_is_nothing_to_choose(town: Town) -> None:
    assert "/connect-calendar" in await town.person("Zed").says("/freewhen calendars")


async def test_with_one_calendar_that_is_said_plainly(busy_sam: Person) -> None:
    said = await busy_sam.says("/freewhen calendars")
    assert "is your only calendar: I look for conflicts there, and new meetings go there." in said


async def test_with_several_accounts_it_is_said_of_which(sam: Person, town: Town) -> None:
    context = await town.app.users.context(sam.who)
    assert context is not None
    await town.app.connections.add(
        context.user, "local", "sam@elsewhere.example", context.connections[0].credential, "", town.clock.now()
    )
    assert "New meetings go to “Work” of sam@example.com." in await sam.says("/freewhen calendars")
    await sam.presses("Choose for sam@elsewhere.example")
    assert "New meetings go to sam@example.com." in sam.last.text
