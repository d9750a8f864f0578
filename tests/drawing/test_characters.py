"""The week in characters: as wide as it may be, in ASCII where it must be, and never freer than it is."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.drawing import characters
from bot.drawing.text import clean, columns, fit, one_line, paragraphs, wrap
from bot.drawing.week import Shade, Week
from tests.drawing.weeks import USUAL, block, week

BAD = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u2028\u2029\ud800-\udfff]")
TEXT = st.text(st.characters(codec=None), max_size=40)


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("width", [20, 40, 60, 61, 80, 120, 250])
def test_it_fits_and_says_what_must_be_said(width: int, ascii_only: bool) -> None:
    lines = characters.draw(USUAL, width, ascii_only=ascii_only)
    assert max(map(columns, lines)) <= width
    whole = " ".join(" ".join(lines).split())
    for text in ("Your week", "Times in Europe/Madrid, now 11:20", "Birthday", "Mon 23", "free", "not known"):
        assert text in whole
    assert "?" in whole
    assert "\n".join(lines).isascii() or not ascii_only


def test_a_grid_where_there_is_room() -> None:
    lines = characters.draw(
        week((block("09:00", "10:30", Shade.FREE), block("10:30", "11:00", Shade.BUSY, "Call"))), 80
    )
    assert lines[2].strip() == "Mon 23 Nov"
    nine = next(index for index, line in enumerate(lines) if line.startswith("09:00"))
    assert [line[7:].strip()[:12] for line in lines[nine : nine + 4]] == [
        "░09:00–10:30",
        "░" * 12,
        "░" * 12,
        "█Call███████",
    ]


def test_bars_where_there_is_not() -> None:
    assert characters.draw(week((block("09:00", "10:30", Shade.FREE), block("10:30", "11:00", Shade.BUSY))), 40) == [
        "Your week",
        "Times in Europe/Madrid",
        "        8  9  10 11 12 13 14 15 16 17",
        "Mon 23     ░░░░██",
        "░ free  █ busy",
    ]


@settings(deadline=None)
@given(
    blocks=st.lists(
        st.tuples(
            st.integers(480, 1079), st.integers(1, 300), st.sampled_from([Shade.FREE, Shade.BUSY, Shade.UNKNOWN])
        ),
        max_size=6,
    ),
    width=st.sampled_from([30, 50, 80]),
)
def test_no_cell_looks_freer_than_its_minutes(blocks: list[tuple[int, int, Shade]], width: int) -> None:
    made = [
        block(f"{start // 60}:{start % 60}", f"{(start + long) // 60}:{(start + long) % 60}", shade)
        for start, long, shade in blocks
    ]
    for minute in range(480, 1080, 30):
        shown = characters._shown(made, minute, 30)
        inside = {one.shade for one in made if one.start < minute + 30 and one.end > minute}
        if Shade.UNKNOWN in inside:
            assert shown is not None
            assert shown.shade is Shade.UNKNOWN
        elif Shade.BUSY in inside:
            assert shown is not None
            assert shown.shade is Shade.BUSY
    assert max(map(columns, characters.draw(week(tuple(made)), width))) <= width


@settings(deadline=None)
@given(title=TEXT, label=TEXT, zone=TEXT, width=st.sampled_from([20, 40, 80, 120]), ascii_only=st.booleans())
def test_no_title_breaks_a_line(title: str, label: str, zone: str, width: int, ascii_only: bool) -> None:
    days = week(tuple(block("09:00", "12:00", shade, label) for shade in Shade), banner=label, title=title).days
    for line in characters.draw(Week(days, zone, title=title), width, ascii_only=ascii_only):
        assert not BAD.search(line)
        assert columns(line) <= width


def test_nothing_to_show_is_no_crash() -> None:
    assert characters.draw(Week((), "UTC"), 80)[0] == "Times in UTC"
    assert characters.draw(Week((), "UTC", 9, 3), 40)


def test_a_text_keeps_its_words_and_loses_its_orders() -> None:
    assert one_line("a\x1b[2J\u202eb\r\nc\u2028d\x00\u200b  e") == "a[2Jb c d e"
    assert clean("👩\u200d👩\u200d👧 \u0301é می\u200cخواهم") == "👩\u200d👩\u200d👧 \u0301é می\u200cخواهم"
    assert clean("\ud800\ufffe") == "\ufffd\ufffd"
    assert paragraphs("a\r\nb\rc\x85d\n  • e") == ["a", "b c d", "  • e"]


@settings(deadline=None)
@given(text=TEXT.map(clean), width=st.integers(2, 50))
def test_wrapping_loses_nothing_and_fits(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    if "://" not in text:
        assert all(columns(line) <= width or not line.strip() for line in lines)
    assert columns(fit(text, width)) <= width


def test_an_address_is_never_broken() -> None:
    address = "https://example.com/" + "a" * 100
    assert wrap(f"Join at {address} please", 40) == ["Join at", address, "please"]
