"""How times are said: weekday, date and zone always."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.scheduling.interval import Interval
from bot.scheduling.wording import brief, clocks, day_name, duration, moment, offset, span

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ("2026-11-26T12:00", "2026-11-26T14:30", "Thu 26 Nov, 13:00–15:30 (Europe/Berlin)"),
        ("2026-11-26T22:00", "2026-11-27T00:30", "Thu 26 Nov, 23:00 – Fri 27 Nov, 01:30 (Europe/Berlin)"),
        ("2026-11-26T22:00", "2026-11-26T23:00", "Thu 26 Nov, 23:00–24:00 (Europe/Berlin)"),
        ("2027-01-07T08:00", "2027-01-07T09:00", "Thu 7 Jan, 09:00–10:00 (Europe/Berlin)"),
        ("2027-07-08T07:00", "2027-07-08T08:00", "Thu 8 Jul 2027, 09:00–10:00 (Europe/Berlin)"),
        ("2026-01-08T08:00", "2026-01-08T09:00", "Thu 8 Jan, 09:00–10:00 (Europe/Berlin)"),
        ("2025-01-09T08:00", "2025-01-09T09:00", "Thu 9 Jan 2025, 09:00–10:00 (Europe/Berlin)"),
        ("2026-10-25T00:30", "2026-10-25T01:30", "Sun 25 Oct, 02:30 (UTC+2)–02:30 (UTC+1) (Europe/Berlin)"),
        ("2027-03-28T00:30", "2027-03-28T01:30", "Sun 28 Mar, 01:30 (UTC+1)–03:30 (UTC+2) (Europe/Berlin)"),
    ],
)
def test_a_span(start: str, end: str, text: str) -> None:
    assert span(Interval(utc(start), utc(end)), BERLIN, NOW) == text


def test_whole_days() -> None:
    one = Interval(utc("2026-11-25T23:00"), utc("2026-11-26T23:00"))
    two = Interval(utc("2026-11-25T23:00"), utc("2026-11-27T23:00"))
    assert span(one, BERLIN, NOW, all_day=True) == "Thu 26 Nov, all day"
    assert span(two, BERLIN, NOW, all_day=True) == "Thu 26 Nov – Fri 27 Nov, all day"


def test_a_moment_names_its_offset_only_where_the_clock_changes() -> None:
    assert moment(utc("2026-11-26T12:00"), BERLIN, NOW) == "Thu 26 Nov, 13:00 (Europe/Berlin)"
    assert moment(utc("2026-10-24T23:30"), BERLIN, NOW) == "Sun 25 Oct, 01:30 (UTC+2) (Europe/Berlin)"


def test_a_day_that_begins_with_a_change_names_its_offsets() -> None:
    sao_paulo = ZoneInfo("America/Sao_Paulo")  # 15 October 2017 began at 01:00
    assert moment(utc("2017-10-15T03:00"), sao_paulo, NOW) == "Sun 15 Oct 2017, 01:00 (UTC−2) (America/Sao_Paulo)"


@pytest.mark.parametrize(
    ("name", "text"),
    [("UTC", "UTC"), ("Europe/Berlin", "UTC+1"), ("Asia/Kathmandu", "UTC+5:45"), ("America/St_Johns", "UTC−3:30")],
)
def test_offsets(name: str, text: str) -> None:
    assert offset(NOW, ZoneInfo(name)) == text


def test_names_of_days() -> None:
    assert [day_name(NOW + timedelta(days=n), BERLIN, NOW) for n in range(3)] == ["today", "tomorrow", "on Thu 26 Nov"]


@pytest.mark.parametrize(
    ("minutes", "short", "long"),
    [
        (90, "1 h 30 min", "1 hour 30 minutes"),
        (30, "30 min", "30 minutes"),
        (1, "1 min", "1 minute"),
        (120, "2 h", "2 hours"),
        (1500, "1 d 1 h", "1 day 1 hour"),
        (0, "0 min", "0 minutes"),
    ],
)
def test_durations(minutes: int, short: str, long: str) -> None:
    assert duration(timedelta(minutes=minutes)) == short
    assert duration(timedelta(minutes=minutes), long=True) == long


def test_without_a_zone_where_it_is_said_beside() -> None:
    one = Interval(utc("2026-11-26T12:00"), utc("2026-11-26T14:30"))
    late = Interval(utc("2026-11-26T22:00"), utc("2026-11-26T23:00"))
    assert brief(one, BERLIN, NOW) == "Thu 26 Nov, 13:00–15:30"
    assert (clocks(one, BERLIN), clocks(late, BERLIN)) == ("13:00–15:30", "23:00–24:00")
