"""Titles that hold words of time: introduced outright, or with a number in the name."""

import pytest

from bot.language.ask import Intent
from tests.language.asking import BERLIN, asked


@pytest.mark.parametrize(
    ("sentence", "title", "start"),
    [
        ("book 1h friday at 1:30pm about night shift", "night shift", "2026-03-13 13:30"),
        ("book friday 10pm to 11pm about night", "night", "2026-03-13 22:00"),
        ("book 30m tomorrow 3pm about q4 evening menu", "q4 evening menu", "2026-03-12 15:00"),
        ("book tomorrow 3pm called morning coffee", "morning coffee", "2026-03-12 15:00"),
        ("book tomorrow 3pm re friday launch", "friday launch", "2026-03-12 15:00"),
        ('book tomorrow 3pm "monday 9am recap"', "monday 9am recap", "2026-03-12 15:00"),
        ("book tomorrow at 3pm titled 10 days of march", "10 days of march", "2026-03-12 15:00"),
        ("remind me tomorrow at 3pm about friday dinner", "friday dinner", "2026-03-12 15:00"),
        # What the time still lacks may stand at the end.
        ("book a call about hiring tomorrow at 3", "hiring", "2026-03-12 15:00"),
        ("book tomorrow about hiring at 3pm", "hiring", "2026-03-12 15:00"),
        ("book 3pm call about hiring tomorrow", "hiring", "2026-03-12 15:00"),
        ("book tomorrow about 3pm", "", "2026-03-12 15:00"),
    ],
)
def test_a_title_keeps_its_words(sentence: str, title: str, start: str) -> None:
    ask = asked(sentence)
    assert ask.question is None
    assert ask.when is not None
    assert (ask.title, f"{ask.when.start.astimezone(BERLIN):%Y-%m-%d %H:%M}") == (title, start)


def test_a_length_behind_the_title_is_the_length() -> None:
    ask = asked("book a meeting tomorrow at 3pm about hiring for 2 hours with Ana")
    assert ask.duration is not None
    assert (ask.title, ask.who, ask.duration.total_seconds()) == ("hiring", ("Ana",), 7200)


@pytest.mark.parametrize(
    ("sentence", "intent", "title"),
    [
        ("move k9 to 20 march at 16:00", Intent.MOVE, "k9"),
        ("move room 7 review to friday at 10", Intent.MOVE, "room 7 review"),
        ("cancel q1 planning tomorrow", Intent.CANCEL, "q1 planning"),
        ("cancel phase 2 review tomorrow", Intent.CANCEL, "phase 2 review"),
        ("book covid19 briefing tomorrow at 3pm", Intent.BOOK, "covid19 briefing"),
        ("book v3 demo tomorrow at 3pm", Intent.BOOK, "v3 demo"),
        ("book room 7 tomorrow at 3pm", Intent.BOOK, "room 7"),
    ],
)
def test_a_number_in_a_name_is_no_time(sentence: str, intent: Intent, title: str) -> None:
    ask = asked(sentence)
    assert (ask.intent, ask.title, ask.question) == (intent, title, None)


@pytest.mark.parametrize(
    "sentence", ["book lunch tomorrow 3", "book the room 4pm tomorrow", "book room 4 to 5pm friday"]
)
def test_a_number_beside_it_is_still_a_time(sentence: str) -> None:
    ask = asked(sentence)
    assert ask.question is not None or (ask.when is not None and ask.when.start.astimezone(BERLIN).hour == 16)
