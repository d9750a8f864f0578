"""How the tests ask: a Wednesday morning in Berlin, and four known people."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.language.ask import Ask, Intent
from bot.language.understand import understand

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 11, 9, 20, tzinfo=BERLIN)
PEOPLE = ("Ana Ruiz", "Tom Berg", "Priya Nair", "Bob Stone")


def asked(
    text: str,
    *,
    now: datetime = NOW,
    zone: ZoneInfo | None = None,
    verb: Intent | None = None,
    order: str | None = None,
    week_start: int = 0,
    hours: tuple[time, time] = (time(9), time(17)),
) -> Ask:
    return understand(text, now, zone or BERLIN, PEOPLE, verb=verb, order=order, week_start=week_start, hours=hours)
