"""Every page: its headers, what it refuses, what it shows of strangers' texts, and how the server starts."""

import re
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from starlette.types import Receive, Scope, Send

from bot.errors import ConfigError, StorageError
from bot.messages import Profile, Secret
from bot.ports import Connection, Kind, Link, Watch
from bot.web import server
from bot.web.pages import plain
from tests.conversations.conftest import Town
from tests.web.browser import Browser, Page
from tests.web.conftest import Street

WANTED = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow",
}


def check_headers(page: Page) -> None:
    for name, value in WANTED.items():
        assert page.headers.get(name) == value, (page.url, name)
    policy = dict(part.strip().partition(" ")[::2] for part in page.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy["form-action"].startswith("'self'")
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "server" not in page.headers
    assert not {"script", "iframe", "img", "link", "object"} & set(page.tags)
    if page.html:
        assert page.html.startswith('<!doctype html>\n<html lang="en">')
        assert page.tags.count("h1") == 1


async def test_every_page_carries_the_headers(street: Street, browser: Browser) -> None:
    street.accounts.add("ana@gmail.com")
    ana = street.person("Ana", "ana@work.example")
    link = await street.link(ana)
    await browser.press(await street.consent(browser, link, "ana@gmail.com"), "Yes")
    page = await street.consent(browser, await street.link(ana), "ana@gmail.com")
    await browser.press(page, "No")
    await browser.get(link)
    for path in ("/", "/connect", "/connect/done", "/connect/x/y", "/connect/account/x", "/oauth/x/callback", "/%00"):
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"):
            answer = await browser.client.request(method, f"{street.base}{path}")
            assert answer.status_code < 500, (method, path)
            browser.seen.append(browser.page(answer))
    await browser.get(street.base + "/connect/" + "a" * 8000)
    pages = browser.visited(street.base)
    assert len(pages) > 60
    for page in pages:
        check_headers(page)


async def test_the_form_may_lead_to_the_provider_and_nowhere_else(street: Street, browser: Browser) -> None:
    page = await browser.get(await street.link(street.person("Ana")))
    assert f"form-action 'self' {street.google.consent.origin};" in page.headers["content-security-policy"]


async def test_over_https_cookies_belong_to_this_host_alone(street: Street, browser: Browser) -> None:
    ana = street.person("Ana")
    ana.app = app = replace(street.app, public_url="https://freewhen.example")
    async with server.serving(server.site(app), "127.0.0.1:0") as at:
        base = f"http://{at}"
        nonce = (await street.link(ana)).rpartition("/")[2]
        page = await browser.get(f"{base}/connect/{nonce}")
        street.signin.register("https://freewhen.example/oauth/google/callback")
        assert page.form is not None
        key = re.search(r"__Host-csrf=([\w-]+)", page.headers["set-cookie"])
        assert key is not None
        sent = await browser.client.post(
            f"{base}/connect/{nonce}",
            data=page.form.fields,
            headers={"cookie": f"__Host-csrf={key[1]}", "origin": "https://freewhen.example"},
        )
    assert sent.status_code == 303
    assert "redirect_uri=https%3A%2F%2Ffreewhen.example%2Foauth%2Fgoogle%2Fcallback" in sent.headers["location"]
    assert sent.headers["strict-transport-security"].startswith("max-age=")
    cookies = [page.headers["set-cookie"], *sent.headers.get_list("set-cookie")]
    assert any(cookie.startswith("__Host-connect=") for cookie in cookies)
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        attributes = {part.strip().casefold() for part in cookie.split(";")[1:]}
        assert {"httponly", "secure", "samesite=lax", "path=/"} <= attributes
        assert not any(part.startswith("domain") for part in attributes)


async def test_on_loopback_cookies_have_plain_names(street: Street, browser: Browser) -> None:
    page = await browser.press(await browser.get(await street.link(street.person("Ana"))), "Accept", follow=False)
    kept = next(cookie for cookie in page.headers.get_list("set-cookie") if cookie.startswith("connect="))
    assert "secure" not in kept.casefold()
    assert "Max-Age=600" in kept
    assert "strict-transport-security" not in page.headers


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"content-type": "application/json"}, b"{}", 415),
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x--", 415),
        ({}, b"csrf=x", 415),
        ({"content-type": "application/x-www-form-urlencoded"}, b"csrf=" + b"x" * 9000, 413),
        ({"content-type": "application/x-www-form-urlencoded"}, b"&".join(b"a%d=1" % n for n in range(80)), 400),
        ({"content-type": "application/x-www-form-urlencoded"}, b"csrf=a&csrf=b", 400),
        ({"content-type": "application/x-www-form-urlencoded"}, b"\xff\xfe=%ff", 403),
        ({"content-type": "application/x-www-form-urlencoded"}, b"", 403),
    ],
)
async def test_what_is_no_form_of_ours_is_refused(
    street: Street, browser: Browser, headers: dict[str, str], body: bytes, status: int
) -> None:
    link = await street.link(street.person("Ana"))
    await browser.get(link)
    answer = await browser.client.post(link, content=body, headers=headers)
    assert answer.status_code == status
    assert (await browser.get(link)).status == 200, "nothing was used up"


