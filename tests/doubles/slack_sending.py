"""How the pretended Slack's deliveries get to the app: signed, over https in real life and over http on loopback.

https://docs.slack.dev/authentication/verifying-requests-from-slack. Slack waits three seconds for an acknowledgement.
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

import httpx2

from tests.doubles.slack_api import PretendSlack
from tests.doubles.slack_workspace import Body

WAITS = 3.0
EVENTS = frozenset({"event_callback", "url_verification", "app_rate_limited"})


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What the app said at once: over a socket there is no status, and 200 stands for an answer. `took` in seconds."""

    status: int
    body: Body | None
    text: str
    took: float


class Delivering(Protocol):
    """A way to the app."""

    async def deliver(self, payload: Mapping[str, Any], retry: int = 0) -> Acknowledged:
        """`retry`: how often it was delivered before."""
        ...


def signature(secret: str, timestamp: str, body: bytes) -> str:
    return (
        "v0="
        + hmac.new(
            secret.encode(), f"v0:{timestamp}:".encode("utf-8", "surrogateescape") + body, hashlib.sha256
        ).hexdigest()
    )


def on_the_wire(payload: Mapping[str, Any]) -> tuple[bytes, str]:
    """Body and content type: events are JSON, commands a form, interactions JSON in a field of a form."""
    if payload.get("type") in EVENTS:
        return json.dumps(payload).encode(), "application/json"
    if "type" in payload:
        return urlencode({"payload": json.dumps(payload)}).encode(), "application/x-www-form-urlencoded"
    return urlencode(payload).encode(), "application/x-www-form-urlencoded"


class Https:
    """To the app's address. `forge`: headers that are sent instead, for requests that are not Slack's."""

    def __init__(self, slack: PretendSlack, url: str) -> None:
        self.slack, self.url = slack, url
        self._web: httpx2.AsyncClient | None = None

    async def __aenter__(self) -> "Https":
        self._web = httpx2.AsyncClient(timeout=20, trust_env=False)
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._web is not None:
            await self._web.aclose()

    async def deliver(
        self, payload: Mapping[str, Any], retry: int = 0, forge: Mapping[str, str] | None = None
    ) -> Acknowledged:
        assert self._web is not None
        body, kind = on_the_wire(payload)
        timestamp = str(int(self.slack.world.now()))
        headers = {
            "content-type": kind,
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": signature(self.slack.world.app.signing_secret, timestamp, body),
        }
        if retry:
            headers |= {"x-slack-retry-num": str(retry), "x-slack-retry-reason": "http_timeout"}
        before = time.monotonic()
        answer = await self._web.post(self.url, content=body, headers=headers | dict(forge or {}))
        return acknowledged(self.slack, answer.status_code, answer.text, time.monotonic() - before)


def acknowledged(slack: PretendSlack, status: int, text: str, took: float) -> Acknowledged:
    """Note an acknowledgement that came too late: Slack shows the person an error then, and delivers again."""
    if took > WAITS:
        slack.world.fault("delivery", "late", "", f"{took:.1f} s")
    try:
        body = json.loads(text) if text.startswith("{") else None
    except ValueError:
        body = None
    return Acknowledged(status, body, text, took)


class Echo:
    """Delivers what the bot wrote in direct messages back to it, as Slack does; `done` at the end of a test."""

    def __init__(self, slack: PretendSlack, way: Delivering) -> None:
        from tests.doubles.slack_events import Events

        self._tasks: set[asyncio.Task[Acknowledged]] = set()

        def told(team: Any, message: Any, change: str) -> None:
            if team.channels[message.channel].kind == "im" and message.by == team.bot.id:
                task = asyncio.ensure_future(way.deliver(Events(slack, team).own(message, change)))
                self._tasks.add(task)

        slack.world.echo = told

    async def done(self) -> None:
        while self._tasks:
            task = self._tasks.pop()
            assert (await task).status == 200
