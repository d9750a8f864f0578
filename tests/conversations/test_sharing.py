"""Who sees when I am busy: set in words, asked for with a button, answered by its owner."""

from datetime import timedelta

import pytest

from bot.errors import Unreachable
from bot.handlers import dispatch
from bot.messages import Choice, Request
from tests.conversations.conftest import Person, Town, words

WITH_BOB = "when are bob@example.com and I free tomorrow?"
ASKED_FIRST = "Bob: unknown (wants to be asked first)"


@pytest.fixture
async def bob(town: Town) -> Person:
    person = town.person("Bob")
    await person.connects()
    await person.says("/freewhen settings share ask")
    await town.asleep(timedelta(minutes=2))  # then he is known by his name
    return person


def told(town: Town, person: Person) -> str:
    """The newest private message to somebody; its buttons are theirs to press."""
    sent = [reply for who, reply in town.chat.sent if who == person.who]
    person.last = sent[-1]
    return words(sent[-1])


async def test_the_setting_is_shown_and_changed_by_its_name(busy_sam: Person, town: Town) -> None:
    assert "Who sees when I am busy: everybody of this workspace" in await busy_sam.says("/freewhen settings")
    assert "only whom I allow" in await busy_sam.says("/freewhen settings share ask")
    assert "Who sees when I am busy: only whom I allow" in await busy_sam.says("/freewhen settings")
    assert "nobody" in await busy_sam.says("/freewhen settings share nobody")
    assert "Nothing was changed" in await busy_sam.says("/freewhen settings share everyone")
    town.chat.together = False
    zed = town.person("Zed")
    assert "Who sees when I am busy: only whom I allow" in await zed.says("/freewhen settings")


async def test_once_is_for_one_hour(busy_sam: Person, bob: Person, town: Town) -> None:
    assert ASKED_FIRST in await busy_sam.says(WITH_BOB)
    assert "I have asked Bob" in await busy_sam.presses("Ask Bob")
    assert "Sam asks when you are free." in told(town, bob)
    assert [choice.label for choice in bob.last.choices] == ["Once (for one hour)", "Always", "No"]
    assert "Sam may ask when you are free, for one hour" in await bob.presses("Once")
    assert bob.last.replace
    assert "Bob lets you ask now" in told(town, busy_sam)
    assert "you and Bob" in await busy_sam.says(WITH_BOB)
    await town.asleep(timedelta(minutes=59))
    assert "you and Bob" in await busy_sam.says(WITH_BOB)
    await town.asleep(timedelta(minutes=1))
    assert ASKED_FIRST in await busy_sam.says(WITH_BOB)


async def test_whoever_was_allowed_asks_with_one_press(busy_sam: Person, bob: Person, town: Town) -> None:
    await busy_sam.says(WITH_BOB)
    ask = busy_sam.choice("Ask Bob")
    await busy_sam.presses_choice(ask)
    told(town, bob)
    await bob.presses("Once")
    told(town, busy_sam)
    assert "you and Bob" in await busy_sam.presses("When are Bob and I free?")
    assert "Bob lets you ask." in await busy_sam.presses_choice(ask)
    assert "you and Bob" in await busy_sam.presses("When are Bob and I free?")


async def test_always_is_until_it_is_taken_back(busy_sam: Person, bob: Person, town: Town) -> None:
    await busy_sam.says(WITH_BOB)
    await busy_sam.presses("Ask Bob")
    told(town, bob)
    await bob.presses("Always")
    await town.asleep(timedelta(days=1))
    assert "you and Bob" in await busy_sam.says(WITH_BOB)
    await bob.says("/freewhen settings share nobody")
    said = await busy_sam.says(WITH_BOB)
    assert "does not share their free times with you" in said
    assert "[Ask" not in said
    await bob.says("/freewhen settings share ask")
    assert ASKED_FIRST in await busy_sam.says(WITH_BOB)


