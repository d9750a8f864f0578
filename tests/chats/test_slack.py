"""Slack against a strict double of it: the contract of every chat, and how answers get back."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import pytest

from bot.chats.slack.chat import Slack
from bot.errors import Busy, Unreachable
from bot.messages import ChatUser, Choice, Field, FieldKind, Form, Picture, Profile, Reply, Request
from tests.chats.contract import ChatContract, Script
from tests.chats.slack_bench import Bench, bench, empty_store
from tests.chats.slack_reading import read
from tests.doubles.slack_sending import Acknowledged
from tests.doubles.slack_wire import Limits
from tests.drawing.weeks import USUAL

__all__ = ["bench", "empty_store"]  # fixtures

TITLE = Form(
    "Book a meeting",
    "t-form",
    (
        Field("title", "What", optional=True),
        Field("guests", "With whom", optional=True, kind=FieldKind.PEOPLE),
        Field("date", "Date", value="2026-03-10", kind=FieldKind.DATE),
    ),
    submit="Go on",
)


class Slow:
    """A dispatch that waits to be let go."""

    def __init__(self, reply: Reply) -> None:
        self.reply, self.go = reply, asyncio.Event()
        self.requests: list[Request] = []

    async def __call__(self, request: Request) -> Reply:
        self.requests.append(request)
        await self.go.wait()
        return self.reply


class TestContract(ChatContract):
    """What every chat promises."""

    @pytest.fixture(autouse=True)
    def _bench(self, bench: Bench) -> None:
        self.bench = bench
        self.doing: set[asyncio.Task[Any]] = set()

    def chat(self) -> Slack:
        return self.bench.chat

    def me(self) -> ChatUser:
        return self.bench.who(self.bench.ana.user)

    def stranger(self) -> ChatUser:
        return ChatUser("slack", self.bench.team.id, "U7777777")

    def says(self, text: str) -> None:
        self._do(self.bench.ana.writes(text))

    def presses(self, label: str) -> None:
        self._do(self.bench.ana.presses(label))

    def seen(self) -> str:
        shown = [read({"blocks": one.blocks}) for one in self.bench.ana.seen()]
        return "\n".join("\n".join((one.heading, one.text, *map(str, one.facts), *_labels(one))) for one in shown)

    def old_handle(self) -> str:
        return f"m:{self.bench.team.id}:{self.bench.ana.direct.id}:1577836800.000100"

    def _do(self, work: Awaitable[Acknowledged]) -> None:
        task = asyncio.ensure_future(work)
        self.doing.add(task)
        task.add_done_callback(self.doing.discard)


def _labels(reply: Reply) -> list[str]:
    return [choice.label for choice in reply.choices]


# ── where answers go ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_quick_answer_is_one_message(bench: Bench) -> None:
    async with bench.serving(Script(Reply("Nothing tomorrow."))):
        await bench.ana.writes("what is on tomorrow?")
        await bench.ana.sees(bench.ana.seen)
    (message,) = bench.ana.seen(bench.ana.direct)
    assert read({"blocks": message.blocks}).text == "Nothing tomorrow."
    assert (message.edits, message.unfurls) == (0, (False, False))
    assert bench.slack.count("chat.postMessage") == 1


async def test_an_answer_that_takes_long_replaces_looking(bench: Bench) -> None:
    slow = Slow(Reply("Here it is."))
    async with bench.serving(slow):
        await bench.ana.writes("when are we all free?")
        message = await bench.ana.sees(lambda: next(iter(bench.ana.seen()), None))
        assert "Looking" in message.text
        slow.go.set()
        await bench.ana.sees(lambda: message.edits)
    assert [read({"blocks": one.blocks}).text for one in bench.ana.seen()] == ["Here it is."]


async def test_in_a_channel_only_the_asker_sees_the_answer(bench: Bench) -> None:
    script = Script(Reply("You are free at 3."), Reply("Mentioned."))
    async with bench.serving(script):
        await bench.ana.commands("/free tomorrow", bench.general)
        await bench.ana.sees(lambda: bench.ana.seen(bench.general))
        await bench.ana.mentions("am I free?", bench.general)
        await bench.ana.sees(lambda: len(bench.ana.seen(bench.general)) == 2)
    assert [request.private for request in script.requests] == [False, False]
    assert [request.text for request in script.requests] == ["/free tomorrow", "am I free?"]
    assert not bench.ben.seen()


async def test_looking_in_a_channel_comes_before_the_answer(bench: Bench) -> None:
    slow = Slow(Reply("You are free at 3."))
    async with bench.serving(slow):
        await bench.ana.commands("/free tomorrow", bench.general)
        await bench.ana.sees(lambda: "Looking" in "".join(one.text for one in bench.ana.seen(bench.general)))
        slow.go.set()
        await bench.ana.sees(lambda: "free at 3" in "".join(one.text for one in bench.ana.seen(bench.general)))
    assert all(one.ephemeral == bench.ana.user.id for one in bench.ana.seen(bench.general))


async def test_what_was_pressed_in_a_channel_is_replaced(bench: Bench) -> None:
    slow = Slow(Reply("Let us go on in private."))

    async def dispatch(request: Request) -> Reply:
        return await slow(request) if request.press else Reply("Free:", choices=(Choice("15:00", "t-1"),))

    async with bench.serving(dispatch):
        await bench.ana.commands("/free tomorrow", bench.general)
        await bench.ana.sees(bench.ana.labels)
        await bench.ana.presses("15:00")
        await bench.ana.sees(lambda: "Looking" in bench.ana.seen(bench.general)[0].text)
        slow.go.set()
        await bench.ana.sees(lambda: "go on in private" in bench.ana.seen(bench.general)[0].text)
    assert len(bench.ana.seen(bench.general)) == 1


async def test_a_command_in_our_direct_message_is_private_and_its_answer_stays(bench: Bench) -> None:
    script = Script()
    async with bench.serving(script):
        await bench.ana.commands("/freewhen status")
        await bench.ana.sees(bench.ana.seen)
    assert script.requests[0].private
    assert not bench.ana.seen()[0].ephemeral


async def test_a_command_between_two_people_is_not_private(bench: Bench) -> None:
    between = bench.team.channel("", bench.ana.user.id, bench.ben.user.id, bot=False)
    between.id, between.kind = "D" + between.id[1:], "im"
    bench.team.channels[between.id] = between
    script = Script()
    async with bench.serving(script):
        await bench.ana.commands("/free", between)
        await bench.ana.sees(lambda: bench.ana.seen(between))
    assert not script.requests[0].private
    assert not bench.ben.seen()


async def test_a_press_edits_the_message_that_says_so(bench: Bench) -> None:
    script = Script(Reply("Book?", choices=(Choice("Book it", "t-1"),)), Reply("Booked.", replace=True))
    async with bench.serving(script):
        await bench.ana.writes("book it")
        await bench.ana.sees(bench.ana.labels)
        await bench.ana.presses("Book it")
        await bench.ana.sees(lambda: bench.ana.seen()[0].edits)
    assert [read({"blocks": one.blocks}).text for one in bench.ana.seen()] == ["Booked."]


async def test_somebody_of_another_workspace_is_no_member(bench: Bench) -> None:
    guest = bench.person("Gus Guest", guest="multi")
    script = Script()
    async with bench.serving(script):
        await guest.writes("is Ana free?")
        await bench.ana.writes("am I free?")
        await bench.ana.sees(lambda: len(script.requests) == 2)
    assert {request.who.id: request.member for request in script.requests} == {
        guest.user.id: False,
        bench.ana.user.id: True,
    }


async def test_when_slack_does_not_say_who_somebody_is_that_is_the_answer(bench: Bench) -> None:
    script = Script()
    bench.slack.limits = Limits(every=1, rest=60, methods=frozenset({"users.info"}))
    async with bench.serving(script):
        await bench.ana.writes("is Ben free?")
        await bench.ana.sees(bench.ana.seen)
    assert not script.requests
    assert "could not check who you are" in bench.ana.seen()[0].text


# ── windows ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_form_opens_at_once_and_is_filled_in(bench: Bench) -> None:
    script = Script(
        Reply(form=TITLE), Reply("Book this?", choices=(Choice("Book it", "t-2"),)), Reply("Booked.", keep=True)
    )
    async with bench.serving(script):
        await bench.ana.commands("/book", bench.general)
        await bench.ana.sees(lambda: bench.ana.window and bench.ana.window.body.get("submit"))
        await bench.ana.submits(title="Budget", guests=bench.ben.user.id, date="2026-03-12")
        assert bench.ana.window is not None
        assert read(bench.ana.window.body).text == "Book this?"
        await bench.ana.presses("Book it")
        await bench.ana.sees(bench.ana.seen)
    filled = script.requests[1]
    assert (filled.press, filled.private) == ("t-form", True)
    assert filled.values == {"title": "Budget", "guests": f"<@{bench.ben.user.id}>", "date": "2026-03-12"}
    assert read(bench.ana.window.body).text == "Booked."
    assert [read({"blocks": one.blocks}).text for one in bench.ana.seen(bench.ana.direct)] == ["Booked."]


async def test_what_is_wrong_with_a_form_is_said_in_it(bench: Bench) -> None:
    script = Script(Reply(form=TITLE), Reply("That is over.", problems=(("date", "That is over."),)))
    async with bench.serving(script):
        await bench.ana.commands("/book", bench.general)
        await bench.ana.sees(lambda: bench.ana.window and bench.ana.window.body.get("submit"))
        await bench.ana.submits(date="2020-01-01")
    assert bench.ana.problems == {"date": "That is over."}
    assert bench.ana.window is not None


async def test_a_form_nobody_expected_opens_while_the_trigger_lives(bench: Bench) -> None:
    script = Script(Reply("?", choices=(Choice("Another time", "t-1"),)), Reply(form=TITLE))
    async with bench.serving(script):
        await bench.ana.writes("move it")
        await bench.ana.sees(bench.ana.labels)
        await bench.ana.presses("Another time")
        await bench.ana.sees(lambda: bench.ana.window)
    assert len(bench.ana.seen()) == 1


async def test_a_form_without_a_trigger_is_one_press_away(bench: Bench) -> None:
    script = Script(Reply(form=TITLE), Reply(form=TITLE))
    async with bench.serving(script):
        await bench.ana.writes("I would like a form")
        await bench.ana.sees(bench.ana.labels)
        await bench.ana.presses("Open the form")
        await bench.ana.sees(lambda: bench.ana.window and bench.ana.window.body.get("submit"))
    assert [request.text for request in script.requests] == ["I would like a form"] * 2


async def test_the_answer_to_a_form_goes_to_the_message_it_came_from(bench: Bench) -> None:
    script = Script(
        Reply("Budget", choices=(Choice("Another time", "t-1", form=True),)),
        Reply(form=TITLE),
        Reply("Moved.", replace=True),
    )
    async with bench.serving(script):
        await bench.ana.writes("move it")
        await bench.ana.sees(bench.ana.labels)
        await bench.ana.presses("Another time")
        await bench.ana.sees(lambda: bench.ana.window and bench.ana.window.body.get("submit"))
        await bench.ana.submits()
        await bench.ana.sees(lambda: bench.ana.seen()[0].edits)
    assert bench.ana.window is None
    assert [read({"blocks": one.blocks}).text for one in bench.ana.seen()] == ["Moved."]


async def test_a_form_that_takes_long_is_answered_by_message(bench: Bench) -> None:
    slow = Slow(Reply("Book this?"))

    async def dispatch(request: Request) -> Reply:
        return await slow(request) if request.press else Reply(form=TITLE)

    async with bench.serving(dispatch):
        await bench.ana.commands("/book", bench.general)
        await bench.ana.sees(lambda: bench.ana.window and bench.ana.window.body.get("submit"))
        said = await bench.ana.submits()
        assert said.took < 3
        slow.go.set()
        await bench.ana.sees(bench.ana.seen)
    assert read({"blocks": bench.ana.seen()[0].blocks}).text == "Book this?"


async def test_an_answer_whose_window_was_closed_comes_as_a_message(bench: Bench) -> None:
    slow = Slow(Reply("You are free at 3."))

    async def dispatch(request: Request) -> Reply:
        return await slow(request) if request.press else Reply("Today", choices=(Choice("Find a time", "t-1"),))

    async with bench.serving(dispatch):
        await bench.ana.opens_home()
        await bench.ana.presses("Find a time", await bench.ana.sees(lambda: bench.ana.home))
        await bench.ana.sees(lambda: bench.ana.window and slow.requests)
        await bench.ana.closes()
        slow.go.set()
        await bench.ana.sees(bench.ana.seen)
    assert read({"blocks": bench.ana.seen()[0].blocks}).text == "You are free at 3."


async def test_the_home_is_published_and_shown_anew(bench: Bench) -> None:
    script = Script(
        Reply("Today", choices=(Choice("Find a time", "t-1"),)), Reply("You are free at 3."), Reply("Later")
    )
    async with bench.serving(script):
        await bench.ana.opens_home()
        home = await bench.ana.sees(lambda: bench.ana.home)
        assert read(home.body).text == "Today"
        await bench.ana.presses("Find a time", home)
        await bench.ana.sees(lambda: bench.ana.window and read(bench.ana.window.body).text == "You are free at 3.")
        await bench.chat.refresh(bench.who(bench.ana.user))
        await bench.chat.refresh(bench.who(bench.ben.user))  # never opened: nothing to show anew
        await bench.ana.sees(lambda: bench.ana.home and read(bench.ana.home.body).text == "Later")
    assert script.requests[0].text == "/freewhen home"
    assert bench.slack.count("views.publish") == 2


async def test_over_a_home_that_another_process_published_it_is_asked_for_anew(bench: Bench) -> None:
    async with bench.serving(Script(Reply("One"), Reply("Two"), Reply("Three"))):
        await bench.ana.opens_home()
        home = await bench.ana.sees(lambda: bench.ana.home)
        home.hash = "of.another"
        await bench.chat.refresh(bench.who(bench.ana.user))
        await bench.ana.sees(lambda: bench.ana.home and read(bench.ana.home.body).text == "Three")


# ── pictures, people, limits ────────────────────────────────────────────────────────────────────────────────


async def test_a_picture_follows_its_words_as_a_private_file(bench: Bench) -> None:
    async with bench.serving(Script(Reply("Your week", picture=Picture(USUAL, "Monday is full.")))):
        await bench.ana.writes("how is my week?")
        message = await bench.ana.sees(lambda: next(iter(bench.ana.seen()), None))
        await bench.ana.sees(lambda: message.edits)
    (shown,) = [block for block in message.blocks if block["type"] == "image"]
    file = bench.team.files[shown["slack_file"]["id"]]
    assert file.content.startswith(b"\x89PNG")
    assert shown["alt_text"] == "Monday is full."
    assert "image_url" not in shown


async def test_in_a_channel_the_picture_comes_after_the_words(bench: Bench) -> None:
    async with bench.serving(Script(Reply("Your week", picture=Picture(USUAL, "Monday is full.")))):
        await bench.ana.commands("/free this week", bench.general)
        words, shown = await bench.ana.sees(
            lambda: len(bench.ana.seen(bench.general)) == 2 and bench.ana.seen(bench.general)
        )
    assert read({"blocks": words.blocks}).text == "Your week"
    assert [block["type"] for block in shown.blocks] == ["image"]
    assert shown.text == "Monday is full."
    assert {words.ephemeral, shown.ephemeral} == {bench.ana.user.id}
    bench.slack.world.faults[:] = [fault for fault in bench.slack.world.faults if fault.error != "invalid_blocks"]


async def test_people_are_found_by_mention_address_and_name(bench: Bench) -> None:
    ben, chat, team = bench.who(bench.ben.user), bench.chat, bench.team.id
    for text in (f"<@{ben.id}>", f"<@{ben.id}|ben>", "ben.ode@example.com", "Ben Ode", "ben", "@ben"):
        found = await chat.find_people(team, text)
        assert [who for who, _ in found] == [ben], text
    assert (await chat.find_people(team, "ben"))[0][1] == Profile(
        "Ben Ode", "ben.ode@example.com", bench.ben.user.zone, ""
    )
    for text in ("<@U7777777>", "nobody@example.com", "zzz", "Freewhen", " "):
        assert not await chat.find_people(team, text), text


async def test_a_long_429_is_told_and_kept_to(bench: Bench) -> None:
    bench.slack.limits = Limits(every=1, rest=30, methods=frozenset({"chat.postMessage"}))
    with pytest.raises(Busy) as busy:
        await bench.chat.send(bench.who(bench.ana.user), Reply("In ten minutes"))
    assert timedelta(seconds=29) <= busy.value.retry_after <= timedelta(seconds=30)
    asked = bench.slack.count("chat.postMessage")
    with pytest.raises(Busy):
        await bench.chat.send(bench.who(bench.ana.user), Reply("In ten minutes"))
    assert bench.slack.count("chat.postMessage") == asked
    bench.slack.world.faults.clear()


async def test_who_left_cannot_be_reached(bench: Bench) -> None:
    gone = bench.person("Gone Girl", deleted=True)
    with pytest.raises(Unreachable):
        await bench.chat.send(bench.who(gone.user), Reply("Hello"))
    bench.slack.world.faults.clear()


async def test_in_a_window_too_the_picture_comes_after_the_words(bench: Bench) -> None:
    script = Script(
        Reply("Today", choices=(Choice("Find a time", "t-1"),)), Reply("Yes", picture=Picture(USUAL, "Full."))
    )
    async with bench.serving(script):
        await bench.ana.opens_home()
        await bench.ana.presses("Find a time", await bench.ana.sees(lambda: bench.ana.home))
        await bench.ana.sees(lambda: bench.ana.window and "image" in str(bench.ana.window.body))
    assert read(bench.ana.window.body).text == "Yes"
