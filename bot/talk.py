"""The process behind `python -m bot chat`: a terminal, the house behind it, and a clock that may stand still."""

import asyncio
import contextlib
import re
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot import app as house
from bot.chats.terminal import Hooks, Terminal
from bot.errors import ConfigError
from bot.messages import ChatUser, Profile, Reply, Request
from bot.ports import App, Chat

if TYPE_CHECKING:
    from storage.open import Storage

LATER_MOST = timedelta(weeks=4)
"""How far `/later` moves a standing clock at once: every reminder on the way is shown."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line said. `zone` of "": the machine's, given as `here`. `now`: where the clock stands still."""

    name: str
    data: Path
    here: str
    zone: str = ""
    language: str = "en"
    now: datetime | None = None
    sample: bool = False


class Talk:
    """One person at this terminal."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._clock = house.StandingClock(options.now) if options.now else house.SystemClock()
        self._zone = options.zone or options.here
        number = re.sub(r"[^\w.-]+", "-", options.name.casefold()).strip("-.") or "you"
        self._who = ChatUser("terminal", "", number)
        self._profile = Profile(options.name, "", self._zone, options.language)
        if options.sample:
            from bot import sample

            known = {short: full for short, full, _ in sample.COLLEAGUES}
            self._profile = replace(
                self._profile, name=known.get(number, options.name), email=f"{number}@{sample.DOMAIN}"
            )
        chats: dict[str, Chat] = {}
        self._settings = house.loaded(options.data)
        self._opening = house.Opening(self._settings, options.data, self._clock, chats, self._fill)
        hooks = Hooks(greeting=self._greeting(), later=self._later if options.now else None)
        self._terminal = Terminal.here(self._who, self._profile, pictures=options.data / "pictures", hooks=hooks)
        chats["terminal"] = self._terminal
        self._tried_pages = asyncio.Event()
        self._has_pages = False

    async def run(self) -> None:
        """Until the person leaves or the input ends. Raises ConfigError."""
        if not self._opening.can_wait():
            await self._opening.app()
        behind = asyncio.create_task(self._behind())
        try:
            await self._terminal.run(self._answer)
        finally:
            behind.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await behind
            await self._opening.close()

    async def _behind(self) -> None:
        """Once the prompt is there: open the house, and let its worker tick."""
        try:
            await asyncio.sleep(0.05)
            try:
                app = await self._opening.app()
            except ConfigError:
                await self._terminal.stop()
                return
            if self._options.now is None:
                async with self._pages(app):
                    self._tried_pages.set()
                    await house.start_worker(app, 0.3, self._who)
        finally:
            self._tried_pages.set()

    @contextlib.asynccontextmanager
    async def _pages(self, app: App) -> AsyncIterator[None]:
        """Our pages on loopback, where a calendar can be connected that needs them."""
        async with contextlib.AsyncExitStack() as stack:
            if self._settings.google is not None:
                await asyncio.sleep(0.3)
                from bot.web import server

                try:
                    await stack.enter_async_context(server.serving(server.site(app), self._settings.listen))
                    self._has_pages = True
                except ConfigError as error:
                    note = f"Calendars that need a sign-in page cannot be connected now. {error.message}"
                    await self._terminal.send(self._who, Reply(note))
            yield

    async def _fill(self, storage: "Storage") -> None:
        """Before anything is asked: the sample, and the zone that was named this time."""
        options = self._options
        if options.sample:
            from bot import sample

            profile = self._profile
            await sample.fill(
                storage.local_events, self._who, profile.name, profile.email, self._zone, self._clock.now()
            )
        context = await storage.users.context(self._who)
        if context is not None and options.zone and context.user.preferences.zone != options.zone:
            preferences = replace(context.user.preferences, zone=options.zone)
            await storage.users.save(replace(context.user, preferences=preferences))

    async def _answer(self, request: Request) -> Reply:
        app = await self._app()
        from bot.handlers import dispatch

        if self._settings.google is not None:
            await self._tried_pages.wait()
            if not self._has_pages:  # a link would lead nowhere; what is connected already needs no page
                app = replace(app, public_url="")
        return await dispatch(app, request)

    async def _app(self) -> App:
        try:
            return await self._opening.app()
        except ConfigError:
            await self._terminal.stop()
            raise

    async def _later(self, text: str) -> Sequence[Reply]:
        """Moves a standing clock, shows what falls due on the way, and says what time it is then."""
        from bot.handlers.leads import read_lengths
        from bot.scheduling import wording
        from bot.scheduling.zones import zone

        lengths = read_lengths(text)
        step = sum(lengths[1:], lengths[0]) if lengths else timedelta()
        if not timedelta() < step <= LATER_MOST or not isinstance(self._clock, house.StandingClock):
            return [Reply("Say how much later, up to four weeks: /later 10m, /later 2h, /later 1d.")]
        app = await self._app()
        sent = await house.pass_time(app, self._clock, self._clock.now() + step, f"terminal-{self._who.id}", self._who)
        context = await app.users.context(self._who)
        tz = zone(context.user.preferences.zone if context else self._zone)
        now = wording.moment(self._clock.now(), tz, self._clock.now())
        return [Reply(f"It is now {now}." + ("" if sent else " Nothing fell due."))]

    def _greeting(self) -> Reply | None:
        if not sys.stdin.isatty():
            return None
        text = "Start with /connect-calendar, then ask “when am I free tomorrow afternoon?”."
        if self._options.sample:
            text = f"This is a demonstration: a sample week, every event of it marked (sample). {text}"
        heading = f"Hello {self._profile.name}, this is Freewhen."
        return Reply(heading=heading, text=text, note="/freewhen help lists more; /quit leaves.")
