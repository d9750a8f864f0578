"""Slack's front door over real sockets: what is refused, with what, and how much of it is read."""

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.app import StandingClock
from bot.messages import Secret
from bot.web import server
from bot.web.webhooks import MOST_BODY, SlackDoor
from tests.clock import MONDAY_NINE
from tests.conversations.conftest import Town
from tests.slack.signing import FORM, SECRET, command, event, interaction, press, signature, signed, submission, wire
from tests.slack.taker import Taker

NOW = str(int(MONDAY_NINE.timestamp()))
HOSTILE_SIZE = 150


@dataclass
class Door:
    base: str
    at: tuple[str, int]
    behind: Taker
    clock: StandingClock
    client: httpx2.AsyncClient

    async def send(self, body: bytes, headers: Mapping[str, str], method: str = "POST") -> httpx2.Response:
        return await self.client.request(method, f"{self.base}/slack/events", content=body, headers=dict(headers))

    async def deliver(self, body: bytes, kind: str = "application/json", **more: str) -> httpx2.Response:
        return await self.send(body, {**signed(body, self.clock.now(), kind), **more})

    async def refuses(self, body: bytes, kind: str = "application/json") -> None:
        answer = await self.deliver(body, kind)
        check_refusal(answer)
        assert self.behind.taken == [], body[:200]


def check_refusal(answer: httpx2.Response) -> None:
    assert 400 <= answer.status_code < 500, answer.status_code
    assert answer.headers["content-type"].startswith("text/plain")
    assert len(answer.text) < 40
    assert "Traceback" not in answer.text


@pytest.fixture
async def door(town: Town) -> AsyncIterator[Door]:
    behind = Taker()
    made = SlackDoor(behind, Secret(SECRET), town.clock)
    async with server.serving(server.site(town.app, made), "127.0.0.1:0") as at, httpx2.AsyncClient() as client:
        host, _, port = at.rpartition(":")
        yield Door(f"http://{at}", (host, int(port)), behind, town.clock, client)


SHAPES = [
    event(),
    command(),
    press(),
    submission(),
    interaction("shortcut", callback_id="free"),
    interaction("message_action", callback_id="free"),
    interaction("view_closed", view={"id": "V1"}),
    interaction("block_suggestion", action_id="value", value="an"),
    {**interaction("shortcut"), "team": None},
]


async def test_what_slack_sends_is_taken_as_it_is(door: Door) -> None:
    for payload in SHAPES:
        body, kind = wire(payload)
        for value in (kind, f"{kind}; charset=utf-8", kind.upper()):
            answer = await door.deliver(body, value)
            assert (answer.status_code, answer.content) == (200, b"")
            assert door.behind.taken.pop() == payload


async def test_an_answer_is_the_acknowledgement(door: Door) -> None:
    door.behind.answer = {"response_action": "errors", "errors": {"title": "Too “long”"}}
    answer = await door.deliver(*wire(submission()))
    assert answer.json() == door.behind.answer
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_what_cannot_be_stored_is_not_acknowledged(door: Door) -> None:
    door.behind.broken = True
    answer = await door.deliver(*wire(event()))
    assert (answer.status_code, answer.text) == (503, "try again")


async def test_slack_asks_about_the_address_itself(door: Door) -> None:
    asked = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB", "token": "old"}).encode()
    assert (await door.send(asked, {"content-type": "application/json"})).status_code == 401
    answer = await door.deliver(asked)
    assert (answer.status_code, answer.text) == (200, "3eZbrw1aB")
    assert (await door.deliver(*wire({"ssl_check": "1", "token": "old"}))).status_code == 200
    assert (await door.deliver(json.dumps({"type": "app_rate_limited", "team_id": "T1"}).encode())).status_code == 200
    for challenge in (None, 7, ["x"], "x" * 2000):
        await door.refuses(json.dumps({"type": "url_verification", "challenge": challenge}).encode())
    assert door.behind.taken == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"])
