"""The double of Slack is as strict as Slack: what it takes, what it refuses, and what people then see."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack_api import SCOPES, PretendSlack
from tests.doubles.slack_people import SlackUser
from tests.doubles.slack_workspace import Message, Team

HOUR = 3600.0
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Tuesday"}}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Book"}, "blocks": [SECTION]}
HOME = {"type": "home", "blocks": [SECTION]}


class Clock:
    """Slack's two clocks, moved by hand."""

    def __init__(self) -> None:
        self.wall, self.ticks = 1_773_000_000.0, 50.0

    def pass_(self, seconds: float) -> None:
        self.wall += seconds
        self.ticks += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[PretendSlack]:
    async with PretendSlack(lambda: clock.wall, lambda: clock.ticks).running() as slack:
        yield slack


@pytest.fixture
def team(slack: PretendSlack) -> Team:
    return slack.world.add_team("Acme")


@pytest.fixture
def ana(slack: PretendSlack, team: Team) -> SlackUser:
    return slack.world.add_user(team, "Ana Ruiz", zone="Europe/Lisbon", locale="pt-PT")


@pytest.fixture
def bot(slack: PretendSlack, team: Team) -> AsyncWebClient:
    return client(slack, slack.install(team))


def client(slack: PretendSlack, token: str) -> AsyncWebClient:
    return AsyncWebClient(token, base_url=f"{slack.api_url}/", timeout=10)


async def refused(doing: Any) -> str:
    """The error code that a call ends with."""
    with pytest.raises(SlackApiError) as caught:
        await doing
    return str(caught.value.response["error"])


def faults(slack: PretendSlack) -> list[str]:
    return [fault.error for fault in slack.world.faults]


async def test_a_direct_message_is_seen_by_its_person_and_by_nobody_else(
    slack: PretendSlack, team: Team, ana: SlackUser, bot: AsyncWebClient
) -> None:
    gus = slack.world.add_user(team, "Gus")
    opened = await bot.conversations_open(users=ana.id)
    posted = await bot.chat_postMessage(channel=opened["channel"]["id"], text="Hello", blocks=[SECTION])
    assert [one.text for one in team.visible(ana.id)] == ["Hello"]
    assert not list(team.visible(gus.id))
    await bot.chat_update(channel=posted["channel"], ts=posted["ts"], text="Bye", blocks=[SECTION])
    assert [one.text for one in team.visible(ana.id)] == ["Bye"]
    await bot.chat_delete(channel=posted["channel"], ts=posted["ts"])
    assert not list(team.visible(ana.id))
    assert slack.world.faults == []


async def test_an_ephemeral_message_is_for_one_and_cannot_be_edited(
    slack: PretendSlack, team: Team, ana: SlackUser, bot: AsyncWebClient
) -> None:
    gus, far = slack.world.add_user(team, "Gus"), slack.world.add_user(team, "Far")
    room = team.channel("room", ana.id, gus.id)
    posted = await bot.chat_postEphemeral(channel=room.id, user=ana.id, text="For you")
    assert [len(list(team.visible(user.id))) for user in (ana, gus, far)] == [1, 0, 0]
    assert await refused(bot.chat_update(channel=room.id, ts=posted["message_ts"], text="x")) == "message_not_found"
    assert await refused(bot.chat_postEphemeral(channel=room.id, user=far.id, text="x")) == "user_not_in_channel"
    assert faults(slack) == ["message_not_found", "user_not_in_channel"]


async def test_who_cannot_be_written_to(slack: PretendSlack, team: Team, ana: SlackUser, bot: AsyncWebClient) -> None:
    gone = slack.world.add_user(team, "Gone", deleted=True)
    shut, other = team.channel("shut", ana.id, bot=False), team.channel("den", ana.id, private=True, bot=False)
    assert await refused(bot.conversations_open(users=gone.id)) == "user_disabled"
    assert await refused(bot.conversations_open(users="U404")) == "user_not_found"
    assert await refused(bot.conversations_open(users=team.bot.id)) == "cannot_dm_bot"
    assert await refused(bot.chat_postMessage(channel=shut.id, text="x")) == "not_in_channel"
    assert await refused(bot.chat_postMessage(channel=other.id, text="x")) == "channel_not_found"
    assert await refused(bot.chat_postMessage(channel="#shut", text="x")) == "channel_not_found"
    assert await refused(bot.chat_postMessage(channel=ana.id, text="x" * 4001)) == "msg_too_long"


