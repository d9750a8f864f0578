"""Somebody new, and somebody in a hurry."""

from dataclasses import replace

import pytest

from bot.errors import TooFast
from bot.handlers import pace
from bot.messages import ChatUser
from bot.ports import Link
from tests.conversations.conftest import Person, Town

BURST = 30
NO_ZONE = "I do not know your time zone and use UTC: “my time zone is Europe/Berlin”."


@pytest.fixture
async def nowhere(town: Town) -> Person:
    """Somebody whose chat says no zone."""
    return town.person("Nan", zone="")


async def test_whose_zone_nobody_knows_is_told_once_how_to_say_it(nowhere: Person) -> None:
    assert NO_ZONE in await nowhere.says("/connect-calendar")
    assert "time zone" not in await nowhere.says("/connect-calendar")


@pytest.mark.parametrize("text", ["/free", "hello", "/nonsense", "asdf"])
async def test_also_with_an_answer_that_says_no(nowhere: Person, text: str) -> None:
    assert NO_ZONE in await nowhere.says(text)


async def test_whose_zone_the_chat_knows_is_not_asked(sam: Person) -> None:
    assert "time zone" not in await sam.says("/connect-calendar")


async def test_a_zone_that_is_no_zone_is_as_none(town: Town) -> None:
    assert NO_ZONE in await town.person("Nan", zone="Middle/Earth").says("/free")


async def test_whoever_says_it_first_is_not_asked(nowhere: Person) -> None:
    said = await nowhere.says("my time zone is Asia/Tokyo")
    assert "Time zone: Asia/Tokyo" in said
    assert NO_ZONE not in said


async def test_nothing_of_it_is_said_in_front_of_others(nowhere: Person, town: Town) -> None:
    said = await nowhere.says("/freewhen help", private=False)
    assert NO_ZONE in said
    assert not nowhere.last.public


async def test_the_embedded_calendar_knows_the_zone_no_better(nowhere: Person) -> None:
    await nowhere.connects()
    context = await nowhere.app.users.context(nowhere.who)
    assert context is not None
    assert context.user.preferences.zone_guessed


class TestTooFast:
    def ana(self, sam: Person, town: Town) -> Person:
        ana = town.person("Ana")
        ana.app = sam.app
        return ana

    async def test_after_so_many_at_once_it_is_too_fast_for_this_person_alone(self, sam: Person, town: Town) -> None:
        sam.app = replace(sam.app, burst=BURST)
        answers = [await sam.says("/nonsense") for _ in range(BURST)]
        assert all("no command" in one for one in answers)
        for text in ("/nonsense", "/free", "/connect-calendar"):
            assert await sam.says(text) == TooFast.__doc__
        assert "no command" in await self.ana(sam, town).says("/nonsense")

    async def test_ten_thousand_tries_make_few_links_and_cost_nobody_else_anything(
        self, town: Town, sam: Person
    ) -> None:
        asked: list[ChatUser] = []
        users = sam.app.users

        class Counted:
            def __getattr__(self, name: str) -> object:
                return getattr(users, name)

            async def context(self, who: ChatUser) -> object:
                asked.append(who)
                return await users.context(who)

        kind = replace(town.kind(), name="google", label="Google", link=Link.OAUTH)
        sam.app = replace(
            sam.app, users=Counted(), kinds={"google": lambda: kind}, public_url="https://freewhen.example", burst=BURST
        )
        links = 0
        for _ in range(5_000):
            await sam.says("/connect-calendar google")
            if sam.last.choices:
                await sam.presses("Accept")
                links += any(choice.url for choice in sam.last.choices)
        assert 0 < links <= 20
        assert len(asked) <= 100
        assert "no command" in await self.ana(sam, town).says("/nonsense")

    def test_the_bucket_fills_again_with_time(self) -> None:
        paces: dict[ChatUser, tuple[float, float]] = {}
        me = ChatUser("test", "", "me")
        assert [pace.take(paces, me, 100.0, BURST) for _ in range(BURST)] == [0.0] * BURST
        assert pace.take(paces, me, 100.0, BURST) == 1.0
        assert pace.take(paces, me, 100.5, BURST) == 0.5
        assert pace.take(paces, me, 101.0, BURST) == 0.0
        assert pace.take(paces, me, 101.0, BURST) == 1.0
        assert [pace.take(paces, me, 9999.0, BURST) for _ in range(BURST + 1)].count(0.0) == BURST

    def test_a_clock_that_goes_back_shuts_nobody_out(self) -> None:
        paces: dict[ChatUser, tuple[float, float]] = {}
        me = ChatUser("test", "", "me")
        for _ in range(BURST):
            pace.take(paces, me, 100.0, BURST)
        assert pace.take(paces, me, 5.0, BURST) == 1.0
        assert pace.take(paces, me, 6.0, BURST) == 0.0

    def test_the_same_id_in_another_workspace_is_somebody_else(self) -> None:
        paces: dict[ChatUser, tuple[float, float]] = {}
        for _ in range(BURST + 1):
            pace.take(paces, ChatUser("test", "one", "u"), 0.0, BURST)
        assert pace.take(paces, ChatUser("test", "two", "u"), 0.0, BURST) == 0.0

    def test_only_so_many_people_are_remembered_the_quietest_are_forgotten(self) -> None:
        paces: dict[ChatUser, tuple[float, float]] = {}
        busy = ChatUser("test", "", "busy")
        passed = 0
        for number in range(pace.MOST_PEOPLE + 50):
            pace.take(paces, ChatUser("test", "", str(number)), 0.0, BURST)
            passed += pace.take(paces, busy, 0.0, BURST) == 0.0
        assert len(paces) == pace.MOST_PEOPLE
        assert passed == BURST