async def test_a_body_without_an_end_is_cut_off(street: Street, browser: Browser) -> None:
    """No length is given; what counts is what is read."""
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(64):
            read += 65536
            yield b"x" * 65536

    answer = await browser.client.post(
        f"{street.base}/connect/abc",
        content=endless(),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 413


# ── texts of strangers ──────────────────────────────────────────────────────────────────────────────────────

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</strong></p><form action=https://evil.example>",
    "{{ 7*7 }}{% include 'base.html' %}",
    "&lt;b&gt; & <b>",
    "Ana\u202egpj.exe\u2066",
    "Ana\r\nSet-Cookie: connect=evil",
    "A\u200bn\u2060a\u00ad\ufeff",
    "javascript:alert(1)",
    "x" * 5000,
    "\x00\x1b[2J",
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629",
)


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_name_stays_a_name(street: Street, browser: Browser, name: str) -> None:
    street.accounts.add("ana@gmail.com")
    ana = street.person("Ana", "ana@work.example")
    street.town.chat.profiles[ana.who] = Profile(name, "ana@work.example", "Europe/Madrid")
    link = await street.link(ana)
    plainly = await browser.get(link)
    doubt = await street.consent(browser, link, "ana@gmail.com")
    done = await browser.press(doubt, "Yes")
    for page in (plainly, doubt, done):
        check_headers(page)
        assert page.tags.count("form") == (0 if page is done else 1)
        assert "49" not in page.text.replace(page.url, "")
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\x00\x1b]", page.html)
        assert len(page.html) < 30_000
    assert plainly.tags.count("strong") == 1


def test_plain_shows_one_line() -> None:
    assert plain("a\nb\u202ec\x00") == "a b c"
    assert len(plain("x" * 5000)) == 201


# ── windows inside other apps ───────────────────────────────────────────────────────────────────────────────

EMBEDDED = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
        " [FBAN/FBIOS;FBAV/445.0]"
    ),
    (
        "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0"
        " Mobile Safari/537.36"
    ),
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 Telegram-Android/10.5",
    "Mozilla/5.0 (Macintosh) AppleWebKit/537.36 (KHTML, like Gecko) Slack/4.36 Chrome/120 Electron/28 Safari/537.36",
    "Mozilla/5.0 (X11; Linux) AppleWebKit/537.36 Chrome/120 Safari/537.36 Slack_SSB/4.36",
    "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 Instagram 310.0",
    "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 Safari Line/13.0.0",
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36 MicroMessenger/8.0",
)
BROWSERS = (
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0"
        " Mobile/15E148 Safari/604.1"
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/120.0"
        " Mobile/15E148 Safari/604.1"
    ),
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605",
    "",
)


@pytest.mark.parametrize("agent", EMBEDDED)
async def test_a_window_in_another_app_is_sent_to_a_browser(street: Street, agent: str) -> None:
    link = await street.link(street.person("Ana"))
    async with Browser(agent) as window:
        page = await window.get(link)
    assert page.form is None
    assert link in page.text
    assert "in your browser" in page.text


@pytest.mark.parametrize("agent", BROWSERS)
async def test_a_browser_gets_the_button(street: Street, agent: str) -> None:
    async with Browser(agent) as one:
        page = await one.get(await street.link(street.person("Ana")))
    assert page.form is not None


# ── when something is broken ────────────────────────────────────────────────────────────────────────────────


class Broken:
    """Links whose storage fails."""

    def __getattr__(self, name: str) -> object:
        async def fail(*args: object) -> object:
            raise StorageError("secret detail of the database")

        return fail


