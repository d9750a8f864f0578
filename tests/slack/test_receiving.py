"""Who speaks, for which workspace, and in what order, where Slack is unsure, slow, large or many."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from bot.chats.slack import heard, keys, people
from bot.chats.slack.people import People
from bot.errors import Busy, ChatError, ConfigError, StorageError
from bot.messages import ChatUser, Choice, Profile, Reply, Request, Secret
from bot.ports import Installation
from tests.chats.contract import Script, until
from tests.chats.slack_bench import Bench, bench, empty_store
from tests.chats.slack_reading import read
from tests.conversations.conftest import ready_folder
from tests.doubles.slack_api import SCOPES
from tests.doubles.slack_wire import Limits
from tests.slack.city import City
from tests.slack.conftest import open_city
from tests.slack.signing import event, interaction, press, submission

__all__ = ["bench", "empty_store", "open_city", "ready_folder"]


class Slack:
    """What `Calls.call` says, as the test wants it; `asked` are method and arguments."""

    def __init__(self, say: Callable[[str, dict[str, Any]], Any]) -> None:
        self._say = say
        self.asked: list[tuple[str, dict[str, Any]]] = []

    async def call(self, team: str, method: str, **arguments: Any) -> Any:
        self.asked.append((method, arguments))
        said = self._say(method, arguments)
        if isinstance(said, Exception):
            raise said
        return await said if asyncio.iscoroutine(said) else said


def knows(say: Callable[[str, dict[str, Any]], Any]) -> tuple[People, Slack]:
    slack = Slack(say)
    return People(slack), slack  # type: ignore[arg-type]


ANA = ChatUser("slack", "T1", "U1")


# ── for which workspace ─────────────────────────────────────────────────────────────────────────────────────


def test_somebody_of_a_connected_workspace_acts_in_ours() -> None:
    """`team` of an interaction is that of who acts; the window says whose app it is."""
    view = {"id": "V1", "app_installed_team_id": "T1", "private_metadata": '{"token": "x"}'}
    by = {"team": {"id": "T2"}, "user": {"id": "U9", "team_id": "T2"}}
    filled = heard.submitted({**submission(), **by, "view": view}, {})
    assert filled is not None
    assert (filled.request.who, filled.request.member) == (ChatUser("slack", "T1", "U9"), False)
    pressed = {**press(), **by, "view": view}
    found = heard.pressed(pressed, pressed["actions"][0])
    assert found is not None
    assert (found.request.who, found.request.member) == (ChatUser("slack", "T1", "U9"), False)
    assert keys.person(pressed) == "T1:U9"


def test_an_event_of_a_connected_workspace_is_for_who_is_authorized() -> None:
    told = event(team="T2", authorizations=[{"team_id": "T1", "user_id": "UB", "is_bot": True}])
    assert keys.team(told) == "T1"
    assert keys.team({"type": "shortcut", "team": {"id": "T3"}}) == "T3"
    assert keys.team({"command": "/free", "team_id": "T4"}) == "T4"
    assert keys.team({"view": None, "authorizations": [7], "team": []}) == ""


async def test_a_stranger_who_presses_in_a_window_is_answered_by_the_workspace_that_has_us(bench: Bench) -> None:
    stranger = bench.person("Zoe", home="T0OTHER")
    script = Script(Reply("home", choices=(Choice("Go on", "t-1"),)))
    async with bench.serving(script):
        await stranger.opens_home()
        await stranger.sees(lambda: stranger.home)
        await stranger.presses("Go on", at=stranger.home)
        await stranger.sees(lambda: stranger.window and read(stranger.window.body).text == "ok")
    assert {(one.who, one.member) for one in script.requests} == {(bench.who(stranger.user), False)}


@pytest.mark.parametrize(("teams", "member"), [(["T9", "T1"], True), (["T9"], False), ([], False), ("T1", False)])
async def test_in_an_enterprise_grid_people_belong_to_several_workspaces(teams: Any, member: bool) -> None:
    user = {"id": "U1", "team_id": "T9", "name": "ana", "enterprise_user": {"teams": teams}}
    known, _ = knows(lambda *_: {"user": user})
    assert (await known.person(ANA)).member is member
    grid = {"enterprise": {"id": "E1"}, "user": {"id": "U1", "team_id": "T9"}}
    assert heard.shortcut({**interaction("shortcut"), **grid}).request.member  # what users.info says decides
    assert not heard.shortcut({**interaction("shortcut"), "user": {"id": "U1", "team_id": "T9"}}).request.member


# ── what was said ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("subtype", "answered"),
    [("file_share", True), ("thread_broadcast", True), ("message_changed", False), ("channel_join", False)],
)
def test_words_with_a_file_or_shown_in_the_channel_too_are_words(subtype: str, answered: bool) -> None:
    body = event()
    said = heard.said({**body["event"], "subtype": subtype}, body, "UB")
    assert (said is not None) is answered


async def test_a_command_is_answered_where_slack_does_not_say_whose_conversation_it_is(bench: Bench) -> None:
    """For the asker's eyes: somebody else may be there."""
    script = Script(Reply("free"))
    bench.slack.limits = Limits(every=1, rest=60, methods=frozenset({"conversations.open"}))
    async with bench.serving(script):
        await bench.ana.commands("/free tomorrow")
        await bench.ana.sees(bench.ana.seen)
    assert not script.requests[0].private
    assert bench.ana.seen()[0].ephemeral == bench.ana.user.id


