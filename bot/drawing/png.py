"""A week as a PNG picture. The renderer is imported with the first picture, not before."""

from collections.abc import Sequence
from pathlib import Path

from bot.drawing import svg
from bot.drawing.glyphs import cover
from bot.drawing.week import Week
from bot.drawing.words import ENGLISH, Words


def picture(week: Week, *, dark: bool = False, words: Words = ENGLISH) -> bytes:
    """The bytes of a PNG, 1080 pixels wide. Takes about 60 ms of a processor: not in an event loop that others use."""
    return render(svg.draw(week, dark=dark, words=words))


def render(document: str, *, fonts: Sequence[Path] | None = None) -> bytes:
    """An SVG document as PNG. What the shipped font lacks comes from a font in `fonts` (folders; None: the system's),
    or is shown as ▯."""
    import resvg_py

    text, files = cover(document, fonts)
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=text,
            font_files=[str(path) for path in files],
            skip_system_fonts=True,
            font_family="DejaVu Sans",
            sans_serif_family="DejaVu Sans",
        )
    )
