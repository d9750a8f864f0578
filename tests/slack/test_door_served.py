"""The whole process between a pretended Slack and its people: it starts, hears, answers, and ends when told to."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import create_server

import pytest

from tests.doubles.slack_api import PretendSlack
from tests.doubles.slack_events import Events
from tests.doubles.slack_people import SlackUser
from tests.doubles.slack_person import SlackPerson
from tests.doubles.slack_sending import Https
from tests.doubles.slack_socket import Sockets
from tests.doubles.slack_workspace import Team

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60.0


@dataclass
class Served:
    """A running process; `said` is its log once it has ended."""

    process: asyncio.subprocess.Process
    base: str
    said: str = ""

    async def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return await self.ended()

    async def ended(self) -> int:
        async with asyncio.timeout(PATIENCE):
            _, said = await self.process.communicate()
        self.said = said.decode()
        return self.process.returncode or 0


@dataclass
class World:
    slack: PretendSlack
    team: Team
    ana: SlackUser
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    @asynccontextmanager
    async def running(self, *command: str, **settings: str) -> AsyncIterator[Served]:
        """`python -m bot …` beside this Slack; not left behind, whatever happens."""
        with create_server(("127.0.0.1", 0)) as free:
            at = f"127.0.0.1:{free.getsockname()[1]}"
        environ = {
            "FREEWHEN_LISTEN": at,
            "FREEWHEN_PUBLIC_URL": f"http://{at}",
            "FREEWHEN_SLACK_API_URL": self.slack.api_url,
            "NO_PROXY": "*",
            **{f"FREEWHEN_SLACK_{name}": value for name, value in settings.items()},
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *command, "--data", str(self.folder)),
            cwd=ROOT,
            env=environ | ({"TZ": os.environ["TZ"]} if "TZ" in os.environ else {}),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            yield Served(process, f"http://{at}")
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    @asynccontextmanager
    async def over_https(self, served: Served) -> AsyncIterator[SlackPerson]:
        async with Https(self.slack, f"{served.base}/slack/events") as way:
            host, _, port = served.base.removeprefix("http://").rpartition(":")
            async with asyncio.timeout(PATIENCE):
                while not await _answers(host, int(port)):  # noqa: ASYNC110  another process tells it by nothing else
                    await asyncio.sleep(0.05)
            yield SlackPerson(self.slack, self.team, self.ana, way)

    def rows(self, question: str) -> list[object]:
        """Of the database of the running process."""
        with contextlib.closing(sqlite3.connect(self.folder / "freewhen.sqlite")) as database:
            return database.execute(question).fetchall()

    async def until(self, what: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not what():  # noqa: ASYNC110  another process tells it by nothing else
                await asyncio.sleep(0.02)


async def _answers(host: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    return True


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    slack = PretendSlack()
    team = slack.world.add_team("Acme")
    ana = slack.world.add_user(team, "Ana Ruiz", "ana@acme.example")
    async with slack.running():
        yield World(slack, team, ana, tmp_path)


def one_workspace(world: World) -> Mapping[str, str]:
    return {"BOT_TOKEN": world.slack.install(world.team), "SIGNING_SECRET": world.slack.world.app.signing_secret}


async def test_over_https_a_command_is_answered_and_a_signal_ends_it(world: World) -> None:
    settings = one_workspace(world)
    async with world.running("serve", **settings) as served:
        async with world.over_https(served) as ana:
            await ana.commands("/freewhen help")
            await ana.sees(lambda: [one for one in ana.seen() if "/connect-calendar" in one.text])
        assert await served.end() == 0, served.said
    assert "Traceback" not in served.said
    assert "ended by" not in served.said
    for secret in settings.values():
        assert secret not in served.said
    assert world.slack.world.faults == []


async def test_over_the_socket_a_command_is_answered_and_a_signal_ends_it(world: World) -> None:
    async with Sockets(world.slack).running() as sockets:
        settings = {"BOT_TOKEN": world.slack.install(world.team), "APP_TOKEN": world.slack.app_token()}
        async with world.running("serve", "--no-worker", **settings) as served:
            await world.until(lambda: sockets.links)
            ana = SlackPerson(world.slack, world.team, world.ana, sockets)
            await ana.commands("/freewhen help")
            await ana.sees(lambda: [one for one in ana.seen() if "/connect-calendar" in one.text])
            assert await served.end(signal.SIGINT) == 0, served.said
        await world.until(lambda: not sockets.links)
    assert "Traceback" not in served.said


async def test_with_a_socket_alone_there_is_no_door(world: World) -> None:
    async with Sockets(world.slack).running() as sockets:
        settings = {"BOT_TOKEN": world.slack.install(world.team), "APP_TOKEN": world.slack.app_token()}
        async with world.running("serve", **settings) as served:
            await world.until(lambda: sockets.links)
            async with Https(world.slack, f"{served.base}/slack/events") as way:
                await world.until(lambda: sockets.links)
                assert (await way.deliver(Events(world.slack, world.team).url_verification())).status == 404


async def test_an_app_token_that_slack_refuses_stops_the_start(world: World) -> None:
    settings = {"BOT_TOKEN": world.slack.install(world.team), "APP_TOKEN": "xapp-1-unknown"}
    async with world.running("serve", **settings) as served:
        assert await served.ended() == 2, served.said
    assert "FREEWHEN_SLACK_APP_TOKEN" in served.said
    assert "Traceback" not in served.said
    assert "xapp-1-unknown" not in served.said


async def test_a_workspace_that_removes_the_app_leaves_no_token(world: World) -> None:
    """Many workspaces: installed in a browser, used, removed; then nothing is sent there any more."""
    from tests.web.browser import Browser

    app = world.slack.world.app
    admin = world.slack.world.add_user(world.team, "Ada", admin=True)
    settings = {
        "CLIENT_ID": app.client_id,
        "CLIENT_SECRET": app.client_secret,
        "SIGNING_SECRET": app.signing_secret,
    }
    async with world.running("serve", **settings) as served, world.over_https(served) as ana, Browser() as browser:
        app.redirect_uris = frozenset([f"{served.base}/slack/oauth_redirect"])
        page = await browser.get(f"{served.base}/slack/install")
        assert page.form is not None, page.text
        pressed = {"ticket": page.form.fields["ticket"][0], "team": world.team.id, "user": admin.id, "do": "allow"}
        assert "Freewhen is in Acme" in (await browser.get(world.slack.oauth.pressed(pressed))).text
        await ana.commands("/freewhen help")
        await ana.sees(lambda: [one for one in ana.seen() if "/connect-calendar" in one.text])

        (token,) = [one for one in world.slack.world.tokens._held.values() if one.team == world.team.id]
        assert token.over == ""  # a Slack that is kind: the bot has to stop by itself
        await ana.way.deliver(Events(world.slack, world.team).uninstalled())
        await world.until(lambda: not world.rows("SELECT 1 FROM installations"))
        before = world.slack.count()
        for _ in range(5):
            await ana.writes("when am I free tomorrow?")
        await world.until(lambda: not world.rows("SELECT 1 FROM inbox WHERE body IS NOT NULL"))
        assert world.slack.count() == before
        assert await served.end() == 0
    assert "Traceback" not in served.said


async def test_the_worker_is_in_slack_and_ends_well(world: World) -> None:
    async with world.running("worker", **one_workspace(world)) as served:
        assert served.process.stderr is not None
        async with asyncio.timeout(PATIENCE):
            while b"the worker runs" not in await served.process.stderr.readline():
                assert not served.process.stderr.at_eof()
        assert await served.end() == 0, served.said
    assert "Traceback" not in served.said


async def test_whoever_only_sends_needs_no_running_chat(world: World) -> None:
    """As the worker does."""
    from bot import app as house
    from bot.messages import ChatUser, Reply
    from bot.settings import load

    settings = {f"FREEWHEN_SLACK_{name}": value for name, value in one_workspace(world).items()}
    found = load({**settings, "FREEWHEN_SLACK_API_URL": world.slack.api_url})
    async with house.opened(found, world.folder, house.SystemClock(), {}, online=True) as (app, _):
        await app.chats["slack"].send(ChatUser("slack", world.team.id, world.ana.id), Reply("In ten minutes: lunch"))
    assert [one.text for one in world.team.visible(world.ana.id)] == ["In ten minutes: lunch"]
