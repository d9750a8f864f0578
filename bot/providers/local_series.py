"""What happens to a row of the embedded calendar when an occurrence, the following ones or all of them change.

An exception is a whole draft under the key of its occurrence. What it says like the series counts as the series', what
it says otherwise was changed alone; so a later change of the series reaches it field by field, and only there. Every
row that leaves this module has exceptions only for occurrences that it has, and is cancelled when none is left.
Pure functions.
"""

import hashlib
import secrets
from dataclasses import replace

from bot.errors import CannotSay
from bot.ports import LocalEvent
from bot.providers.series import among, before, every, moved, rest, start_key
from bot.scheduling.event import Attendee, EventChange, EventDraft, Response


def new_row(draft: EventDraft, organizer: Attendee) -> LocalEvent:
    """A row for a draft; guests have not answered yet, and nobody invites themselves."""
    return _row(replace(draft, attendees=_asked(_guests(draft.attendees, organizer.address))), organizer)


def left(row: LocalEvent, viewer: str) -> tuple[str, EventDraft] | None:
    """The first occurrence that is still there and concerns the viewer, with its key; None when there is none."""
    if not concerns(row, row.draft, viewer):
        there = ((key, row.exceptions[key]) for key in among(row.draft, row.exceptions))
    else:
        there = ((key, row.exceptions.get(key, plain)) for key, plain in every(row.draft))
    return next(((key, seen) for key, seen in there if seen is not None and concerns(row, seen, viewer)), None)


def seen_at(row: LocalEvent, key: str) -> EventDraft | None:
    """How the occurrence is now, a single event under any key; None when it was cancelled or never was."""
    if row.draft.recurrence is None:
        return row.draft
    plain = among(row.draft, [key]).get(key)
    return None if plain is None else row.exceptions.get(key, plain)


def concerns(row: LocalEvent, seen: EventDraft, viewer: str) -> bool:
    """It is theirs, or they are invited to it."""
    return row.owner == viewer or any(guest.address == viewer for guest in seen.attendees)


def apply(draft: EventDraft, change: EventChange, owner: str) -> EventDraft:
    """The draft with what the change names; guests who stay keep their answer unless the time changes."""
    attendees = draft.attendees
    if change.attendees is not None:
        known = {guest.address: guest for guest in draft.attendees}
        guests = _guests(change.attendees, owner)
        attendees = tuple(known.get(guest.address, replace(guest, response=Response.NONE)) for guest in guests)
    if change.when is not None and change.when != draft.when:
        attendees = _asked(attendees)
    return replace(
        draft,
        when=change.when or draft.when,
        title=draft.title if change.title is None else change.title,
        location=draft.location if change.location is None else change.location,
        description=draft.description if change.description is None else change.description,
        attendees=attendees,
    )


def with_one(row: LocalEvent, key: str, seen: EventDraft | None) -> LocalEvent:
    """One occurrence as given, None: cancelled."""
    single = None if seen is None else replace(seen, recurrence=None)
    return _tidy(replace(row, exceptions={**row.exceptions, key: single}))


def with_all(row: LocalEvent, key: str, change: EventChange) -> tuple[LocalEvent, str]:
    """The whole series changed as its occurrence `key` is, and what that occurrence is called now.

    The shift is counted from where the series has the occurrence, on the wall clock. Of the others, what was changed
    alone stays as it was and what was cancelled stays cancelled; guests are added and taken off everywhere. A new time
    asks everybody again about every occurrence. Raises CannotSay for a rule that cannot move there.
    """
    series, names = row.draft, {name: name for name in (key, *row.exceptions)}
    if change.when is not None:
        try:
            series, names = moved(row.draft, key, change.when, row.exceptions)
        except ValueError as error:
            raise CannotSay("local", str(error)) from error
    again = series.when != row.draft.when
    series = apply(series, replace(change, when=None), row.owner)
    if again:
        series = replace(series, attendees=_asked(series.attendees))
    old, new = among(row.draft, names), among(series, names.values())
    exceptions: dict[str, EventDraft | None] = {}
    for name, was in old.items():
        mine = row.exceptions.get(name, was)
        if mine is not None:
            mine = _merged(mine, was, new[names[name]])
            mine = apply(mine, change, row.owner) if name == key else mine
            mine = replace(mine, attendees=_asked(mine.attendees)) if again else mine
        exceptions[names[name]] = mine
    return _tidy(replace(row, draft=series, exceptions=exceptions)), names[key]


