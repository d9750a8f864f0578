"""A calendar provider that goes wrong on demand, in front of a real one."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar

from bot.errors import Unavailable
from bot.ports import CalendarProvider, Kind, Opening
from bot.scheduling.event import Account, Busyness, Changes, Event, EventChange, EventDraft, Response, Scope
from bot.scheduling.interval import Interval

T = TypeVar("T")


@dataclass
class Faults:
    """What goes wrong. `before` a call: nothing happened; `after`: it happened and the answer is lost."""

    before: dict[str, list[Exception | None]] = field(default_factory=dict)
    after: dict[str, list[Exception | None]] = field(default_factory=dict)
    delay: timedelta = timedelta()
    calls: list[str] = field(default_factory=list)

    async def around(self, name: str, call: Callable[[], Awaitable[T]]) -> T:
        self.calls.append(name)
        if self.delay:
            await asyncio.sleep(self.delay.total_seconds())
        if self.before.get(name) and (error := self.before[name].pop(0)):
            raise error
        answer = await call()
        if self.after.get(name) and (error := self.after[name].pop(0)):
            raise error
        return answer


LOST = Unavailable("local", "The answer was lost.")


def faulty(kind: Kind, faults: Faults) -> Kind:
    """The kind with faults in front of every opened calendar."""
    opened = kind.open

    def open_faulty(opening: Opening) -> CalendarProvider:
        return FaultyProvider(opened(opening), faults)

    return replace(kind, open=open_faulty)


class FakeKind:
    """A kind of calendar that is made anew at every call: its disclosure can change, and it counts what it revokes."""

    def __init__(self, real: Kind, faults: Faults) -> None:
        self._real = faulty(real, faults)
        self.disclosure = real.disclosure
        self.revoked: list[str] = []

    def __call__(self) -> Kind:
        return replace(self._real, disclosure=self.disclosure, revoke=self._revoke)

    async def _revoke(self, opening: Opening) -> None:
        await self._real.revoke(opening)
        self.revoked.append(opening.address)


class FaultyProvider:
    """Passes everything on, when the faults let it."""

    def __init__(self, inner: CalendarProvider, faults: Faults) -> None:
        self._inner = inner
        self._faults = faults

    async def account(self) -> Account:
        return await self._faults.around("account", self._inner.account)

    async def busy(self, addresses: Sequence[str], window: Interval) -> Mapping[str, Busyness]:
        return await self._faults.around("busy", lambda: self._inner.busy(addresses, window))

    async def events(self, window: Interval, calendars: Sequence[str] = ()) -> Sequence[Event]:
        return await self._faults.around("events", lambda: self._inner.events(window, calendars))

    async def event(self, ref: str) -> Event:
        return await self._faults.around("event", lambda: self._inner.event(ref))

    async def find(self, key: str, calendar: str = "") -> Event | None:
        return await self._faults.around("find", lambda: self._inner.find(key, calendar))

    async def create(self, draft: EventDraft, key: str, calendar: str = "") -> Event:
        return await self._faults.around("create", lambda: self._inner.create(draft, key, calendar))

    async def update(self, ref: str, change: EventChange, scope: Scope = Scope.OCCURRENCE) -> Event:
        return await self._faults.around("update", lambda: self._inner.update(ref, change, scope))

    async def cancel(self, ref: str, scope: Scope = Scope.OCCURRENCE, note: str = "") -> None:
        await self._faults.around("cancel", lambda: self._inner.cancel(ref, scope, note))

    async def respond(self, ref: str, response: Response, note: str = "") -> Event:
        return await self._faults.around("respond", lambda: self._inner.respond(ref, response, note))

    async def changes(self, cursor: str | None, calendars: Sequence[str] = ()) -> Changes:
        return await self._faults.around("changes", lambda: self._inner.changes(cursor, calendars))
