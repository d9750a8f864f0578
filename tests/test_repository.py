"""The repository keeps its own rules: documents say what the code does, and nothing is there that should not be."""

import re
import subprocess
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

import pytest

from bot import app as house
from bot.chats import CHATS
from bot.handlers import ACTIONS, COMMANDS
from bot.ports import Feature
from bot.providers import PROVIDERS, House
from bot.settings import PREFIX, Settings, load
from tests.fakes.nothing import NoLocalEvents

ROOT = Path(__file__).parent.parent
CODE = sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("storage/**/*.py")])
DOCS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_is_documented(name: str) -> None:
    variable = PREFIX + name.upper()
    assert re.search(rf"^{variable}=", text(".env.example"), re.MULTILINE)
    assert f"`{variable}`" in text("docs/reference/settings.md")


def test_the_example_settings_can_be_used() -> None:
    pairs = re.findall(r"^(FREEWHEN_\w+)=(.*)$", text(".env.example"), re.MULTILINE)
    assert load(dict(pairs)) == load({})


@pytest.mark.parametrize("verb", list(COMMANDS))
def test_every_command_is_documented_and_there(verb: str) -> None:
    command = COMMANDS[verb]
    typed = re.findall(r"^\| `(/[^`]+)`", text("docs/reference/commands.md"), re.MULTILINE)
    said = [re.split(r"[ …]", one.removeprefix("/freewhen ").removeprefix("/"))[0] for one in typed]
    assert set(said) & set(command.slash), f"{command.slash} is not the first word of any row: {said}"
    module, _, function = command.handler.partition(".")
    assert callable(getattr(import_module(f"bot.handlers.{module}"), function))


@pytest.mark.parametrize("action", list(ACTIONS))
def test_every_action_is_there(action: str) -> None:
    module, _, function = ACTIONS[action][0].partition(".")
    owner = import_module(f"bot.handlers.{module}") if function else import_module("bot.handlers")
    assert callable(getattr(owner, function or module))


@pytest.mark.parametrize("name", list(PROVIDERS))
def test_every_calendar_is_documented_with_what_it_can_do(name: str) -> None:
    kind = import_module(PROVIDERS[name]).kind(House(house.SystemClock(), NoLocalEvents()))
    assert kind.name == name
    cells = ["yes" if feature in kind.features else "no" for feature in Feature]
    row = f"| `{name}` | {kind.link.value} | {' | '.join(cells)} |"
    assert row in text("docs/reference/calendars.md")


def plain(source: str) -> str:
    """A page as it is read: no tags, no quotation signs, a link's text alone, one space between two words."""
    shown = re.sub(r"<[^>]+>|^>|\*\*", " ", source, flags=re.MULTILINE)
    return " ".join(re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", shown).replace(" ,", ",").split())


def test_the_how_to_shows_what_people_agree_to_as_it_is_shown_to_them() -> None:
    told = import_module("bot.providers.google").DISCLOSURE
    page = plain(text("docs/howto/connect-google.md").partition("## What people agree to")[2])
    parts = {
        "Freewhen sees": told.sees,
        "Freewhen can": told.does,
        "It never": told.never,
        "Kept": told.stored,
        "To undo": told.undo,
    }
    assert page.startswith(" ".join(f"{label} {part}" for label, part in parts.items()))


@pytest.mark.parametrize("path", ["docs/howto/connect-google.md", "bot/web/templates/policy_google.html"])
def test_the_limited_use_of_what_google_tells_is_promised(path: str) -> None:
    assert (
        "Use and transfer of information received from Google APIs keep to the Google API Services User Data Policy, "
        "including its Limited Use requirements."
    ) in plain(text(path))
    assert "https://developers.google.com/terms/api-services-user-data-policy" in text(path)


@pytest.mark.parametrize("name", list(CHATS))
def test_every_chat_is_there(name: str) -> None:
    import_module(CHATS[name])


def strangers(folder: Path, package: str, names: Iterable[str]) -> list[str]:
    """Imports by which one plug-in knows another. `x.py` and `x_….py` are the plug-in `x`; other modules are shared."""

    def owner(module: str) -> str:
        return next((name for name in names if module == name or module.startswith(f"{name}_")), "")

    names_it = re.compile(rf"(?:from|import) {re.escape(package)}(?:\.| import )(\w+)")
    pairs = [
        (path, other) for path in sorted(folder.glob("*.py")) for other in names_it.findall(path.read_text("utf-8"))
    ]
    return [
        f"{path.name} imports {other}"
        for path, other in pairs
        if owner(path.stem) and owner(other) and owner(other) != owner(path.stem)
    ]


def test_chats_and_calendars_do_not_know_each_other() -> None:
    assert strangers(ROOT / "bot/chats", "bot.chats", CHATS) == []
    assert strangers(ROOT / "bot/providers", "bot.providers", PROVIDERS) == []


def test_a_second_chat_that_borrows_from_the_first_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "slack.py").write_text(
        "from bot.chats.terminal_render import lines\nfrom bot.chats import slack_cards\n"
    )
    (tmp_path / "slack_cards.py").write_text(
        "def f():\n    from bot.chats import terminal\n    import bot.chats.slack\n"
    )
    assert strangers(tmp_path, "bot.chats", ["terminal", "slack"]) == [
        "slack.py imports terminal_render",
        "slack_cards.py imports terminal",
    ]


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if not target.startswith(("http", "#", "mailto")):
            assert (path.parent / target.partition("#")[0]).exists(), f"{path.name} links to {target}"


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_are_short_and_say_what_they_are_for(path: Path) -> None:
    code = path.read_text(encoding="utf-8")
    table = path.parent.name == "words"  # words of a language: data, as long as the language is
    assert table or len(code.splitlines()) <= 300
    if code.strip():
        assert code.lstrip().startswith(('"""', 'r"""')), "a module begins with what it is for"


