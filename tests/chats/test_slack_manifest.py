"""The app's manifest: what Slack would refuse, the least scopes, and YAML that says the same."""

import json
import os
import re
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

import bot.chats.slack
from bot.chats.slack.manifest import COMMANDS, EVENTS, SCOPES, manifest, yaml
from bot.errors import ConfigError
from bot.handlers.tables import COMMANDS as VERBS
from bot.providers import PROVIDERS

HTTPS = "https://calendar.example.org"
ALL = [manifest(HTTPS, socket, many) for socket, many in product((False, True), repeat=2)]
NEEDED = {
    "auth.test": set(),
    "chat.delete": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.open": {"im:write"},
    "files.completeUploadExternal": {"files:write"},
    "files.getUploadURLExternal": {"files:write"},
    "users.info": {"users:read", "users:read.email"},
    "users.list": {"users:read", "users:read.email"},
    "users.lookupByEmail": {"users:read.email"},
    "views.open": set(),
    "views.publish": set(),
    "views.update": set(),
    # Events, and a feature that is a scope of its own (docs.slack.dev/reference/events, /reference/scopes/commands).
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "app_uninstalled": set(),
    "message.im": {"im:history"},
    "tokens_revoked": set(),
    "slash commands and shortcuts": {"commands"},
}
"""What asks for which scope, as each method's and event's page at docs.slack.dev says."""


def test_every_scope_is_needed_and_every_need_has_one() -> None:
    assert set().union(*NEEDED.values()) == set(SCOPES)
    assert all(len(why) > 20 for why in SCOPES.values())
    assert set(EVENTS) <= set(NEEDED)


def test_no_other_method_is_called() -> None:
    sources = "".join(path.read_text("utf-8") for path in Path(bot.chats.slack.__file__).parent.glob("*.py"))
    called = set(
        re.findall(r'"((?:chat|views|users|files|conversations|reactions|bots|team|auth|dnd)\.[a-zA-Z.]+)"', sources)
    )
    assert called <= set(NEEDED)


@pytest.mark.parametrize("made", ALL)
def test_lengths_and_forms_are_slacks(made: dict[str, object]) -> None:
    about, features = made["display_information"], made["features"]
    assert set(made) == {"display_information", "features", "oauth_config", "settings"}
    assert 1 <= len(about["name"]) <= 35
    assert 1 <= len(about["description"]) <= 140
    assert re.fullmatch("#[0-9a-f]{6}", about["background_color"])
    assert 1 <= len(features["bot_user"]["display_name"]) <= 80
    for command in features["slash_commands"]:
        assert re.fullmatch("/[a-z-]{1,31}", command["command"])
        assert command["should_escape"] is True
        assert 1 <= len(command["description"]) <= 100
        assert 1 <= len(command["usage_hint"]) <= 100
    (shortcut,) = features["shortcuts"]
    assert shortcut["type"] == "global"
    assert shortcut["callback_id"] == "book"
    assert len(shortcut["name"]) <= 24
    assert len(shortcut["description"]) <= 150


@pytest.mark.parametrize("made", ALL)
def test_people_can_write_to_it_and_look_at_its_home(made: dict[str, object]) -> None:
    home = made["features"]["app_home"]
    assert (home["home_tab_enabled"], home["messages_tab_enabled"], home["messages_tab_read_only_enabled"]) == (
        True,
        True,
        False,
    )
    assert made["settings"]["interactivity"]["is_enabled"] is True
    assert made["settings"]["event_subscriptions"]["bot_events"] == sorted(EVENTS)


def test_over_https_everything_goes_to_one_address() -> None:
    made = manifest(HTTPS, socket=False)
    addresses = re.findall(r'"(https://[^"]+)"', json.dumps(made))
    assert set(addresses) == {f"{HTTPS}/slack/events"}
    assert len(addresses) == len(COMMANDS) + 2
    assert made["settings"]["socket_mode_enabled"] is False


def test_over_a_socket_no_address_is_named() -> None:
    made = manifest("http://127.0.0.1:8080", socket=True)
    assert "http" not in json.dumps(made)
    assert made["settings"]["socket_mode_enabled"] is True
    assert made["settings"]["token_rotation_enabled"] is False


