"""Messages that stay: posted, edited and taken back, in a direct message or for one person's eyes in a channel."""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from bot.chats.slack.blocks import Message
from bot.chats.slack.calls import Calls, SlackError
from bot.chats.slack.lanes import patient
from bot.errors import ChatError
from bot.messages import ChatUser, Secret

T = TypeVar("T")
log = logging.getLogger("freewhen.slack")

MOST_WAIT = timedelta(minutes=1)
"""An answer to somebody waits so long for Slack to take it, in all; a delivery has longer than that."""
MOST_CHANNELS = 20_000
_NO_CHANNEL = "channel_not_found"
_GONE = frozenset(("cant_update_message", "channel_not_found", "edit_window_closed", "message_not_found"))


class Outbox:
    """What this app writes."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._direct: OrderedDict[ChatUser, str] = OrderedDict()

    async def direct(self, who: ChatUser) -> str:
        """The channel of the direct message between us and this person. Raises ChatError, Unreachable."""
        known = self._direct.get(who)
        if known is None:
            answer = await self._calls.call(who.workspace, "conversations.open", users=who.id)
            channel = answer.get("channel")
            known = str(channel.get("id", "")) if isinstance(channel, Mapping) else ""
            if not known:
                raise ChatError("Slack opened no conversation.")
            self._direct[who] = known
            while len(self._direct) > MOST_CHANNELS:
                self._direct.popitem(last=False)
        return known

    async def send(self, who: ChatUser, message: Message) -> tuple[str, str]:
        """A new message into the direct message between us; returns its channel and ts. Raises as `post`.

        A conversation that Slack does not know any more is opened anew, once.
        """
        channel = await self.direct(who)
        try:
            return channel, await self.post(who.workspace, channel, message)
        except SlackError as error:
            if error.code != _NO_CHANNEL:
                raise
        channel = await self.direct(who)
        return channel, await self.post(who.workspace, channel, message)

    async def post(self, team: str, channel: str, message: Message, thread: str = "") -> str:
        """A new message; returns its ts. Raises Busy, Unsure (perhaps it arrived), Unreachable, ChatError."""
        unfurled = {"unfurl_links": False, "unfurl_media": False}  # a preview opens links, and ours are for one person
        arguments = {**_arguments(channel, message, thread), **unfurled}
        try:
            answer = await self._calls.call(team, "chat.postMessage", **arguments)
        except SlackError as error:
            if error.code == _NO_CHANNEL:
                self._drop(lambda who, known: (who.workspace, known) == (team, channel))
            raise
        return str(answer.get("ts", ""))

    def forget(self, team: str) -> None:
        """A workspace is gone: what we knew of its conversations is as well."""
        self._drop(lambda who, _: who.workspace == team)

    async def whisper(self, who: ChatUser, channel: str, message: Message, thread: str = "") -> None:
        """To one person's eyes in a channel. It cannot be edited afterwards. Raises ChatError."""
        arguments = _arguments(channel, message, thread)
        await self._calls.call(who.workspace, "chat.postEphemeral", user=who.id, **arguments)

    async def edit(self, team: str, channel: str, ts: str, message: Message) -> bool:
        """False when it is not there any more, or cannot be edited. Raises ChatError."""
        try:
            await self._calls.call(team, "chat.update", ts=ts, **_arguments(channel, message))
        except SlackError as error:
            if error.code in _GONE:
                return False
            raise
        return True

    async def take_back(self, team: str, channel: str, ts: str) -> None:
        """Delete a message of ours; that it is gone already is as good."""
        try:
            await self._calls.call(team, "chat.delete", channel=channel, ts=ts)
        except SlackError as error:
            if error.code not in _GONE:
                raise

    async def respond(self, url: Secret, message: Message, replace: bool) -> None:
        """To the eyes of who typed a command or pressed something; `replace`: in place of what was there.

        Five times within half an hour (docs.slack.dev/interactivity/handling-user-interaction). Raises ChatError.
        """
        body = {
            "response_type": "ephemeral",
            "replace_original": replace,
            "text": message.text,
            "blocks": list(message.blocks),
            "unfurl_links": False,
            "unfurl_media": False,
        }
        await self._calls.post(url, json=body)

    def _drop(self, which: Callable[[ChatUser, str], bool]) -> None:
        for who in [who for who, channel in self._direct.items() if which(who, channel)]:
            del self._direct[who]


async def surely(send: Callable[[], Awaitable[T]]) -> T:
    """Send, and wait as often as Slack asks to, for a minute in all; who came first goes first. Raises ChatError."""
    with patient(MOST_WAIT):
        return await send()


def _arguments(channel: str, message: Message, thread: str = "") -> dict[str, Any]:
    arguments: dict[str, Any] = {"channel": channel, "text": message.text, "blocks": list(message.blocks)}
    return {**arguments, "thread_ts": thread} if thread else arguments
