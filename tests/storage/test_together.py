"""Errands that share a transaction: as sure, and as separate, as each alone."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.errors import StorageError
from bot.ports import Offer, ReminderState
from storage import Storage
from storage.together import MOST, Together
from tests.storage.samples import ANN, BOB, DAY, HOUR, MINUTE, NOW, linked, person, planned, span


async def test_of_many_at_once_few_transactions_and_each_its_own_answer(store: Storage) -> None:
    batches: list[int] = []

    async def work(things: Sequence[int]) -> Sequence[int]:
        batches.append(len(things))
        await asyncio.sleep(0)
        return [2 * thing for thing in things]

    together = Together(store.database, work)
    assert await asyncio.gather(*(together.do(n) for n in range(250))) == [2 * n for n in range(250)]
    assert batches == [MOST, MOST, 50]
    assert await together.do(7) == 14


async def test_one_that_fails_fails_alone(store: Storage) -> None:
    async def work(things: Sequence[int]) -> Sequence[int]:
        if 3 in things:
            raise StorageError("three")
        return things

    together = Together(store.database, work)
    found = await asyncio.gather(*(together.do(n) for n in range(5)), return_exceptions=True)
    assert [isinstance(one, StorageError) for one in found] == [False, False, False, True, False]


async def test_what_nobody_waits_for_any_more_is_done_first(store: Storage) -> None:
    done: list[str] = []

    async def work(things: Sequence[str]) -> Sequence[None]:
        await asyncio.sleep(0.05)
        done.extend(things)
        return [None for _ in things]

    caller = asyncio.create_task(Together(store.database, work).do("this"))
    await asyncio.sleep(0.01)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert done == ["this"]


async def test_of_two_intents_at_once_one_is_taken(store: Storage) -> None:
    connection = await linked(store)
    await store.reminders.plan(connection, span(0, 24), [planned()], NOW)
    (one,) = await store.reminders.claim("w", NOW + HOUR, MINUTE, 10)
    taken = await asyncio.gather(*(store.reminders.intend(one, "w", NOW + HOUR, MINUTE) for _ in range(3)))
    assert sorted(taken) == [False, False, True]
    results = await asyncio.gather(*(store.reminders.done(one, "w", ReminderState.SENT, "h") for _ in range(3)))
    assert sorted(results) == [False, False, True]


async def test_many_people_at_once_get_their_own(store: Storage) -> None:
    ann, bob = await person(store, ANN), await person(store, BOB, "Bob")
    found = await asyncio.gather(*(store.users.by_id(who) for who in (ann.id, "nobody", bob.id, ann.id)))
    assert [one and one.user.name for one in found] == ["Ann", None, "Bob", "Ann"]
    offers = [store.presses.offer(one.id, [Offer("do", {"who": one.name})], NOW + DAY) for one in (ann, bob)]
    (mine,), (his,), refused = await asyncio.gather(
        *offers, store.presses.offer("nobody", [Offer("x")], NOW + DAY), return_exceptions=True
    )
    assert isinstance(refused, StorageError)
    assert (await store.presses.look(mine, ann.id, NOW)).offer == Offer("do", {"who": "Ann"})
    assert (await store.presses.look(his, ann.id, NOW)).offer is None
