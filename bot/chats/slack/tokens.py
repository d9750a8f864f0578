"""Which token speaks in which workspace: the one of the settings, or the one that an installation left.

An installation is read again every half minute, so that no process speaks on in a workspace that another one heard
leave. Tokens that expire are renewed long before, by one process for all.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.chats import Hall
from bot.chats.slack.calls import SlackError
from bot.chats.slack.credentials import UNINSTALLED, Credential, granted, unpacked, who_we_are
from bot.errors import ChatError, ConfigError, LinkExpired, StorageError, Unavailable, Unreachable
from bot.messages import Secret
from bot.ports import Installation

log = logging.getLogger("freewhen.slack")

Ask = Callable[..., Awaitable[Mapping[str, Any]]]
"""`Calls.ask`: a method, a token or None, and what goes with it."""

CHAT = "slack"
READ_AGAIN = 30.0
"""Seconds for which a process believes what it read."""
EARLY = timedelta(hours=2)
"""So long before its end a token is renewed, as Slack's own SDK does it."""
LAST = timedelta(minutes=1)
"""A token that lives shorter than this may be over before Slack sees it."""
MOST_KNOWN = 10_000
_REFUSED = frozenset(("invalid_refresh_token", "invalid_grant", "token_revoked", "token_expired", "invalid_token"))
"""The refresh token is good for nothing any more."""
_ANOTHER_KIND = frozenset(("not_allowed_token_type", "no_permission"))
"""It is no bot's token."""


@dataclass(frozen=True, slots=True)
class _Known:
    token: Secret
    read_at: float


