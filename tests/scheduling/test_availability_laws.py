"""The engine against a reference that asks every five minutes one by one, near clock changes of many zones.

Every rule is in play at once, so every slot offered keeps notice, horizon, buffers, hours, blocked time, caps,
policies and constraints, and every one that keeps them is offered.
"""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.reference import counts, reference
from bench.workloads import question
from bot.scheduling.availability import Kind, Person, Query, availability, rank, why_not
from bot.scheduling.event import BusyInterval, FreeBusy, Known, Unknown
from bot.scheduling.interval import gaps, merge

GRAIN = timedelta(minutes=5)
ALL = 1_000_000

questions = st.randoms(use_true_random=False).map(lambda random: question(random, GRAIN))
quick = settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])


def agrees(query: Query, people: list[Person]) -> bool:
    """True when something was offered, so that a run can tell that it was worth it."""
    found = availability(query, people, ALL)
    free, starts = reference(query, people, GRAIN)
    assert [(interval.start, interval.end) for interval in found.free] == free
    assert [slot.start for slot in found.slots] == starts
    assert all(slot.interval.length == query.duration for slot in found.slots)
    return bool(starts)


@quick
@given(questions)
def test_the_same_ranges_and_slots_as_the_reference(asked: tuple[Query, list[Person]]) -> None:
    agrees(*asked)


def test_the_same_for_seeded_questions() -> None:
    assert sum(agrees(*question(Random(seed), GRAIN)) for seed in range(600)) > 100


@pytest.mark.long
def test_the_same_for_many_seeded_questions() -> None:
    assert sum(agrees(*question(Random(seed), GRAIN, 14, 6)) for seed in range(600, 4_600)) > 400


@quick
@given(questions, st.randoms(use_true_random=False))
def test_the_order_of_people_and_of_their_busy_time_is_nothing(
    asked: tuple[Query, list[Person]], random: Random
) -> None:
    query, people = asked
    mixed = []
    for person in random.sample(people, len(people)):
        if isinstance(person.busyness, Known):
            busy = random.sample(person.busyness.busy, len(person.busyness.busy))
            person = replace(person, busyness=Known(tuple(busy)))
        mixed.append(person)
    assert availability(query, mixed).free == availability(query, people).free
    assert availability(query, mixed).slots == availability(query, people).slots


@quick
@given(questions)
def test_more_busy_time_never_frees_any(asked: tuple[Query, list[Person]]) -> None:
    query, people = asked
    free = availability(query, people).free
    for taken in free[:3]:
        blocked = [
            replace(p, busyness=Known((*p.busyness.busy, BusyInterval(taken, FreeBusy.BUSY))))
            if isinstance(p.busyness, Known)
            else p
            for p in people
        ]
        less = availability(query, blocked).free
        assert not any(interval.overlaps(taken) for interval in less)
        assert all(any(wide.covers(interval) for wide in free) for interval in less)


@quick
@given(questions)
def test_no_reason_against_a_start_is_being_free(asked: tuple[Query, list[Person]]) -> None:
    query, people = asked
    nameless = {person.name for person in people if isinstance(person.busyness, Unknown)}
    own_unknown = any(person.own and person.name in nameless for person in people)
    if own_unknown or len(nameless) == len(people):
        return
    free = availability(query, people).free
    for n in range(-12, query.window.length // GRAIN + 12, 5):
        start = query.window.start + n * GRAIN
        reasons = why_not(query, people, start)
        known = [r for r in reasons if not (r.kind is Kind.UNKNOWN and r.person in nameless)]
        inside = any(i.start <= start and start + query.duration <= i.end for i in free)
        assert inside == (not known), (start, reasons)
        for reason in reasons:  # nothing of other people but these two
            mine = not reason.person or any(p.own for p in people if p.name == reason.person)
            assert mine or reason.kind in (Kind.BUSY, Kind.UNKNOWN)


@quick
@given(st.randoms(use_true_random=False).map(lambda random: question(random, GRAIN, 2, 5)))
def test_ranking_counts_who_could_come(asked: tuple[Query, list[Person]]) -> None:
    query, people = asked
    ranked = rank(query, people, ALL)
    expected = dict(counts(query, people, GRAIN))
    assert {one.slot.start: frozenset(one.free) for one in ranked} == expected
    order = [(-len(one.free), one.slot.start) for one in ranked]
    assert order == sorted(order)
    others = {person.name for person in people if not person.own}
    for one in ranked:
        assert len(one.free) + len(one.busy) + len(one.unknown) == len(others)
        assert {*one.free, *one.busy, *one.unknown} == others


def test_ranking_counts_a_crowd() -> None:
    """More people than fit one number of flags."""
    for seed in range(12):
        query, people = question(Random(f"crowd {seed}"), GRAIN, 2, 90)
        told = {one.slot.start: frozenset(one.free) for one in rank(query, people, ALL)}
        assert told == dict(counts(query, people, GRAIN))


@quick
@given(questions)
def test_free_time_and_closed_time_are_the_window(asked: tuple[Query, list[Person]]) -> None:
    """With nothing but busy time and a meeting of one second, free is exactly what busy leaves."""
    query, people = asked
    plain = Query(query.window, timedelta(seconds=1), query.zone, query.window.start)
    bare = [Person(p.name, p.busyness) for p in people if isinstance(p.busyness, Known)]
    if not bare:
        return
    busy = [
        taken.interval
        for p in bare
        if isinstance(p.busyness, Known)
        for taken in p.busyness.busy
        if taken.status is not FreeBusy.FREE
    ]
    free = list(availability(plain, bare).free)
    assert free == gaps(busy, query.window) == merge(free)
