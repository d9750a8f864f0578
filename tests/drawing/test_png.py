"""The picture as pixels: text is really drawn, and a character that no font has is seen to be missing."""

import shutil
import struct
import zlib
from pathlib import Path

import pytest

from bot.drawing import glyphs, png, svg
from bot.drawing.glyphs import BOLD, MISSING, REGULAR, cover, read, shipped, text_width
from bot.drawing.week import Shade
from tests.drawing.weeks import USUAL, block, week

NOWHERE: list[Path] = []


def pixels(data: bytes) -> tuple[int, int, bytes]:
    """Width, height and RGBA bytes of a PNG without interlacing."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", data[16:29])
    assert (depth, kind, interlaced) == (8, 6, 0)
    at, packed = 8, b""
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        packed += data[at + 8 : at + 8 + length] if name == b"IDAT" else b""
        at += 12 + length
    raw, step = zlib.decompress(packed), width * 4
    before, rows = bytearray(step), []
    for row in range(height):
        kind, line = raw[row * (step + 1)], bytearray(raw[row * (step + 1) + 1 : (row + 1) * (step + 1)])
        for index in range(step):
            left = line[index - 4] if index >= 4 else 0
            corner = before[index - 4] if index >= 4 else 0
            line[index] = (line[index] + _guess(kind, left, before[index], corner)) & 255
        rows.append(bytes(line))
        before = line
    return width, height, b"".join(rows)


def _guess(kind: int, left: int, above: int, corner: int) -> int:
    if kind < 4:
        return (0, left, above, (left + above) // 2)[kind]
    guess = left + above - corner
    return min((left, above, corner), key=lambda value: abs(guess - value))


def line_of(text: str, fonts: list[Path] | None = None) -> bytes:
    document = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="50"><rect width="300" height="50" fill="#fff"/>'
        f'<text x="5" y="35" font-family="DejaVu Sans" font-size="28">{text}</text></svg>'
    )
    return pixels(png.render(document, fonts=fonts))[2]


def ink(picture: bytes) -> int:
    """How many pixels are dark."""
    return sum(value < 128 for value in picture[::4])


@pytest.mark.parametrize("dark", [False, True])
def test_a_week_is_drawn_for_a_phone(dark: bool) -> None:
    data = png.picture(USUAL, dark=dark)
    width, height = struct.unpack(">II", data[16:24])
    assert width == 1080
    assert 1000 < height < 2000
    assert data != png.picture(USUAL, dark=not dark)
    assert data == png.picture(USUAL, dark=dark)


def test_text_leaves_ink_and_an_empty_line_none() -> None:
    assert ink(line_of("")) == 0
    assert ink(line_of("Europe/Madrid")) > 300
    assert line_of("Madrid") != line_of("Lisbon")


def test_without_our_font_there_would_be_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """The renderer says nothing when it has no font, so this is what the tests above would not see."""
    import resvg_py

    document = svg.draw(USUAL)
    blank = bytes(resvg_py.svg_to_bytes(svg_string=document, skip_system_fonts=True))
    assert blank != png.render(document)


def test_what_we_have_needs_no_system_font() -> None:
    text = "Café – Ελληνικά – Привет – שלום – 09:00…"
    assert cover(text, [Path("/does/not/exist")]) == (text, [REGULAR, BOLD])


def test_what_nobody_has_is_a_box_each_and_an_emoji_is_one() -> None:
    assert cover("A王小明B", NOWHERE)[0] == f"A{MISSING * 3}B"
    assert cover("🦄 \U0001f469\u200d\U0001f469\u200d\U0001f467!", NOWHERE)[0] == f"{MISSING} {MISSING}!"
    assert MISSING in shipped()
    assert MISSING in shipped(bold=True)
    assert line_of("王", NOWHERE) == line_of(MISSING, NOWHERE)
    assert ink(line_of("王小", NOWHERE)) > ink(line_of("王", NOWHERE)) > 0


def test_what_another_font_has_is_taken_from_it(tmp_path: Path) -> None:
    """A font with one more letter: ours, in which 王 borrows the glyph of A."""
    other = tmp_path / "Other.ttf"
    other.write_bytes(with_character(REGULAR.read_bytes(), "王", "A"))
    assert cover("A王", [tmp_path]) == ("A王", [REGULAR, BOLD, other])
    assert line_of("王", [tmp_path]) == line_of("A", NOWHERE)
    assert cover("王明", [tmp_path])[0] == f"王{MISSING}"


def with_character(font: bytes, char: str, like: str) -> bytes:
    """The font with a further character map: one character more, drawn like another one."""
    glyph = shipped().glyphs[ord(like)]
    count = struct.unpack_from(">H", font, 4)[0]
    tables = [struct.unpack_from(">4sIII", font, 12 + 16 * index) for index in range(count)]
    group = struct.pack(">HHIIIIII", 12, 0, 28, 0, 1, ord(char), ord(char), glyph)
    cmap = struct.pack(">HHHHI", 0, 1, 3, 10, 12) + group
    out, body = bytearray(font[:12]), bytearray()
    for name, check, offset, length in tables:
        data = cmap if name == b"cmap" else font[offset : offset + length]
        # another family name, so that the renderer has to look for it
        data = data.replace("DejaVu".encode("utf-16-be"), "Pretnd".encode("utf-16-be")) if name == b"name" else data
        out += struct.pack(">4sIII", name, check, 12 + 16 * count + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    return bytes(out + body)


def test_a_file_that_is_no_font_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.ttf").write_bytes(b"no font at all")
    (tmp_path / "b.otf").write_bytes(REGULAR.read_bytes()[:5000])
    (tmp_path / "c.ttc").write_bytes(b"")
    (tmp_path / "d.ttf").symlink_to(tmp_path / "gone")
    assert cover("王", [tmp_path])[0] == MISSING


def test_the_fonts_come_with_their_licence() -> None:
    assert {path.name for path in glyphs.FOLDER.iterdir()} == {REGULAR.name, BOLD.name, "LICENSE"}
    assert "Bitstream" in (glyphs.FOLDER / "LICENSE").read_text()


def test_widths_are_the_font_s_own() -> None:
    assert text_width("0", 100) == pytest.approx(63.6, abs=0.1)
    assert text_width("00", 100, bold=True) == pytest.approx(2 * 69.6, abs=0.2)
    assert text_width("a\u200db", 10) == text_width("ab", 10)
    assert read(REGULAR).glyphs[ord("A")] == shipped().glyphs[ord("A")]
    assert "王" not in shipped()


def test_a_title_in_chinese_keeps_its_neighbours_in_our_font(tmp_path: Path) -> None:
    """A renderer that borrows a glyph sets the whole run in the other font: so it must be a run of its own."""
    document = svg.draw(week((block("09:00", "12:00", Shade.BUSY, "Call 王"),)))
    assert "<tspan" in document
    assert ">王</tspan>" in document


def test_the_picture_does_not_depend_on_where_we_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert png.picture(USUAL).startswith(b"\x89PNG")
    assert shutil.which("nothing") is None
