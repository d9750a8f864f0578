"""Slack's Web API: one session, a deadline for every call, a lane for every channel, and errors in our own words."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
)
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient

from bot.backoff import retry_after
from bot.errors import Busy, ChatError, Unreachable
from bot.messages import Secret
from bot.tls import trust

log = logging.getLogger("freewhen.slack")

DEADLINE = timedelta(seconds=12)
"""Of one call. Longer than whoever sends a reminder waits: to them a late answer is "perhaps", not "no"."""
SPACING = 1.0
"""Seconds between two new messages of one channel (docs.slack.dev/apis/web-api/rate-limits: one a second)."""
SHORT = timedelta(seconds=3)
"""A rest as short as this is waited for on the spot; a longer one is told to the caller."""
MOST_RESTS = 8
"""Of one call; its deadline ends it before, as a rule."""
MOST_LANES = 20_000

_FORMS = frozenset(("auth.test", "files.getUploadURLExternal", "users.info", "users.list", "users.lookupByEmail"))
"""These read no JSON (docs.slack.dev/apis/web-api: "Methods supporting JSON POSTs")."""
_POSTS = frozenset(("chat.postMessage", "chat.postEphemeral"))
_NOBODY = frozenset(
    (
        "cannot_dm_bot",
        "channel_is_archived",
        "channel_not_found",
        "is_archived",
        "is_bot",
        "messages_tab_disabled",
        "not_in_channel",
        "user_disabled",
        "user_is_bot",
        "user_not_found",
        "user_not_in_channel",
        "user_not_visible",
        "users_not_found",
    )
)
"""This person, or this place, cannot be reached."""
_UNINSTALLED = frozenset(
    ("account_inactive", "invalid_auth", "not_authed", "team_access_not_granted", "token_expired", "token_revoked")
)
"""The workspace does not know us any more."""


class TokenSource(Protocol):
    """Which token speaks in which workspace."""

    async def of(self, team: str) -> Secret:
        """Raises Unreachable for a workspace that is not installed, ChatError."""
        ...

    async def forget(self, team: str, refused: Secret | None = None) -> None:
        """The workspace does not take this token any more, or none of ours."""
        ...


class SlackError(ChatError):
    """Slack refused. `code` is its own word for why; see each method's page on docs.slack.dev."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(f"Slack did not accept {method}: {code}")
        self.code = code


class Nobody(Unreachable, SlackError):
    """Slack knows nobody, or no place, of that name."""


class _ShortRests(AsyncRateLimitErrorRetryHandler):
    """429 is waited for as long as it asks, where that is short."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        return response is not None and response.status_code == 429 and _asked(response.headers) <= SHORT


@dataclass(slots=True)
class _Lane:
    """One channel: what is new there goes out in order, and no faster than one a second."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0


