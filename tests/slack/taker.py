"""What stands behind a way in, in tests of that way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.errors import StorageError


@dataclass
class Taker:
    """`ports.Webhook` that takes deliveries as the test wants it. `broken`: nothing can be stored."""

    taken: list[Mapping[str, Any]] = field(default_factory=list)
    answer: Mapping[str, Any] | None = None
    broken: bool = False

    async def take(self, payload: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if self.broken:
            raise StorageError
        self.taken.append(payload)
        return self.answer
