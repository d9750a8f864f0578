"""A clock that jumps: nothing is lost, nothing comes early, nothing comes twice."""

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest

from bot.handlers import remind
from tests.clock import MONDAY_NINE
from tests.conversations.conftest import Person, Town
from tests.promises.rig import DAY, HOUR, MINUTE
from tests.promises.streets import Told, ahead, meeting, neighbours, said, watched

LEAD = 10 * MINUTE
EARLY = timedelta(seconds=60)


def fair(told: list[Told], starts: dict[str, datetime]) -> None:
    """By the clock of the moment no reminder came early, and what it says of the time was so."""
    for one in told:
        if not one.summary:
            assert one.at >= starts[one.title] - LEAD - EARLY, said([one])
            in_words = ahead(one.reply)
            if in_words is not None:
                assert abs(one.at + in_words - starts[one.title]) <= EARLY, said([one])


def titles(told: list[Told]) -> Counter[str]:
    """Of every meeting, how often it was told of, in a reminder or in a summary."""
    listed = [title for one in told if one.summary for _, title in one.reply.facts]
    return Counter([one.title for one in told if not one.summary] + listed)


async def days_meetings(town: Town, person: Person) -> dict[str, datetime]:
    """One every other hour, for three days."""
    starts = {f"m{n}": MONDAY_NINE + HOUR / 2 + n * 2 * HOUR for n in range(36)}
    for title, start in starts.items():
        await meeting(town, person, title, start)
    await town.later(timedelta(seconds=1))
    return starts


@pytest.mark.parametrize("jump", [-DAY, -HOUR, -MINUTE, MINUTE, HOUR, DAY], ids=str)
@pytest.mark.parametrize("at", [5 * HOUR, 5 * HOUR + 20 * MINUTE + timedelta(seconds=1)], ids=["between", "just after"])
async def test_after_one_jump_everything_is_told_of_once(town: Town, jump: timedelta, at: timedelta) -> None:
    (person,) = await neighbours(town, 1, [LEAD])
    starts = await days_meetings(town, person)
    told = watched(town)
    await town.later(at)
    town.clock.move_to(town.clock.now() + jump)
    await town.later(MONDAY_NINE + 3 * DAY - town.clock.now())
    fair(told, starts)
    assert titles(told) == dict.fromkeys(starts, 1)


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(n, marks=pytest.mark.long) for n in range(4, 60))])
async def test_a_clock_that_jumps_all_day_loses_and_repeats_nothing(town: Town, seed: int) -> None:
    """Dozens of steps of chance, forwards and backwards, by seconds and by a day."""
    (person,) = await neighbours(town, 1, [LEAD])
    starts = await days_meetings(town, person)
    told = watched(town)
    chance = random.Random(seed)
    for _ in range(40):
        await town.later(chance.uniform(1, 90) * MINUTE)
        jump = chance.choice([-DAY, -HOUR, -5 * MINUTE, -timedelta(seconds=2), timedelta(seconds=2), HOUR, HOUR])
        town.clock.move_to(max(MONDAY_NINE, town.clock.now() + jump))
    await town.later(MONDAY_NINE + 3 * DAY + HOUR - town.clock.now())
    fair(told, starts)
    assert titles(told) == dict.fromkeys(starts, 1)


@pytest.mark.parametrize("back", [timedelta(seconds=2), HOUR, DAY], ids=str)
async def test_a_clock_that_steps_back_between_sending_and_noting_repeats_nothing(town: Town, back: timedelta) -> None:
    (person,) = await neighbours(town, 1, [LEAD])
    await meeting(town, person, "standup", MONDAY_NINE + HOUR)
    await town.later(timedelta(seconds=1))
    told = watched(town)
    town.clock.move_to(MONDAY_NINE + 50 * MINUTE)
    send = town.chat.send

    async def stepping(who, reply):  # type: ignore[no-untyped-def]
        handle = await send(who, reply)
        town.clock.move_to(town.clock.now() - back)
        return handle

    town.chat.send = stepping  # type: ignore[method-assign]
    await remind.tick(town.app, "worker")
    town.chat.send = send  # type: ignore[method-assign]
    await town.later(back + 2 * HOUR)
    assert [one.title for one in told] == ["standup"]


async def test_two_meetings_do_not_overlap_though_the_clock_steps_back_while_they_are_booked(town: Town) -> None:
    """The second looked at the calendar before the first was written, by a clock that was ahead then."""
    person = town.person("Sam")
    await person.connects()
    await person.says("book 1h tomorrow 9am about budget")
    first = person.choice("Book it")
    await person.says("book 1h tomorrow 9am about hiring")
    second = person.choice("Book it")
    around, looked = town.faults.around, []

    async def look_then_lose_time(name, call):  # type: ignore[no-untyped-def]
        answer = await around(name, call)
        if name == "events" and not looked:
            looked.append(name)
            town.clock.move_to(town.clock.now() - HOUR)
            assert "Booked" in await Person(town.app, person.who).presses_choice(first)
        return answer

    town.faults.around = look_then_lose_time  # type: ignore[method-assign]
    assert "Not booked" in await person.presses_choice(second)
