"""The front door for Slack: size, headers, time and signature are checked before anything is read as more than bytes.

Whoever does not hold the signing secret learns a number and four words, and costs us no more than `MOST_BODY` bytes.
What has passed is stored and acknowledged by a `ports.Webhook`; nothing is decided here.
Source of the rules: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import asyncio
import hmac
import json
import logging
import re
from collections.abc import Mapping
from typing import Any

from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.errors import StorageError
from bot.messages import Secret
from bot.ports import Clock, Webhook
from bot.web.slack_bodies import BadBody, from_form, from_json

log = logging.getLogger("freewhen.web")

PATH = "/slack/events"
MOST_BODY = 1024 * 1024
MOST_OLD = 5 * 60
"""Seconds that Slack's clock and ours may be apart; what is older may be a replay."""
READ_DEADLINE = 10.0

_TIMESTAMP = re.compile(rb"[1-9][0-9]{8,10}")
_SIGNATURE = re.compile(rb"v0=[0-9a-f]{64}")
_LENGTH = re.compile(rb"[0-9]{1,12}")
_ALWAYS = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
_TEXT, _JSON = b"text/plain; charset=utf-8", b"application/json"


class Refused(Exception):
    """Answered with a status (RFC 9110 §15.5) and a few words. `close`: more of the body may be on its way."""

    def __init__(self, status: int, text: str, close: bool = False) -> None:
        super().__init__(text)
        self.status, self.text, self.close = status, text, close


class SlackDoor:
    """An ASGI application for one path. Acknowledges what is stored: 200; 503 makes Slack deliver it again."""

    def __init__(self, webhook: Webhook, signing_secret: Secret, clock: Clock) -> None:
        self._webhook, self._clock = webhook, clock
        self._key = signing_secret.reveal().encode()

    def routes(self) -> list[Route]:
        """So that the site knows the path, and refuses what is no delivery."""
        return [Route(PATH, self, methods=["POST"])]

    def before(self, site: ASGIApp) -> ASGIApp:
        """A site with this door in front of it: a delivery waits for nothing that only pages need."""

        async def first(scope: Scope, receive: Receive, send: Send) -> None:
            ours = scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "POST"
            await (self if ours else site)(scope, receive, send)

        return first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            kind, body = await self._checked(scope, receive)
            answer = await self._taken(_payload(kind, body))
        except Refused as error:
            await _send(send, error.status, error.text.encode(), _TEXT, error.close)
        except Exception:  # the last resort of one request; logged, never shown
            log.exception("unexpected at Slack's door")
            await _send(send, 500, b"not taken", _TEXT, close=True)
        else:
            await _send(send, 200, *answer)

    async def _checked(self, scope: Scope, receive: Receive) -> tuple[bytes, bytes]:
        """The type and the bytes of a body that Slack signed just now. Raises Refused."""
        timestamp = signature = kind = length = None
        for name, value in scope["headers"]:
            if name == b"x-slack-signature":
                signature = value if signature is None else b""
            elif name == b"x-slack-request-timestamp":
                timestamp = value if timestamp is None else b""
            elif name == b"content-type":
                kind = value
            elif name == b"content-length":
                length = value
        if length is not None and (not _LENGTH.fullmatch(length) or int(length) > MOST_BODY):
            raise Refused(413, "too much", close=True)
        if not signature or not timestamp:
            raise Refused(401, "not signed", close=length is None)
        if not _SIGNATURE.fullmatch(signature) or not _TIMESTAMP.fullmatch(timestamp):
            raise Refused(401, "not signed by Slack", close=length is None)
        if abs(self._clock.now().timestamp() - int(timestamp)) > MOST_OLD:
            raise Refused(401, "too old", close=length is None)
        body = await _read(receive)
        wanted = b"v0=" + hmac.digest(self._key, b"v0:%b:%b" % (timestamp, body), "sha256").hex().encode()
        if not hmac.compare_digest(wanted, signature):
            raise Refused(401, "not signed by Slack")
        return kind or b"", body

    async def _taken(self, payload: Mapping[str, Any]) -> tuple[bytes, bytes]:
        """Body and type of the acknowledgement. Raises Refused."""
        if payload.get("type") == "url_verification":
            challenge = payload.get("challenge")
            if not isinstance(challenge, str) or len(challenge) > 1000:
                raise Refused(400, "no challenge")
            return challenge.encode(), _TEXT
        if payload.get("type") == "app_rate_limited":
            log.warning("Slack holds events back: this app had more than 30,000 in an hour")
            return b"", _TEXT
        if "ssl_check" in payload:
            return b"", _TEXT
        try:
            said = await self._webhook.take(payload)
        except StorageError:
            log.exception("a delivery of Slack could not be stored; Slack sends it again")
            raise Refused(503, "try again") from None
        return (b"", _TEXT) if said is None else (json.dumps(said).encode(), _JSON)


def _payload(kind: bytes, body: bytes) -> Mapping[str, Any]:
    """Raises Refused."""
    media = kind.partition(b";")[0].strip().lower()
    try:
        if media == b"application/json":
            return from_json(body)
        if media == b"application/x-www-form-urlencoded":
            return from_form(body)
    except BadBody as error:
        raise Refused(400, str(error)) from None
    raise Refused(415, "neither JSON nor a form")


async def _read(receive: Receive) -> bytes:
    """The whole body. Raises Refused as soon as it is too long, or takes too long."""
    body, more = bytearray(), True
    try:
        async with asyncio.timeout(READ_DEADLINE):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refused(400, "not all of it", close=True)
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > MOST_BODY:
                    raise Refused(413, "too much", close=True)
    except TimeoutError:
        raise Refused(408, "too slow", close=True) from None
    return bytes(body)


async def _send(send: Send, status: int, body: bytes, kind: bytes, close: bool = False) -> None:
    headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body)), *_ALWAYS]
    if close:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
