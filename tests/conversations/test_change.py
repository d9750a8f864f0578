"""Moving and cancelling, from the card and in words."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import Gone, Unavailable
from bot.handlers import dispatch
from bot.messages import Request
from bot.ports import Feature
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
    preview = await busy_sam.presses("Wed 11 Mar, 09:30–09:45 · Stand-up (sample)")
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
    assert "I keep looking" in await busy_sam.presses("Move it")
    assert "being moved at this moment" in await busy_sam.presses_choice(move)
    assert any("“budget” was not moved" in text for text in await town.later(timedelta(minutes=1)))
    assert "Fri 13 Mar" in await busy_sam.presses_choice(move)


async def test_a_move_that_arrives_late_is_not_booked_over(busy_sam: Person, town: Town) -> None:
    await book(busy_sam)
    await busy_sam.says("move budget to Friday")
    town.faults.before["update"] = [Unavailable("local", "Down.")]
    await busy_sam.presses("Move it")
    await busy_sam.says("book 30m Friday 3pm about hiring")
    assert "Not booked" in await busy_sam.presses("Book it")


async def test_leave_it_after_the_move_shows_where_it_went(busy_sam: Person) -> None:
    await book(busy_sam)
    await busy_sam.says("move budget to Friday")
    leave = busy_sam.choice("Leave it")
    await busy_sam.presses("Move it")
    assert "It is moved already" in await busy_sam.presses_choice(leave)


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("move design review to 2pm-3pm", "To: Tue 10 Mar, 14:00–15:00"),
        ("move dentist on Thursday to after 3pm", "[Thu 12 Mar, 16:00–17:00]"),
    ],
)
async def test_a_range_without_a_day_is_on_the_meetings_own_day(busy_sam: Person, text: str, to: str) -> None:
    answer = await busy_sam.says(text)
    if "Which meeting" in answer:
        answer = await busy_sam.presses(busy_sam.last.choices[0].label)
    assert to in answer


async def test_a_new_time_that_is_none_is_said(busy_sam: Person) -> None:
    await book(busy_sam)
    await busy_sam.presses("Move")
    await busy_sam.presses("Another time…")
    assert "I did not understand “qwerty”" in await busy_sam.fills(when="qwerty")


async def test_an_answer_to_a_meeting_that_has_moved_is_asked_again(busy_sam: Person, town: Town) -> None:
    await book(busy_sam, "book 30m with Ana tomorrow 3pm about budget")
    ana = town.person("Ana", email="ana@example.com")
    await ana.connects()
    await ana.says("accept budget")
    await busy_sam.says("move budget to Friday")
    await busy_sam.presses("Move it")
    answer = await ana.presses("Accept")
    assert "It has changed since you were asked" in answer
    assert "Fri 13 Mar, 15:00–15:30" in answer
    assert "Your answer: coming" in await ana.presses("Accept")


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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("move budget to yesterday at 3pm", "is in the past"),
        ("move budget 3 hours earlier", "has passed"),
        ("extend budget by 30 hours", "from one minute to 24 hours"),
    ],
)
async def test_where_a_meeting_cannot_go_there_is_no_button(busy_sam: Person, town: Town, text: str, said: str) -> None:
    await book(busy_sam, "book 30m today 11:30am about budget")
    assert said in await busy_sam.says(text)
    assert not busy_sam.last.choices
    assert "update" not in town.faults.calls
    assert "11:30–12:00: budget" in await agenda(busy_sam, "today")


async def test_a_move_that_waited_too_long_is_not_made(busy_sam: Person, town: Town) -> None:
    await book(busy_sam)
    await busy_sam.says("move budget to today at 4pm")
    await town.asleep(timedelta(hours=7, minutes=30))
    assert "has passed" in await busy_sam.presses("Move it")
    assert "update" not in town.faults.calls
    assert "15:00–15:30: budget" in await agenda(busy_sam, "tomorrow")


# ── series ──────────────────────────────────────────────────────────────────────────────────────────────────

WEEKS = ("Tuesday 10 March", "Tuesday 17 March", "Tuesday 24 March")


async def weeks(person: Person) -> list[str]:
    """When payroll is on each of three Tuesdays; "" for not at all."""
    found = [re.search(r"(\d\d:\d\d)–\d\d:\d\d: payroll", await agenda(person, day)) for day in WEEKS]
    return [match[1] if match else "" for match in found]


@pytest.mark.parametrize(
    ("scope", "after"),
    [
        ("only this one", ["16:00", "16:30", "16:00"]),
        ("this and following", ["16:00", "16:30", "16:30"]),
        ("the whole series", ["16:30", "16:30", "16:30"]),
    ],
)
async def test_moving_as_much_of_a_series_as_the_button_says(busy_sam: Person, scope: str, after: list[str]) -> None:
    await book(busy_sam, "book 30m every Tuesday at 4pm about payroll")
    assert await weeks(busy_sam) == ["16:00"] * 3
    assert "Only this one was checked" in await busy_sam.says("move payroll Tuesday next week to 4:30pm")
    assert "Moved" in await busy_sam.presses(f"Move it: {scope}")
    assert await weeks(busy_sam) == after


@pytest.mark.parametrize(
    ("scope", "after"),
    [
        ("only this one", ["16:00", "", "16:00"]),
        ("this and following", ["16:00", "", ""]),
        ("the whole series", ["", "", ""]),
    ],
)
async def test_cancelling_as_much_of_a_series_as_the_button_says(
    busy_sam: Person, scope: str, after: list[str]
) -> None:
    await book(busy_sam, "book 30m every Tuesday at 4pm about payroll")
    await busy_sam.says("cancel payroll Tuesday next week")
    assert "Cancelled" in await busy_sam.presses(f"Cancel it: {scope}")
    assert await weeks(busy_sam) == after


# ── what changed since the preview ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "button", "done"),
    [("move budget to Friday", "Move it", "Moved"), ("cancel budget", "Cancel it", "Cancelled")],
)
async def test_a_press_on_a_meeting_that_has_changed_shows_it_anew(
    busy_sam: Person, town: Town, text: str, button: str, done: str
) -> None:
    await book(busy_sam)
    await busy_sam.says(text)
    stale = busy_sam.choice(button)
    await busy_sam.says("move budget to 4pm")
    await busy_sam.presses("Move it")
    calls = list(town.faults.calls)
    fresh = await busy_sam.presses_choice(stale)
    assert "Tue 10 Mar, 16:00–16:30" in fresh
    assert done not in fresh
    assert town.faults.calls[len(calls) :].count("update") == 0
    assert "cancel" not in town.faults.calls
    assert "16:00–16:30: budget" in await agenda(busy_sam, "tomorrow")
    assert done in await busy_sam.presses(button)


async def test_moving_says_when_a_guest_is_busy_and_offers_times_that_suit_both(busy_sam: Person) -> None:
    await book(busy_sam, "book 30m with Ana tomorrow 12:00 about budget")
    assert "Ana Torres is busy" in await busy_sam.says("move budget to tomorrow at 2pm")
    await busy_sam.says("/agenda tomorrow")
    await busy_sam.presses("12:00 budget")
    await busy_sam.presses("Move")
    offered = [choice.label for choice in busy_sam.last.choices if choice.label.startswith("Tue 10 Mar")]
    assert not [label for label in offered if re.search(r" 1[3-6]:", label)], "Ana’s workshop is from 13 to 17"


@pytest.mark.parametrize(
    ("text", "to"), [("move offsite to Thursday", "Thu 12 Mar"), ("push offsite back by one day", "Sat 14 Mar")]
)
async def test_whole_days_are_moved_by_days(busy_sam: Person, text: str, to: str) -> None:
    await book(busy_sam, "book all day Friday about offsite")
    assert f"To: {to}, all day" in await busy_sam.says(text)
    assert f"When: {to}, all day" in await busy_sam.presses("Move it")


# ── invitations, and the trail ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", ["decline the design review tomorrow", "accept planning today"])
async def test_ones_own_meeting_is_no_invitation(busy_sam: Person, text: str) -> None:
    assert "found no such invitation" in await busy_sam.says(text)
    assert not busy_sam.last.choices


async def test_an_invitation_is_answered_in_words(busy_sam: Person, town: Town) -> None:
    ana = town.person("Ana", email="ana@example.com")
    await ana.connects()
    await ana.says("accept tomorrow’s design review")
    assert "respond" not in town.faults.calls, "not before the press"
    assert "Your answer: coming" in await ana.presses("Accept")
    assert "Ana Torres (coming)" in await agenda(busy_sam, "tomorrow")


async def test_every_write_is_in_the_trail_without_its_title(busy_sam: Person, town: Town) -> None:
    ana = town.person("Ana", email="ana@example.com")
    await ana.connects()
    await book(busy_sam)
    await busy_sam.says("move budget to Friday")
    await busy_sam.presses("Move it")
    await busy_sam.says("cancel budget")
    await busy_sam.presses("Cancel it")
    await busy_sam.says("/freewhen disconnect")
    await busy_sam.presses("Disconnect")
    assert await trail(busy_sam) == ["connect", "book", "move", "cancel", "disconnect"]
    await ana.says("decline tomorrow’s design review")
    await ana.presses("Decline")
    assert await trail(ana) == ["connect", "respond"]


async def trail(person: Person) -> list[str]:
    """What the trail says that somebody did, oldest first."""
    context = await person.app.users.context(person.who)
    assert context is not None
    entries = await person.app.audit.of(context.user.id, 50)
    assert {entry.result for entry in entries} == {"done"}
    assert not [entry for entry in entries if "budget" in entry.subject or "review" in entry.subject]
    assert all(entry.subject.startswith("local:") for entry in entries)
    return [entry.action for entry in reversed(entries)]


# ── who hears of a change ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", ["move budget to Friday", "cancel budget"])
async def test_nobody_is_said_to_be_told_by_a_calendar_that_writes_to_nobody(busy_sam: Person, text: str) -> None:
    await book(busy_sam, "book 30m with Ana tomorrow 3pm about budget")
    answer = await busy_sam.says(text)
    assert "This calendar sends no e-mail" in answer
    assert "told" not in answer


@pytest.mark.parametrize("text", ["move budget to Friday", "cancel budget"])
async def test_guests_are_told_by_a_calendar_that_writes_to_them(busy_sam: Person, text: str) -> None:
    await book(busy_sam, "book 30m with Ana tomorrow 3pm about budget")
    make = busy_sam.app.kinds["local"]
    invites = lambda: replace(make(), features=make().features | {Feature.INVITATIONS})  # noqa: E731
    busy_sam.app = replace(busy_sam.app, kinds={"local": invites})
    assert "Guests are told: Ana Torres" in await busy_sam.says(text)


# ── what is gone ────────────────────────────────────────────────────────────────────────────────────────────

GONE = "That meeting is no longer on the calendar."


@pytest.mark.parametrize("button", ["Move", "Cancel the meeting"])
async def test_a_card_whose_meeting_is_gone_says_so_and_has_no_buttons_any_more(busy_sam: Person, button: str) -> None:
    await book(busy_sam)
    stale = busy_sam.choice(button)
    await busy_sam.says("cancel budget tomorrow")
    await busy_sam.presses("Cancel it")
    assert await busy_sam.presses_choice(stale) == GONE
    assert busy_sam.last.replace


@pytest.mark.parametrize("button", ["Another time…", "Wed 11 Mar", "Move it", "Cancel it"])
async def test_so_does_a_preview(busy_sam: Person, button: str) -> None:
    await book(busy_sam)
    await busy_sam.presses("Cancel the meeting" if button == "Cancel it" else "Move")
    if button == "Move it":
        await busy_sam.presses("Wed 11 Mar")
    stale = busy_sam.choice(button)
    await busy_sam.says("cancel budget tomorrow")
    await busy_sam.presses("Cancel it")
    assert await busy_sam.presses_choice(stale) == GONE
    assert busy_sam.last.replace


async def test_so_does_an_invitation(busy_sam: Person, town: Town) -> None:
    ana = town.person("Ana", email="ana@example.com")
    await ana.connects()
    await book(busy_sam, "book 30m with Ana tomorrow 3pm about budget")
    await ana.says("/agenda tomorrow")
    await ana.presses("15:00 budget")
    stale = ana.choice("Accept")
    await busy_sam.presses("Cancel the meeting")
    await busy_sam.presses("Cancel it")
    assert await ana.presses_choice(stale) == GONE
    assert ana.last.replace


async def test_a_list_stays_when_one_of_its_meetings_is_gone(busy_sam: Person) -> None:
    await book(busy_sam)
    await busy_sam.says("/agenda tomorrow")
    stale = busy_sam.choice("15:00 budget")
    await busy_sam.says("cancel budget tomorrow")
    await busy_sam.presses("Cancel it")
    assert await busy_sam.presses_choice(stale) == GONE
    assert not busy_sam.last.replace


async def test_a_booking_pressed_again_after_it_was_cancelled_elsewhere_says_so_in_its_place(
    busy_sam: Person, town: Town
) -> None:
    await busy_sam.says("book 30m tomorrow 3pm about budget")
    again = busy_sam.choice("Book it")
    await busy_sam.presses("Book it")
    town.faults.before["event"] = [Gone("local")]
    assert "has been cancelled since" in await busy_sam.presses_choice(again)
    assert busy_sam.last.replace


# ── how it is asked ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "heading", "button", "done"),
    [
        ("accept budget", "Accept “budget”?", "Accept", "Accepted"),
        ("decline budget", "Decline “budget”?", "Decline", "Declined"),
        ("tentatively accept budget", "Answer “maybe” to “budget”?", "Maybe", "Maybe"),
    ],
)
async def test_nothing_is_said_to_be_answered_before_it_is(
    busy_sam: Person, town: Town, text: str, heading: str, button: str, done: str
) -> None:
    ana = town.person("Ana", email="ana@example.com")
    await ana.connects()
    await book(busy_sam, "book 30m with Ana tomorrow 3pm about budget")
    await ana.says(text)
    assert ana.last.heading == heading
    assert [choice.label for choice in ana.last.choices] == [button, "Leave it"]
    await ana.presses(button)
    assert ana.last.heading == done


async def test_what_tells_meetings_apart_comes_first(busy_sam: Person) -> None:
    title = "the grand budget for the whole of the company and all of its many branches"
    await book(busy_sam, f"book 30m tomorrow 3pm about {title}")
    await book(busy_sam, f"book 30m Wednesday 3pm about {title}")
    await busy_sam.says("cancel grand budget")
    labels = [choice.label[:70] for choice in busy_sam.last.choices]
    assert len(set(labels)) == 2
    assert labels[0].startswith("Tue 10 Mar, 15:00–15:30 · grand budget")
