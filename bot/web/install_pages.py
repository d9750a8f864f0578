"""The pages on which a workspace adds the bot: off to Slack, back with an answer, and how it ended.

The state is in a cookie of the browser that began, and in the address that Slack sends it back to: whoever brings one
without the other has been sent by somebody else (RFC 6749 §10.12).
"""

import hmac
import secrets
from collections import OrderedDict
from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.errors import ChatError
from bot.handlers.steps import Ending
from bot.ports import LINK_LIFE, Clock, Installing
from bot.web import cookies, incoming
from bot.web.cookies import Cookies
from bot.web.incoming import Refused
from bot.web.pages import Pages

START, BACK, DONE = "/slack/install", "/slack/oauth_redirect", "/slack/installed"
STATE, OUTCOME = "install", "installed"
MOST_USED = 10_000

_STRANGE = Ending(
    "That answer does not belong here",
    "It was not asked for in this browser, has been used already, or took longer than ten minutes. Nothing was "
    f"installed by it. Open {START} to start again, and stay in one browser.",
)
_NOTHING = Ending(
    "There is nothing here",
    "This page says how installing ended, in the browser where it was done. If that was just now and here, your "
    "browser may refuse cookies.",
)
_DENIED = Ending("Freewhen was not installed", f"It was not allowed at Slack. Open {START} to start again.")


class InstallPages:
    def __init__(self, installing: Installing, clock: Clock, public_url: str, pages: Pages) -> None:
        self._installing, self._clock, self._pages = installing, clock, pages
        self._cookies = Cookies(public_url)
        self._used: OrderedDict[str, None] = OrderedDict()

    def routes(self) -> list[Route]:
        return [
            Route(START, self.start, methods=["GET"]),
            Route(BACK, self.back, methods=["GET"]),
            Route(DONE, self.done, methods=["GET"]),
        ]

    async def start(self, request: Request) -> Response:
        """Off to Slack, where an administrator decides."""
        state = f"{int(self._clock.now().timestamp())}.{secrets.token_urlsafe(32)}"
        answer = RedirectResponse(self._installing.address(state), 303)
        self._cookies.set(answer, STATE, state)
        self._cookies.forget(answer, OUTCOME)
        return answer

    async def back(self, request: Request) -> Response:
        """Slack's answer. Whatever it is, the browser goes on to a clean address."""
        if request.method == "HEAD":  # nobody's browser: it must not use the answer up
            return self._pages.ending(Ending("That does not work here", f"Open {START}."), 405)
        try:
            ending = await self._finished(request)
        except (Refused, ValueError):
            ending = _STRANGE
        except ChatError as error:
            ending = Ending("Freewhen was not installed", f"{error.message} You begin at {START}.")
        except Exception as error:  # noqa: BLE001  the address must be clean in any case; logged, never shown
            ending = self._pages.unexpected(error)
        answer = RedirectResponse(DONE, 303)
        self._cookies.set(answer, OUTCOME, cookies.pack(ending))
        if ending is not _STRANGE:
            self._cookies.forget(answer, STATE)
        return answer

    async def done(self, request: Request) -> Response:
        """How it ended, as this browser's cookie says."""
        ending = cookies.unpack(self._cookies.read(request, OUTCOME)) or _NOTHING
        return self._pages.ending(ending, 404 if ending is _NOTHING else 200)

    async def _finished(self, request: Request) -> Ending:
        """Raises Refused, ChatError."""
        told = incoming.query(request)
        state = told.get("state", "")
        if not self._is_ours(state, self._cookies.read(request, STATE), self._clock.now()):
            return _STRANGE
        self._used[state] = None
        if len(self._used) > MOST_USED:
            self._used.popitem(last=False)
        if told.get("error"):
            return _DENIED
        if not told.get("code"):
            return _STRANGE
        name = await self._installing.finish(told["code"])
        return Ending(f"Freewhen is in {name}", "Type /connect-calendar in Slack to begin.", done=True, back="Slack")

    def _is_ours(self, state: str, cookie: str, now: datetime) -> bool:
        """Made here for this browser, not long ago, and not used yet."""
        begun = state.partition(".")[0]
        if not cookie or not hmac.compare_digest(state.encode(), cookie.encode()) or state in self._used:
            return False
        young = begun.isascii() and begun.isdigit() and len(begun) <= 12
        return young and 0 <= now.timestamp() - int(begun) <= LINK_LIFE.total_seconds()
