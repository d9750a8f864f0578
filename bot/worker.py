"""The clock's hand: APScheduler only ticks, in memory. What is due is a row, so a lost tick loses nothing."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.handlers import giving_back, health, recover, remind, watching
from bot.messages import ChatUser
from bot.ports import App

log = logging.getLogger("freewhen.worker")

TICK = timedelta(seconds=2)
RECOVER = timedelta(seconds=15)
REFRESH = timedelta(seconds=60)
TELL = timedelta(seconds=30)
GIVE_BACK = timedelta(seconds=60)
WATCH = timedelta(minutes=10)
SWEEP = timedelta(hours=6)


class Worker:
    """Runs the periodic jobs of one process. Any number of workers may share one database.

    `only`: the one person this process can reach, where its chat is a terminal. Without any chat nothing is sent.
    """

    def __init__(self, app: App, only: ChatUser | None = None) -> None:
        self._app = app
        self._only = only
        self._owner = f"worker-{secrets.token_hex(6)}"
        self._scheduler = AsyncIOScheduler(
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        )

    def start(self) -> None:
        """Begin to tick in the running loop; a first look at the calendars comes at once."""
        jobs: tuple[tuple[str, timedelta, Callable[[], Awaitable[object]]], ...] = (
            ("remind", TICK, self._remind),
            ("recover", RECOVER, self._recover),
            ("refresh", REFRESH, lambda: remind.refresh(self._app)),
            ("tell", TELL, self._tell),
            ("sweep links", GIVE_BACK, lambda: recover.sweep_links(self._app)),
            ("give back", GIVE_BACK, lambda: giving_back.give_back(self._app)),
            ("watch", WATCH, lambda: watching.watch_all(self._app)),
            ("sweep", SWEEP, lambda: recover.sweep(self._app)),
        )
        for name, every, job in jobs:
            self._scheduler.add_job(_guarded, "interval", (name, job), seconds=every.total_seconds(), id=name)
        for name, _, job in jobs:
            if name in ("refresh", "watch"):
                self._scheduler.add_job(_guarded, "date", (name, job))
        self._scheduler.start()

    async def _remind(self) -> None:
        if self._app.chats:
            await remind.tick(self._app, self._owner, self._only)

    async def _recover(self) -> None:
        """Like reminders: whoever settles a hold must be able to say so."""
        if self._app.chats:
            await recover.recover(self._app, self._only)

    async def _tell(self) -> None:
        """Whoever claims a message must be able to send it."""
        if self._app.chats:
            await health.tell_expired(self._app, self._only)

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def run(self) -> None:
        """Tick until cancelled."""
        self.start()
        if self._only is None:  # one person's terminal keeps its log for what is wrong
            log.info("the worker runs")
        try:
            await asyncio.Event().wait()
        finally:
            self.stop()


async def _guarded(name: str, job: Callable[[], Awaitable[object]]) -> None:
    """One failed run is logged; the next one comes all the same."""
    try:
        await job()
    except asyncio.CancelledError:
        return  # the process ends; APScheduler would log that as a failure
    except Exception:
        log.exception("the job %s failed; it runs again", name)
