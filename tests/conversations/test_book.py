"""Booking: preview, press, check again, hold, write, card."""

import asyncio
from datetime import timedelta

import pytest

from bot.errors import AccessDenied, Unavailable
from bot.handlers import dispatch, recover
from bot.messages import Request
from bot.scheduling.event import EventDraft
from bot.scheduling.interval import Interval
from tests.conversations.conftest import ZONE, Person, Town, words
from tests.fakes.provider import LOST
from tests.providers.contract import at

TOMORROW = "book 30m tomorrow 3pm about budget"


async def agenda(person: Person) -> str:
    return await Person(person.app, person.who).says("/agenda tomorrow")


async def elsewhere(town: Town, person: Person, title: str, start_hour: int) -> None:
    """An event that appears on the calendar without us."""
    from bot.messages import Secret
    from bot.ports import Opening
    from tests.fakes.nothing import no_renewal

    opening = Opening(person.who.tenant, "sam@example.com", ZONE, Secret(""), no_renewal)
    provider = town.app.kinds["local"]().open(opening)
    span = Interval(at(10, start_hour), at(10, start_hour) + timedelta(hours=1))
    await provider.create(EventDraft(title, span, ZONE), title)


async def test_nothing_is_written_before_the_press(busy_sam: Person) -> None:
    preview = await busy_sam.says(TOMORROW)
    assert "What: budget" in preview
    assert "When: Tue 10 Mar, 15:00–15:30 (Europe/Madrid)" in preview
    assert "budget" not in await agenda(busy_sam)
    card = await busy_sam.presses("Book it")
    assert busy_sam.last.replace
    assert "Booked" in card
    assert busy_sam.choice("Move")
    assert busy_sam.choice("Cancel the meeting")
    assert "15:00–15:30: budget" in await agenda(busy_sam)


async def test_a_free_slot_is_one_press_from_its_preview(busy_sam: Person) -> None:
    await busy_sam.says("when am I free tomorrow afternoon for 45 minutes?")
    label = busy_sam.last.choices[0].label
    preview = await busy_sam.presses(label)
    assert label in preview
    assert "Booked" in await busy_sam.presses("Book it")


async def test_dont_books_nothing_and_uses_the_preview_up(busy_sam: Person) -> None:
    await busy_sam.says(TOMORROW)
    book = busy_sam.choice("Book it")
    assert "Nothing was booked" in await busy_sam.presses("Don’t")
    assert "already been used" in await busy_sam.presses_choice(book)
    assert "budget" not in await agenda(busy_sam)


async def test_dont_after_the_booking_shows_what_was_booked(busy_sam: Person) -> None:
    await busy_sam.says(TOMORROW)
    dont = busy_sam.choice("Don’t")
    await busy_sam.presses("Book it")
    assert "It is booked already" in await busy_sam.presses_choice(dont)
    assert busy_sam.choice("Cancel the meeting")
    assert ": budget" in await agenda(busy_sam)


async def test_a_press_sent_many_times_at_once_writes_one_event(busy_sam: Person, town: Town) -> None:
    await busy_sam.says(TOMORROW)
    token = busy_sam.choice("Book it").token
    town.faults.delay = timedelta(milliseconds=50)
    replies = await asyncio.gather(
        *(dispatch(town.app, Request(busy_sam.who, press=token, id=str(n))) for n in range(12))
    )
    assert "Booked" in [reply.heading for reply in replies]
    assert all("went wrong" not in words(reply) for reply in replies)
    assert (await agenda(busy_sam)).count(": budget") == 1
    assert town.faults.calls.count("create") == 1
    # Later, the same press still means the same meeting.
    assert "Booked" in words(await dispatch(town.app, Request(busy_sam.who, press=token)))
    assert (await agenda(busy_sam)).count(": budget") == 1


async def test_two_previews_of_one_slot_book_it_once(busy_sam: Person, town: Town) -> None:
    await busy_sam.says(TOMORROW)
    first = busy_sam.choice("Book it")
    await busy_sam.says("book 1h tomorrow 3:15pm about hiring")
    second = busy_sam.choice("Book it")
    town.faults.delay = timedelta(milliseconds=30)
    replies = await asyncio.gather(
        *(dispatch(town.app, Request(busy_sam.who, press=one.token)) for one in (first, second))
    )
    assert sorted(reply.heading.split(":")[0] for reply in replies) == ["Booked", "Not booked"]


async def test_the_slot_was_taken_in_the_calendar_meanwhile(busy_sam: Person, town: Town) -> None:
    await busy_sam.says(TOMORROW)
    await elsewhere(town, busy_sam, "Lunch with Zoe", 15)
    answer = await busy_sam.presses("Book it")
    assert "Not booked" in answer
    assert "Lunch with Zoe" in answer
    assert "budget" not in await agenda(busy_sam)
    assert busy_sam.choice("Tue 10 Mar, 16:00")
    await busy_sam.presses("Tue 10 Mar, 16:00")
    assert "What: budget" in await busy_sam.presses("Book it")


