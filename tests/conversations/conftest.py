"""A whole bot in one test: real handlers, real storage, the embedded calendar, a clock that the test moves."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import app as house
from bot import sample
from bot.handlers import dispatch
from bot.messages import ChatUser, Choice, Profile, Reply, Request
from bot.ports import App
from bot.settings import load
from storage.open import Storage
from tests.clock import MONDAY_NINE
from tests.fakes.chat import FakeChat
from tests.fakes.provider import FakeKind, Faults

ZONE = "Europe/Madrid"


def words(reply: Reply) -> str:
    """Everything a reply says, as a person would read it."""
    facts = "\n".join(f"{label}: {text}" for label, text in reply.facts)
    labels = " ".join(f"[{choice.label}]" for choice in reply.choices)
    form = f"[{reply.form.title}: {', '.join(field.label for field in reply.form.fields)}]" if reply.form else ""
    return "\n".join(filter(None, (reply.heading, reply.text, facts, reply.note, labels, form)))


class Person:
    """Somebody who talks to the bot. Monday 9 March 2026, 09:00 in Madrid, until the clock is moved."""

    def __init__(self, app: App, who: ChatUser) -> None:
        self.app = app
        self.who = who
        self.last = Reply()

    async def says(self, text: str, private: bool = True) -> str:
        self.last = await dispatch(self.app, Request(self.who, text, private))
        return words(self.last)

    async def presses(self, label: str) -> str:
        return await self.presses_choice(self.choice(label))

    async def presses_choice(self, choice: Choice) -> str:
        self.last = await dispatch(self.app, Request(self.who, press=choice.token))
        return words(self.last)

    async def fills(self, **values: str) -> str:
        assert self.last.form is not None
        self.last = await dispatch(self.app, Request(self.who, press=self.last.form.token, values=values))
        return words(self.last)

    def choice(self, label: str) -> Choice:
        found = [choice for choice in self.last.choices if choice.label.startswith(label)]
        assert found, f"no choice {label!r} in: {words(self.last)}"
        return found[0]

    async def connects(self) -> None:
        await self.says("/connect-calendar")
        if not any(choice.label == "Accept and connect" for choice in self.last.choices):
            await self.presses("Freewhen")
        assert "Connected as" in await self.presses("Accept and connect")


class Town:
    """The bot and the people in it."""

    def __init__(
        self, app: App, storage: Storage, clock: house.StandingClock, chat: FakeChat, faults: Faults, kind: FakeKind
    ) -> None:
        self.app, self.storage, self.clock, self.chat = app, storage, clock, chat
        self.faults, self.kind = faults, kind

    def person(self, name: str, zone: str = ZONE, email: str = "") -> Person:
        who = ChatUser("test", "", name.casefold())
        self.chat.profiles[who] = Profile(name, email or f"{name.casefold()}@example.com", zone)
        return Person(self.app, who)

    async def later(self, step: timedelta) -> list[str]:
        """Time passes, the worker at work; returns what was sent meanwhile, as words."""
        before = len(self.chat.sent)
        await house.pass_time(self.app, self.clock, self.clock.now() + step, "worker")
        return [words(reply) for _, reply in self.chat.sent[before:]]

    async def asleep(self, step: timedelta) -> None:
        """Time passes and the server is down."""
        self.clock.move_to(self.clock.now() + step)


@pytest.fixture(scope="session")
def ready_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder at the newest schema, made once: migrating anew for every test would be most of its time."""
    folder = tmp_path_factory.mktemp("ready")

    async def make() -> None:
        async with house.opened(load({}), folder, house.SystemClock(), {}):
            """Opening makes it."""

    asyncio.run(make())
    return folder


@pytest.fixture
async def town(tmp_path: Path, ready_folder: Path) -> AsyncIterator[Town]:
    shutil.copytree(ready_folder, tmp_path, dirs_exist_ok=True)
    clock, chat, faults = house.StandingClock(MONDAY_NINE), FakeChat({}), Faults()
    async with house.opened(load({}), tmp_path, clock, {"test": chat}) as (app, storage):
        kind = FakeKind(app.kinds["local"](), faults)
        app = replace(app, kinds={"local": kind}, provider_deadline=timedelta(seconds=5), burst=0)
        yield Town(app, storage, clock, chat, faults, kind)


@pytest.fixture
async def sam(town: Town) -> Person:
    """Sam: new here, nothing connected."""
    return town.person("Sam")


@pytest.fixture
async def busy_sam(town: Town) -> Person:
    """Sam with the sample week, connected."""
    person = town.person("Sam")
    await sample.fill(town.storage.local_events, person.who, "Sam", "sam@example.com", ZONE, town.clock.now())
    await person.connects()
    return person
