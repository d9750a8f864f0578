"""The pretended sign-in is as strict as the one it stands for; what it lets through would prove nothing."""

import base64
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.doubles.google_accounts import GoogleAccounts
from tests.doubles.google_signin import CALENDAR, GoogleSignin
from tests.doubles.google_signin_person import decide
from tests.doubles.serving import served

BACK = "https://freewhen.example/oauth/google/callback"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
GOOD = {
    "response_type": "code",
    "redirect_uri": BACK,
    "scope": f"openid email {CALENDAR}.events {CALENDAR}.freebusy",
    "state": "s" * 43,
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
    "access_type": "offline",
    "prompt": "consent",
    "nonce": "n1",
}


@dataclass
class Desk:
    signin: GoogleSignin
    url: str
    client: httpx2.AsyncClient

    def page(self, **changed: str) -> str:
        asked = {"client_id": self.signin.client.id, **GOOD, **changed}
        return f"{self.url}/o/oauth2/v2/auth?" + urlencode({name: value for name, value in asked.items() if value})

    async def code(self, **changed: str) -> str:
        back = await decide(self.page(**changed), "ana@gmail.com")
        return parse_qs(urlsplit(back).query)["code"][0]

    async def ask(self, **told: str) -> httpx2.Response:
        client = self.signin.client
        base = {"client_id": client.id, "client_secret": client.secret}
        exchange = {"grant_type": "authorization_code", "redirect_uri": BACK, "code_verifier": VERIFIER}
        if told.get("grant_type", "authorization_code") == "authorization_code":
            base |= exchange
        return await self.client.post(f"{self.url}/token", data=base | told)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    accounts = GoogleAccounts(clock=[1_773_000_000.0])
    accounts.add("ana@gmail.com")
    signin = GoogleSignin(accounts)
    signin.register(BACK)
    async with served(signin.app) as url, httpx2.AsyncClient() as client:
        yield Desk(signin, url, client)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("client_id", "another"),
        ("redirect_uri", f"{BACK}/"),
        ("redirect_uri", BACK.upper()),
        ("redirect_uri", "https://evil.example/"),
        ("response_type", "token"),
        ("scope", "openid https://www.googleapis.com/auth/gmail.readonly"),
        ("scope", ""),
        ("state", ""),
        ("state", "short"),
        ("code_challenge", ""),
        ("code_challenge", VERIFIER),
        ("code_challenge_method", "plain"),
        ("code_challenge_method", ""),
        ("access_type", "always"),
        ("prompt", "please"),
    ],
)
async def test_a_wrong_request_is_told_on_its_own_page(desk: Desk, name: str, value: str) -> None:
    answer = await desk.client.get(desk.page(**{name: value}))
    assert (answer.status_code, "location" in answer.headers) == (400, False)


async def test_a_parameter_that_came_twice_is_refused(desk: Desk) -> None:
    assert (await desk.client.get(desk.page() + "&scope=openid")).status_code == 400


async def test_a_code_is_good_once_and_its_tokens_die_with_the_second_use(desk: Desk) -> None:
    code = await desk.code()
    first = (await desk.ask(code=code)).json()
    assert desk.signin.accounts.whose(first["access_token"]) is not None
    again = await desk.ask(code=code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert desk.signin.accounts.whose(first["access_token"]) is None


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"code_verifier": "w" * 64}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"redirect_uri": f"{BACK}?"}, "invalid_grant"),
        ({"code": "4/0Amade-up"}, "invalid_grant"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
async def test_a_wrong_exchange_gives_nothing(desk: Desk, told: dict[str, str], error: str) -> None:
    answer = await desk.ask(**{"code": await desk.code(), **told})
    assert answer.json()["error"] == error
    assert "access_token" not in answer.json()


async def test_a_code_is_old_after_a_minute(desk: Desk) -> None:
    code = await desk.code()
    desk.signin.accounts.clock[0] += 61
    assert (await desk.ask(code=code)).json()["error"] == "invalid_grant"


async def test_the_id_token_is_signed_for_the_client(desk: Desk) -> None:
    answer = (await desk.ask(code=await desk.code())).json()
    keys = (await desk.client.get(f"{desk.url}/oauth2/v3/certs")).json()
    claims = jwt.decode(answer["id_token"], KeySet.import_key_set(keys)).claims
    assert "d" not in keys["keys"][0], "what signs stays there"
    assert (claims["aud"], claims["email"], claims["nonce"]) == (desk.signin.client.id, "ana@gmail.com", "n1")
    assert claims["iss"] == desk.url
    assert "https://www.googleapis.com/auth/userinfo.email" in answer["scope"].split(), "as Google writes it"


async def test_lasting_access_comes_with_the_first_consent_or_a_new_one(desk: Desk) -> None:
    assert "refresh_token" not in (await desk.ask(code=await desk.code(access_type="online"))).json()
    assert "refresh_token" not in (await desk.ask(code=await desk.code(prompt=""))).json()
    assert "refresh_token" in (await desk.ask(code=await desk.code())).json()


async def test_a_rotated_token_used_again_ends_all(desk: Desk) -> None:
    desk.signin.rotate = True
    first = (await desk.ask(code=await desk.code())).json()["refresh_token"]
    second = (await desk.ask(grant_type="refresh_token", refresh_token=first)).json()["refresh_token"]
    assert (await desk.ask(grant_type="refresh_token", refresh_token=first)).json()["error"] == "invalid_grant"
    assert (await desk.ask(grant_type="refresh_token", refresh_token=second)).json()["error"] == "invalid_grant"
    assert desk.signin.desk.reused == 1


async def test_what_is_revoked_is_dead_and_unknown_afterwards(desk: Desk) -> None:
    token = (await desk.ask(code=await desk.code())).json()["refresh_token"]
    assert (await desk.client.post(f"{desk.url}/revoke", data={"token": token})).status_code == 200
    assert (await desk.client.post(f"{desk.url}/revoke", data={"token": token})).status_code == 400
    assert (await desk.ask(grant_type="refresh_token", refresh_token=token)).json()["error"] == "invalid_grant"
