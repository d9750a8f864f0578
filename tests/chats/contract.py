"""What every chat promises (`ports.Chat`): a test class of a chat inherits this and says how it is reached."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import asynccontextmanager

import pytest

from bot.errors import Unreachable
from bot.messages import ChatUser, Choice, Reply, Request
from bot.ports import Chat

OFFER = Reply(heading="Budget", text="Book this?", choices=(Choice("Book it", "t-book"), Choice("Cancel", "t-cancel")))


class Script:
    """A dispatch that notes what it is asked and answers from a list, then with "ok"."""

    def __init__(self, *replies: Reply) -> None:
        self.requests: list[Request] = []
        self._replies: Iterator[Reply] = iter(replies)

    async def __call__(self, request: Request) -> Reply:
        self.requests.append(request)
        return next(self._replies, Reply(text="ok"))


async def until(true: Callable[[], bool]) -> None:
    """Wait for something that shows only from outside."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 — an output has no event
            await asyncio.sleep(0.005)


class ChatContract(ABC):
    """Promises in docstrings, a line each."""

    @abstractmethod
    def chat(self) -> Chat:
        """The chat under test, the same one throughout a test."""

    @abstractmethod
    def me(self) -> ChatUser:
        """Somebody whom the chat can reach."""

    @abstractmethod
    def stranger(self) -> ChatUser:
        """Somebody whom it cannot."""

    @abstractmethod
    def says(self, text: str) -> None:
        """I write a line."""

    @abstractmethod
    def presses(self, label: str) -> None:
        """I press the choice with this label on the newest message."""

    @abstractmethod
    def seen(self) -> str:
        """Everything that I was shown, as text."""

    def old_handle(self) -> str:
        """Of a message that is not there any more."""
        return "handle-of-an-earlier-life"

    @asynccontextmanager
    async def running(self, script: Script):
        chat = self.chat()
        task = asyncio.ensure_future(chat.run(script))
        try:
            yield chat
        finally:
            await chat.stop()
            await asyncio.wait_for(task, 10)

    async def until(self, true: Callable[[], bool]) -> None:
        await until(true)

    async def test_a_line_becomes_a_request(self) -> None:
        script = Script()
        async with self.running(script):
            self.says("when am I free tomorrow?")
            await self.until(lambda: "ok" in self.seen())
        (request,) = script.requests
        assert (request.who, request.text, request.press) == (self.me(), "when am I free tomorrow?", "")
        assert request.private
        assert request.id

    async def test_a_press_brings_its_token_and_the_message_it_was_on(self) -> None:
        script = Script(OFFER, Reply(text="Done."))
        async with self.running(script):
            self.says("book it")
            await self.until(lambda: "Cancel" in self.seen())
            self.presses("Cancel")
            await self.until(lambda: "Done." in self.seen())
        assert script.requests[1].press == "t-cancel"
        assert script.requests[1].text == ""
        assert script.requests[1].handle

    async def test_what_was_sent_can_be_updated_again_and_again(self) -> None:
        async with self.running(Script()) as chat:
            handle = await chat.send(self.me(), Reply(text="In ten minutes"))
            for text in ("In five minutes", "It began"):
                handle = await chat.update(handle, Reply(text=text))
                assert handle
                assert text in self.seen()

    async def test_a_message_that_cannot_be_edited_any_more_is_sent_anew(self) -> None:
        async with self.running(Script()) as chat:
            assert await chat.update(self.old_handle(), Reply(text="Moved to Friday"))
            assert "Moved to Friday" in self.seen()

    async def test_a_stranger_cannot_be_reached(self) -> None:
        async with self.running(Script()) as chat:
            with pytest.raises(Unreachable):
                await chat.send(self.stranger(), Reply(text="psst"))
        assert "psst" not in self.seen()

    async def test_a_dispatch_that_fails_does_not_end_the_chat(self) -> None:
        script = Script()
        calls: list[str] = []

        async def failing(request: Request) -> Reply:
            calls.append(request.text)
            if len(calls) == 1:
                raise RuntimeError("unexpected")
            return await script(request)

        async with self.running(failing):
            self.says("first")
            await self.until(lambda: calls == ["first"])
            self.says("second")
            await self.until(lambda: "ok" in self.seen())
        assert "Traceback" not in self.seen()

    async def test_a_title_forges_nothing(self) -> None:
        evil = "\x1b]0;pwned\x07\x1b[2J\u202eevil\r\nline\x00\x9b31m"
        script = Script(Reply(heading=evil, facts=((evil, evil),), choices=(Choice(evil, "t"),)))
        async with self.running(script):
            self.says("show")
            await self.until(lambda: "evil" in self.seen())
        assert not set("\x07\x1b\u202e\x00\x9b") & set(self.seen())
        assert not any(line.startswith("line") for line in self.seen().splitlines())

    async def test_nobody_is_found_by_nothing(self) -> None:
        found: Sequence[object] = await self.chat().find_people(self.me().workspace, "  ")
        assert not found

    async def test_running_ends_with_stop(self) -> None:
        async with self.running(Script()):
            pass
