"""The town of the conversations, with a calendar that a question must leave this machine for: each call is counted."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot import app as house
from bot import sample
from bot.messages import Secret
from bot.ports import CalendarProvider, Connection, Context, Opening
from bot.settings import load
from storage.schema import kept_events
from tests.clock import MONDAY_NINE
from tests.conversations.conftest import ZONE, Person, Town, ready_folder
from tests.fakes.chat import FakeChat
from tests.fakes.nothing import no_renewal
from tests.fakes.provider import FakeKind, Faults

__all__ = ["ready_folder"]

AFTERNOON = "when am I free tomorrow afternoon?"


class Remote:
    """What is asked of the calendars' side, beside the people who talk."""

    def __init__(self, town: Town) -> None:
        self.town = town

    def calls(self) -> list[str]:
        """What was asked of any provider since the last time."""
        made = list(self.town.faults.calls)
        self.town.faults.calls.clear()
        return made

    async def context(self, person: Person) -> Context:
        context = await self.town.app.users.context(person.who)
        assert context is not None
        return context

    async def connection(self, person: Person) -> Connection:
        return (await self.context(person)).connections[0]

    def elsewhere(self, person: Person) -> CalendarProvider:
        """The person's calendar as another program has it: nobody tells us, and no call is counted."""
        address = self.town.chat.profiles[person.who].email
        opening = Opening(person.who.tenant, address, ZONE, Secret(""), no_renewal)
        return self.town.real().open(opening)  # type: ignore[attr-defined,no-any-return]

    async def rows(self) -> int:
        """How many events are kept, of everybody."""
        async with self.town.storage.database.read() as connection:
            found = await connection.execute(select(func.count()).select_from(kept_events))
            return int(found.scalar_one())

    async def passes(self, step: timedelta) -> None:
        """Time passes; no worker is there."""
        await self.town.asleep(step)

    async def watched(self, person: Person, for_: timedelta) -> None:
        """The provider tells of changes from now on."""
        from bot.ports import Watch

        connection = await self.connection(person)
        watch = Watch("channel", connection.id, "local", "resource", self.town.clock.now() + for_)
        await self.town.app.connections.choose(connection.id, connection.calendar, ("local",))
        await self.town.app.watches.add(connection, watch, Secret("told"))


@pytest.fixture
async def town(tmp_path: Path, ready_folder: Path) -> AsyncIterator[Town]:
    shutil.copytree(ready_folder, tmp_path, dirs_exist_ok=True)
    clock, chat, faults = house.StandingClock(MONDAY_NINE), FakeChat({}), Faults()
    async with house.opened(load({}), tmp_path, clock, {"test": chat}) as (app, storage):
        real = app.kinds["local"]
        kind = FakeKind(replace(real(), remote=True), faults)
        app = replace(app, kinds={"local": kind}, provider_deadline=timedelta(seconds=5), burst=0)
        town = Town(app, storage, clock, chat, faults, kind)
        town.real = real  # type: ignore[attr-defined]
        yield town


@pytest.fixture
def remote(town: Town) -> Remote:
    return Remote(town)


@pytest.fixture
async def sam(town: Town, remote: Remote) -> Person:
    """Sam with the sample week, connected; what connecting asked is forgotten."""
    person = town.person("Sam")
    await sample.fill(town.storage.local_events, person.who, "Sam", "sam@example.com", ZONE, town.clock.now())
    await person.connects()
    remote.calls()
    return person


@pytest.fixture
async def bob(town: Town, remote: Remote) -> Person:
    """Bob, connected, nothing on his calendar yet."""
    person = town.person("Bob")
    await person.connects()
    remote.calls()
    return person