def test_nothing_stored_can_be_run() -> None:
    """No pickle, no eval, no yaml, no weak random numbers in the product."""
    banned = re.compile(r"\b(import pickle|import marshal|import shelve|eval\(|exec\(|yaml\.|import random|uuid1)\b")
    for path in CODE:
        assert not banned.search(path.read_text(encoding="utf-8")), path


_CLIENT = re.compile(
    r"\b(httpx2?\.(Async)?Client\(|httpcore2\.(Async)?ConnectionPool\(|AsyncOAuth2Client\(|httplib2\.Http\(|ClientSession\(|requests\.|urllib\.request|"
    r"http\.client|create_connection\(|open_connection\(|ws_connect\()"
)
"""What opens a connection to somewhere else, whichever library it is of."""


def test_every_outside_call_is_in_the_table() -> None:
    table = text("docs/reference/outside-calls.md")
    told = set(re.findall(r"`(bot/[\w/]+\.py)`", table))
    calling = {
        str(path.relative_to(ROOT)) for path in ROOT.glob("bot/**/*.py") if _CLIENT.search(path.read_text("utf-8"))
    }
    assert calling == told


def test_no_machine_path_and_no_registry_address_is_tracked() -> None:
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    leak = re.compile(r"(^|[^A-Za-z0-9_.])/(home|root|Users|work)/[a-z.]|--(extra-)?index-url|https?://\S*/simple(/|$)")
    for name in files:
        path = ROOT / name
        if path.suffix in {".ttf", ".png"} or path == Path(__file__) or not path.is_file():
            continue
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            assert not leak.search(line), f"{name}: {line[:100]}"


def test_the_first_prompt_imports_no_vendor_and_nothing_it_does_not_need(tmp_path: Path) -> None:
    """What a terminal conversation imports before anybody has asked for anything."""
    program = (
        "import sys; from bot.__main__ import main; "
        f"main(['chat', '--sample', '--data', {str(tmp_path)!r}, '--now', '2026-03-09T09:00:00+01:00']); "
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    once = [sys.executable, "-c", program]
    subprocess.run(once, cwd=ROOT, input="", text=True, capture_output=True, check=True)  # makes the database
    again = subprocess.run(once, cwd=ROOT, input="", text=True, capture_output=True, check=True)
    loaded = {name.split(".")[0] for name in again.stderr.split()}
    vendors = {"slack_bolt", "slack_sdk", "telegram", "googleapiclient", "authlib", "msal", "exchangelib", "caldav"}
    later = {"alembic", "apscheduler", "resvg_py", "psycopg", "mako", "rich"}
    later |= {"starlette", "uvicorn", "httpx2", "httpcore2", "jinja2", "httplib2"}
    assert not loaded & (vendors | later)
