"""A pretended Google sign-in on loopback: the consent page, its token and revocation endpoints, its keys.

Strict where Google is (https://developers.google.com/identity/protocols/oauth2/web-server): a redirect address must be
registered letter by letter, a mistake in a request is told on Google's own page and never sent back, a code is good
once and for a minute, PKCE is S256 or nothing. What is not Google's but the standard's is required as well.
"""

import html
import secrets
from collections import Counter
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.doubles.google_accounts import GoogleAccounts
from tests.doubles.google_signin_forms import fields_of, issuer, single
from tests.doubles.google_signin_keys import public_keys
from tests.doubles.google_signin_tokens import TokenDesk

CALENDAR = "https://www.googleapis.com/auth/calendar"
SCOPES = {
    "openid": "Associate you with your personal info on Google",
    "email": "See your primary Google Account email address",
    "profile": "See your personal info",
    f"{CALENDAR}.events": "View and edit events on all your calendars",
    f"{CALENDAR}.calendarlist.readonly": "See the list of Google calendars you're subscribed to",
    f"{CALENDAR}.freebusy": "View your availability in your calendars",
}
"""What can be asked for here, and what the page says of it."""

SIGN_IN = frozenset({"openid", "email", "profile"})
"""Scopes that nobody can untick."""


@dataclass(frozen=True, slots=True)
class Client:
    """A registered web application."""

    id: str = "424242.apps.googleusercontent.com"
    secret: str = "GOCSPX-double-of-a-client"
    redirect_uris: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """An authorization request that was accepted, waiting for somebody to press a button."""

    redirect_uri: str
    scopes: tuple[str, ...]
    state: str
    challenge: str
    offline: bool
    prompt: bool
    include_granted: bool
    nonce: str
    hint: str


@dataclass
class GoogleSignin:
    """`app` is served by `tests.doubles.serving.served`; `register` the redirect address once its port is known.

    `calls` counts requests by endpoint: "auth", "allow", "token", "refresh", "revoke", "certs". `redirect_error`: what
    Allow is answered with instead of a code (an `error` of RFC 6749 §4.1.2.1). `iss`: sent along with the answer
    (RFC 9207), "" for none, None for the address that is served here. `faults`, names of FAULTS, are used up by the
    next calls of the token endpoint, in order; "" lets one through. `revoke_status`: what the revocation endpoint
    answers instead of working, 0 for working.
    """

    accounts: GoogleAccounts
    client: Client = field(default_factory=Client)
    rotate: bool = False
    lives: int = 3599
    iss: str | None = None
    redirect_error: str = ""
    revoke_status: int = 0
    faults: list[str] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    asked: dict[str, Asked] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.desk = TokenDesk(self)
        self.app = Starlette(
            routes=[
                Route("/o/oauth2/v2/auth", self._page, methods=["GET"]),
                Route("/o/oauth2/v2/allow", self._pressed, methods=["POST"]),
                Route("/token", self.desk.token, methods=["POST"]),
                Route("/revoke", self.desk.revoke, methods=["POST"]),
                Route("/oauth2/v3/certs", self._certs, methods=["GET"]),
            ]
        )

    def register(self, *redirect_uris: str) -> None:
        """The addresses that an answer may be sent to, letter by letter."""
        self.client = replace(self.client, redirect_uris=frozenset(redirect_uris))

    async def _certs(self, request: Request) -> Response:
        self.calls["certs"] += 1
        return JSONResponse(public_keys())

    async def _page(self, request: Request) -> Response:
        self.calls["auth"] += 1
        try:
            asked = self._checked(single(request.url.query))
        except ValueError as error:
            return HTMLResponse(f"<h1>Access blocked</h1><p>Error 400: {html.escape(str(error))}</p>", 400)
        ticket = secrets.token_urlsafe(16)
        self.asked[ticket] = asked
        return HTMLResponse(self._form(ticket, asked))

    def _checked(self, told: dict[str, str]) -> Asked:
        """The request, when Google would show its page for it. Raises ValueError with Google's word."""
        if told.get("client_id") != self.client.id:
            raise ValueError("invalid_client")
        if told.get("redirect_uri") not in self.client.redirect_uris:
            raise ValueError("redirect_uri_mismatch")
        if told.get("response_type") != "code":
            raise ValueError("unsupported_response_type")
        scopes = tuple(told.get("scope", "").split())
        if not scopes or set(scopes) - set(SCOPES) or len(set(scopes)) != len(scopes):
            raise ValueError("invalid_scope")
        challenge = told.get("code_challenge", "")
        if told.get("code_challenge_method") != "S256" or len(challenge) != 43:
            raise ValueError("invalid_request: code_challenge with S256 is required")
        if len(told.get("state", "")) < 22:
            raise ValueError("invalid_request: state of 128 bits or more is required")
        if told.get("access_type", "online") not in ("online", "offline"):
            raise ValueError("invalid_request: access_type")
        prompt = set(told.get("prompt", "").split())
        if prompt - {"consent", "select_account", "none"}:
            raise ValueError("invalid_request: prompt")
        return Asked(
            told["redirect_uri"],
            scopes,
            told["state"],
            challenge,
            told.get("access_type") == "offline",
            "consent" in prompt,
            told.get("include_granted_scopes") == "true",
            told.get("nonce", ""),
            told.get("login_hint", "").casefold(),
        )

    def _form(self, ticket: str, asked: Asked) -> str:
        options = "".join(
            f"<option value='{html.escape(one)}'{' selected' if one == asked.hint else ''}>{html.escape(one)}</option>"
            for one in self.accounts.known
        )
        ticks = "".join(
            f"<label><input type=checkbox name=scope value='{scope}' checked> {SCOPES[scope]}</label><br>"
            for scope in asked.scopes
            if scope not in SIGN_IN
        )
        return (
            "<!doctype html><html lang=en><title>Sign in - Google Accounts</title><h1>Freewhen wants access</h1>"
            f"<form method=post action=/o/oauth2/v2/allow><input type=hidden name=ticket value={ticket}>"
            f"<label>Account <select name=account>{options}</select></label><br>{ticks}"
            "<button name=do value=allow>Allow</button> <button name=do value=cancel>Cancel</button></form></html>"
        )

    async def _pressed(self, request: Request) -> Response:
        self.calls["allow"] += 1
        told = await fields_of(request)
        asked = self.asked.pop(told.get("ticket", [""])[0], None)
        account = self.accounts.known.get(told.get("account", [""])[0])
        if asked is None or account is None:
            return HTMLResponse("<h1>This page has expired</h1>", 400)
        answer = {"state": asked.state}
        if told.get("do") != ["allow"]:
            answer["error"] = "access_denied"
        elif self.redirect_error:
            answer["error"] = self.redirect_error
        else:
            ticked = set(told.get("scope", ())) | SIGN_IN
            granted = tuple(scope for scope in asked.scopes if scope in ticked)
            answer["code"] = self.desk.new_code(asked, account.address, granted)
            answer["scope"] = " ".join(self.desk.full(granted))
            answer["authuser"] = "0"
            answer["prompt"] = "consent"
        if self.iss != "":
            answer["iss"] = self.iss or issuer(request)
        return RedirectResponse(f"{asked.redirect_uri}?{urlencode(answer)}", 302)
