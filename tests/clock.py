"""A clock that tests move."""

from datetime import UTC, datetime, timedelta

MONDAY_NINE = datetime(2026, 3, 9, 8, tzinfo=UTC)
"""09:00 on a Monday in Madrid."""


class TestClock:
    """Stands still until told to move."""

    __test__ = False

    def __init__(self, now: datetime = MONDAY_NINE) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def move(self, step: timedelta) -> None:
        self._now += step
