"""P7: reminders; none lost, fast in a burst, in time, against a bare claiming query and APScheduler's job store.

Ours is the whole way of a due reminder to a chat that costs nothing: claimed, opened, its person read, composed with
two buttons whose meaning is sealed and stored, intent, send, result. The bare query (`bench.bare_claim`) is the floor:
its three writes on the same store, through the same driver. Rates are by the wall clock, sides by turns.
"""

import asyncio
import gc
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any

from bench import scheduler_peer
from bench.bare_claim import Bare, Quickest, bare
from bench.reminder_store import (
    NOON,
    Clock,
    Silence,
    addresses,
    app_over,
    due,
    many_more,
    new_ring,
    no_reminders,
    opened,
    people,
)
from bench.table import Row, show
from bot.handlers import remind
from bot.worker import TICK
from storage import Storage
from storage.instants import utc

BURST = 1000
ROUNDS = 5
PEER_JOBS = 100


def run() -> Iterator[Row]:
    with addresses() as stores:
        for name, urls in stores.items():
            yield from asyncio.run(_all(name, urls))


async def _all(name: str, urls: tuple[str, str]) -> list[Row]:
    ring = new_ring()
    rows: list[Row] = []
    async with opened(urls[0], ring) as storage:
        linked = await people(storage, BURST)
        rows += [row async for row in burst(name, urls[0], storage, linked)]
        rows.append(await outage(name, storage, linked))
        rows += await steady(name, urls, storage, linked, ring)
        rows.append(await two_workers(name, urls[0], storage, linked, ring))
    rows.append(await start(name, urls, ring))
    return rows


async def burst(name: str, url: str, storage: Storage, linked: Any) -> AsyncIterator[Row]:
    """So many people's reminders due in one moment."""
    app = app_over(storage, Clock(NOON), Silence())
    floor = await bare(url)
    tasks = {"ours": lambda: remind.tick(app, "w"), "bare": lambda: _count(floor)}
    if storage.database.is_sqlite:
        quick = Quickest(url.removeprefix("sqlite:///"))
        tasks["quick"] = lambda: _count(quick)
    rates: dict[str, list[float]] = {task: [] for task in tasks}
    for turn in range(ROUNDS + 1):
        if turn == 1:
            gc.collect()
            gc.freeze()  # as the worker process does when it is open
        for task in sorted(tasks, reverse=bool(turn % 2)):
            await no_reminders(storage)
            await due(storage, linked)
            begun = perf_counter()
            assert await tasks[task]() == BURST
            if turn:  # the first one warms
                rates[task].append(BURST / (perf_counter() - begun))
    await floor.close()
    what = f"{name}: burst of {BURST}"
    yield _faster(what, rates["ours"], rates["bare"], "bare query", 0.5)
    if "quick" in rates:
        await quick.close()
        yield _faster(what, rates["ours"], rates["quick"], "the same, blocking", None)
    peer = [await scheduler_peer.burst(url, PEER_JOBS) for _ in range(2)]
    yield _faster(what, rates["ours"][: len(peer)], peer, "APScheduler store", 50.0)
    if storage.database.is_sqlite:
        peer = [await scheduler_peer.burst(url, PEER_JOBS, tuned=True) for _ in range(2)]
        yield _faster(what, rates["ours"][: len(peer)], peer, "the same, our pragmas", None)
    kept = await scheduler_peer.kept(url, PEER_JOBS)
    yield Row("P7", f"{name}: sent at all of a burst of {PEER_JOBS}", PEER_JOBS, kept, "APScheduler", "reminders")


async def _count(floor: Bare) -> int:
    return len(await floor.send_due(NOON))


def _faster(what: str, ours: list[float], peer: list[float], peer_name: str, limit: float | None) -> Row:
    ratio = median(a / b for a, b in zip(ours, peer, strict=True))
    return Row("P7", what, median(ours), median(peer), peer_name, "per s", limit, False, ratio)


async def outage(name: str, storage: Storage, linked: Any) -> Row:
    """Ten minutes without a worker: each meeting is told of exactly once, alone or, when it has begun, in a summary."""
    await no_reminders(storage)
    half = len(linked) // 2
    times = [NOON + timedelta(minutes=10) * place / half for place in range(half)]
    await due(storage, linked[:half], times, timedelta(minutes=15))
    await due(storage, linked[half:], times, timedelta(minutes=5))
    chat = Silence()
    await remind.tick(app_over(storage, Clock(NOON + timedelta(minutes=10)), chat), "w")
    told: Counter[str] = Counter()
    for _, reply, _ in chat.sent:
        summary = reply.heading.startswith("While I was away")
        told.update([title for _, title in reply.facts] if summary else [reply.heading.partition(":")[0]])
    once = sum(count == 1 for title, count in told.items() if title.startswith("Budget"))
    return Row("P7", f"{name}: told once after an outage", once, len(linked), "planned", "reminders", 1.0, False)