async def test_only_its_own_messages_are_the_bots_to_change(
    slack: PretendSlack, team: Team, ana: SlackUser, bot: AsyncWebClient
) -> None:
    said = slack.world.write(team, Message(team.direct(ana.id).id, slack.world.stamp(), ana.id, "password hunter2"))
    assert await refused(bot.chat_delete(channel=said.channel, ts=said.ts)) == "cant_delete_message"
    assert await refused(bot.chat_update(channel=said.channel, ts=said.ts, text="x")) == "cant_update_message"


async def test_a_trigger_opens_one_window_within_three_seconds(
    slack: PretendSlack, team: Team, ana: SlackUser, bot: AsyncWebClient, clock: Clock
) -> None:
    trigger = slack.views.trigger(team, ana.id)
    opened = await bot.views_open(trigger_id=trigger, view=MODAL)
    assert [view.id for view in team.stack(ana.id)] == [opened["view"]["id"]]
    assert await refused(bot.views_open(trigger_id=trigger, view=MODAL)) == "exchanged_trigger_id"
    late = slack.views.trigger(team, ana.id)
    clock.pass_(3.1)
    assert await refused(bot.views_open(trigger_id=late, view=MODAL)) == "expired_trigger_id"
    assert await refused(bot.views_open(trigger_id="1.2.3", view=MODAL)) == "invalid_trigger_id"
    wrong = MODAL | {"title": {"type": "plain_text", "text": "x" * 25}}
    assert (
        await refused(bot.views_open(trigger_id=slack.views.trigger(team, ana.id), view=wrong)) == "invalid_arguments"
    )
    assert await refused(bot.views_open(trigger_id=slack.views.trigger(team, ana.id), view=HOME)) == "invalid_arguments"


async def test_windows_lie_on_each_other_three_deep(
    slack: PretendSlack, team: Team, ana: SlackUser, bot: AsyncWebClient
) -> None:
    view = (await bot.views_open(trigger_id=slack.views.trigger(team, ana.id), view=MODAL))["view"]
    for _ in range(2):
        view = (await bot.views_push(trigger_id=slack.views.trigger(team, ana.id, view["id"]), view=MODAL))["view"]
    deep = slack.views.trigger(team, ana.id, view["id"])
    assert await refused(bot.views_push(trigger_id=deep, view=MODAL)) == "push_limit_reached"
    assert (await bot.views_update(view_id=view["id"], hash=view["hash"], view=MODAL))["view"]["hash"] != view["hash"]
    assert await refused(bot.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)) == "hash_conflict"
    team.views[view["id"]].open = False
    assert await refused(bot.views_update(view_id=view["id"], view=MODAL)) == "not_found"
    assert faults(slack) == ["push_limit_reached"], "nobody can foresee the others"


async def test_a_home_is_published_over_the_one_that_was_read(
    slack: PretendSlack, team: Team, ana: SlackUser, bot: AsyncWebClient
) -> None:
    first = (await bot.views_publish(user_id=ana.id, view=HOME))["view"]
    await bot.views_publish(user_id=ana.id, view=HOME, hash=first["hash"])
    assert await refused(bot.views_publish(user_id=ana.id, view=HOME, hash=first["hash"])) == "hash_conflict"
    assert await refused(bot.views_publish(user_id=ana.id, view=MODAL)) == "invalid_arguments"
    assert team.homes[ana.id].body == HOME


async def test_what_is_told_of_people_depends_on_the_scopes(
    slack: PretendSlack, team: Team, ana: SlackUser, bot: AsyncWebClient
) -> None:
    user = (await bot.users_info(user=ana.id, include_locale="true"))["user"]
    assert (user["tz"], user["tz_offset"], user["locale"]) == ("Europe/Lisbon", 0, "pt-PT")
    assert user["profile"]["email"] == "ana.ruiz@example.com"
    shy = client(slack, slack.install(team, SCOPES - {"users:read.email"}))
    user = (await shy.users_info(user=ana.id))["user"]
    assert "email" not in user["profile"]
    assert "locale" not in user
    with pytest.raises(SlackApiError) as caught:
        await shy.users_lookupByEmail(email=ana.email)
    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == "users:read.email"
    blind = client(slack, slack.install(team, frozenset({"chat:write"})))
    assert await refused(blind.users_info(user=ana.id)) == "missing_scope"
    stranger = slack.world.add_user(team, "Stan", home="T9999ELSE")
    user = (await bot.users_info(user=stranger.id))["user"]
    assert (user["team_id"], user["is_stranger"], "email" in user["profile"]) == ("T9999ELSE", True, False)
    assert await refused(bot.users_lookupByEmail(email=stranger.email)) == "users_not_found"


