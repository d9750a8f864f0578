"""The overview that an app's home shows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import calendars
from bot.errors import LinkExpired, Unavailable
from bot.messages import Style
from bot.ports import Kind
from bot.scheduling.event import Event, EventDraft
from bot.scheduling.interval import Interval
from tests.conversations.conftest import Person, Town
from tests.fakes.provider import Faults, FaultyProvider

LABELS = ["Find a time", "Book", "Settings", "Calendars", "Help"]


def labels(person: Person) -> list[str]:
    return [choice.label for choice in person.last.choices]


async def test_before_a_calendar_is_connected_it_says_what_this_is_and_what_connecting_means(sam: Person) -> None:
    said = await sam.says("/freewhen home")
    assert "This is Freewhen" in said
    assert "Nothing is written before you press" in said
    for label in ("Freewhen sees", "It never", "To undo"):
        assert f"{label}: " in said
    assert labels(sam) == ["Accept and connect", "Not now"]
    assert "Connected as" in await sam.presses("Accept and connect")


async def test_of_several_kinds_of_calendars_it_lets_one_choose(sam: Person, town: Town) -> None:
    def other() -> Kind:
        return replace(town.kind(), name="other", label="Other")

    sam.app = replace(sam.app, kinds={"local": town.kind, "other": other})
    said = await sam.says("/freewhen home")
    assert "Which calendar would you like to connect?" in said
    assert len(labels(sam)) == 2
    assert "Freewhen sees" in await sam.presses("Other")


async def test_today_and_tomorrow_and_what_can_be_pressed(busy_sam: Person) -> None:
    said = await busy_sam.says("/freewhen home")
    assert "Mon 9 Mar (Europe/Madrid)" in said
    assert "Today 10:00–11:30: Planning" in said
    assert "Tomorrow 09:30–09:45: Stand-up" in said
    assert "11 Mar" not in said
    assert [label for label in labels(busy_sam) if not label.startswith("Join")] == LABELS
    assert not any(choice.form for choice in busy_sam.last.choices)


class WithLinks(FaultyProvider):
    """A calendar whose meetings are held somewhere on the web."""

    at = "https://meet.example/"

    async def events(self, window: Interval, calendars: Sequence[str] = ()) -> Sequence[Event]:
        return [replace(one, join_url=f"{self.at}{one.uid}") for one in await super().events(window, calendars)]


def with_links(person: Person, town: Town, at: str) -> None:
    class There(WithLinks):
        pass

    There.at = at
    kind = replace(town.kind(), open=lambda opening: There(town.kind().open(opening), Faults()))
    person.app = replace(person.app, kinds={"local": lambda: kind})


async def test_only_meetings_that_are_not_over_can_be_joined(busy_sam: Person, town: Town) -> None:
    with_links(busy_sam, town, "https://meet.example/")
    await town.asleep(timedelta(hours=3))
    said = await busy_sam.says("/freewhen home")
    assert "Today 10:00–11:30: Planning" in said
    joins = [choice for choice in busy_sam.last.choices if choice.url]
    assert [choice.label for choice in joins] == ["Join: Stand-up (sample)", "Join: Design review (sample)"]
    assert all(choice.url.startswith("https://meet.example/") and not choice.token for choice in joins)
    assert labels(busy_sam)[2:] == LABELS


async def test_a_link_that_is_no_web_address_is_no_button(busy_sam: Person, town: Town) -> None:
    with_links(busy_sam, town, "javascript:alert(1)//https://")
    await busy_sam.says("/freewhen home")
    assert labels(busy_sam) == LABELS


async def test_an_empty_calendar_says_so(sam: Person) -> None:
    await sam.connects()
    assert "Nothing on your calendar today or tomorrow." in await sam.says("/freewhen home")


async def test_a_calendar_that_cannot_be_read_is_named(busy_sam: Person, town: Town) -> None:
    town.faults.before["events"] = [Unavailable("local", "It does not answer.")]
    said = await busy_sam.says("/freewhen home")
    assert "I could not read sam@example.com: It does not answer." in said
    assert "Nothing that I could see" in said
    assert labels(busy_sam) == LABELS


async def test_whose_access_has_just_died_is_offered_to_reconnect_first(busy_sam: Person, town: Town) -> None:
    town.faults.before["events"] = [LinkExpired("local")]
    for _ in range(2):
        said = await busy_sam.says("/freewhen home")
        assert "I could not read sam@example.com" in said
        assert labels(busy_sam)[0] == "Reconnect"
        assert busy_sam.last.choices[0].style is Style.PRIMARY
        assert busy_sam.last.choices[1].style is Style.NORMAL
    assert "Freewhen sees" in await busy_sam.presses("Reconnect")


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("Find a time", "You are free for 30 min"),
        ("Book", "When should “Meeting” be?"),
        ("Settings", "Your settings"),
        ("Calendars", "Your calendars"),
        ("Help", "What I can do"),
    ],
)
async def test_its_buttons_do_what_the_commands_do_again_and_again(busy_sam: Person, label: str, said: str) -> None:
    await busy_sam.says("/freewhen home")
    button = busy_sam.choice(label)
    for _ in range(2):
        assert said in await busy_sam.presses_choice(button)


async def test_where_forms_have_windows_book_opens_one(busy_sam: Person, town: Town) -> None:
    town.chat.windows = True
    await busy_sam.says("/freewhen home")
    assert [choice.label for choice in busy_sam.last.choices if choice.form] == ["Book"]
    await busy_sam.presses("Book")
    assert busy_sam.last.form is not None


async def test_many_meetings_are_not_all_shown(sam: Person) -> None:
    await sam.connects()
    await _meetings(sam, 23)
    said = await sam.says("/freewhen home")
    assert len(sam.last.facts) == 20
    assert "And 3 more: type /agenda." in said


async def test_what_lasts_all_day_and_what_began_yesterday_is_there_today(busy_sam: Person) -> None:
    await busy_sam.says("book all day today about moving house")
    await busy_sam.presses("Book it")
    assert "Today all day: moving house" in await busy_sam.says("/freewhen home")


async def test_it_is_private(busy_sam: Person, town: Town) -> None:
    assert "private message" in await busy_sam.says("/freewhen home", private=False)
    assert not busy_sam.last.facts


async def _meetings(person: Person, count: int) -> None:
    kind = person.app.kinds["local"]()
    context = await person.app.users.context(person.who)
    assert context is not None
    assert context.booking is not None
    provider = kind.open(calendars.opening(person.app, context, context.booking))
    now = person.app.clock.now()
    for number in range(count):
        when = Interval(now + timedelta(minutes=10 * number), now + timedelta(minutes=10 * number + 10))
        draft = EventDraft(f"Meeting {number}", when, "Europe/Madrid")
        await provider.create(draft, f"key-{number}")