async def test_only_post(door: Door, method: str) -> None:
    body, kind = wire(event())
    answer = await door.send(body, signed(body, door.clock.now(), kind), method)
    assert answer.status_code == 405
    assert door.behind.taken == []


async def test_without_a_signing_secret_there_is_no_door(town: Town) -> None:
    async with server.serving(server.site(town.app), "127.0.0.1:0") as at, httpx2.AsyncClient() as client:
        body, kind = wire(event())
        answer = await client.post(
            f"http://{at}/slack/events", content=body, headers=signed(body, town.clock.now(), kind)
        )
    assert answer.status_code == 404


# ── time and signature ──────────────────────────────────────────────────────────────────────────────────────

BODY = wire(event())[0]
GOOD = signature(BODY, NOW)
_ODD_TIMES = [
    *(
        "",
        "abc",
        "0",
        "-1",
        "+" + NOW,
        NOW + ".0",
        NOW + ".5",
        "1.773e9",
        "0x69AE5F00",
        "1" * 310,
        "9" * 20,
        "9" * 5000,
    ),
    *(NOW[:-1], NOW + "0", "0" + NOW, NOW + "_0", NOW[:5] + "_" + NOW[5:], "inf", "nan", "None", NOW + "," + NOW),
    *(
        NOW + ";",
        NOW + " 1",
        "\u0661\u0667\u0667\u0663\u0660\u0664\u0663\u0662\u0660\u0660",
        "１７７３０４３２００",
        "٣" * 10,
    ),
    *(str(int(NOW) - 301), str(int(NOW) + 301), str(int(NOW) - 86400), str(int(NOW) * 1000)),
]
_ODD_SIGNATURES = [
    *(
        "",
        "v0=",
        "v0",
        "v1=" + GOOD[3:],
        GOOD[3:],
        GOOD.upper(),
        "V0=" + GOOD[3:],
        GOOD[:-1],
        GOOD + "0",
        GOOD[:-1] + "x",
    ),
    *(
        "v0=" + "0" * 64,
        GOOD + "," + GOOD,
        "v0= " + GOOD[3:],
        f'"{GOOD}"',
        "v0=" + "é" * 64,
        "v0=" + "\u0661" * 64,
        "null",
    ),
    *(signature(BODY, NOW, ""), signature(BODY, NOW, SECRET[:-1]), signature(BODY + b" ", NOW), signature(b"", NOW)),
    *(signature(BODY, str(int(NOW) - 1)), "v0=" + "a" * 100_0, "sha256=" + GOOD[3:], GOOD[:40] + "\x80" + GOOD[41:]),
]


def _raw(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


async def test_a_time_that_is_none_or_far_off(door: Door) -> None:
    """Each is signed well, so that only the time speaks against it."""
    for text in _ODD_TIMES:
        answer = await _with(door, [(b"x-slack-request-timestamp", _raw(text)), (b"x-slack-signature", _sign(text))])
        check_refusal(answer)
        assert (answer.status_code, door.behind.taken) == (401, []), text


def _sign(timestamp: str) -> bytes:
    return signature(BODY, _raw(timestamp).decode("utf-8", "surrogateescape")).encode()


async def test_a_signature_that_is_none_or_of_something_else(door: Door) -> None:
    for text in _ODD_SIGNATURES:
        answer = await _with(door, [(b"x-slack-request-timestamp", NOW.encode()), (b"x-slack-signature", _raw(text))])
        check_refusal(answer)
        assert (answer.status_code, door.behind.taken) == (401, []), text


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"x-slack-signature", GOOD.encode())],
        [(b"x-slack-request-timestamp", NOW.encode())],
        [(b"x-slack-request-timestamp", NOW.encode()), *[(b"x-slack-signature", GOOD.encode())] * 2],
        [(b"x-slack-signature", GOOD.encode()), *[(b"x-slack-request-timestamp", NOW.encode())] * 2],
        [(b"x-slack-signature", GOOD.encode()), (b"x-slack-request-timestamp ", NOW.encode())],
    ],
    ids=["neither", "no time", "no signature", "two signatures", "two times", "a name with a space"],
)
async def test_headers_that_are_not_there_once(door: Door, headers: list[tuple[bytes, bytes]]) -> None:
    answer = await _with(door, headers)
    assert answer.status_code in (400, 401)
    assert door.behind.taken == []


