"""One slot is given away once, however many want it at once, from however many processes."""

import os
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app import StandingClock
from storage.schema import bookings
from tests.clock import MONDAY_NINE
from tests.fakes.file_chat import lines_of
from tests.promises.crew import crew
from tests.promises.rig import SAM, connected, events, rig, span

WORKERS = 4
AT_ONCE = 16
"""In each of the four processes: 64 at once."""

SLOT = [pytest.param(50, id="200"), pytest.param(2500, id="10000", marks=pytest.mark.long)]
OVERLAPS = [pytest.param(30, id="120"), pytest.param(500, id="2000", marks=pytest.mark.long)]


def limit() -> float:
    """Seconds for the full size: ninety, on a machine that does nothing else."""
    return 90 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def race(url: str, keys: str, job: str, requests: int, out: Path) -> Counter[str]:
    """Four processes at it; how many presses ended how."""
    started = time.monotonic()
    with crew(url, keys) as workers:
        for n in range(WORKERS):
            workers.start(f"w{n}", job, out, started, f"w{n}", requests, AT_ONCE)
        assert [workers.ended(f"w{n}") for n in range(WORKERS)] == [0] * WORKERS
    return Counter(answer for _, answer in lines_of(out))


async def live_spans(url: str, keys: str) -> list[tuple[str, object, object]]:
    """What the table says is held or booked, by start."""
    async with rig(url, keys, StandingClock(MONDAY_NINE)) as here, here.storage.database.read() as reading:
        query = select(bookings).where(bookings.c.state.in_(("held", "booked"))).order_by(bookings.c.starts_at)
        return [(row.state, row.starts_at, row.ends_at) for row in (await reading.execute(query)).all()]


@pytest.mark.parametrize("requests", SLOT)
async def test_one_slot_asked_for_by_many_is_booked_once_and_refused_in_words(
    address: str, keys: str, tmp_path: Path, requests: int
) -> None:
    async with rig(address, keys, StandingClock(MONDAY_NINE)) as here:
        await connected(here.app)
    started = time.monotonic()
    answers = race(address, keys, "slot", requests, tmp_path / "answers")
    assert answers == {"Booked": 1, "Not booked": WORKERS * requests - 1}
    assert time.monotonic() - started < limit()
    async with rig(address, keys, StandingClock(MONDAY_NINE)) as here:
        assert len(await events(here.app, SAM)) == 1
    assert [state for state, *_ in await live_spans(address, keys)] == ["booked"]


@pytest.mark.parametrize("requests", OVERLAPS)
async def test_no_two_meetings_of_one_person_overlap(address: str, keys: str, tmp_path: Path, requests: int) -> None:
    async with rig(address, keys, StandingClock(MONDAY_NINE)) as here:
        await connected(here.app)
    answers = race(address, keys, "overlaps", requests, tmp_path / "answers")
    assert set(answers) == {"Booked", "Not booked"}
    assert sum(answers.values()) == WORKERS * requests
    assert answers["Booked"] > 20
    async with rig(address, keys, StandingClock(MONDAY_NINE)) as here:
        written = [span(event) for event in await events(here.app, SAM)]
    assert len(written) == answers["Booked"]
    assert [(a, b) for a, b in pairwise(written) if b.start < a.end] == []
    table = await live_spans(address, keys)
    assert [(a, b) for a, b in pairwise(table) if b[1] < a[2]] == []
