"""The whole bot with its pages on a loopback port, a pretended Google beside it, and people with browsers."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from starlette.types import Receive, Scope, Send

from bot.messages import ChatUser, Choice, Request
from bot.ports import App, Connection, Context, Kind
from bot.web import server
from tests.conversations.conftest import Person, Town, ready_folder, town, words
from tests.doubles.google_accounts import GoogleAccounts
from tests.doubles.google_signin import GoogleSignin
from tests.doubles.serving import served
from tests.web.browser import Browser, Page
from tests.web.kinds import SmallGoogle, settings_of

__all__ = ["ready_folder", "town"]


@dataclass
class Street:
    """The town with pages: `base` is their address. Time is moved here, so that Google's clock goes along."""

    town: Town
    app: App
    base: str
    google: SmallGoogle
    signin: GoogleSignin
    accounts: GoogleAccounts
    kinds: dict[str, Callable[[], Kind]]

    def person(self, name: str, email: str = "") -> Person:
        """Somebody in the chat; their Google account has the chat's address unless told otherwise."""
        person = self.town.person(name, email=email)
        person.app = self.app
        return person

    async def asleep(self, step: timedelta) -> None:
        await self.town.asleep(step)
        self.accounts.clock[0] = self.town.clock.now().timestamp()

    async def link(self, person: Person) -> str:
        """The address that the chat gives somebody who accepts; the message it is in is there to be edited."""
        await person.says("/connect-calendar google")
        accept = person.choice("Accept and connect to Google")
        handle = await self.town.chat.send(person.who, person.last)
        await self.press(person, accept, handle)
        return person.choice("Open the page").url

    async def press(self, person: Person, choice: Choice, handle: str) -> str:
        """A press as chats do it: the message that was pressed is known, and edited when the reply says so."""
        from bot.handlers import dispatch

        person.last = await dispatch(self.app, Request(person.who, press=choice.token, handle=handle))
        if person.last.replace:
            await self.town.chat.update(handle, person.last)
        return words(person.last)

    async def answer(self, person: Person, label: str) -> str:
        """Press a button of the newest message in somebody's chat; returns what it says then."""
        handle = self.newest(person.who)
        found = [one for one in self.town.chat.messages[handle].choices if one.label.startswith(label)]
        assert found, self.shown(person.who)
        return await self.press(person, found[0], handle)

    async def consent(self, browser: Browser, link: str, account: str, **changed: str | list[str]) -> Page:
        """From the link to the end: accept, choose the account at Google, allow, come back."""
        page = await browser.press(await browser.get(link), "Accept and connect to Google")
        return await browser.press(page, "Allow", account=account, **changed)

    async def callback(self, browser: Browser, link: str, account: str) -> str:
        """As `consent`, stopping before the browser comes back: the address that it would open."""
        page = await browser.press(await browser.get(link), "Accept and connect to Google")
        return (await browser.press(page, "Allow", follow=False, account=account)).to

    async def context(self, person: Person) -> Context:
        found = await self.app.users.context(person.who)
        assert found is not None
        return found

    async def linked(self, person: Person) -> tuple[Connection, ...]:
        found = await self.app.users.context(person.who)
        return found.connections if found else ()

    def shown(self, who: ChatUser) -> str:
        """What the newest message in somebody's chat says now."""
        return words(self.town.chat.messages[self.newest(who)])

    def newest(self, who: ChatUser) -> str:
        return [handle for handle in self.town.chat.messages if handle.startswith(f"{who}/")][-1]

    def offer_no(self, provider: str) -> None:
        """As after a restart with other settings."""
        self.kinds.pop(provider)

    async def owed(self) -> list[str]:
        """Whose access waits to be given back."""
        now = self.town.clock.now() + timedelta(days=1)
        return [one.address for one in await self.app.revocations.due(now, timedelta(), 100)]


@pytest.fixture
async def street(town: Town) -> AsyncIterator[Street]:
    accounts = GoogleAccounts(clock=[town.clock.now().timestamp()])
    signin = GoogleSignin(accounts)
    inner: list[Callable[[Scope, Receive, Send], Awaitable[None]]] = []

    async def site(scope: Scope, receive: Receive, send: Send) -> None:
        await inner[0](scope, receive, send)

    async with served(signin.app) as google_base, server.serving(site, "127.0.0.1:0") as at:
        base = f"http://{at}"
        signin.register(f"{base}/oauth/google/callback")
        google = SmallGoogle(accounts, settings_of(signin, google_base), town.clock)
        kinds = {**town.app.kinds, "google": google}
        app = replace(town.app, public_url=base, kinds=kinds)
        inner.append(server.site(app))
        town.chat.at_hand = True
        yield Street(town, app, base, google, signin, accounts, kinds)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with Browser() as one:
        yield one
