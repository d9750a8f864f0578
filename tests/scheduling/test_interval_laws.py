"""Laws of intervals: what merging, gaps, sharing and taking away may never do."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scheduling.interval import Interval, gaps, intersect, merge, subtract, unchecked

START = datetime(2026, 3, 28, tzinfo=UTC)
MINUTES = 120


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    begin = draw(st.integers(-10, MINUTES + 10))
    return Interval(START + timedelta(minutes=begin), START + timedelta(minutes=begin + draw(st.integers(1, 40))))


def minutes(found: list[Interval]) -> set[int]:
    """The minutes they hold, and a check that they are in order, disjoint and not touching."""
    for left, right in pairwise(found):
        assert left.end < right.start
    return {n for n in range(-60, MINUTES + 120) if any(i.contains(START + timedelta(minutes=n)) for i in found)}


WINDOW = Interval(START, START + timedelta(minutes=MINUTES))
some = st.lists(intervals(), max_size=12)


@given(some)
def test_merging_keeps_the_instants_and_sorts_them(found: list[Interval]) -> None:
    assert minutes(merge(found)) == {
        n for n in range(-60, MINUTES + 120) if any(i.contains(START + timedelta(minutes=n)) for i in found)
    }
    assert merge(merge(found)) == merge(found) == merge(found[::-1])


@given(some)
def test_free_and_busy_are_the_window_and_share_nothing(busy: list[Interval]) -> None:
    free, taken = minutes(gaps(busy, WINDOW)), minutes(merge(busy))
    assert free | (taken & minutes([WINDOW])) == minutes([WINDOW])
    assert not free & taken


@given(some, some)
def test_sharing_and_taking_away_are_set_operations(left: list[Interval], right: list[Interval]) -> None:
    assert minutes(intersect(left, right)) == minutes(merge(left)) & minutes(merge(right))
    assert minutes(subtract(left, right)) == minutes(merge(left)) - minutes(merge(right))


@given(some)
def test_unchecked_makes_the_same_values(found: list[Interval]) -> None:
    made = unchecked([i.start for i in found], [i.end for i in found])
    assert made == found
    assert [hash(i) for i in made] == [hash(i) for i in found]


@given(intervals(), intervals())
def test_overlapping_is_sharing_an_instant(left: Interval, right: Interval) -> None:
    shared = minutes([left]) & minutes([right])
    assert left.overlaps(right) == right.overlaps(left) == bool(shared)
    assert (left.clip(right) is None) == (not shared)
    assert left.covers(right) == (minutes([right]) <= minutes([left]))


def test_touching_is_not_overlapping() -> None:
    first, second = Interval(START, WINDOW.end), Interval(WINDOW.end, WINDOW.end + timedelta(minutes=1))
    assert not first.overlaps(second)
    assert not second.overlaps(first)


def test_ends_out_of_order_or_without_a_zone_are_refused() -> None:
    for start, end in ((START, START), (WINDOW.end, START), (datetime(2026, 1, 1), START)):  # noqa: DTZ001
        with pytest.raises(ValueError):
            Interval(start, end)
