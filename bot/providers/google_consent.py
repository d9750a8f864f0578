"""Google's consent page, and the tokens that come of it: authorization code with PKCE, refresh, revocation.

A credential is JSON: access_token, refresh_token, expires_at (epoch seconds) and scope. Google's refresh tokens stay
the same; one that came back new is stored. What is awaited here is awaited to its end by `Renew`, never twice.
"""

import asyncio
import base64
import binascii
import json
import logging
import secrets
import ssl
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from bot.backoff import retry_after
from bot.errors import AccessDenied, LinkExpired, Unavailable
from bot.messages import Secret
from bot.ports import Clock, Grant
from bot.providers.google_settings import GoogleSettings
from bot.tls import trust

if TYPE_CHECKING:
    import httpx2
    from authlib.integrations.httpx_client import AsyncOAuth2Client

T = TypeVar("T")

log = logging.getLogger("freewhen.google")

NAME = "google"

SCOPES: Mapping[str, str] = {
    "https://www.googleapis.com/auth/calendar.events": "see and change events on your calendars",
    "https://www.googleapis.com/auth/calendar.calendarlist.readonly": "see the list of your calendars",
    "https://www.googleapis.com/auth/calendar.freebusy": "see when calendars are busy",
    "openid": "see which account you signed in with",
    "email": "see its e-mail address",
}
"""What we ask for, and how Google's page says it. The least that every call made here needs; a test compares."""

_EMAIL_NAMES = {"https://www.googleapis.com/auth/userinfo.email": "email"}
_DEADLINE = timedelta(seconds=9)
_SKEW = timedelta(minutes=5)
_EARLY = timedelta(seconds=60)


