"""The double's response_urls, tokens that end, and requests as Slack makes them."""

from typing import Any

import httpx2
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack_api import SCOPES, PretendSlack
from tests.doubles.slack_events import typed
from tests.doubles.slack_person import SlackPerson
from tests.doubles.slack_sending import Acknowledged
from tests.doubles.slack_workspace import Team
from tests.slack.test_pretend_slack import Clock, clock, refused, slack, team

__all__ = ["clock", "slack", "team"]  # fixtures


class Nowhere:
    """Notes what would be delivered."""

    def __init__(self) -> None:
        self.payloads: list[Any] = []

    async def deliver(self, payload: Any, retry: int = 0) -> Acknowledged:
        self.payloads.append(payload)
        return Acknowledged(200, None, "", 0.0)


@pytest.fixture
def ana(slack: PretendSlack, team: Team) -> SlackPerson:
    return SlackPerson(slack, team, slack.world.add_user(team, "Ana"), Nowhere())


async def post(url: str, **body: Any) -> int:
    async with httpx2.AsyncClient(trust_env=False) as web:
        return (await web.post(url, json=body)).status_code


async def test_a_response_url_answers_five_times_in_half_an_hour(
    slack: PretendSlack, team: Team, ana: SlackPerson, clock: Clock
) -> None:
    room = team.channel("room", ana.user.id, bot=False)
    await ana.commands("/free", room)
    url = ana.way.payloads[0]["response_url"]  # type: ignore[attr-defined]
    assert [await post(url, text=f"answer {number}") for number in range(6)] == [200] * 5 + [404]
    assert [one.ephemeral for one in ana.seen(room)] == [ana.user.id] * 5
    late = slack.urls.new(team, room.id, ana.user.id)
    clock.pass_(1801)
    assert await post(late, text="late") == 404
    assert await post(slack.urls.new(team, room.id, ana.user.id), nonsense=1) == 400
    assert [fault.error for fault in slack.world.faults] == ["used_url", "expired_url", "invalid_payload"]


async def test_only_what_was_pressed_can_be_replaced(slack: PretendSlack, team: Team, ana: SlackPerson) -> None:
    room = team.channel("room", ana.user.id, bot=False)
    assert await post(slack.urls.new(team, room.id, ana.user.id), text="one") == 200
    (message,) = ana.seen(room)
    assert await post(slack.urls.new(team, room.id, ana.user.id, message), text="two", replace_original=True) == 200
    assert [one.text for one in ana.seen(room)] == ["two"]
    assert slack.world.faults == []
    assert await post(slack.urls.new(team, room.id, ana.user.id), text="three", replace_original=True) == 200
    assert [one.text for one in ana.seen(room)] == ["two", "three"], "a command has no original"
    assert [fault.error for fault in slack.world.faults] == ["no_original"]
    assert await post(slack.urls.new(team, room.id, ana.user.id, message), delete_original=True) == 200
    assert [one.text for one in ana.seen(room)] == ["three"]


async def test_a_token_that_rotates_is_renewed_with_a_token_that_dies(
    slack: PretendSlack, team: Team, clock: Clock
) -> None:
    app = slack.world.app
    token = slack.world.tokens.issue(team.id, SCOPES, rotating=True)
    refresh = slack.world.tokens.renewable(token)
    bot = AsyncWebClient(token.value, base_url=f"{slack.api_url}/")
    assert (await bot.auth_test())["ok"]
    clock.pass_(43_201)
    assert await refused(bot.auth_test()) == "token_expired"

    async def renew(secret: str = app.client_secret) -> Any:
        told = {"client_id": app.client_id, "client_secret": secret}
        told |= {"grant_type": "refresh_token", "refresh_token": refresh}
        return await AsyncWebClient(base_url=f"{slack.api_url}/").api_call("oauth.v2.access", data=told)

    assert await refused(renew("wrong")) == "bad_client_secret"
    fresh = await renew()
    assert (await AsyncWebClient(fresh["access_token"], base_url=f"{slack.api_url}/").auth_test())["ok"]
    with pytest.raises(SlackApiError, match="invalid_refresh_token"):
        await renew()
    assert slack.world.tokens.reused == [refresh]


def test_what_is_typed_is_escaped_as_slack_does(team: Team, ana: SlackPerson) -> None:
    said = typed(f"<@{ana.user.id}> & a@b.example <now> https://c.example")
    assert said == (f"<@{ana.user.id}> &amp; <mailto:a@b.example|a@b.example> &lt;now&gt; <https://c.example>")
    assert typed(f"with <@{ana.user.id}>", "/book", team) == f"with <@{ana.user.id}|ana>"
