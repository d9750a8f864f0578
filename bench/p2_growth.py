"""P2: how the engine grows, from ten thousand to a million intervals, and what ranking adds.

Both kinds of calendars: meetings on quarter hours, and at any second, where nothing repeats. The numpy sweep starts
from arrays that are already made and stops at the gaps.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from math import log
from random import Random
from statistics import median
from zoneinfo import ZoneInfo

import numpy as np

from bench.p1_engine import BERLIN, HALF_HOUR, answer, numpy_gaps
from bench.table import Row, against, interleaved
from bot.providers.google_freebusy import read
from bot.scheduling.availability import Person, Query, availability, rank
from bot.scheduling.interval import Interval
from bot.scheduling.rules import Rules
from bot.scheduling.seconds import DAY, Spans, instant

SIZES = (10_000, 100_000, 1_000_000)
EACH = 500
DAYS = 90
ORIGIN = 1_773_014_400  # 2026-03-09


def run() -> Iterator[Row]:
    for name, grain in (("quarter hours", 900), ("any second", 1)):
        crowds = [crowd(size, grain) for size in SIZES]
        yield slope(name, crowds)
        largest = crowds[-1]
        yield against(
            "P2",
            f"1M intervals, {name}",
            lambda c=largest: availability(c.query, c.people),
            lambda c=largest: numpy_gaps(c.starts, c.ends, 1800),
            "numpy sweep",
            limit=4.0,
            rounds=7,
        )
        for size, one in zip(SIZES, crowds, strict=True):
            yield ranking(f"ranking, {size:,} intervals, {name}", one.query, one.people)
    query, people = office()
    yield ranking("ranking, 50 people × 14 days", query, people)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Many people, and the same intervals as arrays."""

    query: Query
    people: list[Person]
    starts: "np.ndarray"
    ends: "np.ndarray"


def crowd(size: int, grain: int) -> Crowd:
    """`size` intervals of 15 minutes to an hour in 90 days, 500 a person, on multiples of `grain` seconds."""
    random = np.random.default_rng(size + grain)
    spans = []
    for _ in range(size // EACH):
        starts = np.sort(random.choice(DAYS * DAY // grain, EACH, replace=False)) * grain + ORIGIN
        ends = starts + random.integers(1, 5, EACH) * 900
        spans.append(Spans(starts.tolist(), ends.tolist()))
    query = Query(
        Interval(instant(ORIGIN), instant(ORIGIN + DAYS * DAY)), timedelta(minutes=30), BERLIN, instant(ORIGIN)
    )
    people = [Person(str(n), span, Rules() if n == 0 else None, BERLIN, own=n == 0) for n, span in enumerate(spans)]
    starts, ends = (np.concatenate([np.array(getattr(s, side)) for s in spans]) for side in ("starts", "ends"))
    return Crowd(query, people, starts, ends)


def slope(name: str, crowds: list[Crowd]) -> Row:
    """The exponent of growth: the slope of log time over log size, least squares."""
    samples = interleaved(*(lambda c=one: availability(c.query, c.people) for one in crowds), rounds=7)
    x = [log(size) for size in SIZES]
    y = [log(median(times)) for times in samples]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    exponent = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sum((a - mean_x) ** 2 for a in x)
    return Row("P2", f"slope 10k to 1M, {name}", exponent, 1.0, "linear", unit="exponent", limit=1.15)


def ranking(what: str, query: Query, people: list[Person]) -> Row:
    return against(
        "P2",
        what,
        lambda: rank(query, people),
        lambda: availability(query, people),
        "plain question",
        limit=2.0,
        rounds=9 if len(people) < 1000 else 7,
    )


def office() -> tuple[Query, list[Person]]:
    """The question of P1, read already."""
    found = read(answer(50, Random(50)))
    query = Query(
        Interval(instant(ORIGIN), instant(ORIGIN + 14 * DAY)), HALF_HOUR, ZoneInfo("Europe/Berlin"), instant(ORIGIN)
    )
    return query, [
        Person(name, busyness, Rules() if n == 0 else None, BERLIN, own=n == 0)
        for n, (name, busyness) in enumerate(found.items())
    ]
