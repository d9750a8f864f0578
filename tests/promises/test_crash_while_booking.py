"""A kill in the middle of booking leaves no half state: what was answered is there, what is held is settled."""

import asyncio
import random
import time
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app import StandingClock
from bot.handlers import recover
from bot.messages import Profile
from storage.schema import bookings
from tests.clock import MONDAY_NINE
from tests.fakes.chat import FakeChat
from tests.fakes.file_chat import lines_of
from tests.promises.crew import Crew, crew
from tests.promises.rig import SAM, Rig, connected, events, rig, span

SIZES = [pytest.param(15, id="15 kills"), pytest.param(200, id="200 kills", marks=pytest.mark.long)]


def storm(workers: Crew, out: Path, kills: int) -> None:
    """Two book; one is killed at a moment of chance and another takes its place."""
    chance, started = random.Random(kills), time.monotonic()

    def begin(n: int) -> str:
        workers.start(f"w{n}", "book_on", out, started, f"w{n}", 1)
        return f"w{n}"

    alive = [begin(n) for n in range(2)]
    for n in range(2, 2 + kills):
        time.sleep(chance.uniform(0.15, 0.5))
        assert workers.kill(alive.pop(chance.randrange(2))) == -9
        alive.append(begin(n))
    for name in alive:
        workers.kill(name)


async def states(here: Rig) -> list[tuple[str, str, str]]:
    async with here.storage.database.read() as reading:
        query = select(bookings.c.key, bookings.c.state, bookings.c.ref)
        return [(row.key, row.state, row.ref) for row in (await reading.execute(query)).all()]


@pytest.mark.parametrize("kills", SIZES)
async def test_after_a_storm_of_kills_every_answer_is_true_and_nothing_is_half_done(
    address: str, keys: str, tmp_path: Path, kills: int
) -> None:
    out = tmp_path / "answers"
    async with rig(address, keys, StandingClock(MONDAY_NINE)) as here:
        await connected(here.app)
    with crew(address, keys) as workers:
        began = time.monotonic()
        await asyncio.to_thread(storm, workers, out, kills)
    # Restarted as the storm ends; the sweep of every 15 seconds gets four turns of a minute.
    clock, chat = (
        StandingClock(MONDAY_NINE + timedelta(seconds=time.monotonic() - began)),
        FakeChat({SAM: Profile("Sam")}),
    )
    async with rig(address, keys, clock, chat) as here:
        left = [key for key, state, _ in await states(here) if state == "held"]
        for _ in range(4):
            clock.move_to(clock.now() + timedelta(seconds=15))
            await recover.recover(here.app)
        rows = await states(here)
        written = await events(here.app, SAM, days=300)
    answers = lines_of(out)
    titles = Counter(event.title for event in written)
    assert {answer for _, answer in answers} <= {"Booked", "Not booked"}
    said = {key for key, answer in answers if answer == "Booked"}
    assert said, "nobody came to book anything between the kills"
    assert {key: titles[key] for key in said} == dict.fromkeys(said, 1)
    assert not {key for key, answer in answers if answer == "Not booked"} & set(titles)
    # What is on the calendar has its row, and the other way round: no hold is left, no event is nobody's.
    assert "held" not in {state for _, state, _ in rows}
    assert {key for key, *_ in rows} == set(titles)
    assert {ref for *_, ref in rows} == {event.ref for event in written}
    spans = [span(event) for event in written]
    assert [(a, b) for a, b in pairwise(spans) if b.start < a.end] == []
    print(f"\n{kills} kills: {len(answers)} answers, {len(said)} booked, {len(left)} holds left and settled")
