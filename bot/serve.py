"""The process behind `python -m bot serve`: our pages, the chats and, unless told otherwise, the worker."""

import asyncio
import contextlib
import gc
import logging
import signal
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

from bot import app as house
from bot.errors import ConfigError
from bot.handlers import dispatch
from bot.ports import App, Installing, Webhook
from bot.settings import Settings
from bot.web import server
from bot.web.webhooks import SlackDoor

log = logging.getLogger("freewhen.serve")

LAST_WORDS = 5.0
"""Seconds that a chat has to end in, once it was told to."""


async def run(data: Path, with_worker: bool) -> int:
    """Until SIGTERM or SIGINT: 0. 1 where the pages or a chat ended by themselves; somebody would get no answer any
    more. Raises ConfigError.
    """
    settings = house.loaded()
    stop, over = asyncio.Event(), list[str]()

    def ended(what: str) -> None:
        over.append(what)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        app, _ = await stack.enter_async_context(house.opened(settings, data, house.SystemClock(), {}, online=True))
        await stack.enter_async_context(_chats_running(app, ended))
        # The pages end before the chats: what they have acknowledged is still done.
        installing: Installing | None = getattr(app.chats.get("slack"), "installing", None)
        site = server.site(app, _slack_door(settings, app), installing, settings.trusted_proxies)
        await stack.enter_async_context(
            server.serving(site, settings.listen, partial(ended, "the pages ended by themselves"))
        )
        log.info("the pages are at %s", settings.public_url)
        if with_worker:
            from bot.worker import Worker

            worker = Worker(app)
            worker.start()
            stack.callback(worker.stop)
        gc.freeze()  # what is there now stays; the collector need not walk over it in the middle of a burst
        await stop.wait()
        if over:
            log.error("%s, so everything ends", over[0])
            return 1
        return 0


@contextlib.asynccontextmanager
async def _chats_running(app: App, ended: Callable[[str], None]) -> AsyncIterator[None]:
    """Each chat serves meanwhile; `ended` hears of one that stops by itself. Raises a chat's ConfigError at the end."""
    asked = asyncio.Event()

    def over(task: asyncio.Task[None]) -> None:
        if not asked.is_set():
            ended(f"the chat {task.get_name()} ended by itself")

    running = [asyncio.create_task(chat.run(partial(dispatch, app)), name=name) for name, chat in app.chats.items()]
    for task in running:
        task.add_done_callback(over)
    try:
        yield
    finally:
        asked.set()
        await asyncio.gather(*(chat.stop() for chat in app.chats.values()))
        if running:
            _, late = await asyncio.wait(running, timeout=LAST_WORDS)
            for task in late:
                task.cancel()
        for end in await asyncio.gather(*running, return_exceptions=True):
            if isinstance(end, ConfigError):
                raise end
            if isinstance(end, Exception):
                log.error("a chat failed", exc_info=end)


def _slack_door(settings: Settings, app: App) -> SlackDoor | None:
    """Slack's door, where it speaks to us over https; a signing secret says so."""
    webhook: Webhook | None = getattr(app.chats.get("slack"), "webhook", None)
    if webhook is None or settings.slack_signing_secret is None:
        return None
    return SlackDoor(webhook, settings.slack_signing_secret, app.clock)
