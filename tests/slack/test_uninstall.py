"""Whose token speaks where: renewed once for all processes, and gone as soon as a workspace removes the app."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.chats.slack import tokens
from bot.chats.slack.calls import SlackError
from bot.chats.slack.credentials import Credential, unpacked
from bot.errors import ChatError, ConfigError, Unreachable
from bot.messages import Secret
from bot.ports import Installation
from tests.conversations.conftest import Town, ready_folder, town
from tests.doubles.slack_api import SCOPES, PretendSlack
from tests.doubles.slack_workspace import Team
from tests.slack.halls import Speaker, hall

__all__ = ["ready_folder", "town"]


@dataclass
class Companies:
    """Workspaces with the bot in them, and any number of processes of ours."""

    town: Town
    slack: PretendSlack
    stack: AsyncExitStack

    async def process(self, token: str = "") -> Speaker:
        return await self.stack.enter_async_context(Speaker(hall(self.town, self.slack, token=token)))

    async def installed(self, name: str, rotating: bool = False) -> Team:
        """A workspace that installed the bot."""
        team = self.slack.world.add_team(name)
        await self.install(team, rotating)
        return team

    async def install(self, team: Team, rotating: bool = False) -> str:
        given, now = self.slack.world.tokens, self.town.clock.now()
        token = given.issue(team.id, SCOPES, rotating=rotating)
        kept = Credential(Secret(token.value))
        if rotating:
            kept = replace(kept, refresh=Secret(given.renewable(token)), until=now + timedelta(seconds=given.lives))
        await self.town.storage.installations.add(
            Installation("slack", team.id, team.name, team.bot.id, kept.packed(), tuple(sorted(SCOPES)), "U1", now)
        )
        return token.value

    async def kept(self, team: Team) -> Credential | None:
        found = await self.town.storage.installations.find("slack", team.id)
        return unpacked(found.credential) if found is not None else None

    def pass_time(self, step: timedelta) -> None:
        self.town.clock.move_to(self.town.clock.now() + step)


@pytest.fixture
async def companies(town: Town) -> AsyncIterator[Companies]:
    slack = PretendSlack(lambda: town.clock.now().timestamp())
    async with slack.running(), AsyncExitStack() as stack:
        yield Companies(town, slack, stack)


# ── one workspace ───────────────────────────────────────────────────────────────────────────────────────────


async def test_the_token_of_the_settings_speaks_in_its_workspace_alone(companies: Companies) -> None:
    acme, other = companies.slack.world.add_team("Acme"), companies.slack.world.add_team("Other")
    token = companies.slack.install(acme)
    process = await companies.process(token)
    assert await process.tokens.of(acme.id) == Secret(token)
    for team in (other.id, "", "T0"):
        with pytest.raises(Unreachable):
            await process.tokens.of(team)
    assert companies.slack.count("auth.test") == 1


async def test_a_token_that_slack_refuses_is_told_and_tried_again_later(
    companies: Companies, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    acme = companies.slack.world.add_team("Acme")
    token = companies.slack.install(acme)
    companies.slack.world.tokens.end(acme.id)
    process = await companies.process(token)
    for _ in range(3):
        with pytest.raises(Unreachable):
            await process.tokens.of(acme.id)
    assert caplog.text.count("FREEWHEN_SLACK_BOT_TOKEN: token_revoked") == 1
    assert token not in caplog.text
    companies.slack.world.tokens._held[token].over = ""
    monkeypatch.setattr(process.tokens, "_shut_until", 0.0)
    assert await process.tokens.of(acme.id) == Secret(token)


async def test_the_one_workspace_that_removes_the_app_is_spoken_to_no_more(companies: Companies) -> None:
    acme = companies.slack.world.add_team("Acme")
    process = await companies.process(companies.slack.install(acme))
    await process.tokens.of(acme.id)
    await process.tokens.forget("T0")
    await process.tokens.of(acme.id)
    await process.tokens.forget(acme.id)
    with pytest.raises(Unreachable):
        await process.tokens.of(acme.id)
    assert companies.slack.count() == 1


@pytest.mark.parametrize("answer", [{"ok": False, "error": "internal_error"}, {"ok": True}], ids=str)
async def test_a_slack_that_does_not_say_whose_token_it_is_is_no_farewell(
    companies: Companies, answer: dict[str, object]
) -> None:
    """Not even for half a minute: whoever is told that somebody left leaves them in peace."""
    acme = companies.slack.world.add_team("Acme")
    token = companies.slack.install(acme)
    process = await companies.process(token)
    asked, answers = process.calls.ask, [answer]

    async def ask(method: str, token: Secret | None, **body: object) -> object:
        if not answers:
            return await asked(method, token, **body)
        if (said := answers.pop())["ok"]:
            return said
        raise SlackError(method, str(said["error"]))

    process.tokens.ask_with(ask)  # type: ignore[arg-type]
    with pytest.raises(ChatError) as caught:
        await process.tokens.of(acme.id)
    assert not isinstance(caught.value, Unreachable)
    assert await process.tokens.of(acme.id) == Secret(token)


async def test_a_token_that_slack_refuses_stops_the_start(companies: Companies) -> None:
    acme = companies.slack.world.add_team("Acme")
    token = companies.slack.install(acme)
    await (await companies.process(token)).tokens.check()
    await (await companies.process()).tokens.check()  # every workspace has its own
    for wrong, code in ((companies.slack.app_token(), "not_allowed_token_type"), ("xoxb-wrong", "invalid_auth")):
        with pytest.raises(ConfigError, match=rf"FREEWHEN_SLACK_BOT_TOKEN \({code}\)") as caught:
            await (await companies.process(wrong)).tokens.check()
        assert wrong not in caught.value.message


async def test_a_start_does_not_wait_for_a_slack_that_is_away(
    companies: Companies, caplog: pytest.LogCaptureFixture
) -> None:
    made = hall(companies.town, companies.slack, token="xoxb-1")
    assert made.slack is not None
    away = replace(made, slack=replace(made.slack, api_url="http://127.0.0.1:9/api"))
    process = await companies.stack.enter_async_context(Speaker(away))
    await process.tokens.check()
    assert "not known yet" in caplog.text


# ── many ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_each_workspace_has_its_own_token(companies: Companies) -> None:
    teams = [await companies.installed(f"Company {number}") for number in range(3)]
    process = await companies.process()
    found = [await process.tokens.of(team.id) for team in teams]
    assert [companies.slack.world.tokens.known(one.reveal()).team for one in found] == [team.id for team in teams]
    with pytest.raises(Unreachable):
        await process.tokens.of(companies.slack.world.add_team("Stranger").id)
    with pytest.raises(Unreachable):
        await process.tokens.of("")


async def test_removing_the_app_takes_the_token_away_everywhere(
    companies: Companies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once in the store and where it was heard; elsewhere when the store is read again, in half a minute."""
    acme, other = await companies.installed("Acme"), await companies.installed("Other")
    here, there = await companies.process(), await companies.process()
    for process in (here, there):
        await process.tokens.of(acme.id)
        await process.tokens.of(other.id)
    await here.tokens.forget(acme.id)
    assert await companies.kept(acme) is None
    with pytest.raises(Unreachable):
        await here.calls.call(acme.id, "auth.test")
    monkeypatch.setattr(tokens, "READ_AGAIN", 0.0)  # half a minute has passed
    with pytest.raises(Unreachable):
        await there.calls.call(acme.id, "auth.test")
    assert companies.slack.count() == 0
    assert (await here.calls.call(other.id, "auth.test"))["team_id"] == other.id
    assert tokens.READ_AGAIN <= 60


