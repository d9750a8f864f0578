"""The picture as a document: well-formed whatever a title says, and saying what must be said."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.drawing import svg
from bot.drawing.glyphs import text_width
from bot.drawing.layout import cut, fold, place
from bot.drawing.theme import DARK, LIGHT, Theme
from bot.drawing.week import Shade, Week
from tests.drawing.weeks import USUAL, block, week

SVG = "{http://www.w3.org/2000/svg}"
BAD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def texts(document: str) -> list[str]:
    return ["".join(found.itertext()) for found in ElementTree.fromstring(document).iter(f"{SVG}text")]  # noqa: S314


def test_title_zone_days_hours_and_times_are_there() -> None:
    shown = texts(svg.draw(USUAL))
    for text in ("Your week", "Times in Europe/Madrid", "Mon", "23 Nov", "Birthday", "08:00", "18:00", "11:20"):
        assert text in shown
    assert {"09:00", "–10:30"} <= set(shown) or "09:00–10:30" in shown
    assert "Stand-up" in shown
    assert any(text.startswith("?") for text in shown)


def test_the_zone_is_printed_even_for_nothing() -> None:
    shown = texts(svg.draw(Week((), "Asia/Taipei")))
    assert "Times in Asia/Taipei" in shown
    assert "23 Nov" in texts(svg.draw(week((), title="")))


def test_the_legend_names_what_occurs_and_nothing_else() -> None:
    shown = texts(svg.draw(week((block("09:00", "10:00", Shade.FREE),))))
    assert "free" in shown
    assert "busy" not in shown


def test_no_text_is_too_small_for_a_phone() -> None:
    sizes = [int(size) for size in re.findall(r'font-size="(\d+)"', svg.draw(USUAL))]
    assert min(sizes) >= 28


@pytest.mark.parametrize("dark", [False, True])
def test_shades_differ_by_more_than_colour(dark: bool) -> None:
    document = svg.draw(USUAL, dark=dark)
    assert "url(#hatch)" in document
    assert "url(#dots)" in document
    assert "stroke-dasharray" in document
    for name in re.findall(r"url\(#(\w+)\)", document):
        assert f'id="{name}"' in document


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_text_can_be_read_on_every_ground(theme: Theme) -> None:
    pairs = [(look.ink, look.fill) for look in theme.looks.values()]
    pairs += [(theme.ink, theme.paper), (theme.faint, theme.paper), (theme.today_ink, theme.today)]
    pairs += [(theme.banner_ink, theme.banner), (theme.now_ink, theme.now)]
    assert [pair for pair in pairs if _contrast(*pair) < 4.5] == []


def _contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_labels_are_escaped_once() -> None:
    document = svg.draw(week((block("09:00", "17:00", Shade.BUSY, "A & B"),), title='<b> & "q"'))
    assert "A &amp; B" in document
    assert '<b> & "q"' in texts(document)


TITLE = st.text(st.characters(codec=None), max_size=40) | st.text(
    st.sampled_from("<>&\"'\x00\x1b\u202e\ufffe\ud800 a王🦄\u0301")
)


@settings(deadline=None)
@given(title=TITLE, label=TITLE, banner=TITLE)
def test_no_text_breaks_the_document(title: str, label: str, banner: str) -> None:
    document = svg.draw(
        week(tuple(block("09:00", "12:00", shade, label) for shade in Shade), (), banner=banner, title=title)
    )
    assert not BAD.search(document)
    assert "Times in Europe/Madrid" in texts(document)


@settings(deadline=None)
@given(start=st.integers(-10, 1450), length=st.integers(-5, 1500), first=st.integers(-2, 30), last=st.integers(-2, 30))
def test_no_number_breaks_the_document(start: int, length: int, first: int, last: int) -> None:
    one = USUAL.days[0]
    blocks = (*one.blocks, type(one.blocks[0])(start, start + length, Shade.FREE))
    document = svg.draw(Week((type(one)(one.date, blocks),), "UTC", first, last, now=USUAL.now))
    numbers = re.findall(r'(?:width|height|rx)="(-?[\d.]+)"', document)
    assert all(float(number) >= 0 for number in numbers)
    ElementTree.fromstring(document)  # noqa: S314


def test_overlapping_blocks_share_the_width_and_others_do_not() -> None:
    day = (
        block("09:00", "11:00", Shade.BUSY, "a"),
        block("10:00", "12:00", Shade.BUSY, "b"),
        block("11:00", "12:00", Shade.BUSY, "c"),
        block("12:00", "13:00", Shade.BUSY, "d"),
    )
    placed = {at.block.label: (at.lane, at.lanes) for at in place(day, 480, 1080)}
    assert placed == {"a": (0, 2), "b": (1, 2), "c": (0, 2), "d": (0, 1)}


def test_blocks_are_cut_to_the_hours_shown() -> None:
    day = (block("06:00", "09:00", Shade.BUSY), block("19:00", "20:00", Shade.BUSY))
    assert [(at.start, at.end) for at in place(day, 480, 1080)] == [(480, 540)]


@settings(deadline=None)
@given(
    text=st.text(max_size=40).map(lambda text: " ".join(text.split())),
    room=st.integers(30, 400),
    rows=st.integers(1, 5),
)
def test_a_folded_label_has_room_and_loses_nothing_without_a_mark(text: str, room: int, rows: int) -> None:
    def measure(part: str) -> float:
        return text_width(part, 28)

    lines = fold(text, room, rows, measure)
    assert len(lines) <= rows
    assert all(measure(line) <= room for line in lines)
    if lines and not lines[-1].endswith("…"):
        assert "".join(lines).replace("-", "").replace(" ", "") == text.replace("-", "").replace(" ", "")
    assert measure(cut(text, room, measure)) <= room
