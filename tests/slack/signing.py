"""What Slack sends over https, signed as Slack signs it; and the three shapes that it sends."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.doubles import slack_sending

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = "application/x-www-form-urlencoded"


def signature(body: bytes, timestamp: str, secret: str = SECRET) -> str:
    """Version 0, as docs.slack.dev/authentication/verifying-requests-from-slack has it."""
    return slack_sending.signature(secret, timestamp, body)


def signed(body: bytes, now: datetime, kind: str = "application/json", secret: str = SECRET) -> dict[str, str]:
    """The headers of a delivery."""
    timestamp = str(int(now.timestamp()))
    return {
        "content-type": kind,
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": signature(body, timestamp, secret),
    }


def wire(payload: Mapping[str, Any]) -> tuple[bytes, str]:
    """Body and content type of a delivery, as Slack puts it on the wire."""
    return slack_sending.on_the_wire(payload)


def event(
    event_id: str = "Ev1", text: str = "hello", user: str = "U1", team: str = "T1", **more: Any
) -> dict[str, Any]:
    return {
        "type": "event_callback",
        "token": "old",
        "team_id": team,
        "api_app_id": "A1",
        "event_id": event_id,
        "event_time": 1773043200,
        "event": {"type": "message", "channel_type": "im", "channel": "D1", "user": user, "text": text, "ts": "1.1"},
        **more,
    }


def command(trigger: str = "1.2.a", text: str = "tomorrow", user: str = "U1", team: str = "T1") -> dict[str, Any]:
    return {
        "token": "old",
        "team_id": team,
        "team_domain": "acme",
        "channel_id": "D1",
        "channel_name": "directmessage",
        "user_id": user,
        "user_name": "sam",
        "command": "/free",
        "text": text,
        "api_app_id": "A1",
        "response_url": "https://hooks.slack.com/commands/T1/1/x",
        "trigger_id": trigger,
    }


def interaction(kind: str, trigger: str = "1.2.b", user: str = "U1", team: str = "T1", **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "api_app_id": "A1",
        "token": "old",
        "trigger_id": trigger,
        "team": {"id": team, "domain": "acme"},
        "user": {"id": user, "username": "sam", "team_id": team},
        **more,
    }


def press(trigger: str = "1.2.c", action_ts: str = "1548261231.267", **more: Any) -> dict[str, Any]:
    actions = [{"type": "button", "action_id": "press:0", "block_id": "b", "value": "t", "action_ts": action_ts}]
    return interaction("block_actions", trigger, actions=actions, **more)


def submission(view_id: str = "V1", view_hash: str = "h1", trigger: str = "1.2.d", **more: Any) -> dict[str, Any]:
    view = {"id": view_id, "hash": view_hash, "type": "modal", "callback_id": "form", "state": {"values": {}}}
    return interaction("view_submission", trigger, view=view, **more)
