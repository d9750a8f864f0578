"""Who may ask: only whom the owner named, until when they said, within one workspace."""

from datetime import timedelta

import pytest

from bot.errors import StorageError
from bot.messages import ChatUser
from storage import Storage
from tests.storage.samples import HOUR, NOW, person

TICK = timedelta(microseconds=1)


async def people(store: Storage) -> list[str]:
    return [(await person(store, ChatUser("slack", "T1", f"u{n}"))).id for n in range(4)]


async def test_nobody_is_allowed_until_they_are(store: Storage) -> None:
    ann, bob, *others = await people(store)
    assert await store.grants.allowed(bob, [ann, *others], NOW) == frozenset()
    await store.grants.allow(ann, bob, None)
    assert await store.grants.allowed(bob, [ann, *others], NOW) == {ann}
    assert await store.grants.allowed(bob, others, NOW) == frozenset()
    assert await store.grants.allowed(bob, [], NOW) == frozenset()
    assert await store.grants.allowed(ann, [bob], NOW) == frozenset()
    assert await store.grants.allowed("nobody", [ann], NOW) == frozenset()


async def test_a_grant_is_over_at_its_second_and_the_last_word_holds(store: Storage) -> None:
    ann, bob, *_ = await people(store)
    await store.grants.allow(ann, bob, NOW + HOUR)
    assert await store.grants.allowed(bob, {ann}, NOW + HOUR - TICK) == {ann}
    assert await store.grants.allowed(bob, {ann}, NOW + HOUR) == frozenset()
    await store.grants.allow(ann, bob, None)
    assert await store.grants.allowed(bob, {ann}, NOW + HOUR) == {ann}
    await store.grants.allow(ann, bob, NOW)
    assert await store.grants.allowed(bob, {ann}, NOW) == frozenset()


async def test_what_is_taken_back_from_one_or_from_all(store: Storage) -> None:
    ann, bob, cem, dan = await people(store)
    for asker in (bob, cem, dan):
        await store.grants.allow(ann, asker, None)
    await store.grants.allow(bob, cem, None)
    await store.grants.take_back(ann, bob)
    assert [await store.grants.allowed(who, [ann], NOW) for who in (bob, cem, dan)] == [set(), {ann}, {ann}]
    await store.grants.take_back(ann)
    assert [await store.grants.allowed(who, [ann, bob], NOW) for who in (bob, cem, dan)] == [set(), {bob}, set()]


async def test_strangers_and_people_of_another_workspace_are_refused(store: Storage) -> None:
    ann, *_ = await people(store)
    far = (await person(store, ChatUser("slack", "T2", "u1"))).id
    for owner, asker in ((ann, "nobody"), ("nobody", ann), (ann, far), (far, ann)):
        with pytest.raises(StorageError):
            await store.grants.allow(owner, asker, None)
    assert await store.grants.allowed(far, [ann], NOW) == frozenset()
