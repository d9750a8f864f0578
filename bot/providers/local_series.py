"""Rows of the embedded calendar as series, and back: what may happen to them is in `series_changes`. Pure functions."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from bot.errors import CannotSay
from bot.ports import LocalEvent
from bot.providers import series_changes
from bot.providers.series_changes import Series, apply, asked, guests_of
from bot.scheduling.event import Attendee, EventChange, EventDraft, Response

T = TypeVar("T")


def new_row(draft: EventDraft, organizer: Attendee) -> LocalEvent:
    """A row for a draft; guests have not answered yet, and nobody invites themselves."""
    return _row(replace(draft, attendees=asked(guests_of(draft.attendees, organizer.address))), organizer)


def left(row: LocalEvent, viewer: str) -> tuple[str, EventDraft] | None:
    return series_changes.left(series_of(row), viewer)


def seen_at(row: LocalEvent, key: str) -> EventDraft | None:
    return series_changes.seen_at(series_of(row), key)


def concerns(row: LocalEvent, seen: EventDraft, viewer: str) -> bool:
    return series_changes.concerns(row.owner, seen, viewer)


def with_change(row: LocalEvent, change: EventChange) -> LocalEvent:
    """A row without a rule, changed."""
    return replace(row, draft=apply(row.draft, change, row.owner))


def with_one(row: LocalEvent, key: str, seen: EventDraft | None) -> LocalEvent:
    return _with(row, series_changes.with_one(series_of(row), key, seen))


def with_all(row: LocalEvent, key: str, change: EventChange) -> tuple[LocalEvent, str]:
    """Raises CannotSay."""
    series, key = _said(lambda: series_changes.with_all(series_of(row), key, change))
    return _with(row, series), key


def is_first(row: LocalEvent, key: str) -> bool:
    return series_changes.is_first(series_of(row), key)


def cut_key(row: LocalEvent, key: str) -> str:
    return series_changes.cut_key(series_of(row), key)


def cut(row: LocalEvent, key: str) -> LocalEvent:
    return _with(row, series_changes.cut(series_of(row), key))


def split(row: LocalEvent, key: str, change: EventChange) -> tuple[LocalEvent, LocalEvent, str]:
    """The row with what is before the occurrence, a new one for what follows, and the key there. Raises CannotSay."""
    kept, following, key = _said(lambda: series_changes.split(series_of(row), key, change))
    return _with(row, kept), _with(_row(following.draft, row.organizer), following), key


def answered(row: LocalEvent, address: str, response: Response) -> LocalEvent:
    return _with(row, series_changes.answered(series_of(row), address, response))


def series_of(row: LocalEvent) -> Series:
    return Series(row.id, row.owner, row.draft, row.exceptions, row.cancelled)


def _with(row: LocalEvent, series: Series) -> LocalEvent:
    return replace(row, draft=series.draft, exceptions=series.exceptions, cancelled=series.cancelled)


def _said(change: Callable[[], T]) -> T:
    try:
        return change()
    except ValueError as error:
        raise CannotSay("local", str(error)) from error


def _row(draft: EventDraft, organizer: Attendee) -> LocalEvent:
    number = secrets.token_hex(12)
    return LocalEvent(id=number, uid=f"{number}@freewhen", owner=organizer.address, draft=draft, organizer=organizer)
