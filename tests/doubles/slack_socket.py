"""The pretended Slack's Socket Mode: websockets that the app opens, envelopes that it acknowledges.

https://docs.slack.dev/apis/events-api/using-socket-mode. An address of apps.connections.open is good for one
connection; every envelope is acknowledged by its id, with a payload only where it says that one is accepted.
"""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, web

from tests.doubles.slack_api import PretendSlack
from tests.doubles.slack_sending import WAITS, Acknowledged, acknowledged
from tests.doubles.slack_workspace import Body

MOST_CONNECTIONS = 10
KINDS = {"event_callback": "events_api", "": "slash_commands"}
ANSWERED = frozenset({"slash_commands", "interactive"})
"""Envelopes whose acknowledgement may say something."""


class Sockets:
    """A `Delivering` way; `running` serves it. `links` are the open connections, the oldest first.

    `opened` counts connections so far, `sent` are the envelopes.
    """

    def __init__(self, slack: PretendSlack) -> None:
        self.slack = slack
        self.links: list[web.WebSocketResponse] = []
        self.opened = 0
        self.sent: list[Body] = []
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[tuple[str, float]]] = {}
        self._kinds: dict[str, str] = {}
        self._at = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Sockets"]:
        app = web.Application()
        app.router.add_get("/link/", self._connected)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.2)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self._at = f"ws://127.0.0.1:{runner.addresses[0][1]}/link/"
        self.slack.open_socket = self.address
        try:
            yield self
        finally:
            self.slack.open_socket = None
            for link in [*self.links]:
                await link.close()
            await runner.cleanup()

    def address(self) -> str:
        """A new address, good once."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return f"{self._at}?ticket={ticket}&app_id={self.slack.world.app.id}"

    async def deliver(self, payload: Mapping[str, Any], retry: int = 0) -> Acknowledged:
        """Over the newest connection; status 200 when it was acknowledged in time, 503 when nobody is connected."""
        if not self.links:
            return Acknowledged(503, None, "", 0.0)
        kind = KINDS.get(str(payload.get("type", "")), "interactive")
        envelope: Body = {
            "envelope_id": str(secrets.token_hex(16)),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind in ANSWERED,
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry, "retry_reason": "timeout" if retry else ""}
        ident = envelope["envelope_id"]
        self._kinds[ident] = kind
        self.sent.append(envelope)
        told = self._waiting[ident] = asyncio.get_running_loop().create_future()
        before = time.monotonic()
        await self.links[-1].send_str(json.dumps(envelope))
        try:
            text, at = await asyncio.wait_for(told, WAITS + 2)
        except TimeoutError:
            return acknowledged(self.slack, 504, "", time.monotonic() - before)
        return acknowledged(self.slack, 200, text, at - before)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the oldest connection to go: "warning" comes a moment before, "link_disabled" when Socket Mode is off.

        Slack closes it afterwards by itself, as `close` does.
        """
        told = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-double"}}
        await self.links[0].send_str(json.dumps(told))

    async def close(self) -> None:
        """Cut the oldest connection."""
        await self.links[0].close()

    async def _connected(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets or len(self.links) >= MOST_CONNECTIONS:
            self.slack.world.fault("socket", "bad_ticket")
            return web.Response(status=403)
        self._tickets.remove(ticket)
        link = web.WebSocketResponse()
        await link.prepare(request)
        self.links.append(link)
        self.opened += 1
        info = {"host": "applink-double", "build_number": 1, "approximate_connection_time": 18060}
        hello = {
            "type": "hello",
            "num_connections": len(self.links),
            "debug_info": info,
            "connection_info": {"app_id": self.slack.world.app.id},
        }
        await link.send_str(json.dumps(hello))
        try:
            async for said in link:
                if said.type == WSMsgType.TEXT:
                    self._acknowledged(said.data)
        finally:
            self.links.remove(link)
        return link

    def _acknowledged(self, text: str) -> None:
        at = time.monotonic()
        try:
            body = json.loads(text)
            ident = body["envelope_id"]
        except (ValueError, KeyError, TypeError):
            self.slack.world.fault("socket", "bad_acknowledgement", "", text[:200])
            return
        told = self._waiting.pop(ident, None)
        if told is None:
            self.slack.world.fault("socket", "unknown_envelope", "", str(ident))
            return
        payload = body.get("payload")
        if payload and self._kinds[ident] not in ANSWERED:
            self.slack.world.fault("socket", "payload_not_accepted", "", str(payload)[:200])
        if set(body) - {"envelope_id", "payload"}:
            self.slack.world.fault("socket", "bad_acknowledgement", "", str(sorted(body)))
        if not told.done():
            told.set_result((json.dumps(payload) if payload else "", at))
