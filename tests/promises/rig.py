"""The bot on any database, with a clock that several processes share and a calendar that takes its time."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import app as house
from bot.handlers import dispatch
from bot.messages import ChatUser, Profile, Reply, Request
from bot.ports import App, Chat, Clock, Offer
from bot.providers import House, kinds
from bot.renewal import Renewal
from bot.scheduling.event import Event, EventDraft
from bot.scheduling.interval import Interval
from bot.scheduling.plain import to_plain
from bot.settings import load
from storage import KeyRing, Storage, open_storage
from tests.clock import MONDAY_NINE
from tests.fakes.chat import FakeChat
from tests.fakes.provider import Faults, faulty

ZONE = "Europe/Madrid"
SAM = ChatUser("test", "", "sam")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TOMORROW_NINE = MONDAY_NINE + DAY
PREVIEW = timedelta(days=9)


class SharedClock:
    """Monday nine o'clock at `started`, which is a reading of this machine's monotonic clock, and `pace` times as fast.

    All processes of a machine read the same monotonic clock, so that a lease ends for all of them at once.
    """

    def __init__(self, started: float, pace: float = 1) -> None:
        self._started, self._pace = started, pace

    def now(self) -> datetime:
        return MONDAY_NINE + timedelta(seconds=(time.monotonic() - self._started) * self._pace)


@dataclass(frozen=True, slots=True)
class Rig:
    app: App
    storage: Storage
    clock: Clock
    faults: Faults


@asynccontextmanager
async def rig(
    url: str, keys: str, clock: Clock, chat: Chat | None = None, delay: timedelta = timedelta()
) -> AsyncIterator[Rig]:
    storage = await open_storage(url, KeyRing.parse(keys))
    faults = Faults(delay=delay)
    try:
        renewal = Renewal(storage.connections, clock)
        plugins = kinds(House(clock, storage.local_events), ("local",))
        app = house.build(load({}), storage, clock, {"test": chat or FakeChat({})}, renewal, plugins)
        local = app.kinds["local"]
        app = replace(app, kinds={"local": lambda: faulty(local(), faults)}, burst=0)
        yield Rig(app, storage, clock, faults)
    finally:
        await storage.close()


async def connected(app: App, name: str = "Sam") -> ChatUser:
    """Somebody with a calendar: through the front door, as a person does it."""
    who = ChatUser("test", "", name.casefold())
    chat = app.chats["test"]
    if isinstance(chat, FakeChat):
        chat.profiles[who] = Profile(name, f"{name.casefold()}@example.com", ZONE)
    reply = await dispatch(app, Request(who, "/connect-calendar"))
    reply = await dispatch(app, Request(who, press=reply.choices[0].token))
    assert reply.heading.startswith("Connected as"), reply
    return who


async def previews(app: App, who: ChatUser, drafts: dict[str, EventDraft]) -> dict[str, str]:
    """Key → token of a "Book it" under a preview; as `book.show` offers it, without the reading before it."""
    context = await app.users.context(who)
    assert context is not None
    connection = context.connections[0]
    tokens = {}
    for key, draft in drafts.items():
        args: dict[str, object] = {"draft": to_plain(draft), "key": key, "connection": connection.id, "unknown": []}
        (tokens[key],) = await app.presses.offer(
            context.user.id, [Offer("booking.confirm", args)], MONDAY_NINE + PREVIEW
        )
    return tokens


async def press(app: App, who: ChatUser, token: str) -> Reply:
    return await dispatch(app, Request(who, press=token))


def draft(title: str, start: datetime, length: timedelta = HOUR) -> EventDraft:
    return EventDraft(title, Interval(start, start + length), ZONE)


async def events(app: App, who: ChatUser, days: int = 30) -> list[Event]:
    """What is on the calendar itself, by start."""
    context = await app.users.context(who)
    assert context is not None
    from bot import calendars

    found = await calendars.agenda(app, context, Interval(MONDAY_NINE - DAY, MONDAY_NINE + timedelta(days=days)))
    assert not found.unseen
    return [event for _, event in found.events]


def span(event: Event) -> Interval:
    assert isinstance(event.when, Interval)
    return event.when
