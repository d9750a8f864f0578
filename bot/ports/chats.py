"""Chats: the Protocol of a chat plug-in."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from bot.messages import ChatUser, Profile, Reply, Request

Dispatch = Callable[[Request], Awaitable[Reply]]


class Chat(Protocol):
    """A chat plug-in. A handle is an opaque text that names a message and outlives a restart.

    `together`: all who can write here and share a workspace belong together, as in a company's; elsewhere people are
    strangers to each other. `at_hand`: whoever writes sits at this machine, so that its loopback pages open there.
    """

    together: bool
    at_hand: bool

    async def run(self, dispatch: Dispatch) -> None:
        """Serve until `stop`, or until the input ends."""
        ...

    async def stop(self) -> None: ...

    async def send(self, who: ChatUser, reply: Reply) -> str:
        """A private message; returns its handle. Raises Unreachable, Busy."""
        ...

    async def update(self, handle: str, reply: Reply) -> str:
        """Edit a message; where that is no longer possible a new private one is sent and its handle returned."""
        ...

    async def profile(self, who: ChatUser) -> Profile: ...

    async def find_people(self, workspace: str, text: str) -> Sequence[tuple[ChatUser, Profile]]: ...
