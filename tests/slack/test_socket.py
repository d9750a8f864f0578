"""Socket Mode: what comes over it is taken once and acknowledged, and the connection comes back whatever ends it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bot.chats.slack import socket
from bot.chats.slack.deliveries import Deliveries
from bot.chats.slack.socket import Socket
from bot.chats.slack_settings import SlackSettings
from bot.errors import ConfigError
from bot.messages import Secret
from tests.conversations.conftest import Town, ready_folder, town
from tests.doubles.slack_api import PretendSlack
from tests.doubles.slack_socket import Sockets
from tests.slack.signing import command, event, press, submission
from tests.slack.taker import Taker

__all__ = ["ready_folder", "town"]

PATIENCE = 20.0


@dataclass
class Line:
    slack: PretendSlack
    sockets: Sockets
    taker: Taker
    settings: SlackSettings
    session: aiohttp.ClientSession

    @asynccontextmanager
    async def heard(self, webhook: Any = None) -> AsyncIterator[Socket]:
        async with Socket(self.settings, self.session, webhook or self.taker) as made:
            await self.until(lambda: self.sockets.links)
            yield made

    async def until(self, what: Any) -> None:
        async with asyncio.timeout(PATIENCE):
            while not what():  # noqa: ASYNC110  the double tells it by nothing else
                await asyncio.sleep(0.01)


@pytest.fixture
async def line(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Line]:
    monkeypatch.setattr(socket, "FIRST_REST", 0.02)
    monkeypatch.setattr(socket, "LONGEST_REST", 0.1)
    slack = PretendSlack()
    async with slack.running(), Sockets(slack).running() as sockets, aiohttp.ClientSession() as session:
        settings = SlackSettings(slack.api_url, Secret("xoxb-1"), Secret(slack.app_token()))
        yield Line(slack, sockets, Taker(), settings, session)
        assert [fault for fault in slack.world.faults if fault.error != "late"] == []


async def test_everything_is_taken_as_over_https_and_acknowledged(line: Line) -> None:
    async with line.heard():
        for payload in (event(), command(), press(), submission()):
            assert (await line.sockets.deliver(payload)).status == 200
            assert line.taker.taken.pop() == payload


async def test_a_form_is_answered_and_an_event_is_not(line: Line) -> None:
    line.taker.answer = {"response_action": "clear"}
    async with line.heard():
        assert (await line.sockets.deliver(submission())).body == {"response_action": "clear"}
        assert (await line.sockets.deliver(event())).body is None


async def test_what_cannot_be_kept_is_not_acknowledged_and_comes_again(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.doubles.slack_socket.WAITS", -1.5)
    async with line.heard():
        line.taker.broken = True
        assert (await line.sockets.deliver(event())).status == 504
        line.taker.broken = False
        assert (await line.sockets.deliver(event())).status == 200


async def test_a_repeat_that_says_it_is_none_is_done_once(line: Line, town: Town) -> None:
    """Over the socket repeats come with retry_attempt 0; and once more over https."""
    done: list[Mapping[str, Any]] = []

    async def handle(payload: Mapping[str, Any]) -> None:
        done.append(payload)

    deliveries = Deliveries(town.storage.inbox, town.clock, handle)
    async with line.heard(deliveries):
        for _ in range(4):
            assert (await line.sockets.deliver(event())).status == 200
        await deliveries.take(event())
    await deliveries.stop()
    assert done == [event()]


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_new_connection_is_there_before_the_old_one_goes(line: Line, reason: str) -> None:
    async with line.heard():
        old = line.sockets.links[0]
        await line.sockets.disconnect(reason)
        await line.until(lambda: len(line.sockets.links) == 2)
        assert not old.closed
        assert (await line.sockets.deliver(event())).status == 200
        line.sockets.links.reverse()
        assert (await line.sockets.deliver(event("Ev2"))).status == 200  # over the old one
        line.sockets.links.reverse()
        await line.sockets.close()
        await line.until(lambda: len(line.sockets.links) == 1)
        assert (await line.sockets.deliver(event("Ev3"))).status == 200
        assert line.sockets.opened == 2


async def test_a_connection_that_drops_comes_back(line: Line) -> None:
    async with line.heard():
        for number in range(1, 6):
            await line.sockets.close()
            await line.until(lambda number=number: line.sockets.opened > number and line.sockets.links)
            assert (await line.sockets.deliver(event(f"Ev{number}"))).status == 200


async def test_nonsense_does_not_end_it(line: Line) -> None:
    async with line.heard():
        for text in ("", "[]", "{", "null", '{"type":"new"}', '{"envelope_id":1,"payload":{}}', "[" * 5000):
            await line.sockets.links[0].send_str(text)
        await line.sockets.links[0].send_bytes(b"\x00")
        assert (await line.sockets.deliver(event())).status == 200
        assert line.sockets.opened == 1


@pytest.mark.parametrize("token", ["xapp-1-unknown", "xoxb-of-a-bot"], ids=["unknown", "of a bot"])
async def test_a_wrong_token_stops_the_start(line: Line, token: str) -> None:
    settings = SlackSettings(line.slack.api_url, Secret("xoxb-1"), Secret(token))
    with pytest.raises(ConfigError, match="FREEWHEN_SLACK_APP_TOKEN") as caught:
        async with Socket(settings, line.session, line.taker):
            pytest.fail("it has begun")
    assert "api.slack.com/apps" in caught.value.message
    assert token not in repr(caught.value)
    assert caught.value.__cause__ is None
    line.slack.world.faults.clear()


async def test_a_slack_that_is_away_at_the_start_is_waited_for(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    address, line.slack.open_socket = line.slack.open_socket, lambda: "ws://127.0.0.1:9/link/?ticket=hush"
    async with Socket(line.settings, line.session, line.taker):
        await line.until(lambda: caplog.text.count("could not be opened") >= 3)
        line.slack.open_socket = address
        await line.until(lambda: line.sockets.links)
        assert (await line.sockets.deliver(event())).status == 200
    assert "hush" not in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_token_that_is_refused_later_ends_nothing(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    assert line.settings.app_token is not None
    async with line.heard():
        token = line.slack.world.tokens.known(line.settings.app_token.reveal())
        token.over = "token_revoked"
        await line.sockets.close()
        await line.until(lambda: caplog.text.count("it was revoked") >= 2)
        token.over = ""
        await line.until(lambda: line.sockets.links)
        assert (await line.sockets.deliver(event())).status == 200
    line.slack.world.faults.clear()
    assert token.value not in caplog.text


async def test_at_the_end_what_is_under_way_is_acknowledged_and_nothing_more_is_taken(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was taken then would be acknowledged by a process that does not do it any more."""
    monkeypatch.setattr("tests.doubles.slack_socket.WAITS", -1.5)
    begun, go_on = asyncio.Event(), asyncio.Event()

    class Slow(Taker):
        async def take(self, payload: Mapping[str, Any]) -> Mapping[str, Any] | None:
            begun.set()
            await go_on.wait()
            return await super().take(payload)

    taker = Slow()
    async with line.heard(taker) as made:
        first = asyncio.create_task(line.sockets.deliver(event("Ev1")))
        await begun.wait()
        ending = asyncio.create_task(made.__aexit__(None, None, None))
        await asyncio.sleep(0)
        second = asyncio.create_task(line.sockets.deliver(event("Ev2")))
        await line.sockets.links[0].ping()
        asyncio.get_running_loop().call_later(0.1, go_on.set)
        assert (await first).status == 200
        await ending
        assert (await second).status == 504
    assert taker.taken == [event("Ev1")]


async def test_stopping_closes_every_connection(line: Line) -> None:
    async with line.heard():
        await line.sockets.disconnect()
        await line.until(lambda: len(line.sockets.links) == 2)
    await line.until(lambda: not line.sockets.links)
    assert not line.session.closed
