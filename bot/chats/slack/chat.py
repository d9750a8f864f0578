"""The chat as a whole: what is heard goes to dispatch, what is said goes to Slack.

```
socket or door → deliveries (once) → listeners (Bolt) → heard (pure) → dispatch
                                                                             │
        Slack ← calls (lanes, limits) ← outbox, windows ← blocks, forms ← answers
```
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.chats import Hall
from bot.chats.slack import blocks
from bot.chats.slack.answers import Answers
from bot.chats.slack.calls import Calls
from bot.chats.slack.deliveries import Deliveries
from bot.chats.slack.heard import CHAT, Heard, message_of
from bot.chats.slack.homes import Homes
from bot.chats.slack.install import Install
from bot.chats.slack.listeners import Listeners
from bot.chats.slack.outbox import Outbox
from bot.chats.slack.people import People
from bot.chats.slack.socket import Socket
from bot.chats.slack.tokens import Tokens
from bot.errors import ChatError, Unreachable
from bot.messages import ChatUser, Profile, Reply, Request
from bot.ports import Dispatch, Installing, Webhook

log = logging.getLogger("freewhen.slack")

_WHO = Reply("I could not check who you are. Please try again in a minute.")


class Slack:
    """`ports.Chat` for every workspace with this app. It can send at once, and hears while it runs."""

    together = True
    at_hand = False
    windows = True
    erases = False  # a bot may not delete what others write (docs.slack.dev/reference/methods/chat.delete)

    def __init__(self, hall: Hall) -> None:
        settings = hall.slack
        assert settings is not None  # noqa: S101 the table of chats asks first
        self._settings, self._opens_form = settings, hall.opens_form
        self._tokens = Tokens(hall)
        self._calls = Calls(settings.api_url, settings.ca_file, self._tokens)
        self._tokens.ask_with(self._calls.ask)
        self._outbox = Outbox(self._calls)
        self._answers = Answers(self._calls, self._outbox)
        self._homes = Homes(self._calls)
        self._people = People(self._calls)
        self._listeners = Listeners(self._heard, self._home_opened, self._gone)
        self._deliveries = Deliveries(hall.inbox, hall.clock, self._listeners.dispatch)
        self._dispatch: Dispatch | None = None
        self._running = asyncio.Event()
        self._stopped = asyncio.Event()
        self._ended = asyncio.Event()
        self._ended.set()
        self._install = Install(hall, self._calls.ask) if settings.client_id else None

    @property
    def webhook(self) -> Webhook:
        """What stands behind the front door."""
        return self._deliveries

    @property
    def installing(self) -> Installing | None:
        """How a workspace adds this app; None where there is one workspace alone."""
        return self._install

    # ── the Protocol ────────────────────────────────────────────────────────────────────────────────────────

    async def run(self, dispatch: Dispatch) -> None:
        """Serve until `stop`. Raises ConfigError at the start when Slack refuses a token of the settings."""
        self._ended.clear()
        try:
            await self._tokens.check()
            self._dispatch = dispatch
            self._running.set()
            await self._deliveries.start()
            if self._settings.app_token is not None:
                async with Socket(self._settings, self._calls.session(), self._deliveries):
                    await self._stopped.wait()
            else:
                await self._stopped.wait()
        finally:
            await self._deliveries.stop()
            self._ended.set()

    async def stop(self) -> None:
        """The socket first, so that nothing comes in any more; then what is under way."""
        self._stopped.set()
        await self._ended.wait()
        await self._deliveries.stop()
        await self._people.close()
        await self._homes.close()
        await self._answers.close()
        await self._calls.close()

    async def send(self, who: ChatUser, reply: Reply) -> str:
        """Into the direct message between us."""
        return await self._answers.send(who, reply)

    async def update(self, handle: str, reply: Reply) -> str:
        """Edit a message; what has no handle of a message, or is gone, becomes a new private one."""
        if message := message_of(handle):
            team, channel, ts = message
            if await self._answers.update(team, channel, ts, reply):
                return handle
            ts = await self._outbox.post(team, channel, blocks.message(reply))
            return f"m:{team}:{channel}:{ts}"
        kind, *person = handle.split(":")
        if kind == "u" and len(person) == 2:
            return await self.send(ChatUser(CHAT, *person), reply)
        raise ChatError("That message is of another time; nobody can tell whose it was.")

    async def profile(self, who: ChatUser) -> Profile:
        return (await self._people.person(who)).profile

    async def find_people(self, workspace: str, text: str) -> Sequence[tuple[ChatUser, Profile]]:
        return await self._people.find(workspace, text)

    async def refresh(self, who: ChatUser) -> None:
        if self._dispatch is not None:
            self._homes.refresh(who, self._checked)

    def back(self, who: ChatUser) -> str:
        """Slack opens its app, or its page (docs.slack.dev/interactivity/deep-linking)."""
        return f"slack://open?team={who.workspace}"

    # ── what comes in ───────────────────────────────────────────────────────────────────────────────────────

    async def _heard(self, heard: Heard) -> Mapping[str, Any] | None:
        heard = await self._placed(heard)
        return await self._answers.give(heard, self._asked)

    async def _placed(self, heard: Heard) -> Heard:
        """Whether it was said to us alone, and whether the answer will be a form: Slack does not say either."""
        place, request = heard.place, heard.request
        if place.trigger and not place.form and not request.press and self._opens_form(request.text):
            return replace(heard, place=replace(place, form=True))
        if heard.direct and await self._is_between_us(place.who, place.channel):
            return replace(heard, request=replace(request, private=True))
        return heard

    async def _is_between_us(self, who: ChatUser, channel: str) -> bool:
        """Whether nobody else is there; where Slack does not say, somebody may be."""
        try:
            return channel == await self._outbox.direct(who)
        except ChatError as error:
            log.info("Slack did not say whose conversation that is: %s", error.message)
            return False

    async def _asked(self, request: Request) -> Reply:
        """What dispatch says. A member is not taken for a stranger, to whom most is forbidden, nor a stranger for a
        member: where nobody knows, the answer is that.
        """
        try:
            return await self._checked(request)
        except ChatError as error:
            log.warning("Slack did not say who somebody is: %s", error.message)
            return _WHO

    async def _checked(self, request: Request) -> Reply:
        """Raises ChatError where Slack does not say who that is."""
        await self._running.wait()
        assert self._dispatch is not None  # noqa: S101 set before it runs
        member = request.member and await self._is_member(request.who)
        return await self._dispatch(replace(request, member=member))

    async def _is_member(self, who: ChatUser) -> bool:
        """Who is unknown here is none, nor is anybody of a workspace without us. Raises ChatError."""
        try:
            return (await self._people.person(who)).member
        except Unreachable:
            return False

    async def _home_opened(self, who: ChatUser, seen: str) -> None:
        await self._running.wait()
        await self._homes.opened(who, seen, self._asked)

    async def _gone(self, team: str, before: datetime | None) -> None:
        """A workspace removed the app: its tokens go at once, and what we knew of its people. Raises ChatError."""
        await self._tokens.forget(team, before=before)
        self._people.forget(team)
        self._outbox.forget(team)
        log.info("a workspace said that it removed the app")
