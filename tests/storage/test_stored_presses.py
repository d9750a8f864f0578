"""Presses: who may press, once, until when."""

import asyncio

import pytest

from bot.errors import StorageError
from bot.ports import Offer, PressState
from storage import Storage
from tests.storage.samples import BOB, HOUR, NOW, person

OFFER = Offer("book", {"start": "2026-03-02T10:00", "who": ["ann", None], "minutes": 30, "deep": {"a": [1.5, True]}})


async def test_a_token_is_unknown_to_everybody_else_and_when_it_was_never_made(store: Storage) -> None:
    ann, bob = await person(store), await person(store, BOB)
    (token,) = await store.presses.offer(ann.id, [OFFER], NOW + HOUR)
    for who, what in ((bob.id, token), (ann.id, token + "x"), (ann.id, ""), ("", token), (ann.id, "\udc80")):
        assert (await store.presses.look(what, who, NOW)).state is PressState.UNKNOWN
        assert (await store.presses.use(what, who, NOW)).state is PressState.UNKNOWN
    assert (await store.presses.use(token, ann.id, NOW)).state is PressState.READY


async def test_tokens_are_unguessable_short_and_all_different(store: Storage) -> None:
    ann = await person(store)
    tokens = await store.presses.offer(ann.id, [OFFER] * 50, NOW + HOUR)
    assert len(set(tokens)) == 50
    assert all(22 <= len(token) <= 32 for token in tokens)  # 22 characters of base64 are more than 128 bits


async def test_no_offers_make_no_tokens(store: Storage) -> None:
    assert await store.presses.offer((await person(store)).id, [], NOW) == ()


async def test_an_offer_to_nobody_is_refused(store: Storage) -> None:
    with pytest.raises(StorageError):
        await store.presses.offer("nobody", [OFFER], NOW)


async def test_looking_uses_nothing_up_and_arguments_come_back_as_they_were(store: Storage) -> None:
    ann = await person(store)
    (token,) = await store.presses.offer(ann.id, [OFFER], NOW + HOUR)
    for _ in range(2):
        pressed = await store.presses.look(token, ann.id, NOW)
        assert (pressed.state, pressed.offer) == (PressState.READY, OFFER)


@pytest.mark.parametrize("args", [{"a": (1, 2)}, {1: "a"}, {"a": NOW}, {"a": float("nan")}, {"a": b"x"}])
async def test_arguments_that_are_not_json_are_refused(store: Storage, args: dict[str, object]) -> None:
    ann = await person(store)
    with pytest.raises((TypeError, ValueError)):
        await store.presses.offer(ann.id, [Offer("book", args)], NOW + HOUR)


async def test_a_press_expires_at_its_time_and_then_says_nothing(store: Storage) -> None:
    ann = await person(store)
    (token,) = await store.presses.offer(ann.id, [OFFER], NOW + HOUR)
    for method in (store.presses.look, store.presses.use):
        pressed = await method(token, ann.id, NOW + HOUR)
        assert (pressed.state, pressed.offer) == (PressState.EXPIRED, None)


async def test_using_one_uses_the_group(store: Storage) -> None:
    ann = await person(store)
    yes, no = await store.presses.offer(ann.id, [Offer("yes"), Offer("no")], NOW + HOUR)
    (other,) = await store.presses.offer(ann.id, [Offer("other")], NOW + HOUR)
    assert (await store.presses.use(yes, ann.id, NOW)).offer == Offer("yes")
    again = await store.presses.use(no, ann.id, NOW)
    assert (again.state, again.offer) == (PressState.USED, Offer("no"))
    assert (await store.presses.look(yes, ann.id, NOW)).state is PressState.USED
    assert (await store.presses.use(other, ann.id, NOW)).state is PressState.READY


async def test_of_many_presses_at_once_exactly_one_is_ready(store: Storage) -> None:
    ann = await person(store)
    for _ in range(5):
        tokens = await store.presses.offer(ann.id, [Offer("a"), Offer("b"), Offer("c")], NOW + HOUR)
        results = await asyncio.gather(*(store.presses.use(token, ann.id, NOW) for token in tokens * 8))
        states = [pressed.state for pressed in results]
        assert states.count(PressState.READY) == 1
        assert states.count(PressState.USED) == 23


async def test_a_restored_group_can_be_used_again_once(store: Storage) -> None:
    ann = await person(store)
    yes, no = await store.presses.offer(ann.id, [Offer("yes"), Offer("no")], NOW + HOUR)
    await store.presses.use(yes, ann.id, NOW)
    await store.presses.restore(yes)
    await store.presses.restore("never made")
    assert (await store.presses.use(no, ann.id, NOW)).state is PressState.READY
    assert (await store.presses.use(yes, ann.id, NOW)).state is PressState.USED


async def test_sweeping_deletes_what_expired_before_and_counts_it(store: Storage) -> None:
    ann = await person(store)
    old = await store.presses.offer(ann.id, [Offer("a"), Offer("b")], NOW - HOUR)
    (edge,) = await store.presses.offer(ann.id, [Offer("c")], NOW)
    assert await store.presses.sweep(NOW) == 2
    assert await store.presses.sweep(NOW) == 0
    assert (await store.presses.look(old[0], ann.id, NOW - 2 * HOUR)).state is PressState.UNKNOWN
    assert (await store.presses.look(edge, ann.id, NOW - HOUR)).state is PressState.READY


async def test_a_press_that_cannot_be_opened_is_not_used_up(store: Storage) -> None:
    ann = await person(store)
    (token,) = await store.presses.offer(ann.id, [OFFER], NOW + HOUR)
    async with store.database.write() as connection:
        await connection.exec_driver_sql(
            "UPDATE presses SET offer = 'x'" if store.database.is_sqlite else "UPDATE presses SET offer = '\\x00'"
        )
    with pytest.raises(StorageError):
        await store.presses.use(token, ann.id, NOW)
    async with store.database.read() as connection:
        assert (await connection.exec_driver_sql("SELECT used_at FROM press_groups")).scalar() is None
