"""No secret in a log, on the terminal, in the database or among a process's arguments, however it is spelled.

Everything that is secret while a calendar is connected, used, renewed, watched, refused and given back is collected,
and then looked for in five spellings.
"""

import base64
import binascii
import json
import logging
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from bot import logs
from bot.messages import Secret
from bot.ports import Consent, Grant
from tests.conversations.conftest import Person
from tests.doubles.google_calendar import Fault
from tests.google.conftest import City
from tests.google.test_a_day import on
from tests.web.browser import Browser

TITLE, PLACE, GUEST = "Kündigung Frau Maier", "Kanzlei Dr. Wolff, Raum 7", "guenther.geheim@example.com"
PASSWORD = "correct-horse-battery-7"


class Spy:
    """A consent that remembers its flows and grants, in front of the real one."""

    def __init__(self, real: Consent) -> None:
        self._real = real
        self.flows: list[Secret] = []
        self.grants: list[Grant] = []

    @property
    def origin(self) -> str:
        return self._real.origin

    async def begin(self, redirect_uri: str, state: str, address: str) -> tuple[str, Secret]:
        url, flow = await self._real.begin(redirect_uri, state, address)
        self.flows.append(flow)
        return url, flow

    async def finish(self, flow: Secret, answer: Mapping[str, str]) -> Grant:
        self.grants.append(await self._real.finish(flow, answer))
        return self.grants[-1]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """Every record of the process at DEBUG, as a server writes it."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in logs._QUIET}
    path = tmp_path / "debug.log"
    logs.start("debug", True, path)
    yield path
    for handler in root.handlers:
        handler.close()
    root.handlers[:], root.level = before[0], before[1]
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def spellings(secret: str) -> dict[str, bytes]:
    raw = secret.encode()
    return {
        "plain": raw,
        "base64": base64.b64encode(raw).rstrip(b"="),
        "base64url": base64.urlsafe_b64encode(raw).rstrip(b"="),
        "hex": binascii.hexlify(raw),
        "percent": quote(secret, safe="").encode(),
    }


def found(secrets: Mapping[str, set[str]], where: str, content: bytes) -> list[str]:
    return [
        f"{kind} ({spelling}) in {where}"
        for kind, values in secrets.items()
        for value in values
        for spelling, text in spellings(value).items()
        if text in content
    ]


def test_the_search_finds_what_is_there() -> None:
    for text in spellings(PASSWORD).values():
        assert found({"password": {PASSWORD}}, "here", b"..." + text + b"...")
    assert found({"password": {PASSWORD}}, "here", b"nothing") == []


async def test_nothing_leaks_on_the_whole_way(
    city: City, log: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    spy = Spy(city.app.kinds["google"]().consent)  # type: ignore[arg-type]
    kind = replace(city.app.kinds["google"](), consent=spy)
    city.kinds["google"] = lambda: kind
    ana = city.person("Ana")
    browsers = await _live(city, ana)
    secrets = _collected(city, spy, browsers, ana)
    assert all(secrets.values()), [name for name, values in secrets.items() if not values]
    assert len(secrets) >= 18

    out, error = capfd.readouterr()
    written = log.read_bytes()  # noqa: ASYNC240 a file of the test
    places = {"the log": written, "standard output": out.encode(), "standard error": error.encode()}
    assert b"connecting google failed" in places["the log"], "the log is there, and at work"
    places |= {path.name: path.read_bytes() for path in sorted(tmp_path.glob("freewhen.sqlite*"))}  # noqa: ASYNC240
    places["arguments"] = " ".join(sys.argv).encode()
    assert [hit for where, content in places.items() for hit in found(secrets, where, content)] == []


async def _live(city: City, ana: Person) -> list[Browser]:
    """Connect (once refused, once broken), ask, book, renew, be watched, fail, disconnect; a password is typed."""
    browsers: list[Browser] = []
    for press, fault in (("Cancel", ""), ("Allow", "cut json"), ("Allow", "")):
        await ana.says("/connect-calendar google")
        handle = await city.town.chat.send(ana.who, ana.last)
        await city.press(ana, ana.choice("Accept and connect"), handle)
        async with Browser() as browser:
            browsers.append(browser)
            page = await browser.press(await browser.get(ana.choice("Open the page").url), "Accept and connect")
            city.signin.faults = [fault] if fault else []
            await browser.press(page, press, account="ana@example.com")
    assert await city.linked(ana)
    city.google.add_event("ana@example.com", on(10, 9, TITLE, location=PLACE, attendees=[{"email": GUEST}]))
    await city.later(timedelta(hours=2))
    assert TITLE in await ana.says("what's on tomorrow?")
    await ana.says(f"my password is {PASSWORD}")
    secure = replace(city.app, public_url="https://freewhen.example.com")
    app, city.app = city.app, secure
    await city.works()
    city.app = app
    for status in (500, 401, 403, 429):
        city.google.faults.next("*", Fault(status=status))
        await city.later(timedelta(minutes=30))
        await ana.says("what's on tomorrow?")
    await ana.says("book 30m Thursday 3pm about budget")
    await ana.presses("Book")
    return browsers


def _collected(city: City, spy: Spy, browsers: list[Browser], ana: Person) -> dict[str, set[str]]:
    flows = [json.loads(flow.reveal()) for flow in spy.flows]
    credentials = [json.loads(grant.credential.reveal()) for grant in spy.grants]
    urls = [urlsplit(page.url) for browser in browsers for page in browser.seen]
    pages = [page for browser in browsers for page in browser.seen]
    asked = [parse_qs(url.query) for url in urls] + [parse_qs(urlsplit(page.to).query) for page in pages if page.to]
    watched = [call.body for call in city.google.calls if call.method == "calendar.events.watch"]
    forms = [page.form.fields for page in pages if page.form is not None]
    return {
        "client secret": {city.signin.client.secret},
        "nonce of a link": {url.path.rpartition("/")[2] for url in urls if url.path.startswith("/connect/")} - {"done"},
        "state": {value for query in asked for value in query.get("state", [])},
        "code": {value for query in asked for value in query.get("code", [])},
        "verifier": {flow["verifier"] for flow in flows},
        "nonce of an ID token": {flow["nonce"] for flow in flows},
        "cookie": {
            part.partition("=")[2].partition(";")[0]
            for page in pages
            for part in page.headers.get_list("set-cookie")
            if len(part.partition("=")[2].partition(";")[0]) > 20
        },
        "form field against forgery": {
            value
            for fields in forms
            for values in fields.values()
            for value in values
            if len(value) > 20 and not value.startswith("http")
        },
        "access token": set(city.accounts._tokens) | {one["access_token"] for one in credentials},
        "refresh token": set(city.signin.desk.families),
        "whole credential": {grant.credential.reveal() for grant in spy.grants},
        "whole flow": {flow.reveal() for flow in spy.flows},
        "authorization header": {f"Bearer {token}" for token in city.accounts._tokens},
        "secret of a channel": {body["token"] for body in watched},
        "token of a button": {
            choice.token for _, reply in city.town.chat.sent for choice in reply.choices if choice.token
        },
        "title": {TITLE},
        "place": {PLACE},
        "guest": {GUEST},
        "password typed into the chat": {PASSWORD},
    }
