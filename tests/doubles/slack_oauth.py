"""Installing the app in a pretended workspace: the page where an administrator decides, and oauth.v2.access.

https://docs.slack.dev/authentication/installing-with-oauth. Stricter than Slack: a redirect address and a state of 128
bits are required, a redirect address must be registered letter by letter, and who presses must be an administrator.
"""

import base64
import binascii
import html
import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

from tests.doubles.slack_errors import SlackError
from tests.doubles.slack_tokens import Code, Token
from tests.doubles.slack_wire import Asked
from tests.doubles.slack_workspace import Body, Workspaces

CODE_LIVES = 600.0


class Oauth:
    """`denied`: what "Allow" is answered with instead of a code, e.g. "access_denied". `installed`: teams, in order."""

    def __init__(self, world: Workspaces) -> None:
        self.world = world
        self.denied = ""
        self.installed: list[str] = []
        self._pages: dict[str, Mapping[str, str]] = {}

    def page(self, told: Mapping[str, str]) -> tuple[int, str]:
        """Status and HTML of the page."""
        app = self.world.app
        wrong = ""
        if told.get("client_id") != app.client_id:
            wrong = "invalid_client_id"
        elif told.get("redirect_uri") not in app.redirect_uris:
            wrong = "bad_redirect_uri"
        elif not told.get("scope") or " " in told["scope"]:
            wrong = "invalid_scope"
        elif len(told.get("state", "")) < 22:
            wrong = "invalid_state"
        if wrong:
            self.world.fault("oauth/v2/authorize", wrong)
            return 400, f"<h1>Something went wrong</h1><p>{wrong}</p>"
        ticket = secrets.token_urlsafe(16)
        self._pages[ticket] = dict(told)
        teams = "".join(f"<option value={one.id}>{html.escape(one.name)}</option>" for one in self.world.teams.values())
        scopes = "".join(f"<li>{html.escape(scope)}</li>" for scope in told["scope"].split(","))
        return 200, (
            "<!doctype html><html lang=en><title>Freewhen</title><h1>Freewhen is requesting permission</h1>"
            f"<ul>{scopes}</ul><form method=post action=/oauth/v2/allow><input type=hidden name=ticket value={ticket}>"
            f"<select name=team>{teams}</select><input name=user value=''>"
            "<button name=do value=allow>Allow</button> <button name=do value=cancel>Cancel</button></form></html>"
        )

    def pressed(self, told: Mapping[str, str]) -> str:
        """Where the browser is sent, "" when nobody may decide that. `user` is an administrator's id."""
        asked = self._pages.pop(told.get("ticket", ""), None)
        team = self.world.teams.get(told.get("team", ""))
        user = team.users.get(told.get("user", "")) if team else None
        if asked is None or team is None or user is None or not user.admin:
            return ""
        back = {"state": asked["state"]}
        if told.get("do") != "allow" or self.denied:
            back["error"] = self.denied or "access_denied"
        else:
            scopes = frozenset(asked["scope"].split(","))
            back["code"] = f"{team.id}.{secrets.token_hex(24)}"
            until = self.world.now() + CODE_LIVES
            self.world.tokens.codes[back["code"]] = Code(team.id, user.id, scopes, asked["redirect_uri"], until)
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def access(self, asked: Asked) -> Body:
        """oauth.v2.access: a code, or a refresh token, for an access token. Raises SlackError."""
        if asked.as_json:
            raise SlackError("invalid_arguments", ["oauth.v2.access reads a form"])
        told = dict(asked.arguments)
        client, secret = (
            _basic(asked.basic) if asked.basic else (told.pop("client_id", ""), told.pop("client_secret", ""))
        )
        if client != self.world.app.client_id:
            raise SlackError("invalid_client_id")
        if not secrets.compare_digest(secret, self.world.app.client_secret):
            raise SlackError("bad_client_secret")
        grant = told.get("grant_type", "authorization_code")
        if grant == "refresh_token":
            fresh, refresh = self.world.tokens.renew(told.get("refresh_token", ""))
            return self._granted(fresh, refresh, "")
        if grant != "authorization_code":
            raise SlackError("invalid_grant_type")
        code = self.world.tokens.codes.get(told.get("code", ""))
        if code is None or self.world.now() >= code.until:
            raise SlackError("invalid_code")
        if code.used:
            raise SlackError("code_already_used")
        if told.get("redirect_uri") != code.redirect_uri:
            raise SlackError("bad_redirect_uri")
        code.used = True
        self.installed.append(code.team)
        token = self.world.tokens.issue(code.team, code.scopes, rotating=self.world.app.rotation)
        return self._granted(token, self.world.tokens.renewable(token) if self.world.app.rotation else "", code.user)

    def _granted(self, token: Token, refresh: str, user: str) -> Body:
        team = self.world.teams[token.team]
        found: Body = {
            "ok": True,
            "app_id": self.world.app.id,
            "authed_user": {"id": user} if user else {},
            "scope": ",".join(sorted(token.scopes)),
            "token_type": "bot",
            "access_token": token.value,
            "bot_user_id": team.bot.id,
            "team": {"id": team.id, "name": team.name},
            "enterprise": None,
            "is_enterprise_install": False,
        }
        if refresh:
            found |= {"refresh_token": refresh, "expires_in": self.world.tokens.lives}
        return found


def _basic(value: str) -> tuple[str, str]:
    try:
        client, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise SlackError("invalid_client_id") from None
    return client, secret
