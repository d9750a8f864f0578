"""P9: what the program costs before it is asked anything, and per connected person.

Ours is `python -m bot` on a terminal, database already there, up to its first prompt and not a step further. The peer
is a process that imports the lean stack (starlette, uvicorn, httpx2, sqlite3, AESGCM) and runs none of it. CPU is
user and system time of the whole process, memory the most it ever held.
"""

import asyncio
import gc
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.fresh_process import PROMPT, Cost, until
from bench.reminder_store import NOON, Clock, Silence, app_over, new_ring, opened, people
from bench.table import Row, show
from bot.handlers import dispatch
from bot.messages import ChatUser, Request

LEAN = """
import sqlite3
import httpx2, starlette.applications, starlette.requests, starlette.responses, starlette.routing, uvicorn
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
print("ready", flush=True)
input()
"""
NOT_FOR_A_PROMPT = (
    *("aiosqlite", "alembic", "apscheduler", "dateutil", "greenlet", "psycopg", "resvg_py", "sqlalchemy"),
    *("bot.drawing.svg", "bot.language", "bot.worker"),
)
VENDORS = (
    *("authlib", "exchangelib", "googleapiclient", "httplib2", "httpx", "httpx2", "msal", "psycopg", "requests"),
    *("slack_bolt", "slack_sdk", "starlette", "telegram", "uvicorn"),
)
ROUNDS = 9
PEOPLE = 1000
MIB = 1024.0 * 1024


def run() -> Iterator[Row]:
    with TemporaryDirectory() as folder:
        bot = ("-m", "bot", "--data", folder)
        until(PROMPT, *bot)  # makes the database
        yield from starts(bot)
        yield from imported(bot)
    yield asyncio.run(growth())


def starts(bot: tuple[str, ...]) -> Iterator[Row]:
    prompt: list[Cost] = []
    lean: list[Cost] = []
    answer: list[Cost] = []
    for _ in range(ROUNDS):
        prompt.append(until(PROMPT, *bot))
        lean.append(until(b"ready", "-c", LEAN))
        answer.append(until(b"What I can do", *bot, typed=b"/freewhen help\n"))
    yield _cpu("start to the first prompt", prompt, lean, 2.0)
    yield _memory("memory at the first prompt", prompt, lean, 2.0)
    yield _cpu("start to the first answer", answer, lean, None)
    yield _memory("memory at the first answer", answer, lean, None)


def _cpu(what: str, ours: list[Cost], peer: list[Cost], limit: float | None) -> Row:
    ratio = median(a.cpu / b.cpu for a, b in zip(ours, peer, strict=True))
    mine, theirs = (median(cost.cpu for cost in costs) * 1e3 for costs in (ours, peer))
    return Row("P9", what, mine, theirs, "lean imports", limit=limit, measured_ratio=ratio)


def _memory(what: str, ours: list[Cost], peer: list[Cost], limit: float | None) -> Row:
    mine, theirs = (median(cost.mib for cost in costs) for costs in (ours, peer))
    return Row("P9", what, mine, theirs, "lean imports", "MiB", limit)


def imported(bot: tuple[str, ...]) -> Iterator[Row]:
    """What was imported, and did not have to be; and whatever took more than 5 ms of its own."""
    imports = until(PROMPT, *bot, importtime=True).imports
    needless = _of(imports, NOT_FOR_A_PROMPT)
    yield Row("P9", f"needless at a prompt {' '.join(needless)}".strip(), len(needless), 1, "none", "modules", 0.0)
    answered = until(b"What I can do", *bot, typed=b"/freewhen help\n", importtime=True).imports
    vendors = _of(answered, VENDORS)
    yield Row("P9", f"vendors at an answer {' '.join(vendors)}".strip(), len(vendors), 1, "none", "modules", 0.0)
    total = sum(imports.values()) / 1e3
    for name, own in sorted(imports.items(), key=lambda pair: -pair[1]):
        if own > 5000:
            yield Row("P9", f"import {name}", own / 1e3, total, "all imports")


def _of(imports: dict[str, int], unwanted: tuple[str, ...]) -> list[str]:
    """The unwanted packages of which anything was imported."""
    return [name for name in unwanted if any(f"{one}.".startswith(f"{name}.") for one in imports)]


async def growth() -> Row:
    """What is still held after each of a thousand connected people has asked once; others have asked before."""
    with TemporaryDirectory() as folder:
        async with opened(f"sqlite:///{Path(folder) / 'store.sqlite'}", new_ring()) as storage:
            app = app_over(storage, Clock(NOON), Silence())
            warm, linked = await people(storage, 100), await people(storage, PEOPLE)
            for link in (*warm, *linked):
                await storage.local_events.open_calendar(link.tenant, link.address, "Ann", "Europe/Madrid")

            async def ask(some: list[str]) -> None:
                for number in some:
                    reply = await dispatch(app, Request(ChatUser("bench", "", number), "/agenda today"))
                    assert reply.text == "Nothing on your calendar.", reply.text

            tracemalloc.start()
            await ask([link.address.partition("@")[0] for link in warm])
            gc.collect()
            before = tracemalloc.get_traced_memory()[0]
            await ask([link.address.partition("@")[0] for link in linked])
            gc.collect()
            grown = (tracemalloc.get_traced_memory()[0] - before) / MIB
            tracemalloc.stop()
    return Row("P9", f"growth by {PEOPLE} people who ask", grown, 1.0, "allowed", "MiB", 1.0)


if __name__ == "__main__":
    print(show(list(run())))
