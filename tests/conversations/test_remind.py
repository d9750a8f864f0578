"""Being reminded: in time, once, never stale."""

from datetime import timedelta

import pytest

from bot import app as house
from bot.errors import Busy, Unreachable
from bot.handlers import remind
from tests.conversations.conftest import Person, Town


async def book(person: Person, text: str) -> None:
    await person.says(text)
    assert "Booked" in await person.presses("Book it")


async def test_a_meeting_is_reminded_of_once_in_time(sam: Person, town: Town) -> None:
    await sam.connects()
    await book(sam, "book 30m today 10am about budget")
    assert await town.later(timedelta(minutes=49)) == []
    (text,) = await town.later(timedelta(minutes=2))
    assert "budget: in 10 minutes" in text
    assert "Mon 9 Mar, 10:00–10:30 (Europe/Madrid)" in text
    assert await town.later(timedelta(hours=3)) == []


async def test_every_meeting_on_the_calendar_is_reminded_of(busy_sam: Person, town: Town) -> None:
    told = await town.later(timedelta(hours=8))
    assert [text.split(":")[0] for text in told] == ["Stand-up (sample)", "Planning (sample)"]


async def test_several_lead_times(sam: Person, town: Town) -> None:
    await sam.connects()
    assert "1 hour and 10 minutes" in await sam.says("/freewhen reminders 10m 1h")
    await book(sam, "book 30m today 11am about budget")
    told = await town.later(timedelta(hours=2))
    assert [text.splitlines()[0] for text in told] == ["budget: in 1 hour", "budget: in 10 minutes"]


async def test_reminders_off_and_on(sam: Person, town: Town) -> None:
    await sam.connects()
    await book(sam, "book 30m today 10am about budget")
    assert "off" in await sam.says("/freewhen reminders off")
    assert await town.later(timedelta(minutes=30)) == []
    await sam.says("remind me 15 minutes before my meetings")
    (text,) = await town.later(timedelta(minutes=30))
    assert "budget: in 15 minutes" in text


@pytest.mark.parametrize(
    "text", ["/freewhen reminders soon", "/freewhen reminders 10m 1h 2h 3h 4h 5h", "/freewhen reminders 99d"]
)
async def test_lead_times_that_make_no_sense_change_nothing(sam: Person, text: str) -> None:
    await sam.connects()
    assert "Reminders are off" not in await sam.says(text)
    assert "10 minutes before" in await sam.says("/freewhen reminders")


async def test_a_moved_meeting_is_reminded_of_at_its_new_time_only(sam: Person, town: Town) -> None:
    await sam.connects()
    await book(sam, "book 30m today 10am about budget")
    await town.asleep(timedelta(minutes=49))
    await sam.says("move budget to 11am")
    await sam.presses("Move it")
    assert await town.later(timedelta(minutes=30)) == []
    (text,) = await town.later(timedelta(minutes=40))
    assert "11:00–11:30" in text


async def test_a_cancelled_meeting_is_not_reminded_of(sam: Person, town: Town) -> None:
    await sam.connects()
    await book(sam, "book 30m today 10am about budget")
    await town.asleep(timedelta(minutes=49, seconds=59))
    await sam.presses("Cancel the meeting")
    await sam.presses("Cancel it")
    assert await town.later(timedelta(hours=2)) == []


async def test_after_an_outage_what_is_ahead_is_sent_and_what_is_past_is_one_summary(
    busy_sam: Person, town: Town
) -> None:
    await town.later(timedelta(minutes=1))
    await book(busy_sam, "book 30m today 3pm about budget")
    await town.asleep(timedelta(hours=5, minutes=54))  # 14:55
    told = await town.later(timedelta(minutes=1))
    assert len(told) == 2
    summary = next(text for text in told if "While I was away" in text)
    assert "Stand-up" in summary
    assert "Planning" in summary
    late = next(text for text in told if "budget" in text and "While" not in text)
    assert "in 5 minutes" in late


