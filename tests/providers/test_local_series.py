"""The embedded calendar against a naive one that keeps every occurrence in a list."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.messages import Secret
from bot.ports import LocalEvent, Opening
from bot.providers.local import LocalCalendar
from bot.scheduling.event import Attendee, EventChange, EventDraft, Response, Scope
from bot.scheduling.interval import Interval
from tests.providers.inputs import GUEST, ME
from tests.providers.naive import ACTS, LOOK, Act, compare, rules


class Shelf:
    """`ports.LocalEvents` in a dictionary, as far as a calendar asks for events."""

    def __init__(self) -> None:
        self.rows: dict[str, LocalEvent] = {}
        self.keys: dict[str, str] = {}

    async def between(self, tenant: str, address: str, window: Interval) -> Sequence[LocalEvent]:
        return [row for row in self.rows.values() if not row.cancelled]

    async def get(self, tenant: str, event_id: str) -> LocalEvent | None:
        return self.rows.get(event_id)

    async def by_key(self, tenant: str, address: str, key: str) -> LocalEvent | None:
        return self.rows.get(self.keys.get(key, ""))

    async def add(self, tenant: str, event: LocalEvent, key: str) -> LocalEvent:
        if key not in self.keys:
            self.keys[key] = event.id
            self.rows[event.id] = event
        return self.rows[self.keys[key]]

    async def save(self, tenant: str, event: LocalEvent) -> bool:
        if self.rows[event.id].version != event.version:
            return False
        self.rows[event.id] = replace(event, version=event.version + 1)
        return True


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(rules(), st.lists(ACTS, min_size=1, max_size=7))
def test_the_calendar_is_what_a_list_of_occurrences_is(rule: tuple[str, list[date]], acts: list[Act]) -> None:
    shelf = Shelf()
    mine, guest = (
        LocalCalendar(Opening("t:", who, "Europe/Madrid", Secret(""), _save), shelf)  # type: ignore[arg-type]
        for who in (ME, GUEST)
    )
    asyncio.run(compare(mine, guest, rule, acts))


async def _save(credential: Secret) -> None:
    """There is no credential to keep."""


class Torn(Shelf):
    """Before it saves, something may happen once: a crash, or a guest who answers."""

    def __init__(self) -> None:
        super().__init__()
        self.once: list[Callable[[], Awaitable[object]]] = []

    async def save(self, tenant: str, event: LocalEvent) -> bool:
        if self.once:
            await self.once.pop()()
        return await super().save(tenant, event)


async def _torn() -> tuple[Torn, LocalCalendar, LocalCalendar]:
    shelf = Torn()
    mine, guest = (
        LocalCalendar(Opening("t:", who, "Europe/Madrid", Secret(""), _save), shelf)  # type: ignore[arg-type]
        for who in (ME, GUEST)
    )
    start = datetime(2026, 3, 3, 9, tzinfo=UTC)
    when = Interval(start, start + timedelta(minutes=30))
    invited = (Attendee(GUEST),)
    await mine.create(EventDraft("Old", when, "Europe/Madrid", invited, recurrence="FREQ=WEEKLY;COUNT=4"), "k")
    return shelf, mine, guest


async def test_a_crash_in_the_middle_of_a_split_is_made_good_by_the_next_try() -> None:
    shelf, mine, _ = await _torn()
    second = (await mine.events(LOOK))[1]

    async def crash() -> None:
        raise ConnectionError

    shelf.once.append(crash)
    with pytest.raises(ConnectionError):
        await mine.update(second.ref, EventChange(title="First try"), Scope.FOLLOWING)
    await mine.update(second.ref, EventChange(title="New"), Scope.FOLLOWING)
    assert [event.title for event in await mine.events(LOOK)] == ["Old", "New", "New", "New"]


async def test_an_answer_in_the_middle_of_a_split_goes_along() -> None:
    shelf, mine, guest = await _torn()
    _, second, _, last = await guest.events(LOOK)
    shelf.once.append(lambda: guest.respond(last.ref, Response.DECLINED))
    await mine.update(second.ref, EventChange(title="New"), Scope.FOLLOWING)
    assert [event.response for event in await guest.events(LOOK)] == [*[Response.NONE] * 3, Response.DECLINED]
