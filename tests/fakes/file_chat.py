"""A chat whose messages are lines of a file: what arrived stays known after the sender was killed."""

import asyncio
import json
import os
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.messages import ChatUser, Profile, Reply
from bot.ports import Dispatch


class FileChat:
    """`ports.Chat` for any number of processes. A send takes a while before the message arrives, and after."""

    together = True
    at_hand = True
    windows = False
    erases = True

    def __init__(self, path: Path, now: Callable[[], datetime], takes: timedelta = timedelta(milliseconds=4)) -> None:
        self._path = path
        self._now = now
        self._half = takes.total_seconds() / 2

    async def run(self, dispatch: Dispatch) -> None:
        raise NotImplementedError

    async def stop(self) -> None:
        raise NotImplementedError

    async def send(self, who: ChatUser, reply: Reply) -> str:
        await asyncio.sleep(self._half)
        line = {"who": who.id, "heading": reply.heading, "text": reply.text, "facts": reply.facts, "note": reply.note}
        write_line(self._path, line | {"at": self._now().isoformat()})
        await asyncio.sleep(self._half)
        return "a line"

    async def update(self, handle: str, reply: Reply) -> str:
        raise NotImplementedError

    async def profile(self, who: ChatUser) -> Profile:
        return Profile()

    async def find_people(self, workspace: str, text: str) -> Sequence[tuple[ChatUser, Profile]]:
        return ()

    async def refresh(self, who: ChatUser) -> None:
        """Nothing stands in a file all the time."""

    def back(self, who: ChatUser) -> str:
        return ""


def write_line(path: Path, value: object) -> None:
    """One whole line or none, there when this returns: a short O_APPEND write is not torn, and outlives its writer.

    No fsync: that is for power cuts, and would hold up every other send of the process, as no real chat does.
    """
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, (json.dumps(value) + "\n").encode())
    finally:
        os.close(handle)


def lines_of(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
