"""Promises O1 to O4 and O6: what comes back is used once, in the browser it belongs to, for the person who asked."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest

from bot.ports import LINK_LIFE
from tests.conversations.conftest import Person
from tests.web.browser import Browser
from tests.web.conftest import Street
from tests.web.kinds import SmallGoogle

ANA = "ana@example.com"


@pytest.fixture
async def ana(street: Street) -> Person:
    street.accounts.add(ANA, "Ana")
    return street.person("Ana", ANA)


@pytest.fixture
async def eve(street: Street) -> Person:
    street.accounts.add("eve@example.com", "Eve")
    return street.person("Eve", "eve@example.com")


@pytest.fixture
async def other() -> AsyncIterator[Browser]:
    """A second browser, with a cookie jar of its own."""
    async with Browser() as one:
        yield one


def parts(address: str) -> tuple[str, dict[str, str]]:
    """An address without its query, and its parameters."""
    base, _, query = address.partition("?")
    return base, {name: values[0] for name, values in parse_qs(query).items()}


def variants(state: str, count: int) -> list[str]:
    """States that are almost the right one."""
    chance = random.Random(20260309)
    made = {"", state[:-1], state + "A", state.upper(), state.lower(), state.swapcase(), f" {state}", f"{state} "}
    made |= {state[::-1], state + "=", quote(state + "\0"), "null", "undefined", "*", "%", "' OR 1=1 --", state * 2}
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    while len(made) < count:
        place = chance.randrange(len(state))
        made.add(state[:place] + chance.choice(letters) + state[place + 1 :])
        made.discard(state)
    return sorted(made)


async def test_o1_a_state_is_good_once_and_as_it_is(street: Street, browser: Browser, ana: Person) -> None:
    address = await street.callback(browser, await street.link(ana), ANA)
    base, told = parts(address)
    for state in variants(told["state"], 1000):
        page = await browser.get(f"{base}?{urlencode({**told, 'state': state})}", follow=False)
        assert page.status == 303
    assert street.signin.calls["token"] == 0
    assert await street.linked(ana) == ()
    assert "Connected as" in (await browser.get(address)).text, "none of them spent it"
    street.signin.calls.clear()
    for _ in range(20):
        await browser.get(address, follow=False)
    await browser.client.post(address)
    assert street.signin.calls["token"] == 0, "replayed"
    assert len(await street.linked(ana)) == 1


async def test_o2_many_at_once_make_one_exchange(street: Street, browser: Browser, ana: Person) -> None:
    address = await street.callback(browser, await street.link(ana), ANA)
    answers = await asyncio.gather(*(browser.client.get(address) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {303}
    assert street.signin.calls["token"] == 1
    assert len(await street.linked(ana)) == 1


async def test_o2_many_presses_of_one_link_start_one_consent(street: Street, browser: Browser, ana: Person) -> None:
    page = await browser.get(await street.link(ana))
    pages = await asyncio.gather(*(browser.press(page, "Accept", follow=False) for _ in range(20)))
    assert sorted(one.status for one in pages) == [303] + [410] * 19


# ── O3: linking attacks with two browsers ───────────────────────────────────────────────────────────────────


async def nobody_else(street: Street, *people: Person) -> None:
    """Nobody is linked to an account of somebody else's."""
    for person in people:
        for connection in await street.linked(person):
            assert connection.address == street.town.chat.profiles[person.who].email


async def test_o3_the_attackers_answer_in_the_victims_browser(
    street: Street, browser: Browser, other: Browser, ana: Person, eve: Person
) -> None:
    """Classic login CSRF: Eve stops before her callback and gives the address to Ana."""
    address = await street.callback(other, await street.link(eve), "eve@example.com")
    assert "does not belong here" in (await browser.get(address)).text
    assert street.signin.calls["token"] == 0
    await nobody_else(street, ana, eve)