async def test_a_conflict_is_told_at_once_with_other_times(busy_sam: Person) -> None:
    answer = await busy_sam.says("book 1h tomorrow 11am about budget")
    assert "Design review" in answer
    assert "Tue 10 Mar, 12:00" in answer


async def test_a_lost_answer_is_looked_up_and_not_written_twice(busy_sam: Person, town: Town) -> None:
    await busy_sam.says(TOMORROW)
    town.faults.after["create"] = [LOST]
    assert "Booked" in await busy_sam.presses("Book it")
    assert (await agenda(busy_sam)).count(": budget") == 1


@pytest.mark.parametrize("written", [True, False])
async def test_an_answer_that_stays_lost_is_settled_by_the_sweep(busy_sam: Person, town: Town, written: bool) -> None:
    await busy_sam.says(TOMORROW)
    book = busy_sam.choice("Book it")
    (town.faults.after if written else town.faults.before)["create"] = [LOST]
    town.faults.before["find"] = [LOST]
    assert "cannot say yet" in await busy_sam.presses("Book it")
    told = await town.later(timedelta(minutes=1))
    if written:
        assert any("“budget” is on your calendar: Tue 10 Mar, 15:00–15:30" in text for text in told)
        assert "Booked" in await busy_sam.presses_choice(book)
    else:
        assert any("“budget” was not written" in text for text in told)
        assert "Booked" in await busy_sam.presses_choice(book)
    assert (await agenda(busy_sam)).count(": budget") == 1


async def test_how_a_booking_ended_is_told_by_a_process_that_can_reach_the_person(busy_sam: Person, town: Town) -> None:
    eve = town.person("Eve")
    await eve.connects()
    await busy_sam.says(TOMORROW)
    town.faults.after["create"] = [LOST]
    town.faults.before["find"] = [LOST]
    assert "cannot say yet" in await busy_sam.presses("Book it")
    await town.asleep(timedelta(minutes=1))
    assert await recover.recover(town.app, eve.who) == 0
    assert town.chat.sent == []
    assert await recover.recover(town.app, busy_sam.who) == 1
    ((who, told),) = town.chat.sent
    assert who == busy_sam.who
    assert "“budget” is on your calendar" in words(told)


async def test_a_refusal_of_the_calendar_frees_the_slot(busy_sam: Person, town: Town) -> None:
    await busy_sam.says(TOMORROW)
    town.faults.before["create"] = [AccessDenied("local", "This calendar is read-only.")]
    assert "read-only" in await busy_sam.presses("Book it")
    assert [choice.label for choice in busy_sam.last.choices] == ["Choose another calendar"]
    await busy_sam.says(TOMORROW)
    assert "Booked" in await busy_sam.presses("Book it")


async def test_nothing_is_booked_while_the_calendar_cannot_be_checked(busy_sam: Person, town: Town) -> None:
    await busy_sam.says(TOMORROW)
    book = busy_sam.choice("Book it")
    town.faults.before["events"] = [Unavailable("local", "Down.")]
    assert "nothing was booked" in await busy_sam.presses("Book it")
    assert "create" not in town.faults.calls
    assert "Booked" in await busy_sam.presses_choice(book)


async def test_guests_are_found_by_name_and_invited(busy_sam: Person, town: Town) -> None:
    preview = await busy_sam.says("book 30m with Ana tomorrow 3pm about budget")
    assert "With: Ana Torres" in preview
    assert "sends no e-mail" in preview
    assert "Ana Torres (no answer yet)" in await busy_sam.presses("Book it")


async def test_a_guest_nobody_knows_is_named_and_not_invited(busy_sam: Person) -> None:
    preview = await busy_sam.says("book 30m with Zacharias tomorrow 3pm about budget")
    assert "No address for Zacharias, not invited." in preview
    assert "Booked" in await busy_sam.presses("Book it")


async def test_a_guest_nobody_knows_stays_named_when_a_time_is_pressed(busy_sam: Person) -> None:
    await busy_sam.says("book 30m with Zacharias about budget")
    preview = await busy_sam.presses(busy_sam.last.choices[0].label)
    assert "No address for Zacharias, not invited." in preview
    await busy_sam.says("when can Zacharias and I meet tomorrow?")
    assert "No address for Zacharias" in await busy_sam.presses(busy_sam.last.choices[0].label)


async def test_a_meeting_may_begin_right_now(sam: Person) -> None:
    await sam.connects()
    await sam.says("am I free at 9 for 30 minutes?")
    await sam.presses("Book it")
    assert "Booked" in await sam.presses("Book it")
    assert "09:00–09:30" in await sam.says("/agenda today")


async def test_a_misspelt_name_is_asked_back(busy_sam: Person) -> None:
    answer = await busy_sam.says("book 30m with Anna tomorrow 3pm about budget")
    assert "Ana Torres (ana@example.com)" in answer
    assert "With: Ana Torres" in await busy_sam.presses("Ana Torres")


