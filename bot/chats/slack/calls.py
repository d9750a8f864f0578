"""Slack's Web API: one session, a deadline for every call, a lane for every channel, and errors in our own words.

A message whose answer was lost is `Unsure`, and never sent again here; whatever else goes wrong with one, it was not
taken. What may be repeated without harm is, once, when a connection broke.
"""

import logging
from asyncio import timeout
from collections.abc import Awaitable, Callable, Hashable, Mapping
from datetime import timedelta
from typing import Any, Protocol, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.chats.slack import lanes
from bot.chats.slack.credentials import UNINSTALLED
from bot.chats.slack.lanes import Lanes
from bot.chats.slack.refusals import Nobody, SlackError, asked, in_our_words, lost, no_answer
from bot.errors import Busy, ChatError, Unsure
from bot.messages import Secret
from bot.tls import trust

__all__ = ["DEADLINE", "SPACING", "Calls", "Nobody", "SlackError", "TokenSource"]

T = TypeVar("T")
log = logging.getLogger("freewhen.slack")

DEADLINE = timedelta(seconds=12)
"""Of one request. Longer than whoever sends a reminder waits: to them a late answer is "perhaps", not "no"."""
SPACING = 1.0
"""Seconds between two new messages of one channel (docs.slack.dev/apis/web-api/rate-limits: one a second)."""

_FORMS = frozenset(("auth.test", "files.getUploadURLExternal", "users.info", "users.list", "users.lookupByEmail"))
"""These read no JSON (docs.slack.dev/apis/web-api: "Methods supporting JSON POSTs")."""
_POSTS = frozenset(("chat.postMessage", "chat.postEphemeral"))
"""New each time: these are not sent again when nobody knows whether they arrived."""
_PLACES = {"chat.update": "channel", "views.update": "view_id", "views.publish": "user_id"}
"""What names the place whose changes go out in order."""
_HURRY = {"views.open": 2.0, "conversations.open": 1.1}
"""Seconds that are waited before these: a trigger lives for three, and a conversation is opened before a message."""
_DEADLINES = {"conversations.open": timedelta(seconds=4)}
"""Nothing is sent yet: it ends well before whoever sends believes that something may have been."""


class TokenSource(Protocol):
    """Which token speaks in which workspace."""

    async def of(self, team: str) -> Secret:
        """Raises Unreachable for a workspace that is not installed, ChatError."""
        ...

    async def forget(self, team: str, refused: Secret | None = None) -> None:
        """The workspace does not take this token any more, or none of ours."""
        ...


