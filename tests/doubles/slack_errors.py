"""How the pretended Slack says no."""

from typing import Any


class SlackError(Exception):
    """`error` is Slack's code; `more` stands beside it in the answer, `messages` in its response_metadata."""

    def __init__(self, error: str, messages: list[str] | None = None, **more: Any) -> None:
        super().__init__(error, *(messages or ()))
        self.error = error
        self.messages = messages or []
        self.more = more

    def body(self) -> dict[str, Any]:
        found: dict[str, Any] = {"ok": False, "error": self.error, **self.more}
        return found | ({"response_metadata": {"messages": self.messages}} if self.messages else {})
