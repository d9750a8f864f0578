"""The embedded calendar on the contract, over the real store."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import SystemClock
from bot.messages import Secret
from bot.ports import CalendarProvider, Opening
from bot.providers import House, local
from bot.scheduling.event import Unknown
from storage.keys import KeyRing, generate_key
from storage.open import Storage, open_storage
from tests.providers.contract import ProviderContract
from tests.providers.inputs import DAY, GUEST, ME


async def _save(credential: Secret) -> None:
    """There is no credential to keep."""


def _open(storage: Storage, address: str) -> CalendarProvider:
    opening = Opening("test:", address, "Europe/Madrid", Secret(""), _save, address.partition("@")[0])
    return local.kind(House(SystemClock(), storage.local_events)).open(opening)


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    opened = await open_storage(f"sqlite+aiosqlite:///{tmp_path / 'test.sqlite'}", KeyRing.parse(generate_key()))
    yield opened
    await opened.close()


@pytest.fixture
async def mine(storage: Storage) -> CalendarProvider:
    provider = _open(storage, ME)
    await provider.account()
    return provider


@pytest.fixture
async def guest(storage: Storage) -> CalendarProvider:
    provider = _open(storage, GUEST)
    await provider.account()
    return provider


class TestLocal(ProviderContract):
    """`local` keeps every promise."""

    async def test_people_of_another_workspace_are_unknown(self, storage: Storage, mine: CalendarProvider) -> None:
        opening = Opening("other:", ME, "Europe/Madrid", Secret(""), _save)
        stranger = local.kind(House(SystemClock(), storage.local_events)).open(opening)
        assert isinstance((await stranger.busy([ME], DAY))[ME], Unknown)
