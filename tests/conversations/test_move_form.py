"""Another time for a meeting, filled in: picked or in words, and what is wrong is said at its field."""

from dataclasses import replace

import pytest

from bot.messages import Field, FieldKind
from tests.conversations.conftest import Person, Town
from tests.conversations.test_change import book


@pytest.fixture
def windows(town: Town) -> None:
    town.chat.windows = True


async def opens(person: Person, text: str = "book 30m tomorrow 3pm about budget") -> dict[str, str]:
    """What the form holds."""
    await book(person, text)
    await person.presses("Move")
    await person.presses("Another time…")
    assert person.last.form is not None
    return {one.name: one.value for one in person.last.form.fields}


def fields(person: Person) -> dict[str, Field]:
    assert person.last.form is not None
    return {one.name: one for one in person.last.form.fields}


@pytest.mark.usefixtures("windows")
class TestInAChatWithWindows:
    async def test_it_holds_the_time_as_it_is(self, busy_sam: Person) -> None:
        assert await opens(busy_sam) == {"date": "2026-03-10", "time": "15:00", "when": ""}
        asked = fields(busy_sam)
        assert (asked["date"].kind, asked["time"].kind) == (FieldKind.DATE, FieldKind.TIME)
        assert asked["when"].optional

    @pytest.mark.parametrize(
        ("values", "to"),
        [
            ({"time": "16:00"}, "Tue 10 Mar, 16:00–16:30"),
            ({"date": "2026-03-13"}, "Fri 13 Mar, 15:00–15:30"),
            ({"when": "Friday at 10"}, "Fri 13 Mar, 10:00–10:30"),
            ({"when": "an hour later"}, "Tue 10 Mar, 16:00–16:30"),
        ],
    )
    async def test_what_was_picked_or_said_is_previewed(
        self, busy_sam: Person, values: dict[str, str], to: str
    ) -> None:
        held = await opens(busy_sam)
        assert f"To: {to}" in await busy_sam.fills(**{**held, **values})
        assert to in await busy_sam.presses("Move it")

    @pytest.mark.parametrize(
        ("values", "at", "why"),
        [
            ({"when": "qwerty"}, "when", "did not understand “qwerty”"),
            ({"when": "yesterday at 3pm"}, "when", "has passed"),
            ({"date": "2026-03-08"}, "date", "has passed"),
            ({"date": "2026-03-09", "time": "08:00"}, "time", "has passed"),
            ({"date": "2026-03-29", "time": "02:30"}, "time", "no 02:30"),
            ({"date": "9999-12-31"}, "date", "too far"),
            ({"date": "soon"}, "date", "2026-03-10"),
            ({"time": "25:00"}, "time", "15:00"),
            ({}, "time", "when it is now"),
        ],
    )
    async def test_a_problem_is_said_at_its_field_and_can_be_corrected(
        self, busy_sam: Person, town: Town, values: dict[str, str], at: str, why: str
    ) -> None:
        held = await opens(busy_sam)
        form = busy_sam.last.form
        answer = await busy_sam.fills(**{**held, **values})
        assert [name for name, _ in busy_sam.last.problems] == [at]
        assert why in busy_sam.last.problems[0][1]
        assert why in answer
        busy_sam.last = replace(busy_sam.last, form=form)
        assert "To: Tue 10 Mar, 16:00–16:30" in await busy_sam.fills(**{**held, "time": "16:00"})
        assert "update" not in town.faults.calls

    async def test_what_lies_there_is_said_and_other_times_are_offered(self, busy_sam: Person) -> None:
        held = await opens(busy_sam)
        answer = await busy_sam.fills(**{**held, "time": "11:00"})
        assert "You already have “Design review (sample)” then." in answer
        assert busy_sam.last.choices

    async def test_whole_days_have_no_time(self, busy_sam: Person) -> None:
        held = await opens(busy_sam, "book all day Friday about offsite")
        assert held == {"date": "2026-03-13", "when": ""}
        assert "To: Thu 12 Mar, all day" in await busy_sam.fills(**{**held, "date": "2026-03-12"})


async def test_without_windows_it_is_asked_in_words(busy_sam: Person) -> None:
    assert await opens(busy_sam) == {"when": ""}
    assert not fields(busy_sam)["when"].optional
    await busy_sam.fills(when="qwerty")
    assert [name for name, _ in busy_sam.last.problems] == ["when"]


async def test_a_time_that_is_one_of_two_is_asked_back_about_this_meeting(busy_sam: Person) -> None:
    await opens(busy_sam)
    await busy_sam.fills(when="25 October 02:30")
    assert "Move “budget”?" in await busy_sam.presses_choice(busy_sam.last.choices[0])
