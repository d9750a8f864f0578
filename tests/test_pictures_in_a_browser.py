"""The picture as a chat shows it: the SVG in a real browser, as wide as a phone."""

import shutil
import subprocess
from pathlib import Path

import pytest

from bot.drawing import svg
from bot.drawing.theme import DARK, LIGHT
from bot.drawing.week import Shade
from tests.drawing.test_png import pixels
from tests.drawing.weeks import block, week

PHONE = 360
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
    "--default-background-color=00000000",
)
SHOWN = week(
    (block("09:00", "11:00", Shade.FREE), block("11:00", "13:00", Shade.BUSY, "Design review")),
    (block("09:00", "17:00", Shade.BUSY, "Workshop"),),
)
PAGE = '<!doctype html><style>body{{margin:0}}img{{display:block}}</style><img src="week.svg" width="{width}">'


def browser() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("Chromium is not installed, so no picture was looked at in a browser")
    return found


def colours(folder: Path) -> list[tuple[int, ...]]:
    """Every pixel of the page in the folder, row by row, as a browser draws it."""
    picture = folder / "page.png"
    told = [f"--user-data-dir={folder / 'profile'}", f"--window-size={PHONE},600", f"--screenshot={picture}"]
    command = [browser(), *QUIET, *told, (folder / "page.html").as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert picture.exists(), done.stderr[-2000:]
    width, height, data = pixels(picture.read_bytes())
    assert (width, height) == (PHONE, 600)
    return [tuple(data[at : at + 3]) for at in range(0, len(data), 4) if data[at + 3] == 255]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_phone_shows_what_is_free_and_what_is_busy(tmp_path: Path, dark: bool) -> None:
    (tmp_path / "week.svg").write_text(svg.draw(SHOWN, dark=dark), encoding="utf-8")
    (tmp_path / "page.html").write_text(PAGE.format(width=PHONE), encoding="utf-8")
    seen = colours(tmp_path)
    theme = DARK if dark else LIGHT
    assert len(seen) > PHONE * 200, "the picture is as wide as the phone and not blank"
    for shade in (Shade.FREE, Shade.BUSY):
        look = theme.looks[shade]
        assert seen.count(rgb(look.fill)) > 2000, f"{shade.value} is an area of its colour"
    green, blue = rgb(theme.looks[Shade.FREE].stroke), rgb(theme.looks[Shade.BUSY].fill)
    assert green[1] == max(green), "free is outlined in green"
    assert blue[2] == max(blue), "busy is blue"
    assert near(seen, green) > 100
    assert near(seen, rgb(theme.ink)) > 50, "the title is there"


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def near(seen: list[tuple[int, ...]], wanted: tuple[int, ...], by: int = 40) -> int:
    """How many pixels are about this colour: thin lines are mixed with what is around them."""
    return sum(all(abs(one - other) <= by for one, other in zip(pixel, wanted, strict=True)) for pixel in seen)
