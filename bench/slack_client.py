"""Slack's side of P5: signed slash commands over kept connections, and how long their acknowledgements took."""

import asyncio
import hmac
import itertools
import socket
import time
from collections.abc import Sequence
from urllib.parse import urlencode

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105 nobody's
PATH = "/slack/events"
COMMAND = "/freewhen"

_numbers = itertools.count()


def commands(count: int) -> list[bytes]:
    """Requests as they go over the wire; each command is a new one, of one of two hundred people, signed just now."""
    return [_command(next(_numbers)) for _ in range(count)]


def _command(number: int) -> bytes:
    fields = {
        "token": "gIkuvaNzQIHg97ATvDxqgjtO",
        "team_id": "T0001ABCD",
        "team_domain": "example",
        "channel_id": "C2147483705",
        "channel_name": "directmessage",
        "user_id": f"U{number % 200:08}",
        "user_name": "ann",
        "command": COMMAND,
        "text": "free with @bob next week in the afternoon for an hour",
        "api_app_id": "A123456",
        "is_enterprise_install": "false",
        "response_url": f"https://hooks.slack.example/commands/T0001ABCD/{number:012}/abcdefghijklmnop",
        "trigger_id": f"{number:012}.738474920.8088930838d88f008e0",
    }
    body = urlencode(fields).encode()
    timestamp = str(int(time.time())).encode()
    signature = hmac.digest(SECRET.encode(), b"v0:%b:%b" % (timestamp, body), "sha256").hex().encode()
    return b"\r\n".join(
        (
            b"POST %b HTTP/1.1" % PATH.encode(),
            b"Host: 127.0.0.1",
            b"User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)",
            b"Accept: application/json,*/*",
            b"Accept-Encoding: gzip,deflate",
            b"X-Slack-Request-Timestamp: " + timestamp,
            b"X-Slack-Signature: v0=" + signature,
            b"Content-Type: application/x-www-form-urlencoded",
            b"Content-Length: %d" % len(body),
            b"",
            body,
        )
    )


def one_by_one(address: str, requests: Sequence[bytes], pause: float) -> list[float]:
    """Seconds until each was acknowledged, on one connection, each alone: nothing is sent meanwhile, or just before."""
    host, _, port = address.partition(":")
    took = []
    with socket.create_connection((host, int(port))) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for request in requests:
            time.sleep(pause)
            begin = time.perf_counter()
            connection.sendall(request)
            answer = b""
            while not _whole(answer):
                answer += connection.recv(65536)
            took.append(time.perf_counter() - begin)
    return took


def all_at_once(address: str, requests: Sequence[bytes], connections: int) -> float:
    """Seconds until all were acknowledged, so many connections each sending its next when the last is acknowledged."""
    return asyncio.run(_all_at_once(address, requests, connections))


def paced(address: str, requests: Sequence[bytes], a_second: float) -> list[float]:
    """Seconds until each was acknowledged, sent at that pace whatever came of those before."""
    return asyncio.run(_paced(address, requests, a_second))


class _Connection(asyncio.Protocol):
    """Sends one request at a time."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self._answer = b""
        self._waiting: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if self._waiting is not None and _whole(self._answer):
            self._answer = b""
            self._waiting.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error or ConnectionError("closed"))

    def send(self, request: bytes) -> "asyncio.Future[None]":
        self._waiting = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self._waiting


async def _connected(address: str) -> _Connection:
    host, _, port = address.partition(":")
    _, connection = await asyncio.get_running_loop().create_connection(_Connection, host, int(port))
    return connection


async def _all_at_once(address: str, requests: Sequence[bytes], connections: int) -> float:
    opened = [await _connected(address) for _ in range(connections)]
    left = iter(requests)

    async def send(connection: _Connection) -> None:
        for request in left:
            await connection.send(request)

    begin = time.perf_counter()
    await asyncio.gather(*(send(connection) for connection in opened))
    took = time.perf_counter() - begin
    for connection in opened:
        connection.transport.close()
    return took


async def _paced(address: str, requests: Sequence[bytes], a_second: float) -> list[float]:
    free = [await _connected(address) for _ in range(64)]
    loop = asyncio.get_running_loop()
    begin = loop.time()

    async def send(number: int, request: bytes) -> float:
        due = begin + number / a_second
        await asyncio.sleep(due - loop.time())
        connection = free.pop()
        begun = time.perf_counter()
        await connection.send(request)
        free.append(connection)
        return time.perf_counter() - begun

    took = await asyncio.gather(*(send(*one) for one in enumerate(requests)))
    for connection in free:
        connection.transport.close()
    return took


def _whole(answer: bytes) -> bool:
    """Whether an answer has come whole. Raises RuntimeError for one that acknowledges nothing."""
    head, found, body = answer.partition(b"\r\n\r\n")
    if not found:
        return False
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"not acknowledged: {head[:60]!r}")
    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    return len(body) >= int(length)
