"""Between the rows of the embedded calendar and our events. Pure functions."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date

from bot.errors import CannotSay, Gone
from bot.ports import LocalEvent
from bot.providers.series import moved_rule, occurrence, start_key
from bot.scheduling.event import Attendee, Days, Event, EventChange, EventDraft, Response, Scope, When
from bot.scheduling.interval import Interval
from bot.scheduling.zones import zone

RowChange = Callable[[LocalEvent, EventDraft], LocalEvent]
Expand = Callable[[EventDraft, Interval], Iterator[tuple[str, EventDraft]]]


@dataclass(frozen=True, slots=True)
class Ref:
    """`id`, or `id@start` for an occurrence of a series."""

    id: str
    occurrence: str | None = None

    @classmethod
    def parse(cls, text: str) -> "Ref":
        name, mark, start = text.partition("@")
        if not name or len(text) > 120:
            raise Gone("local")
        return cls(name, start if mark else None)

    def __str__(self) -> str:
        return self.id if self.occurrence is None else f"{self.id}@{self.occurrence}"


def new_row(draft: EventDraft, organizer: Attendee) -> LocalEvent:
    """A row for a draft; guests have not answered yet, and nobody invites themselves."""
    guests = tuple(
        replace(guest, address=guest.address.casefold(), response=Response.NONE)
        for guest in draft.attendees
        if guest.address.casefold() != organizer.address
    )
    number = secrets.token_hex(12)
    return LocalEvent(
        id=number,
        uid=f"{number}@freewhen",
        owner=organizer.address,
        draft=replace(draft, attendees=guests),
        organizer=organizer,
    )


def event(row: LocalEvent, ref: str, seen: EventDraft, viewer: str) -> Event:
    """One event, or one occurrence of a series, as `viewer` sees it."""
    mine = next((guest.response for guest in seen.attendees if guest.address == viewer), Response.NONE)
    is_series = row.draft.recurrence is not None
    return Event(
        ref=row.id if not is_series else ref,
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


def first_event(row: LocalEvent, viewer: str) -> Event:
    key = start_key(row.draft.when)
    seen = row.exceptions.get(key) or row.draft
    return event(row, str(Ref(row.id, key)), seen, viewer)


def event_after(row: LocalEvent, ref: Ref, scope: Scope, viewer: str) -> Event:
    """What a change left: the occurrence it was about, or the first of a changed series."""
    if scope is Scope.OCCURRENCE and ref.occurrence is not None:
        seen = row.exceptions.get(ref.occurrence) or row.draft
        return event(row, str(ref), seen, viewer)
    return first_event(row, viewer)


def visible(row: LocalEvent, window: Interval, expand: Expand) -> Iterator[tuple[str, EventDraft]]:
    """The row's occurrences inside the window, with their exceptions; a moved one shows where it went."""
    for key, draft in expand(row.draft, window):
        if key not in row.exceptions:
            yield key, draft
    for key, changed in row.exceptions.items():
        if changed is not None and _interval(changed).overlaps(window):
            yield key, changed


def occurrence_of(row: LocalEvent, ref: Ref) -> EventDraft | None:
    """What the ref names; None when it was cancelled or never was."""
    if ref.occurrence is None or row.draft.recurrence is None:
        return row.draft
    if ref.occurrence in row.exceptions:
        return row.exceptions[ref.occurrence]
    return occurrence(row.draft, ref.occurrence)


def apply(draft: EventDraft, change: EventChange) -> EventDraft:
    """The draft with what the change names; guests who stay keep their answer unless the time changes."""
    attendees = draft.attendees
    if change.attendees is not None:
        known = {guest.address: guest for guest in draft.attendees}
        attendees = tuple(known.get(guest.address, guest) for guest in change.attendees)
    if change.when is not None and change.when != draft.when:
        attendees = tuple(replace(guest, response=Response.NONE) for guest in attendees)
    return replace(
        draft,
        when=change.when or draft.when,
        title=draft.title if change.title is None else change.title,
        location=draft.location if change.location is None else change.location,
        description=draft.description if change.description is None else change.description,
        attendees=attendees,
    )


def answer(draft: EventDraft, address: str, response: Response) -> EventDraft:
    return replace(
        draft,
        attendees=tuple(
            replace(guest, response=response) if guest.address == address else guest for guest in draft.attendees
        ),
    )


def shift_series(row: LocalEvent, before: EventDraft, after: EventDraft) -> LocalEvent:
    """The whole series changed as one of its occurrences was: texts replaced, the wall clock moved by as much.

    Exceptions are named by where the series had them; when the series moves they no longer mean anything, and go.
    Raises CannotSay for a rule that cannot move to another day.
    """
    series = row.draft
    when, rule = series.when, series.recurrence
    if before.when != after.when:
        rule = following_rule(series.recurrence or "", before, after)
        when = _moved(series, before.when, after.when)
    draft = replace(after, when=when, recurrence=rule)
    return replace(row, draft=draft, exceptions=row.exceptions if when == series.when else {})


def following_rule(rule: str, before: EventDraft, after: EventDraft) -> str:
    """The rule for occurrences moved as this one was. Raises CannotSay."""
    try:
        return moved_rule(rule, (_first_day(after) - _first_day(before)).days)
    except ValueError as error:
        raise CannotSay("local", str(error)) from error


def _first_day(draft: EventDraft) -> date:
    if isinstance(draft.when, Days):
        return draft.when.first
    return draft.when.start.astimezone(zone(draft.zone)).date()


def _moved(series: EventDraft, before: When, after: When) -> When:
    if isinstance(series.when, Days) and isinstance(before, Days) and isinstance(after, Days):
        first = series.when.first + (after.first - before.first)
        return Days(first, first + (after.end - after.first))
    if isinstance(series.when, Days) or isinstance(before, Days) or isinstance(after, Days):
        raise CannotSay("local", "A series of whole days stays one of whole days.")
    tz = zone(series.zone)
    start, old, new = (
        moment.astimezone(tz).replace(tzinfo=None) for moment in (series.when.start, before.start, after.start)
    )
    moved = (start + (new - old)).replace(tzinfo=tz).astimezone(UTC)
    return Interval(moved, moved + after.length)


def _interval(draft: EventDraft) -> Interval:
    return draft.when.interval(zone(draft.zone)) if isinstance(draft.when, Days) else draft.when
