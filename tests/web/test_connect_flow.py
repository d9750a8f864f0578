"""From a button in the chat, over our page and Google's, to a connected calendar; and every way in which it ends."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import AccessDenied, LinkExpired, ProviderError, Unavailable, Unreachable
from bot.messages import Reply
from bot.ports import LINK_LIFE
from tests.conversations.conftest import Person
from tests.doubles.google_signin import CALENDAR
from tests.web.browser import Browser
from tests.web.conftest import Street


@pytest.fixture
async def ana(street: Street) -> Person:
    """Ana, whose Google account has the address that the chat knows."""
    street.accounts.add("ana@example.com", "Ana")
    return street.person("Ana", "ana@example.com")


async def test_the_whole_way(street: Street, browser: Browser, ana: Person) -> None:
    link = await street.link(ana)
    assert link.startswith(f"{street.base}/connect/")
    page = await browser.get(link)
    assert "the Test account Ana" in page.text
    assert street.google.told.sees in page.text
    assert "Limited Use" in page.text
    assert await street.linked(ana) == ()
    last = await street.consent(browser, link, "ana@example.com")
    assert (last.status, last.url) == (200, f"{street.base}/connect/done")
    assert "Connected as ana@example.com" in last.text
    assert "go back to Test" in last.text
    (connection,) = await street.linked(ana)
    assert (connection.provider, connection.calendar) == ("google", "ana@example.com")
    assert connection.checks == ("ana@example.com",), "not somebody else's calendar that the account may see"
    told = street.shown(ana.who)
    assert "Connected as ana@example.com" in told
    assert "Choose calendars" in told
    assert street.signin.calls["token"] == 1
    (receipt,) = await street.app.receipts.of(connection.user_id)
    assert (receipt.version, receipt.scopes) == (street.google.told.version, street.google.told.scopes)
    assert [entry.action for entry in await street.app.audit.of(connection.user_id, 5)] == ["connect"]
    assert await street.owed() == []


async def test_nothing_is_agreed_to_before_the_page(street: Street, browser: Browser, ana: Person) -> None:
    await browser.get(await street.link(ana))
    assert await street.app.receipts.of((await street.context(ana)).user.id) == []


async def test_code_and_state_stay_in_no_address_and_no_page(street: Street, browser: Browser, ana: Person) -> None:
    address = await street.callback(browser, await street.link(ana), "ana@example.com")
    code = dict(part.split("=", 1) for part in address.partition("?")[2].split("&"))["code"]
    first = await browser.get(address, follow=False)
    assert (first.status, first.to) == (303, f"{street.base}/connect/done")
    last = await browser.get(first.to)
    for page in (first, last):
        assert code not in page.html
        assert code not in str(page.headers)
        assert page.headers["referrer-policy"] == "no-referrer"
    assert "?" not in last.url


async def test_another_address_is_asked_on_the_page_and_in_the_chat(street: Street, browser: Browser) -> None:
    street.accounts.add("ana@gmail.com")
    ana = street.person("Ana", "ana@work.example")
    page = await street.consent(browser, await street.link(ana), "ana@gmail.com")
    assert "belongs to ana@gmail.com" in page.text
    assert "the Test account Ana" in page.text
    assert await street.linked(ana) == ()
    page = await browser.press(page, "Yes")
    assert "answer the question in Test" in page.text
    assert await street.linked(ana) == (), "the chat has not said so yet"
    assert "Is ana@gmail.com your calendar?" in street.shown(ana.who)
    assert "Connected as ana@gmail.com" in await street.answer(ana, "Yes, it is mine")
    (connection,) = await street.linked(ana)
    assert connection.address == "ana@gmail.com"


async def test_a_yes_that_the_chat_did_not_hear_of_can_be_said_again(street: Street, browser: Browser) -> None:
    """As after a crash between the yes and the chat: the page goes on asking, and each yes asks the chat."""
    street.accounts.add("ana@gmail.com")
    ana = street.person("Ana", "ana@work.example")
    page = await street.consent(browser, await street.link(ana), "ana@gmail.com")
    cookie, now = browser.client.cookies["connect"], street.town.clock.now()
    assert await street.app.links.confirm(page.url.rpartition("/")[2], cookie, now) is not None
    assert "Is ana@gmail.com your calendar?" not in street.shown(ana.who)
    for again in (page, await browser.get(page.url)):
        street.town.chat.messages[street.newest(ana.who)] = Reply("lost")
        assert "answer the question in Test" in (await browser.press(again, "Yes")).text
        assert "Is ana@gmail.com your calendar?" in street.shown(ana.who)
    assert "Connected as ana@gmail.com" in await street.answer(ana, "Yes, it is mine")
    assert "does not belong here" in (await browser.press(page, "Yes")).text


async def test_the_browser_is_known_for_as_long_as_its_question_waits(street: Street, browser: Browser) -> None:
    """Anew from the way back: the question's ten minutes begin there, not where the browser left for Google."""
    street.accounts.add("ana@gmail.com")
    ana = street.person("Ana", "ana@work.example")
    address = await street.callback(browser, await street.link(ana), "ana@gmail.com")
    cookie = browser.client.cookies["connect"]
    answer = await browser.get(address, follow=False)
    assert "/connect/account/" in answer.to
    anew = [line for line in answer.headers.get_list("set-cookie") if line.startswith(f"connect={cookie};")]
    assert len(anew) == 1
    assert f"Max-Age={int(LINK_LIFE.total_seconds())};" in anew[0]


