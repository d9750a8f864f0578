"""Our three cookies, each for ten minutes: the form's key, the browser that accepted, and how it ended."""

import base64
import binascii
import json
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bot.handlers.steps import Ending, followed
from bot.ports import LINK_LIFE

FORM, BROWSER, OUTCOME = "csrf", "connect", "outcome"

_LONGEST_TEXT = 1200


class Cookies:
    """Over https their names begin with `__Host-`: no other host and no plain connection can set them (RFC 6265bis
    §4.1.3.2). Loopback without TLS cannot have that; there the names are plain.
    """

    def __init__(self, public_url: str) -> None:
        self._secure = urlsplit(public_url).scheme == "https"

    def name(self, which: str) -> str:
        return f"__Host-{which}" if self._secure else which

    def read(self, request: Request, which: str) -> str:
        """The value, "" where there is none."""
        value = request.cookies.get(self.name(which), "")
        return value if len(value) < 4096 else ""

    def set(self, answer: Response, which: str, value: str) -> None:
        # Lax: the browser comes back from the provider by a link of theirs, and has to bring it.
        answer.set_cookie(
            self.name(which),
            value,
            max_age=int(LINK_LIFE.total_seconds()),
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def forget(self, answer: Response, which: str) -> None:
        answer.delete_cookie(self.name(which), path="/", secure=self._secure, httponly=True, samesite="lax")


def pack(ending: Ending) -> str:
    """How it ended, for the clean page: the address bar holds nothing, and no other browser can see it."""
    told = [ending.title[:200], ending.text[:_LONGEST_TEXT], ending.done, ending.back[:60], ending.link]
    return base64.urlsafe_b64encode(json.dumps(told, ensure_ascii=False).encode()).decode().rstrip("=")


def unpack(value: str) -> Ending | None:
    """None for what is not ours."""
    try:
        told = json.loads(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)))
        title, text, done, back, link = told
    except (ValueError, binascii.Error, TypeError, RecursionError):
        return None
    if not (isinstance(title, str) and isinstance(text, str) and isinstance(done, bool) and isinstance(back, str)):
        return None
    return Ending(title, text, done, back, followed(link))
