"""What a picture of a week shows: days with blocks. Values only, already in the viewer's wall clock."""

from dataclasses import dataclass
from datetime import date, time
from enum import Enum


class Shade(Enum):
    """What a block means."""

    FREE = "free"
    BUSY = "busy"
    TENTATIVE = "tentative"
    AWAY = "away"
    UNKNOWN = "unknown"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Block:
    """From `start` to `end` on one day, in minutes after local midnight as a clock on the wall shows them (0–1440).

    `label` is shown inside when it fits ("" shows none).
    """

    start: int
    end: int
    shade: Shade
    label: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """One column. `banner`: what fills the whole day, "" for nothing."""

    date: date
    blocks: tuple[Block, ...]
    banner: str = ""


@dataclass(frozen=True, slots=True)
class Week:
    """A handful of days side by side. `first_hour` and `last_hour` (exclusive, up to 24) are what is drawn."""

    days: tuple[Day, ...]
    zone: str
    first_hour: int = 8
    last_hour: int = 18
    title: str = ""
    now: tuple[date, time] | None = None
