"""Chats: the Protocol of a chat plug-in."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from bot.messages import ChatUser, Profile, Reply, Request

Dispatch = Callable[[Request], Awaitable[Reply]]


class Chat(Protocol):
    """A chat plug-in. A handle is an opaque text that names a message and outlives a restart.

    `together`: all who can write here and share a workspace belong together, as in a company's; elsewhere people are
    strangers to each other. `at_hand`: whoever writes sits at this machine, so that its loopback pages open there.
    `windows`: a form opens as a whole in a window of its own; elsewhere its fields are asked one after another.
    `erases`: it takes away what somebody typed when a reply says `erase`; elsewhere they have to do it themselves.
    """

    together: bool
    at_hand: bool
    windows: bool
    erases: bool

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

    async def find_people(self, workspace: str, text: str) -> Sequence[tuple[ChatUser, Profile]]:
        """Who is meant by a mention as typed, an address or a name; those whom the chat is sure of first.

        Empty when nobody is meant, or the chat may not look. Raises ChatError when it could not be asked.
        """
        ...

    async def refresh(self, who: ChatUser) -> None:
        """Something changed that may stand before the person's eyes all the time (an overview): show it anew, soon.

        Returns at once, and never raises; a chat without such a place does nothing.
        """
        ...

    def back(self, who: ChatUser) -> str:
        """An address that leads from a browser back to this chat; "" where there is none."""
        ...
