"""Two workspaces with the same user ids, and a chat without workspaces with the same ids again: nothing crosses.

Every title that somebody books carries the mark of their tenant. Whatever anybody says or presses, in any order, no
reply shows another tenant's mark, and a button that was shown to somebody else does nothing.
"""

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import app as house
from bot.handlers import dispatch
from bot.messages import ChatUser, Profile, Reply, Request
from bot.ports import App
from bot.settings import load
from tests.clock import MONDAY_NINE
from tests.conversations.conftest import words
from tests.fakes.chat import FakeChat

TENANTS = (("slack", "T1"), ("slack", "T2"), ("telegram", ""))
IDS = ("U1", "U2")
SAYS = (
    "/agenda tomorrow",
    "/freewhen home",
    "/freewhen status",
    "/freewhen settings",
    "/freewhen calendars",
    "/free tomorrow with <@U1>",
    "/free tomorrow with <@U2>",
    "/free tomorrow with u1@example.com and u2@example.com",
    "am I free tomorrow at 3pm?",
    "cancel all meetings tomorrow",
    "move my 3pm tomorrow to Friday",
    "/freewhen disconnect",
    "/freewhen share nobody",
)
STEP = st.one_of(
    st.tuples(st.just("says"), st.sampled_from(SAYS)),
    st.tuples(st.just("connects"), st.just("")),
    st.tuples(st.just("books"), st.integers(9, 16).map(str)),
    st.tuples(st.just("presses"), st.integers(0, 10_000).map(str)),
    st.tuples(st.just("steals"), st.integers(0, 10_000).map(str)),
)
ACTOR = st.tuples(st.sampled_from(range(len(TENANTS))), st.sampled_from(IDS))
_round = itertools.count()


@dataclass
class Game:
    """One example: tenants of its own, and every button that was ever shown to anybody."""

    app: App
    number: int
    shown: list[tuple[ChatUser, str]] = field(default_factory=list)
    steps: int = 0

    def who(self, tenant: int, user: str) -> ChatUser:
        chat, workspace = TENANTS[tenant]
        return (
            ChatUser(chat, f"{workspace}x{self.number}", user)
            if workspace
            else ChatUser(chat, "", f"{user}x{self.number}")
        )

    def mark(self, who: ChatUser) -> str:
        return f"mark{[*TENANTS].index((who.chat, who.workspace.partition('x')[0]))}mark"

    async def play(self, actor: tuple[int, str], step: tuple[str, str]) -> None:
        who, (kind, what) = self.who(*actor), step
        own = [token for owner, token in self.shown if owner == who]
        others = [token for owner, token in self.shown if owner != who]
        if kind == "says":
            await self._ask(who, text=what)
        elif kind == "connects":
            reply = await self._ask(who, text="/connect-calendar local")
            if reply.choices:
                await self._ask(who, press=reply.choices[0].token)
        elif kind == "books":
            reply = await self._ask(who, text=f"book 30m tomorrow at {what}:00 about {self.mark(who)}")
            if reply.choices and reply.choices[0].label == "Book it":
                await self._ask(who, press=reply.choices[0].token)
        elif kind == "presses" and own:
            await self._ask(who, press=own[int(what) % len(own)])
        elif kind == "steals" and others:
            reply = await self._ask(who, press=others[int(what) % len(others)])
            assert "not for you" in reply.text, words(reply)

    async def _ask(self, who: ChatUser, text: str = "", press: str = "") -> Reply:
        self.steps += 1
        reply = await dispatch(self.app, Request(who, text, press=press, id="game"))
        said = words(reply) + repr(reply.picture) + repr(reply.form)
        assert "went wrong" not in said, said
        for tenant in range(len(TENANTS)):
            if self.mark(self.who(tenant, "U1")) != self.mark(who):
                assert self.mark(self.who(tenant, "U1")) not in said, (who, text, said)
        self.shown += [(who, choice.token) for choice in reply.choices if choice.token]
        return reply


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, App]]:
    folder: Path = tmp_path_factory.mktemp("tenants")
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def start() -> App:
            chats = {"slack": _Known("slack"), "telegram": _Known("telegram")}
            app, _ = await stack.enter_async_context(
                house.opened(load({}), folder, house.StandingClock(MONDAY_NINE), dict(chats))
            )
            return app

        app = runner.run(start())
        yield runner, app
        runner.run(stack.aclose())


class _Known(FakeChat):
    """Everybody who is asked for is there, under an address that is the same in every workspace."""

    def __init__(self, name: str) -> None:
        super().__init__({})
        self.together = name == "slack"
        self.name = name

    async def profile(self, who: ChatUser) -> Profile:
        name = who.id.partition("x")[0]
        return Profile(name, f"{name.casefold()}@example.com", "Europe/Madrid", "en")

    async def find_people(self, workspace: str, text: str) -> list[tuple[ChatUser, Profile]]:
        found = next((one for one in IDS if one in text or one.casefold() in text), None)
        if found is None or self.name != "slack":
            return []
        who = ChatUser("slack", workspace, found)
        return [(who, await self.profile(who))]


def play(world: tuple[asyncio.Runner, App], moves: list[tuple[tuple[int, str], tuple[str, str]]]) -> None:
    runner, app = world
    game = Game(app, next(_round))

    async def all_of_them() -> None:
        for actor, step in moves:
            await game.play(actor, step)

    runner.run(all_of_them())


QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=12, deadline=None, suppress_health_check=QUIET, derandomize=True)
@given(moves=st.lists(st.tuples(ACTOR, STEP), min_size=15, max_size=40))
def test_nothing_crosses(
    world: tuple[asyncio.Runner, App], moves: list[tuple[tuple[int, str], tuple[str, str]]]
) -> None:
    play(world, moves)


@pytest.mark.long
@settings(max_examples=900, deadline=None, suppress_health_check=QUIET)
@given(moves=st.lists(st.tuples(ACTOR, STEP), min_size=40, max_size=80))
def test_nothing_crosses_in_fifty_thousand_steps(
    world: tuple[asyncio.Runner, App], moves: list[tuple[tuple[int, str], tuple[str, str]]]
) -> None:
    play(world, moves)


def test_the_same_id_next_door_is_somebody_else(world: tuple[asyncio.Runner, App]) -> None:
    """Busy in one workspace says nothing of who has that id, and that address, in the other."""
    runner, app = world
    game = Game(app, next(_round))

    async def meet() -> None:
        here, friend, next_door = game.who(0, "U1"), game.who(0, "U2"), game.who(1, "U2")
        for who in (here, friend, next_door):
            connect = await game._ask(who, text="/connect-calendar local")
            await game._ask(who, press=connect.choices[0].token)
        booked = await game._ask(here, text=f"book 30m tomorrow at 15:00 about {game.mark(here)}")
        assert "Booked" in words(await game._ask(here, press=booked.choices[0].token))
        next_too = await game._ask(next_door, text=f"book 30m tomorrow at 15:00 about {game.mark(next_door)}")
        assert "Booked" in words(await game._ask(next_door, press=next_too.choices[0].token))
        assert "No" in words(await game._ask(friend, text="is <@U1> free tomorrow at 15:00?"))
        told = words(await game._ask(next_door, text="is <@U1> free tomorrow at 15:00?"))
        assert "U1: unknown" in told, told

    runner.run(meet())
