"""What we send to Slack: never twice unmarked, in order, to Slack alone, and “never” is said only when it is so."""

import asyncio
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.chats.slack import blocks, lanes
from bot.chats.slack.calls import Calls
from bot.chats.slack.lanes import Lanes
from bot.chats.slack.outbox import Outbox, surely
from bot.errors import Busy, ChatError, Unreachable, Unsure
from bot.handlers.deliver import SEND_DEADLINE
from bot.messages import ChatUser, Reply, Secret
from tests.chats.slack_wire_end import Away, Ring, calls_to, no, ok, too_many

DEADLINE_OF_OPENING = 5.1
"""Seconds, with the wait before it."""
HELLO = blocks.message(Reply("Hello"))
ANA = ChatUser("slack", "T1", "U1")


class Desk:
    """Answers in turn what it was told to; then yes. `got` is what came, method and text."""

    def __init__(self, *answers: web.Response | type[Away]) -> None:
        self.answers, self.got = list(answers), list[tuple[str, str]]()

    async def __call__(self, method: str, body: Mapping[str, Any]) -> web.StreamResponse:
        self.got.append((method, str(body.get("text", body.get("channel", "")))))
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, web.Response):
            return answer
        if answer is not None:
            raise answer
        return ok(ts="1.1", channel={"id": f"D{len(self.got)}"})


# ── perhaps ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Away, id="the connection broke"),
        pytest.param(no("fatal_error", 500), id="fatal_error"),
        pytest.param(no("internal_error"), id="internal_error"),
        pytest.param(web.Response(text="<h1>Oh</h1>", status=503, content_type="text/html"), id="503"),
        pytest.param(web.Response(text="upstream", status=502, content_type="text/plain"), id="502 in words"),
        pytest.param(web.Response(text="{", content_type="application/json"), id="half an answer"),
    ],
)
async def test_a_message_whose_answer_was_lost_is_not_sent_again(answer: web.Response | type[Away]) -> None:
    desk = Desk(answer)
    async with calls_to(desk) as calls:
        outbox = Outbox(calls)
        with pytest.raises(Unsure):
            await surely(lambda: outbox.post("T1", "D1", HELLO))
        assert len(desk.got) == 1


async def test_a_whisper_whose_answer_was_lost_is_not_sent_again() -> None:
    desk = Desk(Away)
    async with calls_to(desk) as calls:
        with pytest.raises(Unsure):
            await Outbox(calls).whisper(ANA, "C1", HELLO)
    assert len(desk.got) == 1


async def test_an_edit_whose_answer_was_lost_is_made_again() -> None:
    desk = Desk(Away)
    async with calls_to(desk) as calls:
        assert await Outbox(calls).edit("T1", "D1", "1.1", HELLO)
    assert len(desk.got) == 2


async def test_what_found_no_connection_did_not_arrive() -> None:
    calls = Calls("http://127.0.0.1:9/api", "", Ring())
    with pytest.raises(ChatError) as error:
        await Outbox(calls).post("T1", "D1", HELLO)
    assert not isinstance(error.value, Unsure)
    await calls.close()


# ── never ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("code", ["user_not_found", "users_not_found", "user_disabled", "cannot_dm_bot", "user_is_bot"])
async def test_who_cannot_be_written_to(code: str) -> None:
    async with calls_to(Desk(no(code))) as calls:
        with pytest.raises(Unreachable):
            await Outbox(calls).direct(ANA)


@pytest.mark.parametrize(
    "code", ["messages_tab_disabled", "not_in_channel", "is_archived", "channel_is_archived", "channel_not_found"]
)
async def test_what_is_said_of_a_place_is_not_said_of_a_person(code: str) -> None:
    async with calls_to(Desk(no(code))) as calls:
        with pytest.raises(ChatError) as error:
            await Outbox(calls).post("T1", "D1", HELLO)
        assert not isinstance(error.value, Unreachable | Unsure)


async def test_a_conversation_that_slack_does_not_know_any_more_is_opened_anew() -> None:
    desk = Desk()
    async with calls_to(desk) as calls:
        outbox = Outbox(calls)
        assert await outbox.direct(ANA) == "D1"
        desk.answers = [no("channel_not_found")]
        assert await outbox.send(ANA, HELLO) == ("D3", "1.1")
        desk.answers = [no("channel_not_found")]
        with pytest.raises(ChatError):
            await outbox.post("T1", "D3", HELLO)
        assert await outbox.direct(ANA) == "D6"
        desk.answers = [no("channel_not_found"), ok(channel={"id": "D0"}), no("channel_not_found")]
        with pytest.raises(ChatError):
            await outbox.send(ANA, HELLO)


async def test_a_workspace_that_is_gone_leaves_no_conversation() -> None:
    async with calls_to(Desk()) as calls:
        outbox, other = Outbox(calls), ChatUser("slack", "T2", "U1")
        assert (await outbox.direct(ANA), await outbox.direct(other)) == ("D1", "D2")
        outbox.forget("T1")
        assert (await outbox.direct(other), await outbox.direct(ANA)) == ("D2", "D3")


# ── tokens ──────────────────────────────────────────────────────────────────────────────────────────────────


class Rotating(Ring):
    """The refused one goes; nobody is left when there is none."""

    async def of(self, team: str) -> Secret:
        if not self.tokens:
            raise Unreachable
        return await super().of(team)

    async def forget(self, team: str, refused: Secret | None = None) -> None:
        self.tokens = [one for one in self.tokens if refused is None or one != refused.reveal()]


