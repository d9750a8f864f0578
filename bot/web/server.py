"""The pages as one ASGI application, and the server that it runs on inside our own loop."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.errors import ConfigError
from bot.handlers.steps import Ending
from bot.ports import App, Installing
from bot.web.connect_pages import ConnectPages
from bot.web.incoming import Refused
from bot.web.install_pages import InstallPages
from bot.web.limits import Limited
from bot.web.pages import Pages
from bot.web.push import PushDoor
from bot.web.webhooks import SlackDoor

log = logging.getLogger("freewhen.web")

_AT_ONCE = 500
_LAST_WORDS = 5

_PROBLEMS = {
    404: Ending("There is no such page", "Check the address, or go back to your chat and type /connect-calendar."),
    405: Ending("That does not work here", "Open the link in your chat again, and use the page that it leads to."),
}


def site(
    app: App, slack: SlackDoor | None = None, installing: Installing | None = None, trusted: Iterable[str] = ()
) -> ASGIApp:
    """Every page and door. Links are made of `app.public_url`, never of what a request says about its host.

    `slack`: its door, where Slack speaks to us over https. `installing`: where workspaces add the bot by themselves.
    `trusted`: the proxies whose word on who asks is taken.
    """
    pages = Pages(https=urlsplit(app.public_url).scheme == "https")

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)  # noqa: S101 registered for it
        return pages.ending(Ending(error.title, error.text), error.status)

    async def http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 registered for it
        answer = pages.ending(_PROBLEMS.get(error.status_code, _PROBLEMS[404]), error.status_code)
        answer.headers.update(error.headers or {})
        return answer

    made = Starlette(
        routes=[
            *(slack.routes() if slack is not None else ()),
            *ConnectPages(app, pages).routes(),
            *PushDoor(app).routes(),
            *(InstallPages(installing, app.clock, app.public_url, pages).routes() if installing is not None else ()),
        ],
        exception_handlers={Refused: refused, HTTPException: http_error},
    )
    made.router.redirect_slashes = False  # such a redirect is made of the Host header
    made.add_middleware(Limited, pages=pages, trusted=trusted)
    made.add_middleware(Outermost, pages=pages)  # added last, so the outermost
    return made if slack is None else slack.before(made)


class Outermost:
    """Headers on every answer, and a page with a reference when something unexpected happened."""

    def __init__(self, app: ASGIApp, pages: Pages) -> None:
        self._app, self._pages = app, pages
        self._headers = [(name.encode(), value.encode()) for name, value in pages.headers().items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        begun = False

        async def with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                there = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(pair for pair in self._headers if pair[0] not in there)]
            await send(message)

        try:
            await self._app(scope, receive, with_headers)
        except Exception as error:  # noqa: BLE001  the last resort of one request; logged, never shown
            ending = self._pages.unexpected(error)
            if not begun:
                await self._pages.ending(ending, 500)(scope, receive, with_headers)


@asynccontextmanager
async def serving(site: ASGIApp, listen: str, ended: Callable[[], None] | None = None) -> AsyncIterator[str]:
    """Serve in the background of this loop; yields the address in fact listened on. Raises ConfigError.

    `ended` is called when nobody is served any more, also where nobody asked for the end.
    """
    listener = _listener(listen)
    config = uvicorn.Config(
        site,
        log_config=None,
        access_log=False,  # its lines would hold nonces, codes and states
        lifespan="off",
        ws="none",
        proxy_headers=False,
        server_header=False,
        limit_concurrency=_AT_ONCE,
        timeout_graceful_shutdown=_LAST_WORDS,
    )
    server = uvicorn.Server(config)
    with contextlib.closing(listener):
        # Not `serve`: that takes over the signal handlers, which belong to the process.
        task = asyncio.create_task(server._serve(sockets=[listener]))
        try:
            while not server.started and not task.done():  # noqa: ASYNC110  uvicorn tells it by nothing else
                await asyncio.sleep(0.005)
            if task.done():
                raise ConfigError(f"The pages could not be started at {listen}.")
            if ended is not None:
                task.add_done_callback(lambda _: ended())
            yield "{}:{}".format(*listener.getsockname()[:2])
        finally:
            server.should_exit = True
            await asyncio.wait([task])
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("the server of the pages failed", exc_info=error)


def _listener(listen: str) -> socket.socket:
    """A socket for "host:port"; port 0 is any. Raises ConfigError that says what to change."""
    parts = urlsplit(f"//{listen}")
    try:
        host, port = parts.hostname, parts.port
        if not host or port is None or parts.path:
            raise ValueError
    except ValueError:
        raise ConfigError(f"FREEWHEN_LISTEN is “{listen[:60]}”; write it as host:port, like 127.0.0.1:8080.") from None
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ConfigError(f"FREEWHEN_LISTEN names {host}, which cannot be used: {error.strerror}.") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise ConfigError(
            f"The pages cannot listen on {listen}: {error.strerror}. Another program may use that port; "
            "stop it, or choose another with FREEWHEN_LISTEN. Where no web server is in front, FREEWHEN_PUBLIC_URL and "
            "the redirect URI in Google's console then need the same port."
        ) from error
    return listener
