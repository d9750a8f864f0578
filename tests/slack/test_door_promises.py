"""Door, inbox and work behind it together: a repeat or a replay is acknowledged and runs nothing, whoever stalls.

Limits of time are five times the promised ones: a machine that tests is a busy one.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from bot.chats.slack.deliveries import Deliveries
from bot.messages import Secret
from bot.web import server
from bot.web.webhooks import SlackDoor
from tests.conversations.conftest import Town, ready_folder, town
from tests.slack.signing import SECRET, command, event, press, signed, submission, wire

__all__ = ["ready_folder", "town"]

SLACK_WAITS = 5 * 1.0


@dataclass
class House:
    """A served door; everything behind it stands still until `gate` opens."""

    base: str
    town: Town
    web: httpx2.AsyncClient
    deliveries: Deliveries
    begun: list[Mapping[str, Any]] = field(default_factory=list)
    done: list[Mapping[str, Any]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    took: list[float] = field(default_factory=list)

    async def send(self, payload: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> int:
        body, kind = wire(payload)
        before = time.monotonic()
        answer = await self.web.post(
            f"{self.base}/slack/events",
            content=body,
            headers=dict(headers or signed(body, self.town.clock.now(), kind)),
        )
        self.took.append(time.monotonic() - before)
        return answer.status_code

    async def ends(self) -> None:
        self.gate.set()
        await self.deliveries.stop()


@pytest.fixture
async def house(town: Town) -> AsyncIterator[House]:
    made: list[House] = []

    async def handle(payload: Mapping[str, Any]) -> None:
        made[0].begun.append(payload)
        await made[0].gate.wait()
        made[0].done.append(payload)

    deliveries = Deliveries(town.storage.inbox, town.clock, handle)
    site = server.site(town.app, SlackDoor(deliveries, Secret(SECRET), town.clock))
    limits = httpx2.Limits(max_connections=20)
    async with server.serving(site, "127.0.0.1:0") as at, httpx2.AsyncClient(limits=limits, timeout=60) as web:
        made.append(House(f"http://{at}", town, web, deliveries))
        yield made[0]
        await made[0].ends()


@pytest.mark.parametrize("payload", [event(), command(), press()], ids=["event", "command", "press"])
async def test_four_times_the_same_while_the_first_takes_long(house: House, payload: dict[str, Any]) -> None:
    """A repeat carries other headers, and says so in them; that is not signed, so nothing follows from it."""
    body, kind = wire(payload)
    for number in range(4):
        headers = {**signed(body, house.town.clock.now(), kind), "x-slack-retry-num": str(number)}
        assert await house.send(payload, headers) == 200
    assert max(house.took) < SLACK_WAITS
    await house.ends()
    assert house.done == [payload]


@pytest.mark.parametrize("payload", [command(), submission()], ids=["command", "form"])
async def test_a_captured_request_sent_a_thousand_times_runs_once(house: House, payload: dict[str, Any]) -> None:
    house.gate.set()
    body, kind = wire(payload)
    headers = signed(body, house.town.clock.now(), kind)
    assert set(await asyncio.gather(*(house.send(payload, headers) for _ in range(1000)))) == {200}
    await house.ends()
    assert len(house.begun) == 1


async def test_a_burst_is_acknowledged_while_everything_behind_it_stands_still(house: House) -> None:
    sent = [command(f"1.{number}.x", user=f"U{number % 7}") for number in range(500)]
    assert set(await asyncio.gather(*(house.send(one) for one in sent))) == {200}
    house.took.sort()
    house.gate.set()
    async with asyncio.timeout(60):
        while len(house.done) < len(sent):  # noqa: ASYNC110  the handler is the only one who knows
            await asyncio.sleep(0.01)
    assert sorted(one["trigger_id"] for one in house.done) == sorted(one["trigger_id"] for one in sent)


async def test_a_form_is_acknowledged_in_time_when_its_answer_is_not_there(house: House) -> None:
    assert await house.send(submission()) == 200
    assert house.took[0] < 3.0
    await house.ends()
    assert len(house.done) == 1


async def test_what_was_acknowledged_is_done_although_the_process_was_killed(house: House) -> None:
    """Its tasks are cut off; another process finds what it had promised."""
    from bot.chats.slack.deliveries import LEASE

    sent = [event(f"Ev{number}", user=f"U{number}") for number in range(30)]
    assert set(await asyncio.gather(*(house.send(one) for one in sent))) == {200}
    for task in list(house.deliveries._workload._running):
        task.cancel()
    house.deliveries._workload._lines.clear()
    house.deliveries._workload._ready.clear()
    found: list[Mapping[str, Any]] = []

    async def handle(payload: Mapping[str, Any]) -> None:
        found.append(payload)

    house.town.clock.move_to(house.town.clock.now() + 2 * LEASE)
    other = Deliveries(house.town.storage.inbox, house.town.clock, handle)
    await other.look()
    await other.stop()
    assert sorted(one["event_id"] for one in found) == sorted(one["event_id"] for one in sent)
