"""Plain text: what is taken out before times are read, and what is stripped."""

import pytest

from bot.language.normalise import HOLE, Extract, Kind, clean


@pytest.mark.parametrize(
    ("text", "extract"),
    [
        ("meet <@U12AB|ana>", Extract(Kind.WHO, "<@U12AB>")),
        ("meet <@U12AB>", Extract(Kind.WHO, "<@U12AB>")),
        ("meet <mailto:a@b.org|a@b.org>", Extract(Kind.WHO, "a@b.org")),
        ("meet dana@3.io, please", Extract(Kind.WHO, "dana@3.io")),
        ("meet @tom at noon", Extract(Kind.WHO, "@tom")),
        ("meet (eva@example.org)", Extract(Kind.WHO, "eva@example.org")),
        (
            "see https://example.org/9pm?x=1",
            Extract(Kind.LINK, "https://example.org/9pm?x=1", "https://example.org/9pm?x=1"),
        ),
        ("see <https://example.org/9pm|the page>", Extract(Kind.LINK, "https://example.org/9pm", "the page")),
        ('book "Tea at 5" now', Extract(Kind.TITLE, "Tea at 5")),
        ("book “Tea at 5” now", Extract(Kind.TITLE, "Tea at 5")),
        ("book 'gym at six' now", Extract(Kind.TITLE, "gym at six")),
    ],
)
def test_one_thing_is_taken_out(text: str, extract: Extract) -> None:
    got = clean(text)
    assert got.extracts == (extract,)
    assert got.text.count(HOLE) == 1


@pytest.mark.parametrize("text", ["it's Ana's day", "at 5 o'clock", "3 < 4 > 2", "@ 5", "a @ b", "''", '""', "<>"])
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert clean(text).extracts == ()


def test_addresses_come_apart_at_commas() -> None:
    assert [extract.value for extract in clean("with a@b.org,c@d.org; e@f.org.").extracts] == [
        "a@b.org",
        "c@d.org",
        "e@f.org",
    ]


def test_characters_are_made_plain() -> None:
    assert clean("a\u200bt\u202e ５ － ٣ o’clock\x07").text == "at 5 - 3 o'clock"


def test_length_counts_what_the_grammar_has_to_read() -> None:
    assert clean('a "long quoted title" b').length == len("a    b")
