"""Google's consent and tokens, against the pretended sign-in over real sockets."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from bot.app import StandingClock, SystemClock
from bot.errors import AccessDenied, LinkExpired, ProviderError, Unavailable
from bot.messages import Secret
from bot.ports import Grant
from bot.providers.google_consent import SCOPES, GoogleConsent, access_token
from bot.providers.google_settings import GoogleSettings
from tests.doubles.google_accounts import GoogleAccounts
from tests.doubles.google_signin import GoogleSignin
from tests.doubles.google_signin_faults import FAULTS
from tests.doubles.google_signin_person import decide
from tests.doubles.serving import served

BACK = "http://127.0.0.1:8080/oauth/google/callback"
ANA = "ana@example.com"
STATE = "s" * 43


@dataclass
class Google:
    """The pretended sign-in, and us in front of it."""

    signin: GoogleSignin
    consent: GoogleConsent
    settings: GoogleSettings

    async def comes_back(self, **how: object) -> tuple[Secret, dict[str, str]]:
        """The flow, and the parameters that the browser brings to our callback."""
        url, flow = await self.consent.begin(BACK, STATE, "")
        location = await decide(url, ANA, **how)  # type: ignore[arg-type]
        assert location.startswith(f"{BACK}?")
        return flow, dict(parse_qsl(urlsplit(location).query))

    async def granted(self) -> Grant:
        return await self.consent.finish(*await self.comes_back())


@pytest.fixture
async def google() -> AsyncIterator[Google]:
    accounts = GoogleAccounts()
    accounts.add(ANA, "Ana")
    signin = GoogleSignin(accounts)
    signin.register(BACK)
    async with served(signin.app) as url:
        settings = GoogleSettings(
            signin.client.id,
            Secret(signin.client.secret),
            f"{url}/o/oauth2/v2/auth",
            f"{url}/token",
            f"{url}/revoke",
            f"{url}/calendar/v3",
        )
        yield Google(signin, GoogleConsent(settings, SystemClock()), settings)


async def test_a_consent_becomes_a_credential_that_can_be_renewed(google: Google) -> None:
    grant = await google.granted()
    assert grant.address == ANA
    assert set(grant.scopes) == set(SCOPES)
    now = SystemClock().now()
    token = access_token(grant.credential, now)
    assert token is not None
    assert google.signin.accounts.whose(token)
    assert access_token(grant.credential, now + timedelta(hours=1)) is None
    again = await google.consent.refresh(grant.credential)
    assert access_token(again, now) not in (token, None)
    assert json.loads(again.reveal())["refresh_token"] == json.loads(grant.credential.reveal())["refresh_token"]


async def test_a_rotated_refresh_token_is_kept(google: Google) -> None:
    google.signin.rotate = True
    first = (await google.granted()).credential
    second = await google.consent.refresh(first)
    await google.consent.refresh(second)
    with pytest.raises(LinkExpired):
        await google.consent.refresh(first)


async def test_the_page_is_asked_for_no_more_than_is_needed(google: Google) -> None:
    url, flow = await google.consent.begin(BACK, STATE, ANA)
    told = parse_qs(urlsplit(url).query)
    assert set(told["scope"][0].split()) == set(SCOPES)
    assert told["code_challenge_method"] == ["S256"]
    assert told["access_type"] == ["offline"]
    assert told["login_hint"] == [ANA]
    assert told["state"] == [STATE]
    kept = json.loads(flow.reveal())
    assert 43 <= len(kept["verifier"]) <= 128  # RFC 7636 §4.1
    assert kept["verifier"] not in url


async def test_verifiers_and_nonces_do_not_repeat(google: Google) -> None:
    flows = [json.loads((await google.consent.begin(BACK, STATE, ""))[1].reveal()) for _ in range(100)]
    assert len({flow["verifier"] for flow in flows} | {flow["nonce"] for flow in flows}) == 200


async def test_consent_refused(google: Google) -> None:
    with pytest.raises(AccessDenied, match="did not allow"):
        await google.consent.finish(*await google.comes_back(allow=False))
    assert google.signin.calls["token"] == 0


@pytest.mark.parametrize("scope", [one for one in SCOPES if "calendar" in one])
async def test_a_permission_left_out_is_named(google: Google, scope: str) -> None:
    grant = await google.consent.finish(*await google.comes_back(leave_out=[scope]))
    assert grant.lacks == (SCOPES[scope],)
    assert scope not in grant.scopes


@pytest.mark.parametrize(
    "change",
    [{"iss": "https://evil.example.com"}, {"iss": ""}, {"code": ""}, {"error": "server_error"}, {"error": "x" * 5000}],
)
async def test_an_answer_that_is_not_googles_reaches_no_token_endpoint(google: Google, change: dict[str, str]) -> None:
    flow, answer = await google.comes_back()
    with pytest.raises(ProviderError):
        await google.consent.finish(flow, answer | change)
    assert google.signin.calls["token"] == 0


async def test_a_code_works_once(google: Google) -> None:
    flow, answer = await google.comes_back()
    await google.consent.finish(flow, answer)
    with pytest.raises(LinkExpired):
        await google.consent.finish(flow, answer)


async def test_another_flows_verifier_does_not_fit(google: Google) -> None:
    _, answer = await google.comes_back()
    _, other = await google.consent.begin(BACK, STATE, "")
    with pytest.raises(LinkExpired):
        await google.consent.finish(other, answer)


HARMLESS = {"no scope", "expires_in negative", "expires_in absurd", "email not verified"}


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - HARMLESS - {"never"}))
async def test_a_broken_token_answer_is_no_grant(google: Google, fault: str) -> None:
    came_back = await google.comes_back()
    google.signin.faults = [fault]
    with pytest.raises((Unavailable, LinkExpired, AccessDenied)) as caught:
        await google.consent.finish(*came_back)
    assert "ya29" not in str(caught.value)
    assert google.signin.calls["token"] == 1


@pytest.mark.parametrize("fault", sorted(HARMLESS))
async def test_an_odd_lifetime_is_a_short_one(google: Google, fault: str) -> None:
    came_back = await google.comes_back()
    google.signin.faults = [fault]
    grant = await google.consent.finish(*came_back)
    assert access_token(grant.credential, SystemClock().now() + timedelta(minutes=10)) is None or "expires" not in fault
    assert grant.address == ("" if "email" in fault else ANA)


@pytest.mark.parametrize(("fault", "wait"), [("429", 7), ("503", 7), ("500", None)])
async def test_a_busy_token_endpoint_says_when_to_come_back(google: Google, fault: str, wait: int | None) -> None:
    grant = await google.granted()
    google.signin.faults = [fault]
    with pytest.raises(Unavailable) as caught:
        await google.consent.refresh(grant.credential)
    if wait is not None:
        assert caught.value.retry_after == timedelta(seconds=wait)


async def test_clocks_that_differ_are_named(google: Google) -> None:
    flow, answer = await google.comes_back()
    late = GoogleConsent(google.settings, StandingClock(SystemClock().now() + timedelta(hours=3)))
    with pytest.raises(Unavailable, match="clock"):
        await late.finish(flow, answer)


async def test_revoked_access_cannot_be_renewed_and_may_be_revoked_again(google: Google) -> None:
    grant = await google.granted()
    await google.consent.revoke(grant.credential)
    with pytest.raises(LinkExpired):
        await google.consent.refresh(grant.credential)
    await google.consent.revoke(grant.credential)


@pytest.mark.parametrize("status", [500, 503, 429, 302])
async def test_a_revocation_that_failed_says_so(google: Google, status: int) -> None:
    grant = await google.granted()
    google.signin.revoke_status = status
    with pytest.raises(Unavailable):
        await google.consent.revoke(grant.credential)


async def test_nobody_there_is_unavailable(google: Google) -> None:
    grant = await google.granted()
    nowhere = replace(google.settings, token_url="http://127.0.0.1:9/token", revoke_url="http://127.0.0.1:9/revoke")
    consent = GoogleConsent(nowhere, SystemClock())
    with pytest.raises(Unavailable):
        await consent.refresh(grant.credential)
    with pytest.raises(Unavailable):
        await consent.revoke(grant.credential)


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"access_token": 1}', "\0"])
async def test_what_is_no_credential_must_be_linked_again(google: Google, text: str) -> None:
    with pytest.raises(LinkExpired):
        access_token(Secret(text), SystemClock().now())
    with pytest.raises(LinkExpired):
        await google.consent.refresh(Secret(text))
