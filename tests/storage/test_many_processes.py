"""Several processes on one database: one slot has one owner, one reminder has one sender.

Small enough for every run; behind the marker `long` at the size that is promised.
"""

from itertools import pairwise

import pytest
from sqlalchemy import select

from storage import KeyRing, Storage, open_storage
from storage.schema import bookings, reminders
from tests.storage.racers import race
from tests.storage.samples import linked, planned, span

WORKERS = 4
SIZES = [pytest.param(75, id="small"), pytest.param(2500, id="full", marks=pytest.mark.long)]
REMINDERS = [pytest.param(200, id="small"), pytest.param(5000, id="full", marks=pytest.mark.long)]


@pytest.mark.parametrize("requests", SIZES)
async def test_one_slot_has_one_booking(store: Storage, ready_url: str, keys: str, requests: int) -> None:
    await linked(store)
    answers = race(ready_url, keys, *(("slot", f"w{n}", requests, 64) for n in range(WORKERS)))
    assert sum(answer.get("held", 0) for answer in answers) == 1
    assert sum(answer.get("taken", 0) for answer in answers) == WORKERS * requests - 1
    async with store.database.read() as connection:
        rows = (await connection.execute(select(bookings.c.state))).all()
    assert [row.state for row in rows] == ["booked"]


@pytest.mark.parametrize(
    "requests", [pytest.param(75, id="small"), pytest.param(500, id="full", marks=pytest.mark.long)]
)
async def test_no_two_bookings_overlap(store: Storage, ready_url: str, keys: str, requests: int) -> None:
    await linked(store)
    answers = race(ready_url, keys, *(("overlaps", f"w{n}", requests, 64) for n in range(WORKERS)))
    assert sum(sum(answer.values()) for answer in answers) == WORKERS * requests
    async with store.database.read() as connection:
        rows = (await connection.execute(select(bookings).order_by(bookings.c.starts_at))).all()
    assert len(rows) > 20
    overlapping = [(a.key, b.key) for a, b in pairwise(rows) if b.starts_at < a.ends_at]
    assert overlapping == []


@pytest.mark.parametrize("number", REMINDERS)
async def test_no_reminder_is_sent_twice_and_none_is_lost(
    store: Storage, ready_url: str, keys: str, number: int
) -> None:
    connection = await linked(store)
    wanted = [planned(f"m{n}") for n in range(number)]
    await store.reminders.plan(connection, span(0, 48), wanted, span(0).start)
    answers = race(ready_url, keys, *(("send", f"w{n}", 1) for n in range(WORKERS)))
    sent = [reminder for answer in answers for reminder in answer["sent"]]
    assert len(sent) == len(set(sent)) == number
    assert [answer["repeated"] for answer in answers] == [[]] * WORKERS
    assert sum(bool(answer["sent"]) for answer in answers) > 1


async def test_what_a_dead_worker_held_is_taken_over(store: Storage, ready_url: str, keys: str) -> None:
    connection = await linked(store)
    await store.reminders.plan(connection, span(0, 48), [planned(f"m{n}") for n in range(400)], span(0).start)
    dead, *alive = race(ready_url, keys, ("die", "dead", 1), ("send", "a", 1), ("send", "b", 1))
    sent = {reminder for answer in alive for reminder in answer["sent"]}
    assert len(dead["claimed"]) == 20
    assert sent.isdisjoint(dead["claimed"])
    # A minute later its leases have run out: what it only held is sent, what it was sending comes as a repeat.
    later = 1 + 1 / 60
    answers = race(ready_url, keys, *(("send", f"w{n}", later) for n in range(WORKERS)))
    again = [reminder for answer in answers for reminder in answer["sent"]]
    repeated = [reminder for answer in answers for reminder in answer["repeated"]]
    assert sorted(again) == sorted(set(dead["claimed"]) - set(dead["sending"]))
    assert sorted(repeated) == sorted(dead["sending"])
    async with store.database.read() as reading:
        states = (await reading.execute(select(reminders.c.state).distinct())).scalars().all()
    assert list(states) == ["sent"]


async def test_many_may_open_an_empty_database_at_once(url: str, keys: str) -> None:
    answers = race(url, keys, *(("open", n) for n in range(WORKERS)))
    assert answers == [[str(n)] for n in range(WORKERS)]
    store = await open_storage(url, KeyRing.parse(keys))
    await store.users.by_id("nobody")
    await store.close()
