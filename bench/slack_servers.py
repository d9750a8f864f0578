"""A server of P5: `python -m bench.slack_servers WHAT PROVIDER ADDRESS`, the key ring on the first line of its input.

`WHAT` is bare, ours or bolt. Prints where it listens, then whatever it is asked for; ends with its input.

- bare: a Starlette route that checks the signature and says 200; nothing is read or stored.
- ours: the whole site, its door for Slack, deliveries, listeners, an inbox on the database ADDRESS.
- bolt: slack-bolt's AsyncApp behind its own Starlette handler, as its documentation shows it.

`PROVIDER` is what a command does after it was acknowledged: "none" nothing, "prompt" asks a server on loopback that
answers, "mute" one that does not, for ten seconds. Bare does nothing.
"""

import asyncio
import contextlib
import hashlib
import hmac
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bench.reminder_store import Clock, Silence, app_over, opened
from bench.slack_client import COMMAND, PATH, SECRET
from bot.chats.slack.deliveries import Deliveries
from bot.chats.slack.heard import Heard
from bot.chats.slack.listeners import Listeners
from bot.messages import ChatUser, Secret
from bot.web.server import serving, site
from bot.web.webhooks import SlackDoor

STALL = 10.0
Ask = Callable[[], Awaitable[None]]


async def bare(request: Request) -> Response:
    body = await request.body()
    timestamp = request.headers["x-slack-request-timestamp"]
    if abs(time.time() - int(timestamp)) > 300:
        return Response(status_code=401)
    wanted = "v0=" + hmac.new(SECRET.encode(), b"v0:%b:%b" % (timestamp.encode(), body), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted, request.headers["x-slack-signature"]):
        return Response(status_code=401)
    return Response()


@asynccontextmanager
async def ours(url: str, ring: str, ask: Ask) -> AsyncIterator[ASGIApp]:
    async def answer(heard: Heard) -> None:
        await ask()

    async def opened_home(who: ChatUser, seen: str) -> None:
        """No home is looked at here."""

    async def gone(workspace: str) -> None:
        """Nobody removes the app here."""

    async with opened(url, ring) as storage:
        clock = Clock()
        deliveries = Deliveries(storage.inbox, clock, Listeners(answer, opened_home, gone).dispatch)
        await deliveries.start()
        yield site(app_over(storage, clock, Silence()), SlackDoor(deliveries, Secret(SECRET), clock))
        await deliveries.stop()


def bolt(ask: Ask) -> ASGIApp:
    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-bench")  # noqa: S106 nobody's

    app = AsyncApp(signing_secret=SECRET, authorize=authorize)

    @app.command(COMMAND)
    async def hear(ack: AsyncAck) -> None:
        await ack()
        await ask()

    handler = AsyncSlackRequestHandler(app)
    return Starlette(routes=[Route(PATH, handler.handle, methods=["POST"])])


@asynccontextmanager
async def provider(kind: str) -> AsyncIterator[Ask]:
    """How one question is put to it."""
    async with AsyncExitStack() as stack:
        if kind == "none":
            yield _nothing
            return
        if kind == "mute":  # the system connects, and nobody is there
            listener = stack.enter_context(contextlib.closing(socket.create_server(("127.0.0.1", 0), backlog=4096)))
            port = listener.getsockname()[1]
        else:
            server = await stack.enter_async_context(await asyncio.start_server(_reply, "127.0.0.1", 0))
            port = server.sockets[0].getsockname()[1]

        async def ask() -> None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STALL):
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
                    try:
                        writer.write(b"busy?\n")
                        await reader.readline()
                    finally:
                        writer.close()

        yield ask


async def _reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readline()
    writer.write(b"no\n")
    writer.close()


async def _nothing() -> None:
    """What a command does when only its acknowledgement is looked at."""


async def main(what: str, kind: str, url: str) -> None:
    ring = sys.stdin.readline().strip()
    async with AsyncExitStack() as stack:
        ask = await stack.enter_async_context(provider(kind))
        if what == "bare":
            app: ASGIApp = Starlette(routes=[Route(PATH, bare, methods=["POST"])])
        elif what == "bolt":
            app = bolt(ask)
        else:
            app = await stack.enter_async_context(ours(url, ring, ask))
        # The same server with the same settings for all of them.
        print(await stack.enter_async_context(serving(app, "127.0.0.1:0")), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
