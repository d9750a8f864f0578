"""P1: from the bytes of a free/busy answer to slots, against only decoding those bytes.

The yardstick is msgspec decoding into typed structs, the faster of its two ways. Ours is everything after the network:
timestamps to integers, the asker's hours, the sweep, and every slot as a value with aware datetimes. All parts of the
peers' work that are not the sweep are given to them.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import portion

from bench.reference import counts, reference
from bench.table import Row, against, interleaved
from bench.workloads import question
from bot.providers import google_freebusy
from bot.providers.google_freebusy import read
from bot.scheduling import availability as engine
from bot.scheduling import question as rules_of
from bot.scheduling import seconds, walls
from bot.scheduling.availability import Availability, Person, Query, availability, rank
from bot.scheduling.event import Known
from bot.scheduling.interval import Interval
from bot.scheduling.rules import Rules

DAYS = 14
START = datetime(2026, 3, 9, tzinfo=UTC)  # New York has changed its clock the day before, Berlin has not yet
BERLIN = ZoneInfo("Europe/Berlin")
HALF_HOUR = timedelta(minutes=30)
ALL = 1_000_000
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Europe/London")


class Busy(msgspec.Struct):
    start: str
    end: str


class Calendar(msgspec.Struct):
    busy: list[Busy] = []
    errors: list[dict[str, str]] = []


class Answer(msgspec.Struct):
    calendars: dict[str, Calendar]


decode = msgspec.json.Decoder(Answer).decode


def run() -> Iterator[Row]:
    yield identical()
    for people, limit in ((1, 16.0), (2, 8.0), (5, 8.0), (50, 3.0)):
        data = answer(people, Random(people))
        ask = asker(people)
        yield against(
            "P1", f"bytes to slots, {people} × {DAYS} days", ask(data), lambda d=data: decode(d), "decode", limit=limit
        )
    data = answer(50, Random(50))
    yield against(
        "P1", "the same, indented answer", asker(50)(answer(50, Random(50), indent=1)), lambda: decode(data), "decode"
    )
    yield against(
        "P1", "the same, everybody's hours known", asker(50, all_rules=True)(data), lambda: decode(data), "decode"
    )
    yield first_time(data)
    ours, numpy_, portion_ = sweeps(data)
    yield against("P1", "read already: ours with slots", ours, numpy_, "numpy sweep")
    yield against("P1", "read already: ours with slots", ours, portion_, "portion", rounds=5)


def identical() -> Row:
    """Answers equal to the reference's, of 500 seeded questions with every rule in play, 1 to 50 people."""
    grain = timedelta(minutes=15)
    same = 0
    for seed in range(500):
        random = Random(f"P1 {seed}")
        query, people = question(random, grain, *((DAYS, 8) if seed % 10 else (4, 50)))
        found = availability(query, people, ALL)
        free, starts = reference(query, people, grain)
        agree = [(i.start, i.end) for i in found.free] == free and [slot.start for slot in found.slots] == starts
        if seed % 5 == 0:
            told = {one.slot.start: frozenset(one.free) for one in rank(query, people, ALL)}
            agree = agree and told == dict(counts(query, people, grain))
        same += agree
    return Row("P1", "identical to the reference", same, 500, "questions", unit="questions", limit=1.0, at_most=False)


