"""What a rival process does: `python -m tests.storage.racers ADDRESS KEYS JOB ARGUMENTS…`.

Says "ready", waits for a line, races, and prints what it got as JSON.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.messages import Secret
from bot.ports import Connections, Delivery, HoldState, Installations, ReminderState
from storage import KeyRing, Storage, open_storage
from tests.storage.samples import ANN, HOUR, MINUTE, NOW, booking

ROOT = Path(__file__).parents[2]
LEASE = MINUTE / 2


def race(url: str, keys: str, *rivals: Sequence[object]) -> list[Any]:
    """Start one process a rival (its job and arguments), let them go at the same moment, and return what they say."""
    command = [sys.executable, "-W", "error", "-m", "tests.storage.racers", url, keys]
    processes = [
        subprocess.Popen(
            [*command, *map(str, rival)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for rival in rivals
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        said = [process.communicate(timeout=300)[0] for process in processes]
        return [json.loads(text) for text in said]
    finally:
        for process in processes:
            process.kill()
            process.communicate()


async def slot(store: Storage, name: str, requests: str, at_once: str) -> dict[str, int]:
    """Everybody wants the same hour; the winner writes for 50 ms and confirms."""
    context = await store.users.context(ANN)
    assert context is not None
    connection = context.connections[0]
    gate = asyncio.Semaphore(int(at_once))
    states: Counter[str] = Counter()

    async def ask(number: int) -> None:
        async with gate:
            key = f"{name}-{number}"
            state = await store.bookings.hold(booking(connection, key), NOW, NOW)
            states[state.value] += 1
            if state is HoldState.HELD:
                await asyncio.sleep(0.05)
                await store.bookings.confirm(key, f"event-{key}", NOW)

    await asyncio.gather(*(ask(number) for number in range(int(requests))))
    return states


async def overlaps(store: Storage, name: str, requests: str, at_once: str) -> dict[str, int]:
    """Random starts and lengths on one host; a few writes fail and are let go."""
    context = await store.users.context(ANN)
    assert context is not None
    connection = context.connections[0]
    gate = asyncio.Semaphore(int(at_once))
    chance = random.Random(name)
    states: Counter[str] = Counter()

    async def ask(number: int) -> None:
        async with gate:
            key = f"{name}-{number}"
            start, length = chance.randrange(0, 4 * 24 * 7) / 4, chance.randrange(1, 12) / 4
            state = await store.bookings.hold(booking(connection, key, start, length), NOW, NOW)
            states[state.value] += 1
            if state is HoldState.HELD and chance.random() < 0.2:
                await store.bookings.release(key)
            elif state is HoldState.HELD:
                await store.bookings.confirm(key, f"event-{key}", NOW)

    await asyncio.gather(*(ask(number) for number in range(int(requests))))
    return states


async def send(store: Storage, name: str, hours: str) -> dict[str, list[str]]:
    """Claim and send until nothing is due at NOW plus the hours."""
    now = NOW + float(hours) * HOUR
    sent, repeated = [], []
    while batch := await store.reminders.claim(name, now, LEASE, 10):
        for reminder in batch:
            if await store.reminders.intend(reminder, name, now, LEASE):
                (repeated if reminder.repeat else sent).append(reminder.id)
                await asyncio.sleep(0)
                assert await store.reminders.done(reminder, name, ReminderState.SENT, "handle")
    return {"sent": sent, "repeated": repeated}


async def die(store: Storage, name: str, hours: str) -> dict[str, list[str]]:
    """Claim some, be in the middle of sending half of them, and die."""
    now = NOW + float(hours) * HOUR
    batch = await store.reminders.claim(name, now, LEASE, 20)
    sending = [r.id for r in batch[::2] if await store.reminders.intend(r, name, now, LEASE)]
    print(json.dumps({"claimed": [r.id for r in batch], "sending": sending}), flush=True)
    os._exit(0)


async def renew(store: Storage, connection_id: str, first: str, times: str) -> list[str]:
    return await _use_up(store.connections, connection_id, first, times)


async def rotate(store: Storage, installation_id: str, first: str, times: str) -> list[str]:
    return await _use_up(store.installations, installation_id, first, times)


async def _use_up(where: Connections | Installations, key: str, first: str, times: str) -> list[str]:
    """Every token is used up by whoever claims it; says which ones were used here."""
    used, number = [], 0
    while number < int(times):
        newest = await where.credential(key)
        assert newest is not None
        number = int(newest.reveal().partition("+")[2] or 0)
        if number < int(times) and await where.claim_refresh(key, newest, NOW, LEASE):
            used.append(newest.reveal())
            assert await where.refreshed(key, newest, Secret(f"{first}+{number + 1}"))
    return used


async def take(store: Storage, number: str) -> list[str]:
    """Take the same deliveries as everybody else, all at once; says which ones were taken here."""
    keys = [f"k{n}" for n in range(int(number))]
    random.Random(os.getpid()).shuffle(keys)
    taken = await asyncio.gather(*(store.inbox.put(Delivery("slack", key, b"x"), NOW, LEASE) for key in keys))
    return [key for key, mine in zip(keys, taken, strict=True) if mine]


async def main(url: str, keys: str, job: str, *arguments: str) -> None:
    jobs = {
        "slot": slot,
        "overlaps": overlaps,
        "send": send,
        "die": die,
        "renew": renew,
        "rotate": rotate,
        "take": take,
    }
    if job == "open":
        print("ready", flush=True)
        sys.stdin.readline()
    store = await open_storage(url, KeyRing.parse(keys))
    if job == "open":
        result: Any = arguments
    else:
        print("ready", flush=True)
        sys.stdin.readline()
        result = await jobs[job](store, *arguments)  # type: ignore[operator]
    await store.close()
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
