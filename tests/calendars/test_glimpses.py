"""What is remembered of others: for minutes, in memory, and only what is known."""

from datetime import UTC, datetime, timedelta

from bot.glimpses import MOST, REMEMBERED, MemoryGlimpses
from bot.scheduling.event import BusyInterval, Known, Unknown
from bot.scheduling.interval import Interval

NOW = datetime(2026, 3, 9, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = Interval(NOW, NOW + 24 * HOUR)
BUSY = Known((BusyInterval(Interval(NOW + HOUR, NOW + 3 * HOUR)),))


def test_it_is_served_for_five_minutes_clipped_to_what_is_asked() -> None:
    seen = MemoryGlimpses()
    seen.put("a", "Ana@example.com", DAY, BUSY, NOW)
    part = Interval(NOW + 2 * HOUR, NOW + 4 * HOUR)
    found = seen.get("a", "ana@example.com", part, NOW + timedelta(minutes=5))
    assert found == Known((BusyInterval(Interval(NOW + 2 * HOUR, NOW + 3 * HOUR)),))
    assert seen.get("a", "ana@example.com", part, NOW + timedelta(minutes=5, seconds=1)) is None


def test_it_is_the_askers_alone_and_of_the_whole_window() -> None:
    seen = MemoryGlimpses()
    seen.put("a", "ana@example.com", DAY, BUSY, NOW)
    assert seen.get("b", "ana@example.com", DAY, NOW) is None
    assert seen.get("a", "ben@example.com", DAY, NOW) is None
    assert seen.get("a", "ana@example.com", DAY.padded(HOUR, timedelta()), NOW) is None
    assert seen.get("a", "ana@example.com", DAY, NOW - HOUR) is None  # a clock that was set back


def test_what_is_unknown_is_not_remembered() -> None:
    seen = MemoryGlimpses()
    seen.put("a", "ana@example.com", DAY, BUSY, NOW)
    seen.put("a", "ana@example.com", DAY, Unknown("not found"), NOW)
    assert seen.get("a", "ana@example.com", DAY, NOW) is None


def test_it_is_out_of_memory_after_a_quarter_of_an_hour() -> None:
    seen = MemoryGlimpses()
    for number in range(10):
        seen.put("a", f"{number}@example.com", DAY, BUSY, NOW)
    seen.get("b", "nobody", DAY, NOW + REMEMBERED)
    assert not seen._seen


def test_it_is_bounded_and_forgets_an_asker() -> None:
    seen = MemoryGlimpses()
    for number in range(MOST + 10):
        seen.put("a" if number % 2 else "b", f"{number}@example.com", DAY, BUSY, NOW)
    assert len(seen._seen) == MOST
    assert seen.get("b", "0@example.com", DAY, NOW) is None
    seen.forget("a")
    assert {asker for asker, _ in seen._seen} == {"b"}
