"""A Web API of Slack's for one test: real sockets, and a handler that says what happens to each request."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from bot.chats.slack.calls import Calls
from bot.messages import Secret

Said = Mapping[str, Any]
Handler = Callable[[str, Mapping[str, Any]], Awaitable[web.StreamResponse]]


class Ring:
    """Tokens of one workspace, newest last; a refused one goes."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens or ("xoxb-of-a-test",))

    async def of(self, team: str) -> Secret:
        return Secret(self.tokens[0])

    async def forget(self, team: str, refused: Secret | None = None) -> None:
        """Nothing: these live on."""


class Away(Exception):
    """The connection is to break here."""


@asynccontextmanager
async def calls_to(handler: Handler) -> AsyncIterator[Calls]:
    """Our calls, to an API that `handler` answers for: by method and arguments. `Away` breaks the connection."""

    async def answer(request: web.Request) -> web.StreamResponse:
        body = await request.json() if request.content_type == "application/json" else dict(await request.post())
        try:
            return await handler(request.match_info["method"], body)
        except Away:
            assert request.transport is not None
            request.transport.close()
            await asyncio.sleep(0)
            return web.Response()

    app = web.Application()
    app.router.add_post("/api/{method}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    calls = Calls(f"http://127.0.0.1:{port}/api", "", Ring())
    try:
        yield calls
    finally:
        await calls.close()
        await runner.cleanup()


def ok(**more: Any) -> web.Response:
    return web.json_response({"ok": True, **more})


def no(error: str, status: int = 200) -> web.Response:
    return web.json_response({"ok": False, "error": error}, status=status)


def too_many(seconds: int) -> web.Response:
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(seconds)})
