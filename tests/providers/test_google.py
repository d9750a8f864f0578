"""Google Calendar on the contract, over real sockets to a strict double."""

from collections.abc import AsyncIterator

import pytest

from bot.ports import CalendarProvider
from tests.providers.contract import ProviderContract
from tests.providers.google_house import GoogleHouse, google_house
from tests.providers.inputs import GUEST, ME


@pytest.fixture
async def house() -> AsyncIterator[GoogleHouse]:
    async with google_house() as opened:
        yield opened


@pytest.fixture
async def mine(house: GoogleHouse) -> CalendarProvider:
    return house.open(ME)


@pytest.fixture
async def guest(house: GoogleHouse) -> CalendarProvider:
    return house.open(GUEST)


class TestGoogle(ProviderContract):
    """Google keeps every promise."""
