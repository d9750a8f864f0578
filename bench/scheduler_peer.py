"""APScheduler 3.11 with its SQLAlchemy job store, a date job each reminder: how fast, and how many it drops.

As shipped, on an engine of its own on the same kind of store; the job does nothing, like our chat. For its speed the
grace time is switched off, or it would drop most of them; what its default drops is counted apart. It writes once a
job (it forgets the job when it hands it on, done or not) where we write an intent, a result and two buttons.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Engine, create_engine, event

_fired: list[tuple[int, float]] = []


async def send(number: int) -> None:
    _fired.append((number, perf_counter()))


def engine(url: str, folder: str, tuned: bool = False) -> Engine:
    """`tuned`: with the pragmas that our own store uses."""
    if not url.startswith("sqlite"):
        return create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    made = create_engine(f"sqlite:///{Path(folder) / 'jobs.sqlite'}")
    if tuned:

        @event.listens_for(made, "connect")
        def _(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")

    return made


async def burst(url: str, count: int, tuned: bool = False) -> float:
    """Jobs a second of so many that are due at once."""
    with TemporaryDirectory() as folder:
        times = [datetime.now(UTC) - timedelta(seconds=1)] * count
        begun, fired = await _run(engine(url, folder, tuned), times, timedelta(minutes=2), misfire_grace_time=None)
        assert len(fired) == count
        return count / (max(at for _, at in fired) - begun)


async def kept(url: str, count: int) -> int:
    """How many of so many jobs due at one moment run at all, with the default grace time of a second."""
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # it would tell of each that it drops
    with TemporaryDirectory() as folder:
        at = datetime.now(UTC) + timedelta(seconds=1 + 0.06 * count)
        _, fired = await _run(engine(url, folder), [at] * count, timedelta(seconds=2 + 0.06 * count))
        return len({number for number, _ in fired})


async def _run(
    made: Engine, times: Sequence[datetime], patience: timedelta, **options: Any
) -> tuple[float, list[tuple[int, float]]]:
    _fired.clear()
    scheduler = AsyncIOScheduler(jobstores={"default": SQLAlchemyJobStore(engine=made, tablename="peer_jobs")})
    scheduler.start(paused=True)
    scheduler.remove_all_jobs()
    for number, at in enumerate(times):
        scheduler.add_job("bench.scheduler_peer:send", "date", run_date=at, args=(number,), id=str(number), **options)
    begun = perf_counter()
    scheduler.resume()
    end = begun + patience.total_seconds()
    while len(_fired) < len(times) and perf_counter() < end:  # noqa: ASYNC110 — the jobs know no event
        await asyncio.sleep(0.02)
    scheduler.remove_all_jobs()
    scheduler.shutdown(wait=False)
    made.dispose()
    return begun, list(_fired)
