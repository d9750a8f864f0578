"""How often one address may ask for our pages: a token bucket each, in a memory that does not grow.

Nobody guesses a link (they hold 256 bits); the limit is against load. It is wide enough for an office behind one
address. What chats and providers send is not limited here: they prove who they are.
"""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.handlers.steps import Ending
from bot.web.pages import Pages

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

BURST, RATE = 240, 2.0
"""Requests at once, and then a second, of one address (of one /64 in IPv6: a customer of a provider has that)."""
WIDER = 5
"""Whoever comes from this machine may be a proxy that was not named, with everybody behind it."""
MOST_KNOWN = 20_000
LIMITED = ("/connect/", "/oauth/", "/slack/install", "/slack/oauth_redirect")
_MOST_FORWARDED = 50


class Buckets:
    """One bucket for each name; those that were asked for last are remembered."""

    def __init__(self, now: Callable[[], float] = time.monotonic, most: int = MOST_KNOWN) -> None:
        self._now, self._most = now, most
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def wait(self, name: str, burst: float = BURST, rate: float = RATE) -> float:
        """0 and one token less, or the seconds until there is one."""
        now = self._now()
        full_at = max(self._full_at.get(name, now), now) + 1 / rate
        late = full_at - now - burst / rate
        if late > 1e-6:  # less than that is rounding
            return late
        self._full_at[name] = full_at
        self._full_at.move_to_end(name)
        if len(self._full_at) > self._most:
            self._full_at.popitem(last=False)
        return 0.0


class Limited:
    """In front of the pages: 429 with Retry-After (RFC 6585 §4) for an address that asks too often.

    `trusted`: proxies whose X-Forwarded-For counts; nobody else's does.
    """

    def __init__(self, app: ASGIApp, pages: Pages, trusted: Iterable[str] = (), buckets: Buckets | None = None) -> None:
        self._app, self._pages = app, pages
        self._trusted = tuple(ipaddress.ip_network(one, strict=False) for one in trusted)
        self._buckets = buckets or Buckets()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(LIMITED):
            await self._app(scope, receive, send)
            return
        address = client(scope, self._trusted)
        wider = WIDER if address is None or address.is_loopback else 1
        wait = self._buckets.wait(bucket(address), BURST * wider, RATE * wider)
        if not wait:
            await self._app(scope, receive, send)
            return
        answer = self._pages.ending(
            Ending("That was too much at once", "Wait a moment, and load this page again."), 429
        )
        answer.headers["retry-after"] = str(math.ceil(wait))
        await answer(scope, receive, send)


def client(scope: Scope, trusted: Sequence[Network]) -> Address | None:
    """Who asks: the peer, or, where that is a trusted proxy, the last address that none of them speaks for.

    None where it cannot be told.
    """
    peer = address(scope["client"][0]) if scope.get("client") else None
    if peer is None or not _among(peer, trusted):
        return peer
    forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    nearest = peer
    for text in reversed(forwarded.decode("latin-1").split(",")[-_MOST_FORWARDED:]):
        said = address(text)
        if said is None:
            break  # what stands further left was written by nobody whom we trust
        nearest = said
        if not _among(said, trusted):
            break
    return nearest


def address(text: str) -> Address | None:
    """An address as peers and proxies write it, with a port or without; None for what is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


def bucket(who: Address | None) -> str:
    """Its name: the address, or the network that one customer has."""
    if isinstance(who, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(who) >> 64 << 64, 64)))
    return str(who)


def _among(who: Address, networks: Sequence[Network]) -> bool:
    return any(who.version == one.version and who in one for one in networks)