async def test_a_token_read_while_the_app_is_removed_is_not_used(companies: Companies) -> None:
    acme = await companies.installed("Acme")
    made = hall(companies.town, companies.slack)
    read, go_on = asyncio.Event(), asyncio.Event()

    class Slow:
        """A store whose answer takes long to arrive."""

        def __getattr__(self, name: str) -> object:
            return getattr(made.installations, name)

        async def find(self, chat: str, workspace: str) -> Installation | None:
            found = await made.installations.find(chat, workspace)
            read.set()
            await go_on.wait()
            return found

    process = await companies.stack.enter_async_context(Speaker(replace(made, installations=Slow())))  # type: ignore[arg-type]
    asking = asyncio.create_task(process.tokens.of(acme.id))
    await read.wait()
    await process.tokens.forget(acme.id)
    go_on.set()
    with pytest.raises(Unreachable):
        await asking


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "invalid_auth"])
async def test_a_refusal_takes_away_the_token_that_was_refused(companies: Companies, error: str) -> None:
    acme = await companies.installed("Acme")
    process = await companies.process()
    old = await process.tokens.of(acme.id)
    companies.slack.world.tokens.end(acme.id, error)
    with pytest.raises(Unreachable):
        await process.calls.call(acme.id, "auth.test")
    assert await companies.kept(acme) is None
    fresh = await companies.install(acme)
    assert await process.tokens.of(acme.id) == Secret(fresh)
    await process.tokens.forget(acme.id, refused=old)  # a late answer to a call with the old one
    assert await process.tokens.of(acme.id) == Secret(fresh)
    await process.tokens.forget(acme.id, refused=Secret(fresh))
    assert await companies.kept(acme) is None


async def test_a_late_farewell_takes_nothing_away_that_was_installed_since(companies: Companies) -> None:
    acme = await companies.installed("Acme")
    process, left = await companies.process(), companies.town.clock.now()
    companies.pass_time(timedelta(seconds=20))
    fresh = await companies.install(acme)
    await process.tokens.forget(acme.id, before=left)
    assert await process.tokens.of(acme.id) == Secret(fresh)
    await process.tokens.forget(acme.id, before=companies.town.clock.now())
    assert await companies.kept(acme) is None


