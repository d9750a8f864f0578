"""A town whose people connect Google calendars, and the Google beside it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from bot.handlers import dispatch, giving_back, health
from bot.messages import Choice, Request, Secret
from bot.ports import App, Connection, Kind
from bot.providers import House, kinds
from bot.providers.google_settings import GoogleSettings
from bot.web import server
from tests.conversations.conftest import ZONE, Person, Town, ready_folder, town, words
from tests.doubles.google_accounts import GoogleAccounts
from tests.doubles.google_calendar import GoogleCalendar
from tests.doubles.google_calendar_client import ALL, Client
from tests.doubles.google_signin import GoogleSignin
from tests.doubles.serving import served
from tests.web.browser import Browser

__all__ = ["ready_folder", "town"]


@dataclass
class City:
    """`google` is the calendar server, `signin` the consent page and its tokens; their clock is the town's."""

    town: Town
    app: App
    base: str
    api: str
    google: GoogleCalendar
    signin: GoogleSignin
    accounts: GoogleAccounts
    kinds: dict[str, Callable[[], Kind]]

    def person(self, name: str, email: str = "") -> Person:
        """Somebody in the chat who has a Google account of the same address."""
        person = self.town.person(name, email=email)
        person.app = self.app
        self.accounts.add(self.town.chat.profiles[person.who].email, name, ZONE)
        return person

    def address(self, person: Person) -> str:
        return self.town.chat.profiles[person.who].email

    async def events(self, address: str) -> list[dict[str, Any]]:
        """What is on somebody's main calendar in this month, as Google's own client sees it."""
        client = Client(self.api, self.accounts.issue(address, ALL))
        found = await client.list(
            timeMin="2026-03-01T00:00:00Z", timeMax="2026-04-01T00:00:00Z", singleEvents=True, orderBy="startTime"
        )
        return list(found["items"])

    async def connects(self, person: Person) -> None:
        """From the command in the chat over the pages to the edited message."""
        await person.says("/connect-calendar google")
        handle = await self.town.chat.send(person.who, person.last)
        await self.press(person, person.choice("Accept and connect"), handle)
        async with Browser() as browser:
            page = await browser.get(person.choice("Open the page").url)
            page = await browser.press(page, "Accept and connect")
            page = await browser.press(page, "Allow", account=self.address(person))
        assert "Connected as" in page.text, page.text
        assert f"Connected as {self.address(person)}" in words(self.town.chat.messages[handle])

    async def press(self, person: Person, choice: Choice, handle: str) -> str:
        person.last = await dispatch(self.app, Request(person.who, press=choice.token, handle=handle))
        if person.last.replace:
            await self.town.chat.update(handle, person.last)
        return words(person.last)

    async def linked(self, person: Person) -> tuple[Connection, ...]:
        context = await self.app.users.context(person.who)
        return context.connections if context else ()

    async def later(self, step: timedelta) -> None:
        """Time passes for everybody, and no worker runs."""
        await self.town.asleep(step)
        self.accounts.clock[0] = self.town.clock.now().timestamp()

    async def works(self) -> list[str]:
        """One round of what a worker does besides reminding; returns what was sent, as words."""
        from bot.handlers import recover, remind, watching

        before = len(self.town.chat.sent)
        await remind.refresh(self.app)
        await watching.watch_all(self.app)
        await recover.sweep_links(self.app)
        await giving_back.give_back(self.app)
        await health.tell_expired(self.app)
        return [words(reply) for _, reply in self.town.chat.sent[before:]]


@pytest.fixture
async def city(town: Town) -> AsyncIterator[City]:
    accounts = GoogleAccounts(clock=[town.clock.now().timestamp()])
    signin, google = GoogleSignin(accounts), GoogleCalendar(accounts)
    inner: list[Callable[[Scope, Receive, Send], Awaitable[None]]] = []

    async def site(scope: Scope, receive: Receive, send: Send) -> None:
        await inner[0](scope, receive, send)

    async with served(signin.app) as door, served(google.app) as api, server.serving(site, "127.0.0.1:0") as at:
        base = f"http://{at}"
        signin.register(f"{base}/oauth/google/callback")
        settings = GoogleSettings(
            signin.client.id,
            Secret(signin.client.secret),
            f"{door}/o/oauth2/v2/auth",
            f"{door}/token",
            f"{door}/revoke",
            f"{api}/calendar/v3",
        )
        house = House(town.clock, town.storage.local_events, settings)
        plugins = kinds(house, ("local", "google"))
        offered: dict[str, Callable[[], Kind]] = {**plugins}
        app = replace(town.app, public_url=base, kinds=offered)
        inner.append(server.site(app))
        yield City(town, app, base, api, google, signin, accounts, offered)
        for plugin in plugins.values():
            plugin.close()


@pytest.fixture
async def ana(city: City) -> Person:
    """Ana, connected to Google, nothing on her calendar."""
    person = city.person("Ana")
    await city.connects(person)
    return person