async def test_a_series_is_booked_as_one(busy_sam: Person) -> None:
    preview = await busy_sam.says("book 30m every Tuesday at 4pm about payroll")
    assert "Repeats: every week on Tue" in preview
    assert "Booked" in await busy_sam.presses("Book it")
    assert "payroll" in await busy_sam.says("/agenda Tuesday next week")


async def test_a_series_that_does_not_fit_is_offered_another_time_of_its_day(busy_sam: Person) -> None:
    answer = await busy_sam.says("book 1h every Monday at 10 about sync")
    assert "Planning" in answer
    assert all(choice.label.startswith("Mon") for choice in busy_sam.last.choices)
    assert "Repeats: every week on Mon" in await busy_sam.presses("Mon 9 Mar, 11:30")


async def test_without_a_time_slots_are_offered(busy_sam: Person) -> None:
    answer = await busy_sam.says("book 30m with Ana about budget")
    assert "When should “budget” be?" in answer
    assert len(busy_sam.last.choices) >= 3
    preview = await busy_sam.presses(busy_sam.last.choices[0].label)
    assert "With: Ana Torres" in preview
    assert "What: budget" in preview


async def test_a_day_off_may_be_booked_and_says_so(busy_sam: Person) -> None:
    preview = await busy_sam.says("book 30m Saturday 3pm about moving house")
    assert "outside your working hours" in preview
    assert "Booked" in await busy_sam.presses("Book it")


async def test_a_preview_that_waited_too_long_is_not_booked(busy_sam: Person, town: Town) -> None:
    await busy_sam.says(TOMORROW)
    await town.asleep(timedelta(days=1, hours=7))
    book = busy_sam.choice("Book it")
    assert "has passed" in await busy_sam.presses_choice(book)
    await town.asleep(timedelta(days=30))
    assert "too old" in await busy_sam.presses_choice(book)
    assert "create" not in town.faults.calls


@pytest.mark.parametrize(
    "text",
    [
        "book tomorrow from 5pm to 3pm",
        "book 0 minutes tomorrow 3pm",
        "book 30 hours tomorrow 3pm",
        "book 99999m tomorrow 3pm",
        "book 30m tomorrow 3pm Tokyo time",
        "book 30m yesterday 3pm",
        "book 30m today at 8:15am",
        "book 30m 30 February 3pm",
        "book 30m 31 April 3pm",
        "book 30m tomorrow at 25:00",
        "book 30m 29 March 2:30am",
        "book 30m Sunday 29 March at 02:30",
        "book 30m tomorrow 3pm " + "x" * 10_000,
    ],
)
async def test_impossible_times_never_become_a_preview(busy_sam: Person, town: Town, text: str) -> None:
    answer = await busy_sam.says(text)
    assert "Book it" not in answer
    assert "went wrong" not in answer
    assert 5 < len(answer) < 500
    assert "create" not in town.faults.calls


async def test_control_characters_in_a_title_do_not_survive(busy_sam: Person) -> None:
    await busy_sam.says("book 30m tomorrow 3pm about \x1b[31mred\x07 \u202ereversed")
    assert "Booked" in await busy_sam.presses("Book it")
    text = await agenda(busy_sam)
    assert not {"\x1b", "\x07", "\u202e"} & set(text)


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("about budget <!here> sync", "budget sync"),
        ("about <#C1|general> sync", "#general sync"),
        ("about budget <https://x.example|the sheet>", "budget the sheet"),
        ("about budget <https://x.example> sync", "budget https://x.example sync"),
        ("about <#C1> sync", "sync"),
        ("about budget <#C1> sync", "budget sync"),
        ("“the <#C1|general> plan of <@U1|ana>”", "the #general plan of @ana"),
        ("about budget \ufffc sync", "budget sync"),
    ],
)
async def test_a_title_has_what_people_see_of_links_and_nothing_that_stands_for_them(
    busy_sam: Person, typed: str, title: str
) -> None:
    preview = await busy_sam.says(f"book 30m tomorrow 3pm {typed}")
    assert f"What: {title}\n" in preview
    assert "\ufffc" not in preview


async def test_a_meeting_at_an_address_of_the_web_is_held_there(busy_sam: Person) -> None:
    preview = await busy_sam.says("book 30m tomorrow 3pm about budget at <https://meet.example/abc>")
    assert "What: budget\n" in preview
    assert "Where: https://meet.example/abc" in preview


@pytest.mark.parametrize("all_of_them", ["<!here>", "<!channel>", "<!subteam^S1|@devs>", "<!subteam^S1>"])
async def test_nobody_is_invited_by_a_cry_to_a_channel(busy_sam: Person, all_of_them: str) -> None:
    preview = await busy_sam.says(f"book 30m with {all_of_them} tomorrow 3pm about budget")
    assert "Book this?" in preview
    assert "With" not in preview
    assert "!" not in preview
    assert ("group" in preview) == ("subteam" in all_of_them)