async def test_o3_the_attackers_answer_while_the_victim_connects(
    street: Street, browser: Browser, other: Browser, ana: Person, eve: Person
) -> None:
    """Ana has a cookie of her own flow; Eve's state does not go with it, and Ana's flow goes on."""
    hers = await street.callback(other, await street.link(eve), "eve@example.com")
    mine = await street.callback(browser, await street.link(ana), ANA)
    assert "does not belong here" in (await browser.get(hers)).text
    assert "Connected as ana@example.com" in (await browser.get(mine)).text
    await nobody_else(street, ana, eve)


async def test_o3_codes_swapped_between_two_flows(
    street: Street, browser: Browser, other: Browser, ana: Person, eve: Person
) -> None:
    """Eve's code under Ana's state: PKCE and the nonce bind the code to the flow that asked for it."""
    base, hers = parts(await street.callback(other, await street.link(eve), "eve@example.com"))
    _, mine = parts(await street.callback(browser, await street.link(ana), ANA))
    last = await browser.get(f"{base}?{urlencode({**mine, 'code': hers['code']})}")
    assert "not connected" in last.text
    await nobody_else(street, ana, eve)
    assert await street.linked(ana) == ()


async def test_o3_the_attackers_link_in_the_victims_browser_is_asked_twice(
    street: Street, browser: Browser, ana: Person, eve: Person
) -> None:
    """Eve sends her link to Ana, who does it all, and says no; or yes, and Eve's chat knows another address."""
    link = await street.link(eve)
    page = await street.consent(browser, link, ANA)
    assert "belongs to ana@example.com" in page.text
    assert "the Test account Eve" in page.text
    await browser.press(page, "No")
    await nobody_else(street, ana, eve)
    assert await street.linked(eve) == ()


async def test_o3_a_stolen_link_connects_nobody_silently(
    street: Street, browser: Browser, ana: Person, eve: Person
) -> None:
    """Eve saw Ana's link and signs in with her own account: Ana's chat is asked before it becomes Ana's calendar."""
    page = await street.consent(browser, await street.link(ana), "eve@example.com")
    await browser.press(page, "Yes")
    assert await street.linked(ana) == ()
    assert "eve@example.com" in street.shown(ana.who)


async def test_o3_another_browser_cannot_answer_the_question(
    street: Street, browser: Browser, other: Browser, ana: Person
) -> None:
    page = await street.consent(browser, await street.link(ana), (street.accounts.add("ana@gmail.com")).address)
    stolen = await other.get(page.url)
    assert (stolen.status, "gmail" in stolen.text) == (404, False)
    assert page.form is not None
    sent = await other.client.post(page.url, data={**page.form.fields, "mine": "yes"})
    assert sent.status_code == 403
    await nobody_else(street, ana)
    assert "Is ana@gmail.com" not in street.shown(ana.who)


async def test_o3_somebody_elses_button_confirms_nothing(
    street: Street, browser: Browser, ana: Person, eve: Person
) -> None:
    street.accounts.add("ana@gmail.com")
    await browser.press(await street.consent(browser, await street.link(ana), "ana@gmail.com"), "Yes")
    choice = street.town.chat.messages[street.newest(ana.who)].choices[0]
    assert "not for you" in await eve.presses_choice(choice)
    assert await street.linked(ana) == await street.linked(eve) == ()


async def test_o3_a_form_from_elsewhere_spends_nothing(street: Street, browser: Browser, ana: Person) -> None:
    """Eve's page submits a form to ours in Ana's browser: with cookies, without, with a guessed field."""
    link = await street.link(ana)
    page = await browser.get(link)
    assert page.form is not None
    field = page.form.fields["csrf"][0]
    tries: list[tuple[dict[str, str], dict[str, str]]] = [
        ({"csrf": field}, {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}),
        ({"csrf": field}, {"origin": "https://evil.example"}),
        ({"csrf": field}, {"origin": "null"}),
        ({"csrf": field}, {"origin": "null", "sec-fetch-site": "cross-site"}),
        ({"csrf": field}, {"origin": f"{street.base}.evil.example"}),
        ({"csrf": field}, {"sec-fetch-site": "same-site"}),
        ({"csrf": field}, {"sec-fetch-site": "none"}),
        ({"other": "x"}, {"origin": street.base}),
        ({"csrf": ""}, {"origin": street.base}),
        ({"csrf": "0" * 64}, {"origin": street.base}),
        ({"csrf": field[:-1]}, {"origin": street.base}),
        ({"csrf": "é" * 64}, {"origin": street.base}),
    ]
    for fields, headers in tries:
        answer = await browser.client.post(link, data=fields, headers=headers)
        assert answer.status_code == 403, (fields, headers)
    another = await browser.get(await street.link(ana))
    assert another.form is not None
    answer = await browser.client.post(link, data={"csrf": another.form.fields["csrf"][0]})
    assert answer.status_code == 403, "the field of another link"
    assert "Connected as" in (await street.consent(browser, link, ANA)).text