class Calls:
    """Every outgoing call of one Slack app. `close` at the end."""

    def __init__(self, api_url: str, ca_file: str, tokens: TokenSource) -> None:
        self._api_url, self._ca_file, self._tokens = api_url, ca_file, tokens
        self._session: aiohttp.ClientSession | None = None
        self._closed = False
        self._lanes = Lanes()

    async def call(self, team: str, method: str, **arguments: Any) -> Mapping[str, Any]:
        """One method with the workspace's token, in its turn. Raises Busy, Unreachable, Unsure, SlackError, ChatError.

        Busy: nothing was sent. See `lanes.patient` for how long the turn is waited for.
        """
        until = lanes.until(_HURRY.get(method, lanes.WAIT), patiently=method != "views.open")
        posts = method in _POSTS
        place = str(arguments.get("channel" if posts else _PLACES.get(method, ""), ""))
        what = (team, method, place if posts else "")

        async def send() -> Mapping[str, Any]:
            return await self._waiting(what, until, lambda: self._as_us(team, method, arguments))

        if not place:
            return await send()
        async with self._lanes.turn((team, "" if posts else method, place), until, SPACING if posts else 0.0):
            return await send()

    async def ask(self, method: str, token: Secret | None, **body: Any) -> Mapping[str, Any]:
        """One method with this token, or none. Raises Busy, Unsure, SlackError, ChatError.

        `x-oauth-scopes` is added to the answer where a header says what the token may do.
        """
        return await self._waiting(("", method), lanes.until(lanes.WAIT), lambda: self._once(method, token, body))

    async def post(self, url: Secret, *, json: Any = None, data: bytes | None = None) -> None:
        """To an address that Slack gave us: a response_url, or where a file goes. Raises Busy, Unsure, ChatError."""
        address = self._of_slack(url)
        until = lanes.until(lanes.WAIT)
        async with self._lanes.turn(address, until):
            await self._waiting(address, until, lambda: self._posted(address, json, data))

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _waiting(self, what: Hashable, until: float, send: Callable[[], Awaitable[T]]) -> T:
        """Send, and again as long as Slack asks to wait and there is time. Raises Busy."""
        while True:
            await self._lanes.rested(what, until)
            try:
                return await send()
            except Busy as busy:
                self._lanes.rests(what, busy.retry_after)

    async def _as_us(self, team: str, method: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """With the workspace's token; with a newer one, once, where Slack does not take it. Raises Unreachable."""
        body = {"data" if method in _FORMS else "json": arguments}
        token = await self._tokens.of(team)
        try:
            return await self._once(method, token, body)
        except SlackError as error:
            if error.code not in UNINSTALLED:
                raise
            newer = await self._instead(team, token)
        try:
            return await self._once(method, newer, body)
        except SlackError as error:
            if error.code in UNINSTALLED:
                await self._instead(team, newer)
                raise ChatError("Slack takes none of our tokens at the moment.") from error
            raise

    async def _instead(self, team: str, refused: Secret) -> Secret:
        """Another token than that. Raises Unreachable when the workspace does not know us any more, ChatError."""
        await self._tokens.forget(team, refused)
        newer = await self._tokens.of(team)
        if newer == refused:
            raise ChatError("Slack does not take our token at the moment.")
        return newer

    async def _once(self, method: str, token: Secret | None, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """One request. Raises Busy, Unsure, SlackError, ChatError."""
        posts = method in _POSTS
        again = (
            AsyncConnectionErrorRetryHandler(error_types=[aiohttp.ClientConnectorError])
            if posts
            else AsyncConnectionErrorRetryHandler()
        )
        deadline = _DEADLINES.get(method, DEADLINE).total_seconds()
        client = AsyncWebClient(
            token.reveal() if token is not None else None,
            base_url=self._api_url,
            session=self.session(),
            timeout=int(DEADLINE.total_seconds()),
            retry_handlers=[again],
        )
        client.proxy = None  # it would forget NO_PROXY; the session knows both
        try:
            async with timeout(deadline):
                answer = await client.api_call(method, **body)
        except SlackApiError as error:
            raise in_our_words(method, error, posts) from error
        except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError) as error:
            raise lost(error, posts) from error
        data = answer.data
        if not isinstance(data, dict):
            raise no_answer(f"Slack answered {method} with something else than JSON.", answer.status_code, posts)
        scopes = {name.lower(): value for name, value in answer.headers.items()}.get("x-oauth-scopes")
        return data if scopes is None else {**data, "x-oauth-scopes": scopes}

    async def _posted(self, address: URL, json: Any, data: bytes | None) -> None:
        try:
            async with timeout(DEADLINE.total_seconds()):
                async with self.session().post(address, json=json, data=data, allow_redirects=False) as answer:
                    said = await answer.content.read(2000)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise lost(error, data is None) from error
        if answer.status == 429:
            raise Busy(asked(answer.headers))
        if answer.status != 200 or (said.startswith(b"{") and b'"ok":false' in said.replace(b" ", b"")):
            why = f"Slack did not take an answer (status {answer.status})."
            raise Unsure(why) if answer.status >= 500 and data is None else ChatError(why)

    def _of_slack(self, url: Secret) -> URL:
        """An address of the Slack that we are set up for, or of where its API is. Raises ChatError."""
        try:
            address, api = URL(url.reveal()), URL(self._api_url)
        except ValueError:
            raise ChatError("What should be an address of Slack is none.") from None
        home = (api.host or "").removeprefix("www.")
        known = {("https", f"{name}.{home}", 443) for name in ("hooks", "files")}
        known.add((api.scheme, api.host or "", api.port or 0))
        if (address.scheme, address.host or "", address.port or 0) not in known or address.user is not None:
            raise ChatError("That address is not Slack's; nothing was sent there.")
        return address

    def session(self) -> aiohttp.ClientSession:
        """The one session: connections are kept, and the machine's proxy settings are honoured. Raises ChatError."""
        if self._closed:
            raise ChatError("This process is ending.")
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(ssl=trust(self._ca_file), limit=100, limit_per_host=50)
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=aiohttp.ClientTimeout(total=DEADLINE.total_seconds(), connect=5),
                trust_env=True,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    async def close(self) -> None:
        self._closed = True
        if self._session is not None:
            await self._session.close()
