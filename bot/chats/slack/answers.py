"""How an answer gets back to whoever asked: to a window, into the direct message, or for their eyes in a channel.

Who asked waits a second at most without a sign: then "looking…" stands where the answer will be. A picture follows
when it is uploaded, so that the words never wait for it.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from bot.chats.slack import blocks, forms, pictures, windows
from bot.chats.slack.calls import Calls, SlackError
from bot.chats.slack.heard import Heard, Place, message_of
from bot.chats.slack.outbox import Outbox, surely
from bot.errors import ChatError
from bot.messages import ChatUser, Form, Reply
from bot.ports import Dispatch

T = TypeVar("T")
log = logging.getLogger("freewhen.slack")

PATIENCE = 1.0
"""Seconds until "looking…" is shown."""
IN_TIME = 1.6
"""Seconds in which a submitted form can be answered in the window itself; Slack waits for three."""
_TOO_LATE = Reply("That took too long to open. Please press it once more.")


class Answers:
    """Gives answers to what was heard."""

    def __init__(self, calls: Calls, outbox: Outbox) -> None:
        self._calls, self._outbox, self._windows = calls, outbox, windows.Windows(calls)
        self._following: set[asyncio.Task[None]] = set()

    async def give(self, heard: Heard, dispatch: Dispatch) -> Mapping[str, Any] | None:
        """Ask, and show what comes. Returns what the acknowledgement of a submitted form says. Raises ChatError."""
        place, begun = heard.place, time.monotonic()
        if place.submitted:
            return await self._submitted(heard, dispatch, begun)
        if place.trigger and (place.form or place.home):
            await self._opened(heard, dispatch)
        elif place.view:
            await self._in_window(heard, dispatch, place.view)
        else:
            await self._in_words(heard, dispatch)
        return None

    async def send(self, who: ChatUser, reply: Reply) -> str:
        """A private message; returns its handle. Raises Busy, Unreachable, ChatError."""
        channel, ts = await self._outbox.send(who, blocks.message(reply))
        self._follow(who.workspace, channel, ts, reply)
        return f"m:{who.workspace}:{channel}:{ts}"

    async def update(self, team: str, channel: str, ts: str, reply: Reply) -> bool:
        """False when that message cannot be edited any more. Raises ChatError."""
        there = await self._outbox.edit(team, channel, ts, blocks.message(reply))
        if there:
            self._follow(team, channel, ts, reply)
        return there

    async def close(self) -> None:
        for task in list(self._following):
            task.cancel()
        await asyncio.gather(*self._following, return_exceptions=True)

    def _follow(self, team: str, channel: str, ts: str, reply: Reply) -> None:
        """The picture comes by itself: whoever sends has little time."""
        if reply.picture is not None:
            task = asyncio.create_task(self._picture(team, channel, ts, reply))
            self._following.add(task)
            task.add_done_callback(self._following.discard)

    # ── windows ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _opened(self, heard: Heard, dispatch: Dispatch) -> None:
        """A window at once, while its trigger lives, and then in it whatever comes."""
        place = heard.place
        try:
            view = await self._windows.open(place.who.workspace, place.trigger, windows.loading())
        except ChatError as error:
            log.info("a window could not be opened: %s", error.message)
            await self._in_words(replace(heard, place=replace(place, trigger="", form=False, home=False)), dispatch)
            return
        await self._in_window(replace(heard, request=replace(heard.request, private=True)), dispatch, view)

    async def _in_window(self, heard: Heard, dispatch: Dispatch, view: str) -> None:
        team = heard.place.who.workspace
        reply = await self._patiently(
            dispatch(heard.request), lambda: self._windows.show(team, view, windows.loading())
        )
        shown = True
        try:
            await surely(lambda: self._windows.show(team, view, windows.holding(reply, heard.request.handle)))
        except SlackError as error:
            if error.code != "not_found" or reply.form:
                raise
            shown = False  # it was closed meanwhile
        if reply.keep or not shown:
            await surely(lambda: self.send(heard.place.who, reply))
        elif file := await self._upload(team, reply):
            pictured = windows.holding(reply, heard.request.handle, file)
            await pictures.until_ready(lambda: self._windows.show(team, view, pictured))

    async def _submitted(self, heard: Heard, dispatch: Dispatch, begun: float) -> Mapping[str, Any] | None:
        """What is wrong is said in the form; else the answer replaces it, or the message that the form came from."""
        place, handle = heard.place, heard.request.handle
        reply = await dispatch(heard.request)
        late = time.monotonic() - begun > IN_TIME
        if reply.problems and not late:
            return {"response_action": "errors", "errors": forms.errors(reply.problems)}
        if not late and not message_of(handle):
            if reply.keep:
                await surely(lambda: self.send(place.who, reply))
            return {"response_action": "update", "view": windows.holding(reply, handle)}
        await surely(lambda: self._after(place, handle, reply))
        return None

    async def _after(self, place: Place, handle: str, reply: Reply) -> None:
        """The window is gone: the answer goes to the message that it was opened from, or is a new one."""
        message = message_of(handle)
        if reply.replace and message and await self.update(*message, reply):
            return
        await self.send(place.who, reply)

    # ── messages ────────────────────────────────────────────────────────────────────────────────────────────

    async def _in_words(self, heard: Heard, dispatch: Dispatch) -> None:
        await (self._direct if heard.request.private else self._aside)(heard, dispatch)

    async def _direct(self, heard: Heard, dispatch: Dispatch) -> None:
        """In the direct message between us: messages that stay, the pressed one edited where it says so."""
        place = heard.place
        team, looking = place.who.workspace, ""
        channel = place.channel or await self._outbox.direct(place.who)

        async def look() -> None:
            nonlocal looking
            looking = await self._outbox.post(team, channel, blocks.looking(), place.thread)

        reply = await self._patiently(dispatch(heard.request), look)
        if reply.form:
            reply = await self._form(heard, reply.form)
        shown = self._said(heard, reply)
        pressed = place.ts if reply.replace else ""
        if looking and (pressed or not shown.blocks):
            with suppress(ChatError):
                await self._outbox.take_back(team, channel, looking)
            looking = ""
        for there in filter(None, (pressed, looking)):
            if await surely(partial(self._outbox.edit, team, channel, there, shown)):
                await self._picture(team, channel, there, reply)
                return
        if shown.blocks:
            ts = await surely(partial(self._outbox.post, team, channel, shown, place.thread))
            await self._picture(team, channel, ts, reply)

    async def _aside(self, heard: Heard, dispatch: Dispatch) -> None:
        """In front of others: for the asker's eyes alone; the picture is a second message there.

        Slack lets only what was pressed be replaced: an answer to a command or a mention comes under its "looking…"
        (github.com/slackapi/bolt-python/issues/1268).
        """
        place = heard.place
        looked = False

        async def look() -> None:
            nonlocal looked
            await self._whisper(place, blocks.looking(), replace=place.fleeting)
            looked = True

        reply = await self._patiently(dispatch(heard.request), look)
        if reply.form:
            reply = await self._form(heard, reply.form)
        shown = self._said(heard, reply)
        if not shown.blocks:
            return
        await surely(lambda: self._whisper(place, shown, place.fleeting and (looked or reply.replace)))
        if file := await self._upload(place.who.workspace, reply):
            alone = blocks.picture(reply, file)
            await pictures.until_ready(lambda: self._whisper(place, alone, replace=False))

    async def _whisper(self, place: Place, shown: blocks.Message, replace: bool) -> None:
        """By the address that came with a command or a press, which lives for half an hour, or without one."""
        if place.respond is not None:
            await self._outbox.respond(place.respond, shown, replace)
        else:
            await self._outbox.whisper(place.who, place.channel, shown, place.thread)

    async def _form(self, heard: Heard, form: Form) -> Reply:
        """Nobody expected a form: open it while the trigger lives, else ask for one more press."""
        place = heard.place
        if not place.trigger:
            return Reply(form=form)
        try:
            await self._windows.open(
                place.who.workspace, place.trigger, windows.holding_form(form, heard.request.handle)
            )
        except ChatError:
            return replace(_TOO_LATE, form=form if heard.request.text else None)
        return Reply()

    def _said(self, heard: Heard, reply: Reply) -> blocks.Message:
        """A form that could not be opened becomes a button, whose press can; nothing stays nothing."""
        if reply.form and heard.request.text:
            return blocks.again(heard.request.text)
        if reply == Reply():
            return blocks.Message("", [])
        return blocks.message(reply)

    async def _picture(self, team: str, channel: str, ts: str, reply: Reply) -> None:
        """Add the picture to a message that is there already."""
        if file := await self._upload(team, reply):
            pictured = blocks.message(reply, file)
            await pictures.until_ready(lambda: self._outbox.edit(team, channel, ts, pictured))

    async def _upload(self, team: str, reply: Reply) -> str:
        if reply.picture is None:
            return ""
        return await pictures.upload(self._calls, team, reply.picture.week, reply.picture.alt)

    async def _patiently(self, work: Awaitable[T], look: Callable[[], Awaitable[None]]) -> T:
        task = asyncio.ensure_future(work)
        try:
            done, _ = await asyncio.wait({task}, timeout=PATIENCE)
            if not done:
                try:
                    await look()
                except ChatError as error:
                    log.info("“looking…” could not be shown: %s", error.message)
            return await task
        finally:
            task.cancel()
