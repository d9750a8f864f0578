"""One message to one person: who waits for a chat that asks us to, and what is said when it did not surely arrive."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import Busy, ChatError, LinkExpired, Unreachable, Unsure
from bot.handlers import health, reach
from bot.handlers.deliver import Delivery, deliver
from bot.handlers.reach import Told
from bot.messages import Choice, Reply
from bot.ports import ReminderState
from tests.conversations.conftest import Person, Town, words

SHORT, LONG = Busy(timedelta(seconds=0.05)), Busy(timedelta(minutes=5))
HELLO = Reply("Hello")
WITH_BOB = "when are bob@example.com and I free tomorrow?"


@pytest.fixture
async def bob(town: Town) -> Person:
    person = town.person("Bob")
    await person.connects()
    await person.says("/freewhen settings share ask")
    return person


@pytest.mark.parametrize(
    ("failures", "told"),
    [
        ([], Told.ARRIVED),
        ([SHORT, SHORT], Told.ARRIVED),
        ([LONG], Told.NOT_NOW),
        ([ChatError()], Told.NOT_NOW),
        ([SHORT, Unsure()], Told.PERHAPS),
        ([Unreachable()], Told.NEVER),
    ],
)
async def test_how_telling_somebody_ends(sam: Person, town: Town, failures: list[ChatError | None], told: Told) -> None:
    town.chat.failures = failures
    assert await reach.tell(town.app, sam.who, HELLO) is told
    assert len(town.chat.sent) == (told is Told.ARRIVED)
    assert not town.chat.failures


async def test_who_is_too_slow_may_have_shown_it(sam: Person, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "SEND_DEADLINE", timedelta(seconds=0.01))

    async def silent(*_: object) -> str:
        await asyncio.Event().wait()
        return ""

    town.chat.send = silent  # type: ignore[method-assign,assignment]
    assert await reach.tell(town.app, sam.who, HELLO) is Told.PERHAPS


async def test_a_chat_that_is_not_served_here_tells_nobody(sam: Person, town: Town) -> None:
    assert await reach.tell(replace(town.app, chats={}), sam.who, HELLO) is Told.NEVER


@pytest.mark.parametrize(
    ("failure", "said"),
    [(LONG, "did not take it"), (Unsure(), "do not know whether it arrived"), (Unreachable(), "I cannot write to you")],
)
async def test_what_is_said_where_a_private_message_did_not_arrive(
    busy_sam: Person, town: Town, failure: ChatError, said: str
) -> None:
    town.chat.failures = [failure]
    assert said in await busy_sam.says("/book", private=False)


async def test_a_short_rest_of_the_chat_is_waited_for(busy_sam: Person, town: Town) -> None:
    town.chat.failures = [SHORT, SHORT]
    assert "private" in await busy_sam.says("/book", private=False)
    assert len(town.chat.sent) == 1


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (Unsure(), Delivery(ReminderState.SENDING)),
        (LONG, Delivery(None, wait=timedelta(minutes=5))),
        (ChatError(), Delivery(None, wait=timedelta(seconds=10))),
        (Unreachable(), Delivery(ReminderState.FAILED)),
    ],
)
async def test_what_becomes_of_a_reminder(busy_sam: Person, town: Town, error: ChatError, result: Delivery) -> None:
    context = await town.app.users.context(busy_sam.who)
    assert context is not None
    town.chat.failures = [error]
    assert await deliver(town.app, context, HELLO, 1) == result
    context = await town.app.users.context(busy_sam.who)
    assert context is not None
    assert context.user.paused is isinstance(error, Unreachable)


@pytest.mark.parametrize(
    ("failure", "said", "asked"),
    [(LONG, "not asked yet", False), (Unsure(), "do not know whether it arrived", True), (SHORT, "I have asked", True)],
)
async def test_somebody_is_asked_or_not_as_it_is_said(
    busy_sam: Person, bob: Person, town: Town, failure: ChatError, said: str, asked: bool
) -> None:
    await busy_sam.says(WITH_BOB)
    ask: Choice = busy_sam.choice("Ask")
    town.chat.failures = [failure]
    assert said in await busy_sam.presses_choice(ask)
    await busy_sam.says(WITH_BOB)
    assert ("asked Bob already" in await busy_sam.presses("Ask")) is asked


@pytest.mark.parametrize("answer", ["Once", "No"])
async def test_whoever_answers_hears_that_the_asker_does_not_know(
    busy_sam: Person, bob: Person, town: Town, answer: str
) -> None:
    await busy_sam.says(WITH_BOB)
    await busy_sam.presses("Ask")
    bob.last = town.chat.sent[-1][1]
    town.chat.failures = [LONG]
    assert "could not tell Sam" in await bob.presses(answer)


async def test_access_that_died_is_told_later_when_the_chat_does_not_take_it_now(busy_sam: Person, town: Town) -> None:
    town.faults.before["events"] = [LinkExpired("local")]
    await busy_sam.says("/agenda today")
    town.chat.failures = [LONG]
    assert await health.tell_expired(busy_sam.app) == 0
    town.clock.move_to(town.clock.now() + timedelta(minutes=6))
    town.chat.failures = [SHORT]
    assert await health.tell_expired(busy_sam.app) == 1
    assert "no longer lets me in" in words(town.chat.sent[-1][1])
