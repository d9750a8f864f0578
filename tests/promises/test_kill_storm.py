"""No reminder is lost, whoever is killed: with SIGKILL, in the middle of anything, again and again.

The chat is a file that several processes append to, so that what arrived is known after its sender is dead.
"""

import asyncio
import random
import time
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.app import StandingClock
from bot.ports import Meeting, Planned
from bot.scheduling.interval import Interval
from storage.reminders import MOST_REPEATS
from storage.schema import reminders
from tests.clock import MONDAY_NINE
from tests.fakes.file_chat import lines_of
from tests.promises.crew import Crew, crew
from tests.promises.rig import DAY, HOUR, connected, rig

PACE = 6
"""Seconds on the clock in one second: a lease of 30 s is over after five."""
PEOPLE = 6
REPEAT = "This may be a repeat"
STORMS = [
    pytest.param(300, 20, id="20 kills"),
    pytest.param(5000, 200, id="200 kills", marks=[pytest.mark.long]),
]


async def plan(url: str, keys: str, number: int, within: timedelta) -> None:
    """Reminders of several people, due one after another, of meetings that are still hours ahead when all is over."""
    async with rig(url, keys, StandingClock(MONDAY_NINE)) as here:
        for person in range(PEOPLE):
            who = await connected(here.app, f"p{person}")
            context = await here.app.users.context(who)
            assert context is not None
            wanted = []
            for n in range(person, number, PEOPLE):
                starts = MONDAY_NINE + 6 * HOUR
                meeting = Meeting(f"m{n}", starts, starts + HOUR)
                wanted.append(Planned(f"m{n}", "lead:600", MONDAY_NINE + within * n / number, meeting))
            window = Interval(MONDAY_NINE - DAY, MONDAY_NINE + DAY)
            await here.app.reminders.plan(context.connections[0], window, wanted, MONDAY_NINE)


async def left_unknown(url: str, keys: str) -> set[str]:
    """Those whose sender was killed again and again; any other state but "sent" is an error."""
    async with rig(url, keys, StandingClock(MONDAY_NINE)) as here, here.storage.database.read() as reading:
        rows = (await reading.execute(select(reminders.c.meeting_ref, reminders.c.state))).all()
    assert {row.state for row in rows} <= {"sent", "unknown"}
    return {row.meeting_ref for row in rows if row.state == "unknown"}


def by_meeting(out: Path) -> dict[str, list[Any]]:
    told = defaultdict(list)
    for line in lines_of(out):
        told[line["heading"].partition(":")[0]].append(line)
    return told


def storm(workers: Crew, out: Path, started: float, kills: int) -> None:
    """Three at work; one of them is killed at a moment of chance, and another takes its place, until it is enough."""
    chance = random.Random(kills)

    def begin(n: int) -> str:
        workers.start(f"w{n}", "send", out, started, f"w{n}", PACE, "never")
        return f"w{n}"

    alive = [begin(n) for n in range(3)]
    for n in range(3, 3 + kills):
        time.sleep(chance.uniform(0.05, 0.3))
        assert workers.kill(alive.pop(chance.randrange(len(alive)))) == -9
        alive.append(begin(n))
    for name in alive:
        workers.kill(name)
    for n in range(2):
        workers.start(f"last{n}", "send", out, started, f"last{n}", PACE, "when done")
    assert [workers.ended(f"last{n}") for n in range(2)] == [0, 0]


def until_told(out: Path, number: int) -> None:
    while len(lines_of(out)) < number:
        time.sleep(0.005)


@pytest.mark.parametrize(("number", "kills"), STORMS)
async def test_a_storm_of_kills_loses_no_reminder_and_repeats_at_most_one_a_kill(
    address: str, keys: str, tmp_path: Path, number: int, kills: int
) -> None:
    out = tmp_path / "told"
    await plan(address, keys, number, timedelta(seconds=kills * 0.17 * PACE))
    with crew(address, keys) as workers:
        await asyncio.to_thread(storm, workers, out, time.monotonic(), kills)
    told = by_meeting(out)
    unknown = await left_unknown(address, keys)
    missing = {f"m{n}" for n in range(number)} - set(told)
    assert missing <= unknown
    assert len(unknown) <= 1
    repeated = {name: lines for name, lines in told.items() if len(lines) > 1}
    assert sum(len(lines) - 1 for lines in repeated.values()) <= kills + 3
    for name, (_, *again) in repeated.items():
        assert len(again) <= MOST_REPEATS, name
        assert all(REPEAT in line["note"] for line in again), name
    print(
        f"\n{number} reminders, {kills} kills: {len(missing)} lost, {len(repeated)} came twice, {len(unknown)} unknown"
    )


@pytest.mark.parametrize(
    "number", [pytest.param(300, id="small"), pytest.param(5000, id="full", marks=pytest.mark.long)]
)
async def test_four_workers_that_nobody_kills_send_each_reminder_once(
    address: str, keys: str, tmp_path: Path, number: int
) -> None:
    out = tmp_path / "told"
    await plan(address, keys, number, timedelta(seconds=number / 100))
    with crew(address, keys) as workers:
        for n in range(4):
            workers.start(f"w{n}", "send", out, time.monotonic(), f"w{n}", 1, "when done")
        assert [await asyncio.to_thread(workers.ended, f"w{n}") for n in range(4)] == [0] * 4
    assert Counter(len(lines) for lines in by_meeting(out).values()) == {1: number}
    assert not any(REPEAT in line["note"] for line in lines_of(out))
    assert await left_unknown(address, keys) == set()


async def test_what_a_dead_worker_had_taken_is_sent_within_a_minute(address: str, keys: str, tmp_path: Path) -> None:
    """Its lease is 30 seconds; the minute is on the clock that all of them read."""
    out = tmp_path / "told"
    await plan(address, keys, 50, timedelta())
    started = time.monotonic()
    with crew(address, keys) as workers:
        workers.start("first", "send", out, started, "first", PACE, "never")
        await asyncio.to_thread(until_told, out, 5)
        workers.kill("first")
        died = MONDAY_NINE + timedelta(seconds=(time.monotonic() - started) * PACE)
        sent_before = len(lines_of(out))
        workers.start("second", "send", out, started, "second", PACE, "when done")
        assert await asyncio.to_thread(workers.ended, "second") == 0
    told = by_meeting(out)
    assert len(told) == 50
    assert sent_before < 50
    late = [datetime.fromisoformat(line["at"]) - died for line in lines_of(out)[sent_before:]]
    assert max(late) <= timedelta(seconds=60)
    # One at most for each send that was in flight: people are told side by side, each of them one thing at a time.
    assert sum(len(lines) - 1 for lines in told.values()) <= PEOPLE
    assert all(REPEAT in line["note"] for _, *again in told.values() for line in again)