async def test_people_come_in_pages(slack: PretendSlack, team: Team, bot: AsyncWebClient) -> None:
    people = [slack.world.add_user(team, f"Person {number}") for number in range(7)]
    found, cursor, pages = [], "", 0
    while pages == 0 or cursor:
        page = await bot.users_list(limit=3, cursor=cursor)
        found += [user["id"] for user in page["members"]]
        cursor, pages = page["response_metadata"]["next_cursor"], pages + 1
    assert found == [team.bot.id, *(one.id for one in people)]
    assert pages == 3
    assert await refused(bot.users_list(cursor="made up")) == "invalid_cursor"


async def test_a_file_is_shown_a_moment_after_it_is_complete(
    slack: PretendSlack, team: Team, ana: SlackUser, bot: AsyncWebClient
) -> None:
    slack.chat.not_ready = 1
    done = await bot.files_upload_v2(filename="week.png", content=b"\x89PNG pretended", title="Week")
    block = {"type": "image", "slack_file": {"id": done["files"][0]["id"]}, "alt_text": "your week"}
    send: Callable[[], Any] = lambda: bot.chat_postMessage(channel=ana.id, text="Your week", blocks=[block])  # noqa: E731
    assert await refused(send()) == "invalid_blocks"
    assert (await send())["ok"]
    assert slack.world.faults == [], "not ready is nobody's fault"
    block["slack_file"] = {"id": "F404"}
    assert await refused(send()) == "invalid_blocks"
    place = await bot.files_getUploadURLExternal(filename="a.png", length=5)
    assert await refused(bot.files_completeUploadExternal(files=[{"id": place["file_id"], "title": "a"}])) == (
        "file_not_found"
    ), "nothing was uploaded"


async def test_a_token_does_what_it_may_and_no_more(slack: PretendSlack, team: Team, bot: AsyncWebClient) -> None:
    who = await bot.auth_test()
    assert (who["team_id"], who["user_id"]) == (team.id, team.bot.id)
    assert await refused(client(slack, "xoxb-made-up").auth_test()) == "invalid_auth"
    assert await refused(client(slack, slack.app_token()).auth_test()) == "not_allowed_token_type"
    assert await refused(bot.api_call("chat.meMessage")) == "unknown_method"
    assert await refused(bot.api_call("auth.test", params={"nonsense": "1"})) == "invalid_arguments"
    assert await refused(bot.api_call("users.info", json={"user": "U1"})) == "invalid_arguments"
    address = f"{slack.api_url}/auth.test?token={bot.token}"
    async with httpx2.AsyncClient(trust_env=False) as web:
        assert (await web.post(address)).json()["error"] == "invalid_auth"
    assert "secret_in_address" in faults(slack)
    slack.world.tokens.end(team.id, "account_inactive")
    assert await refused(bot.auth_test()) == "account_inactive"
    assert slack.world.tokens.alive(team.id) == 0


async def test_429_tells_who_does_not_wait(
    slack: PretendSlack, team: Team, ana: SlackUser, bot: AsyncWebClient, clock: Clock
) -> None:
    slack.limits.every, slack.limits.rest, slack.limits.pace = 2, 2, 1.0
    await bot.chat_postMessage(channel=ana.id, text="one")
    with pytest.raises(SlackApiError) as caught:
        await bot.chat_postMessage(channel=ana.id, text="two")
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "2")
    clock.pass_(1.9)
    assert await refused(bot.chat_postMessage(channel=ana.id, text="two")) == "ratelimited"
    assert [call.arguments["text"] for call in slack.limits.impatient] == ["two"]
    clock.pass_(0.2)
    await bot.chat_postMessage(channel=ana.id, text="two")
    slack.limits.every = 0
    await bot.chat_postMessage(channel=ana.id, text="three")
    assert [call.arguments["text"] for call in slack.limits.hasty] == ["three"]
    assert [one.text for one in team.visible(ana.id)] == ["one", "two", "three"]
