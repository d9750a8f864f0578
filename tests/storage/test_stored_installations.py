"""Workspaces that added the bot: found and forgotten by workspace, sealed, renewed by one at a time."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from bot.errors import Sealed, StorageError
from bot.messages import Secret
from bot.ports import Installation
from storage import Storage
from storage.schema import installations
from tests.storage.racers import race
from tests.storage.samples import DAY, HOUR, MINUTE, NOW

LEASE = MINUTE / 3
TICK = MINUTE / 60_000_000
STALE, FRESH = Secret("hunter2"), Secret("fresh")
ONE = Installation("slack", "T1", "Ann’s “works”", "B1", STALE, ("chat:write", "commands"), "U1", NOW)
TWO = replace(ONE, workspace="T2", name="", credential=Secret("two"), scopes=())
FAR = replace(ONE, chat="telegram", credential=Secret("far"))


# ── adding, finding, removing ──


async def test_an_installation_comes_back_as_it_was(store: Storage) -> None:
    assert await store.installations.find("slack", "T1") is None
    for one in (TWO, FAR, ONE):
        await store.installations.add(one)
    assert await store.installations.find("slack", "T1") == ONE
    assert await store.installations.find("telegram", "T1") == FAR
    assert list(await store.installations.all("slack")) == [ONE, TWO]
    assert list(await store.installations.all("matrix")) == []
    assert await store.installations.credential(TWO.id) == Secret("two")
    assert await store.installations.credential("slack:T3") is None


async def test_installing_anew_replaces_all_of_it_and_ends_a_lease(store: Storage) -> None:
    await store.installations.add(ONE)
    assert await store.installations.claim_refresh(ONE.id, STALE, NOW, LEASE)
    anew = Installation("slack", "T1", "New", "B2", FRESH, ("commands",), "U2", NOW + DAY)
    await store.installations.add(anew)
    assert list(await store.installations.all("slack")) == [anew]
    assert await store.installations.claim_refresh(ONE.id, FRESH, NOW, LEASE)
    assert not await store.installations.refreshed(ONE.id, STALE, Secret("late"))
    assert await store.installations.credential(ONE.id) == FRESH


async def test_installing_the_same_credential_again_ends_a_refresh_that_was_under_way(store: Storage) -> None:
    await store.installations.add(ONE)
    assert await store.installations.claim_refresh(ONE.id, STALE, NOW, LEASE)
    await asyncio.gather(*(store.installations.add(ONE) for _ in range(5)))
    assert await store.installations.claim_refresh(ONE.id, STALE, NOW, LEASE)
    assert len(await store.installations.all("slack")) == 1


async def test_what_is_removed_is_gone_with_its_secret_once(store: Storage) -> None:
    await store.installations.add(ONE)
    await store.installations.add(TWO)
    removed = await asyncio.gather(*(store.installations.remove("slack", "T1") for _ in range(5)))
    assert sorted(removed) == [False] * 4 + [True]
    assert await store.installations.find("slack", "T1") is None
    assert await store.installations.credential(ONE.id) is None
    assert list(await store.installations.all("slack")) == [TWO]
    async with store.database.read() as reading:
        assert [row.tenant for row in (await reading.execute(select(installations.c.tenant))).all()] == [TWO.id]


async def test_only_what_was_meant_is_removed(store: Storage) -> None:
    for credential in (None, STALE, FRESH):
        await store.installations.add(replace(ONE, at=NOW + MINUTE, credential=FRESH))
        remove = store.installations.remove
        assert not await remove("slack", "T1", before=NOW + MINUTE - TICK, credential=credential)
        meant = credential != STALE
        assert await remove("slack", "T1", before=NOW + MINUTE, credential=credential) is meant
        assert (await store.installations.find("slack", "T1") is None) is meant


@pytest.mark.parametrize("text", ["", "a\0b", "\udc80", "T1' OR '1'='1", "%"])
async def test_a_workspace_of_any_text_is_looked_for_and_not_found(store: Storage, text: str) -> None:
    await store.installations.add(ONE)
    assert await store.installations.find("slack", text) is None
    assert not await store.installations.remove("slack", text)
    assert await store.installations.credential(f"slack:{text}") is None
    assert not await store.installations.claim_refresh(f"slack:{text}", STALE, NOW, LEASE)
    if "\0" in text or "\udc80" in text:
        with pytest.raises(StorageError):
            await store.installations.add(replace(ONE, workspace=text))


# ── sealed ──


@pytest.mark.parametrize("change", [{"tenant": "slack:T9", "workspace": "T9"}, {"workspace": "T9"}, {"chat": "x"}])
async def test_a_row_that_was_moved_to_another_workspace_does_not_open(
    store: Storage, change: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    await store.installations.add(ONE)
    await store.installations.add(TWO)
    async with store.database.write() as writing:
        await writing.execute(update(installations).where(installations.c.workspace == "T1").values(change))
    chat, workspace = change.get("chat", "slack"), change.get("workspace", "T1")
    with pytest.raises(Sealed):
        await store.installations.find(chat, workspace)
    assert ONE not in await store.installations.all(chat)
    assert "left out" in caplog.text
    assert list(await store.installations.all("slack")) == [TWO]


async def test_two_credentials_that_were_swapped_do_not_open(store: Storage) -> None:
    await store.installations.add(ONE)
    await store.installations.add(TWO)
    this, column = installations.c.workspace, installations.c.credential
    async with store.database.write() as writing:
        found = {row.workspace: row.credential for row in (await writing.execute(select(this, column))).all()}
        for one, other in (("T1", "T2"), ("T2", "T1")):
            await writing.execute(update(installations).where(this == one).values(credential=found[other]))
    for ask in (
        store.installations.find("slack", "T1"),
        store.installations.credential(ONE.id),
        store.installations.claim_refresh(ONE.id, STALE, NOW, LEASE),
        store.installations.refreshed(ONE.id, STALE, FRESH),
    ):
        with pytest.raises(Sealed):
            await ask


async def test_an_edited_row_is_said_and_hides_no_other(store: Storage, caplog: pytest.LogCaptureFixture) -> None:
    await store.installations.add(ONE)
    await store.installations.add(TWO)
    async with store.database.write() as writing:
        await writing.exec_driver_sql("UPDATE installations SET scopes = '{' WHERE workspace = 'T1'")
    assert list(await store.installations.all("slack")) == [TWO]
    with pytest.raises(StorageError):
        await store.installations.find("slack", "T1")
    assert "hunter2" not in caplog.text


# ── renewing ──


async def test_of_many_that_want_to_refresh_exactly_one_may(store: Storage) -> None:
    await store.installations.add(ONE)
    for number in range(10):
        stale = STALE if number == 0 else Secret(str(number))
        tries = [store.installations.claim_refresh(ONE.id, stale, NOW, LEASE) for _ in range(8)]
        assert sum(await asyncio.gather(*tries)) == 1
        assert await store.installations.refreshed(ONE.id, stale, Secret(str(number + 1)))
    assert await store.installations.find("slack", "T1") == replace(ONE, credential=Secret("10"))


async def test_a_lease_ends_at_its_second(store: Storage) -> None:
    await store.installations.add(ONE)
    assert await store.installations.claim_refresh(ONE.id, STALE, NOW, LEASE)
    assert not await store.installations.claim_refresh(ONE.id, STALE, NOW + LEASE - TICK, LEASE)
    assert await store.installations.claim_refresh(ONE.id, STALE, NOW + LEASE, LEASE)


async def test_nobody_refreshes_what_was_refreshed_already(store: Storage) -> None:
    await store.installations.add(ONE)
    assert not await store.installations.claim_refresh(ONE.id, Secret("older"), NOW, LEASE)
    assert await store.installations.claim_refresh(ONE.id, STALE, NOW, LEASE)
    assert await store.installations.refreshed(ONE.id, STALE, FRESH)
    assert not await store.installations.claim_refresh(ONE.id, STALE, NOW + HOUR, LEASE)
    assert not await store.installations.refreshed(ONE.id, STALE, Secret("late"))
    assert await store.installations.claim_refresh(ONE.id, FRESH, NOW, LEASE)  # the lease went with the old one


async def test_a_failed_refresh_ends_the_lease_and_leaves_the_credential(store: Storage) -> None:
    await store.installations.add(ONE)
    assert await store.installations.claim_refresh(ONE.id, STALE, NOW, LEASE)
    assert await store.installations.refreshed(ONE.id, STALE, None)
    assert await store.installations.credential(ONE.id) == STALE
    assert await store.installations.claim_refresh(ONE.id, STALE, NOW, LEASE)


async def test_of_many_that_end_one_refresh_at_once_one_is_stored(store: Storage) -> None:
    await store.installations.add(ONE)
    ends = [store.installations.refreshed(ONE.id, STALE, Secret(f"f{n}")) for n in range(8)]
    assert sum(await asyncio.gather(*ends)) == 1


@pytest.mark.parametrize("fresh", [FRESH, None])
async def test_what_is_removed_during_a_refresh_does_not_come_back(store: Storage, fresh: Secret | None) -> None:
    await store.installations.add(ONE)
    assert await store.installations.claim_refresh(ONE.id, STALE, NOW, LEASE)
    assert await store.installations.remove("slack", "T1")
    assert not await store.installations.refreshed(ONE.id, STALE, fresh)
    assert await store.installations.find("slack", "T1") is None
    assert await store.installations.credential(ONE.id) is None


async def test_one_that_was_removed_and_added_again_is_another_one(store: Storage) -> None:
    counts = set()
    for _ in range(3):
        await store.installations.add(ONE)
        async with store.database.read() as reading:
            counts.add((await reading.execute(select(installations.c.credential_version))).scalar_one())
        assert await store.installations.claim_refresh(ONE.id, STALE, NOW, LEASE)
        await store.installations.remove("slack", "T1")
    assert len(counts) == 3


async def test_removing_and_refreshing_at_once_leave_nothing(store: Storage) -> None:
    for _ in range(10):
        await store.installations.add(ONE)
        await store.installations.claim_refresh(ONE.id, STALE, NOW, LEASE)
        await asyncio.gather(
            store.installations.refreshed(ONE.id, STALE, FRESH), store.installations.remove("slack", "T1")
        )
        assert await store.installations.credential(ONE.id) is None


@pytest.mark.parametrize("times", [pytest.param(40, id="small"), pytest.param(500, id="full", marks=pytest.mark.long)])
async def test_several_processes_refresh_each_credential_once(
    store: Storage, ready_url: str, keys: str, times: int
) -> None:
    await store.installations.add(ONE)
    answers = race(ready_url, keys, *(("rotate", ONE.id, STALE.reveal(), times) for _ in range(4)))
    used = [token for answer in answers for token in answer]
    assert len(used) == len(set(used)) == times
    assert await store.installations.credential(ONE.id) == Secret(f"{STALE.reveal()}+{times}")
