"""Access that ends: taken back over there, given back here; told once, and nobody else is touched."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot import calendars
from bot.errors import ChatError, LinkExpired, StorageError, Unavailable
from bot.handlers import giving_back, health, remind, watching
from bot.messages import Secret
from bot.ports import CalendarProvider, Connection, Health, Opening
from tests.conversations.conftest import Person
from tests.google.conftest import City
from tests.google.test_a_day import on
from tests.web.browser import Browser, Page

CREDENTIAL = Secret(json.dumps({"access_token": "x", "refresh_token": "y", "expires_at": 1, "scope": ""}))


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
    said = await ana.presses("Disconnect")
    assert "secret is deleted here" in said
    assert "still connected in another chat" in said
    assert "given back" not in said
    assert city.signin.calls["revoke"] == 0
    assert "nothing" in (await other.says("what's on tomorrow?")).casefold()


async def test_an_access_that_lacked_something_does_not_end_the_one_that_came_after_it(city: City) -> None:
    bob = city.person("Bob")
    async with Browser() as browser:
        page = await consents(city, bob, browser, scope=["openid", "email"])
    assert "permission was left out" in page.text
    await city.connects(bob)
    await works_for_a_day(city)
    await lives(city, bob)
    assert city.signin.calls["revoke"] == 0


async def test_who_reconnects_before_the_queue_is_done_stays_connected(city: City, ana: Person) -> None:
    city.signin.revoke_status = 503
    await ana.says("/freewhen disconnect")
    assert "keep trying" in await ana.presses("Disconnect")
    city.signin.revoke_status = 0
    await city.connects(ana)
    calls = city.signin.calls["revoke"]
    await works_for_a_day(city)
    await lives(city, ana)
    assert city.signin.calls["revoke"] == calls


async def test_an_older_grant_that_nobody_confirmed_does_not_end_a_newer_one(city: City) -> None:
    eve = city.person("Eve")
    city.accounts.add("other@gmail.example", "Other")
    async with Browser() as first, Browser() as second:
        await consents(city, eve, first, account="other@gmail.example")
        await city.later(timedelta(minutes=9))
        page = await consents(city, eve, second, account="other@gmail.example")
        await city.later(timedelta(minutes=2))
        await city.works()
        await second.press(page, "Yes")
    handle = [one for one in city.town.chat.messages if one.startswith(f"{eve.who}/")][-1]
    (yes,) = [one for one in city.town.chat.messages[handle].choices if one.label.startswith("Yes")]
    assert "Connected as other@gmail.example" in await city.press(eve, yes, handle)
    await works_for_a_day(city)
    await lives(city, eve)
    assert city.signin.calls["revoke"] == 0


async def test_a_reconnection_that_cannot_be_stored_leaves_the_old_one_alive(city: City, ana: Person) -> None:
    ported = city.app.connections

    class Full:
        def __getattr__(self, name: str) -> Any:
            return getattr(ported, name)

        async def add(self, *_: object) -> Connection:
            raise StorageError("the database could not do that")

    object.__setattr__(city.app, "connections", Full())
    async with Browser() as browser:
        page = await consents(city, ana, browser)
    object.__setattr__(city.app, "connections", ported)
    assert "Connected" not in page.text
    await works_for_a_day(city)
    await lives(city, ana)
    assert city.signin.calls["revoke"] == 0


async def test_two_chats_that_disconnect_at_once_give_the_access_back_once(city: City, ana: Person) -> None:
    other = city.person("Ana2", email="ana@example.com")
    await city.connects(other)
    for person in (ana, other):
        await person.says("/freewhen disconnect")
    said = await asyncio.gather(*(person.presses("Disconnect") for person in (ana, other)))
    assert sorted("given back" in one for one in said) == [False, True]
    assert sorted("still connected in another chat" in one for one in said) == [False, True]
    await works_for_a_day(city)
    assert city.signin.calls["revoke"] == 1


async def test_disconnecting_says_what_became_of_its_own_access_whatever_else_is_due(city: City, ana: Person) -> None:
    now = city.town.clock.now()
    for n in range(25):
        await city.app.revocations.add("t", "google", f"{n}@example.com", CREDENTIAL, now - timedelta(minutes=5))
    await ana.says("/freewhen disconnect")
    assert "given back" in await ana.presses("Disconnect")
    assert city.signin.calls["revoke"] == 1
    await city.works()
    assert city.signin.calls["revoke"] == 1 + giving_back.AT_ONCE, "few at a time"
    await city.works()
    assert city.signin.calls["revoke"] == 26


async def test_the_copy_here_is_gone_even_when_nothing_else_works(city: City, ana: Person) -> None:
    https = replace(city.app, public_url="https://freewhen.example.com")
    assert await watching.watch_all(https) == 1

    class Broken:
        def __getattr__(self, name: str) -> Any:
            async def fails(*_: object) -> Any:
                raise StorageError("the database could not do that")

            return fails

    async def renew(*_: object) -> Secret:
        raise StorageError("the database could not do that")

    city.signin.revoke_status = 503
    context = await city.app.users.context(ana.who)
    assert context is not None
    await city.later(timedelta(hours=2))
    deaf = replace(city.kinds["google"](), push=Broken())
    for broken in (
        replace(https, renew=renew),
        replace(https, watches=Broken(), revocations=Broken()),
        replace(https, kinds={"google": lambda: deaf}),
    ):
        await watching.watch_all(https)
        context = await city.app.users.context(ana.who)
        assert context is not None
        ended = await giving_back.disconnect(broken, context, context.connections[0], city.town.clock.now())
        assert ended is giving_back.Access.LATER
        assert await city.linked(ana) == ()
        await city.connects(ana)


async def test_who_connects_while_the_queue_is_worked_on_stays_connected(city: City) -> None:
    bob, now = city.person("Bob"), city.town.clock.now()
    for n, address in enumerate(("x@example.com", city.address(bob), "y@example.com")):
        await city.app.revocations.add("t", "google", address, CREDENTIAL, now - timedelta(minutes=9 - n))
    calls: list[str] = []

    async def slow(opening: Opening) -> None:
        calls.append(opening.address)
        if len(calls) == 1:
            await city.connects(bob)

    kind = replace(city.kinds["google"](), revoke=slow)
    assert await giving_back.give_back(replace(city.app, kinds={"google": lambda: kind})) == 0
    assert calls == ["x@example.com", "y@example.com"]
    await works_for_a_day(city)
    await lives(city, bob)


async def test_a_provider_that_asks_for_patience_gets_it(city: City, ana: Person) -> None:
    now = city.town.clock.now()

    async def busy(opening: Opening) -> None:
        calls.append(opening.address)
        raise Unavailable("google", retry_after=timedelta(minutes=30))

    calls: list[str] = []
    kind = replace(city.kinds["google"](), revoke=busy)
    app = replace(city.app, kinds={"google": lambda: kind})
    await app.revocations.add("t", "google", "x@example.com", CREDENTIAL, now)
    assert await giving_back.give_back(app) == 1
    await city.later(timedelta(minutes=29))
    assert await giving_back.give_back(app) == 0
    await city.later(timedelta(minutes=2))
    assert await giving_back.give_back(app) == 1
    assert calls == ["x@example.com"] * 2


async def test_a_person_who_could_not_be_told_is_told_later_and_once(city: City, ana: Person) -> None:
    bob = city.person("Bob")
    await city.connects(bob)
    for person in (ana, bob):
        kill(city, person)
    await city.later(timedelta(minutes=5))
    chat = city.town.chat

    class Down:
        def __getattr__(self, name: str) -> Any:
            return getattr(chat, name)

        async def send(self, *_: object) -> str:
            raise ChatError("down")

    await remind.refresh(city.app)
    assert await health.tell_expired(replace(city.app, chats={"other": chat})) == 0
    assert await health.tell_expired(replace(city.app, chats={ana.who.chat: Down()})) == 0
    assert await city.works() == [], "not at once again"
    await city.later(timedelta(minutes=6))
    assert len(await city.works()) == 2
    for _ in range(30):
        await city.later(timedelta(hours=2))
        assert await city.works() == []


async def test_an_old_refusal_does_not_end_what_was_connected_since(city: City, ana: Person) -> None:
    old = await city.app.users.context(ana.who)
    assert old is not None
    await ana.says("what's on today?")
    kill(city, ana)
    await city.connects(ana)
    with pytest.raises(LinkExpired):
        await calendars.ask(city.app, old, old.connections[0], refused)
    await lives(city, ana)
    new = await city.app.users.context(ana.who)
    assert new is not None
    with pytest.raises(LinkExpired):
        await calendars.ask(city.app, new, new.connections[0], refused)
    assert [one.health for one in await city.linked(ana)] == [Health.EXPIRED]


async def refused(provider: CalendarProvider) -> None:
    raise LinkExpired("google")


async def test_a_renewed_access_that_is_refused_has_died_as_well(city: City, ana: Person) -> None:
    old = await city.app.users.context(ana.who)
    assert old is not None
    await city.later(timedelta(hours=2))

    async def renewed_and_refused(provider: CalendarProvider) -> None:
        await provider.account()
        await refused(provider)

    with pytest.raises(LinkExpired):
        await calendars.ask(city.app, old, old.connections[0], renewed_and_refused)
    (connection,) = await city.linked(ana)
    assert connection.credential != old.connections[0].credential
    assert [one.health for one in await city.linked(ana)] == [Health.EXPIRED]


async def test_two_workers_open_one_channel_for_a_calendar(city: City, ana: Person) -> None:
    app = replace(city.app, public_url="https://freewhen.example.com")
    assert sorted(await asyncio.gather(*(watching.watch_all(app) for _ in range(3)))) == [0, 0, 1]
    (connection,) = await city.linked(ana)
    assert len(await app.watches.of(connection.id)) == 1
    assert await app.watches.claim(connection.id, city.town.clock.now(), timedelta(minutes=1)), "let go"


async def lives(city: City, person: Person) -> None:
    assert [one.health for one in await city.linked(person)] == [Health.ACTIVE]
    assert "nothing" in (await person.says("what's on tomorrow?")).casefold()


async def works_for_a_day(city: City) -> None:
    for minutes in (0, 3, 8, 60, 300, 600, 600):
        await city.later(timedelta(minutes=minutes))
        await city.works()


async def consents(city: City, person: Person, browser: Browser, **changed: Any) -> Page:
    """From the command in the chat to what the browser sees when it comes back."""
    await person.says("/connect-calendar google")
    await city.press(person, person.choice("Accept and connect"), await city.town.chat.send(person.who, person.last))
    page = await browser.press(await browser.get(person.choice("Open the page").url), "Accept and connect")
    return await browser.press(page, "Allow", **({"account": city.address(person)} | changed))


async def test_a_grant_that_nobody_confirms_is_given_back(city: City) -> None:
    eve = city.person("Eve")
    city.accounts.add("other@gmail.example", "Other")
    async with Browser() as browser:
        page = await consents(city, eve, browser, account="other@gmail.example")
    assert "other@gmail.example" in page.text
    assert await city.linked(eve) == ()
    await city.later(timedelta(minutes=11))
    await city.works()
    assert city.signin.calls["revoke"] == 1