async def test_a_no_in_the_chat_gives_the_access_back(street: Street, browser: Browser) -> None:
    street.accounts.add("eve@gmail.com")
    ana = street.person("Ana", "ana@work.example")
    page = await street.consent(browser, await street.link(ana), "eve@gmail.com")
    await browser.press(page, "Yes")
    assert "Nothing was connected" in await street.answer(ana, "No")
    assert await street.linked(ana) == ()
    assert await street.owed() == ["eve@gmail.com"]


async def test_a_no_on_the_page_tells_the_chat_no_address(street: Street, browser: Browser) -> None:
    street.accounts.add("victim@gmail.com")
    eve = street.person("Eve", "eve@work.example")
    page = await street.consent(browser, await street.link(eve), "victim@gmail.com")
    page = await browser.press(page, "No")
    assert "victim@gmail.com is not yours" in page.text
    told = street.shown(eve.who)
    assert "not connected" in told
    assert "victim" not in told
    assert await street.linked(eve) == ()
    assert await street.owed() == ["victim@gmail.com"]


async def test_where_the_chat_knows_no_address_it_is_asked(street: Street, browser: Browser) -> None:
    street.accounts.add("ana@gmail.com")
    ana = street.person("Ana")
    ana_there = street.town.chat.profiles[ana.who]
    street.town.chat.profiles[ana.who] = replace(ana_there, email="")
    page = await street.consent(browser, await street.link(ana), "ana@gmail.com")
    assert "Is this your calendar?" in page.text


async def test_a_question_waits_ten_minutes(street: Street, browser: Browser) -> None:
    street.accounts.add("ana@gmail.com")
    ana = street.person("Ana", "ana@work.example")
    await browser.press(await street.consent(browser, await street.link(ana), "ana@gmail.com"), "Yes")
    await street.asleep(LINK_LIFE)
    assert "took too long" in await street.answer(ana, "Yes, it is mine")
    assert await street.linked(ana) == ()


async def test_the_question_in_the_chat_counts_only_after_the_page(street: Street, browser: Browser) -> None:
    """A stored button that somebody kept does not replace the browser's yes."""
    street.accounts.add("ana@gmail.com")
    ana = street.person("Ana", "ana@work.example")
    page = await street.consent(browser, await street.link(ana), "ana@gmail.com")
    pending = page.url.rpartition("/")[2]
    from bot.handlers.turn import Button, buttons_for

    user = (await street.context(ana)).user
    now = street.town.clock.now()
    (early,) = await buttons_for(street.app, user.id, [Button("Yes", "connect.confirm", {"pending": pending})], now)
    assert "Answer the question on the page first" in await street.press(ana, early, "")
    assert await street.linked(ana) == ()
    assert await street.owed() == ["ana@gmail.com"]


@pytest.mark.parametrize(
    ("scope", "named"),
    [
        (f"{CALENDAR}.events", "see and change events"),
        (f"{CALENDAR}.calendarlist.readonly", "see the list of your calendars"),
        (f"{CALENDAR}.freebusy", "see when calendars are busy"),
    ],
)
async def test_an_unticked_permission_is_named(
    street: Street, browser: Browser, ana: Person, scope: str, named: str
) -> None:
    ticked = [f"{CALENDAR}.{name}" for name in ("events", "calendarlist.readonly", "freebusy")]
    link = await street.link(ana)
    last = await street.consent(browser, link, "ana@example.com", scope=[one for one in ticked if one != scope])
    assert "Google is not connected" in last.text
    assert named in last.text
    assert named in street.shown(ana.who)
    assert await street.linked(ana) == ()
    assert await street.owed() == ["ana@example.com"], "an incomplete consent is not kept over there"


