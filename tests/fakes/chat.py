"""A chat in memory: it remembers what it was told to send, and people can write to it."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.errors import Busy, ChatError, Unreachable
from bot.messages import ChatUser, Profile, Reply, Request
from bot.ports import Dispatch


class FakeChat:
    """`ports.Chat` in memory. `failures` are raised by the next sends, in order; None lets one through.

    A mention is "<@id>". `deaf`: what looking for people raises.
    """

    together = True
    at_hand = True
    windows = False
    erases = True

    def __init__(self, profiles: dict[ChatUser, Profile]) -> None:
        self.profiles = profiles
        self.sent: list[tuple[ChatUser, Reply]] = []
        self.messages: dict[str, Reply] = {}
        self.failures: list[ChatError | None] = []
        self.deaf: ChatError | None = None
        self.looked_for: list[tuple[str, str]] = []
        self.refreshed: list[ChatUser] = []
        self.backs = ""
        self._heard: asyncio.Queue[Request | None] = asyncio.Queue()

    def says(self, who: ChatUser, text: str = "", press: str = "", handle: str = "") -> None:
        """Somebody writes a line, or presses a choice of a message."""
        self._heard.put_nowait(Request(who, text, press=press, handle=handle, id=secrets.token_hex(4)))

    def shown(self) -> str:
        """All messages as they are now, as a person would read them: a line of ours, no character that moves one."""
        return "\n".join(line for reply in self.messages.values() for line in _lines(reply))

    async def run(self, dispatch: Dispatch) -> None:
        while (request := await self._heard.get()) is not None:
            try:
                reply = await dispatch(request)
            except Exception:  # noqa: BLE001  one request that failed does not end a chat
                reply = Reply("Something went wrong.")
            await self.send(request.who, reply)

    async def stop(self) -> None:
        self._heard.put_nowait(None)

    async def send(self, who: ChatUser, reply: Reply) -> str:
        if self.failures:
            failure = self.failures.pop(0)
            if failure is not None:
                raise failure
        if who not in self.profiles:
            raise Unreachable
        handle = f"{who}/{len(self.sent)}"
        self.sent.append((who, reply))
        self.messages[handle] = reply
        return handle

    async def update(self, handle: str, reply: Reply) -> str:
        if handle in self.messages:
            self.messages[handle] = reply
            return handle
        name = handle.partition("/")[0]
        return await self.send(
            next((who for who in self.profiles if str(who) == name), next(iter(self.profiles))), reply
        )

    async def profile(self, who: ChatUser) -> Profile:
        return self.profiles.get(who, Profile())

    async def find_people(self, workspace: str, text: str) -> Sequence[tuple[ChatUser, Profile]]:
        self.looked_for.append((workspace, text))
        if self.deaf is not None:
            raise self.deaf
        wanted = text.strip().casefold()
        here: Mapping[ChatUser, Profile] = {
            who: profile for who, profile in self.profiles.items() if who.workspace == workspace
        }
        return [
            (who, profile)
            for who, profile in here.items()
            if (wanted and wanted in (f"<@{who.id}>".casefold(), profile.email.casefold()))
            or (wanted and wanted in profile.name.casefold())
        ]

    async def refresh(self, who: ChatUser) -> None:
        self.refreshed.append(who)

    def back(self, who: ChatUser) -> str:
        return self.backs


def _lines(reply: Reply) -> list[str]:
    facts = [f"{label}: {text}" for label, text in reply.facts]
    choices = [f"[{choice.label}]" for choice in reply.choices]
    return [_plain(line) for line in (reply.heading, reply.text, *facts, reply.note, *choices) if line]


def _plain(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


BUSY = Busy(timedelta(seconds=30))
