"""What is typed after `python -m bot`, as values: an instant, a time zone, a language, the folder of the data."""

import argparse
import os
from datetime import datetime
from pathlib import Path

from bot.errors import ConfigError

SAMPLE_FOLDER = "sample"


def instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not an ISO time like 2026-11-26T09:00:00+01:00") from None
    if not 1970 <= moment.year <= 2200:
        raise argparse.ArgumentTypeError("a year from 1970 to 2200, please")
    return moment


def zone(text: str) -> str:
    from bot.scheduling.zones import zone

    try:
        return zone(text).key
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def language(text: str) -> str:
    from bot.language.words import LANGUAGES

    if text not in LANGUAGES:
        raise argparse.ArgumentTypeError(f"{text!r} is not spoken here; there is {', '.join(LANGUAGES)}")
    return text


def aware(moment: datetime, zone_name: str) -> datetime:
    """A given instant; one without an offset is meant in the zone. Raises ConfigError where the clocks change."""
    from bot.scheduling.zones import Clock, resolve, zone

    if moment.tzinfo is not None:
        return moment
    found = resolve(moment.date(), moment.time(), zone(zone_name))
    if found.clock is not Clock.ONCE:
        raise ConfigError(f"--now {moment.isoformat()} is {found.clock.value} in {zone_name}: give it with an offset")
    return found.instants[0]


def folder(data: Path | None, sample: bool = False) -> Path:
    """Where the data is kept: the sample apart from what is real."""
    if data is not None:
        return data
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "freewhen"
    return home / SAMPLE_FOLDER if sample else home