@pytest.mark.parametrize("apart", [-300, -1, 0, 1, 300])
async def test_five_minutes_apart_are_enough(door: Door, apart: int) -> None:
    headers = signed(BODY, door.clock.now() + timedelta(seconds=apart))
    assert (await door.send(BODY, headers)).status_code == 200
    door.clock.move_to(door.clock.now() + timedelta(seconds=apart + 301))
    assert (await door.send(BODY, headers)).status_code == 401
    assert len(door.behind.taken) == 1


async def _with(door: Door, headers: list[tuple[bytes, bytes]]) -> httpx2.Response:
    """Header values as bytes, which clients would not send."""
    head = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
    head += b"Content-Length: %d\r\n" % len(BODY) + b"".join(b"%b: %b\r\n" % pair for pair in headers)
    return await _exchange(door, head + b"\r\n" + BODY)


async def _exchange(door: Door, sent: bytes) -> httpx2.Response:
    reader, writer = await asyncio.open_connection(*door.at)
    with contextlib.closing(writer):
        writer.write(sent)
        head, _, text = (await asyncio.wait_for(reader.read(), 20)).partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    fields = [(name, value.strip()) for name, _, value in (line.partition(b":") for line in lines[1:])]
    return httpx2.Response(int(lines[0].split()[1]), headers=fields, content=text)


# ── bodies ──────────────────────────────────────────────────────────────────────────────────────────────────

_OUTER = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1"}
BAD_JSON: list[bytes] = [
    *(
        b"",
        b" ",
        b"null",
        b"true",
        b"1",
        b'"x"',
        b"[]",
        b"[{}]",
        b"{}",
        b"{",
        b"}",
        b"{'type': 1}",
        b'{"type"',
        b"\x00",
    ),
    *(
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"type":' + b"[" * 900 + b"]" * 900 + b"}",
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{}",
    ),
    *(b'{"type":"event_callback","event":{"type":"message","text":"\xff"}}', b'{"type":NaN}', b'{"type":Infinity}'),
    *(b'{"type":"event_callback","event":{"type":"x","n":-Infinity}}', b'{"type":"event_callback","event":null}'),
    *(b'{"type":"event_callback","event":{"type":"x","t":"\\ud800"}}', b'{"type":"event_callback","\\udfff":{}}'),
    *(json.dumps({**_OUTER, "event": odd}).encode() for odd in (None, 1, "x", [], {}, {"type": None}, {"type": {}})),
    *(json.dumps({"type": odd}).encode() for odd in (None, 1, "", "x", [], {}, "EVENT_CALLBACK", "block_actions")),
    json.dumps(event()).encode("utf-16"),
    json.dumps(event()).encode() + b"{}",
    json.dumps(event()).encode()[:-1],
    b'{"type":"event_callback","event":{"type":"x","n":' + b"9" * 5000 + b"}}",
    b'{"type":"event_callback","event":{"type":"x","d":' + b'{"d":' * 70 + b"1" + b"}" * 72,
]


def _payload(payload: object) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