class Tokens:
    """Belongs to one process. `ask_with` comes before everything else."""

    def __init__(self, hall: Hall) -> None:
        assert hall.slack is not None  # noqa: S101 the table of chats asks first
        self._hall, self._settings = hall, hall.slack
        self._ask: Ask | None = None
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._forgotten = 0
        self._own = ""
        self._shut_until = 0.0

    def ask_with(self, ask: Ask) -> None:
        """How to call Slack: `Calls.ask`."""
        self._ask = ask

    async def of(self, team: str) -> Secret:
        """The token for a workspace. Raises Unreachable where we are not installed (any more), ChatError."""
        if self._settings.bot_token is not None:
            return await self._only_one(team, self._settings.bot_token)
        known = self._known.get(team)
        if known is not None and time.monotonic() - known.read_at < READ_AGAIN:
            return known.token
        while True:
            forgotten = self._forgotten
            credential = await self._read(team)
            if forgotten == self._forgotten:
                break  # else somebody may have removed it after it was read
        if credential is None:
            self._known.pop(team, None)
            raise Unreachable("This workspace has not installed the bot.")
        self._known[team] = _Known(credential.token, time.monotonic())
        self._known.move_to_end(team)
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return credential.token

    async def check(self) -> None:
        """Raises ConfigError when Slack refuses the token of the settings; a Slack that is away is logged alone."""
        if self._settings.bot_token is None:
            return
        try:
            self._own = await self._whose(self._settings.bot_token)
        except Unreachable as error:
            code = error.__cause__.code if isinstance(error.__cause__, SlackError) else "refused"
            raise ConfigError(
                f"Slack does not take FREEWHEN_SLACK_BOT_TOKEN ({code}). Copy the Bot User OAuth Token, xoxb-…, from "
                "api.slack.com/apps, under OAuth & Permissions; install the app in the workspace first."
            ) from None
        except ChatError as error:
            log.warning("whether Slack takes FREEWHEN_SLACK_BOT_TOKEN is not known yet: %s", error.message)

    async def forget(self, team: str, refused: Secret | None = None, before: datetime | None = None) -> None:
        """The workspace removed us: its token goes, here and in the store. Raises ChatError.

        `refused`: Slack said so of this token alone; then one that was stored since stays, and what can be renewed is
        renewed. `before`: when we were removed; one that was installed later stays. The token of the settings is tried
        again after a while: Slack itself says then whether it lives.
        """
        self._known.pop(team, None)
        if self._settings.bot_token is not None:
            if team in (self._own, ""):
                self._own = ""
                self._shut_until = time.monotonic() + READ_AGAIN
            return
        try:
            stored = await self._dead(team, refused) if refused is not None else None
            if refused is not None and stored is None:
                return
            if await self._hall.installations.remove(CHAT, team, before, stored):
                log.info("a workspace removed the bot; its token is gone")
        except StorageError as error:
            raise ChatError("The token of a workspace that removed us could not be removed.") from error
        finally:
            self._forgotten += 1
            self._known.pop(team, None)

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _only_one(self, team: str, token: Secret) -> Secret:
        """The settings' token, in its own workspace alone. A token that Slack refused is tried again after a while."""
        if not self._own:
            if time.monotonic() < self._shut_until:
                raise Unreachable("The workspace does not know this bot any more.")
            self._own = await self._whose(token)
        if team != self._own:
            raise Unreachable("The bot's token is for another workspace.")
        return token

    async def _whose(self, token: Secret) -> str:
        try:
            answer = await self._asking("auth.test", token)
        except SlackError as error:
            if error.code not in UNINSTALLED and error.code not in _ANOTHER_KIND:
                raise ChatError(f"Slack does not say whose token this is ({error.code}).") from error
            self._shut_until = time.monotonic() + READ_AGAIN
            log.error("Slack does not accept FREEWHEN_SLACK_BOT_TOKEN: %s", error.code)
            raise Unreachable("The workspace does not know this bot any more.") from error
        team = answer.get("team_id")
        if not isinstance(team, str) or not team:
            raise ChatError("Slack does not say whose token this is.")
        return team

    async def _read(self, team: str) -> Credential | None:
        try:
            found = await self._hall.installations.find(CHAT, team) if team else None
            return await self._fresh(found) if found is not None else None
        except StorageError as error:
            raise ChatError("What lets us speak in a workspace could not be read.") from error

    async def _dead(self, team: str, refused: Secret) -> Secret | None:
        """What is stored and of no use, this token having been refused; None where there is still access, or nothing:
        another token, or a new one for it.
        """
        found = await self._hall.installations.find(CHAT, team)
        if found is None:
            return None
        kept = unpacked(found.credential)
        if kept is None:
            return found.credential
        if kept.token != refused:
            return None
        if kept.refresh is None:
            return found.credential
        try:
            await self._hall.renew(found, found.credential, self._refreshed)
        except LinkExpired:
            return found.credential
        except Unavailable:
            log.warning("whether a workspace still knows us could not be found out; it is tried again")
        return None

    async def _fresh(self, installation: Installation) -> Credential | None:
        """Its credential, renewed where it is about to expire; None where it is over. Raises ChatError."""
        kept = unpacked(installation.credential)
        now = self._hall.clock.now()
        if kept is None:
            log.error("what was stored for a workspace is no token; it has to install the bot again")
            return None
        if not kept.expires_within(EARLY, now):
            return kept
        try:
            renewed = unpacked(await self._hall.renew(installation, installation.credential, self._refreshed))
        except LinkExpired:
            if not kept.expires_within(LAST, now):
                return kept
            log.warning("the access to a workspace could not be renewed any more; it has to install the bot again")
            await self._hall.installations.remove(CHAT, installation.workspace, credential=installation.credential)
            return None
        except Unavailable as error:
            if not kept.expires_within(LAST, now):
                log.warning("the access to a workspace could not be renewed yet; it is tried again")
                return kept
            raise ChatError("Slack could not be reached.") from error
        return renewed

    async def _refreshed(self, stale: Secret) -> Secret:
        """Exchange a refresh token: `bot.ports.Refresh`. Raises LinkExpired, Unavailable."""
        kept = unpacked(stale)
        if kept is None or kept.refresh is None:
            raise LinkExpired(CHAT)
        try:
            answer = await self._asking(
                "oauth.v2.access",
                None,
                headers=who_we_are(self._settings),
                data={"grant_type": "refresh_token", "refresh_token": kept.refresh.reveal()},
            )
        except SlackError as error:
            if error.code in _REFUSED:
                raise LinkExpired(CHAT) from None  # what is chained would be logged with the request
            log.error("Slack does not renew our access: %s", error.code)
            raise Unavailable(CHAT) from None
        except ChatError as error:
            raise Unavailable(CHAT) from error
        fresh = granted(answer, self._hall.clock.now())
        if fresh is None:
            raise Unavailable(CHAT)
        return fresh.packed()

    async def _asking(self, method: str, token: Secret | None, **body: Any) -> Mapping[str, Any]:
        assert self._ask is not None  # noqa: S101 see `ask_with`
        return await self._ask(method, token, **body)