async def test_snooze_and_no_more(sam: Person, town: Town) -> None:
    await sam.connects()
    await book(sam, "book 30m today 10am about budget")
    await sam.says("/freewhen reminders 30m 10m")
    await town.later(timedelta(minutes=31))
    sam.last = town.chat.sent[-1][1]
    assert "again at 09:36" in await sam.presses("Again in 5 minutes")
    (again,) = await town.later(timedelta(minutes=6))
    assert "in 24 minutes" in again
    sam.last = town.chat.sent[-1][1]
    await sam.presses("No more")
    await sam.says("/freewhen reminders 30m 10m")  # planning again does not bring them back
    assert await town.later(timedelta(hours=1)) == []


async def test_a_chat_that_asks_for_time_gets_it(sam: Person, town: Town) -> None:
    await sam.connects()
    await book(sam, "book 30m today 10am about budget")
    town.chat.failures = [Busy(timedelta(minutes=3))]
    told = await town.later(timedelta(minutes=60))
    assert len(told) == 1
    assert "in 7 minutes" in told[0]


async def test_somebody_unreachable_is_left_in_peace(sam: Person, town: Town) -> None:
    await sam.connects()
    await book(sam, "book 30m today 10am about budget")
    town.chat.failures = [Unreachable()]
    assert await town.later(timedelta(hours=1)) == []
    assert (await town.app.users.context(sam.who)).user.paused
    await book(sam, "book 30m today 2pm about hiring")  # they are back
    (text,) = await town.later(timedelta(hours=4))
    assert "hiring: in 10 minutes" in text


async def test_a_declined_meeting_is_not_reminded_of(busy_sam: Person, town: Town) -> None:
    ana = town.person("Ana", email="ana@example.com")
    await ana.connects()
    await ana.says("/agenda tomorrow")
    await ana.presses("11:00 Design review")
    await ana.presses("Decline")
    town.chat.sent.clear()
    await town.later(timedelta(days=1, hours=3))
    assert not any(who == ana.who and "Design" in reply.heading for who, reply in town.chat.sent)


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(days=1)])
async def test_a_clock_that_jumps_back_repeats_nothing(sam: Person, town: Town, step: timedelta) -> None:
    await sam.connects()
    await book(sam, "book 30m today 10am about budget")
    assert len(await town.later(timedelta(minutes=55))) == 1
    town.clock.move_to(town.clock.now() - step)
    assert await town.later(step + timedelta(minutes=30)) == []


async def test_an_all_day_event_is_announced_in_the_morning(busy_sam: Person, town: Town) -> None:
    await town.later(timedelta(days=2, hours=20))
    town.chat.sent.clear()
    told = await town.later(timedelta(hours=4))
    assert any("Ben’s birthday (sample): today" in text for text in told)


async def test_one_bad_person_does_not_stop_the_others(sam: Person, town: Town) -> None:
    await sam.connects()
    await book(sam, "book 30m today 10am about budget")
    other = town.person("Zoe")
    await other.connects()
    await book(other, "book 30m today 10am about hiring")
    town.chat.profiles.pop(sam.who)
    told = await town.later(timedelta(hours=1))
    assert ["hiring" in text for text in told] == [True]


async def test_a_terminal_leaves_other_peoples_reminders_to_theirs(sam: Person, town: Town) -> None:
    await sam.connects()
    await book(sam, "book 30m today 10am about budget")
    zoe = town.person("Zoe")
    await zoe.connects()
    await book(zoe, "book 30m today 10am about hiring")
    town.clock.move_to(town.clock.now() + timedelta(minutes=51))
    assert await remind.tick(town.app, "sams terminal", sam.who) == 1
    assert await remind.tick(town.app, "sams terminal", sam.who) == 0
    assert await remind.tick(town.app, "zoes terminal", zoe.who) == 1


async def test_time_passes_for_one_person_while_another_ones_reminders_wait(sam: Person, town: Town) -> None:
    await sam.connects()
    zoe = town.person("Zoe")
    await zoe.connects()
    await book(zoe, "book 30m today 10am about hiring")
    steps = len(town.faults.calls)
    until = town.clock.now() + timedelta(days=3)
    assert await house.pass_time(town.app, town.clock, until, "sams terminal", sam.who) == 0
    assert town.clock.now() == until
    assert len(town.faults.calls) - steps < 100
