"""A meeting that is moved or cancelled in the last second is not reminded of at its old time.

The change comes before the tick, or inside it, at every point where a sender waits for something: after it claimed the
row, before it looks up the person, before it writes the buttons, before it says that it sends now.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.handlers import remind
from bot.handlers.bound import Goal, args_of
from bot.messages import Choice
from bot.ports import Offer
from bot.scheduling import wording
from bot.scheduling.event import Event, EventChange, Scope
from bot.scheduling.interval import Interval
from bot.scheduling.plain import to_plain
from bot.scheduling.zones import zone
from tests.conversations.conftest import ZONE, Person, Town, words
from tests.promises.rig import HOUR, MINUTE
from tests.promises.streets import calendar_of, meeting, neighbours, said, watched

LEAD = 10 * MINUTE
HALF_SECOND = timedelta(seconds=0.5)
Change = Callable[[Town, Person, Event], Awaitable[Interval | None]]


class Interrupted:
    """A port that does something else first, or afterwards, the next time that one of its methods is called."""

    def __init__(self, port: object) -> None:
        self._port = port
        self.before: dict[str, Callable[[], Awaitable[object]]] = {}
        self.after: dict[str, Callable[[], Awaitable[object]]] = {}

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)

        async def call(*args: Any, **named: Any) -> Any:
            if first := self.before.pop(name, None):
                await first()
            answer = await method(*args, **named)
            if then := self.after.pop(name, None):
                await then()
            return answer

        return call


async def cancelled_here(town: Town, person: Person, event: Event) -> None:
    assert "Cancelled" in await _press(town, person, "cancel.apply", event, {})


async def moved_here(town: Town, person: Person, event: Event) -> Interval:
    assert isinstance(event.when, Interval)
    target = Interval(event.when.start + HOUR, event.when.end + HOUR)
    args = {"goal": Goal(target), "key": f"move {event.ref}"}
    assert "Moved" in await _press(town, person, "moving.apply", event, args)
    return target


async def _press(town: Town, person: Person, action: str, event: Event, args: Mapping[str, object]) -> str:
    """The button under the last preview."""
    context = await town.app.users.context(person.who)
    assert context is not None
    meant = {**args_of(context.connections[0], event), "scope": Scope.OCCURRENCE, **args}
    offer = Offer(action, {name: to_plain(value) for name, value in meant.items()})
    (token,) = await town.storage.presses.offer(context.user.id, [offer], town.clock.now() + HOUR)
    return await person.presses_choice(Choice("", token))


async def cancelled_there(town: Town, person: Person, event: Event) -> None:
    await calendar_of(town, person).cancel(event.ref)
    await remind.refresh(town.app)


async def moved_there(town: Town, person: Person, event: Event) -> Interval:
    assert isinstance(event.when, Interval)
    return await _change(town, person, event, Interval(event.when.start + HOUR, event.when.end + HOUR))


async def made_longer_there(town: Town, person: Person, event: Event) -> Interval:
    assert isinstance(event.when, Interval)
    return await _change(town, person, event, Interval(event.when.start, event.when.end + 15 * MINUTE))


async def _change(town: Town, person: Person, event: Event, when: Interval) -> Interval:
    await calendar_of(town, person).update(event.ref, EventChange(when=when))
    await remind.refresh(town.app)
    return when


CHANGES: list[Change] = [cancelled_here, moved_here, cancelled_there, moved_there, made_longer_there]
POINTS = ["before the tick", "after claim", "before by_id", "before offer", "before intend"]


async def trial(town: Town, person: Person, title: str, start: datetime, change: Change, point: str) -> None:
    """One meeting whose reminder is due while it changes; what comes of it until well after its new time."""
    event = await meeting(town, person, title, start)
    await remind.refresh(town.app)
    reminders, users, presses = (Interrupted(port) for port in (town.app.reminders, town.app.users, town.app.presses))
    told = watched(town)
    became: list[Interval | None] = []

    async def happen() -> None:
        became.append(await change(town, person, event))

    town.clock.move_to(start - LEAD - HALF_SECOND)
    when, _, name = point.partition(" ")
    if name == "the tick":
        await happen()
    for port in (reminders, users, presses):
        (port.before if when == "before" else port.after)[name] = happen
    town.clock.move_to(start - LEAD)
    app = replace(town.app, reminders=reminders, users=users, presses=presses)  # type: ignore[arg-type]
    await remind.tick(app, "worker")
    assert len(became) == 1, point
    await town.later(2 * HOUR)
    for one in told:
        assert became[0] is not None, f"reminded of a cancelled meeting: {said(told)}"
        true = wording.span(became[0], zone(ZONE), one.at)
        assert true in words(one.reply), f"reminded with an old time: {said(told)}"
    assert len(told) == (became[0] is not None), said(told)
    town.chat.send = type(town.chat).send.__get__(town.chat)  # type: ignore[method-assign]


@pytest.mark.parametrize(
    "rounds", [pytest.param(4, id="100 changes"), pytest.param(40, id="1000 changes", marks=pytest.mark.long)]
)
async def test_a_change_in_the_last_second_is_what_counts(town: Town, rounds: int) -> None:
    (person,) = await neighbours(town, 1, [LEAD])
    for n in range(rounds):
        for change in CHANGES:
            for point in POINTS:
                start = town.clock.now() + HOUR
                await trial(town, person, f"{change.__name__} {point} {n}", start, change, point)


@pytest.mark.parametrize("change", CHANGES)
async def test_a_look_at_the_calendar_that_was_overtaken_does_not_bring_the_old_time_back(
    town: Town, change: Change
) -> None:
    """The worker has read the calendar, then the person changes the meeting, then the worker writes what it read."""
    (person,) = await neighbours(town, 1, [LEAD])
    event = await meeting(town, person, "budget", town.clock.now() + HOUR)
    await remind.refresh(town.app)
    await meeting(town, person, "another", town.clock.now() + 9 * HOUR)  # so that there is something to look at
    reminders = Interrupted(town.app.reminders)
    became: list[Interval | None] = []

    async def happen() -> None:
        became.append(await change(town, person, event))

    reminders.before["plan"] = happen
    told = watched(town)
    await remind.refresh(replace(town.app, reminders=reminders))  # type: ignore[arg-type]
    await remind.tick(town.app, "worker")
    town.clock.move_to(town.clock.now() + 50 * MINUTE)
    await remind.tick(town.app, "worker")
    for one in told:
        assert became[0] is not None, f"reminded of a cancelled meeting: {said(told)}"
        true = wording.span(became[0], zone(ZONE), one.at)
        assert true in words(one.reply), f"reminded with an old time: {said(told)}"
