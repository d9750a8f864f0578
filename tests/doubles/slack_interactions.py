"""What the pretended Slack delivers when somebody types a command, presses, submits or closes.

Shapes: https://docs.slack.dev/reference/interaction-payloads and /interactivity/implementing-slash-commands. Trigger
ids and response_urls are made with them, for this one thing.
"""

import secrets
from typing import Any

from tests.doubles.slack_api import PretendSlack
from tests.doubles.slack_events import typed
from tests.doubles.slack_methods_chat import shown
from tests.doubles.slack_methods_views import shown as view_shown
from tests.doubles.slack_people import SlackUser
from tests.doubles.slack_workspace import Body, Channel, Message, Team, View

KEPT = {
    "plain_text_input": ("value", "initial_value", None),
    "email_text_input": ("value", "initial_value", None),
    "url_text_input": ("value", "initial_value", None),
    "number_input": ("value", "initial_value", None),
    "datepicker": ("selected_date", "initial_date", None),
    "timepicker": ("selected_time", "initial_time", None),
    "datetimepicker": ("selected_date_time", "initial_date_time", None),
    "static_select": ("selected_option", "initial_option", None),
    "radio_buttons": ("selected_option", "initial_option", None),
    "users_select": ("selected_user", "initial_user", None),
    "multi_users_select": ("selected_users", "initial_users", []),
    "multi_static_select": ("selected_options", "initial_options", []),
    "checkboxes": ("selected_options", "initial_options", []),
}
"""Where the value of an element is, where it begins, and what an empty one is."""


class Interactions:
    """Interactions with one app in one workspace."""

    def __init__(self, slack: PretendSlack, team: Team) -> None:
        self.slack, self.team = slack, team

    def command(self, user: SlackUser, text: str, channel: Channel) -> dict[str, str]:
        """The fields of a slash command, "/free tomorrow"."""
        name, _, rest = text.partition(" ")
        named = {"im": "directmessage", "group": "privategroup"}.get(channel.kind, channel.name)
        return {
            "token": self.slack.world.app.verification,
            "team_id": self.team.id,
            "team_domain": self.team.domain,
            "channel_id": channel.id,
            "channel_name": named,
            "user_id": user.id,
            "user_name": user.handle,
            "command": name,
            "text": typed(rest, name, self.team),
            "api_app_id": self.slack.world.app.id,
            "is_enterprise_install": "false",
            "response_url": self.slack.urls.new(self.team, channel.id, user.id),
            "trigger_id": self.slack.views.trigger(self.team, user.id),
        }

    def message_press(self, user: SlackUser, message: Message, block: Body, button: Body) -> Body:
        """block_actions from a message; of one that only one person sees, Slack does not show the message."""
        channel = self.team.channels[message.channel]
        container: Body = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": bool(message.ephemeral),
        }
        if message.thread:
            container["thread_ts"] = message.thread
        name = "directmessage" if channel.kind == "im" else channel.name
        told = self._action(user, block, button, container) | {"channel": {"id": channel.id, "name": name}}
        told |= {} if message.ephemeral else {"message": shown(self.team, message)}
        return told | {
            "state": {"values": {}},
            "response_url": self.slack.urls.new(self.team, channel.id, user.id, message),
        }

    def view_press(self, user: SlackUser, view: View, block: Body, button: Body) -> Body:
        """block_actions from a window or the home: there is no channel to answer in."""
        told = self._action(user, block, button, {"type": "view", "view_id": view.id}, view.id)
        return told | {"view": view_shown(self.slack.world, self.team, view)}

    def submission(self, user: SlackUser, view: View) -> Body:
        """view_submission: the window with what `view.state` holds."""
        told = self._by(user, "view_submission", view.id)
        return told | {"view": view_shown(self.slack.world, self.team, view), "response_urls": []}

    def closed(self, user: SlackUser, view: View) -> Body:
        told = self._by(user, "view_closed", view.id) | {"is_cleared": False}
        told.pop("trigger_id")
        return told | {"view": view_shown(self.slack.world, self.team, view)}

    def shortcut(self, user: SlackUser, callback_id: str) -> Body:
        stamp = self.slack.world.stamp()
        return self._by(user, "shortcut") | {"callback_id": callback_id, "action_ts": stamp}

    def ssl_check(self) -> dict[str, str]:
        return {"ssl_check": "1", "token": self.slack.world.app.verification}

    def _by(self, user: SlackUser, kind: str, within: str = "") -> Body:
        """`team` is that of who acts: of somebody from a connected workspace, their own."""
        who: dict[str, Any] = {"id": user.id, "username": user.handle, "name": user.handle}
        return {
            "type": kind,
            "user": who | {"team_id": user.home or self.team.id},
            "api_app_id": self.slack.world.app.id,
            "token": self.slack.world.app.verification,
            "trigger_id": self.slack.views.trigger(self.team, user.id, within),
            "team": {"id": user.home or self.team.id, "domain": self.team.domain},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _action(self, user: SlackUser, block: Body, button: Body, container: Body, within: str = "") -> Body:
        keep = ("action_id", "type", "text", "value", "style")
        action = {name: button[name] for name in keep if name in button}
        action |= {"block_id": block.get("block_id", secrets.token_hex(2)), "action_ts": self.slack.world.stamp()}
        return self._by(user, "block_actions", within) | {"container": container, "actions": [action]}


def begins(view: View) -> Body:
    """What a window's inputs hold before anybody touches them: the `state.values` of a submission."""
    state: Body = {}
    for block in view.body["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        name, begin, empty = KEPT[element["type"]]
        value = element.get(begin, empty)
        if block["block_id"] in view.state:
            value = view.state[block["block_id"]][element["action_id"]][name]
        state[block["block_id"]] = {element["action_id"]: {"type": element["type"], name: value}}
    return state
