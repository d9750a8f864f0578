"""The double of Socket Mode, with the real client before it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack_api import PretendSlack
from tests.doubles.slack_person import SlackPerson
from tests.doubles.slack_socket import Sockets


@pytest.fixture
async def slack() -> AsyncIterator[PretendSlack]:
    async with PretendSlack().running() as slack:
        yield slack


@pytest.fixture
async def sockets(slack: PretendSlack) -> AsyncIterator[Sockets]:
    async with Sockets(slack).running() as sockets:
        yield sockets


@pytest.fixture
async def heard(slack: PretendSlack, sockets: Sockets) -> AsyncIterator[list[SocketModeRequest]]:
    """What the client hears; it answers forms with an error, and is silent to "/quiet"."""
    web = AsyncWebClient(base_url=f"{slack.api_url}/")
    client = SocketModeClient(slack.app_token(), web_client=web, ping_interval=0.5)
    heard: list[SocketModeRequest] = []

    async def listener(connection: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        heard.append(request)
        payload: dict[str, Any] | None = None
        if request.payload.get("type") == "view_submission":
            payload = {"response_action": "errors", "errors": {"title": "No."}}
        if request.payload.get("command") != "/quiet":
            await connection.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))

    client.socket_mode_request_listeners.append(listener)
    await client.connect()
    yield heard
    await client.close()


def person(slack: PretendSlack, sockets: Sockets) -> SlackPerson:
    team = slack.world.add_team()
    return SlackPerson(slack, team, slack.world.add_user(team, "Ana"), sockets)


async def test_everything_comes_over_the_socket_and_is_acknowledged(
    slack: PretendSlack, sockets: Sockets, heard: list[SocketModeRequest]
) -> None:
    ana = person(slack, sockets)
    assert (await ana.writes("hello")).status == 200
    assert (await ana.commands("/free tomorrow")).status == 200
    assert (await ana.shortcut("free")).status == 200
    assert [request.type for request in heard] == ["events_api", "slash_commands", "interactive"]
    assert heard[0].payload["event"]["text"] == "hello"
    assert heard[1].payload["text"] == "tomorrow"
    field = {"type": "input", "block_id": "title", "label": {"type": "plain_text", "text": "Title"}}
    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Book"},
        "submit": {"type": "plain_text", "text": "OK"},
        "blocks": [field | {"element": {"type": "plain_text_input", "action_id": "value"}}],
    }
    slack.views.open(ana.team, {"trigger_id": slack.views.trigger(ana.team, ana.user.id), "view": view})
    await ana.submits(title="Budget")
    assert ana.problems == {"title": "No."}
    assert heard[3].payload["view"]["state"]["values"] == {
        "title": {"value": {"type": "plain_text_input", "value": "Budget"}}
    }
    assert slack.world.faults == []


async def test_a_connection_that_has_to_go_is_replaced(
    slack: PretendSlack, sockets: Sockets, heard: list[SocketModeRequest]
) -> None:
    ana = person(slack, sockets)
    await sockets.disconnect()
    await ana.sees(lambda: sockets.opened == 2 and sockets.links)
    assert (await ana.writes("still there?")).status == 200
    assert (await sockets.deliver(ana.events.home_opened(ana.user), retry=1)).status == 200
    assert heard[-1].retry_attempt == 1


async def test_what_nobody_acknowledges_is_a_fault(
    slack: PretendSlack, sockets: Sockets, heard: list[SocketModeRequest]
) -> None:
    assert (await person(slack, sockets).commands("/quiet")).status == 504
    assert [fault.error for fault in slack.world.faults] == ["late"]


async def test_an_address_is_good_once_and_a_bot_token_gets_none(slack: PretendSlack, sockets: Sockets) -> None:
    team = slack.world.add_team()
    bot = AsyncWebClient(slack.install(team), base_url=f"{slack.api_url}/")
    answer = await bot.api_call("auth.test")
    assert answer["ok"]
    with pytest.raises(Exception, match="not_allowed_token_type"):
        await bot.apps_connections_open(app_token=slack.install(team))
