"""The composition root: settings become adapters, adapters become an `App`. The only file that imports everything."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from bot import logs
from bot.directory import Directory
from bot.errors import ConfigError
from bot.glimpses import MemoryGlimpses
from bot.messages import ChatUser
from bot.ports import App, Chat, Clock
from bot.providers import House, Plugin, kinds
from bot.renewal import Renewal
from bot.settings import Settings, load
from storage.keys import KeyRing, generate_key, generate_key_file, read_key_file

if TYPE_CHECKING:
    from storage.open import Storage

DATABASE = "freewhen.sqlite"
KEY_FILE = "key"
LOG_FILE = "freewhen.log"


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class StandingClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def move_to(self, instant: datetime) -> None:
        self._now = instant.astimezone(UTC)


def database_url(settings: Settings, data: Path) -> str:
    if settings.database_url is not None:
        return settings.database_url.reveal()
    return f"sqlite+aiosqlite:///{data.resolve() / DATABASE}"


def key_ring(settings: Settings, data: Path) -> KeyRing:
    """The keys of the settings; for the embedded database only, a generated file. Raises ConfigError."""
    if settings.keys is not None:
        return KeyRing.parse(settings.keys.reveal())
    if settings.database_url is not None:
        raise ConfigError(
            "FREEWHEN_KEYS is not set: a database of your own needs keys of your own. "
            "Make one with “python -m bot key”, keep it apart from the database, and set FREEWHEN_KEYS_FILE."
        )
    path = data / KEY_FILE
    if not path.exists():
        if (data / DATABASE).exists():
            raise ConfigError(f"{path} is gone, and {DATABASE} cannot be opened without it. Put the key file back.")
        generate_key_file(path)
    return read_key_file(path)


def make_folder(data: Path) -> None:
    """The data folder, for its owner only. Raises ConfigError."""
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigError(
            f"The data folder {data} cannot be made: {error.strerror}. Choose one with --data."
        ) from error


def loaded(data: Path | None = None) -> Settings:
    """The settings, and the log started as they say: into the data folder, or to standard error without one.

    Raises ConfigError.
    """
    settings = load()
    file = None
    if data is not None:
        make_folder(data)
        file = data / LOG_FILE
    formatter = logs.start(settings.log_level, settings.log_format == "json", file)
    formatter.never_log(*settings.secret_texts())
    return settings


def new_key() -> str:
    """A ring of one new key, for FREEWHEN_KEYS."""
    return generate_key()


@asynccontextmanager
async def opened(
    settings: Settings, data: Path, clock: Clock, chats: dict[str, Chat], online: bool = False
) -> AsyncIterator[tuple[App, "Storage"]]:
    """The whole house, ready; closed again at the end. `chats` may be filled later. Raises ConfigError.

    `online`: the chats that the settings name are added to `chats`, ready to send, and to `run`.
    """
    from storage.open import open_storage

    make_folder(data)
    storage = await open_storage(database_url(settings, data), key_ring(settings, data))
    renewal = Renewal(storage.connections, clock)
    installed = Renewal(storage.installations, clock)
    plugins = kinds(House(clock, storage.local_events, settings.google), settings.providers)
    made: dict[str, Chat] = {}
    if online:
        from bot import chats as plug_ins
        from bot.handlers import opens_form

        stored = (storage.inbox, storage.installations, installed.renew)
        made = plug_ins.chats(plug_ins.Hall(clock, *stored, opens_form, settings.public_url, settings.slack))
        chats.update(made)
    try:
        yield build(settings, storage, clock, chats, renewal, plugins), storage
    finally:
        for chat in made.values():
            await chat.stop()
        for each in (renewal, installed):
            await each.close()
        for plugin in plugins.values():
            plugin.close()
        await storage.close()


class Opening:
    """The house behind a prompt, opened at its first need; `then` is done before anything is asked of it."""

    def __init__(
        self,
        settings: Settings,
        data: Path,
        clock: Clock,
        chats: dict[str, Chat],
        then: Callable[["Storage"], Awaitable[None]],
    ) -> None:
        self._settings, self._data, self._clock, self._chats, self._then = settings, data, clock, chats, then
        self._stack = AsyncExitStack()
        self._task: asyncio.Task[App] | None = None

    def can_wait(self) -> bool:
        """Whether nothing speaks against a prompt: an embedded database that is there and fits. Raises ConfigError."""
        from storage.glance import is_ready

        embedded = self._settings.database_url is None
        return embedded and is_ready(self._data / DATABASE, key_ring(self._settings, self._data))

    async def app(self) -> App:
        """Raises ConfigError."""
        if self._task is None:
            self._task = asyncio.create_task(self._open())
        return await asyncio.shield(self._task)

    async def _open(self) -> App:
        for module in ("storage.open", "bot.handlers"):
            await asyncio.to_thread(import_module, module)  # so that keys are answered meanwhile
        app, storage = await self._stack.enter_async_context(
            opened(self._settings, self._data, self._clock, self._chats)
        )
        await self._then(storage)
        return app

    async def close(self) -> None:
        """Raises what opening raised."""
        try:
            if self._task is not None:
                await self._task
        finally:
            await self._stack.aclose()


def build(
    settings: Settings,
    storage: "Storage",
    clock: Clock,
    chats: dict[str, Chat],
    renewal: Renewal,
    plugins: Mapping[str, Plugin],
) -> App:
    return App(
        clock=clock,
        users=storage.users,
        connections=storage.connections,
        receipts=storage.receipts,
        presses=storage.presses,
        bookings=storage.bookings,
        reminders=storage.reminders,
        audit=storage.audit,
        links=storage.links,
        revocations=storage.revocations,
        kept=storage.kept,
        glimpses=MemoryGlimpses(),
        watches=storage.watches,
        grants=storage.grants,
        renew=renewal.renew,
        kinds=plugins,
        chats=chats,
        public_url=settings.public_url,
        directory=Directory(storage.local_events, clock).people,
    )


async def pass_time(app: App, clock: StandingClock, until: datetime, owner: str, only: ChatUser | None = None) -> int:
    """Move a standing clock, stopping wherever something falls due; returns how many reminders were sent.

    `only`: whose reminders, None for everybody's.
    """
    from bot.handlers import recover, remind

    sent = 0
    while True:
        await remind.refresh(app)
        sent += await remind.tick(app, owner, only)
        await recover.recover(app, only)
        now = clock.now()
        if now >= until:
            return sent
        due = await app.reminders.next_due(await remind.only_person(app, only))
        stop = min(until, now + timedelta(hours=12))
        clock.move_to(min(stop, max(due, now + timedelta(seconds=1))) if due is not None else stop)


async def start_worker(app: App, after: float, only: ChatUser) -> None:
    """Start the ticks for the person at this terminal.

    The first prompt does not wait for what they import.
    """
    await asyncio.sleep(after)
    from bot.worker import Worker

    await Worker(app, only).run()
