"""What a button about a meeting keeps: which meeting, and when it was as the person saw it."""

from dataclasses import dataclass

from bot.handlers.turn import Turn
from bot.ports import Connection
from bot.scheduling.event import Event, When


@dataclass(frozen=True, slots=True)
class Goal:
    """A time of a meeting, as a pressed button keeps it."""

    when: When


def args_of(connection: Connection, event: Event) -> dict[str, object]:
    return {"connection": connection.id, "ref": event.ref, "was": Goal(event.when)}


def changed(turn: Turn, event: Event) -> bool:
    """True when the meeting is no longer when the pressed button's preview said."""
    return turn.arg(Goal, "was").when != event.when
