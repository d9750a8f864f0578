"""Predictions and explanations: the two ways to look at what was understood."""

import json

import pytest

from bot.language.predict import explain, predict, run
from bot.language.words import words
from tests.language.asking import BERLIN, asked


def _line(text: str, lang: str = "en") -> str:
    return json.dumps(
        {"id": "x", "lang": lang, "text": text, "now": "2026-03-11T09:20:00+01:00", "tz": "Europe/Berlin"}
    )


def test_a_prediction_has_the_time_in_the_zone() -> None:
    assert predict(asked("book 30m with Ana tomorrow at 3pm about the budget"), BERLIN) == {
        "intent": "book",
        "start": "2026-03-12T15:00:00+01:00",
        "window": ["2026-03-12T15:00:00+01:00", "2026-03-12T15:30:00+01:00"],
        "duration_minutes": 30.0,
        "participants": ["Ana"],
        "title": "budget",
    }


def test_lines_in_lines_out() -> None:
    first, second = [json.loads(line) for line in run([_line("cancel standup tomorrow"), "\n", _line("hallo", "de")])]
    assert (first["id"], first["intent"]) == ("x", "cancel")
    assert second == {"id": "x", "intent": "unclear"}


@pytest.mark.parametrize("line", ["[]", "{}", '{"text": 1}', "not json"])
def test_a_bad_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        list(run([line]))


def test_an_explanation_says_why() -> None:
    lines = explain(asked("book lunch next friday at noon with Ana"), BERLIN)
    assert lines[0] == "intent: book"
    assert any(line.startswith("question: two readings") for line in lines)
    assert lines[-1].startswith("why: ")


def test_a_language_without_a_table_is_refused() -> None:
    with pytest.raises(KeyError):
        words("xx")
    assert words("en-GB") is words("en_US")