@pytest.mark.parametrize("socket", [False, True])
def test_many_workspaces_install_at_our_page_and_their_tokens_are_rotated(socket: bool) -> None:
    made = manifest(HTTPS, socket, many=True)
    assert made["oauth_config"]["redirect_urls"] == [f"{HTTPS}/slack/oauth_redirect"]
    assert made["settings"]["token_rotation_enabled"] is True
    assert made["oauth_config"]["scopes"] == {"bot": list(SCOPES)}


@pytest.mark.parametrize(("socket", "many"), [(False, False), (False, True), (True, True)])
def test_slack_is_not_sent_to_an_address_that_it_cannot_reach(socket: bool, many: bool) -> None:
    with pytest.raises(ConfigError, match="https"):
        manifest("http://127.0.0.1:8080", socket, many)


def test_the_commands_are_verbs_of_ours() -> None:
    spoken = {slash for verb in VERBS.values() for slash in verb.slash}
    assert {command.removeprefix("/") for command, _, _ in COMMANDS} <= {*spoken, "freewhen"}
    assert "settings" in spoken
    hint = {command: hint for command, _, hint in COMMANDS}["/connect-calendar"]
    assert set(re.findall("[a-z]+", hint)) == set(PROVIDERS)


@pytest.mark.parametrize("made", ALL)
def test_the_yaml_says_the_same(made: dict[str, object]) -> None:
    assert _parsed(yaml(made)) == made


@pytest.mark.parametrize(
    ("options", "public_url", "socket", "many"),
    [
        ((), "", True, False),
        ((), HTTPS, False, False),
        (("--socket",), HTTPS, True, False),
        (("--https", "--many"), HTTPS, False, True),
        (("--socket", "--many"), HTTPS, True, True),
    ],
)
def test_the_command_prints_it(options: tuple[str, ...], public_url: str, socket: bool, many: bool) -> None:
    made = _run(*options, public_url=public_url)
    assert made.returncode == 0, made.stderr
    assert _parsed(made.stdout) == manifest(public_url or "http://127.0.0.1:8080", socket, many)


@pytest.mark.parametrize(("options", "why"), [(("--https",), "would call"), (("--socket", "--many"), "come back")])
def test_the_command_says_what_is_missing(options: tuple[str, ...], why: str) -> None:
    made = _run(*options, public_url="")
    assert made.returncode == 2
    assert "FREEWHEN_PUBLIC_URL must be an https address" in made.stderr
    assert why in made.stderr
    assert "cannot start" not in made.stderr
    assert not made.stdout


def _run(*options: str, public_url: str) -> subprocess.CompletedProcess[str]:
    around = {name: value for name, value in os.environ.items() if not name.startswith("FREEWHEN_")}
    env = {**around, **({"FREEWHEN_PUBLIC_URL": public_url} if public_url else {})}
    command = [sys.executable, "-m", "bot", "manifest", "slack", *options]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


def _parsed(text: str) -> object:
    """YAML of the plain kind that a manifest is written in: blocks by indentation, values as in JSON."""
    lines = [(len(line) - len(line.lstrip()), line.strip()) for line in text.splitlines()]

    def block(at: int) -> tuple[object, int]:
        depth, first = lines[at]
        held: dict[str, object] | list[object] = [] if first.startswith("- ") else {}
        while at < len(lines) and lines[at][0] == depth:
            line = lines[at][1]
            if isinstance(held, list):
                rest = line.removeprefix("- ")
                if re.match(r"[a-z_]+:", rest):
                    lines[at] = (depth + 2, rest)
                    value, at = block(at)
                else:
                    value, at = json.loads(rest), at + 1
                held.append(value)
                continue
            key, _, rest = line.partition(":")
            assert key not in held
            value, at = (json.loads(rest), at + 1) if rest.strip() else block(at + 1)
            held[key] = value
        return held, at

    found, end = block(0)
    assert end == len(lines)
    return found


def test_the_how_to_gives_every_scope_its_reason_and_the_command_that_prints_the_manifest() -> None:
    told = (Path(__file__).parents[2] / "docs" / "howto" / "slack.md").read_text("utf-8")
    assert dict(re.findall(r"^\| `([a-z_:.]+)` \| (.+) \|$", told, re.MULTILINE)) == dict(SCOPES)
    for words in ("python -m bot manifest slack", *(command for command, _, _ in COMMANDS)):
        assert words in told
