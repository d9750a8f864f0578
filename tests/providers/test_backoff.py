"""How long a calendar is left alone."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.backoff import LONGEST, Rests, retry_after

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 120 ", 120),
        ("900", 900),
        ("901", 900),
        ("999999999999", 900),
        (None, None),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("1e3", None),
        ("²", None),
        ("٣", None),
        ("soon", None),
        ("9" * 5000, None),
        ("\0", None),
        ("Tue, 10 Mar 2026 09:01:00 GMT", 60),
        ("Tuesday, 10-Mar-26 09:01:00 GMT", 60),
        ("Tue Mar 10 09:01:00 2026", 60),
        ("Tue, 10 Mar 2026 08:59:00 GMT", 0),
        ("Tue, 10 Mar 1926 08:59:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 900),
        ("Tue, 99 Mar 2026 09:01:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: int | None) -> None:
    assert retry_after(header, NOW) == (None if seconds is None else timedelta(seconds=seconds))


@given(st.text(max_size=60))
def test_any_text_is_a_wait_within_bounds_or_none(header: str) -> None:
    wait = retry_after(header, NOW)
    assert wait is None or timedelta() <= wait <= LONGEST


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_date_is_the_time_until_then(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    wait = retry_after(format_datetime(moment, usegmt=True), NOW)
    assert wait == min(max(moment - NOW, timedelta()), LONGEST)


def test_a_rest_ends_when_it_should() -> None:
    rests = Rests()
    assert rests.left("a", NOW) is None
    assert rests.failed("a", 60 * SECOND, NOW) == 60 * SECOND
    assert rests.left("a", NOW + 59 * SECOND) == SECOND
    assert rests.left("a", NOW + 60 * SECOND) is None
    assert rests.left("b", NOW) is None


def test_a_shorter_rest_does_not_end_a_longer_one() -> None:
    rests = Rests()
    rests.failed("a", 60 * SECOND, NOW)
    assert rests.failed("a", 2 * SECOND, NOW) == 60 * SECOND
    rests.succeeded("a", NOW + SECOND)  # a call that was on its way already
    assert rests.left("a", NOW + SECOND) == 59 * SECOND


def test_rests_double_up_to_the_longest_and_begin_again_after_a_success() -> None:
    rests, now, found = Rests(), NOW, []
    for _ in range(16):
        found.append(rests.failed("a", None, now))
        now += found[-1]
    for number, wait in enumerate(found):
        longest = min(SECOND * 2**number, LONGEST)
        assert longest / 2 <= wait <= longest
    assert len({wait / min(SECOND * 2**n, LONGEST) for n, wait in enumerate(found)}) > 8, "no jitter"
    rests.succeeded("a", now)
    assert rests.failed("a", None, now) <= SECOND


def test_calls_that_failed_together_are_one_failure() -> None:
    rests = Rests()
    for _ in range(10):
        assert rests.failed("a", None, NOW) <= SECOND


def test_so_many_accounts_are_remembered_and_no_more() -> None:
    rests = Rests(most=100)
    for number in range(1000):
        rests.failed(f"a{number}", 60 * SECOND, NOW)
    assert len(rests._rests) == 100
    assert rests.left("a999", NOW) == 60 * SECOND
