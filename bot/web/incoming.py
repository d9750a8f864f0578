"""What a browser sent: small, from our own page, and read once. Refuse is an answer, not a crash."""

import asyncio
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import ClientDisconnect, Request

MOST_FORM = 8 * 1024
MOST_QUERY = 8 * 1024
MOST_FIELDS = 50
READ_DEADLINE = 10.0
_FORM = "application/x-www-form-urlencoded"

_EMBEDDED = re.compile(
    r"\bSlack(_SSB)?/|Telegram(?!Bot)|\bFBA[NV]\b|FB_IAB|Instagram|\bLine/|MicroMessenger|WhatsApp/|Twitter(?!bot)"
    r"|LinkedInApp|Snapchat|Pinterest/|musical_ly|Bytedance|MSTeams|\bTeams/|DiscordBot-App|; wv\)|\bWebView\b",
    re.IGNORECASE,
)
_APPLE = re.compile(r"\b(iPhone|iPad|iPod)\b.*AppleWebKit/(?!.*\b(Safari|CriOS|FxiOS|EdgiOS)/)")
_PREVIEW = re.compile(r"bot\b|LinkExpanding|facebookexternalhit|crawler|spider|preview|Twitterbot", re.IGNORECASE)


class Refused(Exception):
    """The request is answered with a page that says why. `status` as in RFC 9110 §15.5."""

    def __init__(self, status: int, title: str, text: str) -> None:
        super().__init__(title)
        self.status, self.title, self.text = status, title, text


def is_embedded(request: Request) -> bool:
    """Whether a window inside another app asks (RFC 8252 §8.12); a preview is no window."""
    agent = request.headers.get("user-agent", "")[:1000]
    return bool((_EMBEDDED.search(agent) or _APPLE.search(agent)) and not _PREVIEW.search(agent))


def check_origin(request: Request, public_url: str) -> None:
    """A form of ours is sent by our own page. Raises Refused.

    Our pages send no referrer, so browsers say `Origin: null` of them, and the truth in Sec-Fetch-Site (Fetch §3.2.6).
    What says neither is no browser of today; the field of the form and its cookie still have to be right.
    """
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    ours = f"{urlsplit(public_url).scheme}://{urlsplit(public_url).netloc}"
    opaque = origin == "null" and site == "same-origin"
    if (site not in (None, "same-origin")) or (origin is not None and origin != ours and not opaque):
        raise Refused(403, "This form came from somewhere else", _AGAIN)


def csrf(key: str, purpose: str) -> str:
    """The hidden field that belongs to a cookie: bound to one form, so that it is good for no other."""
    return hmac.new(key.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def check_csrf(fields: Mapping[str, str], key: str, purpose: str) -> None:
    """Raises Refused."""
    if not key or not hmac.compare_digest(csrf(key, purpose).encode(), fields.get("csrf", "").encode()):
        raise Refused(403, "This form is not good any more", _AGAIN)


def new_key() -> str:
    return secrets.token_urlsafe(32)


async def form(request: Request) -> dict[str, str]:
    """The fields of a form, one value each. Raises Refused."""
    if request.headers.get("content-type", "").partition(";")[0].strip().casefold() != _FORM:
        raise Refused(415, "This is not a form", _AGAIN)
    return _pairs((await body(request, MOST_FORM)).decode("utf-8", "replace"))


def query(request: Request) -> dict[str, str]:
    """The parameters of an address, one value each (RFC 6749 §3.1). Raises Refused."""
    if len(request.url.query) > MOST_QUERY:
        raise Refused(414, "This address is too long", _AGAIN)
    return _pairs(request.url.query)


async def body(request: Request, most: int) -> bytes:
    """The body, never more than `most` bytes of it. Raises Refused."""
    length = request.headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()) or len(length) > 12 or int(length) > most:
        raise Refused(413, "That is too much", _AGAIN)
    read = bytearray()
    try:
        async with asyncio.timeout(READ_DEADLINE):
            async for part in request.stream():
                read += part
                if len(read) > most:
                    raise Refused(413, "That is too much", _AGAIN)
    except (TimeoutError, ClientDisconnect) as error:
        raise Refused(408, "That took too long", _AGAIN) from error
    return bytes(read)


def _pairs(text: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise Refused(400, "That was not understood", _AGAIN) from error
    if len(dict(pairs)) != len(pairs):
        raise Refused(400, "That was not understood", _AGAIN)
    return dict(pairs)


_AGAIN = "Nothing was changed. Open the link in your chat again, and use the page that it leads to."