async def test_what_was_installed_while_a_refusal_was_looked_into_stays(companies: Companies) -> None:
    acme = await companies.installed("Acme")
    made = hall(companies.town, companies.slack)

    class Meanwhile:
        """A store in which somebody installs between a look and what follows."""

        def __getattr__(self, name: str) -> object:
            return getattr(made.installations, name)

        async def find(self, chat: str, workspace: str) -> Installation | None:
            found = await made.installations.find(chat, workspace)
            await companies.install(acme)
            return found

    process = await companies.stack.enter_async_context(
        Speaker(replace(made, installations=Meanwhile()))  # type: ignore[arg-type]
    )
    kept = await companies.kept(acme)
    assert kept is not None
    await process.tokens.forget(acme.id, refused=kept.token)
    after = await companies.kept(acme)
    assert after is not None
    assert after.token != kept.token


async def test_what_is_stored_and_is_no_token_is_no_access(companies: Companies) -> None:
    acme = companies.slack.world.add_team("Acme")
    process = await companies.process()
    for odd in ("", "null", "[]", "{}", '{"token": 7}', '{"token": ""}', "xoxb-1", "[" * 3000):
        await companies.town.storage.installations.add(
            Installation("slack", acme.id, "Acme", "B", Secret(odd), (), "U1", companies.town.clock.now())
        )
        with pytest.raises(Unreachable):
            await process.tokens.of(acme.id)


# ── tokens that expire ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_token_is_renewed_before_its_end_once_for_all_processes(
    companies: Companies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "READ_AGAIN", 0.0)
    acme = await companies.installed("Acme", rotating=True)
    processes = [await companies.process() for _ in range(4)]
    first = await processes[0].tokens.of(acme.id)
    companies.pass_time(timedelta(hours=9, minutes=59))
    assert await processes[0].tokens.of(acme.id) == first
    companies.pass_time(timedelta(minutes=2))
    found = await asyncio.gather(*(one.tokens.of(acme.id) for one in processes for _ in range(5)))
    assert len(set(found)) == 1
    assert found[0] != first
    assert companies.slack.count("oauth.v2.access") == 1
    assert companies.slack.world.tokens.reused == []
    kept = await companies.kept(acme)
    assert kept is not None
    assert kept.token == found[0]
    for _ in range(5):
        companies.pass_time(timedelta(hours=11))
        token = await processes[1].tokens.of(acme.id)
        assert (await processes[2].calls.ask("auth.test", token))["team_id"] == acme.id
    assert companies.slack.world.tokens.reused == []


async def test_an_access_that_cannot_be_renewed_any_more_is_over(
    companies: Companies, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    acme = await companies.installed("Acme", rotating=True)
    process = await companies.process()
    kept = await companies.kept(acme)
    assert kept is not None
    assert kept.refresh is not None
    companies.slack.world.tokens.end(acme.id)
    companies.pass_time(timedelta(hours=13))
    with pytest.raises(Unreachable):
        await process.tokens.of(acme.id)
    assert await companies.kept(acme) is None
    ours = " ".join(one.getMessage() for one in caplog.records if one.name.startswith("freewhen"))
    assert "install the bot again" in ours
    assert kept.refresh.reveal() not in ours
    assert companies.slack.world.app.client_secret not in ours


async def test_a_slack_that_is_away_delays_a_renewal_and_ends_nothing(
    companies: Companies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "READ_AGAIN", 0.0)
    acme = await companies.installed("Acme", rotating=True)
    process = await companies.process()
    first = await process.tokens.of(acme.id)
    secret, companies.slack.world.app.client_secret = companies.slack.world.app.client_secret, "changed"
    companies.pass_time(timedelta(hours=11))
    assert await process.tokens.of(acme.id) == first
    companies.pass_time(timedelta(hours=2))
    with pytest.raises(ChatError) as caught:
        await process.tokens.of(acme.id)
    assert not isinstance(caught.value, Unreachable)
    companies.slack.world.app.client_secret = secret
    assert await process.tokens.of(acme.id) != first


@pytest.mark.parametrize(("gone", "left"), [(False, True), (True, False)], ids=["expired", "removed"])
async def test_a_refused_token_that_can_be_renewed_is_no_farewell(companies: Companies, gone: bool, left: bool) -> None:
    """Slack's clock is ahead of ours, or the app was removed: only one of them is an end."""
    acme = await companies.installed("Acme", rotating=True)
    process = await companies.process()
    token = await process.tokens.of(acme.id)
    if gone:
        companies.slack.world.tokens.end(acme.id)
    else:
        companies.slack.world.tokens.known(token.reveal()).until = 0.0
    if left:
        assert (await process.calls.call(acme.id, "auth.test"))["team_id"] == acme.id
    else:
        with pytest.raises(Unreachable):
            await process.calls.call(acme.id, "auth.test")
    assert (await companies.kept(acme) is not None) is left
