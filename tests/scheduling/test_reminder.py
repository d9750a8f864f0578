"""When reminders are due, and that what they say is true when it is sent (T3, and the planner's half of R2)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scheduling.event import Days
from bot.scheduling.interval import Interval
from bot.scheduling.reminder import LATE, due_times, kind_of, says

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)  # Thursday, 13:00 in Berlin
MEETING = Interval(START, START + timedelta(minutes=90))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LEADS = (10 * MINUTE, HOUR, DAY)


def soon(before: timedelta) -> str:
    return says(MEETING.start, MEETING.end, False, START - before, BERLIN).soon


def test_a_lead_has_a_name() -> None:
    assert kind_of(10 * MINUTE) == "lead:600"
    assert kind_of(DAY) == "lead:86400"


def test_every_lead_is_due_before_the_start_in_order() -> None:
    dues = due_times(MEETING, LEADS, START - 3 * DAY, BERLIN)
    assert [(due.kind, START - due.at) for due in dues] == [
        ("lead:86400", DAY),
        ("lead:3600", HOUR),
        ("lead:600", 10 * MINUTE),
    ]


def test_of_several_that_have_passed_only_the_last_is_told() -> None:
    """A meeting found two minutes before it begins, or an outage over two leads: one message, not three."""
    assert [due.kind for due in due_times(MEETING, LEADS, START - 2 * MINUTE, BERLIN)] == ["lead:600"]
    assert [due.kind for due in due_times(MEETING, LEADS, START - 30 * MINUTE, BERLIN)] == ["lead:3600", "lead:600"]


def test_a_meeting_long_begun_has_none() -> None:
    assert due_times(MEETING, (timedelta(),), START + MINUTE, BERLIN)
    assert due_times(MEETING, LEADS, START + LATE, BERLIN) == ()


def test_leads_are_taken_once_and_never_after_the_start() -> None:
    assert len(due_times(MEETING, (HOUR, HOUR, -HOUR), START - DAY, BERLIN)) == 1


@given(st.integers(-3 * 86_400, 86_400), st.integers(-86_400, 86_400))
def test_a_clock_that_jumps_loses_nothing(seconds: int, jump: int) -> None:
    """Whatever the time is or was, the next lead ahead of it is planned at the same instant."""
    now = START + timedelta(seconds=seconds)
    due_times(MEETING, LEADS, now + timedelta(seconds=jump), BERLIN)
    dues = {due.kind: due.at for due in due_times(MEETING, LEADS, now, BERLIN)}
    for lead in LEADS:
        if START - lead > now:
            assert dues[kind_of(lead)] == START - lead
    assert (now < START + LATE) == bool(dues)


def test_all_day_events_are_announced_in_the_morning() -> None:
    thursday = Days(date(2026, 11, 26), date(2026, 11, 28))
    dues = due_times(thursday, (10 * MINUTE, HOUR, DAY, 2 * DAY), START - 9 * DAY, BERLIN)
    assert [(due.kind, f"{due.at.astimezone(BERLIN):%a %H:%M}") for due in dues] == [
        ("lead:172800", "Tue 09:00"),
        ("lead:86400", "Wed 09:00"),
        ("lead:600", "Thu 08:00"),
    ]
    assert due_times(thursday, LEADS, datetime(2026, 11, 26, 22, 59, tzinfo=UTC), BERLIN)
    assert not due_times(thursday, LEADS, datetime(2026, 11, 26, 23, 0, tzinfo=UTC), BERLIN)


def test_the_morning_of_a_day_whose_clock_changes() -> None:
    sunday = Days(date(2026, 10, 25), date(2026, 10, 26))
    (due,) = due_times(sunday, (HOUR,), START - 99 * DAY, BERLIN)
    assert due.at == datetime(2026, 10, 25, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (10 * MINUTE, "in 10 minutes"),
        (10 * MINUTE - timedelta(seconds=20), "in 10 minutes"),
        (timedelta(minutes=4, seconds=10), "in 4 minutes"),  # late: what is true, not what was planned
        (MINUTE, "in 1 minute"),
        (timedelta(seconds=20), "starts now"),
        (timedelta(), "starts now"),
        (-timedelta(seconds=25), "starts now"),
        (-3 * MINUTE, "started 3 minutes ago"),
        (HOUR, "in 1 hour"),
        (65 * MINUTE, "in 1 hour 5 minutes"),
        (7 * HOUR, "today at 13:00"),
        (DAY, "tomorrow at 13:00"),
        (3 * DAY, "on Thu 26 Nov at 13:00"),
        (-90 * MINUTE, "is over"),
    ],
)
def test_what_is_said_is_seen_from_now(before: timedelta, text: str) -> None:
    assert soon(before) == text


@given(st.integers(-10_000, 200_000))
def test_it_is_never_stale(seconds: int) -> None:
    said = says(MEETING.start, MEETING.end, False, START - timedelta(seconds=seconds), BERLIN)
    assert said.begun == (seconds <= 0)
    assert said.over == (seconds <= -90 * 60)
    if said.soon.startswith("in "):
        parts = said.soon.removeprefix("in ").replace(" hours", " hour").replace(" minutes", " minute")
        told = sum(
            int(n) * (60 if unit == "hour" else 1)
            for n, unit in zip(parts.split()[::2], parts.split()[1::2], strict=True)
        )
        assert abs(told * 60 - seconds) <= 30


def test_the_day_and_the_zone_are_always_said() -> None:
    assert says(MEETING.start, MEETING.end, False, START, BERLIN).when == "Thu 26 Nov, 13:00–14:30 (Europe/Berlin)"


def test_all_day_is_said_by_its_day() -> None:
    days = Days(date(2026, 11, 26), date(2026, 11, 27)).interval(BERLIN)
    evening, morning = datetime(2026, 11, 25, 8, tzinfo=UTC), datetime(2026, 11, 26, 7, tzinfo=UTC)
    assert says(days.start, days.end, True, evening, BERLIN).soon == "tomorrow"
    assert says(days.start, days.end, True, morning, BERLIN).soon == "today"
    assert says(days.start, days.end, True, morning, BERLIN).when == "Thu 26 Nov, all day"
