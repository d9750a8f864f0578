"""A calendar that answers badly: the event is there once, and nothing is booked over what came meanwhile."""

import asyncio
import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.errors import LinkExpired, Unavailable
from bot.messages import Secret
from bot.ports import CalendarProvider, Opening
from storage.schema import bookings
from tests.conversations.conftest import ZONE, Person, Town, words
from tests.fakes.nothing import no_renewal
from tests.promises.rig import HOUR, MINUTE, TOMORROW_NINE, draft, events, press, previews

LOSSES = [
    Unavailable("local", "The connection was reset."),
    Unavailable("local", "503", retry_after=timedelta(seconds=30)),
    TimeoutError(),
]
"""All three after the event was written; the third is a deadline that passed."""


def calendar_of(town: Town, person: Person) -> CalendarProvider:
    """The calendar as another program has it: past our faults and our table."""

    opening = Opening(person.who.tenant, f"{person.who.id}@example.com", ZONE, Secret(""), no_renewal)
    return town.app.kinds["local"]().open(opening)


async def held(town: Town) -> list[str]:
    async with town.storage.database.read() as reading:
        query = select(bookings.c.key).where(bookings.c.state == "held")
        return list((await reading.execute(query)).scalars())


@pytest.mark.parametrize("times", [pytest.param(60, id="60"), pytest.param(500, id="500", marks=pytest.mark.long)])
async def test_a_written_event_whose_answer_is_lost_is_there_exactly_once(sam: Person, town: Town, times: int) -> None:
    """The answer is lost; half of the time the question after it fails too, and every third press comes again."""
    await sam.connects()
    chance = random.Random(times)
    drafts = {f"lost-{n}": draft(f"lost-{n}", TOMORROW_NINE + n * HOUR, 30 * MINUTE) for n in range(times)}
    tokens = await previews(town.app, sam.who, drafts)
    for n, token in enumerate(tokens.values()):
        town.faults.after["create"] = [LOSSES[n % 3]]
        town.faults.before["find"] = [LOSSES[chance.randrange(3)]] if chance.random() < 0.5 else [None]
        said = words(await press(town.app, sam.who, token))
        assert said.startswith("Booked") or "cannot say yet" in said
        if n % 3 == 0:
            town.faults.after["create"] = []
            again = words(await press(town.app, sam.who, token))
            assert again.startswith("Booked") or "being booked at this moment" in again
    town.faults.before.clear()
    for _ in range(2 + times // 50):  # a sweep every 15 seconds settles fifty
        await town.later(MINUTE / 4)
    written = [event.title for event in await events(town.app, sam.who)]
    assert sorted(written) == sorted(drafts)
    assert await held(town) == []
    told = [words(reply) for _, reply in town.chat.sent]
    assert not [text for text in told if "was not written" in text]


@pytest.mark.parametrize("written", [True, False], ids=["written", "not written"])
async def test_a_calendar_that_is_down_for_an_hour_is_asked_until_it_answers(
    sam: Person, town: Town, written: bool
) -> None:
    """Its access dies meanwhile as well: then it is asked again once it is connected again."""
    await sam.connects()
    tokens = await previews(town.app, sam.who, {"k": draft("budget", TOMORROW_NINE)})
    (town.faults.after if written else town.faults.before)["create"] = [LOSSES[0]]
    town.faults.before["find"] = [LOSSES[n % 3] for n in range(3)] + [LinkExpired("local")]
    assert "cannot say yet" in words(await press(town.app, sam.who, tokens["k"]))
    told = [text for _ in range(30) for text in await town.later(MINUTE)]
    assert len(await held(town)) == 1
    await sam.says("/connect-calendar")
    await sam.presses("Renew")
    assert "Connected as" in await sam.presses("Accept and connect")
    told += [text for _ in range(30) for text in await town.later(MINUTE)]
    assert len([text for text in told if "“budget”" in text]) == 1
    assert [event.title for event in await events(town.app, sam.who)] == ["budget"] * written
    assert await held(town) == []


@pytest.mark.parametrize("times", [pytest.param(20, id="20"), pytest.param(200, id="200", marks=pytest.mark.long)])
async def test_what_came_between_offer_and_press_is_never_booked_over(sam: Person, town: Town, times: int) -> None:
    """By another program, at the start, in the middle, at the end or around the offered time."""
    await sam.connects()
    other = calendar_of(town, sam)
    chance = random.Random(times)
    for n in range(times):
        begins = TOMORROW_NINE + n * HOUR * 3
        offered = draft(f"ours-{n}", begins, HOUR)
        (token,) = (await previews(town.app, sam.who, {f"k{n}": offered})).values()
        shift, length = chance.choice([(-20, 30), (15, 20), (50, 30), (-10, 90), (0, 60), (59, 1), (-1, 2)])
        await other.create(draft(f"theirs-{n}", begins + shift * MINUTE, length * MINUTE), f"theirs-{n}")
        said = words(await press(town.app, sam.who, token))
        assert said.startswith("Not booked"), said
        assert f"“theirs-{n}” is there now" in said
    titles = [event.title for event in await events(town.app, sam.who, days=60)]
    assert titles == [f"theirs-{n}" for n in range(times)]
    assert await held(town) == []


async def test_a_neighbour_that_only_touches_does_not_stand_in_the_way(sam: Person, town: Town) -> None:
    await sam.connects()
    other = calendar_of(town, sam)
    (token,) = (await previews(town.app, sam.who, {"k": draft("ours", TOMORROW_NINE)})).values()
    await other.create(draft("before", TOMORROW_NINE - HOUR), "before")
    await other.create(draft("after", TOMORROW_NINE + HOUR), "after")
    assert words(await press(town.app, sam.who, token)).startswith("Booked")


async def test_a_second_press_that_finds_its_own_event_is_told_that_it_is_booked(sam: Person, town: Town) -> None:
    """The first press ends between the two looks of the second: at its own key, and at the calendar."""
    await sam.connects()
    (token,) = (await previews(town.app, sam.who, {"k": draft("ours", TOMORROW_NINE)})).values()
    looked = asyncio.Event()
    around = town.faults.around

    async def slow_look(name: str, call):  # type: ignore[no-untyped-def]
        if name == "events" and not looked.is_set():
            looked.set()
            await first
        return await around(name, call)

    second = asyncio.create_task(press(town.app, sam.who, token))
    first: asyncio.Task[object] = asyncio.create_task(_after(looked, town, sam, token))
    town.faults.around = slow_look  # type: ignore[method-assign]
    assert words(await second).startswith("Booked")
    assert [event.title for event in await events(town.app, sam.who)] == ["ours"]


async def _after(looked: asyncio.Event, town: Town, person: Person, token: str) -> None:
    await looked.wait()
    assert words(await press(town.app, person.who, token)).startswith("Booked")


async def test_a_move_whose_meeting_vanished_meanwhile_leaves_its_time_free(sam: Person, town: Town) -> None:
    """The answer to a move is lost, then somebody deletes the meeting in the calendar: the new time is let go."""
    await sam.connects()
    await sam.says("book 1h tomorrow 9am about budget")
    await sam.presses("Book it")
    await sam.says("move budget to 3pm")
    around = town.faults.around

    async def written_and_then_silent(name, call):  # type: ignore[no-untyped-def]
        if name in ("events", "event") and "update" in town.faults.calls:
            raise LOSSES[0]
        answer = await around(name, call)
        if name == "update":
            raise LOSSES[0]
        return answer

    town.faults.around = written_and_then_silent  # type: ignore[method-assign]
    assert "keep looking" in await sam.presses("Move it")
    assert len(await held(town)) == 1
    town.faults.around = around  # type: ignore[method-assign]
    other = calendar_of(town, sam)
    (event,) = await events(town.app, sam.who)
    await other.cancel(event.ref)
    await town.later(MINUTE)
    assert await held(town) == []
    await sam.says("book 1h tomorrow 3pm about hiring")
    assert "Booked" in await sam.presses("Book it")
