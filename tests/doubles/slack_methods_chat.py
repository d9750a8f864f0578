"""The pretended Slack's chat.* methods and conversations.open.

https://docs.slack.dev/reference/methods. Stricter than Slack: a channel is named by its id, never by "#name"; blocks
come with a text that says the same (Slack only warns); a text has at most 4000 characters (Slack cuts at 40 000).
"""

from typing import Any

from tests.doubles.slack_blocks_rules import files, message_problems
from tests.doubles.slack_errors import SlackError
from tests.doubles.slack_text_rules import mrkdwn
from tests.doubles.slack_workspace import Body, Channel, Message, Team, Workspaces

LONGEST = 4000


class ChatMethods:
    """One method of this class for each of Slack's; `asked` are its arguments."""

    def __init__(self, world: Workspaces) -> None:
        self.world = world
        self.not_ready = 0
        """How often a new file is refused in blocks before it may be shown."""

    def conversations_open(self, team: Team, asked: Body) -> Body:
        users = asked.get("users") or ""
        names = users if isinstance(users, list) else [one.strip() for one in users.split(",") if one.strip()]
        if not names:
            raise SlackError("users_list_not_supplied")
        if len(names) > 1:
            raise SlackError("invalid_arguments", ["this double opens direct messages with one person"])
        channel = self._direct(team, names[0])
        return {"ok": True, "channel": {"id": channel.id}}

    def post_message(self, team: Team, asked: Body) -> Body:
        channel = self._place(team, asked["channel"])
        self.check(team, asked)
        message = Message(
            channel.id,
            self.world.stamp(),
            team.bot.id,
            asked.get("text", ""),
            asked.get("blocks", []),
            thread=self._thread(team, channel, asked),
            unfurls=(asked.get("unfurl_links"), asked.get("unfurl_media")),
            metadata=asked.get("metadata") or {},
        )
        self.world.write(team, message)
        return {"ok": True, "channel": channel.id, "ts": message.ts, "message": shown(team, message)}

    def post_ephemeral(self, team: Team, asked: Body) -> Body:
        channel = self._place(team, asked["channel"])
        self.check(team, asked)
        if asked["user"] not in channel.members:
            raise SlackError("user_not_in_channel")
        message = Message(
            channel.id,
            self.world.stamp(),
            team.bot.id,
            asked.get("text", ""),
            asked.get("blocks", []),
            thread=self._thread(team, channel, asked),
            ephemeral=asked["user"],
        )
        self.world.write(team, message)
        return {"ok": True, "message_ts": message.ts}

    def update(self, team: Team, asked: Body) -> Body:
        message = self._own(team, asked, "cant_update_message")
        self.check(team, asked, changes=True)
        change(message, asked)
        self.world.write(team, message, "changed")
        said = {"ok": True, "channel": message.channel, "ts": message.ts, "text": message.text}
        return said | {"message": shown(team, message)}

    def delete(self, team: Team, asked: Body) -> Body:
        message = self._own(team, asked, "cant_delete_message")
        message.deleted = True
        self.world.write(team, message, "deleted")
        return {"ok": True, "channel": message.channel, "ts": message.ts}

    def check(self, team: Team, asked: Body, changes: bool = False) -> None:
        """Text and blocks of a message; raises SlackError."""
        text, blocks = asked.get("text", ""), asked.get("blocks")
        if not text and not blocks:
            raise SlackError("no_text")
        if not text:
            raise SlackError(
                "invalid_arguments", ["[ERROR] blocks without a text that says the same [json-pointer:/text]"]
            )
        if not isinstance(text, str):
            raise SlackError("invalid_arguments", ["[ERROR] must be a string [json-pointer:/text]"])
        if len(text) > LONGEST:
            raise SlackError("msg_too_long")
        problems = list(mrkdwn("/text", text))
        if blocks is not None and not (changes and blocks == []):
            problems += message_problems(blocks)
        if problems:
            raise SlackError("invalid_blocks", [f"[ERROR] {problem}" for problem in problems])
        self.check_files(team, blocks, "invalid_blocks")

    def check_files(self, team: Team, body: Any, error: str) -> None:
        """A file may be shown a moment after it was completed; raises SlackError."""
        for named in files(body):
            file = team.files.get(named.get("id", ""))
            if file is None or file.completed is None:
                raise SlackError(error, ["[ERROR] invalid slack file [json-pointer:/slack_file]"])
            if file.refused < self.not_ready:
                file.refused += 1
                raise SlackError(error, ["[ERROR] invalid slack file [json-pointer:/slack_file]"], not_ready=True)

    def _direct(self, team: Team, user: str) -> Channel:
        found = team.users.get(user)
        if found is None:
            raise SlackError("user_not_found")
        if found.deleted:
            raise SlackError("user_disabled")
        if found.bot:
            raise SlackError("cannot_dm_bot")
        return team.direct(user)

    def _place(self, team: Team, ident: Any) -> Channel:
        if isinstance(ident, str) and ident in team.users:
            return self._direct(team, ident)
        channel = team.channels.get(ident) if isinstance(ident, str) else None
        if channel is None:
            raise SlackError("channel_not_found")
        if channel.kind == "im":
            self._direct(team, channel.members[0])
        elif team.bot.id not in channel.members:
            raise SlackError("channel_not_found" if channel.kind == "group" else "not_in_channel")
        return channel

    def _thread(self, team: Team, channel: Channel, asked: Body) -> str:
        thread = asked.get("thread_ts", "")
        if thread and team.message(channel.id, thread) is None:
            raise SlackError("thread_not_found")
        return str(thread)

    def _own(self, team: Team, asked: Body, error: str) -> Message:
        """The message that is to be changed; raises SlackError. One that only one person sees is not found."""
        if asked["channel"] not in team.channels:
            raise SlackError("channel_not_found")
        message = team.message(asked["channel"], asked["ts"])
        if message is None:
            raise SlackError("message_not_found", gone=True)
        if message.ephemeral:
            raise SlackError("message_not_found")
        if message.by != team.bot.id:
            raise SlackError(error)
        return message


def change(message: Message, asked: Body) -> None:
    """What an update changes: blocks stay where none are given."""
    message.text = asked.get("text", message.text)
    message.blocks = asked.get("blocks", message.blocks)
    message.metadata = asked.get("metadata", message.metadata)
    message.edits += 1


def shown(team: Team, message: Message) -> Body:
    """The message object, as answers and events have it. Slack gives every block an id."""
    blocks = [{"block_id": f"b{number}", **block} for number, block in enumerate(message.blocks)]
    found: Body = {"type": "message", "user": message.by, "ts": message.ts, "text": message.text, "team": team.id}
    if message.by == team.bot.id:
        found |= {"bot_id": team.bot_id, "app_id": "A0FREEWHEN", "blocks": blocks}
        found["bot_profile"] = {"id": team.bot_id, "name": team.bot.name, "app_id": "A0FREEWHEN", "team_id": team.id}
    if message.thread:
        found["thread_ts"] = message.thread
    if message.edits:
        found["edited"] = {"user": message.by, "ts": message.ts}
    return found
