"""A workspace adds the bot in a browser: to Slack, back, and to a clean page that says how it ended."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.types import Receive, Scope, Send

from bot.chats.slack.credentials import unpacked
from bot.chats.slack.install import Install
from bot.chats.slack.manifest import SCOPES
from bot.messages import Secret
from bot.ports import Installation
from bot.web import server
from tests.conversations.conftest import Town, ready_folder, town
from tests.doubles.slack_api import PretendSlack
from tests.doubles.slack_people import SlackUser
from tests.doubles.slack_workspace import Team
from tests.slack.halls import Speaker, hall
from tests.web.browser import Browser, Page
from tests.web.test_pages import check_headers

__all__ = ["ready_folder", "town"]


@dataclass
class Office:
    town: Town
    slack: PretendSlack
    base: str
    team: Team
    admin: SlackUser
    browser: Browser

    async def at_slack(self) -> Page:
        return await self.browser.get(f"{self.base}/slack/install")

    def decided(self, page: Page, do: str = "allow") -> str:
        """The administrator presses a button of Slack's page; returns where that sends the browser."""
        assert page.form is not None, page.text
        ticket = page.form.fields["ticket"][0]
        return self.slack.oauth.pressed({"ticket": ticket, "team": self.team.id, "user": self.admin.id, "do": do})

    async def installed(self) -> Page:
        return await self.browser.get(self.decided(await self.at_slack()))

    async def kept(self) -> Installation | None:
        return await self.town.storage.installations.find("slack", self.team.id)


@pytest.fixture
async def office(town: Town) -> AsyncIterator[Office]:
    slack, inner = PretendSlack(lambda: town.clock.now().timestamp()), list[object]()

    async def site(scope: Scope, receive: Receive, send: Send) -> None:
        await inner[0](scope, receive, send)  # type: ignore[operator]

    async with slack.running(), server.serving(site, "127.0.0.1:0") as at, Browser() as browser:
        made = hall(town, slack, f"http://{at}")
        async with Speaker(made) as speaker:
            inner.append(
                server.site(replace(town.app, public_url=f"http://{at}"), None, Install(made, speaker.calls.ask))
            )
            slack.world.app.redirect_uris = frozenset([f"http://{at}/slack/oauth_redirect"])
            team = slack.world.add_team("Acme & Söhne")
            admin = slack.world.add_user(team, "Ada", admin=True)
            yield Office(town, slack, f"http://{at}", team, admin, browser)


@pytest.mark.parametrize("rotating", [False, True], ids=["for ever", "rotating"])
async def test_from_the_address_to_the_bot_in_the_workspace(office: Office, rotating: bool) -> None:
    office.slack.world.app.rotation = rotating
    page = await office.installed()
    assert page.url == f"{office.base}/slack/installed"
    assert page.status == 200
    assert "Freewhen is in Acme & Söhne" in page.text
    assert "/connect-calendar" in page.text
    check_headers(page)
    found = await office.kept()
    assert found is not None
    kept = unpacked(found.credential)
    assert kept is not None
    assert office.slack.world.tokens.known(kept.token.reveal()).team == office.team.id
    assert (kept.refresh is not None, kept.until is not None) == (rotating, rotating)
    assert found.name == "Acme & Söhne"
    assert (found.bot_id, found.installed_by) == (office.team.bot.id, office.admin.id)
    assert found.scopes == tuple(sorted(SCOPES))
    assert office.slack.world.faults == []
    assert (await office.browser.get(page.url)).text == page.text


