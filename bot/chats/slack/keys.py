"""Pure: what names a delivery, the same from HTTP and from the socket, so that a repeat is known as one."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def key(payload: Mapping[str, Any]) -> str:
    """An event by its id; a command, a press, a shortcut by its trigger; a form by its state and trigger as well.

    Scoped by app and team. What has no name of its own is named by all that it says. At most 150 characters.
    """
    kind = _text(payload.get("type")) or "command"
    parts = [_text(payload.get("api_app_id")), team(payload)]
    if kind == "event_callback":
        names = [_text(payload.get("event_id"))]
    else:
        view, action = _mapping(payload.get("view")), _first(payload.get("actions"))
        moment = _text(action.get("action_ts")) or _text(payload.get("action_ts"))
        # The form of a press names its view as well; there the press counts, not the state of the view.
        state = [_text(view.get("id")), _text(view.get("hash"))] if kind.startswith("view_") else []
        names = [_text(payload.get("trigger_id")), moment, *state]
    if not any(names):
        names = [json.dumps(payload, sort_keys=True)]
    return _short("|".join([kind, *parts, *names]))


def team(payload: Mapping[str, Any]) -> str:
    """The workspace that added us and that a delivery belongs to, "" where it says none.

    Of somebody from a connected workspace `team` is their own one: a window and an event say beside it for whom of us
    they are (docs.slack.dev/apis/slack-connect).
    """
    window = _text(_mapping(payload.get("view")).get("app_installed_team_id"))
    granted = _text(_first(payload.get("authorizations")).get("team_id"))
    return window or granted or _text(payload.get("team_id")) or _text(_mapping(payload.get("team")).get("id"))


def person(payload: Mapping[str, Any]) -> str:
    """Who did it, with their workspace; "" where nobody did."""
    event = _mapping(payload.get("event"))
    found = payload.get("user_id") or payload.get("user") or event.get("user")
    name = _text(_mapping(found).get("id")) or _text(found)
    return f"{team(payload)}:{name}" if name else ""


def is_said(payload: Mapping[str, Any]) -> bool:
    """Whether it is words or a command: what one person says is done in its order."""
    kind = payload.get("type") or "command"
    return kind == "command" or _mapping(payload.get("event")).get("type") in ("message", "app_mention")


def _short(name: str) -> str:
    if len(name) <= 150 and name.isascii() and name.isprintable():
        return name
    return f"sha256:{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _first(found: object) -> Mapping[str, Any]:
    return _mapping(found[0]) if isinstance(found, list) and found else {}


def _mapping(found: object) -> Mapping[str, Any]:
    return found if isinstance(found, Mapping) else {}


def _text(found: object) -> str:
    return found if isinstance(found, str) else ""
