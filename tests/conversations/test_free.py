"""Asking when one is free, on the sample week."""

from datetime import timedelta

import pytest

from bot.errors import Unavailable
from tests.conversations.conftest import Person, Town


@pytest.mark.parametrize(
    "text",
    ["when am I free tomorrow afternoon?", "/free tomorrow afternoon", "/freewhen when am I free tomorrow afternoon"],
)
async def test_free_ranges_name_the_day_and_the_zone(busy_sam: Person, text: str) -> None:
    answer = await busy_sam.says(text)
    assert "Tue 10 Mar: 12:00–17:00" in answer
    assert "Europe/Madrid" in answer
    assert busy_sam.choice("Tue 10 Mar, 1")


async def test_a_range_of_days_comes_with_a_picture(busy_sam: Person) -> None:
    answer = await busy_sam.says("when am I free this week?")
    assert "Wed 11 Mar: 09:00–09:30, 09:45–13:30, 14:30–17:00" in answer
    picture = busy_sam.last.picture
    assert picture is not None
    assert [day.date.day for day in picture.week.days] == [9, 10, 11, 12, 13]
    assert picture.week.zone == "Europe/Madrid"


async def test_yes_and_no_for_one_time(busy_sam: Person) -> None:
    assert "Yes. You are free Thu 12 Mar, 10:00–10:30 (Europe/Madrid)" in await busy_sam.says(
        "am I free Thursday at 10?"
    )
    answer = await busy_sam.says("am I free Thursday at 12:30?")
    assert "No: Thu 12 Mar, 12:30–13:00" in answer
    assert "You are busy with “Dentist (sample)”" in answer
    assert busy_sam.choice("Thu 12 Mar, 13:00")


async def test_why_not_names_each_reason(busy_sam: Person) -> None:
    assert "outside your working hours" in await busy_sam.says("why not Tuesday at 8pm?")
    assert "busy with “Hiring round (sample)”" in await busy_sam.says("why not Thursday 3 pm?")
    await busy_sam.says("15 minute buffer")
    assert "too close to another meeting" in await busy_sam.says("why not Wednesday 2:30pm?")


async def test_an_evening_is_looked_at_outside_working_hours(busy_sam: Person) -> None:
    answer = await busy_sam.says("am I free tomorrow evening?")
    assert "Outside your working hours" in answer
    assert "Tue 10 Mar" in answer


async def test_a_calendar_that_cannot_be_read_is_not_free(busy_sam: Person, town: Town) -> None:
    town.faults.before["events"] = [Unavailable("local", "Down for repairs.")]
    answer = await busy_sam.says("when am I free tomorrow afternoon?")
    assert "I cannot tell" in answer
    assert "Down for repairs" in answer
    assert not busy_sam.last.choices


async def test_a_slow_calendar_is_unknown_not_free(busy_sam: Person, town: Town) -> None:
    from dataclasses import replace

    town.faults.delay = timedelta(seconds=1)
    busy_sam.app = replace(busy_sam.app, provider_deadline=timedelta(milliseconds=50))
    assert "too long to answer" in await busy_sam.says("when am I free tomorrow?")


async def test_others_are_busy_without_their_titles(busy_sam: Person) -> None:
    answer = await busy_sam.says("when can Ana and I meet tomorrow?")
    assert "Ana Torres" in answer
    assert "Busy (sample)" not in answer
    assert "Tue 10 Mar: 10:00–11:00, 12:00–13:00" in answer


async def test_somebody_unknown_is_never_counted_as_free(busy_sam: Person) -> None:
    answer = await busy_sam.says("when can zoe@elsewhere.example and I meet tomorrow?")
    assert "zoe@elsewhere.example: unknown" in answer
    assert busy_sam.last.heading == "Free for 30 min: you"


async def test_those_who_are_known_are_named_and_the_unknown_one_is_not(busy_sam: Person) -> None:
    answer = await busy_sam.says("when can Ana, zoe@elsewhere.example and I meet tomorrow?")
    assert busy_sam.last.heading == "Free for 30 min: you and Ana Torres"
    assert "zoe@elsewhere.example: unknown" in answer


async def test_a_name_that_nobody_has_is_unknown_too(busy_sam: Person) -> None:
    answer = await busy_sam.says("when can Zacharias and I meet tomorrow?")
    assert busy_sam.last.heading == "Free for 30 min: you"
    assert "Zacharias: unknown" in answer


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/free yesterday", "in the past"),
        ("/free 30 February", "no such date"),
        ("when am I free for 30 hours tomorrow?", "Between one minute and 24 hours"),
        ("when am I free for 0 minutes tomorrow?", "Between one minute and 24 hours"),
    ],
)
async def test_bad_questions_get_a_short_answer(busy_sam: Person, text: str, said: str) -> None:
    answer = await busy_sam.says(text)
    assert said in answer
    assert len(answer) < 400
    assert "went wrong" not in answer
    assert not busy_sam.last.picture


async def test_agenda_says_what_is_on(busy_sam: Person) -> None:
    answer = await busy_sam.says("what's on today?")
    assert "Mon 9 Mar (Europe/Madrid)" in answer
    assert "09:30–09:45: Stand-up (sample)" in answer
    card = await busy_sam.presses("10:00 Planning")
    assert "10:00–11:30 (Europe/Madrid)" in card
    assert "Nothing on your calendar" in await busy_sam.says("/agenda Saturday")


async def test_agenda_names_the_calendar_it_could_not_read(busy_sam: Person, town: Town) -> None:
    town.faults.before["events"] = [Unavailable("local", "Down for repairs.")]
    answer = await busy_sam.says("/agenda today")
    assert "Down for repairs" in answer
    assert "Nothing on your calendar" not in answer
