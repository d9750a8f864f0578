"""Which characters a font file can draw, and how wide: enough of OpenType to know before drawing.

A renderer that has no glyph draws a box or nothing and does not say so; a picture must not lose part of a title in
silence. Only the tables `cmap`, `head`, `hhea`, `hmtx` are read.
"""

import os
import struct
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).with_name("fonts")
REGULAR, BOLD = FOLDER / "DejaVuSans.ttf", FOLDER / "DejaVuSans-Bold.ttf"
MISSING = "▯"
# Joiners and variation selectors: they change the character before them and are nothing by themselves.
_SILENT = frozenset(["\u200c", "\u200d", *(chr(code) for code in range(0xFE00, 0xFE10))])
_LONGEST_FONT = 64 << 20


@dataclass(frozen=True)
class Face:
    """One font file: its characters and their advance widths in ems."""

    path: Path
    glyphs: Mapping[int, int]
    advances: Sequence[float]

    def __contains__(self, char: str) -> bool:
        return ord(char) in self.glyphs

    def width(self, char: str) -> float:
        """In ems; a whole em for a character that it lacks."""
        glyph = self.glyphs.get(ord(char))
        return 1.0 if glyph is None else self.advances[min(glyph, len(self.advances) - 1)]


@lru_cache(maxsize=2)
def shipped(bold: bool = False) -> Face:
    """The font that comes with us."""
    return read(BOLD if bold else REGULAR)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a text is in the shipped font, without kerning."""
    face = shipped(bold)
    return size * sum(face.width(char) for char in text if char not in _SILENT)


def lacks(char: str, *, bold: bool = False) -> bool:
    """Whether the shipped font cannot draw the character."""
    return char in _SILENT or (char not in shipped(bold) and char not in shipped())


def cover(text: str, folders: Sequence[Path] | None = None) -> tuple[str, list[Path]]:
    """The text with every character that no font has replaced by ▯, and the font files that it needs.

    The shipped fonts come first; a system font is looked for, in `folders`, only when they lack something.
    """
    base = shipped()
    lacking = {char for char in text if char not in base and char not in _SILENT and not char.isspace()}
    needed = [REGULAR, BOLD]
    if not lacking:
        return text, needed
    for path in system_fonts(tuple(folders) if folders is not None else None):
        found = {char for char in lacking if ord(char) in _characters(path)}
        if found:
            needed.append(path)
            lacking -= found
            if not lacking:
                break
    return "".join(_stand_ins(text, lacking)), needed


def _stand_ins(text: str, lacking: set[str]) -> Iterator[str]:
    """▯ for each missing character, once for an emoji that is joined from several."""
    replaced = joined = False
    for char in text:
        if replaced and char in _SILENT:
            joined = char == "\u200d"
        elif char in lacking:
            if not joined:
                yield MISSING
            replaced, joined = True, False
        else:
            replaced = joined = False
            yield char


@lru_cache(maxsize=4)
def system_fonts(folders: tuple[Path, ...] | None = None) -> tuple[Path, ...]:
    """Font files of this machine, in a stable order, upright ones of ordinary weight first."""
    found = [
        Path(place, name)
        for folder in (_usual_folders() if folders is None else folders)
        for place, _, names in os.walk(folder)
        for name in names
        if name.lower().endswith((".ttf", ".otf", ".ttc"))
    ]
    return tuple(sorted(found, key=lambda path: (_oddness(path.name), str(path))))


def _oddness(name: str) -> int:
    odd = ("bold", "italic", "oblique", "light", "thin", "black", "mono", "serif", "condensed")
    return sum(word in name.lower() for word in odd)


def _usual_folders() -> Iterable[Path]:
    if sys.platform == "darwin":
        return Path("/System/Library/Fonts"), Path("/Library/Fonts"), Path.home() / "Library/Fonts"
    if sys.platform == "win32":
        return (Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts",)
    home = Path.home()
    return Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts"


@lru_cache(maxsize=256)
def _characters(path: Path) -> frozenset[int]:
    """The characters of a font file; of a file that cannot be read, none."""
    try:
        if path.stat().st_size > _LONGEST_FONT:
            return frozenset()
        return frozenset(read(path).glyphs)
    except (OSError, ValueError, struct.error, IndexError):
        return frozenset()


def read(path: Path) -> Face:
    """A TrueType or OpenType font, the first one of a collection. Raises ValueError when it is none."""
    data = path.read_bytes()
    start = 0
    if data[:4] == b"ttcf":
        (start,) = struct.unpack_from(">I", data, 12)
    (count,) = struct.unpack_from(">H", data, start + 4)
    tables = {}
    for index in range(count):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, start + 12 + 16 * index)
        tables[tag] = offset
    try:
        cmap, head, hhea, hmtx = (tables[tag] for tag in (b"cmap", b"head", b"hhea", b"hmtx"))
    except KeyError as missing:
        raise ValueError(f"not a font: {path.name}") from missing
    (per_em,) = struct.unpack_from(">H", data, head + 18)
    (metrics,) = struct.unpack_from(">H", data, hhea + 34)
    advances = [struct.unpack_from(">H", data, hmtx + 4 * index)[0] / (per_em or 1) for index in range(metrics)]
    return Face(path, _character_map(data, cmap), advances or [1.0])


def _character_map(data: bytes, cmap: int) -> dict[int, int]:
    """Code point → glyph, from the best Unicode table there is (formats 4 and 12 are all that fonts use)."""
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    found: dict[int, int] = {}
    for index in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * index)
        if platform != 0 and (platform, encoding) not in ((3, 1), (3, 10)):
            continue
        (kind,) = struct.unpack_from(">H", data, cmap + offset)
        if kind == 4:
            found.update(_segments(data, cmap + offset))
        elif kind == 12:
            found.update(_groups(data, cmap + offset))
    return found


def _segments(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Format 4: https://learn.microsoft.com/typography/opentype/spec/cmap"""
    (double,) = struct.unpack_from(">H", data, at + 6)
    number = double // 2
    ends = struct.unpack_from(f">{number}H", data, at + 14)
    starts = struct.unpack_from(f">{number}H", data, at + 16 + double)
    deltas = struct.unpack_from(f">{number}H", data, at + 16 + 2 * double)
    ranges_at = at + 16 + 3 * double
    ranges = struct.unpack_from(f">{number}H", data, ranges_at)
    for index, (first, last, delta, jump) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if jump:
                (glyph,) = struct.unpack_from(">H", data, ranges_at + 2 * index + jump + 2 * (code - first))
                if not glyph:
                    continue
            if glyph := (glyph + delta) & 0xFFFF:
                yield code, glyph


def _groups(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Format 12."""
    (number,) = struct.unpack_from(">I", data, at + 12)
    for index in range(number):
        first, last, glyph = struct.unpack_from(">III", data, at + 16 + 12 * index)
        for code in range(first, min(last, 0x10FFFF) + 1):
            yield code, glyph + code - first
