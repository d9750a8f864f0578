"""`python -m bot doctor`: what is wrong with what is set up, and the fix."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import doctor
from bot.ports.checkups import Finding, Verdict
from tests.doubles.slack_api import SCOPES, PretendSlack

HOW_TO = Path(__file__).parent.parent / "docs" / "howto" / "slack.md"


@pytest.fixture
async def slack() -> AsyncIterator[PretendSlack]:
    slack = PretendSlack()
    slack.world.add_team("Acme")
    slack.open_socket = lambda: "ws://127.0.0.1:9/"
    async with slack.running():
        yield slack


async def found(folder: Path, monkeypatch: pytest.MonkeyPatch, **environ: str) -> dict[str, Finding]:
    """What is found with these settings, by what it is about."""
    for name, value in environ.items():
        monkeypatch.setenv(f"FREEWHEN_{name}", value)
    return {finding.what: finding async for finding in doctor.findings(folder)}


async def test_nothing_set_up_is_nothing_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await doctor.run(tmp_path) == 0
    said = capsys.readouterr().out
    assert "Nothing is wrong." in said
    assert "  off  Slack: docs/howto/slack.md" in said
    assert not os.listdir(tmp_path)


async def test_settings_that_cannot_be_read_are_all_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FREEWHEN_LISTEN", "nowhere")
    monkeypatch.setenv("FREEWHEN_LOG_LEVEL", "loud")
    assert await doctor.run(tmp_path) == 1
    said = capsys.readouterr().out
    assert "FREEWHEN_LISTEN" in said
    assert "FREEWHEN_LOG_LEVEL" in said
    assert "2 to mend." in said


@pytest.fixture
def over_a_socket(slack: PretendSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set up as the how-to begins."""
    monkeypatch.setenv("FREEWHEN_SLACK_API_URL", slack.api_url)
    monkeypatch.setenv("FREEWHEN_SLACK_BOT_TOKEN", slack.install(next(iter(slack.world.teams.values()))))
    monkeypatch.setenv("FREEWHEN_SLACK_APP_TOKEN", slack.app_token())


@pytest.mark.usefixtures("over_a_socket")
async def test_slack_over_a_socket_without_a_public_address_is_nothing_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = await found(tmp_path, monkeypatch)
    assert [told[name].verdict for name in ("Slack bot token", "Slack scopes", "Slack over a socket")] == [
        Verdict.GOOD
    ] * 3
    assert "Acme" in told["Slack bot token"].says
    assert told["public address"].verdict is Verdict.LIMITED
    assert "FREEWHEN_PUBLIC_URL" in told["public address"].fix
    assert await doctor.run(tmp_path) == 0
    said = capsys.readouterr().out
    assert " note  public address: http://127.0.0.1:8080 is this machine alone" in said
    assert said.endswith("Nothing is wrong.\n")
    assert not any(vendor in said for vendor in ("Microsoft", "Exchange")), "nobody can connect them"
    told_of = re.search(r"^```console\n(   ok  settings.*?)^```", HOW_TO.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert told_of is not None
    assert said.replace(str(tmp_path), "~/.local/share/freewhen") == told_of[1]


@pytest.mark.usefixtures("over_a_socket")
async def test_google_that_nobody_elsewhere_can_connect_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    google = {"GOOGLE_CLIENT_ID": "somebody", "GOOGLE_CLIENT_SECRET": "0123456789"}
    told = await found(tmp_path, monkeypatch, **google)
    assert told["public address"].verdict is Verdict.WRONG
    assert "https address" in told["public address"].fix
    told = await found(tmp_path, monkeypatch, PROVIDERS="local")
    assert told["public address"].verdict is Verdict.LIMITED, "nobody is offered Google"
    told = await found(tmp_path, monkeypatch, PROVIDERS="", PUBLIC_URL="https://freewhen.example.com")
    assert told["public address"].verdict is Verdict.GOOD


async def test_many_workspaces_need_an_https_address_over_the_socket_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slack: PretendSlack
) -> None:
    app = slack.world.app
    told = await found(
        tmp_path,
        monkeypatch,
        SLACK_API_URL=slack.api_url,
        SLACK_CLIENT_ID=app.client_id,
        SLACK_CLIENT_SECRET=app.client_secret,
        SLACK_APP_TOKEN=slack.app_token(),
    )
    assert told["Slack workspaces"].verdict is Verdict.WRONG
    assert "FREEWHEN_PUBLIC_URL" in told["Slack workspaces"].fix
    told = await found(tmp_path, monkeypatch, PUBLIC_URL="https://freewhen.example.com")
    assert told["Slack workspaces"].verdict is Verdict.GOOD
    assert "https://freewhen.example.com/slack/install" in told["Slack workspaces"].says


async def test_wrong_tokens_and_missing_scopes_are_told_with_the_fix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slack: PretendSlack
) -> None:
    team = next(iter(slack.world.teams.values()))
    told = await found(
        tmp_path,
        monkeypatch,
        SLACK_API_URL=slack.api_url,
        SLACK_BOT_TOKEN=slack.install(team, SCOPES - {"files:write"}),
        SLACK_APP_TOKEN="xapp-1-of-nobody",
    )
    assert "files:write" in told["Slack scopes"].says
    assert "manifest" in told["Slack scopes"].fix
    assert told["Slack over a socket"].verdict is Verdict.WRONG
    assert "connections:write" in told["Slack over a socket"].fix
    told = await found(tmp_path, monkeypatch, SLACK_BOT_TOKEN="xoxb-of-nobody")
    assert told["Slack bot token"].verdict is Verdict.WRONG
    assert not any("xoxb-of-nobody" in finding.says + finding.fix for finding in told.values())


async def test_slack_over_https_needs_an_https_address_and_a_whole_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slack: PretendSlack
) -> None:
    team = next(iter(slack.world.teams.values()))
    environ = {"SLACK_API_URL": slack.api_url, "SLACK_BOT_TOKEN": slack.install(team)}
    told = await found(tmp_path, monkeypatch, **environ, SLACK_SIGNING_SECRET="short")
    assert "cannot reach" in told["Slack over https"].says
    told = await found(tmp_path, monkeypatch, PUBLIC_URL="https://freewhen.example.com")
    assert "5 characters" in told["Slack over https"].says
    told = await found(tmp_path, monkeypatch, SLACK_SIGNING_SECRET="0" * 32)
    assert "https://freewhen.example.com/slack/events" in told["Slack over https"].says


async def test_a_slack_that_cannot_be_reached_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = await found(
        tmp_path,
        monkeypatch,
        SLACK_API_URL="http://127.0.0.1:9/api",
        SLACK_BOT_TOKEN="xoxb-1-abcdef",
        SLACK_APP_TOKEN="xapp-1-abcdef",
    )
    assert told["Slack bot token"].says == "Slack could not be reached."
    assert told["Slack over a socket"].verdict is Verdict.WRONG


async def test_a_database_that_needs_keys_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = await found(tmp_path, monkeypatch, DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path / 'own.sqlite'}")
    assert told["database and keys"].verdict is Verdict.WRONG
    assert "FREEWHEN_KEYS" in told["database and keys"].says
