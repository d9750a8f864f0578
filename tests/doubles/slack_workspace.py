"""What the pretended Slack keeps: teams, their people, channels, messages, homes, open windows and files.

Nothing here checks who may do what: that is for `slack_api` and its methods. Times are seconds: `now` is the wall clock
that message ids and tokens follow, `monotonic` measures triggers and pauses.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.slack_people import SlackUser
from tests.doubles.slack_tokens import SlackApp, Tokens

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that Slack would not do, or that it should not have been asked: method, error code, what in words."""

    method: str
    error: str
    team: str = ""
    words: tuple[str, ...] = ()


@dataclass
class Message:
    """`ephemeral` is the one person who sees it, "" for all. `by` is a user id, the bot's included."""

    channel: str
    ts: str
    by: str
    text: str = ""
    blocks: list[Body] = field(default_factory=list)
    thread: str = ""
    ephemeral: str = ""
    edits: int = 0
    deleted: bool = False
    unfurls: tuple[bool | None, bool | None] = (None, None)
    metadata: Body = field(default_factory=dict)
    files: tuple[str, ...] = ()


@dataclass
class Channel:
    """`kind` is "im", "channel" or "group" (private)."""

    id: str
    kind: str
    name: str
    members: list[str]


@dataclass
class View:
    """A modal that is open, or a home. `hash` changes with every update; `state` is what the person has filled in."""

    id: str
    user: str
    body: Body
    hash: str
    opened_by: str = ""
    root: str = ""
    previous: str = ""
    open: bool = True
    state: Body = field(default_factory=dict)


@dataclass
class File:
    """`uploaded` and `completed` are moments of `monotonic`; None: not yet."""

    id: str
    name: str
    size: int
    content: bytes = b""
    uploaded: float | None = None
    completed: float | None = None
    refused: int = 0


class Team:
    """A workspace and the bot's account in it."""

    def __init__(self, ident: str, name: str, domain: str, bot: SlackUser) -> None:
        self.id, self.name, self.domain = ident, name, domain
        self.bot = bot
        self.users: dict[str, SlackUser] = {bot.id: bot}
        self.channels: dict[str, Channel] = {}
        self.messages: list[Message] = []
        self.homes: dict[str, View] = {}
        self.views: dict[str, View] = {}
        self.files: dict[str, File] = {}

    @property
    def bot_id(self) -> str:
        return f"B{self.bot.id[1:]}"

    def direct(self, user: str) -> Channel:
        """The direct messages of the bot and somebody; opened when there are none."""
        for channel in self.channels.values():
            if channel.kind == "im" and channel.members == [user]:
                return channel
        return self._add("D", "im", "", [user])

    def channel(self, name: str, *members: str, private: bool = False, bot: bool = True) -> Channel:
        """A new channel with these people in it, the bot among them."""
        inside = [*members, self.bot.id] if bot else [*members]
        return self._add("C", "group" if private else "channel", name, inside)

    def visible(self, user: str) -> Iterator[Message]:
        """What somebody can see, oldest first."""
        for message in self.messages:
            inside = user in self.channels[message.channel].members
            if inside and not message.deleted and message.ephemeral in ("", user):
                yield message

    def message(self, channel: str, ts: str) -> Message | None:
        found = (one for one in self.messages if (one.channel, one.ts) == (channel, ts) and not one.deleted)
        return next(found, None)

    def stack(self, user: str) -> list[View]:
        """The windows that somebody has open, the topmost last."""
        return [view for view in self.views.values() if view.user == user and view.open]

    def _add(self, letter: str, kind: str, name: str, members: list[str]) -> Channel:
        channel = Channel(f"{letter}{len(self.channels) + 1:03}{self.id[1:]}", kind, name, members)
        self.channels[channel.id] = channel
        return channel


class Workspaces:
    """All of it. `faults` are the refusals so far, `echo` is told of each message that the bot wrote or changed."""

    def __init__(
        self, app: SlackApp, now: Callable[[], float], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.app, self.now, self.monotonic = app, now, monotonic
        self.tokens = Tokens(app, now)
        self.teams: dict[str, Team] = {}
        self.faults: list[Refusal] = []
        self.echo: Callable[[Team, Message, str], None] | None = None
        self._last = 0

    def add_team(self, name: str = "Acme") -> Team:
        """A workspace that has our app. Ids of users are counted in each, so that two workspaces share them."""
        number = len(self.teams) + 1
        ident = f"T{number:04}ACME"
        bot = SlackUser("U0000BOT", ident, "Freewhen", bot=True)
        team = self.teams[ident] = Team(ident, name, name.casefold(), bot)
        return team

    def add_user(self, team: Team, name: str, email: str | None = "", **more: Any) -> SlackUser:
        """Somebody in a workspace; further fields as in SlackUser. `email`: "" for a usual one, None for none."""
        address = "" if email is None else email or f"{name.casefold().replace(' ', '.')}@example.com"
        user = SlackUser(f"U{len(team.users):07}", team.id, name, address, **more)
        team.users[user.id] = user
        return user

    def stamp(self) -> str:
        """A new message id: the moment, in seconds and millionths; no two are equal."""
        self._last = max(self._last + 1, int(self.now() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06}"

    def write(self, team: Team, message: Message, change: str = "") -> Message:
        """Keep a new message (`change` ""), or tell of one that was "changed" or "deleted"."""
        if not change:
            team.messages.append(message)
        if self.echo is not None and not message.ephemeral:
            self.echo(team, message, change)
        return message

    def fault(self, method: str, error: str, team: str = "", *words: str) -> None:
        self.faults.append(Refusal(method, error, team, words))

    def view(self, user: str, body: Body, **more: Any) -> View:
        """A new view, with an id and a hash."""
        return View(f"V{secrets.token_hex(5).upper()}", user, body, self.hash(), **more)

    def hash(self) -> str:
        return f"{int(self.now())}.{secrets.token_hex(4)}"
