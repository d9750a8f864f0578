"""What each intent takes from its sentence: people, titles, lengths, places, targets, leads and rules."""

from datetime import datetime, time, timedelta

import pytest

from bot.language.ask import Ask, Grain, Intent
from bot.scheduling.event import Response
from tests.language.asking import BERLIN, asked


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def _start(ask: Ask) -> datetime | None:
    return ask.when.start if ask.when else None


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("book 30m with Ana Thursday 3pm", ("Ana",)),
        ("schedule a review with Tom Berg and Priya on the 20th", ("Tom Berg", "Priya")),
        ("book a call with Bob, Tom Berg & priya next monday at 10", ("Bob", "Tom Berg", "priya")),
        (
            "schedule a meeting with Dr. Wu, Anna-Lena O'Neil and José tomorrow at 9",
            ("Dr. Wu", "Anna-Lena O'Neil", "José"),
        ),
        ("set up lunch with marta tomorrow", ("marta",)),
        ("book lunch with <@U123|ana> tomorrow at noon", ("<@U123>",)),
        ("book lunch with ana.ruiz@example.org tomorrow at noon", ("ana.ruiz@example.org",)),
        ("book lunch with <mailto:x@y.org|x@y.org> and @sven tomorrow at noon", ("x@y.org", "@sven")),
        ('lunch with "Ana Ruiz" friday noon', ("Ana Ruiz",)),
        ("invite Lars to the retro on Friday at 4", ("Lars",)),
        ("add a picnic on sunday at noon, Kim and Pat are coming", ("Kim", "Pat")),
        ("schedule coffee with 林小美 tomorrow at 15:00", ("林小美",)),
        ("is Ana free Thursday at 2pm?", ("Ana",)),
        ("book a meeting with my boss tomorrow at 3pm", ()),
        ("add Ada's recital on the 12th", ()),
        ("block tomorrow morning for deep work", ()),
        ("put a hold on friday from 2 to 4", ()),
    ],
)
def test_people_are_found_where_they_are_named(sentence: str, who: tuple[str, ...]) -> None:
    assert asked(sentence).who == who


@pytest.mark.parametrize(
    ("sentence", "title"),
    [
        ('book "Quarter close" with Ana tomorrow at 3pm', "Quarter close"),
        ("book 30m with Ana tomorrow at 3pm about the budget", "budget"),
        ("create an event called Offsite on Friday", "Offsite"),
        ("schedule an hour with Tom tomorrow to discuss hiring", "discuss hiring"),
        ("schedule coffee with Gwen at 9am on Friday at the Blue Cafe", "coffee"),
        ("add yoga to my calendar tomorrow at 7am", "yoga"),
        ("book standup tomorrow at 9:15", "standup"),
        ("remind me to call mom at 5", "call mom"),
        ("remind me in 20 minutes to check the oven", "check the oven"),
        ("schedule a meeting with Ana tomorrow", ""),
        ("when am I free tomorrow", ""),
    ],
)
def test_titles(sentence: str, title: str) -> None:
    assert asked(sentence).title == title


def test_a_place_is_not_part_of_the_title() -> None:
    assert asked("schedule coffee with Gwen at 9am on Friday at the Blue Cafe").location == "the Blue Cafe"


