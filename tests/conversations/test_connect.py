"""Connecting a calendar, and forgetting it."""

from dataclasses import replace

import pytest

from tests.conversations.conftest import Person, Town


@pytest.mark.parametrize("text", ["/connect-calendar", "connect my calendar", "/connect-calendar local"])
async def test_connecting_is_disclosed_then_accepted(sam: Person, text: str) -> None:
    told = await sam.says(text)
    assert "Freewhen sees" in told
    assert "never" in told
    assert await linked(sam) == []
    accepted = await sam.presses("Accept and connect")
    assert "Connected as sam@example.com" in accepted
    assert sam.last.replace
    assert await linked(sam) == ["sam@example.com"]


async def linked(person: Person) -> list[str]:
    """The accounts that somebody has connected."""
    context = await person.app.users.context(person.who)
    assert context is not None
    return [connection.address for connection in context.connections]


async def test_a_newer_text_is_shown_and_agreed_to_before_anything_is_linked(sam: Person, town: Town) -> None:
    await sam.says("/connect-calendar")
    old = sam.choice("Accept")
    town.kind.disclosure = replace(town.kind.disclosure, version="local-2", sees="also your room bookings")
    told = await sam.presses_choice(old)
    assert "also your room bookings" in told
    assert "account" not in town.faults.calls
    assert await linked(sam) == []
    assert "Connected as" in await sam.presses("Accept and connect")
    await sam.says("/freewhen status")
    assert "local-2" in await sam.presses("What I agreed to")


async def test_disconnecting_gives_back_the_access_once(busy_sam: Person, town: Town) -> None:
    await busy_sam.says("/freewhen disconnect")
    assert town.kind.revoked == [], "not before the press"
    forget = busy_sam.choice("Disconnect")
    assert "Disconnected" in await busy_sam.presses_choice(forget)
    await busy_sam.presses_choice(forget)
    assert town.kind.revoked == ["sam@example.com"]
    assert await linked(busy_sam) == []


async def test_the_accepted_text_is_kept_as_a_receipt(sam: Person) -> None:
    await sam.connects()
    await sam.says("/freewhen status")
    receipt = await sam.presses("What I agreed to")
    assert "Mon 9 Mar, 09:00 (Europe/Madrid)" in receipt
    assert "local-1" in receipt


async def test_not_now_connects_nothing(sam: Person) -> None:
    await sam.says("/connect-calendar")
    assert "Nothing was connected" in await sam.presses("Not now")
    assert "not connected a calendar" in await sam.says("/freewhen status")
    assert not await sam.app.receipts.of((await sam.app.users.context(sam.who)).user.id)


async def test_accepting_twice_connects_once(sam: Person, town: Town) -> None:
    await sam.says("/connect-calendar")
    accept = sam.choice("Accept")
    await sam.presses_choice(accept)
    assert "already been used" in await sam.presses_choice(accept)
    context = await town.app.users.context(sam.who)
    assert len(context.connections) == 1


async def test_a_provider_that_is_not_there_is_named(sam: Person) -> None:
    assert "I cannot connect “google”" in await sam.says("/connect-calendar google")


async def test_another_persons_button_does_nothing(sam: Person, town: Town) -> None:
    await sam.says("/connect-calendar")
    eve = town.person("Eve")
    assert "not for you" in await eve.presses_choice(sam.choice("Accept"))
    assert (await town.app.users.context(eve.who)).connections == ()


@pytest.mark.parametrize("text", ["/free tomorrow", "when am I free tomorrow?", "/agenda", "/book 30m tomorrow 3pm"])
async def test_without_a_calendar_every_verb_offers_to_connect(sam: Person, text: str) -> None:
    assert "/connect-calendar" in await sam.says(text)


async def test_disconnecting_forgets_the_secret_and_the_reminders(busy_sam: Person, town: Town) -> None:
    assert await town.app.reminders.counts()
    await busy_sam.says("/freewhen disconnect")
    assert "Disconnected" in await busy_sam.presses("Disconnect")
    assert (await town.app.users.context(busy_sam.who)).connections == ()
    assert await town.app.reminders.next_due() is None
    assert "not connected" in await busy_sam.says("/agenda")
    await busy_sam.connects()
    assert "Stand-up" in await busy_sam.says("/agenda today")


async def test_a_password_in_the_chat_is_erased_and_never_used(sam: Person) -> None:
    reply = await sam.says("password hunter2hunter2")
    assert sam.last.erase
    assert "hunter2" not in reply


async def test_status_says_when_the_calendar_does_not_answer(busy_sam: Person, town: Town) -> None:
    from bot.errors import LinkExpired

    town.faults.before["account"] = [LinkExpired("local")]
    assert "no longer accepts our access" in await busy_sam.says("/freewhen status")
    assert busy_sam.choice("Reconnect")
