"""The pictures of docs/howto/slack.md: real answers to a sample week, as Slack's blocks, drawn by `slack_page`.

`python -m tests.chats.slack_pictures FOLDER` writes them; it needs Chromium.
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from bot import app as house
from bot import sample
from bot.chats.slack import blocks, forms
from bot.drawing.png import picture
from bot.handlers import dispatch
from bot.messages import ChatUser, Profile, Reply, Request
from bot.ports import App
from bot.settings import load
from storage.open import Storage
from tests.chats import slack_page
from tests.clock import MONDAY_NINE
from tests.fakes.chat import FakeChat
from tests.test_pictures_in_a_browser import QUIET

ZONE, FILE = "Europe/Madrid", "F0WEEK"
WIDE, PHONE = 620, 390


class Windowed(FakeChat):
    windows = True


class Talk:
    """One person at the bot."""

    def __init__(self, app: App, storage: Storage, clock: house.StandingClock, chat: FakeChat) -> None:
        self.app, self.storage, self.clock, self.chat = app, storage, clock, chat
        self.who = next(iter(chat.profiles))
        self.last = Reply()

    async def says(self, text: str) -> Reply:
        return await self._ask(Request(self.who, text))

    async def presses(self, label: str) -> Reply:
        return await self._ask(Request(self.who, press=next(c.token for c in self.last.choices if c.label == label)))

    async def _ask(self, request: Request) -> Reply:
        self.last = await dispatch(self.app, request)
        return self.last


def drawn(reply: Reply, time: str = "9:00", only: bool = False) -> str:
    """A reply as a message, with its picture."""
    file = FILE if reply.picture else ""
    made = blocks.message(reply, file)
    files = {FILE: picture(reply.picture.week)} if reply.picture else {}
    return slack_page.message({"text": made.text, "blocks": made.blocks}, files, time, only)


async def conversation(talk: Talk) -> Mapping[str, str]:
    """Each picture's page, by its name."""
    pages: dict[str, str] = {}
    welcome = slack_page.home(blocks.home(await talk.says("/freewhen home")))
    disclosure = await talk.says("/connect-calendar local")
    pages["slack-connect"] = slack_page.page([drawn(disclosure)])
    await sample.fill(talk.storage.local_events, talk.who, "Sam", "sam@example.com", ZONE, talk.clock.now())
    await talk.presses("Accept and connect")
    free = await talk.says("when am I free tomorrow afternoon?")
    asked = slack_page.person("Sam", "when am I free tomorrow afternoon?")
    pages["slack-free"] = slack_page.page([asked, drawn(free)])
    preview = await talk.says("book 30m with Ana tomorrow 3pm about budget")
    booked = await talk.presses("Book it")
    said = slack_page.person("Sam", "book 30m with Ana tomorrow 3pm about budget", "9:01")
    pages["slack-book"] = slack_page.page([said, drawn(preview, "9:01")])
    pages["slack-booked"] = slack_page.page([drawn(booked, "9:01")])
    form = (await talk.says("/book")).form
    assert form is not None
    pages["slack-form"] = slack_page.page([slack_page.window(forms.view(form, "{}"))])
    home = slack_page.home(blocks.home(await talk.says("/freewhen home")))
    pages["slack-home"] = slack_page.page([home])
    pages["slack-welcome"] = slack_page.page([welcome])
    pages["slack-agenda"] = slack_page.page([drawn(await talk.says("/agenda tomorrow to Friday"), only=True)])
    before = len(talk.chat.sent)
    await house.pass_time(talk.app, talk.clock, talk.clock.now() + timedelta(hours=30), "worker")
    pages["slack-reminder"] = slack_page.page([drawn(reply, "14:50") for _, reply in talk.chat.sent[before:][-1:]])
    return pages


async def shoot(browser: Browser, html: str, path: Path, width: int, dark: bool = False) -> None:
    context = await browser.new_context(
        color_scheme="dark" if dark else "light", viewport={"width": width, "height": 80}, device_scale_factor=1
    )
    shown = await context.new_page()
    await shown.set_content(html)
    await shown.screenshot(path=path, full_page=True)
    await context.close()


async def main(folder: Path) -> None:
    who = ChatUser("slack", "T0EXAMPLE", "U0SAM")
    chat = Windowed({who: Profile("Sam", "sam@example.com", ZONE)})
    clock = house.StandingClock(MONDAY_NINE)
    with tempfile.TemporaryDirectory() as data:
        async with house.opened(load({}), Path(data), clock, {"slack": chat}) as (app, storage):
            app = replace(app, provider_deadline=timedelta(seconds=5))
            pages = await conversation(Talk(app, storage, clock, chat))
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(QUIET))
        for name, html in pages.items():
            await shoot(browser, html, folder / f"{name}.png", WIDE)
            if "--look" in sys.argv:
                await shoot(browser, html, folder / f"{name}-phone-dark.png", PHONE, dark=True)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
