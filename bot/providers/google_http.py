"""The way to Google Calendar under googleapiclient: one answer within one deadline, whole or not at all.

Stands where the library wants an `httplib2.Http`, whose only deadline is per socket call, so that a server which sends
a byte a second holds a thread for ever. See docs/decisions/google-over-our-own-transport.md.
"""

import re
import ssl
import threading
import zlib
from collections.abc import Iterable, Mapping
from time import monotonic
from typing import Any

import httpcore2
import httplib2
from httpcore2 import NetworkBackend, NetworkStream

from bot.messages import Secret
from bot.providers.google_errors import Broken, Late, NotSent, TooLarge

MOST_BYTES = 10_000_000
"""The largest answer that is read, unpacked."""

_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*", re.ASCII)  # RFC 6750 §2.1
_CONNECT = 5.0
_KEPT = 60.0


class Transport:
    """Connections to Google, shared by all calls and kept open. Safe to use from several threads."""

    def __init__(self, context: ssl.SSLContext, connections: int, most_bytes: int = MOST_BYTES) -> None:
        self._clock = _Deadlines()
        self._most_bytes = most_bytes
        self._pool = httpcore2.ConnectionPool(
            ssl_context=context,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=_KEPT,
            network_backend=self._clock,
        )

    def http(self, token: Secret, until: float) -> "Http":
        """For one call of one account, to be over at `until` of the monotonic clock."""
        return Http(self, token, until)

    def send(self, method: str, uri: str, headers: Mapping[str, str], body: bytes, until: float) -> "Answer":
        """Raises NotSent, Late, Broken, TooLarge."""
        if until <= monotonic():
            raise NotSent
        self._clock.set(until)
        packed = dict.fromkeys(("connect", "pool"), _CONNECT) | dict.fromkeys(("read", "write"), until - monotonic())
        try:
            with self._pool.stream(
                method, uri, headers=list(headers.items()), content=body, extensions={"timeout": packed}
            ) as response:
                names = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                read = _read(response.iter_stream(), names.get("content-encoding", ""), self._most_bytes)
                return Answer(response.status, names, read)
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout, httpcore2.PoolTimeout):
            raise NotSent from None
        except httpcore2.TimeoutException:
            raise Late from None
        except (httpcore2.NetworkError, httpcore2.ProtocolError, zlib.error):  # their texts may hold headers
            raise Broken from None

    def close(self) -> None:
        self._pool.close()


class Answer:
    """A whole answer; names of headers in lower case."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body


class Http:
    """What `HttpRequest.execute(http=…)` calls: one account's token, one deadline. Does not follow redirects."""

    def __init__(self, transport: Transport, token: Secret, until: float) -> None:
        self._transport, self._token, self._until = transport, token, until

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> tuple[httplib2.Response, bytes]:
        if not _TOKEN.fullmatch(self._token.reveal()):
            raise NotSent
        sent = {name.lower(): str(value) for name, value in (headers or {}).items()}
        sent |= {"authorization": f"Bearer {self._token.reveal()}", "accept-encoding": "gzip"}
        content = body.encode() if isinstance(body, str) else body or b""
        if not content:
            sent.pop("content-length", None)
        answer = self._transport.send(method, uri, sent, content, self._until)
        response = httplib2.Response({**answer.headers, "status": str(answer.status)})
        response.reason = ""
        return response, answer.body


class _Deadlines(NetworkBackend):
    """Sockets whose every wait ends at the deadline of the call that its thread is making.

    Each wait of the library has a timeout of its own, for headers and body alike, so only the socket knows them all.
    """

    def __init__(self) -> None:
        self._inner = httpcore2.SyncBackend()
        self._call = threading.local()

    def set(self, until: float) -> None:
        self._call.until = until

    def left(self, timeout: float | None, late: type[Exception]) -> float:
        left: float = self._call.until - monotonic()
        if left <= 0:
            raise late
        return left if timeout is None else min(timeout, left)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        timeout = self.left(timeout, httpcore2.ConnectTimeout)
        return _Stream(self._inner.connect_tcp(host, port, timeout, local_address, socket_options), self)


class _Stream(NetworkStream):
    def __init__(self, inner: NetworkStream, clock: _Deadlines) -> None:
        self._inner, self._clock = inner, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._clock.left(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._clock.left(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        timeout = self._clock.left(timeout, httpcore2.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout), self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _read(chunks: Iterable[bytes], encoding: str, most: int) -> bytes:
    """The body, unpacked. Raises Broken when it is cut or packed in a way we did not ask for, TooLarge."""
    if encoding not in ("", "identity", "gzip"):
        raise Broken
    unpack = zlib.decompressobj(31) if encoding == "gzip" else None
    found = bytearray()
    for chunk in chunks:
        if unpack is None:
            found += chunk
        else:
            found += unpack.decompress(chunk, most + 1 - len(found))
        if len(found) > most:
            raise TooLarge
    if unpack is not None and not unpack.eof:
        raise Broken
    return bytes(found)