async def test_o3_a_cookie_that_was_planted_goes_with_no_state(
    street: Street, browser: Browser, other: Browser, ana: Person, eve: Person
) -> None:
    """Eve plants her browser's cookie in Ana's while Ana connects: Ana's state does not go with it."""
    await street.callback(other, await street.link(eve), "eve@example.com")
    mine = await street.callback(browser, await street.link(ana), ANA)
    planted = other.client.cookies.get("connect")
    assert planted
    browser.client.cookies.clear()
    browser.client.cookies.set("connect", planted)
    assert "does not belong here" in (await browser.get(mine)).text
    await nobody_else(street, ana, eve)


# ── O4: no open redirect, no mix-up ─────────────────────────────────────────────────────────────────────────

ELSEWHERE = (
    "next=https://evil.example",
    "redirect_uri=https://evil.example/",
    "return_to=//evil.example",
    "continue=%0d%0alocation:%20https://evil.example",
    "url=javascript:alert(1)",
    "state=https://evil.example&code=x",
    "iss=https://evil.example&state=a&code=b",
)
PATHS = ("/connect/done", "/connect/{nonce}", "/oauth/google/callback", "/connect/account/abc", "//evil.example/%2f..")
HOSTS = (
    {"host": "evil.example"},
    {"x-forwarded-host": "evil.example"},
    {"x-forwarded-proto": "https", "x-forwarded-host": "evil.example"},
    {"forwarded": "host=evil.example;proto=https"},
    {"x-original-url": "https://evil.example/"},
    {"referer": "https://evil.example/"},
)


@pytest.mark.parametrize("query", ELSEWHERE)
async def test_o4_no_parameter_sends_a_browser_elsewhere(street: Street, browser: Browser, query: str) -> None:
    for path in PATHS:
        page = await browser.get(f"{street.base}{path.format(nonce='a' * 43)}?{query}", follow=False)
        assert not page.to or urlsplit(page.to).netloc == urlsplit(street.base).netloc
        assert "evil" not in page.html.replace(path, "")


@pytest.mark.parametrize("headers", HOSTS, ids=lambda headers: "+".join(headers))
async def test_o4_what_a_request_says_of_its_host_is_not_believed(
    street: Street, browser: Browser, ana: Person, headers: dict[str, str]
) -> None:
    link = await street.link(ana)
    page = await browser.get(link)
    assert page.form is not None
    browser.client.headers.update(headers)
    sent = await browser.client.post(link, data=page.form.fields)
    _, asked = parts(sent.headers["location"])
    assert asked["redirect_uri"] == f"{street.base}/oauth/google/callback"
    for path in ("/connect/x/", "/connect/done/", "/oauth/google/callback/", "/push", "/oauth/google/callback"):
        answer = await browser.client.get(f"{street.base}{path}")
        assert "evil" not in answer.headers.get("location", "")


async def test_o4_a_state_is_good_at_its_own_provider_only(street: Street, browser: Browser, ana: Person) -> None:
    google = street.google
    street.kinds["other"] = SmallGoogle(google.accounts, google.settings, google.clock, name="other", label="Other")
    address = await street.callback(browser, await street.link(ana), ANA)
    for provider in ("other", "local", "GOOGLE", "google%00", "go%20ogle", "none"):
        crossed = address.replace("/oauth/google/", f"/oauth/{provider}/")
        assert "does not belong here" in (await browser.get(crossed)).text
    assert street.signin.calls["token"] == 0
    assert "Connected as" in (await browser.get(address)).text


