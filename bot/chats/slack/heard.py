"""What Slack delivers, as a Request and the place where its answer goes: pure.

A delivery is an event, the fields of a slash command, or an interaction; docs.slack.dev/reference has their shapes.
Whatever is not a person who says, presses or submits something is None.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.chats.slack import keys
from bot.messages import ChatUser, Request, Secret

CHAT = "slack"
_SAID = frozenset(("", "file_share", "thread_broadcast"))
"""A message, one with a file, and one in a thread that was shown to the channel as well; other subtypes are no words
to us (docs.slack.dev/reference/events/message)."""
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the answer to a delivery goes.

    `channel` is where something was said or pressed, "" in a window or on the home; `ts` the pressed message,
    `fleeting` where it was for the presser's eyes alone; `respond` takes answers for half an hour; `trigger` opens a
    window within three seconds; `view` is the window that was pressed or submitted, `home`: the App Home was pressed;
    `submitted`: a form was; `form`: the answer is one. `thread` is where a mention was.
    """

    who: ChatUser
    channel: str = ""
    ts: str = ""
    thread: str = ""
    fleeting: bool = False
    respond: Secret | None = None
    trigger: str = ""
    view: str = ""
    home: bool = False
    submitted: bool = False
    form: bool = False

    @property
    def window(self) -> bool:
        """Whether the person is before a window, and looks for the answer there."""
        return bool(self.view) or self.home


@dataclass(frozen=True, slots=True)
class Heard:
    """`request.private` holds for what was said in an `im`; where the channel is a direct message of unknown partners,
    `direct` is true and the caller finds out.
    """

    request: Request
    place: Place
    direct: bool = False


def said(event: Mapping[str, Any], body: Mapping[str, Any], bot_id: str) -> Heard | None:
    """A message to the bot, or one that mentions it; `bot_id` is its user id there. None for what no person wrote."""
    user, team = _text(event, "user"), keys.team(body)
    if not user or user == bot_id or event.get("bot_id") or "edited" in event:
        return None
    if _text(event, "subtype") not in _SAID:
        return None
    private = event.get("channel_type") == "im"
    text = _MENTION.sub(lambda found: "" if found[1] == bot_id else found[0], _text(event, "text")).strip()
    if not private and event.get("type") != "app_mention":
        return None
    who = ChatUser(CHAT, team, user)
    # Somebody of a connected workspace is not ours, whatever their id (docs.slack.dev/apis/slack-connect).
    home = _text(event, "user_team") or _text(event, "source_team") or _text(event, "team") or team
    member = home == team or _one_of_many(body)
    request = Request(who, text=unescaped(text), private=private, id=_text(body, "event_id"), member=member)
    return Heard(request, Place(who, _text(event, "channel"), thread=_text(event, "thread_ts")))


def command(body: Mapping[str, Any]) -> Heard:
    """A slash command, e.g. `/free tomorrow`."""
    who = ChatUser(CHAT, keys.team(body), _text(body, "user_id"))
    channel = _text(body, "channel_id")
    place = Place(who, channel, respond=_address(body), trigger=_text(body, "trigger_id"))
    text = f"{_text(body, 'command')} {unescaped(_text(body, 'text'))}".strip()
    return Heard(Request(who, text=text, private=False, id=place.trigger), place, direct=channel.startswith("D"))


def pressed(body: Mapping[str, Any], action: Mapping[str, Any]) -> Heard | None:
    """A button of a message, a window or the home; None for one that only opened an address."""
    kind, value = _text(action, "action_id").partition(":")[0], _text(action, "value")
    if kind not in ("press", "form", "again") or not value:
        return None
    who = _who(body)
    container = _part(body, "container")
    view = _part(body, "view")
    channel = _text(_part(body, "channel"), "id") or _text(container, "channel_id")
    home = view.get("type") == "home"
    place = Place(
        who,
        channel,
        ts=_text(container, "message_ts"),
        thread=_text(container, "thread_ts"),
        fleeting=bool(container.get("is_ephemeral")),
        respond=_address(body),
        trigger=_text(body, "trigger_id"),
        view="" if home else _text(view, "id"),
        home=home,
        form=kind in ("form", "again"),
    )
    private = place.window or (channel.startswith("D") and not place.fleeting)
    said_again, token = (value, "") if kind == "again" else ("", value)
    editable = private and not place.window
    handle = f"m:{who.workspace}:{channel}:{place.ts}" if editable else f"u:{who.workspace}:{who.id}"
    request = Request(
        who, text=said_again, press=token, private=private, handle=handle, id=place.trigger, member=_ours(body)
    )
    return Heard(request, place)


def submitted(body: Mapping[str, Any], values: Mapping[str, str]) -> Heard | None:
    """A form that was filled in; `values` by the name of the field. None where it is not one of ours."""
    who, view = _who(body), _part(body, "view")
    kept = _loaded(_text(view, "private_metadata"))
    token, handle = _text(kept, "token"), _text(kept, "handle")
    if not token:
        return None
    place = Place(who, view=_text(view, "id"), trigger=_text(body, "trigger_id"), submitted=True)
    request = Request(who, press=token, values=values, handle=handle, id=place.trigger, member=_ours(body))
    return Heard(request, place)


def shortcut(body: Mapping[str, Any]) -> Heard:
    """A global shortcut: its callback id is a command without the slash."""
    who = _who(body)
    place = Place(who, home=True, trigger=_text(body, "trigger_id"), form=True)
    request = Request(who, text=f"/{_text(body, 'callback_id')}", id=place.trigger, member=_ours(body))
    return Heard(request, place)


def message_of(handle: str) -> tuple[str, str, str] | None:
    """Workspace, channel and ts of the message that a handle names; None for a handle of nothing that can be edited."""
    kind, *parts = handle.split(":")
    return (parts[0], parts[1], parts[2]) if kind == "m" and len(parts) == 3 else None


def unescaped(text: str) -> str:
    """Slack escapes these three, and nothing else (docs.slack.dev/messaging/formatting-message-text)."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mention(text: str) -> str:
    """The user id in a mention as typed, `<@U1>` or `<@U1|ana>`; "" where it is none."""
    found = _MENTION.fullmatch(text.strip())
    return found[1] if found else ""


def _who(body: Mapping[str, Any]) -> ChatUser:
    return ChatUser(CHAT, keys.team(body), _text(_part(body, "user"), "id"))


def _ours(body: Mapping[str, Any]) -> bool:
    """Whether who acts may belong to this workspace, and not to one that shares a channel with it."""
    return _text(_part(body, "user"), "team_id") in ("", keys.team(body)) or _one_of_many(body)


def _one_of_many(body: Mapping[str, Any]) -> bool:
    """Whether the workspace is one of an Enterprise Grid: there people belong to several, and a delivery names any of
    them. Whoever asks Slack about the person learns which (`people.Person.member`).
    """
    granted = body.get("authorizations")
    first = granted[0] if isinstance(granted, list) and granted and isinstance(granted[0], Mapping) else {}
    return bool(_text(first, "enterprise_id") or _text(_part(body, "enterprise"), "id"))


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}


def _text(body: Mapping[str, Any], name: str) -> str:
    text = body.get(name)
    return text if isinstance(text, str) else ""


def _address(body: Mapping[str, Any]) -> Secret | None:
    url = _text(body, "response_url")
    return Secret(url) if url else None


def _loaded(text: str) -> Mapping[str, Any]:
    try:
        loaded = json.loads(text or "{}")
    except ValueError:
        return {}
    return loaded if isinstance(loaded, dict) else {}
