"""Who asks too often is told to wait, nobody else is; and who asks is told by nobody who was not trusted."""

import ipaddress
import random
from dataclasses import dataclass, field

import httpx2
import pytest

from bot.web import server
from bot.web.limits import BURST, MOST_KNOWN, RATE, WIDER, Buckets, Limited, address, bucket, client
from bot.web.pages import Pages
from tests.conversations.conftest import Town

TRUSTED = tuple(ipaddress.ip_network(one) for one in ("127.0.0.1", "10.0.0.0/24", "::1", "fd00::/8"))


@dataclass
class Hands:
    """A clock of seconds."""

    at: float = 1000.0


@dataclass
class Inner:
    """The pages behind the limit, which answer everything."""

    asked: int = 0
    statuses: list[int] = field(default_factory=list)
    headers: dict[bytes, bytes] = field(default_factory=dict)

    async def __call__(self, scope: object, receive: object, send: object) -> None:
        self.asked += 1
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b""})  # type: ignore[operator]

    async def hear(self, message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            self.statuses.append(int(str(message["status"])))
            self.headers = dict(message["headers"])  # type: ignore[call-overload]


@dataclass
class Gate:
    inner: Inner
    limited: Limited
    hands: Hands

    async def ask(self, peer: str | None, path: str = "/connect/abc", *forwarded: str) -> int:
        headers = [(b"x-forwarded-for", one.encode()) for one in forwarded]
        scope = {"type": "http", "path": path, "client": (peer, 5) if peer else None, "headers": headers}

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": b"", "more_body": False}

        await self.limited(scope, receive, self.inner.hear)  # type: ignore[arg-type]
        return self.inner.statuses[-1]

    async def passed(self, peer: str | None, times: int, *forwarded: str) -> int:
        return [await self.ask(peer, "/connect/abc", *forwarded) for _ in range(times)].count(200)


@pytest.fixture
def gate() -> Gate:
    inner, hands = Inner(), Hands()
    trusted = tuple(map(str, TRUSTED))
    return Gate(inner, Limited(inner, Pages(https=False), trusted, Buckets(lambda: hands.at)), hands)  # type: ignore[arg-type]


# ── how often ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_ten_thousand_tries_of_one_address_leave_the_others_alone(gate: Gate) -> None:
    passed = 0
    for _ in range(10_000):
        passed += await gate.ask("203.0.113.7") == 200
        gate.hands.at += 0.001
    assert passed <= BURST + 10 * RATE
    assert gate.inner.asked == passed
    wait = int(gate.inner.headers[b"retry-after"])
    assert 1 <= wait <= 2
    for number in range(200):
        assert await gate.ask(f"198.51.100.{number}") == 200
    gate.hands.at += wait
    assert await gate.ask("203.0.113.7") == 200


async def test_an_office_behind_one_address_gets_in(gate: Gate) -> None:
    """200 people within five minutes, six pages each."""
    for _ in range(200):
        for _ in range(6):
            assert await gate.ask("203.0.113.7") == 200
        gate.hands.at += 300 / 200 * 2.5


async def test_an_empty_bucket_fills_again_and_no_further(gate: Gate) -> None:
    assert await gate.passed("203.0.113.7", 500) == BURST
    gate.hands.at += 10
    assert await gate.passed("203.0.113.7", 500) == 10 * RATE
    gate.hands.at += 10_000
    assert await gate.passed("203.0.113.7", 500) == BURST


@pytest.mark.parametrize("path", ["/slack/events", "/push/google/x", "/", "/connect", "/healthz"])
async def test_what_proves_itself_and_what_is_no_page_is_not_limited(gate: Gate, path: str) -> None:
    for _ in range(2 * BURST):
        assert await gate.ask("203.0.113.7", path) == 200


@pytest.mark.parametrize("path", ["/connect/a", "/oauth/google/callback", "/slack/install", "/slack/oauth_redirect"])
async def test_every_page_shares_the_limit(gate: Gate, path: str) -> None:
    assert await gate.passed("203.0.113.7", BURST) == BURST
    assert await gate.ask("203.0.113.7", path) == 429


async def test_one_network_of_ipv6_is_one_customer(gate: Gate) -> None:
    passed = 0
    for number in range(1000):
        passed += await gate.ask(f"2001:db8:1:2::{number:x}") == 200
    assert passed == BURST
    assert await gate.ask("2001:db8:1:3::1") == 200


async def test_this_machine_may_be_a_proxy_and_has_more() -> None:
    inner, hands = Inner(), Hands()
    gate = Gate(inner, Limited(inner, Pages(https=False), (), Buckets(lambda: hands.at)), hands)  # type: ignore[arg-type]
    for peer in ("127.0.0.1", "::1", None):
        assert await gate.passed(peer, 10_000) == BURST * WIDER
        gate.hands.at += 10_000


def test_the_memory_does_not_grow() -> None:
    hands = Hands()
    buckets = Buckets(lambda: hands.at)
    for number in range(3 * MOST_KNOWN):
        assert buckets.wait(str(number)) == 0
    assert len(buckets._full_at) == MOST_KNOWN


async def test_the_answer_is_a_page_with_the_headers_of_all_pages(town: Town) -> None:
    site = server.site(town.app, trusted=("127.0.0.1",))
    async with server.serving(site, "127.0.0.1:0") as at, httpx2.AsyncClient() as web:
        for _ in range(BURST + 20):
            answer = await web.get(f"http://{at}/connect/x", headers={"x-forwarded-for": "203.0.113.7"})
            if answer.status_code == 429:
                break
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) >= 1
        assert answer.headers["x-frame-options"] == "DENY"
        assert "too much at once" in answer.text
        answer = await web.get(f"http://{at}/connect/x", headers={"x-forwarded-for": "203.0.113.8"})
        assert answer.status_code == 404