def answer(people: int, random: Random, indent: int | None = None) -> bytes:
    """A free/busy answer in Google's shape: meetings of a quarter to one and a half hours from 8 to 18 on workdays."""
    calendars = {}
    for n in range(people):
        busy = []
        for day in range(DAYS):
            quarter = 8 * 4
            while (START + timedelta(days=day)).weekday() < 5:
                quarter += random.choice((1, 2, 3, 4, 6, 8))
                length = random.choice((1, 2, 2, 4, 4, 6))
                if quarter + length > 18 * 4:
                    break
                begin = START + timedelta(days=day, minutes=15 * quarter)
                busy.append({"start": stamp(begin), "end": stamp(begin + timedelta(minutes=15 * length))})
                quarter += length
        calendars[f"person{n}@example.com"] = {"busy": busy}
    body = {"kind": "calendar#freeBusy", "timeMin": stamp(START), "timeMax": stamp(START + timedelta(days=DAYS))}
    separators = (",", ":") if indent is None else None
    return json.dumps(body | {"calendars": calendars}, indent=indent, separators=separators).encode()


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def asker(people: int, *, all_rules: bool = False) -> Callable[[bytes], Callable[[], Availability]]:
    """From an answer's bytes to a task that reads it and finds every slot; the first person asks."""
    query = Query(Interval(START, START + timedelta(days=DAYS)), HALF_HOUR, BERLIN, START)
    rules = [Rules() if n == 0 or all_rules else None for n in range(people)]
    zones = [ZoneInfo(ZONES[n % len(ZONES)]) if all_rules else BERLIN for n in range(people)]

    def task(data: bytes) -> Callable[[], Availability]:
        return lambda: availability(
            query,
            [
                Person(name, busyness, rules[n], zones[n], own=n == 0)
                for n, (name, busyness) in enumerate(read(data).items())
            ],
            ALL,
        )

    return task


def first_time(data: bytes) -> Row:
    """The price of a process's first question: nothing is remembered yet."""

    def forget() -> None:
        seconds._texts.clear()
        seconds._instants.clear()
        google_freebusy._shape = None
        for remembered in (
            walls._weekly,
            walls._stretches,
            walls.hours_of,
            rules_of._outside_hours,
            engine._offers,
        ):
            remembered.cache_clear()

    task = asker(50)(data)

    def cold() -> None:
        forget()
        task()

    samples = interleaved(cold, lambda: decode(data), rounds=7)
    ratio = median(a / b for a, b in zip(*samples, strict=True))
    ours, theirs = (median(times) * 1e3 for times in samples)
    return Row("P1", "the same, nothing remembered", ours, theirs, "decode", measured_ratio=ratio)


def sweeps(data: bytes) -> tuple[Callable[[], object], Callable[[], object], Callable[[], object]]:
    """Ours, numpy's and portion's way from whole seconds to free ranges; they must agree."""
    spans = list(read(data).values())[:3]
    people = [Person(str(n), span, Rules() if n == 0 else None, BERLIN, own=n == 0) for n, span in enumerate(spans)]
    query = Query(Interval(START, START + timedelta(days=DAYS)), HALF_HOUR, BERLIN, START)
    open_ = [
        (seconds.down(i.start), seconds.up(i.end))
        for i in availability(query, [Person("hours", Known(), Rules(), BERLIN, own=True)]).free
    ]
    edges = [seconds.down(START), *(edge for pair in open_ for edge in pair), seconds.down(query.window.end)]
    closed = list(zip(edges[::2], edges[1::2], strict=True))
    busy = [pair for span in spans for pair in zip(span.starts, span.ends, strict=True)]
    pairs = [pair for pair in [*closed, *busy] if pair[0] < pair[1]]
    starts, ends = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))

    def by_numpy() -> list[tuple[int, int]]:
        return numpy_gaps(starts, ends, 1800)

    def by_portion() -> list[tuple[int, int]]:
        free = portion.closedopen(edges[0], edges[-1]) - portion.Interval(*(portion.closedopen(*p) for p in pairs))
        return [(part.lower, part.upper) for part in free if part.upper - part.lower >= 1800]

    def ours() -> Availability:
        return availability(query, people, ALL)

    mine = [(seconds.down(i.start), seconds.down(i.end)) for i in ours().free]
    assert mine == by_numpy() == by_portion()
    return ours, by_numpy, by_portion


def numpy_gaps(starts: "np.ndarray", ends: "np.ndarray", length: int) -> list[tuple[int, int]]:
    """The usual sweep: order by start, furthest end so far, differences."""
    order = np.argsort(starts, kind="stable")
    begins = starts[order]
    furthest = np.maximum.accumulate(ends[order])
    gap = np.flatnonzero(begins[1:] - furthest[:-1] >= length)
    return list(zip(furthest[gap].tolist(), begins[gap + 1].tolist(), strict=True))
