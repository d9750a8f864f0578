"""Presses: what the buttons under a message mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol


class PressState(Enum):
    """What became of a press."""

    READY = "ready"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a choice will mean: the name of an action and its arguments (plain data: JSON types only)."""

    action: str
    args: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A looked-up press. `offer` is None unless READY or USED."""

    state: PressState
    offer: Offer | None = None


class Presses(Protocol):
    """What the buttons under a message mean. Arguments are sealed at rest and bound to the person who was asked."""

    async def offer(self, user_id: str, offers: Sequence[Offer], expires_at: datetime) -> tuple[str, ...]:
        """Unguessable tokens, one an offer, at most 32 characters. Offers made together are one group."""
        ...

    async def look(self, token: str, user_id: str, now: datetime) -> Pressed:
        """What this press means. UNKNOWN also for somebody else's button."""
        ...

    async def use(self, token: str, user_id: str, now: datetime) -> Pressed:
        """As `look`, and the whole group is used up in the same statement: of many at once, exactly one gets READY."""
        ...

    async def restore(self, token: str) -> None:
        """Make a used group usable again, after its action failed and changed nothing."""
        ...

    async def sweep(self, before: datetime) -> int:
        """Delete what expired before; returns how many."""
        ...
