"""Pure: the bytes that Slack signed → a delivery, of one of the three shapes that go on, or words on what is wrong.

Shapes: https://docs.slack.dev/apis/events-api/ (event callbacks), /interactivity/handling-user-interaction
(interactions, in the form field `payload`), /interactivity/implementing-slash-commands (the fields of a form).
"""

import json
from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import parse_qsl

DEEPEST = 60
"""Slack's own payloads stay below twenty levels; what is deeper would break somebody behind the door."""
MOST_FIELDS = 60

INTERACTIONS = frozenset(
    ("block_actions", "block_suggestion", "view_submission", "view_closed", "shortcut", "message_action")
)
_OPENING = (b"{", b"[")


class BadBody(Exception):
    """Signed, and still nothing that Slack sends: the text says what is wrong, and repeats nothing of it."""


def from_json(body: bytes) -> dict[str, Any]:
    """An event, or what Slack says of the address itself (`url_verification`, `app_rate_limited`). Raises BadBody."""
    payload = _object(body)
    kind = payload.get("type")
    if kind == "event_callback":
        event = payload.get("event")
        if not isinstance(event, dict) or not isinstance(event.get("type"), str):
            raise BadBody("no event")
    elif kind not in ("url_verification", "app_rate_limited"):
        raise BadBody("no such type")
    return payload


def from_form(body: bytes) -> dict[str, Any]:
    """A slash command, an interaction, or Slack's look at the certificate (`ssl_check`). Raises BadBody."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, encoding="utf-8", errors="strict"
        )
    except ValueError:
        raise BadBody("not a form") from None
    fields: dict[str, Any] = dict(pairs)
    if len(fields) != len(pairs):
        raise BadBody("a field twice")
    if "payload" in fields:
        return _interaction(_object(fields["payload"].encode()))
    if fields.get("command", "").startswith("/") and fields.get("user_id") and "team_id" in fields:
        return fields
    if "ssl_check" in fields:
        return fields
    raise BadBody("no command")


def _interaction(payload: dict[str, Any]) -> dict[str, Any]:
    kind, user = payload.get("type"), payload.get("user")
    if not isinstance(kind, str) or kind not in INTERACTIONS:
        raise BadBody("no such type")
    if not isinstance(user, dict) or not isinstance(user.get("id"), str):
        raise BadBody("no user")
    if kind == "block_actions":
        actions = payload.get("actions")
        if not isinstance(actions, list) or not actions or not all(isinstance(one, dict) for one in actions):
            raise BadBody("no actions")
    if kind in ("view_submission", "view_closed"):
        view = payload.get("view")
        if not isinstance(view, dict) or not isinstance(view.get("id"), str):
            raise BadBody("no view")
    return payload


def _object(body: bytes) -> dict[str, Any]:
    """RFC 8259, in UTF-8, an object at the top, not deeper than `DEEPEST`. Raises BadBody."""
    try:
        found = json.loads(body.decode("utf-8"), parse_constant=_no_number)
        if b"\\u" in body:  # half of a pair of surrogates is no character, and nothing can be done with it later
            json.dumps(found, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise BadBody("not JSON") from None
    if not isinstance(found, dict):
        raise BadBody("not an object")
    if sum(map(body.count, _OPENING)) > DEEPEST and _is_deep(found):
        raise BadBody("too deep")
    return found


def _is_deep(found: Mapping[str, Any]) -> bool:
    level: list[Any] = [found]
    for _ in range(DEEPEST):
        level = [
            below
            for one in level
            for below in (one.values() if isinstance(one, dict) else one)
            if isinstance(below, dict | list)
        ]
        if not level:
            return False
    return True


def _no_number(name: str) -> NoReturn:
    raise BadBody(f"{name} is no number")