@pytest.mark.parametrize(
    ("sentence", "minutes"),
    [
        ("book 30m with Ana tomorrow at 3pm", 30),
        ("book a one-hour call with Ana tomorrow at 3pm", 60),
        ("book an hour and a half with Ana tomorrow at 3pm", 90),
        ("book lunch tomorrow at noon for 45 minutes", 45),
        ("book a call tomorrow at 3pm for 1h30", 90),
        ("book a call tomorrow from 3pm to 3:40pm", 40),
        ("book half an hour with Ana tomorrow at 3pm", 30),
        ("book 1.5 hours with Ana tomorrow at 3pm", 90),
        ("any free hour tomorrow", 60),
        ("book lunch tomorrow at noon", None),
    ],
)
def test_lengths(sentence: str, minutes: int | None) -> None:
    assert asked(sentence).duration == (None if minutes is None else timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("sentence", "rule", "first"),
    [
        ("book 1:1 with Bob every Tuesday at 10", "FREQ=WEEKLY;BYDAY=TU", "2026-03-17T10:00"),
        ("book standup every weekday at 9:15", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-03-12T09:15"),
        ("book standup every weekday at 9:45", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-03-11T09:45"),
        ("schedule gym every other day at 6pm", "FREQ=DAILY;INTERVAL=2", "2026-03-11T18:00"),
        ("schedule sync every 2 weeks on Monday at 3", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-03-16T15:00"),
        ("schedule planning every other Friday at 3pm", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "2026-03-13T15:00"),
        ("schedule retro monthly on the first Monday at 4pm", "FREQ=MONTHLY;BYDAY=1MO", "2026-04-06T16:00"),
        ("schedule rent every month on the 1st at 9am", "FREQ=MONTHLY;BYMONTHDAY=1", "2026-04-01T09:00"),
        ("schedule review Tuesdays at 10", "FREQ=WEEKLY;BYDAY=TU", "2026-03-17T10:00"),
        ("book yoga every day until Friday at 6pm", "FREQ=DAILY;UNTIL=20260313T225959Z", "2026-03-11T18:00"),
    ],
)
def test_repetitions(sentence: str, rule: str, first: str) -> None:
    ask = asked(sentence)
    assert (ask.recurrence, _start(ask), ask.question) == (rule, _local(first), None)


@pytest.mark.parametrize(
    ("sentence", "old", "new"),
    [
        ("move my 2pm to Friday", "2026-03-11T14:00", "2026-03-13"),
        ("move standup from Monday to Tuesday at 10", "2026-03-16", "2026-03-17T10:00"),
        ("move my 2pm on Friday to 4pm", "2026-03-13T14:00", "2026-03-13T16:00"),
        ("move the call with Ana from 3-4 to 5-6 on friday", "2026-03-11T15:00", "2026-03-13T17:00"),
        ("reschedule lunch with Bob for Friday at noon", None, "2026-03-13T12:00"),
        ("set my meeting with Bob to 4 instead of 3", "2026-03-11T15:00", "2026-03-11T16:00"),
        ("change the review on Monday at 9 to next week", "2026-03-16T09:00", "2026-03-16"),
        ("postpone standup tomorrow until friday", "2026-03-12", "2026-03-13"),
    ],
)
def test_the_old_time_and_the_new(sentence: str, old: str | None, new: str) -> None:
    ask = asked(sentence)
    assert ask.intent is Intent.MOVE
    assert ask.target is not None
    assert (ask.target.when.start if ask.target.when else None) == (_local(old) if old else None)
    assert _start(ask) == _local(new)


@pytest.mark.parametrize(
    ("sentence", "minutes"),
    [
        ("push my 3pm back an hour", 60),
        ("push my 3pm by 30 minutes", 30),
        ("move my 3pm an hour earlier", -60),
        ("bring forward my 4pm by 15 minutes", -15),
    ],
)
def test_shifts(sentence: str, minutes: int) -> None:
    ask = asked(sentence)
    assert (ask.shift, ask.when) == (timedelta(minutes=minutes), None)


def test_longer_is_not_later() -> None:
    longer, shorter = asked("extend my 3pm meeting by 30 minutes"), asked("shorten my 3pm meeting by 10 minutes")
    assert (longer.stretch, longer.shift) == (timedelta(minutes=30), None)
    assert shorter.stretch == -timedelta(minutes=10)


def test_a_cancellation_has_its_target() -> None:
    ask = asked("cancel the call with Ana tomorrow")
    assert ask.target is not None
    assert ask.target.who == ("Ana",)
    assert ask.target.when == ask.when
    assert not ask.target.every
    every = asked("cancel all meetings on Friday").target
    assert every is not None
    assert every.every


@pytest.mark.parametrize(
    ("sentence", "minutes"),
    [
        ("remind me 10 minutes before", [10]),
        ("remind me 10 minutes and 1 hour before", [10, 60]),
        ("notify me a day before the wedding", [24 * 60]),
    ],
)
def test_leads(sentence: str, minutes: list[int]) -> None:
    assert asked(sentence).leads == tuple(timedelta(minutes=n) for n in minutes)


def test_a_command_may_name_leads_only() -> None:
    assert asked("10m 1h", verb=Intent.REMINDERS).leads == (timedelta(minutes=10), timedelta(hours=1))


def test_a_lead_and_a_time_are_the_events() -> None:
    ask = asked("remind me 10 minutes before the meeting tomorrow at 3")
    assert ask.when is None
    assert ask.target is not None
    assert ask.target.when is not None
    assert ask.target.when.start == _local("2026-03-12T15:00")


@pytest.mark.parametrize(
    ("sentence", "field", "value"),
    [
        ("when am I free next week, mornings only", "parts", ((time(8), time(12)),)),
        ("when am I free next week after 2pm", "parts", ((time(14), time(0)),)),
        ("when am I free next week between 10 and 12", "parts", ((time(10), time(12)),)),
        ("when am I free next week but not Friday", "not_weekdays", frozenset({4})),
        ("find an hour next week except Monday and Tuesday", "not_weekdays", frozenset({0, 1})),
        ("find an hour within the next 2 weeks, no Mondays", "not_weekdays", frozenset({0})),
        ("find 45 minutes on weekdays", "weekdays", frozenset(range(5))),
        ("when am I free tomorrow, not in the morning", "not_parts", ((time(8), time(12)),)),
        ("when am I free next week but not tomorrow", "not_dates", frozenset({datetime(2026, 3, 12).date()})),  # noqa: DTZ001
        ("next available 30 minute slot", "earliest", True),
        ("am I free at 7am tomorrow", "any_hours", True),
        ("am I free at 10am tomorrow", "any_hours", False),
    ],
)
def test_limits(sentence: str, field: str, value: object) -> None:
    assert getattr(asked(sentence).constraints, field) == value


def test_days_that_are_listed_are_windows() -> None:
    ask = asked("when am I free on Monday or Thursday next week after 2pm")
    assert [window.start for window in ask.constraints.windows] == [
        _local("2026-03-16T14:00"),
        _local("2026-03-19T14:00"),
    ]
    assert ask.when is not None
    assert ask.when.grain is Grain.DAYS


@pytest.mark.parametrize(
    ("sentence", "pairs"),
    [
        ("my working hours are 9 to 5", {"working_hours": "mon-fri 09:00-17:00"}),
        ("I work Monday to Thursday 8:30 to 16:30", {"working_hours": "mon-thu 08:30-16:30"}),
        ("set default duration to 45", {"default_duration": "45"}),
        ("meetings should last 50 minutes", {"default_duration": "50"}),
        ("I'm in Berlin time zone", {"zone": "Europe/Berlin"}),
        ("set my time zone to america/new_york", {"zone": "America/New_York"}),
        ("I'm in Los Angeles now", {"zone": "America/Los_Angeles"}),
        ("15 minute buffer before meetings", {"buffer_before": "15"}),
        ("add a buffer of 10 minutes between meetings", {"buffer_before": "10", "buffer_after": "10"}),
        ("no lunch meetings 12-1", {"blocked": "mon-fri 12:00-13:00"}),
        ("never book me before 10am", {"blocked": "mon-fri 00:00-10:00"}),
        ("week starts on Sunday", {"week_start": "sunday"}),
        ("I don't work on fridays", {"days_off": "fri"}),
        ("at least 2 hours notice", {"notice": "120"}),
        ("erase my data", {"my_data": "erase"}),
        ("export my data", {"my_data": "export"}),
        ("give me my booking link", {"booking_link": "show"}),
        ("show my settings", {}),
    ],
)
def test_settings(sentence: str, pairs: dict[str, str]) -> None:
    ask = asked(sentence)
    assert (ask.intent, dict(ask.settings)) == (Intent.SETTINGS, pairs)


@pytest.mark.parametrize(
    ("sentence", "intent", "provider"),
    [
        ("connect my google calendar", Intent.CONNECT, "google"),
        ("link outlook", Intent.CONNECT, "microsoft"),
        ("connect icloud", Intent.CONNECT, "caldav"),
        ("connect my calendar", Intent.CONNECT, ""),
        ("unlink exchange", Intent.DISCONNECT, "exchange"),
        ("is my calendar connected", Intent.STATUS, ""),
    ],
)
def test_providers(sentence: str, intent: Intent, provider: str) -> None:
    ask = asked(sentence)
    assert (ask.intent, ask.provider) == (intent, provider)


@pytest.mark.parametrize(
    ("sentence", "response"),
    [
        ("accept the invitation for Friday", Response.ACCEPTED),
        ("decline tomorrow's standup", Response.DECLINED),
        ("tentatively accept the meeting on Friday", Response.TENTATIVE),
    ],
)
def test_answers(sentence: str, response: Response) -> None:
    ask = asked(sentence)
    assert (ask.intent, ask.response) == (Intent.RESPOND, response)
    assert ask.target is not None
    assert ask.target.when is not None


def test_why_not_asks_for_the_reason() -> None:
    ask = asked("why not 3pm?")
    assert (ask.intent, ask.reason_wanted) == (Intent.IS_FREE_AT, True)
    assert not asked("am I free at 3pm?").reason_wanted


def test_whole_days() -> None:
    assert asked("book an all day event called Offsite on Friday").all_day
    away = asked("book vacation from April 1 for 10 days")
    assert away.when is not None
    assert away.all_day
    assert (away.when.start, away.when.end) == (_local("2026-04-01"), _local("2026-04-11"))


def test_misspelt_words_are_read() -> None:
    ask = asked("shedule a meting with Ana tommorow afternon")
    assert ask.intent is Intent.BOOK
    assert ask.when is not None
    assert ask.when.start == _local("2026-03-12T12:00")
