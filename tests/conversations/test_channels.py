"""Asked in front of others: what is answered there, and what goes on in private."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import Unreachable
from bot.handlers import dispatch
from bot.messages import Choice, Reply, Request
from bot.ports import Link
from tests.conversations.conftest import Person, Town, words

ELSEWHERE = "Let us go on in our private conversation."
TOMORROW = "book 30m with Ana tomorrow 3pm about budget"


async def presses_there(person: Person, choice: Choice, handle: str = "a-message-in-a-channel") -> Reply:
    """Press a button of a message that only this person sees, in a channel."""
    return await dispatch(person.app, Request(person.who, press=choice.token, private=False, handle=handle))


def written(town: Town, person: Person) -> Reply:
    """The newest private message."""
    who, reply = town.chat.sent[-1]
    assert who == person.who
    return reply


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/free tomorrow", "You are free for 30 min"),
        ("when am I free tomorrow?", "You are free for 30 min"),
        ("/agenda today", "Planning"),
        ("/freewhen help", "What I can do"),
    ],
)
async def test_reads_are_answered_there(busy_sam: Person, town: Town, text: str, said: str) -> None:
    assert said in await busy_sam.says(text, private=False)
    assert not busy_sam.last.public
    assert town.chat.sent == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"/{TOMORROW}", "Book this?"),
        (TOMORROW, "Book this?"),
        ("book 30m about budget", "When should “budget” be?"),
        ("cancel planning today", "Cancel “Planning (sample)”?"),
        ("move planning today to 3pm", "Move “Planning (sample)”?"),
    ],
)
async def test_what_has_steps_goes_on_in_private(busy_sam: Person, town: Town, text: str, said: str) -> None:
    assert await busy_sam.says(text, private=False) == ELSEWHERE
    assert not busy_sam.last.public
    assert not busy_sam.last.replace
    assert said in words(written(town, busy_sam))
    assert len(town.chat.sent) == 1


async def test_what_nobody_else_may_see_is_sent_in_private(busy_sam: Person, town: Town) -> None:
    assert await busy_sam.says("/freewhen settings", private=False) == "I have sent you a private message."
    assert busy_sam.last.public
    assert "Your settings" in words(written(town, busy_sam))


async def test_a_slot_pressed_there_is_previewed_in_private_and_booked_once(busy_sam: Person, town: Town) -> None:
    await busy_sam.says("/free tomorrow", private=False)
    there = busy_sam.last
    reply = await presses_there(busy_sam, there.choices[0])
    assert (words(reply), reply.replace) == (ELSEWHERE, True)
    busy_sam.last = written(town, busy_sam)
    assert "Book this?" in words(busy_sam.last)
    assert "Booked" in await busy_sam.presses("Book it")
    assert town.faults.calls.count("create") == 1


async def test_a_button_that_is_used_up_is_used_up_there_too(busy_sam: Person, town: Town) -> None:
    await busy_sam.says("cancel planning today")
    cancel = busy_sam.choice("Cancel it")
    first = await presses_there(busy_sam, cancel)
    assert words(first) == ELSEWHERE
    assert "Cancelled" in words(written(town, busy_sam))
    again = await presses_there(busy_sam, cancel)
    assert "already been used" in words(again)
    assert len(town.chat.sent) == 1
    assert town.faults.calls.count("cancel") == 1


async def test_a_question_there_is_answered_there(busy_sam: Person, town: Town) -> None:
    await busy_sam.says("when can Anna and I meet tomorrow?", private=False)
    reply = await presses_there(busy_sam, busy_sam.choice("Ana Torres"))
    assert "Free for 30 min" in words(reply)
    assert town.chat.sent == []


async def test_a_question_of_something_with_steps_goes_on_in_private(busy_sam: Person, town: Town) -> None:
    await busy_sam.says(TOMORROW.replace("Ana", "Anna"))
    reply = await presses_there(busy_sam, busy_sam.choice("Ana Torres"))
    assert (words(reply), reply.replace) == (ELSEWHERE, True)
    assert "Book this?" in words(written(town, busy_sam))


async def test_a_link_asked_for_there_belongs_to_no_message_there(sam: Person, town: Town) -> None:
    await sam.says("/connect-calendar")
    reply = await presses_there(sam, sam.choice("Accept"))
    assert words(reply) == ELSEWHERE
    assert "Connected as" in words(written(town, sam))


async def test_what_comes_of_a_link_is_not_written_over_a_message_of_a_channel(sam: Person, town: Town) -> None:
    kind = replace(town.kind(), name="google", label="Google", link=Link.OAUTH)
    sam.app = replace(sam.app, kinds={"google": lambda: kind}, public_url="https://freewhen.example")
    await sam.says("/connect-calendar google")
    await presses_there(sam, sam.choice("Accept"))
    nonce = written(town, sam).choices[0].url.rpartition("/")[2]
    invitation = await sam.app.links.look(nonce, town.clock.now())
    assert invitation is not None
    assert invitation.handle == ""


async def test_whoever_cannot_be_written_to_is_told_so_there_and_can_press_again(busy_sam: Person, town: Town) -> None:
    await busy_sam.says("/free tomorrow", private=False)
    slot = busy_sam.last.choices[0]
    for text in ("/book", f"/{TOMORROW}"):
        town.chat.failures = [Unreachable()]
        assert "I cannot write to you" in await busy_sam.says(text, private=False)
    town.chat.failures = [Unreachable()]
    assert "I cannot write to you" in words(await presses_there(busy_sam, slot))
    assert words(await presses_there(busy_sam, slot)) == ELSEWHERE


async def test_what_was_done_is_said_there_when_it_cannot_be_said_in_private(busy_sam: Person, town: Town) -> None:
    await busy_sam.says("cancel planning today")
    town.chat.failures = [Unreachable()]
    reply = await presses_there(busy_sam, busy_sam.choice("Cancel it"))
    assert "Cancelled" in words(reply)
    assert town.faults.calls.count("cancel") == 1


async def test_a_form_opens_where_it_was_asked_for_and_its_preview_is_private(busy_sam: Person, town: Town) -> None:
    town.chat.windows = True
    await busy_sam.says("/book", private=False)
    form = busy_sam.last.form
    assert form is not None
    assert town.chat.sent == []
    values = {field.name: field.value for field in form.fields} | {"date": "2026-03-10", "time": "15:00"}

    async def fills(**changed: str) -> Reply:
        return await dispatch(
            busy_sam.app, Request(busy_sam.who, press=form.token, values=values | changed, private=False)
        )

    assert (await fills(time="x")).problems
    assert town.chat.sent == []
    assert words(await fills()) == ELSEWHERE
    assert "Book this?" in words(written(town, busy_sam))


async def test_where_forms_are_asked_field_by_field_they_are_asked_in_private(busy_sam: Person, town: Town) -> None:
    await busy_sam.says("/agenda today")
    await busy_sam.presses("10:00")
    await busy_sam.presses("Move")
    reply = await presses_there(busy_sam, busy_sam.choice("Another time"))
    assert words(reply) == ELSEWHERE
    assert written(town, busy_sam).form is not None


async def test_problems_of_a_channel_are_said_there(sam: Person, town: Town) -> None:
    assert "not connected a calendar" in await sam.says(TOMORROW, private=False)
    assert town.chat.sent == []


async def test_later_messages_do_not_change_what_is_there(busy_sam: Person, town: Town) -> None:
    await busy_sam.says(TOMORROW, private=False)
    assert await town.later(timedelta(minutes=1)) == []
