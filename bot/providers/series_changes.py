"""What happens to a series when an occurrence, the following ones or all of them change. Shared by the calendars that
have no such change on their server.

An exception is a whole draft under the key of its occurrence. What it says like the series counts as the series', what
it says otherwise was changed alone; so a later change of the series reaches it field by field, and only there. Every
series that leaves this module has exceptions only for occurrences that it has, and is cancelled when none is left.
Pure functions. They raise ValueError, whose text may be shown, for a rule that cannot be changed so.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.providers.series import among, before, every, moved, rest, start_key
from bot.scheduling.event import Attendee, EventChange, EventDraft, Response


@dataclass(frozen=True, slots=True)
class Series:
    """A series as its owner (a lower-case address) sees it; also an event without a rule.

    `name` is the calendar's own, the same as long as it is the same series. `exceptions`: occurrence key, as the series
    would have it → how that occurrence differs, None: cancelled.
    """

    name: str
    owner: str
    draft: EventDraft
    exceptions: Mapping[str, EventDraft | None] = field(default_factory=dict)
    cancelled: bool = False


def left(series: Series, viewer: str) -> tuple[str, EventDraft] | None:
    """The first occurrence that is still there and concerns the viewer, with its key; None when there is none."""
    if not concerns(series.owner, series.draft, viewer):
        there = ((key, series.exceptions[key]) for key in among(series.draft, series.exceptions))
    else:
        there = ((key, series.exceptions.get(key, plain)) for key, plain in every(series.draft))
    return next(((key, seen) for key, seen in there if seen is not None and concerns(series.owner, seen, viewer)), None)


def seen_at(series: Series, key: str) -> EventDraft | None:
    """How the occurrence is now, a single event under any key; None when it was cancelled or never was."""
    if series.draft.recurrence is None:
        return series.draft
    plain = among(series.draft, [key]).get(key)
    return None if plain is None else series.exceptions.get(key, plain)


def concerns(owner: str, seen: EventDraft, viewer: str) -> bool:
    """It is theirs, or they are invited to it."""
    return owner == viewer or any(guest.address == viewer for guest in seen.attendees)


def apply(draft: EventDraft, change: EventChange, owner: str) -> EventDraft:
    """The draft with what the change names; guests who stay keep their answer unless the time changes."""
    attendees = draft.attendees
    if change.attendees is not None:
        known = {guest.address: guest for guest in draft.attendees}
        guests = guests_of(change.attendees, owner)
        attendees = tuple(known.get(guest.address, replace(guest, response=Response.NONE)) for guest in guests)
    if change.when is not None and change.when != draft.when:
        attendees = asked(attendees)
    return replace(
        draft,
        when=change.when or draft.when,
        title=draft.title if change.title is None else change.title,
        location=draft.location if change.location is None else change.location,
        description=draft.description if change.description is None else change.description,
        attendees=attendees,
    )


def with_one(series: Series, key: str, seen: EventDraft | None) -> Series:
    """One occurrence as given, None: cancelled."""
    single = None if seen is None else replace(seen, recurrence=None)
    return tidy(replace(series, exceptions={**series.exceptions, key: single}))


def with_all(series: Series, key: str, change: EventChange) -> tuple[Series, str]:
    """The whole series changed as its occurrence `key` is, and what that occurrence is called now.

    The shift is counted from where the series has the occurrence, on the wall clock. Of the others, what was changed
    alone stays as it was and what was cancelled stays cancelled; guests are added and taken off everywhere. A new time
    asks everybody again about every occurrence. Raises ValueError for a rule that cannot move there.
    """
    draft, names = series.draft, {name: name for name in (key, *series.exceptions)}
    if change.when is not None:
        draft, names = moved(series.draft, key, change.when, series.exceptions)
    again = draft.when != series.draft.when
    draft = apply(draft, replace(change, when=None), series.owner)
    if again:
        draft = replace(draft, attendees=asked(draft.attendees))
    old, new = among(series.draft, names), among(draft, names.values())
    exceptions: dict[str, EventDraft | None] = {}
    for name, was in old.items():
        mine = series.exceptions.get(name, was)
        if mine is not None:
            mine = _merged(mine, was, new[names[name]])
            mine = apply(mine, change, series.owner) if name == key else mine
            mine = replace(mine, attendees=asked(mine.attendees)) if again else mine
        exceptions[names[name]] = mine
    return tidy(replace(series, draft=draft, exceptions=exceptions)), names[key]


def is_first(series: Series, key: str) -> bool:
    """Nothing is before this occurrence."""
    return before(series.draft, key) is None


def cut_key(series: Series, key: str) -> str:
    """Names the split of this series here: the same at a second try, another once the series was cut or moved."""
    now = hashlib.sha256(f"{start_key(series.draft.when)} {series.draft.recurrence}".encode()).hexdigest()
    return f"split:{series.name}:{key}:{now[:16]}"


def cut(series: Series, key: str) -> Series:
    """What is before the occurrence; cancelled when that is nothing."""
    draft = before(series.draft, key)
    return replace(series, cancelled=True) if draft is None else tidy(replace(series, draft=draft))


def split(series: Series, key: str, change: EventChange) -> tuple[Series, Series, str]:
    """What is before the occurrence, a series for it and what follows, changed, and the occurrence's key there.

    Both have the old one's name.
    """
    following, key_now = with_all(replace(series, draft=rest(series.draft, key)), key, change)
    return cut(series, key), following, key_now


def answered(series: Series, address: str, response: Response) -> Series:
    """The answer to the whole series, also where one occurrence was answered or changed alone."""
    exceptions = {
        key: None if one is None else answer(one, address, response) for key, one in series.exceptions.items()
    }
    return tidy(replace(series, draft=answer(series.draft, address, response), exceptions=exceptions))


def answer(draft: EventDraft, address: str, response: Response) -> EventDraft:
    return replace(
        draft,
        attendees=tuple(
            replace(guest, response=response) if guest.address == address else guest for guest in draft.attendees
        ),
    )


def tidy(series: Series) -> Series:
    """Without exceptions that are none; cancelled when no occurrence is left."""
    there = among(series.draft, series.exceptions)
    exceptions = {key: series.exceptions[key] for key, plain in there.items() if series.exceptions[key] != plain}
    series = replace(series, exceptions=exceptions)
    return series if left(series, series.owner) is not None else replace(series, cancelled=True)


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


def guests_of(attendees: tuple[Attendee, ...], owner: str) -> tuple[Attendee, ...]:
    """Lower-case, each once, without the owner."""
    found: dict[str, Attendee] = {}
    for guest in attendees:
        address = guest.address.casefold()
        if address != owner:
            found.setdefault(address, replace(guest, address=address))
    return tuple(found.values())


def asked(attendees: tuple[Attendee, ...]) -> tuple[Attendee, ...]:
    """Nobody has answered."""
    return tuple(replace(guest, response=Response.NONE) for guest in attendees)