class GoogleConsent:
    """`ports.Consent`, and what becomes of its tokens later."""

    def __init__(self, settings: GoogleSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    @property
    def origin(self) -> str:
        page = urlsplit(self._settings.authorize_url)
        return f"{page.scheme}://{page.netloc}"

    async def begin(self, redirect_uri: str, state: str, address: str) -> tuple[str, Secret]:
        flow = {
            "verifier": secrets.token_urlsafe(48),
            "nonce": secrets.token_urlsafe(24),
            "redirect_uri": redirect_uri,
        }
        hint = {"login_hint": address} if address else {}
        async with self._client(redirect_uri) as client:
            url, _ = client.create_authorization_url(
                self._settings.authorize_url,
                state=state,
                code_verifier=flow["verifier"],
                nonce=flow["nonce"],
                access_type="offline",
                # A refresh token comes with every consent, and nobody connects the account that happened to be open.
                prompt="consent select_account",
                **hint,
            )
        return str(url), Secret(json.dumps(flow))

    async def finish(self, flow: Secret, answer: Mapping[str, str]) -> Grant:
        self._check_answer(answer)
        kept: dict[str, str] = json.loads(flow.reveal())
        async with self._client(kept["redirect_uri"]) as client:
            try:
                token = await self._asked(
                    lambda: client.fetch_token(
                        self._settings.token_url,
                        code=answer["code"],
                        code_verifier=kept["verifier"],
                        grant_type="authorization_code",
                    )
                )
            except LinkExpired:  # of a code, there was no access yet that could have ended
                raise LinkExpired(NAME, _LATE) from None
        address = self._address(token, kept["nonce"])
        granted = str(token.get("scope") or " ".join(SCOPES)).split()  # left out: as asked for (RFC 6749 §5.1)
        scopes = tuple(_EMAIL_NAMES.get(scope, scope) for scope in granted)
        credential = self._credential(token, None)
        lacks = tuple(said for scope, said in SCOPES.items() if scope not in scopes)
        return Grant(credential, scopes, address, lacks)

    async def refresh(self, credential: Secret) -> Secret:
        """A credential with a new access token. Raises LinkExpired (revoked, or too old), Unavailable."""
        old = _read(credential)
        async with self._client() as client:
            token = await self._asked(
                lambda: client.refresh_token(self._settings.token_url, refresh_token=old["refresh_token"])
            )
        return self._credential(token, old)

    async def revoke(self, credential: Secret) -> None:
        """Give the access back (RFC 7009). Google then forgets the consent as a whole. Raises Unavailable."""
        import httpx2

        token = _read(credential)["refresh_token"]
        try:
            async with asyncio.timeout(_DEADLINE.total_seconds()):
                async with httpx2.AsyncClient(verify=self._trust, trust_env=False) as client:
                    answer = await client.post(self._settings.revoke_url, data={"token": token})
        except (httpx2.HTTPError, TimeoutError) as error:
            raise Unavailable(NAME) from error
        # 400: it is not a token (any more), so there is nothing left to give back.
        if answer.status_code not in (200, 400):
            raise Unavailable(NAME, retry_after=retry_after(answer.headers.get("retry-after"), self._clock.now()))

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return trust(self._settings.ca_file)

    def _client(self, redirect_uri: str | None = None) -> "AsyncOAuth2Client":
        from authlib.integrations.httpx_client import AsyncOAuth2Client

        return AsyncOAuth2Client(
            self._settings.client_id,
            self._settings.client_secret.reveal(),
            scope=" ".join(SCOPES) if redirect_uri else None,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_post",  # noqa: S106 the name of a method
            verify=self._trust,
            trust_env=False,
            follow_redirects=False,
            timeout=_DEADLINE.total_seconds(),
            event_hooks={"response": [_not_busy]},
        )

    def _check_answer(self, answer: Mapping[str, str]) -> None:
        """The parameters of the callback (RFC 6749 §4.1.2). Raises AccessDenied, Unavailable, LinkExpired."""
        if "iss" in answer and answer["iss"] not in self._issuers():  # RFC 9207 §2.4
            raise LinkExpired(NAME, "That answer did not come from Google. Nothing was connected.")
        error = answer.get("error", "")
        if error == "access_denied":
            raise AccessDenied(NAME, "You did not allow it on Google's page, so nothing was connected.")
        if error in ("temporarily_unavailable", "server_error"):
            raise Unavailable(NAME, "Google cannot do that at the moment. Please try again in a few minutes.")
        if error or not answer.get("code"):
            log.warning("Google's consent page answered with an error: %s", error[:60] if error.isascii() else "?")
            raise Unavailable(NAME, "Google's page ended with an error. Please try again, or ask who runs this server.")

    def _issuers(self) -> frozenset[str]:
        """Who may sign: Google, known under two spellings (OpenID Connect), or who runs the page of the settings."""
        issuer = self._settings.issuer
        return frozenset((issuer, issuer.removeprefix("https://"), self.origin))

    async def _asked(self, ask: Callable[[], Awaitable[T]]) -> T:
        """A call to the token endpoint within the deadline. Raises LinkExpired, Unavailable."""
        import httpx2
        from authlib.integrations.base_client import OAuthError

        try:
            async with asyncio.timeout(_DEADLINE.total_seconds()):
                return await ask()
        except OAuthError as error:
            if error.error == "invalid_grant":
                raise LinkExpired(NAME) from None
            log.error("Google refuses this server's client: %s", error.error)
            raise Unavailable(NAME, "Google does not accept this server. Please tell whoever runs it.") from None
        except httpx2.HTTPStatusError as error:
            wait = retry_after(error.response.headers.get("retry-after"), self._clock.now())
            raise Unavailable(NAME, retry_after=wait) from None
        except (httpx2.HTTPError, TimeoutError) as error:
            raise Unavailable(NAME) from error
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:  # no JSON object, to authlib
            raise Unavailable(NAME, _ODD) from error

    def _credential(self, token: Mapping[str, Any], old: Mapping[str, Any] | None) -> Secret:
        """Raises Unavailable for an answer that is not a bearer token which can be renewed."""
        access, lives = token.get("access_token"), token.get("expires_in", 3600)
        refresh = token.get("refresh_token") or (old or {}).get("refresh_token")
        kind = token.get("token_type")
        if not (isinstance(access, str) and access and isinstance(kind, str) and kind.casefold() == "bearer"):
            raise Unavailable(NAME, _ODD)
        if not isinstance(refresh, str):
            raise Unavailable(
                NAME,
                "Google gave no lasting access. Take Freewhen off at myaccount.google.com/connections, "
                "and connect again.",
            )
        if isinstance(lives, bool) or not isinstance(lives, int | float) or not 0 < lives < 10_000_000:
            lives = 300
        scope = token.get("scope") or (old or {}).get("scope", "")
        until = int(self._clock.now().timestamp() + lives)
        return Secret(
            json.dumps({"access_token": access, "refresh_token": refresh, "expires_at": until, "scope": scope})
        )

    def _address(self, token: Mapping[str, Any], nonce: str) -> str:
        """Whose account it is, by the ID token. It came straight from the token endpoint over TLS, so its signature
        need not be checked (OpenID Connect Core §3.1.3.7, 6); everything else is. Raises Unavailable.
        """
        claims = _claims(token.get("id_token"))
        now, skew = self._clock.now().timestamp(), _SKEW.total_seconds()
        issued, expires = claims.get("iat"), claims.get("exp")
        if not isinstance(issued, int | float) or not isinstance(expires, int | float):
            raise Unavailable(NAME, _ODD)
        if not issued - skew <= now < expires + skew:
            log.error("Google's clock and this server's differ by more than %s", _SKEW)
            raise Unavailable(NAME, "Google's clock and this server's differ. Please tell whoever runs this server.")
        mine = claims.get("aud") == self._settings.client_id and claims.get("iss") in self._issuers()
        address = claims.get("email") if claims.get("email_verified") is True else ""
        if not mine or claims.get("nonce") != nonce or not isinstance(address, str):
            raise Unavailable(NAME, _ODD)
        return address.casefold()


_LATE = "Google's answer was used already or came too late, so nothing was connected. Please start again."
_ODD = "Google's answer was not understood, so nothing was connected. Please try again."


async def _not_busy(response: "httpx2.Response") -> None:
    """A server that is busy is no answer about the token. Raises httpx2.HTTPStatusError."""
    if response.status_code == 429 or response.status_code >= 500:
        response.raise_for_status()


def access_token(credential: Secret, now: datetime) -> str | None:
    """The access token; None when it is over, or so soon that a call might not get through."""
    kept = _read(credential)
    return str(kept["access_token"]) if now.timestamp() < kept["expires_at"] - _EARLY.total_seconds() else None


def _read(credential: Secret) -> Mapping[str, Any]:
    """Raises LinkExpired for what is not a credential of ours."""
    try:
        kept = json.loads(credential.reveal())
        if isinstance(kept["access_token"], str) and isinstance(kept["refresh_token"], str) and kept["expires_at"] + 0:
            return dict(kept)
    except (ValueError, TypeError, KeyError):
        """Said below, without the text."""
    raise LinkExpired(NAME) from None


def _claims(token: object) -> dict[str, Any]:
    """The claims of an ID token (RFC 7519 §3). Raises Unavailable."""
    try:
        _, body, _ = str(token).split(".")
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise Unavailable(NAME, _ODD) from error
    if not isinstance(claims, dict):
        raise Unavailable(NAME, _ODD)
    return claims