# ── who somebody is ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("trouble", [Busy(timedelta(seconds=60)), ChatError("away")], ids=["429", "away"])
async def test_who_was_a_member_is_one_while_slack_does_not_answer(
    trouble: ChatError, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[Any] = [{"user": {"id": "U1", "team_id": "T1", "real_name": "Ana"}}, trouble, trouble]
    known, slack = knows(lambda *_: said.pop(0))
    assert (await known.person(ANA)).member
    monkeypatch.setattr(people, "PERSON_AGE", 0.0)
    assert (await known.person(ANA)).member
    monkeypatch.setattr(people, "BELIEVED", 0.0)
    with pytest.raises(ChatError):
        await known.person(ANA)
    assert len(slack.asked) == 3


async def test_people_without_zone_address_or_real_name(bench: Bench) -> None:
    bare = bench.person("Cy Dee", email=None, zone="", locale="", display="Sparrow")
    who, chat = bench.who(bare.user), bench.chat
    assert await chat.profile(who) == Profile("Cy Dee", "", "", "")
    for text in ("Sparrow", "@sparrow", "spar", "Cy Dee", "dee"):
        assert [one for one, _ in await chat.find_people(bench.team.id, text)] == [who], text
    known, _ = knows(lambda *_: {"user": {"id": "U1", "name": "cyd"}})
    assert (await known.person(ANA)).profile == Profile("cyd")


# ── the people of a large workspace ─────────────────────────────────────────────────────────────────────────


def pages(number: int) -> Callable[[str, dict[str, Any]], Any]:
    def say(_: str, arguments: dict[str, Any]) -> Any:
        page = int(arguments["cursor"] or 0)
        members = [{"id": f"U{page}", "team_id": "T1", "real_name": f"Name {page}"}]
        return {"members": members, "response_metadata": {"next_cursor": str(page + 1) if page + 1 < number else ""}}

    return say


async def test_a_429_in_the_middle_of_a_list_costs_no_page(bench: Bench) -> None:
    bench.slack.users.page = 1
    for number in range(6):
        bench.person(f"Guest {number}")
    bench.slack.limits = Limits(every=5, rest=4, methods=frozenset({"users.list"}))
    found = await bench.chat.find_people(bench.team.id, "Guest 5")
    assert [profile.name for _, profile in found] == ["Guest 5"]
    asked = [call.arguments.get("cursor", "") for call in bench.slack.calls if call.method == "users.list"]
    assert asked.count("") == 1
    assert bench.slack.limits.given


async def test_nobody_waits_long_for_a_list_and_it_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "LIST_WAIT", 0.01)
    go_on, say = asyncio.Event(), pages(3)

    async def slowly(arguments: dict[str, Any]) -> Any:
        await go_on.wait()
        return say("", arguments)

    known, slack = knows(lambda _, arguments: slowly(arguments))
    with pytest.raises(ChatError, match="still reading"):
        await known.find("T1", "Name 2")
    go_on.set()
    async with asyncio.timeout(10):
        while len(slack.asked) < 3 or known._listing:  # noqa: ASYNC110  it tells it by nothing else
            await asyncio.sleep(0)
    assert len(await known.find("T1", "Name 2")) == 1
    assert len(slack.asked) == 3


