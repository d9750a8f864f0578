"""A token endpoint that is busy is left alone for as long as it asks, whoever asks about the account meanwhile."""

import asyncio
from datetime import timedelta

import pytest

from tests.conversations.conftest import Person
from tests.google.conftest import City


def asked(city: City) -> int:
    return city.signin.calls["token"] + city.signin.calls["refresh"]


@pytest.mark.parametrize(("fault", "rest"), [("503", 7), ("429", 7)])
async def test_retry_after_is_honoured(city: City, ana: Person, fault: str, rest: int) -> None:
    await city.later(timedelta(hours=2))
    city.signin.faults = [fault] * 50
    before = asked(city)
    said = await asyncio.gather(*(ana.says("what's on tomorrow?") for _ in range(8)))
    assert all("ana@example.com" in one for one in said)
    assert asked(city) == before + 1
    await city.later(timedelta(seconds=rest - 1))
    await ana.says("what's on tomorrow?")
    assert asked(city) == before + 1
    city.signin.faults = []
    await city.later(timedelta(seconds=2))
    assert "nothing" in (await ana.says("what's on tomorrow?")).casefold()


async def test_without_a_time_the_waits_grow(city: City, ana: Person) -> None:
    await city.later(timedelta(hours=2))
    city.signin.faults = ["500"] * 1000
    before = asked(city)
    for _ in range(600):
        await city.later(timedelta(seconds=1))
        await ana.says("what's on tomorrow?")
    assert asked(city) - before <= 20, "at most two a minute"
