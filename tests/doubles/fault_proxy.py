"""A TCP proxy in front of an HTTP/1.1 server that spoils its answers: late, dripping, cut, reset, lost, mislabelled.

    async with fault_proxy(url) as proxy:
        await proxy.spoil(Fault(cut=120))
        ...  # ask proxy.url

Requests pass as they are. An answer is read whole, written as the fault wants it, and sent.
"""

import asyncio
import gzip
import re
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_LENGTH = re.compile(rb"(?im)^content-length: *(\d+)\r\n")


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to every answer. Numbers of bytes count from its first one, headers too.

    `delay`: seconds before it begins. `drip`: seconds before each byte after the first `after`. `cut`: so many bytes
    come, and then the connection ends in good manners; `reset`: without. `black_hole`: nothing ever comes. `longer`:
    the length is told wrong by so many bytes. `chunked` and `zipped`: how a body is written.
    """

    delay: float = 0.0
    drip: float = 0.0
    after: int = 0
    cut: int | None = None
    reset: bool = False
    black_hole: bool = False
    longer: int = 0
    chunked: bool = False
    zipped: bool = False


@dataclass
class FaultProxy:
    """`opened` counts connections so far, `open` are those that are, `sent` are the answers' bytes, as written."""

    url: str
    upstream: tuple[str, int]
    fault: Fault = Fault()
    opened: int = 0
    sent: list[int] = field(default_factory=list)
    open: dict[asyncio.Task[None], asyncio.StreamWriter] = field(default_factory=dict)

    async def spoil(self, fault: Fault) -> None:
        """From now on; connections that are open are closed, so that no call is half under the old one."""
        self.fault = fault
        await self.close()

    async def close(self) -> None:
        tasks = list(self.open)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.opened += 1
        self.open[task] = writer
        up: asyncio.StreamWriter | None = None
        try:
            answers, up = await asyncio.open_connection(*self.upstream)
            while await self._request(reader, up) and await self._answer(answers, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # one of the two has gone
        except asyncio.CancelledError:
            pass  # by `close`; a task of asyncio's server that ends cancelled would be logged as an error
        finally:
            del self.open[task]
            for one in (up, writer):
                if one is not None:
                    one.close()
                    with suppress(ConnectionError):
                        await one.wait_closed()

    async def _request(self, reader: asyncio.StreamReader, up: asyncio.StreamWriter) -> bool:
        head, body = await _message(reader)
        if not head:
            return False
        up.write(head + body)
        await up.drain()
        return True

    async def _answer(self, answers: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection goes on."""
        fault = self.fault
        head, body = await _message(answers)
        whole = _written(head, body, fault)
        self.sent.append(len(whole))
        if fault.black_hole:
            await asyncio.Event().wait()
        await asyncio.sleep(fault.delay)
        if fault.cut is not None:
            whole = whole[: fault.cut]
        if fault.drip:
            writer.write(whole[: fault.after])
            for byte in whole[fault.after :]:
                await asyncio.sleep(fault.drip)
                writer.write(bytes([byte]))
                await writer.drain()
        else:
            writer.write(whole)
        await writer.drain()
        if fault.reset:
            linger = struct.pack("ii", 1, 0)  # an RST in place of a FIN
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
        last = not head or b"connection: close" in head.lower()
        return not last and fault.cut is None and not fault.reset and not fault.longer


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Head and body of a request or an answer; two times nothing at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b"", b""
    length = _LENGTH.search(head)
    return head, await reader.readexactly(int(length[1])) if length else b""


def _written(head: bytes, body: bytes, fault: Fault) -> bytes:
    lines = head[:-2]
    if fault.zipped and body:
        body = gzip.compress(body)
        lines = _LENGTH.sub(b"content-length: %d\r\n" % len(body), lines) + b"content-encoding: gzip\r\n"
    if fault.chunked and body:
        lines = _LENGTH.sub(b"", lines) + b"transfer-encoding: chunked\r\n"
        parts = [body[n : n + 100] for n in range(0, len(body), 100)]
        body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    if fault.longer:
        lines = _LENGTH.sub(lambda found: b"content-length: %d\r\n" % (int(found[1]) + fault.longer), lines)
    return lines + b"\r\n" + body


@asynccontextmanager
async def fault_proxy(url: str) -> AsyncIterator[FaultProxy]:
    """A proxy in front of the server at this address, on a loopback port of its own."""
    parts = urlsplit(url)
    proxy = FaultProxy("", (parts.hostname or "", parts.port or 80))
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()
        await server.wait_closed()
