"""A fake keeps the promises of what it stands for: it runs the same contract as the real thing."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.messages import ChatUser, Profile
from bot.ports import CalendarProvider
from storage.keys import KeyRing, generate_key
from storage.open import Storage, open_storage
from tests.chats.contract import ChatContract
from tests.fakes.chat import FakeChat
from tests.fakes.provider import Faults, FaultyProvider
from tests.providers.contract import GUEST, ME, ProviderContract
from tests.providers.test_local import _open as open_local

ANA = ChatUser("test", "", "ana")
BEN = ChatUser("test", "", "ben")


class TestFakeChat(ChatContract):
    """The chat in memory keeps every promise of a chat."""

    @pytest.fixture(autouse=True)
    def _made(self) -> None:
        self.fake = FakeChat({ANA: Profile("Ana Torres"), BEN: Profile("Ben Okafor")})

    def chat(self) -> FakeChat:
        return self.fake

    def me(self) -> ChatUser:
        return ANA

    def stranger(self) -> ChatUser:
        return ChatUser("test", "", "eve")

    def says(self, text: str) -> None:
        self.fake.says(ANA, text)

    def presses(self, label: str) -> None:
        handle, reply = list(self.fake.messages.items())[-1]
        self.fake.says(ANA, press=next(one.token for one in reply.choices if one.label == label), handle=handle)

    def seen(self) -> str:
        return self.fake.shown()

    async def test_people_are_found_by_a_part_of_their_name_in_their_workspace(self) -> None:
        assert await self.fake.find_people("", "okaf") == [(BEN, Profile("Ben Okafor"))]
        assert await self.fake.find_people("elsewhere", "okaf") == []


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    opened = await open_storage(f"sqlite+aiosqlite:///{tmp_path / 'test.sqlite'}", KeyRing.parse(generate_key()))
    yield opened
    await opened.close()


async def _faultless(storage: Storage, address: str) -> CalendarProvider:
    provider = FaultyProvider(open_local(storage, address), Faults())
    await provider.account()
    return provider


@pytest.fixture
async def mine(storage: Storage) -> CalendarProvider:
    return await _faultless(storage, ME)


@pytest.fixture
async def guest(storage: Storage) -> CalendarProvider:
    return await _faultless(storage, GUEST)


class TestFaultyProvider(ProviderContract):
    """Without faults, the provider that goes wrong on demand goes right."""
