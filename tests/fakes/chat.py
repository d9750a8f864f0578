"""A chat that remembers what it was told to send."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from bot.errors import Busy, ChatError, Unreachable
from bot.messages import ChatUser, Profile, Reply
from bot.ports import Dispatch


class FakeChat:
    """`ports.Chat` in memory. `failures` are raised by the next sends, in order; None lets one through."""

    def __init__(self, profiles: dict[ChatUser, Profile]) -> None:
        self.profiles = profiles
        self.sent: list[tuple[ChatUser, Reply]] = []
        self.messages: dict[str, Reply] = {}
        self.failures: list[ChatError | None] = []
        self._stopped = asyncio.Event()

    async def run(self, dispatch: Dispatch) -> None:
        await self._stopped.wait()

    async def stop(self) -> None:
        self._stopped.set()

    async def send(self, who: ChatUser, reply: Reply) -> str:
        if self.failures:
            failure = self.failures.pop(0)
            if failure is not None:
                raise failure
        if who not in self.profiles:
            raise Unreachable
        handle = str(len(self.sent))
        self.sent.append((who, reply))
        self.messages[handle] = reply
        return handle

    async def update(self, handle: str, reply: Reply) -> str:
        if handle not in self.messages:
            raise Unreachable
        self.messages[handle] = reply
        return handle

    async def profile(self, who: ChatUser) -> Profile:
        return self.profiles.get(who, Profile())

    async def find_people(self, workspace: str, text: str) -> Sequence[tuple[ChatUser, Profile]]:
        return [(who, profile) for who, profile in self.profiles.items() if who.workspace == workspace]


BUSY = Busy(timedelta(seconds=30))
