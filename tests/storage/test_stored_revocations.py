"""Access that is to be given back: nobody loses it, two do not try at once, and it is gone when it is done."""

import asyncio

from bot.messages import Secret
from storage import Storage
from storage.linking_tables import revocations
from tests.storage.samples import HOUR, MINUTE, NOW


async def add(store: Storage, number: int = 1) -> None:
    for n in range(number):
        await store.revocations.add("slack:T1", "google", f"{n}@example.org", Secret(f"token-{n}"), NOW + n * MINUTE)


async def test_what_is_added_is_due_at_once_and_then_leased(store: Storage) -> None:
    await add(store)
    (found,) = await store.revocations.due(NOW, MINUTE, 9)
    assert (found.tenant, found.provider, found.address) == ("slack:T1", "google", "0@example.org")
    assert (found.credential, found.tries, found.since) == (Secret("token-0"), 0, NOW)
    assert list(await store.revocations.due(NOW + MINUTE * 0.99, MINUTE, 9)) == []
    assert [one.id for one in await store.revocations.due(NOW + MINUTE, MINUTE, 9)] == [found.id]


async def test_a_try_that_failed_is_counted_and_comes_back_at_its_time(store: Storage) -> None:
    await add(store)
    for tries in range(3):
        (found,) = await store.revocations.due(NOW + tries * HOUR, MINUTE, 9)
        assert (found.tries, found.since) == (tries, NOW)
        await store.revocations.retry(found.id, NOW + (tries + 1) * HOUR)
        assert list(await store.revocations.due(NOW + (tries + 1) * HOUR - MINUTE, MINUTE, 9)) == []


async def test_done_is_gone_with_its_credential(store: Storage) -> None:
    await add(store)
    (found,) = await store.revocations.due(NOW, MINUTE, 9)
    for _ in range(2):
        await store.revocations.done(found.id)
    await store.revocations.retry(found.id, NOW)
    assert list(await store.revocations.due(NOW + HOUR, MINUTE, 9)) == []
    async with store.database.read() as connection:
        assert (await connection.execute(revocations.select())).all() == []


async def test_two_never_get_the_same_and_the_longest_waiting_comes_first(store: Storage) -> None:
    await add(store, 20)
    first = await store.revocations.due(NOW + HOUR, MINUTE, 3)
    assert [one.address for one in first] == ["0@example.org", "1@example.org", "2@example.org"]
    claimed = await asyncio.gather(*(store.revocations.due(NOW + HOUR, MINUTE, 4) for _ in range(10)))
    ids = [one.id for some in (first, *claimed) for one in some]
    rest = await store.revocations.due(NOW + HOUR, MINUTE, 99)  # what was locked by another was passed over
    assert len(ids) == len(set(ids))
    assert len(ids) + len(rest) == 20


async def test_an_edited_one_is_forgotten_and_holds_up_nobody(store: Storage) -> None:
    await add(store, 6)
    async with store.database.write() as writing:
        junk = "'junk'" if store.database.is_sqlite else r"'\x00'"
        edits = [f"credential = {junk}", "tenant = 'slack:T2'", "provider = 'outlook'"]
        if store.database.is_sqlite:
            edits += ["since = 'never'", "tenant = x'00'"]
        for n, edit in enumerate(edits):
            await writing.exec_driver_sql(f"UPDATE revocations SET {edit} WHERE address = '{n}@example.org'")  # noqa: S608
    found = await store.revocations.due(NOW + HOUR, MINUTE, 9)
    assert [one.address for one in found] == [f"{n}@example.org" for n in range(len(edits), 6)]
    assert len(await store.revocations.due(NOW + 2 * HOUR, MINUTE, 9)) == len(found)
    async with store.database.read() as reading:
        assert len((await reading.exec_driver_sql("SELECT id FROM revocations")).all()) == len(found)
