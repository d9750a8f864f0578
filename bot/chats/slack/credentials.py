"""Pure: what lets us speak in one workspace, as Slack gives it and as it is kept (sealed) in an installation."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.chats.slack_settings import SlackSettings
from bot.messages import Secret

UNINSTALLED = frozenset(
    ("account_inactive", "invalid_auth", "not_authed", "team_access_not_granted", "token_expired", "token_revoked")
)
"""Slack's words for a token that is good for nothing any more: the workspace does not know us."""


@dataclass(frozen=True, slots=True)
class Credential:
    """`refresh` and `until` are there where the app's tokens rotate: every twelve hours
    (docs.slack.dev/authentication/using-token-rotation).
    """

    token: Secret
    refresh: Secret | None = None
    until: datetime | None = None

    def expires_within(self, ahead: timedelta, now: datetime) -> bool:
        return self.until is not None and self.until - now <= ahead

    def packed(self) -> Secret:
        """As an installation keeps it."""
        found: dict[str, Any] = {"token": self.token.reveal()}
        if self.refresh is not None and self.until is not None:
            found |= {"refresh": self.refresh.reveal(), "expires_at": int(self.until.timestamp())}
        return Secret(json.dumps(found))


def unpacked(kept: Secret) -> Credential | None:
    """None for what is none of ours."""
    try:
        found = json.loads(kept.reveal())
        token, refresh, until = found["token"], found.get("refresh"), found.get("expires_at")
        if not isinstance(token, str) or not token:
            return None
        if isinstance(refresh, str) and isinstance(until, int):
            return Credential(Secret(token), Secret(refresh), datetime.fromtimestamp(until, UTC))
        return Credential(Secret(token))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, OSError, RecursionError):
        return None


def granted(answer: Mapping[str, Any], now: datetime) -> Credential | None:
    """What `oauth.v2.access` gave; None where there is no token of a bot in it."""
    token, refresh, lives = answer.get("access_token"), answer.get("refresh_token"), answer.get("expires_in")
    if not isinstance(token, str) or not token or answer.get("token_type", "bot") != "bot":
        return None
    if isinstance(refresh, str) and refresh and isinstance(lives, int) and 0 < lives < 10**9:
        return Credential(Secret(token), Secret(refresh), now + timedelta(seconds=lives))
    return Credential(Secret(token))


def who_we_are(settings: SlackSettings) -> dict[str, str]:
    """The header by which the app proves itself where it asks for tokens (RFC 6749 §2.3.1)."""
    secret = settings.client_secret
    pair = f"{settings.client_id}:{secret.reveal() if secret is not None else ''}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
