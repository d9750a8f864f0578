"""The process behind `python -m bot serve`: our pages, the chats and, unless told otherwise, the worker."""

import asyncio
import contextlib
import gc
import logging
import signal
from pathlib import Path

from bot import app as house
from bot.web import server

log = logging.getLogger("freewhen.serve")


async def run(data: Path, with_worker: bool) -> int:
    """Until SIGTERM or SIGINT: 0. 1 where the pages ended by themselves; nobody could connect any more. Raises
    ConfigError.
    """
    settings = house.loaded()
    stop, over = asyncio.Event(), asyncio.Event()

    def ended() -> None:
        over.set()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        app, _ = await stack.enter_async_context(house.opened(settings, data, house.SystemClock(), {}))
        await stack.enter_async_context(server.serving(server.site(app), settings.listen, ended))
        log.info("the pages are at %s", settings.public_url)
        if with_worker:
            from bot.worker import Worker

            worker = Worker(app)
            worker.start()
            stack.callback(worker.stop)
        gc.freeze()  # what is there now stays; the collector need not walk over it in the middle of a burst
        await stop.wait()
        if over.is_set():
            log.error("the pages ended by themselves, so everything ends")
            return 1
        return 0
