"""The three ways to sweep give one answer, and a vendor's list in numbers is what JSON says it is."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.providers.google_freebusy import read
from bot.scheduling import sweep
from bot.scheduling.event import Unknown
from bot.scheduling.question import Closed, Frame, Kind
from bot.scheduling.seconds import ALWAYS_AFTER, ALWAYS_BEFORE, Spans, epoch_seconds

LOW, HIGH = 1_000, 2_000
OUTSIDE = Closed(Kind.CONSTRAINT, [ALWAYS_BEFORE, HIGH], [LOW, ALWAYS_AFTER])

stretches = st.lists(st.tuples(st.integers(LOW - 300, HIGH + 300), st.integers(1, 400)), max_size=25)


def brute(spans: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Second by second."""
    free = [all(not begin <= second < begin + long for begin, long in spans) for second in range(LOW, HIGH)]
    found, begin = [], None
    for second, is_free in [*zip(range(LOW, HIGH), free, strict=True), (HIGH, False)]:
        if is_free and begin is None:
            begin = second
        if not is_free and begin is not None:
            if second - begin >= length:
                found.append((begin, second))
            begin = None
    return found


@given(stretches, st.integers(1, 300))
def test_all_ways_agree_with_asking_every_second(spans: list[tuple[int, int]], length: int) -> None:
    rules = [OUTSIDE, Closed(Kind.BUSY, [begin for begin, _ in spans], [begin + long for begin, long in spans])]
    bounds = Frame(LOW, HIGH, length)
    expected = brute(spans, length)
    assert sweep._by_sorting(rules, length) == expected
    assert sweep._by_start(rules, length) == expected
    assert sweep._by_cell(rules, bounds) == expected


@pytest.mark.parametrize("many", [sweep.FEW // 2, sweep.FEW * 2, sweep.HERD * 2])
@pytest.mark.parametrize("low", [0, -10_000_000])
def test_the_way_is_chosen_by_number_and_the_answer_is_not(many: int, low: int) -> None:
    starts = [low + n * 7919 % 90_000 for n in range(many) if n * 7919 % 9_000 < 4_000]
    rules = [
        Closed(Kind.CONSTRAINT, [ALWAYS_BEFORE, low + 90_000], [low, ALWAYS_AFTER]),
        Closed(Kind.BUSY, starts, [start + 600 for start in starts]),
    ]
    bounds = Frame(low, low + 90_000, 900)
    assert sweep.gaps_between(rules, bounds) == sweep._by_sorting(rules, 900)
    assert len(sweep.gaps_between(rules, bounds)) == 10


entries = st.lists(
    st.tuples(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.integers(1, 5_000)),  # noqa: DTZ001
    max_size=6,
)
formats = st.sampled_from(["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S+01:00", "%Y-%m-%dT%H:%M:%S.000Z"])


@given(st.lists(entries, max_size=4), st.lists(formats, min_size=1, max_size=3), st.sampled_from([None, 0, 2]))
def test_a_busy_list_is_read_as_json_reads_it(
    calendars: list[list[tuple[datetime, int]]], written: list[str], indent: int | None
) -> None:
    """Also when entries are written in several ways and the shape of one does not fit the next."""
    body: dict[str, object] = {}
    expected = {}
    for n, found in enumerate(calendars):
        texts = [
            {side: at.replace(microsecond=0).strftime(written[(i + n) % len(written)]) for side, at in pair}
            for i, (start, long) in enumerate(found)
            for pair in [(("start", start), ("end", start + timedelta(seconds=long)))]
        ]
        body[f'"busy": [{n}]'] = {"busy": texts}
        expected[f'"busy": [{n}]'] = [(epoch(text["start"]), epoch(text["end"])) for text in texts]
    told = read(json.dumps({"kind": "calendar#freeBusy", "calendars": body}, indent=indent).encode())
    assert {
        name: list(zip(spans.starts, spans.ends, strict=True))
        for name, spans in told.items()
        if isinstance(spans, Spans)
    } == expected


def epoch(text: str) -> int:
    moment = datetime.fromisoformat(text)
    assert epoch_seconds(text.encode()) == moment.timestamp()
    return int(moment.astimezone(UTC).timestamp())


def test_a_calendar_with_errors_is_unknown_and_other_answers_are_refused() -> None:
    told = read(b'{"calendars": {"a": {"errors": [{"reason": "notFound"}], "busy": []}}}')
    assert isinstance(told["a"], Unknown)
    for answer in (b"{}", b"[]", b'{"calendars": {"a": {}}}', b"", b'{"calendars": {"a": {"busy": [{"start": 1}]}}}'):
        with pytest.raises(ValueError):
            read(answer)
