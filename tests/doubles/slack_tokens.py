"""The pretended Slack's app and its tokens: what each may do, how it is renewed, and when it is over.

Installing: https://docs.slack.dev/authentication/installing-with-oauth; rotation:
https://docs.slack.dev/authentication/using-token-rotation. Stricter than Slack, which lets the old refresh token live
on until the new access token was used: here it dies with its use, and using it again is remembered in `reused`.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.doubles.slack_errors import SlackError

TWELVE_HOURS = 43200


@dataclass
class SlackApp:
    """The registered app. `rotation`: its tokens expire. `scopes`: what its manifest asks for as a bot."""

    id: str = "A0FREEWHEN"
    client_id: str = "4242424242.5353535353"
    client_secret: str = "client-secret-of-a-double"
    signing_secret: str = "signing-secret-of-a-double"
    verification: str = "verification-of-a-double"
    redirect_uris: frozenset[str] = frozenset()
    rotation: bool = False


@dataclass
class Token:
    """`kind` is "bot", "user" or "app"; `until` in seconds, None for ever. `over`: the error that it is met with."""

    value: str
    kind: str
    team: str
    scopes: frozenset[str]
    until: float | None = None
    over: str = ""


@dataclass
class Code:
    """A temporary code of an installation."""

    team: str
    user: str
    scopes: frozenset[str]
    redirect_uri: str
    until: float
    used: bool = False


@dataclass
class Tokens:
    """All tokens there are. `now` is Slack's clock, in seconds."""

    app: SlackApp
    now: Callable[[], float]
    lives: int = TWELVE_HOURS
    reused: list[str] = field(default_factory=list)
    codes: dict[str, Code] = field(default_factory=dict)
    _held: dict[str, Token] = field(default_factory=dict)
    _refresh: dict[str, Token] = field(default_factory=dict)

    def issue(self, team: str, scopes: frozenset[str], kind: str = "bot", rotating: bool = False) -> Token:
        """A new access token."""
        start = {"bot": "xoxb", "user": "xoxp", "app": "xapp-1"}[kind]
        until = self.now() + self.lives if rotating else None
        value = f"{'xoxe.' if rotating else ''}{start}-{secrets.token_hex(16)}"
        token = self._held[value] = Token(value, kind, team, scopes, until)
        return token

    def renewable(self, token: Token) -> str:
        """The refresh token that belongs to an access token."""
        value = f"xoxe-1-{secrets.token_hex(32)}"
        self._refresh[value] = token
        return value

    def known(self, value: str) -> Token:
        """A good token; raises SlackError with what is wrong with it."""
        if not value:
            raise SlackError("not_authed")
        token = self._held.get(value)
        if token is None:
            raise SlackError("invalid_auth")
        if token.over:
            raise SlackError(token.over)
        if token.until is not None and self.now() >= token.until:
            raise SlackError("token_expired")
        return token

    def renew(self, refresh: str) -> tuple[Token, str]:
        """A new pair for a refresh token, which is over with that, as is its access token."""
        old = self._refresh.get(refresh)
        if old is None:
            raise SlackError("invalid_refresh_token")
        if old.over:
            if old.over == "token_expired":
                self.reused.append(refresh)
            raise SlackError("invalid_refresh_token")
        old.over = "token_expired"
        fresh = self.issue(old.team, old.scopes, old.kind, rotating=True)
        return fresh, self.renewable(fresh)

    def end(self, team: str, error: str = "token_revoked") -> None:
        """All tokens of a team are over: "account_inactive" after an uninstallation."""
        for token in self._held.values():
            if token.team == team and token.kind != "app":
                token.over = error

    def alive(self, team: str) -> int:
        """How many good tokens a team has given out."""
        now = self.now()
        return sum(
            one.team == team and one.kind != "app" and not one.over and (one.until is None or now < one.until)
            for one in self._held.values()
        )
