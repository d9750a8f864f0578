"""Each rule by example: Tuesday 24 November 2026 in Berlin (UTC+1), nine to five."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from bot.scheduling.availability import Kind, Person, Query, Reason, availability, rank, why_not
from bot.scheduling.event import BusyInterval, FreeBusy, Known, Unknown
from bot.scheduling.interval import Interval
from bot.scheduling.rules import NO_CONSTRAINTS, Constraints, Policy, Rules, WorkingHours
from bot.scheduling.seconds import Spans, down, up

BERLIN, NEW_YORK, LONDON = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Europe/London")
MIDNIGHT = datetime(2026, 11, 24, tzinfo=BERLIN)
HOUR = timedelta(hours=1)


def at(clock: str, day: int = 24) -> datetime:
    hour, minute = clock.split(":")
    return datetime(2026, 11, day, int(hour), int(minute), tzinfo=BERLIN)


def taken(begin: str, end: str, status: FreeBusy = FreeBusy.BUSY, day: int = 24) -> BusyInterval:
    return BusyInterval(Interval(at(begin, day), at(end, day)), status)


def me(*busy: BusyInterval, rules: Rules | None = Rules(), zone: ZoneInfo = BERLIN) -> Person:  # noqa: B008 — frozen
    return Person("Me", Known(busy), rules, zone, own=True)


def ask(minutes: int = 60, limits: Constraints = NO_CONSTRAINTS, now: datetime = MIDNIGHT, days: int = 1) -> Query:
    return Query(Interval(MIDNIGHT, MIDNIGHT + timedelta(days=days)), timedelta(minutes=minutes), BERLIN, now, limits)


def free(query: Query, *people: Person) -> str:
    """ "9:00-12:00 13:00-17:00", in Berlin."""
    found = availability(query, people).free
    return " ".join(
        "-".join(f"{end.astimezone(BERLIN):%-H:%M}" for end in (interval.start, interval.end)) for interval in found
    )


def starts(query: Query, *people: Person) -> list[str]:
    return [f"{slot.start.astimezone(BERLIN):%H:%M}" for slot in availability(query, people).slots]


def kinds(query: Query, people: Sequence[Person], clock: str) -> list[Kind]:
    return [reason.kind for reason in why_not(query, people, at(clock))]


def test_an_empty_calendar_is_its_working_hours() -> None:
    assert free(ask(), me()) == "9:00-17:00"
    assert starts(ask(), me())[:3] == ["09:00", "09:30", "10:00"]
    assert starts(ask(), me())[-1] == "16:00"


def test_busy_time_is_taken_out_and_short_gaps_are_no_gaps() -> None:
    mine = me(taken("10:00", "11:00"), taken("11:30", "12:00"))
    assert free(ask(60), mine) == "9:00-10:00 12:00-17:00"
    assert free(ask(30), mine) == "9:00-10:00 11:00-11:30 12:00-17:00"


def test_times_of_meetings_off_the_grid_do_not_move_the_grid() -> None:
    assert starts(ask(30), me(taken("09:00", "15:50")))[0] == "16:00"


def test_buffers_stay_between_two_meetings_and_one_is_enough() -> None:
    """The longer of the two, not their sum; not at the edges of the day."""
    rules = Rules(buffer_before=timedelta(minutes=10), buffer_after=timedelta(minutes=20))
    mine = me(taken("12:00", "13:00"), rules=rules)
    assert free(ask(), mine) == "9:00-11:40 13:20-17:00"
    assert kinds(ask(), [mine], "10:45") == [Kind.BUFFER]
    assert kinds(ask(), [mine], "11:30") == [Kind.BUSY]


def test_a_meeting_outside_the_window_keeps_its_buffer_inside() -> None:
    mine = me(taken("08:00", "08:55"), rules=Rules(buffer_after=timedelta(minutes=30)))
    query = Query(Interval(at("09:00"), at("11:00")), HOUR, BERLIN, MIDNIGHT)
    assert free(query, mine) == "9:25-11:00"


def test_notice_and_horizon_are_about_the_start() -> None:
    mine = me(rules=Rules(notice=2 * HOUR, horizon=5 * HOUR))
    query = ask(now=at("08:20"))
    assert starts(query, mine) == ["10:30", "11:00", "11:30", "12:00", "12:30", "13:00"]
    assert kinds(query, [mine], "10:00") == [Kind.NOTICE]
    assert kinds(query, [mine], "13:30") == [Kind.HORIZON]


def test_the_past_is_never_offered() -> None:
    assert starts(ask(now=at("15:40")), me()) == ["16:00"]
    assert kinds(ask(now=at("15:40")), [me()], "15:30") == [Kind.PAST]


def test_hours_are_in_the_persons_own_zone() -> None:
    """Nine to five in New York is 15:00 to 23:00 in Berlin."""
    other = Person("Ann", Known(), Rules(), NEW_YORK)
    assert free(ask(), me(), other) == "15:00-17:00"
    assert why_not(ask(), [me(), other], at("10:00")) == (Reason(Kind.BUSY, "Ann"),)


def test_a_person_without_rules_does_not_limit() -> None:
    assert free(ask(), Person("Ann", Known((taken("01:00", "02:00"),)))) == "0:00-1:00 2:00-0:00"


def test_lunch_is_blocked() -> None:
    rules = Rules(blocked=MappingProxyType({1: ((time(12), time(13)),)}))
    assert free(ask(), me(rules=rules)) == "9:00-12:00 13:00-17:00"
    assert kinds(ask(), [me(rules=rules)], "12:30") == [Kind.BLOCKED]


def test_hours_over_midnight_join() -> None:
    night = WorkingHours(MappingProxyType({1: ((time(22), time()),), 2: ((time(), time(2)),)}))
    assert free(ask(180, days=2), me(rules=Rules(hours=night))) == "22:00-2:00"
    through = WorkingHours(MappingProxyType({1: ((time(22), time(2)),)}))
    assert free(ask(180, days=2), me(rules=Rules(hours=through))) == "22:00-2:00"


def test_a_day_off_is_outside_hours() -> None:
    sunday = Query(Interval(at("00:00", 29), at("23:00", 29)), HOUR, BERLIN, MIDNIGHT)
    assert free(sunday, me()) == ""
    assert why_not(sunday, [me()], at("10:00", 29)) == (Reason(Kind.OUTSIDE_HOURS, "Me"),)


def test_a_full_day_offers_nothing_and_the_next_does() -> None:
    mine = me(taken("09:00", "09:30"), taken("10:00", "10:30"), rules=Rules(daily_cap=2))
    found = availability(ask(days=2), [mine])
    assert {slot.start.astimezone(BERLIN).day for slot in found.slots} == {25}
    assert kinds(ask(), [mine], "15:00") == [Kind.DAILY_CAP]
    assert free(ask(), me(taken("09:00", "09:30"), rules=Rules(daily_cap=2))) == "9:30-17:00"


def test_an_all_day_entry_is_no_meeting_of_the_cap_but_says_that_it_is_all_day() -> None:
    whole = BusyInterval(Interval(MIDNIGHT, at("00:00", 25)))
    assert kinds(ask(), [me(whole, rules=Rules(daily_cap=1))], "10:00") == [Kind.ALL_DAY]


def test_tentative_time_is_busy_or_free_by_policy() -> None:
    pencilled = taken("10:00", "11:00", FreeBusy.TENTATIVE)
    assert free(ask(), me(pencilled)) == "9:00-10:00 11:00-17:00"
    assert free(ask(), me(pencilled, rules=Rules(tentative=Policy.FREE))) == "9:00-17:00"
    assert free(ask(), me(), Person("Ann", Known((pencilled,)))) == "9:00-10:00 11:00-17:00"


def test_absence_blocks_and_free_does_not() -> None:
    assert free(ask(), me(taken("09:00", "12:00", FreeBusy.OUT_OF_OFFICE))) == "12:00-17:00"
    assert free(ask(), me(taken("09:00", "12:00", FreeBusy.FREE))) == "9:00-17:00"


def test_an_unknown_person_is_named_and_never_counted_as_free() -> None:
    found = availability(ask(), [me(), Person("Bob", Unknown("not connected"))])
    assert found.unknown == (("Bob", "not connected"),)
    assert found.slots  # everybody known is free: the caller names Bob beside them
    assert why_not(ask(), [me(), Person("Bob", Unknown("x"))], at("10:00")) == (Reason(Kind.UNKNOWN, "Bob"),)
    ranked = rank(ask(), [me(), Person("Bob", Unknown("x")), Person("Ann", Known())], 1)
    assert (ranked[0].free, ranked[0].busy, ranked[0].unknown) == (("Ann",), (), ("Bob",))


def test_nothing_is_offered_when_the_askers_own_calendar_is_unknown() -> None:
    mine = Person("Me", Unknown("expired"), Rules(), BERLIN, own=True)
    found = availability(ask(), [mine, Person("Ann", Known())])
    assert (found.free, found.slots, found.unknown) == ((), (), (("Me", "expired"),))
    assert rank(ask(), [mine, Person("Ann", Known())]) == ()
    assert Kind.UNKNOWN in kinds(ask(), [mine], "10:00")


@pytest.mark.parametrize("people", [[], [Person("Ann", Unknown("x"))]])
def test_nothing_is_offered_when_nobody_is_known(people: list[Person]) -> None:
    assert availability(ask(), people).slots == ()
    assert rank(ask(), people) == ()


def test_a_part_that_could_not_be_read_is_unknown_not_busy() -> None:
    mine = me(taken("10:00", "11:00", FreeBusy.UNKNOWN))
    found = availability(ask(), [mine])
    assert free(ask(), mine) == "9:00-10:00 11:00-17:00"
    assert [name for name, _ in found.unknown] == ["Me"]
    assert kinds(ask(), [mine], "10:00") == [Kind.UNKNOWN]
    other = Person("Ann", Known((taken("10:00", "11:00", FreeBusy.UNKNOWN), taken("12:00", "13:00"))))
    ranked = {f"{one.slot.start.astimezone(BERLIN):%H:%M}": one for one in rank(ask(), [me(), other], 99)}
    assert (ranked["09:00"].free, ranked["10:00"].unknown, ranked["12:00"].busy) == (("Ann",),) * 3


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (Constraints(parts=((time(8), time(12)),)), "9:00-12:00"),
        (Constraints(parts=((time(8), time(10)), (time(15), time(18)))), "9:00-10:00 15:00-17:00"),
        (Constraints(not_parts=((time(12), time(18)),)), "9:00-12:00"),
        (Constraints(weekdays=frozenset({1})), "9:00-17:00"),
        (Constraints(weekdays=frozenset({0, 4})), ""),
        (Constraints(not_weekdays=frozenset({1})), ""),
        (Constraints(not_dates=frozenset({date(2026, 11, 24)})), ""),
        (Constraints(any_hours=True), "0:00-0:00"),
        (Constraints(parts=((time(18), time()),), any_hours=True), "18:00-0:00"),
        (Constraints(windows=(Interval(at("10:00"), at("12:00")), Interval(at("11:00"), at("13:00")))), "10:00-13:00"),
    ],
)
def test_constraints(limits: Constraints, expected: str) -> None:
    assert free(ask(limits=limits), me()) == expected


def test_earliest_and_latest_leave_one_slot() -> None:
    assert starts(ask(limits=Constraints(earliest=True)), me()) == ["09:00"]
    assert starts(ask(limits=Constraints(latest=True)), me()) == ["16:00"]


def test_constraints_are_meant_in_the_askers_zone() -> None:
    """Mornings in Berlin, although the person works in London."""
    mine = me(zone=LONDON)
    assert free(ask(limits=Constraints(parts=((time(8), time(12)),))), mine) == "10:00-12:00"


def test_every_reason_is_told_of_oneself() -> None:
    rules = Rules(notice=HOUR, blocked=MappingProxyType({1: ((time(12), time(13)),)}))
    limits = Constraints(parts=((time(8), time(10)),))
    told = kinds(ask(limits=limits, now=at("11:30")), [me(taken("12:00", "12:30"), rules=rules)], "12:00")
    assert told == [Kind.CONSTRAINT, Kind.BUSY, Kind.NOTICE, Kind.BLOCKED]


def test_the_whole_slot_counts_not_its_start() -> None:
    assert kinds(ask(), [me()], "16:30") == [Kind.OUTSIDE_HOURS]
    assert kinds(ask(), [me()], "16:00") == []
    assert kinds(ask(), [me()], "09:10") == []  # beside the grid is no reason


def test_parts_of_a_second_never_free_any_time() -> None:
    second = timedelta(microseconds=1)
    mine = me(BusyInterval(Interval(at("10:00") + second, at("11:00") + second)))
    found = availability(Query(Interval(at("09:00"), at("13:00")), HOUR, BERLIN, MIDNIGHT), [mine]).free
    assert found == (Interval(at("09:00"), at("10:00")), Interval(at("11:00") + timedelta(seconds=1), at("13:00")))


def test_this_very_moment_is_neither_past_nor_outside_its_own_window() -> None:
    now = at("10:00") + timedelta(seconds=7, microseconds=345_678)
    query = Query(Interval(now, now + HOUR), HOUR, BERLIN, now)
    assert why_not(query, [me()], now) == ()
    assert why_not(query, [me()], now + HOUR) == (Reason(Kind.CONSTRAINT),)


def test_numbers_are_as_good_as_intervals() -> None:
    busy = [taken("10:00", "11:00"), taken("13:00", "14:30")]
    spans = Spans([down(b.interval.start) for b in busy], [up(b.interval.end) for b in busy])
    for other in (Known(tuple(busy)), spans):
        assert free(ask(), me(), Person("Ann", other)) == "9:00-10:00 11:00-13:00 14:30-17:00"


def test_a_limit_cuts_slots_and_not_ranges() -> None:
    found = availability(ask(), [me()], 2)
    assert (len(found.slots), len(found.free)) == (2, 1)
    assert availability(ask(), [me()], 0).slots == ()
    assert len(rank(ask(), [me()], 3)) == 3


def test_the_best_attended_slots_come_first() -> None:
    people = [
        me(),
        Person("Ann", Known((taken("09:00", "12:00"),))),
        Person("Bob", Known((taken("09:00", "10:00"),))),
        Person("Cem", Known((taken("12:00", "17:00"),))),
    ]
    ranked = rank(ask(), people, 4)
    assert [f"{one.slot.start.astimezone(BERLIN):%H:%M}" for one in ranked] == ["10:00", "10:30", "11:00", "12:00"]
    assert (ranked[0].free, ranked[0].busy) == (("Bob", "Cem"), ("Ann",))


def test_a_question_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError):
        ask(0)
    with pytest.raises(ValueError):
        Query(Interval(MIDNIGHT, at("10:00")), HOUR, BERLIN, datetime(2026, 11, 24))  # noqa: DTZ001


def test_the_hour_that_is_repeated_is_offered_twice_and_told_apart() -> None:
    zone, utc = BERLIN, UTC
    around = Interval(datetime(2026, 10, 25, 0, tzinfo=utc), datetime(2026, 10, 25, 3, tzinfo=utc))
    query = Query(around, HOUR, zone, around.start, Constraints(any_hours=True))
    found = [slot.start.astimezone(zone) for slot in availability(query, [me()]).slots]
    assert [f"{start:%H:%M%z}" for start in found] == [
        "02:00+0200",
        "02:30+0200",
        "02:00+0100",
        "02:30+0100",
        "03:00+0100",
    ]