async def test_nothing_of_it_stays_in_an_address(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    await office.installed()
    ours = office.browser.visited(office.base)
    codes = list(office.slack.world.tokens.codes)
    assert len(codes) == 1
    assert "code=" not in ours[-1].url + ours[-1].html
    secrets = [*codes, office.slack.world.app.client_secret, *office.slack.world.tokens._held]
    told = " ".join(one.getMessage() for one in caplog.records if one.name.startswith("freewhen"))
    for secret in secrets:
        assert secret not in told
        assert not any(secret in page.html for page in ours)
    assert office.slack.world.app.client_secret not in " ".join(page.to for page in office.browser.seen)


async def test_whoever_says_no_has_nothing_installed(office: Office) -> None:
    page = await office.browser.get(office.decided(await office.at_slack(), "cancel"))
    assert "was not installed" in page.text
    assert await office.kept() is None


async def test_an_answer_that_was_not_asked_for_in_this_browser_does_nothing(office: Office) -> None:
    """Somebody sends the address with their own code: forced installing."""
    theirs = office.decided(await office.at_slack())
    async with Browser() as other:
        assert "does not belong here" in (await other.get(theirs)).text
        await other.get(f"{office.base}/slack/install", follow=False)
        assert "does not belong here" in (await other.get(theirs)).text
    assert await office.kept() is None
    assert office.slack.oauth.installed == []
    assert "Freewhen is in" in (await office.browser.get(theirs)).text


@pytest.mark.parametrize("after", [timedelta(minutes=11), timedelta(hours=-1)])
async def test_an_answer_is_good_for_ten_minutes(office: Office, after: timedelta) -> None:
    back = office.decided(await office.at_slack())
    office.town.clock.move_to(office.town.clock.now() + after)
    assert "does not belong here" in (await office.browser.get(back)).text
    assert await office.kept() is None


async def test_an_answer_is_good_once(office: Office) -> None:
    back = office.decided(await office.at_slack())
    cookie = dict(office.browser.client.cookies)
    assert "Freewhen is in" in (await office.browser.get(back)).text
    for name, value in cookie.items():
        office.browser.client.cookies.set(name, value)
    assert "does not belong here" in (await office.browser.get(back)).text
    assert office.slack.oauth.installed == [office.team.id]


@pytest.mark.parametrize(
    "query",
    [
        *("", "state=x", "code=x", "state=&code=x", "code=x&state=1.x", "code=x&state={}&state={}", "state={}"),
        *("code=&state={}", "error=&state={}", "code=x&state={}x", "code=x&state=%C3%A9", "code=%00&state=%ff"),
        *("a=1&" * 60, "code=" + "x" * 9000),
    ],
)
async def test_odd_answers_install_nothing(office: Office, query: str) -> None:
    page = await office.at_slack()
    state = parse_qs(urlsplit(page.url).query)["state"][0]
    ended = await office.browser.get(f"{office.base}/slack/oauth_redirect?{query.replace('{}', state)}")
    assert ended.status < 500
    assert ended.url == f"{office.base}/slack/installed"
    assert "Freewhen is in" not in ended.text
    assert office.slack.oauth.installed == []


async def test_a_code_that_slack_does_not_know_is_told(office: Office) -> None:
    page = await office.at_slack()
    state = parse_qs(urlsplit(page.url).query)["state"][0]
    ended = await office.browser.get(f"{office.base}/slack/oauth_redirect?code=unknown&state={state}")
    assert "was not installed" in ended.text
    assert "unknown" not in ended.text


@pytest.mark.parametrize("path", ["/slack/install", "/slack/oauth_redirect", "/slack/installed"])
async def test_other_methods_and_previews_change_nothing(office: Office, path: str) -> None:
    for method in ("POST", "PUT", "DELETE", "BREW"):
        answer = await office.browser.client.request(method, f"{office.base}{path}")
        assert answer.status_code == 405
        check_headers(office.browser.page(answer))
    back = office.decided(await office.at_slack())
    assert (await office.browser.client.head(back)).status_code == 405
    assert "Freewhen is in" in (await office.browser.get(back)).text


async def test_the_page_of_the_end_shows_nothing_to_others(office: Office) -> None:
    async with Browser() as other:
        page = await other.get(f"{office.base}/slack/installed")
        assert page.status == 404
        other.client.cookies.set("installed", "bm9uc2Vuc2U", domain="127.0.0.1")
        assert (await other.get(f"{office.base}/slack/installed")).status == 404


async def test_without_a_client_id_there_are_no_such_pages(town: Town) -> None:
    async with server.serving(server.site(town.app), "127.0.0.1:0") as at, Browser() as browser:
        for path in ("/slack/install", "/slack/oauth_redirect", "/slack/installed"):
            assert (await browser.get(f"http://{at}{path}")).status == 404


# ── what Slack may answer ───────────────────────────────────────────────────────────────────────────────────

GOOD = {
    "ok": True,
    "access_token": "xoxb-1",
    "token_type": "bot",
    "scope": ",".join(SCOPES),
    "bot_user_id": "UB",
    "team": {"id": "T1", "name": "Acme"},
    "enterprise": None,
    "is_enterprise_install": False,
    "authed_user": {"id": "U1"},
}
BAD = {
    "organisation": ({"is_enterprise_install": True, "team": None}, "whole organisation"),
    "organisation that names a team": ({"is_enterprise_install": True}, "whole organisation"),
    "no team": ({"team": None}, "whole organisation"),
    "a team without an id": ({"team": {"name": "Acme"}}, "no access"),
    "no token": ({"access_token": None}, "no access"),
    "an empty token": ({"access_token": ""}, "no access"),
    "a token of a person": ({"token_type": "user"}, "no access"),
    "a scope less": ({"scope": ",".join(sorted(SCOPES)[1:])}, "missing: app_mentions:read"),
    "no scopes": ({"scope": ""}, "every permission"),
    "scopes of another kind": ({"scope": None}, "every permission"),
}


@pytest.mark.parametrize("name", BAD)
async def test_answers_that_are_no_whole_installation(town: Town, name: str) -> None:
    from bot.errors import ChatError

    changed, told = BAD[name]

    async def ask(method: str, token: Secret | None, **body: object) -> dict[str, object]:
        return {**GOOD, **changed}

    install = Install(hall(town, PretendSlack()), ask)
    with pytest.raises(ChatError, match=told):
        await install.finish("code")
    assert await town.storage.installations.all("slack") == []


async def test_the_address_holds_no_secret_and_all_scopes(town: Town) -> None:
    async def ask(*_: object, **__: object) -> dict[str, object]:
        return GOOD

    slack = PretendSlack()
    slack.base = "https://slack.example"
    made = hall(town, slack, "https://freewhen.example.com")
    address = Install(made, ask).address("st&te")
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://slack.example/oauth/v2/authorize"
    assert parse_qs(parts.query) == {
        "client_id": [slack.world.app.client_id],
        "scope": [",".join(SCOPES)],
        "redirect_uri": ["https://freewhen.example.com/slack/oauth_redirect"],
        "state": ["st&te"],
    }
