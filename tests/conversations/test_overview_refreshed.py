"""Whenever something changes that an overview shows, the chat is told, once it is true, and nobody waits for it."""

from datetime import timedelta

import pytest

from bot.errors import LinkExpired, Unavailable
from bot.handlers import health
from bot.messages import Choice
from tests.conversations.conftest import Person, Town


def told(town: Town, person: Person) -> bool:
    """Whether the chat was told since it was last asked; never about anybody else."""
    found = set(town.chat.refreshed)
    assert found <= {person.who}
    town.chat.refreshed.clear()
    return bool(found)


async def test_connecting_and_disconnecting(sam: Person, town: Town) -> None:
    await sam.connects()
    assert told(town, sam)
    await sam.says("/freewhen disconnect")
    assert not told(town, sam)
    await sam.presses("Disconnect")
    assert told(town, sam)


async def test_booking_moving_answering_and_cancelling(busy_sam: Person, town: Town) -> None:
    told(town, busy_sam)
    for text, button in (
        ("book 30m tomorrow 3pm about budget", "Book it"),
        ("move budget to tomorrow 4pm", "Move it"),
        ("cancel budget tomorrow", "Cancel it"),
    ):
        await busy_sam.says(text)
        assert not told(town, busy_sam), "a preview changes nothing"
        await busy_sam.presses(button)
        assert told(town, busy_sam), text


async def test_guests_who_are_here_see_it_at_once(busy_sam: Person, town: Town) -> None:
    ana, zoe = town.person("Ana"), town.person("Zoe")
    for guest in (ana, zoe):
        await guest.connects()
    town.chat.refreshed.clear()
    for text, button in (
        ("book 30m with Ana@example.com tomorrow 3pm about budget", "Book it"),
        ("move budget to tomorrow 4pm", "Move it"),
        ("cancel budget tomorrow", "Cancel it"),
    ):
        await busy_sam.says(text)
        assert not town.chat.refreshed
        await busy_sam.presses(button)
        assert set(town.chat.refreshed) == {busy_sam.who, ana.who}, text
        town.chat.refreshed.clear()


async def test_whoever_invited_sees_the_answer_at_once(busy_sam: Person, town: Town) -> None:
    ana = town.person("Ana")
    await ana.connects()
    await busy_sam.says("book 30m with ana@example.com tomorrow 3pm about budget")
    await busy_sam.presses("Book it")
    await ana.says("accept budget")
    town.chat.refreshed.clear()
    await ana.presses("Accept")
    assert set(town.chat.refreshed) == {busy_sam.who, ana.who}


async def test_a_booking_whose_reminders_cannot_be_planned(busy_sam: Person, town: Town) -> None:
    await busy_sam.says("book 30m tomorrow 3pm about budget")
    told(town, busy_sam)
    town.faults.before["events"] = [None, Unavailable("local")]
    assert "Booked" in await busy_sam.presses("Book it")
    assert told(town, busy_sam)


@pytest.mark.parametrize("text", ["my working hours are 10 to 12", "set my time zone to Asia/Tokyo", "reminders off"])
async def test_settings(busy_sam: Person, town: Town, text: str) -> None:
    told(town, busy_sam)
    await busy_sam.says(text)
    assert told(town, busy_sam)


async def test_what_changes_outside_is_seen_by_the_worker(busy_sam: Person, town: Town) -> None:
    await town.later(timedelta(minutes=1))
    told(town, busy_sam)
    await town.later(timedelta(minutes=1))
    assert not told(town, busy_sam), "nothing has changed"
    other = town.person("Ana")
    await other.connects()
    await other.says("book 30m with sam@example.com tomorrow 8am about budget")
    await other.presses("Book it")
    town.chat.refreshed.clear()
    await town.later(timedelta(minutes=1))
    assert busy_sam.who in town.chat.refreshed


async def test_access_that_died(busy_sam: Person, town: Town) -> None:
    town.faults.before["events"] = [LinkExpired("local")]
    await busy_sam.says("/agenda today")
    told(town, busy_sam)
    assert await health.tell_expired(busy_sam.app) == 1
    assert told(town, busy_sam)


async def test_a_button_of_the_overview_that_is_used_up_is_made_anew(sam: Person, town: Town) -> None:
    await sam.says("/freewhen home")
    refuse: Choice = sam.choice("Not now")
    await sam.presses_choice(refuse)
    assert told(town, sam)


async def test_questions_change_nothing(busy_sam: Person, town: Town) -> None:
    told(town, busy_sam)
    for text in ("/freewhen home", "/free tomorrow", "/agenda today", "/freewhen settings", "/freewhen status"):
        await busy_sam.says(text)
    assert not told(town, busy_sam)