BAD_FORMS: list[bytes] = [
    *(
        b"",
        b"&",
        b"=",
        b"payload",
        b"payload=",
        b"payload=%7B",
        b"payload=null",
        b"payload=[]",
        b"payload=1",
        b"text=x",
    ),
    *(
        b"payload=%FF",
        b"payload=%00",
        b"payload=\xff",
        b"command=%2Ffree&team_id=T1&user_id=",
        b"command=free&user_id=U1",
    ),
    *(b"command=%2Ffree&team_id=T1&user_id=U1&user_id=U2", b"payload={}&payload={}", b"&".join([b"a=1"] * 200)),
    *(b"&".join(b"a%d=1" % n for n in range(200)), b"command=%2Ffree&user_id=U1", b"payload=" + b"%5B" * 90_000),
    *(_payload(odd) for odd in ({}, {"type": "event_callback"}, {"type": None}, {"type": ["block_actions"]})),
    *(_payload(interaction("block_actions", actions=odd)) for odd in (None, [], {}, "x", [1], [None, {}])),
    *(_payload({**press(), "user": odd}) for odd in (None, 1, "U1", [], {}, {"id": None}, {"id": 7})),
    *(_payload({**submission(), "view": odd}) for odd in (None, 1, "V1", [], {}, {"id": None}, {"id": {}})),
    *(b"command=%2Ffree&team_id=T1&user_id=U1&text=" + odd for odd in (b"%FF", b"%ED%A0%80", b"\xc3\xa9")),
    _payload(interaction("something_new")),
    _payload(interaction("view_closed", view=None)),
    urlencode({"payload": '{"type":"shortcut","user":{"id":"U1"},"n":NaN}'}).encode(),
]


async def test_signed_json_that_is_nothing_of_slack(door: Door) -> None:
    for body in BAD_JSON:
        await door.refuses(body)