async def test_the_last_resort_shows_a_reference_and_no_detail(
    town: Town, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    async with server.serving(server.site(replace(town.app, links=Broken())), "127.0.0.1:0") as at:
        base = f"http://{at}"
        page = await browser.get(f"{base}/connect/abc")
        browser.client.cookies.set("connect", "x")
        back = await browser.get(f"{base}/oauth/google/callback?state=abc&code=secret-code")
    assert page.status == 500
    for shown in (page, back):
        check_headers(shown)
        reference = re.search(r"reference ([0-9a-f]{8})", shown.text)
        assert reference is not None
        assert reference[1] in caplog.text
        assert "detail" not in shown.html
    assert back.url == f"{base}/connect/done", "a clean address in any case"
    assert "secret-code" not in caplog.text


# ── change notices ──────────────────────────────────────────────────────────────────────────────────────────


class Notices:
    """A push that is proven by one header."""

    async def watch(self, *args: object) -> object:
        raise NotImplementedError

    async def unwatch(self, *args: object) -> None:
        raise NotImplementedError

    def secret_of(self, headers: dict[str, str], body: bytes) -> Secret | None:
        token = headers.get("x-goog-channel-token", "")
        return Secret(token) if token else None


async def test_a_notice_that_proves_itself_is_heard(street: Street, browser: Browser) -> None:
    street.accounts.add("ana@example.com")
    ana = street.person("Ana", "ana@example.com")
    await street.consent(browser, await street.link(ana), "ana@example.com")
    (connection,) = await street.linked(ana)
    await watched(street, connection)
    make = street.kinds["google"]

    def with_push() -> Kind:
        return replace(make(), push=Notices())

    street.kinds["google"] = with_push
    before = await street.app.kept.spoils(connection.id)
    door = f"{street.base}/push/google/channel-1"
    right = {"X-Goog-Channel-Token": "s" * 43}
    for headers, path, body, status in [
        ({}, door, b"", 404),
        ({"X-Goog-Channel-Token": "wrong"}, door, b"", 404),
        ({"X-Goog-Channel-Token": b"\xff"}, door, b"", 404),
        (right, f"{street.base}/push/google/channel-2", b"", 404),
        (right, f"{street.base}/push/local/channel-1", b"", 404),
        (right, f"{street.base}/push/none/channel-1", b"", 404),
        (right, f"{street.base}/push/google/%00", b"", 404),
        (right, door, b"x" * 70_000, 413),
        (right, door, b"\xff\x00{not json", 204),
    ]:
        assert await street.app.kept.spoils(connection.id) == before
        answer = await browser.client.post(path, content=body, headers=headers)
        assert answer.status_code == status, (path, headers)
    assert await street.app.kept.spoils(connection.id) > before
    assert (await browser.client.get(door)).status_code == 405


async def watched(street: Street, connection: Connection) -> None:
    until = datetime(2026, 3, 20, tzinfo=UTC)
    watch = Watch("channel-1", connection.id, connection.calendar, "resource", until)
    await street.app.watches.add(connection, watch, Secret("s" * 43))


# ── the server ──────────────────────────────────────────────────────────────────────────────────────────────


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


async def test_the_pages_are_served_inside_our_loop(browser: Browser) -> None:
    async with server.serving(hello, "127.0.0.1:0") as at:
        assert (await browser.get(f"http://{at}/")).html == "hello"
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind(("127.0.0.1", int(at.rpartition(":")[2])))


async def test_a_port_that_is_taken_is_told_with_the_setting() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ConfigError, match=r"(?s)FREEWHEN_LISTEN.*FREEWHEN_PUBLIC_URL.*redirect URI"):
            async with server.serving(hello, f"127.0.0.1:{taken.getsockname()[1]}"):
                pytest.fail("served on a port that is taken")


@pytest.mark.parametrize("listen", ["", "8080", "localhost", "host:port", "127.0.0.1:99999", "a/b:1", "192.0.2.1:0"])
async def test_a_listen_address_that_cannot_be_is_told(listen: str) -> None:
    with pytest.raises(ConfigError, match=r"FREEWHEN_LISTEN"):
        async with server.serving(hello, listen):
            pytest.fail("served nowhere")


async def test_a_kind_without_a_page_has_none(street: Street, browser: Browser) -> None:
    link = await street.link(street.person("Ana"))
    make = street.kinds["google"]
    street.kinds["google"] = lambda: replace(make(), link=Link.NONE, consent=None)
    assert "not connected by a page" in (await browser.get(link)).text