class Calls:
    """Every outgoing call of one Slack app. `close` at the end."""

    def __init__(self, api_url: str, ca_file: str, tokens: TokenSource) -> None:
        self._api_url, self._ca_file, self._tokens = api_url, ca_file, tokens
        self._session: aiohttp.ClientSession | None = None
        self._closed = False
        self._lanes: OrderedDict[tuple[str, str], _Lane] = OrderedDict()
        self._rests: dict[tuple[str, str, str], float] = {}

    async def call(self, team: str, method: str, **arguments: Any) -> Mapping[str, Any]:
        """One method with the workspace's token. Raises Busy, Unreachable, SlackError, ChatError."""
        token = await self._tokens.of(team)
        channel = str(arguments.get("channel", "")) if method in _POSTS else ""
        rest = (team, method, channel)
        async with self._lane(team, channel):
            if (left := self._rests.get(rest, 0.0) - time.monotonic()) > 0:
                raise Busy(timedelta(seconds=left))
            try:
                how = "data" if method in _FORMS else "json"
                return await self.ask(method, token, **{how: arguments})
            except Busy as busy:
                now = time.monotonic()
                self._rests = {key: until for key, until in self._rests.items() if until > now}
                self._rests[rest] = now + busy.retry_after.total_seconds()
                raise
            except SlackError as error:
                if error.code in _UNINSTALLED:
                    await self._tokens.forget(team, token)
                    raise Unreachable("The workspace does not know this bot any more.") from error
                raise

    async def ask(self, method: str, token: Secret | None, **body: Any) -> Mapping[str, Any]:
        """One method with this token, or none. Raises Busy, SlackError, ChatError.

        `x-oauth-scopes` is added to the answer where a header says what the token may do.
        """
        client = AsyncWebClient(
            token.reveal() if token is not None else None,
            base_url=self._api_url,
            session=self.session(),
            timeout=int(DEADLINE.total_seconds()),
            retry_handlers=[AsyncConnectionErrorRetryHandler(), _ShortRests(max_retry_count=MOST_RESTS)],
        )
        client.proxy = None  # it would forget NO_PROXY; the session knows both
        try:
            async with asyncio.timeout(DEADLINE.total_seconds()):
                answer = await client.api_call(method, **body)
        except SlackApiError as error:
            raise _in_our_words(method, error) from error
        except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError) as error:
            raise ChatError("Slack could not be reached.") from error
        data = answer.data
        if not isinstance(data, dict):
            raise ChatError(f"Slack answered {method} with something else than JSON.")
        scopes = {name.lower(): value for name, value in answer.headers.items()}.get("x-oauth-scopes")
        return data if scopes is None else {**data, "x-oauth-scopes": scopes}

    async def post(self, url: Secret, *, json: Any = None, data: bytes | None = None) -> None:
        """To an address that Slack gave us: a response_url, or where a file goes. Raises Busy, ChatError."""
        try:
            async with asyncio.timeout(DEADLINE.total_seconds()):
                async with self.session().post(url.reveal(), json=json, data=data, allow_redirects=False) as answer:
                    said = await answer.content.read(2000)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise ChatError("Slack could not be reached.") from error
        if answer.status == 429:
            raise Busy(_asked(answer.headers))
        if answer.status != 200 or (said.startswith(b"{") and b'"ok":false' in said.replace(b" ", b"")):
            raise ChatError(f"Slack did not take an answer (status {answer.status}).")

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

    @asynccontextmanager
    async def _lane(self, team: str, channel: str) -> AsyncIterator[None]:
        """A turn in the channel, a second after the last one; at once where it is no new message."""
        if not channel:
            yield
            return
        lane = self._lanes.setdefault((team, channel), _Lane())
        self._lanes.move_to_end((team, channel))
        while len(self._lanes) > MOST_LANES:
            self._lanes.popitem(last=False)
        async with lane.turn:
            if (wait := lane.free_at - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            try:
                yield
            finally:
                lane.free_at = time.monotonic() + SPACING


def _asked(headers: Mapping[str, Any]) -> timedelta:
    """How long a 429 asks us to wait; a second where it does not say."""
    named = {name.lower(): value for name, value in headers.items()}.get("retry-after")
    text = named[0] if isinstance(named, list) and named else named
    asked = retry_after(None if text is None else str(text), datetime.now(UTC))
    return max(asked, timedelta(seconds=1)) if asked is not None else timedelta(seconds=1)


def _in_our_words(method: str, error: SlackApiError) -> ChatError:
    answer = error.response
    if getattr(answer, "status_code", 200) == 429:
        return Busy(_asked(answer.headers))
    code = str(answer.get("error", "")) if isinstance(getattr(answer, "data", None), dict) else ""
    if not code:
        return ChatError(f"Slack could not answer {method}.")
    if code == "missing_scope":
        log.error("Slack needs the scope %s for %s: install the app again", answer.get("needed", "?"), method)
    if code in ("ratelimited", "rate_limited"):
        return Busy(_asked(answer.headers))
    return Nobody(method, code) if code in _NOBODY else SlackError(method, code)
