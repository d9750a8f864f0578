"""When tests take place."""

from datetime import UTC, datetime

MONDAY_NINE = datetime(2026, 3, 9, 8, tzinfo=UTC)
"""09:00 on a Monday in Madrid."""
