"""What the pretended Slack delivers to the app: events, with all that the real ones carry.

Shapes: https://docs.slack.dev/reference/events and /apis/events-api (the envelope). Commands, presses and forms are in
`slack_interactions`, how it all gets to the app in `slack_sending`.
"""

import re
import secrets
import uuid
from typing import Any

from tests.doubles.slack_api import PretendSlack
from tests.doubles.slack_methods_chat import shown
from tests.doubles.slack_methods_views import shown as view_shown
from tests.doubles.slack_people import SlackUser
from tests.doubles.slack_people import shown as user_shown
from tests.doubles.slack_workspace import Body, Message, Team

MENTION = re.compile(r"(<@[UW][A-Z0-9]+>)")
EMAIL = re.compile(r"(?<![\w.+-])([\w.+-]+@[\w-]+(?:\.[\w-]+)+)")
LINK = re.compile(r"(https?://[^\s<>]+)")


def typed(text: str, command: str = "", team: Team | None = None) -> str:
    """What Slack makes of a typed text; `<@U1>` stands for a mention that was picked.

    In messages addresses become links. In a command they stay, and mentions have a name beside the id, as with
    "Escape channels, users, and links" in its settings.
    """
    parts = MENTION.split(text)
    for number, part in enumerate(parts):
        if number % 2:
            user = team.users.get(part[2:-1]) if team and command else None
            parts[number] = f"<@{user.id}|{user.handle}>" if user else part
            continue
        said = part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        parts[number] = said if command else EMAIL.sub(r"<mailto:\1|\1>", LINK.sub(r"<\1>", said))
    return "".join(parts)


class Events:
    """Events of one workspace; each call makes a new one, with an id of its own."""

    def __init__(self, slack: PretendSlack, team: Team) -> None:
        self.slack, self.team = slack, team

    def envelope(self, event: Body, authorized: bool = True) -> Body:
        """An event_callback. `authorized`: for whom of the installation it is."""
        world = self.slack.world
        who = {"enterprise_id": None, "team_id": self.team.id, "user_id": self.team.bot.id}
        return {
            "token": world.app.verification,
            "team_id": self.team.id,
            "context_team_id": self.team.id,
            "context_enterprise_id": None,
            "api_app_id": world.app.id,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{secrets.token_hex(5).upper()}",
            "event_time": int(world.now()),
            "authorizations": [who | {"is_bot": True, "is_enterprise_install": False}] if authorized else [],
            "is_ext_shared_channel": False,
            "event_context": f"4-{secrets.token_hex(24)}",
        }

    def message(self, user: SlackUser, message: Message) -> Body:
        """message.im: somebody wrote to the bot."""
        return self.envelope(self._said(user, message, "message") | {"channel_type": "im"})

    def mention(self, user: SlackUser, message: Message) -> Body:
        """app_mention: somebody wrote its name in a channel."""
        return self.envelope(self._said(user, message, "app_mention"))

    def own(self, message: Message, change: str = "") -> Body:
        """message.im: what the bot itself wrote, or "changed", or "deleted", comes back to it."""
        told: Body = {"channel": message.channel, "channel_type": "im", "event_ts": self.slack.world.stamp()}
        if change:
            told |= {"type": "message", "subtype": f"message_{change}", "hidden": True, "ts": told["event_ts"]}
            told |= {"previous_message": shown(self.team, message)}
            told |= {"message": shown(self.team, message)} if change == "changed" else {"deleted_ts": message.ts}
            return self.envelope(told)
        return self.envelope(shown(self.team, message) | told)

    def home_opened(self, user: SlackUser, tab: str = "home") -> Body:
        event = {"type": "app_home_opened", "user": user.id, "channel": self.team.direct(user.id).id, "tab": tab}
        view = self.team.homes.get(user.id)
        if tab == "home" and view is not None:
            event["view"] = view_shown(self.slack.world, self.team, view)
        return self.envelope(event | {"event_ts": self.slack.world.stamp()})

    def uninstalled(self) -> Body:
        return self.envelope({"type": "app_uninstalled", "event_ts": self.slack.world.stamp()}, authorized=False)

    def revoked(self, bot: bool = True, *users: str) -> Body:
        tokens = {"oauth": [*users], "bot": [self.team.bot.id] if bot else []}
        event = {"type": "tokens_revoked", "tokens": tokens, "event_ts": self.slack.world.stamp()}
        return self.envelope(event, authorized=False)

    def joined(self, user: SlackUser) -> Body:
        now = self.slack.world.now()
        event = {"type": "team_join", "user": user_shown(user, True, False, now), "cache_ts": int(now)}
        return self.envelope(event | {"event_ts": self.slack.world.stamp()})

    def url_verification(self, challenge: str = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P") -> Body:
        return {"token": self.slack.world.app.verification, "challenge": challenge, "type": "url_verification"}

    def _said(self, user: SlackUser, message: Message, kind: str) -> Body:
        parts: list[Body] = [
            {"type": "user", "user_id": part[2:-1]} if number % 2 else {"type": "text", "text": part}
            for number, part in enumerate(MENTION.split(message.text))
            if part
        ]
        section = {"type": "rich_text_section", "elements": parts}
        event: dict[str, Any] = {
            "user": user.id,
            "type": kind,
            "ts": message.ts,
            "client_msg_id": str(uuid.uuid4()),
            "text": message.text,
            "team": user.home or self.team.id,
            "blocks": [{"type": "rich_text", "block_id": secrets.token_hex(2), "elements": [section]}],
            "channel": message.channel,
            "event_ts": message.ts,
        }
        if message.thread:
            event["thread_ts"] = message.thread
        if user.stranger:
            event |= {"user_team": user.home, "source_team": user.home}
            event["user_profile"] = {"name": user.handle, "real_name": user.name, "team": user.home}
        return event
