"""Promise O5: whatever the token endpoint answers, nothing is stored by half, and a person reads why."""

import json
import logging

import pytest

from bot.errors import LinkExpired
from bot.messages import Secret
from tests.doubles.google_signin_faults import FAULTS
from tests.web.browser import Browser
from tests.web.conftest import Street

HARMLESS = {"expires_in negative", "expires_in absurd", "no scope"}
"""How long a token lives is a hint; scopes that are not named are those that were asked for (RFC 6749 §5.1)."""

UNWELCOME = sorted(FAULTS.keys() - HARMLESS - {"never", "email not verified"})


@pytest.mark.parametrize("fault", UNWELCOME)
async def test_o5_a_broken_answer_connects_nothing(
    street: Street, browser: Browser, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    caplog.set_level(logging.DEBUG)
    street.accounts.add("ana@example.com")
    ana = street.person("Ana", "ana@example.com")
    link = await street.link(ana)
    street.signin.faults = [fault]
    last = await street.consent(browser, link, "ana@example.com")
    assert last.url == f"{street.base}/connect/done"
    assert "Google is not connected" in last.text
    assert "Google is not connected" in street.shown(ana.who)
    assert all(page.status < 500 for page in browser.visited(street.base))
    assert street.signin.calls["token"] <= 3
    assert await street.linked(ana) == ()
    assert await street.app.users.at("test:", ["ana@example.com"]) == {}
    secrets = [street.signin.client.secret, link.rpartition("/")[2], *street.signin.desk.families]
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("freewhen")]
    assert not [line for line in ours for secret in secrets if secret in line]
    last = await street.consent(browser, await street.link(ana), "ana@example.com")
    assert "Connected as ana@example.com" in last.text, "and then it works"


async def test_a_code_that_was_used_or_came_too_late_is_no_access_that_has_ended(
    street: Street, browser: Browser
) -> None:
    street.accounts.add("ana@example.com")
    ana = street.person("Ana", "ana@example.com")
    link = await street.link(ana)
    street.signin.faults = ["invalid_grant"]
    last = await street.consent(browser, link, "ana@example.com")
    for said in (last.text, street.shown(ana.who)):
        assert "used already or came too late, so nothing was connected. Please start again." in said
        assert "no longer accepts" not in said
    ended = Secret(json.dumps({"access_token": "a", "refresh_token": "r", "expires_at": 1}))
    with pytest.raises(LinkExpired, match="no longer accepts our access"):
        await street.google.consent.refresh(ended)


@pytest.mark.parametrize("fault", sorted(HARMLESS))
async def test_o5_what_is_only_a_hint_is_no_reason_to_refuse(street: Street, browser: Browser, fault: str) -> None:
    street.accounts.add("ana@example.com")
    ana = street.person("Ana", "ana@example.com")
    link = await street.link(ana)
    street.signin.faults = [fault]
    assert "Connected as ana@example.com" in (await street.consent(browser, link, "ana@example.com")).text


async def test_an_address_that_nobody_verified_is_not_taken_for_the_chats(street: Street, browser: Browser) -> None:
    street.accounts.add("ana@example.com")
    ana = street.person("Ana", "ana@example.com")
    link = await street.link(ana)
    street.signin.faults = ["email not verified"]
    assert "Is this your calendar?" in (await street.consent(browser, link, "ana@example.com")).text
    assert await street.linked(ana) == ()