async def test_cancel_at_google_is_told_and_can_be_tried_again(street: Street, browser: Browser, ana: Person) -> None:
    page = await browser.press(await browser.get(await street.link(ana)), "Accept")
    last = await browser.press(page, "Cancel")
    assert "You did not allow it" in last.text
    assert "You did not allow it" in street.shown(ana.who)
    assert street.signin.calls["token"] == 0
    last = await street.consent(browser, await street.link(ana), "ana@example.com")
    assert "Connected as ana@example.com" in last.text


@pytest.mark.parametrize(
    "error",
    [
        "invalid_request",
        "unauthorized_client",
        "access_denied",
        "unsupported_response_type",
        "invalid_scope",
        "server_error",
        "temporarily_unavailable",
        "admin_policy_enforced",
        "<script>alert(1)</script>",
    ],
)
async def test_every_error_that_the_provider_may_send_ends_on_a_page(
    street: Street, browser: Browser, ana: Person, error: str
) -> None:
    street.signin.redirect_error = error
    last = await street.consent(browser, await street.link(ana), "ana@example.com")
    assert (last.status, last.url) == (200, f"{street.base}/connect/done")
    assert "Google is not connected" in last.text
    assert "script" not in last.tags
    assert street.signin.calls["token"] == 0
    assert await street.linked(ana) == ()
    assert "Google is not connected" in street.shown(ana.who)


NEW_ACCESS_REFUSED = "Google did not accept the access that it had just given."


@pytest.mark.parametrize(
    ("failure", "why"),
    [
        (Unavailable("google"), "cannot be reached at the moment"),
        (LinkExpired("google"), NEW_ACCESS_REFUSED),
        (AccessDenied("google", "No calendar behind it."), "No calendar behind it."),
    ],
)
async def test_an_account_that_does_not_answer_leaves_nothing_behind(
    street: Street, browser: Browser, ana: Person, failure: ProviderError, why: str
) -> None:
    street.google.failures = [failure]
    last = await street.consent(browser, await street.link(ana), "ana@example.com")
    assert why in last.text
    assert why in street.shown(ana.who)
    assert await street.linked(ana) == ()
    assert await street.owed() == ["ana@example.com"]


@pytest.mark.parametrize(
    ("failure", "why"), [(Unavailable("google"), "cannot be reached"), (LinkExpired("google"), NEW_ACCESS_REFUSED)]
)
async def test_an_account_that_fails_after_the_yes_leaves_nothing_behind(
    street: Street, browser: Browser, failure: ProviderError, why: str
) -> None:
    street.accounts.add("ana@gmail.com")
    ana = street.person("Ana", "ana@work.example")
    await browser.press(await street.consent(browser, await street.link(ana), "ana@gmail.com"), "Yes")
    street.google.failures = [failure]
    said = await street.answer(ana, "Yes, it is mine")
    assert why in said
    assert "Nothing was connected. Type /connect-calendar to start again." in said
    assert "[Try again]" in said
    assert await street.linked(ana) == ()
    assert await street.owed() == ["ana@gmail.com"]


async def test_a_slow_provider_is_not_waited_for(street: Street, browser: Browser, ana: Person) -> None:
    street.signin.faults = ["never"]
    async with asyncio.timeout(15):
        last = await street.consent(browser, await street.link(ana), "ana@example.com")
    assert "Google is not connected" in last.text


async def test_a_link_is_over_after_ten_minutes_or_one_use(street: Street, browser: Browser, ana: Person) -> None:
    old, used = await street.link(ana), await street.link(ana)
    page = await browser.get(old)
    await street.consent(browser, used, "ana@example.com")
    again = await browser.get(used)
    assert (again.status, "has been used" in again.text) == (410, True)
    await street.asleep(LINK_LIFE)
    late = await browser.press(page, "Accept")
    unknown = await browser.get(f"{street.base}/connect/{'a' * 43}")
    assert (late.status, unknown.status) == (404, 404)
    assert late.text == unknown.text, "who guesses learns nothing"
    assert "/connect-calendar" in late.text


