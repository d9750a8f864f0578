"""The token and revocation endpoints of the pretended sign-in (RFC 6749 §5, RFC 7636 §4.6, RFC 7009)."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.doubles.google_signin_faults import FAULTS
from tests.doubles.google_signin_forms import issuer, single
from tests.doubles.google_signin_keys import signed

if TYPE_CHECKING:
    from tests.doubles.google_signin import Asked, GoogleSignin

CODE_LIFE = 60.0
FULL = {
    "email": "https://www.googleapis.com/auth/userinfo.email",
    "profile": "https://www.googleapis.com/auth/userinfo.profile",
}
"""Short names of scopes as Google writes them in an answer."""


@dataclass(slots=True)
class Code:
    asked: "Asked"
    address: str
    scopes: tuple[str, ...]
    until: float
    used: bool = False


@dataclass(slots=True)
class Family:
    """A refresh token and its successors: `live` is the one that is good, None once the grant is revoked."""

    address: str
    scopes: tuple[str, ...]
    live: str | None


class TokenDesk:
    """Codes become tokens here, each once. `families` is by every refresh token that ever was; `refreshed` counts."""

    def __init__(self, signin: "GoogleSignin") -> None:
        self._signin = signin
        self._codes: dict[str, Code] = {}
        self.families: dict[str, Family] = {}
        self._consented: set[str] = set()
        self._granted: dict[str, dict[str, None]] = {}
        self.reused = 0

    def full(self, scopes: tuple[str, ...]) -> list[str]:
        return [FULL.get(scope, scope) for scope in scopes]

    def new_code(self, asked: "Asked", address: str, scopes: tuple[str, ...]) -> str:
        code = f"4/0A{secrets.token_urlsafe(40)}"
        if asked.include_granted:
            scopes = tuple(dict.fromkeys((*scopes, *self._granted.get(address, {}))))
        self._granted.setdefault(address, {}).update(dict.fromkeys(scopes))
        self._codes[code] = Code(asked, address, scopes, self._signin.accounts.now() + CODE_LIFE)
        return code

    def kill(self, address: str) -> None:
        """As when somebody removes the app in their account's settings."""
        for family in self.families.values():
            if family.address == address:
                family.live = None
        self._consented.discard(address)
        self._granted.pop(address, None)
        self._signin.accounts.kill(address)

    async def token(self, request: Request) -> Response:
        try:
            told = single((await request.body()).decode())
        except ValueError:
            return _error("invalid_request")
        kind = told.get("grant_type", "")
        self._signin.calls["refresh" if kind == "refresh_token" else "token"] += 1
        name = self._signin.faults.pop(0) if self._signin.faults else ""
        fault = FAULTS[name] if name else None
        if fault is not None and fault.early is not None:
            return await fault.early(request)
        if not self._is_client(request, told):
            return _error("invalid_client", 401)
        if kind == "authorization_code":
            answer = self._exchange(told, issuer(request))
        elif kind == "refresh_token":
            answer = self._refresh(told)
        else:
            return _error("unsupported_grant_type")
        if answer is None:
            return _error("invalid_grant")
        if fault is not None and fault.change is not None:
            fault.change(answer)
        if isinstance(answer.get("id_token"), dict):
            answer["id_token"] = signed(answer["id_token"])
        return JSONResponse(answer, headers={"cache-control": "no-store"})

    def _is_client(self, request: Request, told: dict[str, str]) -> bool:
        """RFC 6749 §2.3.1: the secret in a header or in the body, not in both."""
        client = self._signin.client
        kind, _, value = request.headers.get("authorization", "").partition(" ")
        if kind.casefold() == "basic" and "client_secret" not in told:
            name, _, secret = base64.b64decode(value).decode().partition(":")
            return (unquote(name), unquote(secret)) == (client.id, client.secret)
        return not kind and (told.get("client_id"), told.get("client_secret")) == (client.id, client.secret)

    def _exchange(self, told: dict[str, str], signed_by: str) -> dict[str, object] | None:
        code = self._codes.get(told.get("code", ""))
        now = self._signin.accounts.now()
        if code is None:
            return None
        if code.used:  # RFC 6749 §4.1.2: what it was exchanged for is revoked
            self.kill(code.address)
            return None
        code.used = True
        verifier = told.get("code_verifier", "")
        proof = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        right = 43 <= len(verifier) <= 128 and proof == code.asked.challenge
        if now >= code.until or told.get("redirect_uri") != code.asked.redirect_uri or not right:
            return None
        answer = self._tokens(code.address, code.scopes)
        if code.asked.offline and (code.asked.prompt or code.address not in self._consented):
            answer["refresh_token"] = self._new_family(code.address, code.scopes)
        self._consented.add(code.address)
        if "openid" in code.scopes:
            answer["id_token"] = self._claims(code, signed_by)
        return answer

    def _claims(self, code: Code, signed_by: str) -> dict[str, object]:
        account, now = self._signin.accounts.known[code.address], int(self._signin.accounts.now())
        claims: dict[str, object] = {
            "iss": signed_by,
            "azp": self._signin.client.id,
            "aud": self._signin.client.id,
            "sub": account.subject,
            "iat": now,
            "exp": now + 3600,
        }
        if "email" in code.scopes:
            claims |= {"email": account.address, "email_verified": True}
        if code.asked.nonce:
            claims["nonce"] = code.asked.nonce
        return claims

    def _tokens(self, address: str, scopes: tuple[str, ...]) -> dict[str, object]:
        full = self.full(scopes)
        return {
            "access_token": self._signin.accounts.issue(address, frozenset(full), self._signin.lives),
            "expires_in": self._signin.lives,
            "scope": " ".join(full),
            "token_type": "Bearer",
        }

    def _new_family(self, address: str, scopes: tuple[str, ...]) -> str:
        token = f"1//0{secrets.token_urlsafe(40)}"
        self.families[token] = Family(address, scopes, token)
        return token

    def _refresh(self, told: dict[str, str]) -> dict[str, object] | None:
        token = told.get("refresh_token", "")
        family = self.families.get(token)
        if family is None or family.live is None:
            return None
        if family.live != token:  # RFC 9700 §4.14.2: somebody has a copy, so nobody keeps the grant
            self.reused += 1
            self.kill(family.address)
            return None
        answer = self._tokens(family.address, family.scopes)
        if self._signin.rotate:
            family.live = f"1//0{secrets.token_urlsafe(40)}"
            self.families[family.live] = family
            answer["refresh_token"] = family.live
        return answer

    async def revoke(self, request: Request) -> Response:
        self._signin.calls["revoke"] += 1
        if self._signin.revoke_status:
            return Response(status_code=self._signin.revoke_status)
        told = single((await request.body()).decode() or request.url.query)
        token = told.get("token", "")
        family, held = self.families.get(token), self._signin.accounts.whose(token)
        address = family.address if family is not None and family.live is not None else held[0].address if held else ""
        if not address:
            return JSONResponse({"error": "invalid_token", "error_description": "Token expired or revoked"}, 400)
        self.kill(address)
        return JSONResponse({})


def _error(code: str, status: int = 400) -> Response:
    return JSONResponse({"error": code, "error_description": "Bad Request"}, status)
