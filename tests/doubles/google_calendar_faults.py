"""Failures of Google's calendar server that a test orders: refusals, silence, lateness and nonsense."""

from collections import deque
from dataclasses import dataclass, field

REASONS = {
    "rateLimitExceeded": ("usageLimits", "Rate Limit Exceeded"),
    "userRateLimitExceeded": ("usageLimits", "User Rate Limit Exceeded"),
    "quotaExceeded": ("usageLimits", "Calendar usage limits exceeded."),
    "backendError": ("global", "Backend Error"),
    "authError": ("global", "Invalid Credentials"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one call.

    `status` and `reason`: it is answered with this error; `retry_after` goes into the header as it is.
    `slow`: seconds before it is answered. `hang`: it is never answered. `hang_up`: the connection ends unanswered.
    `nonsense`: status 200 with "html", or with "truncated": half of the answer, its length told right.
    `after_commit`: the work is done before the error, the silence or the end; otherwise it is not done.
    """

    status: int = 0
    reason: str = ""
    retry_after: str = ""
    slow: float = 0.0
    hang: bool = False
    hang_up: bool = False
    nonsense: str = ""
    after_commit: bool = False

    @property
    def cause(self) -> str:
        if self.reason:
            return self.reason
        return {403: "rateLimitExceeded", 429: "rateLimitExceeded", 401: "authError"}.get(self.status, "backendError")


@dataclass
class Faults:
    """Which calls fail. A method is an id such as "calendar.events.list", or "*" for every one."""

    _next: dict[str, deque[Fault]] = field(default_factory=dict)
    _always: dict[str, Fault] = field(default_factory=dict)

    def next(self, method: str, *faults: Fault) -> None:
        """The next calls of a method fail so, one after the other."""
        self._next.setdefault(method, deque()).extend(faults)

    def always(self, method: str, fault: Fault) -> None:
        """All calls of a method fail so, until `clear`."""
        self._always[method] = fault

    def clear(self) -> None:
        self._next.clear()
        self._always.clear()

    def take(self, method: str) -> Fault:
        """What happens to a call of this method."""
        for name in (method, "*"):
            if self._next.get(name):
                return self._next[name].popleft()
        return self._always.get(method) or self._always.get("*") or Fault()
