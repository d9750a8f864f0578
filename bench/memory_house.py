"""A house whose repositories are dictionaries: for counting remote calls over a day in seconds, not for timing."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from bot.glimpses import MemoryGlimpses
from bot.messages import ChatUser, Secret
from bot.ports import App, Clock, Connection, Context, Health, Kind, Preferences, User
from bot.scheduling.event import Event
from bot.scheduling.interval import Interval
from bot.scheduling.zones import zone

ZONE = "Europe/Madrid"
TENANT = "bench:company"


class People:
    """`Users` and `Connections`, as far as reading calendars needs them."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {}
        self.links: dict[str, Connection] = {}
        self._by_address: dict[str, str] = {}

    def add(self, name: str, provider: str, watched_until: datetime | None = None) -> Context:
        address = f"{name}@example.com"
        user = User(f"u-{name}", ChatUser("bench", "company", name), name, address, Preferences(zone=ZONE))
        link = Connection(f"c-{name}", TENANT, user.id, provider, address, Secret(""), watched_until=watched_until)
        self.users[user.id] = user
        self.links[link.id] = link
        self._by_address[address] = user.id
        return Context(user, (link,))

    async def by_id(self, user_id: str) -> Context | None:
        return Context(self.users[user_id], (self.links[f"c-{user_id[2:]}"],))

    async def at(self, tenant: str, addresses: Sequence[str]) -> Mapping[str, Context]:
        found = {address: await self.by_id(owner) for address in addresses if (owner := self._by_address.get(address))}
        return {address: context for address, context in found.items() if context is not None}

    async def all_active(self, after: str, limit: int) -> Sequence[Connection]:
        ids = sorted(one for one in self.links if one > after)[:limit]
        return [self.links[one] for one in ids]

    async def checked(self, connection_id: str, health: Health, cursor: str | None, at: datetime) -> None:
        self.links[connection_id] = replace(self.links[connection_id], health=health)


class Kept:
    """`KeptEvents` in memory."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._events: dict[str, tuple[Event, ...]] = {}
        self._spoils: dict[str, int] = {}
        self._read: dict[str, int] = {}

    async def spoils(self, connection_id: str) -> int:
        return self._spoils.get(connection_id, 0)

    async def events(self, connection_id: str, window: Interval) -> Sequence[Event]:
        tz = zone(ZONE)
        return [event for event in self._events[connection_id] if event.interval(tz).overlaps(window)]

    async def keep(
        self,
        connection: Connection,
        window: Interval,
        events: Sequence[Event],
        cursor: str | None,
        read_at: datetime,
        spoils: int,
    ) -> None:
        self._events[connection.id] = tuple(events)
        self._now(connection.id, spoils, kept=window, cursor=cursor, checked_at=read_at)

    async def unchanged(self, connection_id: str, cursor: str, at: datetime, spoils: int) -> None:
        self._now(connection_id, spoils, cursor=cursor, checked_at=at)

    async def spoil(self, connection_id: str) -> None:
        self._spoils[connection_id] = self._spoils.get(connection_id, 0) + 1
        self._now(connection_id, self._read.get(connection_id, 0))

    def _now(self, connection_id: str, read: int, **state: Any) -> None:
        self._read[connection_id] = read
        spoiled = self._spoils.get(connection_id, 0) > read
        self._people.links[connection_id] = replace(self._people.links[connection_id], spoiled=spoiled, **state)


class Nobody:
    """`Grants` and `Reminders` of whom nothing is wanted here."""

    async def allowed(self, asker_id: str, owner_ids: Collection[str], now: datetime) -> frozenset[str]:
        return frozenset()

    async def plan(self, *args: object) -> None:
        """Not measured."""


class Company:
    """A chat whose people belong together."""

    together = True
    at_hand = False
    windows = False
    erases = False


def app_over(people: People, clock: Clock, kinds: Mapping[str, Callable[[], Kind]]) -> App:
    """Whatever is not needed is not there, and fails when it is asked."""
    nothing: Any = None
    nobody: Any = Nobody()
    return App(
        clock=clock,
        users=cast(Any, people),
        connections=cast(Any, people),
        receipts=nothing,
        presses=nothing,
        bookings=nothing,
        reminders=nobody,
        audit=nothing,
        links=nothing,
        revocations=nothing,
        kept=cast(Any, Kept(people)),
        glimpses=MemoryGlimpses(),
        watches=nothing,
        grants=nobody,
        renew=nothing,
        kinds=kinds,
        chats=cast(Any, {"bench": Company()}),
    )