@pytest.mark.parametrize("iss", ["https://evil.example", "http://127.0.0.1:1", "", "https://accounts.google.com.evil"])
async def test_o4_an_answer_signed_by_another_is_not_exchanged(
    street: Street, browser: Browser, ana: Person, iss: str
) -> None:
    base, told = parts(await street.callback(browser, await street.link(ana), ANA))
    last = await browser.get(f"{base}?{urlencode({**told, 'iss': iss})}")
    assert "not connected" in last.text
    assert street.signin.calls["token"] == 0
    assert await street.linked(ana) == ()


async def test_o4_a_parameter_that_came_twice_is_not_chosen_from(street: Street, browser: Browser, ana: Person) -> None:
    address = await street.callback(browser, await street.link(ana), ANA)
    for extra in ("&state=x", "&code=x", "&iss=x", "&" + "&".join(f"a{n}=1" for n in range(60)), "&x=" + "y" * 9000):
        assert "does not belong here" in (await browser.get(address + extra)).text
    assert street.signin.calls["token"] == 0
    assert "Connected as" in (await browser.get(address)).text


# ── O6: previews do not spend links ─────────────────────────────────────────────────────────────────────────

PREVIEWS = (
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Slackbot 1.0 (+https://api.slack.com/robots)",
    "Slack-ImgProxy (+https://api.slack.com/robots)",
    "TelegramBot (like TwitterBot)",
    "Twitterbot/1.0",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "WhatsApp/2.23.20.0",
    "Discordbot/2.0; +https://discordapp.com",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Mozilla/5.0 (Windows NT 6.1) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
    "Mozilla/5.0 (compatible; MSTeams URL preview)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (Macintosh) AppleWebKit/601.2.4 (KHTML, like Gecko) facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "Mattermost-Bot/1.1",
    "Iframely/1.3.1 (+https://iframely.com/docs/about)",
    "Embedly/0.2; +http://support.embed.ly/",
    "Mozilla/5.0 (compatible; Barracuda Sentinel)",
    "Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
    "curl/8.5.0",
)


@pytest.mark.parametrize("agent", PREVIEWS)
async def test_o6_a_preview_spends_nothing(street: Street, browser: Browser, ana: Person, agent: str) -> None:
    link = await street.link(ana)
    async with Browser(agent) as fetcher:
        for method in ("GET", "HEAD", "OPTIONS", "GET"):
            answer = await fetcher.client.request(method, link)
            assert answer.status_code in (200, 204, 405)
            assert answer.headers["x-robots-tag"].startswith("noindex")
    assert "Connected as" in (await street.consent(browser, link, ANA)).text


async def test_o6_a_look_at_the_answer_does_not_use_it_up(street: Street, browser: Browser, ana: Person) -> None:
    address = await street.callback(browser, await street.link(ana), ANA)
    for method in ("HEAD", "OPTIONS", "POST", "PUT"):
        assert (await browser.client.request(method, address)).status_code == 405
    assert "Connected as" in (await browser.get(address)).text


# ── how many, and for how long ──────────────────────────────────────────────────────────────────────────────


async def test_twenty_links_an_hour_and_nobody_else_waits(street: Street, ana: Person, eve: Person) -> None:
    for _ in range(20):
        assert await street.link(ana)
    await ana.says("/connect-calendar google")
    assert "Please try again later" in await ana.presses("Accept")
    assert await street.link(eve)
    await street.asleep(LINK_LIFE * 6)
    assert await street.link(ana)


async def test_a_loopback_address_is_for_whoever_sits_there(street: Street, ana: Person) -> None:
    street.town.chat.at_hand = False
    await ana.says("/connect-calendar google")
    accept = ana.choice("Accept")
    assert "FREEWHEN_PUBLIC_URL" in await ana.presses_choice(accept)
    ana.app = replace(street.app, public_url="https://freewhen.example")
    assert "Open the page" in await ana.presses_choice(accept)
    assert ana.last.choices[0].url.startswith("https://freewhen.example/connect/")