async def test_signed_forms_that_are_nothing_of_slack(door: Door) -> None:
    for body in BAD_FORMS:
        await door.refuses(body, FORM)


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/xml", "multipart/form-data; boundary=x", "json", "*/*"]
)
async def test_other_types_are_not_read(door: Door, kind: str) -> None:
    answer = await door.deliver(BODY, kind)
    check_refusal(answer)
    assert answer.status_code == 415
    assert door.behind.taken == []


async def test_keys_that_come_twice_do_no_harm(door: Door) -> None:
    body = b'{"type":"x","type":"event_callback","event":{"type":"a","type":"b"},"event_id":"E","team_id":"T1"}'
    assert (await door.deliver(body)).status_code == 200
    assert door.behind.taken[0]["event"] == {"type": "b"}


# ── size ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_largest_body_is_taken_and_one_more_is_not(door: Door) -> None:
    frame = json.dumps(event(text="")).encode()
    body = json.dumps(event(text="x" * (MOST_BODY - len(frame)))).encode()
    assert len(body) == MOST_BODY
    assert (await door.deliver(body)).status_code == 200
    answer = await door.deliver(body + b" ")
    check_refusal(answer)
    assert answer.status_code == 413


@pytest.mark.parametrize("signature_too", [False, True])
async def test_a_body_without_an_end_is_read_to_the_limit_and_no_further(door: Door, signature_too: bool) -> None:
    """Streamed, by somebody who has no secret: the connection is closed before two megabytes have gone."""
    head = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    head += b"x-slack-request-timestamp: %b\r\n" % NOW.encode()
    head += b"x-slack-signature: %b\r\n" % GOOD.encode() if signature_too else b""
    reader, writer = await asyncio.open_connection(*door.at, limit=1024)
    went = 0
    with contextlib.closing(writer), contextlib.suppress(ConnectionError):
        writer.write(head + b"\r\n")
        while went < 64 * MOST_BODY and not reader.at_eof():
            writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
            went += 0x10000
            await writer.drain()
    assert went < 16 * MOST_BODY  # what the kernels of both sides hold is more than what we read
    assert door.behind.taken == []


@pytest.mark.parametrize("length", [b"1048577", b"99999999999", b"9" * 300, b"-1", b"1e3", b"0x10", b"abc", b""])
async def test_a_length_that_is_too_much_or_none(door: Door, length: bytes) -> None:
    head = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: %b\r\n" % length
    answer = await _exchange(door, head + b"x-slack-request-timestamp: 1\r\nx-slack-signature: 1\r\n\r\n")
    assert 400 <= answer.status_code < 500


async def test_whoever_stops_in_the_middle_holds_nothing_up(door: Door) -> None:
    for _ in range(20):
        _, writer = await asyncio.open_connection(*door.at)
        head = f"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\nx-slack-signature: {GOOD}\r\n"
        writer.write(head.encode() + f"x-slack-request-timestamp: {NOW}\r\n\r\n".encode() + b"x" * 100)
        await writer.drain()
        writer.close()
    assert (await door.deliver(BODY)).status_code == 200
    assert len(door.behind.taken) == 1


# ── anything ────────────────────────────────────────────────────────────────────────────────────────────────


def _mutated(rng: random.Random) -> tuple[bytes, str]:
    """A real delivery with something about it changed, or bytes."""
    body, kind = wire(rng.choice(SHAPES))
    parts = bytearray(body)
    for _ in range(rng.choice((1, 1, 2, 5, 40))):
        at = rng.randrange(len(parts))
        match rng.randrange(5):
            case 0:
                parts[at] = rng.randrange(256)
            case 1:
                del parts[at : at + rng.randrange(1, 30)]
            case 2:
                parts[at:at] = rng.choice((b"[", b"{", b'"', b"\\ud800", b"%", b"null", b"%5C%75d800", b"&payload="))
            case 3:
                parts[at:at] = parts[at : at + rng.randrange(1, 80)]
            case _:
                parts = parts[: at + 1]
        if not parts:
            parts = bytearray(b"{")
    return bytes(parts), rng.choice((kind, kind, kind, "application/json", FORM, "text/html"))


@pytest.mark.parametrize("seed", range(4))
async def test_deliveries_with_something_wrong(door: Door, seed: int) -> None:
    """300 of them, signed: taken, or refused in a few words; and unsigned ones are refused."""
    rng = random.Random(seed)
    for _ in range(75):
        body, kind = _mutated(rng)
        answer = await door.deliver(body, kind)
        if answer.status_code != 200:
            check_refusal(answer)
        check_refusal(await door.send(body, {"content-type": kind}))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
_KEYS = (
    "type",
    "event",
    "user",
    "team",
    "team_id",
    "view",
    "actions",
    "event_id",
    "trigger_id",
    "challenge",
    "command",
)
_LIKE = st.dictionaries(st.sampled_from(_KEYS), _JSON, max_size=8)


@st.composite
def _anything(draw: st.DrawFn) -> tuple[bytes, str]:
    payload = draw(_JSON) if draw(st.booleans()) else {**draw(st.sampled_from(SHAPES)), **draw(_LIKE)}
    text = json.dumps(payload).encode()
    match draw(st.integers(0, 3)):
        case 0:
            return text, "application/json"
        case 1:
            return urlencode({"payload": text}).encode(), FORM
        case 2:
            return draw(st.binary(max_size=300)), draw(st.sampled_from(("application/json", FORM)))
        case _:
            return b"payload=" + draw(st.binary(max_size=300)), FORM


async def _through(found: tuple[bytes, str]) -> int:
    """The status of a signed delivery at the door alone, without a socket."""
    body, kind = found
    said: list[dict[str, Any]] = []
    headers = [(name.encode(), value.encode()) for name, value in signed(body, MONDAY_NINE, kind).items()]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        said.append(message)

    door = SlackDoor(Taker(), Secret(SECRET), StandingClock(MONDAY_NINE))
    await door({"type": "http", "headers": headers}, receive, send)
    return int(said[0]["status"])


@settings(max_examples=HOSTILE_SIZE, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_anything())
async def test_nothing_makes_it_fail(found: tuple[bytes, str]) -> None:
    assert await _through(found) in (200, 400, 415)


@pytest.mark.long
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_anything())
async def test_nothing_makes_it_fail_at_full_size(found: tuple[bytes, str]) -> None:
    assert await _through(found) in (200, 400, 415)
