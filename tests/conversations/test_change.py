"""Moving and cancelling, from the card and in words."""

import asyncio
from datetime import timedelta

import pytest

from bot.errors import Unavailable
from bot.handlers import dispatch
from bot.messages import Request
from tests.conversations.conftest import Person, Town, words
from tests.fakes.provider import LOST


async def book(person: Person, text: str = "book 30m tomorrow 3pm about budget") -> None:
    await person.says(text)
    assert "Booked" in await person.presses("Book it")


async def agenda(person: Person, day: str) -> str:
    return await Person(person.app, person.who).says(f"/agenda {day}")


async def test_moving_from_the_card(busy_sam: Person) -> None:
    await book(busy_sam)
    await busy_sam.presses("Move")
    label = next(choice.label for choice in busy_sam.last.choices if "Wed 11 Mar" in choice.label)
    assert f"To: {label}" in await busy_sam.presses(label)
    card = await busy_sam.presses("Move it")
    assert busy_sam.last.replace
    assert label in card
    assert "budget" not in await agenda(busy_sam, "tomorrow")
    assert "budget" in await agenda(busy_sam, "Wednesday")


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("move budget to Friday", "Fri 13 Mar, 15:00–15:30"),
        ("move budget to 4pm", "Tue 10 Mar, 16:00–16:30"),
        ("move my 3pm tomorrow to Friday at 10", "Fri 13 Mar, 10:00–10:30"),
        ("push budget back by an hour", "Tue 10 Mar, 16:00–16:30"),
    ],
)
async def test_moving_in_words_keeps_what_was_not_said(busy_sam: Person, text: str, to: str) -> None:
    await book(busy_sam)
    assert f"To: {to}" in await busy_sam.says(text)
    assert to in await busy_sam.presses("Move it")


async def test_several_matches_are_asked(busy_sam: Person) -> None:
    answer = await busy_sam.says("cancel stand-up")
    assert "Which meeting do you mean?" in answer
    preview = await busy_sam.presses("Stand-up (sample) · Wed 11 Mar")
    assert "Cancel “Stand-up (sample)”?" in preview
    assert "Cancelled" in await busy_sam.presses("Cancel it")
    assert "Stand-up" not in await agenda(busy_sam, "Wednesday")
    assert "Stand-up" in await agenda(busy_sam, "Tuesday")


async def test_no_match_says_so(busy_sam: Person) -> None:
    assert "found no such meeting" in await busy_sam.says("cancel the zeppelin meeting tomorrow")


async def test_keeping_it_changes_nothing(busy_sam: Person) -> None:
    await book(busy_sam)
    await busy_sam.presses("Cancel the meeting")
    cancel = busy_sam.choice("Cancel it")
    assert "Left as it is" in await busy_sam.presses("Keep it")
    assert "already been used" in await busy_sam.presses_choice(cancel)
    assert "budget" in await agenda(busy_sam, "tomorrow")


async def test_cancelling_twice_cancels_once(busy_sam: Person, town: Town) -> None:
    await book(busy_sam)
    await busy_sam.presses("Cancel the meeting")
    token = busy_sam.choice("Cancel it").token
    replies = await asyncio.gather(*(dispatch(town.app, Request(busy_sam.who, press=token)) for _ in range(6)))
    assert sum("Cancelled" in words(reply) for reply in replies) == 1
    assert sum("already been used" in words(reply) for reply in replies) == 5


async def test_a_slot_freed_by_cancelling_can_be_booked_again(busy_sam: Person) -> None:
    await book(busy_sam)
    await busy_sam.presses("Cancel the meeting")
    await busy_sam.presses("Cancel it")
    await book(busy_sam)
    await busy_sam.presses("Cancel the meeting")
    await busy_sam.presses("Cancel it")
    await book(busy_sam, "book 1h tomorrow 3pm about hiring")


async def test_a_slot_freed_by_moving_can_be_booked_again(busy_sam: Person) -> None:
    await book(busy_sam)
    await busy_sam.says("move budget to Friday")
    await busy_sam.presses("Move it")
    await book(busy_sam, "book 1h tomorrow 3pm about hiring")


async def test_a_move_onto_another_meeting_is_not_made(busy_sam: Person) -> None:
    await book(busy_sam)
    answer = await busy_sam.says("move budget to 11am")
    assert "Design review" in answer
    assert "Move it" not in answer


async def test_a_move_is_checked_again_at_the_press(busy_sam: Person) -> None:
    await book(busy_sam)
    await busy_sam.says("move budget to Friday")
    move = busy_sam.choice("Move it")
    await book(busy_sam, "book 1h Friday 3pm about hiring")
    answer = await busy_sam.presses_choice(move)
    assert "hiring" in answer
    assert "Nothing was moved" in answer
    assert "15:00–15:30: budget" in await agenda(busy_sam, "tomorrow")


async def test_a_lost_answer_to_a_move_is_looked_up(busy_sam: Person, town: Town) -> None:
    await book(busy_sam)
    await busy_sam.says("move budget to Friday")
    town.faults.after["update"] = [LOST]
    assert "Fri 13 Mar, 15:00–15:30" in await busy_sam.presses("Move it")


async def test_a_failed_move_can_be_pressed_again(busy_sam: Person, town: Town) -> None:
    await book(busy_sam)
    await busy_sam.says("move budget to Friday")
    move = busy_sam.choice("Move it")
    town.faults.before["update"] = [Unavailable("local", "Down.")]
    assert "Down" in await busy_sam.presses("Move it")
    assert "Fri 13 Mar" in await busy_sam.presses_choice(move)


async def test_one_of_a_series_or_all_of_it(busy_sam: Person) -> None:
    await book(busy_sam, "book 30m every day at 4pm about payroll")
    await busy_sam.says("cancel payroll tomorrow")
    assert busy_sam.choice("Cancel it: the whole series")
    await busy_sam.presses("Cancel it: only this one")
    assert "payroll" not in await agenda(busy_sam, "tomorrow")
    assert "payroll" in await agenda(busy_sam, "Wednesday")


async def test_only_the_organizer_moves_a_meeting(busy_sam: Person, town: Town) -> None:
    ana = town.person("Ana", email="ana@example.com")
    await ana.connects()
    answer = await ana.says("move tomorrow’s design review to Friday")
    assert "only they can change it" in answer


async def test_a_guest_answers_an_invitation(busy_sam: Person, town: Town) -> None:
    ana = town.person("Ana", email="ana@example.com")
    await ana.connects()
    await ana.says("/agenda tomorrow")
    await ana.presses("11:00 Design review")
    assert "Your answer: not coming" in await ana.presses("Decline")
    await busy_sam.says("/agenda tomorrow")
    assert "Ana Torres (not coming)" in await busy_sam.presses("11:00 Design review")


async def test_a_typed_new_time_is_read_like_a_sentence(busy_sam: Person) -> None:
    await book(busy_sam)
    await busy_sam.presses("Move")
    await busy_sam.presses("Another time…")
    assert "To: Fri 13 Mar, 10:00–10:30" in await busy_sam.fills(when="Friday at 10")
    assert "Fri 13 Mar, 10:00–10:30" in await busy_sam.presses("Move it")


async def test_the_past_is_not_moved_to(busy_sam: Person, town: Town) -> None:
    await book(busy_sam)
    assert "Move it" not in await busy_sam.says("move budget to yesterday at 3pm")
    await town.asleep(timedelta(hours=1))
