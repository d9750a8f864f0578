"""Calls of Google Calendar v3 through googleapiclient: threads, deadlines, tokens, rests, and failures as our errors.

The client library blocks, so every call runs in a pool of its own. Nothing of it is imported before the first call.
"""

import asyncio
import json
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import urlsplit, urlunsplit

from bot.backoff import Rests, retry_after
from bot.errors import ProviderError, Unavailable
from bot.messages import Secret
from bot.ports import Clock, Opening
from bot.providers.google_consent import SCOPES, GoogleConsent, access_token
from bot.providers.google_errors import (
    NAME,
    SCOPE_OF,
    Broken,
    Lost,
    NoAnswer,
    NotSent,
    reason_of,
    refusal,
    slow_down,
)
from bot.providers.google_settings import GoogleSettings
from bot.providers.pool import Pool, PoolFull
from bot.tls import trust

if TYPE_CHECKING:
    from bot.providers.google_http import Transport

T = TypeVar("T")

log = logging.getLogger("freewhen.google")

Body = dict[str, Any]
"""A JSON object of Google's."""

THREADS = 16
_WAITING = 1000
"""Each until its own deadline: a question to a company comes as many calls at once, and none is refused early."""
_GRACE = 0.5
_SOON = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call may take in all, in seconds, and how a short rest is waited for."""

    deadline: float = 9.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class Google:
    """What all accounts share: threads, connections, who rests, and the library's description of the API."""

    def __init__(self, settings: GoogleSettings, clock: Clock, patience: Patience | None = None) -> None:
        self.clock = clock
        self.consent = GoogleConsent(settings, clock)
        self.patience = patience or Patience()
        self.pool = Pool(NAME, THREADS, _WAITING)
        self.rests = Rests()
        self._settings = settings
        self._lock = threading.Lock()
        self._api: tuple[Mapping[str, Any], Transport] | None = None

    def send(self, call: "Call[T]", token: Secret, until: float) -> "T | Refused":
        """One request, in a thread of the pool. Raises NoAnswer."""
        from googleapiclient.errors import HttpError

        resources, transport = self._ready()
        resource, _, name = call.method.partition(".")
        request = getattr(resources[resource], name)(**call.asked)
        if call.etag:
            request.headers["If-Match"] = call.etag
        request.postproc = lambda _, content: call.parse(content)
        try:
            found: T = request.execute(http=transport.http(token, until), num_retries=0)
        except HttpError as error:  # every status from 300 on
            return Refused(error.resp.status, error.content, error.resp.get("retry-after", ""))
        except ValueError as error:
            raise Broken from error
        return found

    def close(self) -> None:
        """No more calls."""
        self.pool.close()
        if self._api is not None:
            self._api[1].close()

    def _ready(self) -> tuple[Mapping[str, Any], "Transport"]:
        """Built once, in the thread that needs it first: the library takes a third of a second to import."""
        with self._lock:
            if self._api is None:
                from googleapiclient.discovery import build

                from bot.providers.google_http import Transport

                api = build(
                    "calendar",
                    "v3",
                    http=object(),  # never used: each call brings its own
                    static_discovery=True,
                    cache_discovery=False,
                    client_options={"api_endpoint": api_root(self._settings.api_url)},
                )
                resources = {name: getattr(api, name)() for name in SCOPE_OF}
                self._api = resources, Transport(trust(self._settings.ca_file), THREADS)
            return self._api


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """A method such as "events.list", what it is asked, and how its answer is read (in the thread; ValueError: odd)."""

    method: str
    asked: Mapping[str, Any]
    parse: Callable[[bytes], T]
    etag: str = ""
    write: bool = False

    @property
    def resource(self) -> str:
        return self.method.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer with a status other than 2xx."""

    status: int
    body: bytes
    retry_after: str


class Session:
    """Calls on behalf of one account. All raise ProviderError; Gone for what is not there."""

    def __init__(self, google: Google, opening: Opening) -> None:
        self.google = google
        self.opening = opening
        self._credential = opening.credential
        self._account = f"{opening.tenant} {opening.address.casefold()}"

    async def read(self, method: str, parse: Callable[[bytes], T], **asked: Any) -> T:
        """A call that changes nothing; tried once more after a short rest, or when the connection broke."""
        call = Call(method, asked, parse)
        try:
            return await self._tried(call, None)
        except _Again as told:
            again, wait = told, told.wait.total_seconds()
            if again.wait > _SOON or monotonic() + wait >= again.until:
                raise again.error from again.error.__cause__
            await self.google.patience.sleep(wait)
        try:
            return await self._tried(call, again)
        except _Again as last:
            raise last.error from last.error.__cause__

    async def write(self, method: str, etag: str = "", **asked: Any) -> Body:
        """A call that changes something, sent once. `etag`: only while it is as it was read.

        Raises Lost where it may have been done, Taken for an id in use, Changed when the etag is another by now.
        """
        try:
            return await self._tried(Call(method, asked, json_object, etag, write=True), None)
        except _Again as again:
            raise again.error from again.error.__cause__

    async def _tried(self, call: Call[T], again: "_Again | None") -> T:
        """Raises what becomes of a refusal; _Again where waiting may help."""
        google = self.google
        # A second try comes after the rest that the first one was told, on whatever clock that was.
        now = google.clock.now() if again is None else max(google.clock.now(), again.ends)
        if (left := google.rests.left(self._account, now)) is not None:
            raise Unavailable(NAME, retry_after=left)
        credential, token = await self._token(None)
        until = monotonic() + google.patience.deadline if again is None else again.until
        found = await self._sent(call, token, until)
        if isinstance(found, Refused) and found.status == 401:
            _, token = await self._token(credential)
            found = await self._sent(call, token, until)
        if not isinstance(found, Refused):
            google.rests.succeeded(self._account, google.clock.now())
            return found
        raise self._refused(call, found, until)

    async def _sent(self, call: Call[T], token: Secret, until: float) -> T | Refused:
        """Raises Unavailable, Lost, _Again."""
        google = self.google
        try:
            async with asyncio.timeout(max(until - monotonic(), 0) + _GRACE):
                return await google.pool.run(partial(google.send, call, token, until))
        except PoolFull:
            raise Unavailable(NAME, "That calendar is slow at the moment. Try again in a minute.") from None
        except (NoAnswer, TimeoutError) as error:
            log.warning("no answer to %s: %s", call.method, type(error).__name__)
            sent = not isinstance(error, NotSent)
            raised = (Lost if call.write and sent else Unavailable)(NAME)
            raised.__cause__ = error
            if isinstance(error, Broken) and not call.write:
                raise _Again(raised, timedelta(), google.clock.now(), until) from error
            raise raised from error

    def _refused(self, call: Call[T], found: Refused, until: float) -> Exception:
        """What to raise; a rest begins where Google wants one."""
        google, now = self.google, self.google.clock.now()
        permission = SCOPES[SCOPE_OF[call.resource]]
        meant = refusal(found.status, found.body, permission)
        log.info("%s was refused: %s %s", call.method, found.status, reason_of(found.body)[:60])
        if not isinstance(meant, Unavailable):
            return meant
        if found.status < 500 and not slow_down(found.status, found.body):
            return meant
        wait = google.rests.failed(self._account, retry_after(found.retry_after, now), now)
        kind = Lost if call.write and found.status >= 500 else Unavailable
        return _Again(kind(NAME, meant.message, wait), wait, now + wait, until)

    async def _token(self, stale: Secret | None) -> tuple[Secret, Secret]:
        """The credential and its access token; `stale`: one that Google has just refused.

        Raises LinkExpired, Unavailable.
        """
        now = self.google.clock.now
        if stale is None or stale != self._credential:
            token = access_token(self._credential, now())
            if token is not None:
                return self._credential, Secret(token)
        try:
            self._credential = await self.opening.renew(self._credential, self.google.consent.refresh)
        except Unavailable as error:
            wait = self.google.rests.failed(self._account, error.retry_after, now())
            raise Unavailable(NAME, error.message, wait) from error
        token = access_token(self._credential, now())
        if token is None:  # new, and over already
            raise Unavailable(NAME, "Google’s clock and this server’s differ. Please tell whoever runs this server.")
        return self._credential, Secret(token)


class _Again(Exception):
    """It may be asked again: what to raise otherwise, how long to wait first, when that ends, and the deadline."""

    def __init__(self, error: ProviderError, wait: timedelta, ends: datetime, until: float) -> None:
        self.error, self.wait, self.ends, self.until = error, wait, ends, until


def json_object(content: bytes) -> Body:
    """Raises ValueError for anything else. An answer without a body is an empty object."""
    found = json.loads(content) if content else {}
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")
    return found


def api_root(url: str) -> str:
    """Where the methods are: the address in the settings, up to the version and with a slash at its end."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    path = path if path.endswith("/calendar/v3") else f"{path}/calendar/v3"
    return urlunsplit((parts.scheme, parts.netloc, f"{path}/", "", ""))
