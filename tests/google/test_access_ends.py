"""Access that ends: taken back over there, given back here; told once, and nobody else is touched."""

from datetime import timedelta

import pytest

from bot.ports import Health
from tests.conversations.conftest import Person
from tests.google.conftest import City
from tests.google.test_a_day import on


def kill(city: City, person: Person) -> None:
    """The person takes the access back in their Google account."""
    city.signin.desk.kill(city.address(person))
    city.accounts.kill(city.address(person))


async def test_a_revoked_access_is_noticed_with_two_calls_and_told_once(city: City, ana: Person) -> None:
    bob = city.person("Bob")
    await city.connects(bob)
    await ana.says("what's on today?")
    kill(city, ana)
    await city.later(timedelta(minutes=5))
    calls, tokens = len(city.google.calls), city.signin.calls["refresh"]
    told = await city.works()
    mine = [call for call in city.google.calls[calls:] if call.account != "bob@example.com"]
    assert len(mine) + city.signin.calls["refresh"] - tokens <= 2
    assert [text for text in told if "no longer lets me in" in text] == [told[-1]]
    assert "Reconnect" in told[-1]
    for _ in range(6):
        await city.later(timedelta(hours=1))
        assert await city.works() == []
    asked = len(city.google.calls)
    assert "free" not in (await ana.says("am I free tomorrow at 9?")).casefold().replace("as free", "")
    mine = [call for call in city.google.calls[asked:] if call.account != "bob@example.com"]
    assert mine == []
    assert [one.health for one in await city.linked(bob)] == [Health.ACTIVE]
    assert "nothing" in (await bob.says("what's on tomorrow?")).casefold()


async def test_an_answer_names_what_could_not_be_read_and_how_to_mend_it(city: City, ana: Person) -> None:
    kill(city, ana)
    await city.later(timedelta(minutes=5))
    said = await ana.says("when am I free tomorrow?")
    assert "no longer" in said
    said = await ana.says("book 30m tomorrow 3pm about budget")
    assert "Reconnect" in said


async def test_reconnecting_brings_everything_back_with_its_settings(city: City, ana: Person) -> None:
    city.google.add_calendar("ana@example.com", "Family", "owner")
    await ana.says("/freewhen settings buffer_before 15")
    (before,) = await city.linked(ana)
    await city.app.connections.choose(before.id, before.calendar, [before.calendar])
    kill(city, ana)
    await city.later(timedelta(minutes=5))
    await city.works()
    city.google.add_event("ana@example.com", on(10, 9, "While away"))
    await city.connects(ana)
    (after,) = await city.linked(ana)
    assert (after.id, after.health, after.checks) == (before.id, Health.ACTIVE, (before.calendar,))
    assert "While away" in await ana.says("what's on tomorrow?")
    assert "15 min" in await ana.says("/freewhen settings")
    assert await city.works() == []


async def test_it_is_told_again_only_when_it_dies_again_another_day(city: City, ana: Person) -> None:
    kill(city, ana)
    await city.later(timedelta(minutes=5))
    assert len(await city.works()) == 1
    await city.connects(ana)
    kill(city, ana)
    await city.later(timedelta(minutes=5))
    assert await city.works() == [], "one message a day"
    await city.later(timedelta(days=1))
    assert len(await city.works()) == 1


@pytest.mark.parametrize("status", [0, 400])
async def test_disconnecting_gives_the_access_back_at_once(city: City, ana: Person, status: int) -> None:
    city.signin.revoke_status = status
    await ana.says("/freewhen disconnect")
    assert "given back" in await ana.presses("Disconnect")
    assert city.signin.calls["revoke"] == 1
    assert await city.linked(ana) == ()
    await city.later(timedelta(hours=3))
    await city.works()
    assert city.signin.calls["revoke"] == 1


async def test_while_google_is_down_it_is_queued_and_the_local_copy_is_gone(city: City, ana: Person) -> None:
    city.signin.revoke_status = 503
    await ana.says("/freewhen disconnect")
    assert "keep trying" in await ana.presses("Disconnect")
    assert await city.linked(ana) == ()
    assert city.signin.calls["revoke"] == 1
    await city.works()
    assert city.signin.calls["revoke"] == 1, "not at once again"
    await city.later(timedelta(minutes=2))
    await city.works()
    assert city.signin.calls["revoke"] == 2
    city.signin.revoke_status = 0
    await city.later(timedelta(hours=4))
    await city.works()
    assert city.signin.calls["revoke"] == 3
    await city.later(timedelta(hours=4))
    await city.works()
    assert city.signin.calls["revoke"] == 3, "given back"


async def test_after_a_day_it_is_given_up_and_forgotten(city: City, ana: Person) -> None:
    city.signin.revoke_status = 503
    await ana.says("/freewhen disconnect")
    await ana.presses("Disconnect")
    for _ in range(30):
        await city.later(timedelta(hours=1))
        await city.works()
    tries = city.signin.calls["revoke"]
    assert 8 <= tries <= 30
    await city.later(timedelta(days=2))
    await city.works()
    assert city.signin.calls["revoke"] == tries
    assert await city.app.revocations.due(city.town.clock.now(), timedelta(), 10) == []


async def test_an_account_connected_twice_keeps_its_access_in_the_other_chat(city: City, ana: Person) -> None:
    other = city.person("Ana2", email="ana@example.com")
    await city.connects(other)
    await ana.says("/freewhen disconnect")
    await ana.presses("Disconnect")
    assert city.signin.calls["revoke"] == 0
    assert "nothing" in (await other.says("what's on tomorrow?")).casefold()


async def test_a_grant_that_nobody_confirms_is_given_back(city: City) -> None:
    eve = city.person("Eve")
    city.accounts.add("other@gmail.example", "Other")
    await eve.says("/connect-calendar google")
    await city.press(eve, eve.choice("Accept and connect"), await city.town.chat.send(eve.who, eve.last))
    from tests.web.browser import Browser

    async with Browser() as browser:
        page = await browser.press(await browser.get(eve.choice("Open the page").url), "Accept and connect")
        page = await browser.press(page, "Allow", account="other@gmail.example")
    assert "other@gmail.example" in page.text
    assert await city.linked(eve) == ()
    await city.later(timedelta(minutes=11))
    await city.works()
    assert city.signin.calls["revoke"] == 1
