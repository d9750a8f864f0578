"""When others are busy, by Google's free/busy query: at most 50 calendars and 90 days a call, asked side by side."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.errors import ProviderError
from bot.providers import google_freebusy
from bot.providers.google_bodies import rfc3339
from bot.providers.google_calls import Session
from bot.scheduling.event import BusyInterval, Busyness, Known, Unknown
from bot.scheduling.interval import Interval
from bot.scheduling.seconds import Spans, intervals

MOST_CALENDARS = 50
LONGEST = timedelta(days=90)

_ADDRESS = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}")
_Answer = Mapping[str, Spans | Unknown]


async def busy(session: Session, addresses: Sequence[str], window: Interval) -> dict[str, Busyness]:
    """Of each address; a call that fails makes only its own people unknown.

    Raises ProviderError when nothing at all could be asked.
    """
    asked = list(dict.fromkeys(address.casefold() for address in addresses if _ADDRESS.fullmatch(address)))
    groups = [asked[n : n + MOST_CALENDARS] for n in range(0, len(asked), MOST_CALENDARS)]
    spans = list(_parts(window))
    calls = [_query(session, group, span) for group in groups for span in spans]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, ProviderError):
            raise answer
    failures = [answer for answer in answers if isinstance(answer, ProviderError)]
    if failures and len(failures) == len(answers):
        raise failures[0]
    found: dict[str, Busyness] = {}
    for n, group in enumerate(groups):
        mine = answers[n * len(spans) : (n + 1) * len(spans)]
        found |= {address: _whole(address, mine, window) for address in group}
    return {address: found.get(address.casefold(), Unknown("has no e-mail address")) for address in addresses}


def _parts(window: Interval) -> list[Interval]:
    """The window in parts that may be asked for, beginning at a whole second."""
    start, end = window.start.replace(microsecond=0), window.end
    if end.microsecond:
        end = end.replace(microsecond=0) + timedelta(seconds=1)
    parts = []
    while start < end:
        parts.append(Interval(start, min(start + LONGEST, end)))
        start += LONGEST
    return parts


async def _query(session: Session, group: Sequence[str], span: Interval) -> _Answer:
    body = {
        "timeMin": rfc3339(span.start),
        "timeMax": rfc3339(span.end),
        "calendarExpansionMax": MOST_CALENDARS,
        "items": [{"id": address} for address in group],
    }
    answer = await session.read("freebusy.query", google_freebusy.read, body=body)
    return {name.casefold(): told for name, told in answer.items()}


def _whole(address: str, answers: Sequence[_Answer | BaseException], window: Interval) -> Busyness:
    """One person's answers for all parts of the window in one; known only when all of them are."""
    taken: list[Interval] = []
    for answer in answers:
        if isinstance(answer, BaseException):
            return Unknown("could not be read")
        told = answer.get(address, Unknown("was not answered for"))
        if isinstance(told, Unknown):
            return told
        pairs = [(start, end) for start, end in zip(told.starts, told.ends, strict=True) if start < end]
        clipped = [one.clip(window) for one in intervals([pair[0] for pair in pairs], [pair[1] for pair in pairs])]
        taken += [one for one in clipped if one is not None]
    return Known(tuple(BusyInterval(one) for one in taken))