def is_first(row: LocalEvent, key: str) -> bool:
    """Nothing is before this occurrence."""
    return before(row.draft, key) is None


def cut_key(row: LocalEvent, key: str) -> str:
    """Names the split of this series here: the same at a second try, another once the series was cut or moved."""
    series = hashlib.sha256(f"{start_key(row.draft.when)} {row.draft.recurrence}".encode()).hexdigest()
    return f"split:{row.id}:{key}:{series[:16]}"


def cut(row: LocalEvent, key: str) -> LocalEvent:
    """What is before the occurrence; cancelled when that is nothing."""
    draft = before(row.draft, key)
    return replace(row, cancelled=True) if draft is None else _tidy(replace(row, draft=draft))


def split(row: LocalEvent, key: str, change: EventChange) -> tuple[LocalEvent, LocalEvent, str]:
    """What is before the occurrence, a new row for it and what follows, changed, and the occurrence's key there."""
    try:
        draft = rest(row.draft, key)
    except ValueError as error:
        raise CannotSay("local", str(error)) from error
    following, key_now = with_all(replace(_row(draft, row.organizer), exceptions=row.exceptions), key, change)
    return cut(row, key), following, key_now


def answered(row: LocalEvent, address: str, response: Response) -> LocalEvent:
    """The answer to the whole series, also where one occurrence was answered or changed alone."""
    exceptions = {key: None if one is None else answer(one, address, response) for key, one in row.exceptions.items()}
    return _tidy(replace(row, draft=answer(row.draft, address, response), exceptions=exceptions))


def answer(draft: EventDraft, address: str, response: Response) -> EventDraft:
    return replace(
        draft,
        attendees=tuple(
            replace(guest, response=response) if guest.address == address else guest for guest in draft.attendees
        ),
    )


def _row(draft: EventDraft, organizer: Attendee) -> LocalEvent:
    number = secrets.token_hex(12)
    return LocalEvent(id=number, uid=f"{number}@freewhen", owner=organizer.address, draft=draft, organizer=organizer)


def _tidy(row: LocalEvent) -> LocalEvent:
    there = among(row.draft, row.exceptions)
    exceptions = {key: row.exceptions[key] for key, plain in there.items() if row.exceptions[key] != plain}
    row = replace(row, exceptions=exceptions)
    return row if left(row, row.owner) is not None else replace(row, cancelled=True)


def _merged(mine: EventDraft, was: EventDraft, now: EventDraft) -> EventDraft:
    """An exception after its series changed from `was` to `now`."""
    return replace(
        mine,
        when=now.when if mine.when == was.when else mine.when,
        title=now.title if mine.title == was.title else mine.title,
        location=now.location if mine.location == was.location else mine.location,
        description=now.description if mine.description == was.description else mine.description,
        attendees=_merged_guests(mine, was, now),
    )


def _merged_guests(mine: EventDraft, was: EventDraft, now: EventDraft) -> tuple[Attendee, ...]:
    old, new = ({guest.address for guest in draft.attendees} for draft in (was, now))
    here = {guest.address for guest in mine.attendees}
    stay = [guest for guest in mine.attendees if guest.address not in old - new]
    come = [guest for guest in now.attendees if guest.address not in old | here]
    return (*stay, *come)


def _guests(attendees: tuple[Attendee, ...], owner: str) -> tuple[Attendee, ...]:
    """Lower-case, each once, without the owner."""
    found: dict[str, Attendee] = {}
    for guest in attendees:
        address = guest.address.casefold()
        if address != owner:
            found.setdefault(address, replace(guest, address=address))
    return tuple(found.values())


def _asked(attendees: tuple[Attendee, ...]) -> tuple[Attendee, ...]:
    return tuple(replace(guest, response=Response.NONE) for guest in attendees)
