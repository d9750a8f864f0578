"""A pool of threads is bounded, and says so."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from bot.providers.pool import Pool, PoolFull


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool("vendor", 2, 3)
    yield made
    made.close()


async def test_a_call_runs_in_a_thread_of_the_pool(pool: Pool) -> None:
    assert (await pool.run(lambda: threading.current_thread().name)).startswith("vendor")
    with pytest.raises(ZeroDivisionError):
        await pool.run(lambda: 1 // 0)
    assert pool.taken == 0


async def test_so_many_run_so_many_wait_and_the_next_is_refused_at_once(pool: Pool) -> None:
    gate = threading.Event()
    calls = [asyncio.create_task(pool.run(gate.wait)) for _ in range(5)]
    await asyncio.sleep(0)
    with pytest.raises(PoolFull):
        await pool.run(gate.wait)
    gate.set()
    assert all(await asyncio.gather(*calls))
    assert await pool.run(gate.wait)


async def test_a_cancelled_call_counts_until_its_thread_ends(pool: Pool) -> None:
    gate, begun = threading.Event(), threading.Barrier(3)

    def call() -> None:
        begun.wait(5)
        gate.wait(5)

    running = [asyncio.create_task(pool.run(call)) for _ in range(2)]
    await asyncio.to_thread(begun.wait, 5)
    waiting = [asyncio.create_task(pool.run(gate.wait)) for _ in range(3)]
    await asyncio.sleep(0)
    for task in (*running, *waiting):
        task.cancel()
    await asyncio.gather(*running, *waiting, return_exceptions=True)
    await asyncio.sleep(0)
    assert pool.taken == 2  # what waited is off the line, what runs is not stopped
    gate.set()
    async with asyncio.timeout(5):
        while pool.taken:  # noqa: ASYNC110 threads set no asyncio.Event
            await asyncio.sleep(0.001)
    assert await pool.run(gate.is_set)
