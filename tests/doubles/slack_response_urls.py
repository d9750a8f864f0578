"""response_urls: where an app may answer a command or a press, five times within half an hour.

https://docs.slack.dev/interactivity/handling-user-interaction. No token is needed, and the bot need not be in the
channel. A command's url has no original (slackapi/bolt-js issue 2287): `replace_original` makes a new message there,
which is a fault as nobody wants that. Where the reference is silent: a bad message is refused with status 400.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.slack_errors import SlackError
from tests.doubles.slack_methods_chat import ChatMethods, change
from tests.doubles.slack_workspace import Body, Message, Team, Workspaces

LIVES = 1800.0
USES = 5
SAYS = frozenset(("text", "blocks", "thread_ts", "unfurl_links", "unfurl_media", "metadata"))
HOW = frozenset(("response_type", "replace_original", "delete_original"))


@dataclass
class Address:
    """`original` is the message that was pressed, None for a command. `made` of `Workspaces.now`."""

    team: Team
    channel: str
    user: str
    made: float
    original: Message | None = None
    uses: int = 0
    said: list[Body] = field(default_factory=list)


class ResponseUrls:
    """All of them, by their path."""

    def __init__(self, world: Workspaces, chat: ChatMethods) -> None:
        self.world, self._chat = world, chat
        self.base = ""
        self.held: dict[str, Address] = {}

    def new(self, team: Team, channel: str, user: str, original: Message | None = None) -> str:
        """The url for something that somebody did just now."""
        kind = "actions" if original is not None else "commands"
        path = f"/{kind}/{team.id}/{len(self.held) + 1}/{secrets.token_urlsafe(18)}"
        self.held[path] = Address(team, channel, user, self.world.now(), original)
        return f"{self.base}{path}"

    def answer(self, path: str, body: Any) -> tuple[int, Body]:
        """Status and body for what was posted there."""
        address = self.held.get(path)
        team = address.team.id if address else ""
        try:
            if address is None:
                raise SlackError("invalid_url")
            self._take(address, body)
        except SlackError as error:
            self.world.fault("response_url", error.error, team, *error.messages)
            return (404 if error.error.endswith("_url") else 400), error.body()
        return 200, {"ok": True}

    def _take(self, address: Address, body: Any) -> None:
        if address.uses >= USES:
            raise SlackError("used_url")
        if self.world.now() - address.made > LIVES:
            raise SlackError("expired_url")
        if not isinstance(body, dict) or set(body) - SAYS - HOW:
            raise SlackError("invalid_payload", [str(sorted(set(body) - SAYS - HOW)) if isinstance(body, dict) else ""])
        address.uses += 1
        address.said.append(body)
        self.say(address, body)

    def say(self, address: Address, body: Body) -> None:
        """Post, replace or delete, as the body says, as does an acknowledgement with a body; raises SlackError."""
        original = address.original
        if body.get("delete_original"):
            if original is None:
                raise SlackError("no_original")
            original.deleted = True
            self.world.write(address.team, original, "deleted")
            return
        self._chat.check(address.team, body)
        if body.get("replace_original"):
            if original is not None and not original.deleted:
                change(original, {"blocks": [], **body})
                self.world.write(address.team, original, "changed")
                return
            self.world.fault("response_url", "no_original", address.team.id)
        kind = body.get("response_type", "ephemeral")
        if kind not in ("ephemeral", "in_channel"):
            raise SlackError("invalid_payload", [f"response_type {kind}"])
        message = Message(
            address.channel,
            self.world.stamp(),
            address.team.bot.id,
            body.get("text", ""),
            body.get("blocks", []),
            thread=body.get("thread_ts", ""),
            ephemeral=address.user if kind == "ephemeral" else "",
            unfurls=(body.get("unfurl_links"), body.get("unfurl_media")),
        )
        self.world.write(address.team, message)
