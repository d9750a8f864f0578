"""The fault proxy does what it says, seen from a plain socket."""

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.doubles.fault_proxy import Fault, FaultProxy, fault_proxy
from tests.doubles.serving import served

BODY = b"x" * 250


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    await Response(body or BODY)(scope, receive, send)


@pytest.fixture
async def proxy() -> AsyncIterator[FaultProxy]:
    async with served(_app) as url, fault_proxy(url) as opened:
        yield opened


async def ask(proxy: FaultProxy, enough: int = -1, body: bytes = b"") -> tuple[bytes, bytes]:
    """Head and body of an answer, as far as it comes; `enough`: so many bytes of it."""
    host, port = proxy.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
    try:
        whole = await (reader.read() if enough < 0 else reader.readexactly(enough))
    finally:
        writer.close()
    head, _, rest = whole.partition(b"\r\n\r\n")
    return head.lower(), rest


async def test_without_a_fault_everything_passes(proxy: FaultProxy) -> None:
    assert (await ask(proxy))[1] == BODY
    assert (await ask(proxy, body=b"a question"))[1] == b"a question"
    assert proxy.opened == 2


@pytest.mark.parametrize("cut", [0, 1, 40, 300])
async def test_a_cut_answer_has_so_many_bytes(proxy: FaultProxy, cut: int) -> None:
    await proxy.spoil(Fault(cut=cut))
    head, rest = await ask(proxy)
    assert len(head) + len(rest) + (4 if rest or cut > len(head) else 0) == cut


async def test_a_reset_is_no_end(proxy: FaultProxy) -> None:
    await proxy.spoil(Fault(cut=20, reset=True))
    with pytest.raises(ConnectionResetError):
        await ask(proxy)


async def test_nothing_comes_out_of_a_black_hole(proxy: FaultProxy) -> None:
    await proxy.spoil(Fault(black_hole=True))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await ask(proxy)


async def test_a_drip_is_slow_after_its_beginning(proxy: FaultProxy) -> None:
    await proxy.spoil(Fault(drip=30, after=60))
    head, rest = await ask(proxy, enough=60)
    assert len(head) + len(rest) >= 56
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await ask(proxy, enough=61)


async def test_a_body_is_written_in_other_ways(proxy: FaultProxy) -> None:
    await proxy.spoil(Fault(chunked=True))
    head, rest = await ask(proxy)
    assert b"transfer-encoding: chunked" in head
    assert rest == b"64\r\n" + BODY[:100] + b"\r\n64\r\n" + BODY[:100] + b"\r\n32\r\n" + BODY[:50] + b"\r\n0\r\n\r\n"
    await proxy.spoil(Fault(zipped=True))
    head, rest = await ask(proxy)
    assert b"content-encoding: gzip" in head
    assert gzip.decompress(rest) == BODY
    await proxy.spoil(Fault(longer=7))
    head, rest = await ask(proxy)
    assert b"content-length: 257" in head
    assert rest == BODY