# ── who ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        ("10.0.1.1", ["198.51.100.1"], "10.0.1.1"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["6.6.6.6", "198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["6.6.6.6, 198.51.100.1, 10.0.0.9"], "198.51.100.1"),
        ("127.0.0.1", ["198.51.100.1", "10.0.0.9, 10.0.0.8"], "198.51.100.1"),
        ("127.0.0.1", ["10.0.0.9"], "10.0.0.9"),
        ("127.0.0.1", ["6.6.6.6, nonsense, 10.0.0.9"], "10.0.0.9"),
        ("127.0.0.1", ["6.6.6.6, unknown"], "127.0.0.1"),
        ("127.0.0.1", [""], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("127.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("127.0.0.1", ["2001:db8::1"], "2001:db8::1"),
        ("::1", ["::ffff:198.51.100.1"], "198.51.100.1"),
        ("::ffff:127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("fd00::7", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["6.6.6.6," * 2000 + "198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["198.51.100.1" + ",10.0.0.9" * 60], "10.0.0.9"),
        (None, ["198.51.100.1"], "None"),
        ("unix", ["198.51.100.1"], "None"),
    ],
)
def test_who_asks(peer: str | None, forwarded: list[str], found: str) -> None:
    headers = [(b"x-forwarded-for", one.encode()) for one in forwarded]
    scope = {"type": "http", "client": (peer, 1) if peer else None, "headers": headers}
    assert str(client(scope, TRUSTED)) == found


def test_nothing_that_is_said_of_an_address_makes_it_fail() -> None:
    rng = random.Random(7)
    letters = "0123456789abcdef:.[]%, \x00é/-"
    for _ in range(5000):
        text = "".join(rng.choice(letters) for _ in range(rng.randrange(40)))
        assert bucket(address(text))
        client({"client": ("::1", 1), "headers": [(b"x-forwarded-for", text.encode("latin-1"))]}, TRUSTED)


def test_proxies_of_the_settings() -> None:
    from bot.errors import ConfigError
    from bot.settings import load

    assert load({}).trusted_proxies == ()
    found = load({"FREEWHEN_TRUSTED_PROXIES": " 127.0.0.1, 10.0.0.7/24 ,fd00::/8,"}).trusted_proxies
    assert found == ("127.0.0.1/32", "10.0.0.0/24", "fd00::/8")
    for odd in ("proxy.example.com", "10.0.0.0/33", "*", "10.0.0.1;10.0.0.2", "127.0.0.1:80"):
        with pytest.raises(ConfigError, match="FREEWHEN_TRUSTED_PROXIES"):
            load({"FREEWHEN_TRUSTED_PROXIES": odd})
