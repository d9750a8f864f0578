"""Bolt tells the kinds of deliveries apart; each is translated and handed on."""

import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.chats.slack import forms, heard, keys
from bot.chats.slack.heard import CHAT, Heard
from bot.errors import ChatError, StorageError
from bot.messages import ChatUser

log = logging.getLogger("freewhen.slack")

_UNDONE = 503
_EVERY = re.compile(r"")


class Listeners:
    """What a delivery leads to. `answer` gets what a person said, `opened` a home that is looked at, `gone` a workspace
    that removed the app, and until when at the latest.
    """

    def __init__(
        self,
        answer: Callable[[Heard], Awaitable[Mapping[str, Any] | None]],
        opened: Callable[[ChatUser, str], Awaitable[None]],
        gone: Callable[[str, datetime | None], Awaitable[None]],
    ) -> None:
        self._answer, self._opened, self._gone = answer, opened, gone
        # The door has checked the signature. Bolt gets no token: calls go out through `calls.py` alone.
        self._bolt = AsyncApp(
            name="freewhen",
            logger=logging.getLogger("slack_bolt.freewhen"),
            client=AsyncWebClient(),
            signing_secret="",
            authorize=_authorized,
            process_before_response=True,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            url_verification_enabled=False,
        )
        self._bolt.event("message")(self._message)
        self._bolt.event("app_mention")(self._message)
        self._bolt.event("app_home_opened")(self._home_opened)
        self._bolt.event("app_uninstalled")(self._uninstalled)
        self._bolt.event("tokens_revoked")(self._revoked)
        self._bolt.command(_EVERY)(self._command)
        self._bolt.action(_EVERY)(self._action)
        self._bolt.view(_EVERY)(self._view)
        self._bolt.shortcut(_EVERY)(self._shortcut)
        self._bolt.error(_failed)

    async def dispatch(self, payload: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Do what a delivery asks for, to its end; returns what its acknowledgement says. Raises nothing of Slack's,
        and StorageError where nothing happened and it can be tried again.
        """
        answer: BoltResponse = await self._bolt.async_dispatch(
            AsyncBoltRequest(body=dict(payload), mode="socket_mode", headers={"content-type": ["application/json"]})
        )
        if answer.status == _UNDONE:
            raise StorageError("It could not be kept that a workspace removed the app.")
        try:
            said = json.loads(answer.body) if answer.status == 200 and answer.body else None
        except ValueError:
            return None
        return said if isinstance(said, dict) else None

    async def _message(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        await self._hear(heard.said(event, body, _bot(body)))

    async def _command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await self._hear(heard.command(body))

    async def _action(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        await self._hear(heard.pressed(body, action))

    async def _shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        await self._hear(heard.shortcut(body))

    async def _view(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> BoltResponse:
        state = view.get("state")
        values = state.get("values") if isinstance(state, Mapping) else None
        try:
            filled = forms.values(values if isinstance(values, Mapping) else {})
        except ValueError:
            log.warning("a form was submitted that is none of ours")
            return await ack()
        said = await self._hear(heard.submitted(body, filled))
        return await ack(**said) if said else await ack()

    async def _home_opened(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        if event.get("tab") == "home" and isinstance(event.get("user"), str):
            view = event.get("view")
            seen = view.get("hash") if isinstance(view, Mapping) else ""
            who = ChatUser(CHAT, keys.team(body), event["user"])
            try:
                await self._opened(who, seen if isinstance(seen, str) else "")
            except ChatError as error:
                log.warning("a home could not be shown: %s", error.message)

    async def _uninstalled(self, body: dict[str, Any]) -> None:
        await self._left(body)

    async def _revoked(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        """Bots lose theirs when the app is removed; a person's own token says nothing of the workspace."""
        tokens = event.get("tokens")
        if isinstance(tokens, Mapping) and tokens.get("bot"):
            await self._left(body)

    async def _left(self, body: Mapping[str, Any]) -> None:
        try:
            await self._gone(keys.team(body), _happened(body))
        except ChatError as error:
            raise StorageError(error.message) from error

    async def _hear(self, one: Heard | None) -> Mapping[str, Any] | None:
        """One person's trouble ends here: nothing of it reaches Slack or the next delivery."""
        if one is None:
            return None
        try:
            return await self._answer(one)
        except ChatError as error:
            log.warning("somebody could not be answered: %s", error.message)
        except Exception:
            log.exception("a delivery of Slack could not be handled")
        return None


async def _failed(error: Exception) -> BoltResponse:
    """What no listener caught: Bolt would only log it."""
    if isinstance(error, StorageError):
        return BoltResponse(status=_UNDONE)
    log.error("a delivery of Slack could not be handled", exc_info=error)
    return BoltResponse(status=500)


def _happened(body: Mapping[str, Any]) -> datetime | None:
    """When it was at the latest: Slack tells whole seconds. None where it does not tell."""
    moment = body.get("event_time")
    if not isinstance(moment, int) or not 0 < moment < 10**11:
        return None
    return datetime.fromtimestamp(moment, UTC) + timedelta(seconds=1)


async def _authorized(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id)


def _bot(body: Mapping[str, Any]) -> str:
    """The bot's own user id in this workspace, which every event names."""
    granted = body.get("authorizations")
    first = granted[0] if isinstance(granted, list) and granted else None
    return str(first.get("user_id", "")) if isinstance(first, Mapping) and first.get("is_bot") else ""
