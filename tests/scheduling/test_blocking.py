"""Which of one's own events take time."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.scheduling.blocking import busy_of
from bot.scheduling.event import Attendee, BusyInterval, Days, Event, EventType, FreeBusy, Response
from bot.scheduling.interval import Interval
from bot.scheduling.rules import Policy, Rules

BERLIN = ZoneInfo("Europe/Berlin")
WHEN = Interval(datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 10, tzinfo=UTC))
MEETING = Event("r", "u", "c", "Title", WHEN)
ALL_DAY = replace(MEETING, when=Days(date(2026, 11, 24), date(2026, 11, 26)))
INVITED = replace(MEETING, response=Response.NONE, attendees=(Attendee("me@example.com"),))
AWAY = replace(MEETING, type=EventType.OUT_OF_OFFICE)
ELSEWHERE = replace(ALL_DAY, type=EventType.WORKING_ELSEWHERE)
FREELY = Rules(all_day=Policy.FREE, tentative=Policy.FREE)


@pytest.mark.parametrize(
    ("event", "rules", "status"),
    [
        (MEETING, Rules(), FreeBusy.BUSY),
        (replace(MEETING, private=True), Rules(), FreeBusy.BUSY),
        (replace(MEETING, response=Response.ACCEPTED), Rules(), FreeBusy.BUSY),
        (replace(MEETING, type=EventType.FOCUS_TIME), Rules(), FreeBusy.BUSY),
        (replace(MEETING, response=Response.DECLINED), Rules(), None),
        (replace(MEETING, cancelled=True), Rules(), None),
        (replace(MEETING, status=FreeBusy.FREE), Rules(), None),
        (replace(ALL_DAY, status=FreeBusy.FREE), Rules(), None),
        (replace(MEETING, status=FreeBusy.UNKNOWN), FREELY, FreeBusy.UNKNOWN),
        (replace(MEETING, status=FreeBusy.TENTATIVE), Rules(), FreeBusy.TENTATIVE),
        (replace(MEETING, status=FreeBusy.TENTATIVE), FREELY, None),
        (replace(MEETING, response=Response.TENTATIVE), Rules(), FreeBusy.TENTATIVE),
        (replace(MEETING, response=Response.TENTATIVE), FREELY, None),
        (INVITED, Rules(), FreeBusy.TENTATIVE),
        (INVITED, FREELY, None),
        (replace(INVITED, attendees=()), FREELY, FreeBusy.BUSY),  # nobody was invited: one's own entry
        (ALL_DAY, Rules(), FreeBusy.BUSY),
        (ALL_DAY, FREELY, None),
        (ELSEWHERE, Rules(), None),
        (ELSEWHERE, Rules(elsewhere=Policy.BUSY), FreeBusy.BUSY),
        (AWAY, Rules(), FreeBusy.OUT_OF_OFFICE),
        (replace(ALL_DAY, type=EventType.OUT_OF_OFFICE), FREELY, FreeBusy.OUT_OF_OFFICE),
        (replace(MEETING, status=FreeBusy.OUT_OF_OFFICE), FREELY, FreeBusy.OUT_OF_OFFICE),
        (replace(AWAY, response=Response.DECLINED), Rules(), None),
    ],
)
def test_what_an_event_counts_as(event: Event, rules: Rules, status: FreeBusy | None) -> None:
    assert [busy.status for busy in busy_of([event], rules, BERLIN)] == ([status] if status else [])


def test_all_day_events_take_whole_days_of_the_owner() -> None:
    (busy,) = busy_of([ALL_DAY], None, BERLIN)
    assert busy.interval == Interval(datetime(2026, 11, 23, 23, tzinfo=UTC), datetime(2026, 11, 25, 23, tzinfo=UTC))


def test_one_interval_an_event_in_order() -> None:
    later = replace(MEETING, when=Interval(WHEN.end, WHEN.end.replace(hour=12)))
    assert busy_of([later, MEETING, MEETING], Rules(), BERLIN) == [
        BusyInterval(WHEN),
        BusyInterval(WHEN),
        BusyInterval(later.interval(BERLIN)),
    ]


def test_a_day_that_the_zone_skipped_takes_no_time() -> None:
    gone = replace(MEETING, when=Days(date(2011, 12, 30), date(2011, 12, 31)))
    assert busy_of([gone, MEETING], Rules(), ZoneInfo("Pacific/Apia")) == [BusyInterval(WHEN)]