async def steady(name: str, urls: tuple[str, str], storage: Storage, linked: Any, ring: str) -> list[Row]:
    """Forty a second for some seconds, both sides at once on databases of their own, looking equally often."""
    rows = []
    async with opened(urls[1], ring) as other:
        theirs = await people(other, BURST)
        floor = await bare(urls[1])
        for every, seconds in ((TICK.total_seconds(), 6), (0.05, 5)):
            count = 40 * seconds
            chat = Silence()
            begin = datetime.now(UTC) + timedelta(seconds=2)
            times = [begin + timedelta(seconds=seconds) * place / count for place in range(count)]
            for store, some in ((storage, linked), (other, theirs)):
                await no_reminders(store)
                await due(store, some[:count], times)
            mine: list[float] = []
            bares: list[float] = []
            app = app_over(storage, Clock(), chat)
            end = times[-1] + timedelta(seconds=every + 1)

            async def ours(every: float = every, end: datetime = end, app: Any = app) -> None:
                while datetime.now(UTC) < end:
                    await asyncio.gather(remind.tick(app, "w"), asyncio.sleep(every))

            async def peer(every: float = every, end: datetime = end, bares: list[float] = bares) -> None:
                while datetime.now(UTC) < end:
                    sent, _ = await asyncio.gather(floor.send_due(datetime.now(UTC)), asyncio.sleep(every))
                    bares += [(at - utc(due_at)).total_seconds() for due_at, at in sent]

            await asyncio.gather(ours(), peer())
            at_due = dict(zip((link.address.partition("@")[0] for link in linked), times, strict=False))
            mine += [(at - at_due[who]).total_seconds() for who, _, at in chat.sent]
            assert len(mine) == len(bares) == count
            late, floor_late = (quantiles(some, n=100)[98] * 1e3 for some in (mine, bares))
            what = f"{name}: p99 lateness, looking every {every:g} s"
            # The goal is at the program's own interval; the other shows what is left of it without that wait.
            limit = 3.0 if every == TICK.total_seconds() else None
            rows.append(Row("P7", what, late, floor_late, "bare query", "ms", limit))
        await floor.close()
        await no_reminders(other)
    return rows


async def two_workers(name: str, url: str, storage: Storage, linked: Any, ring: str) -> Row:
    """Two processes at once on one store."""
    await no_reminders(storage)
    command = (sys.executable, "-m", "bench.reminder_worker", url)
    root = Path(__file__).parent.parent
    workers = [await asyncio.create_subprocess_exec(*command, cwd=root, stdin=PIPE, stdout=PIPE) for _ in range(2)]
    for worker in workers:
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(f"{ring}\n".encode())
        assert await worker.stdout.readline() == b"ready\n"
    await due(storage, linked)
    outputs = await asyncio.gather(*(worker.communicate(b"go\n") for worker in workers))
    told = Counter(line for out, _ in outputs for line in out.decode().splitlines() if line.startswith("Budget"))
    share = " + ".join(str(out.decode().count("Budget")) for out, _ in outputs)
    once = sum(count == 1 for count in told.values())
    what = f"{name}: sent once by two workers ({share})"
    return Row("P7", what, once, len(linked), "due", "reminders", 1.0, False)


async def start(name: str, urls: tuple[str, str], ring: str) -> Row:
    """From opening the store to the first reminder sent, with 100,000 waiting for tomorrow and with 1,000."""
    for url, count in zip(urls, (1_000, 100_000), strict=True):
        async with opened(url, ring) as storage:
            await no_reminders(storage)
            linked = await people(storage, 1)
            await due(storage, linked, NOON + timedelta(days=1))
            await many_more(storage, count)
    clock = process_time if name == "SQLite" else perf_counter  # a server's work is not in our CPU time
    times: list[list[float]] = [[], []]
    for turn in range(12):
        for index in (0, 1) if turn % 2 else (1, 0):
            async with opened(urls[index], ring) as storage:
                await due(storage, await people(storage, 1))
            begun = clock()
            async with opened(urls[index], ring) as storage:
                assert await remind.tick(app_over(storage, Clock(NOON), Silence()), "w") == 1
                times[index].append(clock() - begun)
    few, many = times
    ratio = median(a / b for a, b in zip(many, few, strict=True))
    ours, peer = median(many) * 1e3, median(few) * 1e3
    return Row("P7", f"{name}: start with 100,000 waiting", ours, peer, "with 1,000", "ms", 1.2, True, ratio)


if __name__ == "__main__":
    print(show(list(run())))
