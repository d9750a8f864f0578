"""The link from a page back into the chat, and what the calendar's account tells of its person."""

import pytest

from bot.errors import Unavailable
from bot.handlers.steps import Ending
from bot.messages import Profile
from bot.web import cookies
from tests.conversations.conftest import Person
from tests.web.browser import Browser
from tests.web.conftest import Street

SLACK = "slack://app?team=T1&id=A1"
LINK = '<a href="slack://app?team=T1&amp;id=A1" rel="noreferrer">Back to your chat</a>'


@pytest.fixture
async def ana(street: Street) -> Person:
    street.accounts.add("ana@example.com", "Ana")
    return street.person("Ana", "ana@example.com")


async def test_a_page_that_says_connected_leads_back(street: Street, browser: Browser, ana: Person) -> None:
    street.town.chat.backs = SLACK
    page = await street.consent(browser, await street.link(ana), "ana@example.com")
    assert "Connected as ana@example.com" in page.text
    assert LINK in page.html


async def test_so_does_one_that_says_why_not(street: Street, browser: Browser, ana: Person) -> None:
    street.town.chat.backs = SLACK
    street.google.failures = [Unavailable("google", "It does not answer.")]
    page = await street.consent(browser, await street.link(ana), "ana@example.com")
    assert "is not connected" in page.text
    assert LINK in page.html


async def test_and_one_that_asks_to_answer_in_the_chat(street: Street, browser: Browser) -> None:
    street.town.chat.backs = SLACK
    street.accounts.add("ana@gmail.com")
    ana = street.person("Ana", "ana@work.example")
    page = await street.consent(browser, await street.link(ana), "ana@gmail.com")
    assert LINK in (await browser.press(page, "Yes, both are me")).html


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        " https://x",
        "https://x y",
        "https://x\n",
        "slack:x",
        "https://" + "x" * 600,
    ],
)
async def test_any_other_address_is_no_link(street: Street, browser: Browser, ana: Person, address: str) -> None:
    street.town.chat.backs = address
    page = await street.consent(browser, await street.link(ana), "ana@example.com")
    assert "Connected as ana@example.com" in page.text
    assert "Back to your chat" not in page.html


@pytest.mark.parametrize("link", ["javascript:alert(1)", 5, None, ["https://x"], "x" * 9999])
def test_a_cookie_that_somebody_made_up_leads_nowhere(link: object) -> None:
    made_up = cookies.unpack(cookies.pack(Ending("t", "x", True, "Test", link)))  # type: ignore[arg-type]
    assert made_up is None or made_up.link == ""


async def test_the_zone_of_the_calendar_is_taken_where_nobody_has_said_one(street: Street, browser: Browser) -> None:
    street.accounts.add("ana@example.com", "Ana", zone="Asia/Tokyo")
    ana = street.person("Ana", "ana@example.com")
    street.town.chat.profiles[ana.who] = Profile("Ana", "ana@example.com")
    assert "time zone" in await ana.says("/freewhen help")
    await street.consent(browser, await street.link(ana), "ana@example.com")
    assert "Time zone: Asia/Tokyo, as in that calendar" in street.shown(ana.who)
    assert "Time zone: Asia/Tokyo" in await ana.says("/freewhen settings")


@pytest.mark.parametrize("said", ["the chat", "the person"])
async def test_a_zone_that_was_said_stays(street: Street, browser: Browser, said: str) -> None:
    street.accounts.add("ana@example.com", "Ana", zone="Asia/Tokyo")
    ana = street.person("Ana", "ana@example.com")
    if said == "the person":
        street.town.chat.profiles[ana.who] = Profile("Ana", "ana@example.com")
        await ana.says("my time zone is UTC")
    await street.consent(browser, await street.link(ana), "ana@example.com")
    assert "as in that calendar" not in street.shown(ana.who)
    assert "Asia/Tokyo" not in await ana.says("/freewhen settings")


async def test_a_calendar_in_no_zone_changes_nothing(street: Street, browser: Browser) -> None:
    street.accounts.add("ana@example.com", "Ana", zone="Middle/Earth")
    ana = street.person("Ana", "ana@example.com")
    street.town.chat.profiles[ana.who] = Profile("Ana", "ana@example.com")
    await street.consent(browser, await street.link(ana), "ana@example.com")
    assert "Time zone: UTC" in await ana.says("/freewhen settings")
