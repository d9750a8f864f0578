"""A workspace adds the app: `oauth.v2.access`, and what is kept of it.

https://docs.slack.dev/authentication/installing-with-oauth. No user token is asked for, and no organisation's: whoever
administers a workspace decides for that workspace.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from bot.chats import Hall
from bot.chats.slack.calls import SlackError
from bot.chats.slack.credentials import granted, who_we_are
from bot.chats.slack.manifest import REDIRECT_PATH, SCOPES
from bot.chats.slack.tokens import CHAT, Ask
from bot.errors import ChatError, StorageError
from bot.ports import Installation

log = logging.getLogger("freewhen.slack")

_STALE = frozenset(("invalid_code", "code_expired", "code_already_used", "bad_redirect_uri"))


class Install:
    """`ports.Installing`. `ask`: see `Calls.ask`."""

    def __init__(self, hall: Hall, ask: Ask, scopes: Sequence[str] = tuple(SCOPES)) -> None:
        assert hall.slack is not None  # noqa: S101 the table of chats asks first
        self._hall, self._settings, self._ask = hall, hall.slack, ask
        self._scopes = tuple(scopes)

    @property
    def _back(self) -> str:
        """Registered with the app letter by letter."""
        return f"{self._hall.public_url}{REDIRECT_PATH}"

    def address(self, state: str) -> str:
        asked = {
            "client_id": self._settings.client_id,
            "scope": ",".join(self._scopes),
            "redirect_uri": self._back,
            "state": state,
        }
        return f"{self._settings.home}/oauth/v2/authorize?{urlencode(asked)}"

    async def finish(self, code: str) -> str:
        """See `ports.Installing`. The text of a ChatError may be shown."""
        try:
            answer = await self._ask(
                "oauth.v2.access",
                None,
                headers=who_we_are(self._settings),
                data={"code": code, "redirect_uri": self._back},
            )
        except SlackError as error:
            if error.code in _STALE:
                raise ChatError("Slack's answer was not good any more. Begin again.") from None
            log.error("Slack does not install us: %s", error.code)
            raise ChatError(
                "Slack did not accept this installation. Whoever runs this server finds why in its log."
            ) from None
        installation = self._installation(answer)
        try:
            await self._hall.installations.add(installation)
        except StorageError as error:
            raise ChatError("The installation could not be kept. Begin again.") from error
        log.info("a workspace installed the bot")
        return installation.name

    def _installation(self, answer: Mapping[str, Any]) -> Installation:
        """Raises ChatError for what is no installation of a workspace with all that we need."""
        team, user = answer.get("team"), answer.get("authed_user")
        if answer.get("is_enterprise_install") or not isinstance(team, Mapping):
            raise ChatError(
                "That was an installation for a whole organisation. Install Freewhen in one workspace after the other: "
                "choose a workspace at the top right of Slack's page."
            )
        now = self._hall.clock.now()
        credential, team_id = granted(answer, now), team.get("id")
        if credential is None or not isinstance(team_id, str) or not team_id:
            raise ChatError("Slack gave no access for a bot. Begin again.")
        scopes = tuple(sorted(filter(None, str(answer.get("scope", "")).split(","))))
        if missing := sorted(set(self._scopes) - set(scopes)):
            log.warning("a workspace was installed without the scopes %s", ", ".join(missing))
            raise ChatError(
                f"Slack did not give every permission that Freewhen needs; missing: {', '.join(missing)}. Begin again, "
                "and allow all of them."
            )
        return Installation(
            chat=CHAT,
            workspace=team_id,
            name=str(team.get("name") or team_id)[:200],
            bot_id=str(answer.get("bot_user_id") or ""),
            credential=credential.packed(),
            scopes=scopes,
            installed_by=str(user.get("id") or "") if isinstance(user, Mapping) else "",
            at=now,
        )