async def test_a_refused_token_gives_way_to_a_newer_one_at_once() -> None:
    desk = Desk(no("token_revoked"))
    async with calls_to(desk) as calls:
        calls._tokens = Rotating("xoxb-old", "xoxb-new")
        assert await Outbox(calls).post("T1", "D1", HELLO) == "1.1"
        assert len(desk.got) == 2
        desk.answers = [no("token_revoked")]
        with pytest.raises(Unreachable):
            await Outbox(calls).post("T1", "D1", HELLO)


async def test_a_refused_token_that_lives_on_is_no_farewell() -> None:
    desk = Desk(no("token_expired"))
    async with calls_to(desk) as calls:
        with pytest.raises(ChatError) as error:
            await Outbox(calls).post("T1", "D1", HELLO)
        assert not isinstance(error.value, Unreachable | Unsure)
        assert len(desk.got) == 1
        calls._tokens = Rotating("xoxb-1", "xoxb-2", "xoxb-3")
        desk.answers = [no("token_expired"), no("token_expired")]
        with pytest.raises(ChatError) as error:
            await Outbox(calls).post("T1", "D1", HELLO)
        assert not isinstance(error.value, Unreachable | Unsure)
        assert len(desk.got) == 3


# ── the order, and who waits ────────────────────────────────────────────────────────────────────────────────


async def test_order_is_kept_over_a_rest_that_answers_wait_for() -> None:
    desk = Desk(too_many(4))
    async with calls_to(desk) as calls:
        outbox = Outbox(calls)

        async def send(text: str) -> None:
            await surely(lambda: outbox.post("T1", "D1", blocks.message(Reply(text))))

        await asyncio.gather(*map(send, "0123"))
    assert [text for _, text in desk.got] == list("00123")


async def test_a_reminder_behind_a_long_rest_is_busy_and_was_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert SEND_DEADLINE.total_seconds() > lanes.WAIT + DEADLINE_OF_OPENING
    monkeypatch.setattr(lanes, "WAIT", 0.2)
    desk = Desk(too_many(30))
    async with calls_to(desk) as calls:
        outbox = Outbox(calls)
        answer = asyncio.create_task(surely(lambda: outbox.post("T1", "D1", HELLO)))
        while not desk.got:  # noqa: ASYNC110 — the answer has to be first
            await asyncio.sleep(0.01)
        with pytest.raises(Busy):
            await outbox.post("T1", "D1", blocks.message(Reply("In ten minutes")))
        answer.cancel()
    assert [text for _, text in desk.got] == ["Hello"]


async def test_a_lane_that_is_in_use_is_not_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "MOST_LANES", 2)
    table, order, first = Lanes(), list[str](), asyncio.Event()

    async def one(name: str, place: str, until: asyncio.Event | None = None) -> None:
        async with table.turn(place, lanes.until(5)):
            order.append(name)
            if until is not None:
                await until.wait()
            order.append(f"{name} done")

    async with asyncio.TaskGroup() as group:
        group.create_task(one("a", "D1", first))
        await asyncio.sleep(0)
        for place in ("D2", "D3", "D4"):
            await one(place, place)
        later = group.create_task(one("b", "D1"))
        await asyncio.sleep(0)
        first.set()
    assert later.done()
    assert order[-3:] == ["a done", "b", "b done"]
    assert len(table._lanes) <= 3


async def test_who_gives_up_their_place_does_not_take_the_turn_of_another() -> None:
    table, order = Lanes(), list[str]()
    async with table.turn("D1", lanes.until(5)):
        with pytest.raises(Busy):
            async with table.turn("D1", lanes.until(0.05)):
                order.append("too early")

        async def patiently() -> None:
            async with table.turn("D1", lanes.until(5)):
                order.append("next")

        waiting = asyncio.create_task(patiently())
        await asyncio.sleep(0)
        order.append("first")
    await waiting
    assert order == ["first", "next"]


async def test_patience_outlives_no_sending() -> None:
    with lanes.patient(timedelta(minutes=1)):
        assert lanes.until(1.0) > time.monotonic() + 50
        assert lanes.until(1.0, patiently=False) < time.monotonic() + 2
    assert lanes.until(1.0) < time.monotonic() + 2


# ── where to ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/commands/T1/1/x",
        "http://hooks.slack.com/commands/T1/1/x",
        "https://hooks.slack.com:8443/commands/T1/1/x",
        "https://hooks.slack.com@evil.example/commands",
        "https://sam:x@hooks.slack.com/commands",
        "https://hooks.slack-gov.com/commands/T1/1/x",
        "http://169.254.169.254/latest/",
        "//hooks.slack.com/x",
        "not an address",
        "https://[/",
    ],
)
async def test_an_address_that_is_not_slacks_is_not_answered(url: str) -> None:
    calls = Calls("https://slack.com/api", "", Ring())
    with pytest.raises(ChatError, match="address"):
        await calls.post(Secret(url), json={})
    assert calls._session is None, "nobody connected"
    await calls.close()


@pytest.mark.parametrize(
    ("api", "url"),
    [
        ("https://slack.com/api", "https://hooks.slack.com/commands/T1/1/x"),
        ("https://slack.com/api", "https://files.slack.com/upload/v1/x"),
        ("https://slack-gov.com/api", "https://hooks.slack-gov.com/actions/T1/1/x"),
        ("http://127.0.0.1:8085/api", "http://127.0.0.1:8085/commands/x"),
    ],
)
async def test_addresses_that_are_slacks(api: str, url: str) -> None:
    assert str(Calls(api, "", Ring())._of_slack(Secret(url))) == url
