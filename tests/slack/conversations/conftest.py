"""The town in Slack: the same people and the same questions as in `tests.conversations`, other streets."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import sample
from bot.chats.slack import calls
from bot.chats.slack.chat import Slack
from bot.ports import App
from tests.conversations.conftest import ZONE, Person
from tests.doubles.slack_api import PretendSlack
from tests.fakes.provider import FakeKind, Faults
from tests.slack.city import built
from tests.slack.conversations.left_out import LEFT_OUT, USUAL
from tests.slack.talk import Glass, SlackTown

HERE = Path(__file__).parent


@pytest.fixture
async def town(tmp_path: Path, ready_folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlackTown]:
    # People here say a second's worth of things at once; that messages keep their distance is tested elsewhere.
    monkeypatch.setattr(calls, "SPACING", 0.0)
    faults, made = Faults(), list[FakeKind]()

    def pretended(app: App, slack: PretendSlack) -> App:
        made.append(FakeKind(app.kinds["local"](), faults))
        chat = app.chats["slack"]
        assert isinstance(chat, Slack)
        chats = {"slack": Glass(chat, slack)}
        return replace(app, kinds={"local": made[0]}, chats=chats, provider_deadline=timedelta(seconds=5))

    async with built(tmp_path / "data", ready_folder, alter=pretended) as city:
        yield SlackTown(city, made[0], faults)


@pytest.fixture
async def sam(town: SlackTown) -> Person:
    return town.person("Sam")


@pytest.fixture
async def busy_sam(town: SlackTown) -> Person:
    person = town.person("Sam")
    await sample.fill(town.storage.local_events, person.who, "Sam", "sam@example.com", ZONE, town.clock.now())
    await person.connects()
    return person


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot be held here, and keep most for `make long`."""
    for item in [item for item in items if item.path.parent == HERE]:
        name = item.nodeid.rpartition("conversations/")[2]
        if any(name.startswith(one) for one in LEFT_OUT):
            items.remove(item)
            config.hook.pytest_deselected(items=[item])
        elif item.path.name not in USUAL:
            item.add_marker(pytest.mark.long)
