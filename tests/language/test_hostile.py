"""Texts made to hurt: nothing raises, nothing takes long, and time grows with length and no faster."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.ask import Ask, Intent
from bot.language.normalise import clean
from bot.language.people import distance
from bot.language.words import words
from tests.language.asking import PEOPLE, asked

ALLOWED_SECONDS = 0.3 * 5
"""Each answer in 300 ms; five times that on a busy machine."""

HOSTILE = {
    "clocks run together": "mon 1 am" * 330,
    "clocks": "mon 1 am " * 222,
    "digits": "1" * 2_000,
    "many digits": "1" * 100_000,
    "brackets": "(" * 2_000,
    "nested brackets": "[({" * 600,
    "colons": "9:" * 1_000,
    "slashes": "1/1/" * 500,
    "dashes": "- " * 1_000,
    "articles": "a " * 1_000,
    "the": "the " * 500,
    "next": "next " * 400,
    "to": "to " * 660,
    "halves": "and a half " * 180,
    "ats": "@" * 2_000,
    "addresses": "a@" * 1_000,
    "angles": "<" * 2_000,
    "mentions": "<@" * 1_000,
    "apostrophes": "'" * 2_000,
    "quotes": '"' * 2_000,
    "open quotes": " 'a" * 660,
    "combining marks": "e\u0301" * 1_000,
    "direction overrides": "\u202e\u202d" * 1_000,
    "arabic digits": "\u0661" * 2_000,
    "one character that is eighteen": "\ufdfa" * 2_000,
    "every other": "every other " * 160,
    "ranges": "between 1 and 2 and " * 100,
    "lengths": "1 hour and " * 180,
    "tens": "twenty " * 280,
    "couples": "a couple of " * 160,
    "nots": "not " * 500,
    "guests": "with a, b and " * 140,
    "names": "Bob and " * 250,
    "nul": "\x00" * 2_000,
    "weeks in weeks": "week of week of " * 125,
    "weekdays in weekdays": "first monday of " * 125,
    "spans in spans": "early mid late " * 130,
    "decimals": "1.1.1.1." * 250,
    "hours": "2h" * 1_000,
    "endings": "'s" * 1_000,
    "emoji": "\U0001f600" * 2_000,
    "a long text": "please find time " * 6_000,
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in HOSTILE.items()])
def test_a_hostile_text_is_answered_soon(text: str) -> None:
    for piece in (text, text[:2_000], text[:200]):
        started = time.perf_counter()
        assert isinstance(asked(piece), Ask)
        assert time.perf_counter() - started < ALLOWED_SECONDS


@pytest.mark.parametrize("unit", ["mon 1 am ", "1/1/", "<@a", "week of ", "with a, ", "'a ", "a@b.c "])
def test_time_grows_with_length(unit: str) -> None:
    def seconds(size: int) -> float:
        text = (unit * size)[:size]
        best = 1.0
        for _ in range(3):
            started = time.perf_counter()
            asked(text)
            best = min(best, time.perf_counter() - started)
        return best

    # Eight times the text may take eight times as long; quadratic work would take sixty-four.
    assert seconds(2_000) < 24 * seconds(250) + 0.05


@given(st.text(max_size=300))
@settings(deadline=None, max_examples=300)
def test_nothing_raises_for_any_text(text: str) -> None:
    assert isinstance(asked(text), Ask)


_VOCABULARY = st.sampled_from(
    sorted({*words("en").senses, *words("en").cues, "3", "14", "2026", "30", ",", "-", "/", ":"})
)


@given(st.lists(_VOCABULARY, max_size=14), st.sampled_from([None, *Intent]))
@settings(deadline=None, max_examples=600)
def test_nothing_raises_for_any_order_of_its_own_words(parts: list[str], verb: Intent | None) -> None:
    text = " ".join(parts)
    ask = asked(text, verb=verb)
    assert asked(text, verb=verb) == ask
    for ref in (ask.when, ask.target.when if ask.target else None):
        if ref is not None:
            assert ref.start.tzinfo is not None
            assert ref.end is None or ref.start < ref.end
    if ask.question is not None:
        assert all(option.question is None for _, option in ask.question.options)


@given(st.text(max_size=200))
def test_cleaning_leaves_no_controls_and_no_direction_overrides(text: str) -> None:
    kept = clean(text).text
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in kept)


@given(st.text(alphabet="abcd", max_size=8), st.text(alphabet="abcd", max_size=8))
def test_distance_is_symmetric_and_bounded(a: str, b: str) -> None:
    assert distance(a, b, 2) == distance(b, a, 2)
    assert (distance(a, b, 2) == 0) == (a == b)


def test_a_large_directory_does_not_slow_a_sentence() -> None:
    people = PEOPLE * 500
    started = time.perf_counter()
    asked("book lunch with Ana tomorrow at noon")
    assert time.perf_counter() - started < ALLOWED_SECONDS
    assert len(people) == 2_000