async def test_lists_are_few_and_none_of_a_workspace_that_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "MOST_LISTS", 3)
    known, slack = knows(pages(1))
    for number in range(9):
        await known.find(f"T{number}", "Name")
    assert list(known._lists) == ["T6", "T7", "T8"]
    monkeypatch.setattr(people, "LIST_AGE", -1.0)
    await known.find("T9", "Name")
    assert len(known._lists) <= 3

    waiting, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> Any:
        waiting.set()
        await go_on.wait()
        return pages(1)("", {"cursor": ""})

    known, slack = knows(lambda *_: slow())
    asking = asyncio.create_task(known.find("T1", "Name"))
    await waiting.wait()
    known.forget("T1")
    go_on.set()
    with pytest.raises(ChatError):
        await asking
    assert not known._lists
    waiting.clear()
    go_on.clear()
    asking = asyncio.create_task(known.find("T1", "Name"))
    await waiting.wait()
    await known.close()
    with pytest.raises(ChatError):
        await asking
    assert len(slack.asked) == 2


# ── homes ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("empty", [True, False], ids=["at first", "again"])
async def test_what_was_asked_for_first_never_takes_the_place_of_something_newer(bench: Bench, empty: bool) -> None:
    """Somebody opens their home; it takes long, and meanwhile they connect their calendar."""
    slow, go_on, asked = asyncio.Event(), asyncio.Event(), list[Request]()

    async def dispatch(request: Request) -> Reply:
        asked.append(request)
        if len(asked) == 1 + (not empty):
            slow.set()
            await go_on.wait()
            return Reply("nothing is connected")
        return Reply("first" if len(asked) == 1 else "connected")

    async with bench.serving(dispatch):
        if not empty:
            await bench.ana.opens_home()
            await bench.ana.sees(lambda: bench.ana.home)
        await bench.ana.opens_home()
        await slow.wait()
        await bench.chat.refresh(bench.who(bench.ana.user))
        await bench.ana.sees(lambda: "connected" in _home(bench))
        go_on.set()
        await until(lambda: len(asked) == 4 - empty and bench.slack.count("views.publish") >= 3 - empty)
    assert _home(bench) == "connected"


def _home(bench: Bench) -> str:
    return read(bench.ana.home.body).text if bench.ana.home is not None else ""


# ── beginning and ending ────────────────────────────────────────────────────────────────────────────────────


async def test_a_wrong_token_of_the_settings_stops_the_start(bench: Bench) -> None:
    bench.slack.world.tokens.end(bench.team.id, "token_expired")
    with pytest.raises(ConfigError, match="token_expired"):
        await bench.chat.run(Script())


@asynccontextmanager
async def removed(city: City, monkeypatch: pytest.MonkeyPatch, times: int) -> AsyncIterator[None]:
    """A workspace removes the app, and the store is too busy so many times."""
    token = city.slack.world.tokens.issue(city.team.id, SCOPES).value
    kept = Secret(f'{{"token": "{token}"}}')
    now = city.clock.now()
    await city.storage.installations.add(
        Installation("slack", city.team.id, city.team.name, city.team.bot.id, kept, (), "U1", now)
    )
    store = type(city.storage.installations)
    real, left = store.remove, [times]

    async def remove(self: Any, *arguments: Any, **named: Any) -> bool:
        left[0] -= 1
        if left[0] >= 0:
            raise StorageError("busy")
        return await real(self, *arguments, **named)

    monkeypatch.setattr(store, "remove", remove)
    monkeypatch.setattr("bot.chats.slack.deliveries._AGAIN", (0.0, 0.0, 0.0))
    yield


@pytest.mark.parametrize("times", [0, 2])
async def test_that_a_workspace_removed_us_is_kept_in_the_end(
    open_city: City, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    city = open_city
    ana = city.person("Ana")
    async with removed(city, monkeypatch, times):
        assert (await city.way.deliver(ana.events.uninstalled())).status == 200
        await city.settled()
        assert await city.storage.installations.find("slack", city.team.id) is None


async def test_a_late_word_of_a_removal_takes_no_newer_installation(
    open_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = open_city
    ana = city.person("Ana")
    for late in (ana.events.uninstalled(), ana.events.revoked()):
        city.clock.move_to(city.clock.now() + timedelta(seconds=20))
        async with removed(city, monkeypatch, 0):
            await city.way.deliver(late)
            await city.settled()
            assert await city.storage.installations.find("slack", city.team.id) is not None
