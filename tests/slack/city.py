"""A town in Slack: the whole bot behind its front door on loopback, and a strict pretended Slack beside it."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from starlette.types import Receive, Scope, Send

from bot import app as house
from bot.chats.slack.chat import Slack
from bot.handlers import dispatch
from bot.messages import ChatUser, Reply, Request
from bot.ports import App
from bot.serve import _slack_door
from bot.settings import Settings, load
from bot.web import server
from storage.open import Storage
from tests.clock import MONDAY_NINE
from tests.doubles.slack_api import PretendSlack
from tests.doubles.slack_person import SlackPerson
from tests.doubles.slack_sending import Delivering, Echo, Https
from tests.doubles.slack_workspace import Team

ZONE = "Europe/Madrid"


@dataclass
class City:
    """`team` is a workspace that has the bot, `way` how Slack gets to it; its clock stands until it is moved."""

    app: App
    storage: Storage
    clock: house.StandingClock
    slack: PretendSlack
    team: Team
    base: str
    way: Delivering
    data: Path
    chat: Slack

    async def dispatch(self, request: Request) -> Reply:
        """What answers here: `app` as it is now."""
        return await dispatch(self.app, request)

    def person(self, name: str, team: Team | None = None, zone: str = ZONE, **more: Any) -> SlackPerson:
        where = team or self.team
        return SlackPerson(self.slack, where, self.slack.world.add_user(where, name, zone=zone, **more), self.way)

    def who(self, person: SlackPerson) -> ChatUser:
        return ChatUser("slack", person.team.id, person.user.id)

    def unfinished(self) -> int:
        """How many deliveries were taken and are not done."""
        with closing(sqlite3.connect(f"file:{self.data / house.DATABASE}?mode=ro", uri=True)) as database:
            return int(database.execute("SELECT count(*) FROM inbox WHERE body IS NOT NULL").fetchone()[0])

    async def settled(self) -> None:
        """Everything that was delivered has been done."""
        async with asyncio.timeout(30):
            while self.unfinished():  # noqa: ASYNC110 — a database has no event
                await asyncio.sleep(0.01)

    async def later(self, step: timedelta) -> None:
        """Time passes, the worker at work."""
        await house.pass_time(self.app, self.clock, self.clock.now() + step, "worker")


@asynccontextmanager
async def built(
    data: Path, ready: Path, many: bool = False, alter: Callable[[App, PretendSlack], App] = lambda app, _: app
) -> AsyncIterator[City]:
    """`many`: workspaces install the app by themselves, else one has it. `alter`: what is not as in real life.

    At the end nothing may have been refused, and what the bot wrote has come back to it all the time.
    """
    shutil.copytree(ready, data, dirs_exist_ok=True)
    clock = house.StandingClock(MONDAY_NINE)
    slack = PretendSlack(lambda: clock.now().timestamp())
    team = slack.world.add_team("Acme")
    inner: list[Callable[[Scope, Receive, Send], Awaitable[None]]] = []

    async def pages(scope: Scope, receive: Receive, send: Send) -> None:
        await inner[0](scope, receive, send)

    async with slack.running(), server.serving(pages, "127.0.0.1:0") as at:
        base = f"http://{at}"
        slack.world.app.redirect_uris = frozenset({f"{base}/slack/oauth_redirect"})
        settings = set_up(slack, at, "" if many else slack.install(team))
        async with house.opened(settings, data, clock, {}, online=True) as (app, storage):
            chat = app.chats["slack"]
            assert isinstance(chat, Slack)
            app = alter(app, slack)
            inner.append(server.site(app, _slack_door(settings, app), chat.installing))
            async with Https(slack, f"{base}/slack/events") as https:
                city = City(app, storage, clock, slack, team, base, https, data, chat)
                running = asyncio.create_task(chat.run(city.dispatch))
                echo = Echo(slack, https)
                yield city
                await city.settled()
                await echo.done()
            await chat.stop()
            await asyncio.wait_for(running, 10)
    assert slack.world.faults == []


def set_up(slack: PretendSlack, at: str, token: str) -> Settings:
    """As an administrator would; a bot token for one workspace, the client's secret for many."""
    app, name = slack.world.app, "FREEWHEN_SLACK_"
    told = {
        "FREEWHEN_PUBLIC_URL": f"http://{at}",
        "FREEWHEN_LISTEN": at,
        f"{name}API_URL": slack.api_url,
        f"{name}SIGNING_SECRET": app.signing_secret,
    }
    if token:
        return load(told | {f"{name}BOT_TOKEN": token})
    return load(told | {f"{name}CLIENT_ID": app.client_id, f"{name}CLIENT_SECRET": app.client_secret})