async def test_a_consent_is_over_after_ten_minutes(street: Street, browser: Browser, ana: Person) -> None:
    address = await street.callback(browser, await street.link(ana), "ana@example.com")
    await street.asleep(LINK_LIFE + timedelta(seconds=1))
    last = await browser.get(address)
    assert "does not belong here" in last.text
    assert street.signin.calls["token"] == 0


async def test_a_text_that_changed_meanwhile_is_read_anew(street: Street, browser: Browser, ana: Person) -> None:
    link = await street.link(ana)
    page = await browser.get(link)
    street.google.told = replace(street.google.told, version="google-test-2")
    assert "out of date" in (await browser.press(page, "Accept")).text
    assert "out of date" in (await browser.get(link)).text


async def test_a_provider_that_is_no_longer_offered(street: Street, browser: Browser, ana: Person) -> None:
    link = await street.link(ana)
    early = await browser.get(link)
    address = await street.callback(browser, await street.link(ana), "ana@example.com")
    street.offer_no("google")
    for page in (await browser.get(link), await browser.press(early, "Accept"), await browser.get(address)):
        assert "no longer offers google" in page.text
    assert street.signin.calls["token"] == 0


async def test_the_page_succeeds_when_the_chat_cannot_be_told(street: Street, browser: Browser, ana: Person) -> None:
    link = await street.link(ana)
    street.town.chat.messages.clear()
    street.town.chat.failures = [Unreachable()]
    last = await street.consent(browser, link, "ana@example.com")
    assert "Connected as ana@example.com" in last.text
    assert len(await street.linked(ana)) == 1


async def test_a_chat_that_cannot_be_asked_connects_nothing(street: Street, browser: Browser) -> None:
    street.accounts.add("ana@gmail.com")
    ana = street.person("Ana", "ana@work.example")
    page = await street.consent(browser, await street.link(ana), "ana@gmail.com")
    street.town.chat.messages.clear()
    street.town.chat.failures = [Unreachable(), Unreachable()]
    assert "could not be reached" in (await browser.press(page, "Yes")).text
    assert await street.owed() == ["ana@gmail.com"]


async def test_new_meetings_go_there_instead_of_the_embedded_calendar(
    street: Street, browser: Browser, ana: Person
) -> None:
    await ana.says("/connect-calendar local")
    await ana.presses("Accept and connect")
    await street.consent(browser, await street.link(ana), "ana@example.com")
    context = await street.context(ana)
    assert context.booking is not None
    assert context.booking.provider == "google"
    assert [bool(one.calendar) for one in context.connections if one.provider == "local"] == [False]
    assert "from now on" in street.shown(ana.who)


async def test_a_second_account_is_checked_and_takes_no_meetings(street: Street, browser: Browser, ana: Person) -> None:
    await street.consent(browser, await street.link(ana), "ana@example.com")
    street.accounts.add("ana@club.example")
    await browser.press(await street.consent(browser, await street.link(ana), "ana@club.example"), "Yes")
    assert "ana@example.com, as before" in await street.answer(ana, "Yes, it is mine")
    context = await street.context(ana)
    assert context.booking is not None
    assert context.booking.address == "ana@example.com"
    assert {one.address: one.calendar for one in context.connections}["ana@club.example"] == ""


async def test_reconnecting_keeps_the_settings(street: Street, browser: Browser, ana: Person) -> None:
    await street.consent(browser, await street.link(ana), "ana@example.com")
    (before,) = await street.linked(ana)
    await street.app.connections.choose(before.id, before.calendar, ("team@group.calendar.google.com",))
    await street.consent(browser, await street.link(ana), "ana@example.com")
    (after,) = await street.linked(ana)
    assert (after.id, after.checks) == (before.id, ("team@group.calendar.google.com",))
    assert after.credential != before.credential
    assert await street.owed() == [], "giving the old one back would end the new one as well"


async def test_a_no_does_not_end_the_connection_that_is_there(street: Street, browser: Browser) -> None:
    street.accounts.add("ana@gmail.com")
    ana = street.person("Ana", "ana@work.example")
    await browser.press(await street.consent(browser, await street.link(ana), "ana@gmail.com"), "Yes")
    await street.answer(ana, "Yes, it is mine")
    page = await street.consent(browser, await street.link(ana), "ana@gmail.com")
    await browser.press(page, "No")
    assert len(await street.linked(ana)) == 1
    assert await street.owed() == []
