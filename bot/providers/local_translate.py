"""From the rows of the embedded calendar to our events. Pure functions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.errors import Gone
from bot.ports import LocalEvent
from bot.providers.local_series import concerns, left, seen_at
from bot.providers.series import among, interval_of, occurrences
from bot.scheduling.event import Event, EventDraft, Response
from bot.scheduling.interval import Interval

_REF = re.compile(r"([0-9A-Za-z_-]{1,64})(?:@([0-9T:+.\-]{10,40}))?")


@dataclass(frozen=True, slots=True)
class Ref:
    """`id`, or `id@key` for an occurrence of a series."""

    id: str
    occurrence: str | None = None

    @classmethod
    def parse(cls, text: str) -> "Ref":
        """Raises Gone for any other text."""
        match = _REF.fullmatch(text)
        if match is None:
            raise Gone("local")
        return cls(match[1], match[2])

    def __str__(self) -> str:
        return self.id if self.occurrence is None else f"{self.id}@{self.occurrence}"


def event(row: LocalEvent, key: str, seen: EventDraft, viewer: str) -> Event:
    """One event, or one occurrence of a series, as `viewer` sees it."""
    mine = next((guest.response for guest in seen.attendees if guest.address == viewer), Response.NONE)
    is_series = row.draft.recurrence is not None
    return Event(
        ref=str(Ref(row.id, key)) if is_series else row.id,
        uid=row.uid,
        calendar="local",
        title=seen.title,
        when=seen.when,
        status=seen.status,
        response=Response.ORGANIZER if row.owner == viewer else mine,
        private=seen.private,
        cancelled=row.cancelled,
        organizer=row.organizer,
        attendees=seen.attendees,
        location=seen.location,
        description=seen.description,
        series=row.id if is_series else None,
        recurrence=row.draft.recurrence,
    )


def visible(row: LocalEvent, window: Interval, viewer: str) -> Iterator[Event]:
    """What of the row the viewer has inside the window; a moved occurrence shows where it went."""
    for key, plain in occurrences(row.draft, window):
        if key not in row.exceptions and concerns(row, plain, viewer):
            yield event(row, key, plain, viewer)
    changed = {
        key: one
        for key, one in row.exceptions.items()
        if one is not None and concerns(row, one, viewer) and interval_of(one).overlaps(window)
    }
    for key in among(row.draft, changed):
        yield event(row, key, changed[key], viewer)


def named(row: LocalEvent, ref: Ref, viewer: str) -> tuple[str, EventDraft] | None:
    """Which occurrence the ref names and how it looks; of a series that is named as such, the first that is left.

    None when it was cancelled, never was, or does not concern the viewer.
    """
    if ref.occurrence is None:
        return left(row, viewer)
    seen = None if row.draft.recurrence is None else seen_at(row, ref.occurrence)
    return (ref.occurrence, seen) if seen is not None and concerns(row, seen, viewer) else None
