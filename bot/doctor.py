"""The process behind `python -m bot doctor`: looks at everything that is set up, and says what is wrong and the fix."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from bot import app as house
from bot.addresses import is_loopback
from bot.errors import BotError, ConfigError
from bot.ports.checkups import Finding, Verdict
from bot.settings import Settings, load

DEADLINE = 20.0
"""Seconds that one look outside may take."""


async def run(data: Path) -> int:
    """Print what was found, a line each and the fix under it; 1 if anything is wrong."""
    wrong = 0
    async for finding in findings(data):
        wrong += finding.verdict is Verdict.WRONG
        fix = f"\n       → {finding.fix}" if finding.fix else ""
        sys.stdout.write(f"{finding.verdict.value:>5}  {finding.what}: {finding.says}{fix}\n")
    sys.stdout.write("Nothing is wrong.\n" if not wrong else f"{wrong} to mend.\n")
    return 1 if wrong else 0


async def findings(data: Path) -> AsyncIterator[Finding]:
    """Each as soon as it is known. Where the settings cannot be read, nothing else can be looked at."""
    try:
        settings = load()
    except ConfigError as error:
        for line in error.message.splitlines():
            yield Finding("settings", Verdict.WRONG, line, "Correct it; .env.example tells of each setting.")
        return
    yield Finding("settings", Verdict.GOOD, "all of them can be used")
    yield await _database(settings, data)
    for finding in _addresses(settings):
        yield finding
    for finding in await _slack(settings):
        yield finding


async def _database(settings: Settings, data: Path) -> Finding:
    """Opening it proves the keys, and brings it to the newest schema, as any start does."""
    what = "database and keys"
    if settings.database_url is None and not (data / house.DATABASE).exists():
        return Finding(what, Verdict.GOOD, f"none yet; the first start makes {data / house.DATABASE}")
    try:
        async with house.opened(settings, data, house.SystemClock(), {}):
            return Finding(what, Verdict.GOOD, "it opens, and the keys fit")
    except BotError as error:
        return Finding(what, Verdict.WRONG, error.message, "Nothing was written to it.")


def _addresses(settings: Settings) -> Sequence[Finding]:
    """Whether people's browsers can come here, and what for."""
    found = []
    if settings.google is None:
        found.append(Finding("Google", Verdict.OFF, "docs/howto/connect-google.md tells how to set it up"))
    else:
        callback = f"{settings.public_url}/oauth/google/callback"
        found.append(Finding("Google", Verdict.GOOD, f"its console must list the redirect URI {callback}"))
    found.append(_public_address(settings))
    return found


def _public_address(settings: Settings) -> Finding:
    """One for this machine alone is enough until somebody elsewhere has to open a page of ours."""
    what, where = "public address", settings.public_url
    if not is_loopback(where):
        return Finding(what, Verdict.GOOD, where)
    if settings.slack is None:
        return Finding(what, Verdict.GOOD, f"{where}, for this machine alone")
    fix = (
        "Put a web server with a certificate in front of FREEWHEN_LISTEN and set FREEWHEN_PUBLIC_URL to its https "
        "address (docs/howto/slack.md, “Over https”)."
    )
    if settings.google is not None and "google" in settings.providers:
        says = f"{where} is this machine alone, and Google calendars are connected on a page of ours: nobody else can"
        return Finding(what, Verdict.WRONG, says, fix)
    says = (
        f"{where} is this machine alone. That is enough for Freewhen's own calendar; calendars that are connected on a "
        "page need an address that people's browsers reach"
    )
    return Finding(what, Verdict.LIMITED, says, f"Only for those: {fix[0].lower()}{fix[1:]}")


async def _slack(settings: Settings) -> Sequence[Finding]:
    if settings.slack is None:
        return [Finding("Slack", Verdict.OFF, "docs/howto/slack.md tells how to set it up")]
    from bot.chats.slack.checkup import check

    try:
        async with asyncio.timeout(DEADLINE):
            return await check(settings.slack, settings.public_url)
    except TimeoutError:
        return [Finding("Slack", Verdict.WRONG, "it did not answer in time", "Can this machine reach Slack?")]
