"""What a worker process does: book, or send reminders. What it got is a line of a file, written at once."""

import asyncio
import os
import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from bot.app import SystemClock
from bot.handlers import remind
from bot.messages import Reply, Secret
from bot.ports import App
from bot.providers.google_consent import GoogleConsent, access_token
from bot.providers.google_settings import GoogleSettings
from bot.renewal import Renewal
from storage import KeyRing, open_storage
from tests.conversations.conftest import words
from tests.fakes.file_chat import FileChat, lines_of, write_line
from tests.promises.rig import MINUTE, SAM, TOMORROW_NINE, SharedClock, draft, press, previews, rig

PROVIDER = timedelta(milliseconds=50)


async def slot(url: str, keys: str, out: str, started: str, name: str, requests: str, at_once: str) -> None:
    """Everybody wants the same hour of Sam's, each with a preview and a press of their own."""
    async with rig(url, keys, SharedClock(float(started)), delay=PROVIDER) as here:
        drafts = {f"{name}-{n}": draft(f"{name}-{n}", TOMORROW_NINE) for n in range(int(requests))}
        tokens = await previews(here.app, SAM, drafts)
        await _press_all(here.app, Path(out), tokens, int(at_once))


async def overlaps(url: str, keys: str, out: str, started: str, name: str, requests: str, at_once: str) -> None:
    """Random starts and lengths in Sam's next week."""
    chance = random.Random(name)
    async with rig(url, keys, SharedClock(float(started)), delay=PROVIDER) as here:
        drafts = {}
        for n in range(int(requests)):
            start = TOMORROW_NINE + chance.randrange(0, 4 * 24 * 6) * 15 * MINUTE
            drafts[f"{name}-{n}"] = draft(f"{name}-{n}", start, chance.randrange(1, 12) * 15 * MINUTE)
        tokens = await previews(here.app, SAM, drafts)
        await _press_all(here.app, Path(out), tokens, int(at_once))


async def _press_all(app: App, out: Path, tokens: dict[str, str], at_once: int) -> None:
    gate = asyncio.Semaphore(at_once)

    async def one(key: str, token: str) -> None:
        async with gate:
            write_line(out, [key, what(await press(app, SAM, token))])

    await asyncio.gather(*(one(key, token) for key, token in tokens.items()))


def what(reply: Reply) -> str:
    """How a press ended: "Booked", "Not booked", or all that was said."""
    head = reply.heading.partition(":")[0]
    return head if head in ("Booked", "Not booked") else words(reply)


async def book_on(url: str, keys: str, out: str, started: str, name: str, pace: str) -> None:
    """Book one free slot after another, a few at once, until killed; each wish and each answer is a line."""
    clock = SharedClock(float(started), float(pace))
    chance = random.Random(name)
    async with rig(url, keys, clock, delay=timedelta(milliseconds=3)) as here:

        async def one(lane: int) -> None:
            for n in range(10_000):
                key = f"{name}-{lane}-{n}"
                start = TOMORROW_NINE + chance.randrange(0, 4 * 24 * 200) * 15 * MINUTE
                tokens = await previews(here.app, SAM, {key: draft(key, start, 15 * MINUTE)})
                write_line(Path(out), [key, what(await press(here.app, SAM, tokens[key]))])

        await asyncio.gather(*(one(lane) for lane in range(3)))


async def send(url: str, keys: str, out: str, started: str, name: str, pace: str, ends: str) -> None:
    """Tick as a worker does, until killed or until there is nothing more to come."""
    clock = SharedClock(float(started), float(pace))
    async with rig(url, keys, clock, FileChat(Path(out), clock.now)) as here:
        parent = os.getppid()
        while os.getppid() == parent:
            await remind.tick(here.app, name)
            if ends == "when done" and await here.app.reminders.next_due() is None:
                return
            await asyncio.sleep(0.05)


async def refresh_often(url: str, keys: str, out: str, connection_id: str, google: str, crew: str, rounds: str) -> None:
    """Everybody finds the same credential dead at the same moment, again and again; each line is what they got."""
    client_id, secret, token_url = google.split(" ")
    settings = GoogleSettings(client_id, Secret(secret), token_url=token_url)
    consent = GoogleConsent(settings, SystemClock())
    meeting = Path(out)
    storage = await open_storage(url, KeyRing.parse(keys))
    renewal = Renewal(storage.connections, SystemClock())
    try:
        connection = next(iter(await storage.connections.all_active("", 1)))
        for number in range(int(rounds)):
            stale = await storage.connections.credential(connection_id)
            assert stale is not None
            await _meet(meeting / f"{number} ready", int(crew))
            fresh = await renewal.renew(connection, stale, consent.refresh)
            write_line(meeting / f"{number} got", access_token(fresh, SystemClock().now()))
            await _meet(meeting / f"{number} done", int(crew))
    finally:
        await storage.close()


async def _meet(place: Path, crew: int) -> None:
    """Until all of the crew have come to this place."""
    write_line(place, os.getpid())
    while len(lines_of(place)) < crew:  # noqa: ASYNC110 the others are other processes
        await asyncio.sleep(0.005)


JOBS = {"slot": slot, "overlaps": overlaps, "book_on": book_on, "send": send, "refresh_often": refresh_often}

__all__: Sequence[str] = ("JOBS", "what")
