"""A workspace with two people in it, and the chat that serves it, without a door in between."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot import app as house
from bot.chats import Hall
from bot.chats.slack.chat import Slack
from bot.chats.slack_settings import SlackSettings
from bot.messages import ChatUser, Secret
from bot.ports import Dispatch
from storage.keys import KeyRing, generate_key
from storage.open import open_storage
from tests.doubles.slack_api import PretendSlack
from tests.doubles.slack_people import SlackUser
from tests.doubles.slack_person import SlackPerson
from tests.doubles.slack_sending import Acknowledged
from tests.doubles.slack_workspace import Team


class Straight:
    """Deliveries without the door: past its checks, to what stands behind it."""

    def __init__(self, chat: Slack) -> None:
        self._chat = chat

    async def deliver(self, payload: Mapping[str, Any], retry: int = 0) -> Acknowledged:
        said = await self._chat.webhook.take(json.loads(json.dumps(payload)))
        return Acknowledged(200, None if said is None else dict(said), "" if said is None else json.dumps(said), 0.0)


class Bench:
    """A workspace with Ana and Ben in it, and the chat that serves it."""

    def __init__(self, slack: PretendSlack, team: Team, chat: Slack) -> None:
        self.slack, self.team, self.chat = slack, team, chat
        self.ana, self.ben = self.person("Ana Ruiz"), self.person("Ben Ode")
        self.general = team.channel("general", self.ana.user.id, self.ben.user.id)

    def person(self, name: str, **more: Any) -> SlackPerson:
        return SlackPerson(
            self.slack, self.team, self.slack.world.add_user(self.team, name, **more), Straight(self.chat)
        )

    def who(self, user: SlackUser) -> ChatUser:
        return ChatUser("slack", self.team.id, user.id)

    @asynccontextmanager
    async def serving(self, dispatch: Dispatch) -> AsyncIterator[None]:
        task = asyncio.ensure_future(self.chat.run(dispatch))
        try:
            yield
        finally:
            await self.chat.stop()
            await asyncio.wait_for(task, 10)


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A database at the newest schema, and its keys: migrating anew for every test would be most of its time."""
    file, keys = tmp_path_factory.mktemp("slack") / "slack.sqlite", generate_key()

    async def make() -> None:
        await (await open_storage(f"sqlite+aiosqlite:///{file}", KeyRing.parse(keys))).close()

    asyncio.run(make())
    return file, keys


@pytest.fixture
async def bench(tmp_path: Path, empty_store: tuple[Path, str]) -> AsyncIterator[Bench]:
    slack = PretendSlack()
    team = slack.world.add_team("Acme")
    file = shutil.copy(empty_store[0], tmp_path / "slack.sqlite")
    storage = await open_storage(f"sqlite+aiosqlite:///{file}", KeyRing.parse(empty_store[1]))
    async with slack.running():
        settings = SlackSettings(slack.api_url, Secret(slack.install(team)), signing_secret=Secret("s" * 32))
        hall = Hall(house.SystemClock(), storage.inbox, storage.installations, _no_renewal, _opens_form, "", settings)
        chat = Slack(hall)
        yield Bench(slack, team, chat)
        await chat.stop()
    await storage.close()
    assert not slack.world.faults


async def _no_renewal(*_: object) -> Secret:
    raise AssertionError("one workspace's token is not renewed")


def _opens_form(text: str) -> bool:
    return text == "/book"
