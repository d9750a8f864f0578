"""Timestamps of providers as whole seconds."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scheduling.seconds import all_epoch_seconds, down, epoch_seconds, instant, up, whole

instants = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(instants)
def test_down_and_up_are_the_neighbours(at: datetime) -> None:
    assert instant(down(at)) <= at <= instant(up(at))
    assert up(at) - down(at) == (at.microsecond > 0)


@given(instants.map(lambda at: at.replace(microsecond=0)))
def test_a_timestamp_is_its_instant(at: datetime) -> None:
    text = at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    assert instant(epoch_seconds(text)) == at
    assert all_epoch_seconds([text, text]) == [epoch_seconds(text)] * 2


def test_offsets_and_fractions() -> None:
    assert epoch_seconds(b"2026-03-09T15:00:00+01:00") == epoch_seconds(b"2026-03-09T14:00:00Z")
    assert epoch_seconds(b"2026-03-09T15:00:00.500Z") == epoch_seconds(b"2026-03-09T15:00:00Z")


@pytest.mark.parametrize("text", [b"", b"2026-03-09T15:00:00", b"yesterday", b"2026-13-09T15:00:00Z", b"\xff"])
def test_anything_else_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError):
        epoch_seconds(text)


def test_a_length_is_rounded_up() -> None:
    assert whole(timedelta(seconds=1, microseconds=1)) == 2
