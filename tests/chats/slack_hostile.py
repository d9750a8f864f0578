"""Titles that look like something to Slack, and everything that is said in a payload."""

from collections.abc import Iterator, Mapping
from typing import Any

TITLES = (
    "<!channel>",
    "<!here|here>",
    "<!everyone>",
    "<!subteam^S0123456|@everybody>",
    "<@U012AB3CD>",
    "<@W012AB3CD|boss>",
    "<#C012AB3CD|general>",
    "<https://evil.example/|Accept>",
    "<http://evil.example>",
    "<mailto:boss@example.com|write to us>",
    "<tel:+4912345|call>",
    "<slack://user?team=T1&id=U1|open>",
    "<!date^1392734382^{date_num}^https://evil.example/|yesterday>",
    "&lt;!channel&gt;",
    "&amp;lt;!here&amp;gt; &#60;!here&#62;",
    "@channel @here @everyone #general",
    "*Approved* _by_ ~nobody~ `admin`",
    "```\nBooked for you\n```",
    "> quoted\n>>> all of it",
    ":tada: :white_check_mark: done",
    "https://evil.example/login evil.example boss@example.com",
    "Stand-up\n\nWhen  15:00\r\n[Book it]\u2028Note\x0bmore",
    "\u202ereversed\u202c \u2066isolated\u2069 \x1b[31mred\x00\u200b\ufeff",
)
"""The 23 cases of the promise "no mention from a title"."""

KEYS = frozenset({"text", "alt_text", "title", "label", "hint", "placeholder", "initial_value"})


def said(payload: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a payload that a person is shown, with where it is."""
    if isinstance(payload, Mapping):
        for key, value in payload.items():
            if isinstance(value, str) and key in KEYS:
                yield f"{at}/{key}", value
            yield from said(value, f"{at}/{key}")
    elif isinstance(payload, list):
        for number, value in enumerate(payload):
            yield from said(value, f"{at}/{number}")


def kinds(payload: Any) -> set[str]:
    """Every `type` in a payload."""
    if isinstance(payload, Mapping):
        own = {payload["type"]} if isinstance(payload.get("type"), str) else set()
        return own.union(*map(kinds, payload.values()))
    return set().union(*map(kinds, payload)) if isinstance(payload, list) else set()
