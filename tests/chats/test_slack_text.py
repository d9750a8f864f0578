"""Text for Slack: literal, escaped once, and within a limit."""

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chats.slack.text import cut, escape, fallback, line, lines, pieces, plain_text, size
from bot.drawing.text import clean
from tests.chats.slack_hostile import TITLES
from tests.doubles.slack_text_rules import controls, mrkdwn

READ_AGAIN = re.compile(r"<[@#!]|<[a-z]+:", re.IGNORECASE)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=200) | st.text("<>&@!#*_~`: \n\U0001f389a", max_size=200)


@pytest.mark.parametrize("title", TITLES)
def test_a_title_holds_no_sequence_of_slacks_and_still_says_the_same(title: str) -> None:
    shown = line(title)
    assert not READ_AGAIN.search(shown)
    assert "\n" not in shown
    assert clean(shown) == " ".join(clean(title).split())


@pytest.mark.parametrize("title", TITLES)
def test_the_fallback_is_mark_up_in_which_nothing_is_marked(title: str) -> None:
    shown = fallback(title)
    assert not controls(shown)
    assert not list(mrkdwn("/text", shown))
    assert "<" not in shown
    assert ">" not in shown
    for marked in (r":[a-z_]+:", r"@[a-z]", r"#[a-z]", "://", r"[a-z]\.[a-z]", r"^&gt;"):
        assert not re.search(marked, shown), marked
    assert clean(html.unescape(shown).replace("\n", " ")).split() == clean(title).split()


def test_escaping_happens_once() -> None:
    assert escape("Q&A <today> &amp;") == "Q&amp;A &lt;today&gt; &amp;amp;"
    assert fallback("Q&A") == "Q&amp;A"
    assert plain_text("Q&A <today>")["text"] == "Q&A <today>"


def test_ordinary_words_stay_as_they_are() -> None:
    said = "Tuesday 10 March, 15:00–15:30 (Europe/Madrid): a < b, 5 > 3, “Über”, 日本語 🎉"
    assert lines(said) == line(said) == said
    assert fallback("When: Tuesday, 15:00–15:30") == "When: Tuesday, 15:00–15:30"


def test_lines_are_kept_and_paragraphs_too() -> None:
    assert lines("\nOne\r\n\n  • two\n\n") == "One\n\n  • two"


def test_a_text_object_is_never_empty() -> None:
    assert plain_text(line(" \u200b ")) == {"type": "plain_text", "text": "–", "emoji": False}


def test_length_is_counted_as_slack_may_count_it() -> None:
    assert size("a&<>é") == 1 + 5 + 4 + 4 + 1
    assert size("🎉") == 2
    assert cut("🎉🎉🎉", 5) == "🎉🎉…"
    assert cut("Q&A", 7) == "Q&A"
    assert cut("one two", 5) == "one…"


@settings(deadline=None)
@given(TEXTS, st.integers(1, 60))
def test_what_is_cut_fits_and_begins_as_it_did(text: str, limit: int) -> None:
    shown = cut(text, limit)
    assert size(shown) <= limit
    assert shown == text or text.startswith(shown[:-1])


@settings(deadline=None)
@given(TEXTS, st.integers(6, 60))
def test_pieces_fit_and_lose_nothing_but_spaces(text: str, limit: int) -> None:
    parts = list(pieces(text, limit))
    assert all(part and size(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_pieces_break_between_lines_where_they_can() -> None:
    assert list(pieces("one two\nthree four\nfive", 12)) == ["one two", "three four", "five"]
    assert list(pieces("one two three", 9)) == ["one two", "three"]


@settings(deadline=None)
@given(TEXTS)
def test_whatever_a_text_holds_its_fallback_is_inert(text: str) -> None:
    shown = fallback(text, 120)
    assert not controls(shown)
    assert not list(mrkdwn("/text", shown))
    assert size(html.unescape(shown)) <= 120