async def test_no_is_told_and_not_asked_again_that_day(busy_sam: Person, bob: Person, town: Town) -> None:
    await busy_sam.says(WITH_BOB)
    await busy_sam.presses("Ask Bob")
    told(town, bob)
    assert "Sam does not see" in await bob.presses("No")
    assert "Bob said no" in told(town, busy_sam)
    sent = len(town.chat.sent)
    for hours in (0, 12, 11):
        await town.asleep(timedelta(hours=hours))
        assert ASKED_FIRST in await busy_sam.says(WITH_BOB)
        assert "asked Bob already" in await busy_sam.presses("Ask Bob")
    assert len(town.chat.sent) == sent
    await town.asleep(timedelta(hours=1))
    await busy_sam.says(WITH_BOB)
    assert "I have asked Bob" in await busy_sam.presses("Ask Bob")


async def test_the_answer_is_the_owners_alone_and_given_once(busy_sam: Person, bob: Person, town: Town) -> None:
    await busy_sam.says(WITH_BOB)
    await busy_sam.presses("Ask Bob")
    told(town, bob)
    always, no = bob.choice("Always"), bob.choice("No")
    assert "not for you" in words(await dispatch(town.app, Request(busy_sam.who, press=always.token)))
    await bob.presses_choice(no)
    assert "already been used" in await bob.presses_choice(always)
    assert ASKED_FIRST in await busy_sam.says(WITH_BOB)


async def test_an_old_yes_does_not_open_what_was_closed_since(busy_sam: Person, bob: Person, town: Town) -> None:
    await busy_sam.says(WITH_BOB)
    await busy_sam.presses("Ask Bob")
    told(town, bob)
    always = bob.choice("Always")
    await bob.says("/freewhen settings share nobody")
    assert "You let nobody ask" in await bob.presses_choice(always)
    await bob.says("/freewhen settings share ask")
    assert ASKED_FIRST in await busy_sam.says(WITH_BOB)
    assert "may ask" in await bob.presses_choice(always)  # the button was not used up by what failed


async def test_an_old_question_is_not_sent_to_who_closed_since(busy_sam: Person, bob: Person, town: Town) -> None:
    await busy_sam.says(WITH_BOB)
    ask = busy_sam.choice("Ask")
    await bob.says("/freewhen settings share nobody")
    assert "does not share" in await busy_sam.presses_choice(ask)
    await bob.says("/freewhen settings share workspace")
    assert "lets you ask" in await busy_sam.presses_choice(ask)
    assert not town.chat.sent


async def test_a_guest_of_the_workspace_cannot_ask(busy_sam: Person, bob: Person, town: Town) -> None:
    await busy_sam.says(WITH_BOB)
    ask: Choice = busy_sam.choice("Ask")
    reply = await dispatch(town.app, Request(busy_sam.who, press=ask.token, member=False))
    assert "cannot ask" in words(reply)
    reply = await dispatch(town.app, Request(busy_sam.who, WITH_BOB, member=False))
    assert "only members of this workspace may ask" in words(reply)
    assert not [choice for choice in reply.choices if choice.label.startswith("Ask")]


async def test_who_cannot_be_reached_was_not_asked(busy_sam: Person, bob: Person, town: Town) -> None:
    await busy_sam.says(WITH_BOB)
    town.chat.failures = [Unreachable()]
    assert "cannot reach Bob" in await busy_sam.presses("Ask Bob")
    await busy_sam.says(WITH_BOB)
    assert "I have asked Bob" in await busy_sam.presses("Ask Bob")


async def test_asking_leaves_the_other_buttons_alone(busy_sam: Person, bob: Person) -> None:
    """The question stands beside "Book it"."""
    await busy_sam.says("book 30m with bob@example.com tomorrow 3pm about budget")
    book, ask = busy_sam.choice("Book it"), busy_sam.choice("Ask")
    await busy_sam.presses_choice(ask)
    assert "Booked" in await busy_sam.presses_choice(book)


async def test_a_name_cannot_say_more_than_a_name(bob: Person, town: Town) -> None:
    from tests.conversations.conftest import ZONE

    mal = town.person("Mal")
    town.chat.profiles[mal.who] = type(town.chat.profiles[mal.who])(
        "Your boss\nwants to know\n" + "x" * 200, "mal@example.com", ZONE
    )
    await mal.connects()
    await mal.says(WITH_BOB)
    await mal.presses("Ask")
    told(town, bob)
    assert "\n" not in bob.last.heading
    assert len(bob.last.heading) < 100
