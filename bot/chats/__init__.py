"""Chat plug-ins: each implements `ports.Chat`, knows one outside world, and is imported only when it is used.

A chat of a server is a module with `made(hall) -> Chat`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from bot.chats.slack_settings import SlackSettings
from bot.messages import Secret
from bot.ports import Chat, Clock, Inbox, Installation, Installations, Refresh

CHATS: dict[str, str] = {
    "terminal": "bot.chats.terminal",
    "slack": "bot.chats.slack",
}


@dataclass(frozen=True, slots=True)
class Hall:
    """What a chat may use of the house it lives in.

    `renew`: see `ports.Renew`, for one installation. `opens_form`: whether these words, as they were typed, are
    answered with a form. `public_url`: where our pages are, without a slash at the end.
    """

    clock: Clock
    inbox: Inbox
    installations: Installations
    renew: Callable[[Installation, Secret, Refresh], Awaitable[Secret]]
    opens_form: Callable[[str], bool]
    public_url: str = ""
    slack: SlackSettings | None = None


def chats(hall: Hall) -> dict[str, Chat]:
    """The chats that are set up."""
    on = {"slack": hall.slack is not None}
    return {name: cast(Chat, import_module(CHATS[name]).made(hall)) for name, wanted in on.items() if wanted}
