"""Instants as whole seconds since 1970 in UTC: what the sweep computes with.

An aware datetime costs a microsecond to make and to compare, an integer costs nothing; a question about fifty people
handles thousands. Only what is shown becomes a datetime again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.scheduling.interval import Interval, unchecked

DAY = 86_400

ALWAYS_BEFORE = -(1 << 60)
ALWAYS_AFTER = 1 << 60
"""Before and after every instant there is: the open ends of a closed stretch."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_REMEMBERED = 1 << 16


@dataclass(frozen=True, slots=True)
class Spans:
    """Busy time as numbers: span i is `[starts[i], ends[i])`, never empty; in any order, overlaps allowed.

    What a provider's free/busy answer becomes without a datetime in between.
    """

    starts: Sequence[int]
    ends: Sequence[int]


def down(instant: datetime) -> int:
    """The last whole second at or before an aware datetime."""
    since = instant - _EPOCH
    return since.days * DAY + since.seconds


def up(instant: datetime) -> int:
    """The first whole second at or after an aware datetime."""
    since = instant - _EPOCH
    return since.days * DAY + since.seconds + (since.microseconds > 0)


def whole(length: timedelta) -> int:
    """A length in whole seconds, rounded up."""
    return length.days * DAY + length.seconds + (length.microseconds > 0)


def instant(seconds: int) -> datetime:
    """The datetime in UTC. Raises ValueError outside the years 1 to 9999."""
    return datetime.fromtimestamp(seconds, UTC)


def intervals(starts: Iterable[int], ends: Iterable[int]) -> list[Interval]:
    """`[starts[i], ends[i])` each; every start before its end."""
    at = _instants.__getitem__
    return unchecked(list(map(at, starts)), list(map(at, ends)))


class _Instants(dict[int, datetime]):
    """Second → datetime, remembered: answers repeat the same quarter hours."""

    def __missing__(self, second: int) -> datetime:
        if len(self) >= _REMEMBERED:
            self.clear()
        self[second] = made = instant(second)
        return made


_instants = _Instants()


class _Texts(dict[bytes, int]):
    """Timestamp text → seconds, remembered: calendars repeat the same few thousand quarter hours."""

    def __missing__(self, text: bytes) -> int:
        moment = datetime.fromisoformat(text.decode("ascii"))
        if moment.tzinfo is None:
            raise ValueError("a timestamp without a zone")
        if len(self) >= _REMEMBERED:
            self.clear()
        self[text] = seconds = down(moment)
        return seconds


_texts = _Texts()


def epoch_seconds(text: bytes) -> int:
    """`b"2026-03-09T15:00:00Z"` as seconds; RFC 3339, with Z or an offset. Fractions of a second are cut.

    Raises ValueError for anything else, a time without a zone too.
    """
    return _texts[text]


def all_epoch_seconds(texts: Iterable[bytes]) -> list[int]:
    """`epoch_seconds` of each, several times faster than one by one."""
    return list(map(_texts.__getitem__, texts))
