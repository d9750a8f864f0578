"""Pictures that a terminal cannot show, saved to a file that only their owner can read."""

import os
import secrets
from pathlib import Path

from bot.drawing.week import Week


def save(week: Week, folder: Path) -> Path:
    """The week as `week-2026-11-23.png` in the folder, for the owner alone; a newer one takes its place in one step.

    Raises OSError.
    """
    from bot.drawing import png  # the renderer comes with the first picture

    data = png.picture(week)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"week-{week.days[0].date.isoformat() if week.days else 'empty'}.png"
    unfinished = folder / f".{path.name}.{secrets.token_hex(4)}"
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(unfinished, path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    return path
