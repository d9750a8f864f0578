"""Drafts of meetings, before they have a preview."""

from bot.handlers.turn import Turn
from bot.language.ask import Ask
from bot.scheduling.event import Attendee, EventDraft, When

LONGEST_TITLE = 200


def draft_of(turn: Turn, when: When, guests: tuple[Attendee, ...] = (), ask: Ask | None = None) -> EventDraft:
    """A meeting at that time, with what was said about it."""
    return EventDraft(
        title=title_for(ask.title if ask else "", guests),
        when=when,
        zone=turn.preferences.zone,
        attendees=guests,
        location=ask.location if ask else "",
        recurrence=ask.recurrence if ask else None,
    )


def title_for(title: str, guests: tuple[Attendee, ...]) -> str:
    """What was said, on one line; else whom it is with."""
    if title.strip():
        return " ".join(title.split())[:LONGEST_TITLE]
    names = ", ".join(guest.name or guest.address for guest in guests)
    return f"Meeting with {names}"[:LONGEST_TITLE] if names else "Meeting"
