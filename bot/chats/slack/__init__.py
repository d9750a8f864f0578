"""Slack: people write, press and fill in; answers are Block Kit. See `chat.py` for the whole of it."""

from typing import TYPE_CHECKING

from bot.ports import Chat

if TYPE_CHECKING:
    from bot.chats import Hall


def made(hall: "Hall") -> Chat:
    """Slack's libraries are imported here, with their first use. Not named `chat`: that is the module there."""
    from bot.chats.slack.chat import Slack

    return Slack(hall)
