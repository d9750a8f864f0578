"""Socket Mode: Slack speaks over a connection that we open, so that no public address is needed.

https://docs.slack.dev/apis/events-api/using-socket-mode. Each address that Slack gives is good for one connection, so
every new try asks for a new one. Slack says when it will close a connection: the next one is opened before. What was
not acknowledged comes again, over any connection, and is known by its key.
"""

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.chats.slack_settings import SlackSettings
from bot.errors import ChatError, ConfigError, StorageError
from bot.ports import Webhook

log = logging.getLogger("freewhen.slack")

DEADLINE = 15.0
"""Seconds for an address, and again for the connection."""
HEARTBEAT = 10.0
"""Seconds between two pings; a connection that does not answer one is dead."""
FIRST_REST, LONGEST_REST = 0.5, 30.0
LIVED = 30.0
"""A connection that lived for so long was a good one: the rests begin anew."""
LAST_WORDS = 30.0
"""An old connection is listened to for so long beside the new one; Slack closes it by itself."""
MOST_AT_ONCE = 200
_WRONG = {
    "invalid_auth": "Slack does not know it",
    "not_authed": "Slack does not know it",
    "token_revoked": "it was revoked",
    "account_inactive": "it was revoked",
    "not_allowed_token_type": "it is another kind of token",
    "missing_scope": "it lacks the scope connections:write",
    "no_permission": "it lacks the scope connections:write",
}


class Socket:
    """Hears for as long as it is entered. Raises ConfigError at the start when Slack refuses the app token; whatever
    happens later is logged, and tried again.
    """

    def __init__(self, settings: SlackSettings, session: aiohttp.ClientSession, webhook: Webhook) -> None:
        assert settings.app_token is not None  # noqa: S101 whoever opens a socket has asked for it
        self._token, self._session, self._webhook = settings.app_token, session, webhook
        self._slack = AsyncWebClient(
            base_url=settings.api_url, session=session, timeout=int(DEADLINE), retry_handlers=[]
        )
        self._hearing: asyncio.Task[None] | None = None
        self._old: set[asyncio.Task[None]] = set()
        self._under_way: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(MOST_AT_ONCE)
        self._ending = False

    async def __aenter__(self) -> "Socket":
        address: str | None = None
        try:
            address = await self._address()
        except ChatError as error:
            log.warning("%s It is tried again.", error.message)
        self._hearing = asyncio.create_task(self._hear(address))
        return self

    async def __aexit__(self, *error: object) -> None:
        """What is under way is still acknowledged, then the connections are closed; what comes now is not taken any
        more, and comes again over another connection.
        """
        self._ending = True
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=3)
        tasks = [task for task in (self._hearing, *self._old, *self._under_way) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _hear(self, address: str | None) -> None:
        """One connection after the other, for ever."""
        rest = FIRST_REST
        while True:
            began = time.monotonic()
            try:
                link = await self._connected(address or await self._address())
                log.info("Slack is connected")
                if await self._listen(link):
                    self._keep(self._until_closed(link))
                    if time.monotonic() - began > LIVED:
                        rest = FIRST_REST
                        continue
                else:
                    log.info("the connection to Slack ended")
            except (ChatError, ConfigError) as error:
                log.error("no connection to Slack; it is tried again in %.0f s: %s", rest, error.message)
            except Exception:
                log.exception("the connection to Slack failed; it is tried again in %.0f s", rest)
            finally:
                address = None
            if time.monotonic() - began > LIVED:
                rest = FIRST_REST
            await asyncio.sleep(rest)
            rest = min(2 * rest, LONGEST_REST)

    async def _address(self) -> str:
        """Raises ConfigError, ChatError."""
        try:
            async with asyncio.timeout(DEADLINE):
                answer = await self._slack.apps_connections_open(app_token=self._token.reveal())
        except SlackApiError as error:
            code = str(error.response.get("error", "")) if isinstance(error.response.data, dict) else ""
            if code in _WRONG:
                raise ConfigError(
                    f"Slack does not take FREEWHEN_SLACK_APP_TOKEN: {_WRONG[code]}. Make one at api.slack.com/apps, "
                    "under Basic Information, App-Level Tokens, with the scope connections:write."
                ) from None
            if code == "socket_mode_not_enabled":
                raise ConfigError(
                    "Socket Mode is off for this app. Turn it on at api.slack.com/apps, under Socket Mode."
                ) from None
            raise ChatError(f"Slack gives no connection ({code or 'no reason given'}).") from None
        except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError):
            raise ChatError("Slack could not be reached.") from None
        return str(answer.get("url", ""))

    async def _connected(self, address: str) -> aiohttp.ClientWebSocketResponse:
        """Raises ChatError. The address holds a ticket, so nothing of an error is told or chained."""
        try:
            async with asyncio.timeout(DEADLINE):
                return await self._session.ws_connect(address, heartbeat=HEARTBEAT)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise ChatError(f"Slack's socket could not be opened ({type(error).__name__}).") from None

    async def _listen(self, link: aiohttp.ClientWebSocketResponse) -> bool:
        """True when Slack asks for a new connection while this one still lives, False when it has ended."""
        try:
            async for message in link:
                if message.type is aiohttp.WSMsgType.TEXT and (envelope := _envelope(message.data)) is not None:
                    if envelope.get("type") == "disconnect":
                        if envelope.get("reason") == "link_disabled":
                            log.error("Socket Mode was turned off for this app; turn it on at api.slack.com/apps")
                        return True
                    if self._ending:
                        continue
                    await self._room.acquire()
                    task = asyncio.create_task(self._take(link, envelope))
                    self._under_way.add(task)
                    task.add_done_callback(self._taken)
        except BaseException:
            await link.close()
            raise
        return False

    async def _until_closed(self, link: aiohttp.ClientWebSocketResponse) -> None:
        """Listen to an old connection until Slack closes it."""
        try:
            async with asyncio.timeout(LAST_WORDS):
                while await self._listen(link):
                    pass
        except TimeoutError:
            pass
        finally:
            await link.close()

    async def _take(self, link: aiohttp.ClientWebSocketResponse, envelope: Mapping[str, Any]) -> None:
        """Kept, then acknowledged; what cannot be kept is not acknowledged, and comes again."""
        ident, payload = envelope.get("envelope_id"), envelope.get("payload")
        if not isinstance(ident, str) or not isinstance(payload, dict):
            return  # "hello", and what may be added one day
        try:
            said = await self._webhook.take(payload)
            if not envelope.get("accepts_response_payload"):
                said = None
            answer = SocketModeResponse(envelope_id=ident, payload=dict(said) if said is not None else None)
            await link.send_str(json.dumps(answer.to_dict()))
        except StorageError:
            log.exception("a delivery of Slack could not be stored; Slack sends it again")
        except (aiohttp.ClientError, ConnectionError):
            log.info("a connection to Slack ended before an acknowledgement; Slack repeats what it was for")
        except Exception:
            log.exception("a delivery of Slack could not be taken")

    def _taken(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._room.release()

    def _keep(self, listening: Any) -> None:
        task = asyncio.ensure_future(listening)
        self._old.add(task)
        task.add_done_callback(self._old.discard)


def _envelope(text: str) -> Mapping[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
