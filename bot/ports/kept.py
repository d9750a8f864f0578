"""What is kept of calendars between two questions, and who is told of their changes."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.errors import ProviderError
from bot.messages import Secret
from bot.ports.people import Connection
from bot.scheduling.event import Busyness, Event
from bot.scheduling.interval import Interval


class KeptEvents(Protocol):
    """A person's own events of a window, sealed; erased after their end and with the connection.

    Of an event are kept: ref, uid, calendar, times, title, place, join link, guests, and how it is shown and answered.
    Not its description and not its address on the web.
    """

    async def spoils(self, connection_id: str) -> int:
        """A number that grows with every `spoil`; read before the calendar is, and given back to `keep`."""
        ...

    async def events(self, connection_id: str, window: Interval) -> Sequence[Event]:
        """Those that share an instant with the window, by start."""
        ...

    async def keep(
        self,
        connection: Connection,
        window: Interval,
        events: Sequence[Event],
        cursor: str | None,
        read_at: datetime,
        spoils: int,
    ) -> None:
        """Replace all that is kept of the connection; nothing happens when a later reading was kept meanwhile.

        The connection stays spoiled when `spoil` was called since `spoils` was read.
        """
        ...

    async def unchanged(self, connection_id: str, cursor: str, at: datetime, spoils: int) -> None:
        """A sign of life: the calendar was asked, and what is kept still holds."""
        ...

    async def spoil(self, connection_id: str) -> None:
        """What is kept may have changed."""
        ...

    async def sweep(self, ended_before: datetime) -> int:
        """Erase events that ended before then; returns how many."""
        ...


@dataclass(eq=False)
class Reading:
    """Who reads one connection's calendar in this process: one question at a time, and those behind it share its find.

    `begun` counts the readings. `done` is the number of the last one that succeeded, and `kept` the start of the window
    that was kept after it; `error` is how the last one failed.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    begun: int = 0
    done: int = 0
    kept: datetime | None = None
    error: ProviderError | None = None


class Glimpses(Protocol):
    """Other people's busy time, remembered in this process's memory for minutes; never at rest."""

    def get(self, asker: str, address: str, window: Interval, now: datetime) -> Busyness | None:
        """What was seen over the asker's connection (its id) of this address, for all of the window; None: ask."""
        ...

    def put(self, asker: str, address: str, window: Interval, busy: Busyness, now: datetime) -> None: ...

    def forget(self, asker: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Watch:
    """A channel of change notices for one calendar of a connection."""

    channel: str
    connection_id: str
    calendar: str
    resource: str
    until: datetime


class Watches(Protocol):
    async def add(self, connection: Connection, watch: Watch, secret: Secret) -> None:
        """Remember a channel; the connection is watched until the first of its calendars' channels ends."""
        ...

    async def heard(self, provider: str, channel: str, secret: Secret, now: datetime) -> bool:
        """A notice on a channel: marks its connection as spoiled and alive. False when it proves nothing."""
        ...

    async def of(self, connection_id: str) -> Sequence[Watch]: ...

    async def remove(self, channel: str) -> None: ...

    async def claim(self, connection_id: str, now: datetime, lease: timedelta) -> bool:
        """True for the one caller that may open and end the connection's channels now. One statement decides."""
        ...

    async def let_go(self, connection_id: str) -> None:
        """End a claim before its lease does."""
        ...


class Grants(Protocol):
    """Who may ask when somebody is busy, where they want to be asked first."""

    async def allow(self, owner_id: str, asker_id: str, until: datetime | None) -> None:
        """None: until it is taken back."""
        ...

    async def take_back(self, owner_id: str, asker_id: str | None = None) -> None:
        """None: from everybody."""
        ...

    async def allowed(self, asker_id: str, owner_ids: Collection[str], now: datetime) -> frozenset[str]:
        """Those of the owners who allow this asker."""
        ...
