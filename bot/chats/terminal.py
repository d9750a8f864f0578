"""The bot at a prompt, or behind a pipe: the first chat a newcomer meets.

Choices are numbered, a form asks one field after another, and a message changes in place where the terminal can.
Whatever is shown until the person's next line is numbered on, so that a reminder which arrives while somebody types
`1` never takes that number from the message it was meant for.
"""

import asyncio
import logging
import os
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO, TypeVar

from bot.chats.terminal_board import UPDATED, Board
from bot.chats.terminal_form import answers, corrected
from bot.chats.terminal_keyboard import Interrupted, source
from bot.chats.terminal_reader import Reader
from bot.chats.terminal_render import DIM
from bot.chats.terminal_screen import Prompt
from bot.chats.terminal_signals import interruptible
from bot.errors import Unreachable
from bot.messages import ChatUser, Form, Profile, Reply, Request
from bot.ports import Dispatch

log = logging.getLogger(__name__)

PROMPT = "> "
PATIENCE = 1.0
NOTHING = "There is nothing to choose from."
FAILED = Reply(text="Something went wrong here. Nothing is known to have changed; please try again.")
T = TypeVar("T")
_PICK = re.compile(r"\[?(\d{1,3})\]?")


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the program adds to the chat.

    `greeting` is shown first. `before_prompt` is asked for replies each time the bot is about to listen. `later` gets
    the rest of a line that begins with `/later` and returns what fell due; without it such a line is an ordinary one.
    """

    greeting: Reply | None = None
    before_prompt: Callable[[], Awaitable[Sequence[Reply]]] | None = None
    later: Callable[[str], Awaitable[Sequence[Reply]]] | None = None


class Terminal:
    """`ports.Chat` for the one person at this terminal.

    `width` None: as wide as the terminal is at the moment, and unbroken lines in a pipe. `cursor`: it may be moved.
    """

    together = True  # whoever may use this machine's data folder
    at_hand = True
    windows = False
    erases = True

    def __init__(
        self,
        who: ChatUser,
        profile: Profile,
        *,
        input: TextIO,  # noqa: A002 — named like the stream it is
        output: TextIO,
        interactive: bool,
        pictures: Path,
        width: int | None = None,
        hooks: Hooks | None = None,
        colour: bool = False,
        cursor: bool = False,
        patience: float = PATIENCE,
    ) -> None:
        self._who = who
        self._profile = profile
        self._interactive = interactive
        self._hooks = hooks or Hooks()
        self._patience = patience
        self._source = source(input, output, interactive=interactive)
        self._reader = Reader(self._source)
        self._board = Board(
            output, interactive=interactive, cursor=cursor, colour=colour, width=width, pictures=pictures
        )
        self._stopped = asyncio.Event()
        self._count = 0
        self._interrupts = 0
        self._dispatch: Dispatch | None = None

    @classmethod
    def here(cls, who: ChatUser, profile: Profile, *, pictures: Path, hooks: Hooks | None = None) -> "Terminal":
        """The chat on this process's own standard input and output; colours unless NO_COLOR is set."""
        interactive = sys.stdin.isatty()
        capable = interactive and sys.stdout.isatty() and os.environ.get("TERM", "dumb") not in ("", "dumb")
        colour = capable and not os.environ.get("NO_COLOR")
        return cls(
            who,
            profile,
            input=sys.stdin,
            output=sys.stdout,
            interactive=interactive,
            pictures=pictures,
            hooks=hooks,
            colour=colour,
            cursor=capable,
        )

    # ── the Protocol ────────────────────────────────────────────────────────────────────────────────────────

    async def run(self, dispatch: Dispatch) -> None:
        """Serve until `stop`, the end of the input, `/quit`, Ctrl-D, or Ctrl-C twice."""
        self._dispatch = dispatch
        with interruptible(self._interactive, self._interrupted):
            try:
                if self._hooks.greeting:
                    self._board.show(self._hooks.greeting)
                while not self._over:
                    await self._turn(await self._line())
            except EOFError:
                pass
            finally:
                self._board.screen.status("")
                self._board.screen.abandoned()
                self._source.close()

    async def stop(self) -> None:
        self._stopped.set()

    async def send(self, who: ChatUser, reply: Reply) -> str:
        """Show a message; a half-typed line stays as it is. Raises Unreachable for anybody else."""
        if who != self._who:
            raise Unreachable
        return self._board.show(reply, form=True)

    async def update(self, handle: str, reply: Reply) -> str:
        """Draw the message anew; where it cannot be reached any more, show the new version with a mark."""
        return self._board.show(reply, handle=handle, mark=UPDATED, form=True)

    async def profile(self, who: ChatUser) -> Profile:
        return self._profile if who == self._who else Profile()

    async def find_people(self, workspace: str, text: str) -> Sequence[tuple[ChatUser, Profile]]:
        """The person at the terminal, if that is who is meant: nobody else is here."""
        sought = text.strip().casefold()
        known = (self._profile.name, self._profile.email, self._who.id)
        here = sought and workspace == self._who.workspace and any(sought in value.casefold() for value in known)
        return [(self._who, self._profile)] if here else []

    async def refresh(self, who: ChatUser) -> None:
        """Nothing stands here all the time."""

    def back(self, who: ChatUser) -> str:
        return ""

    # ── one line ────────────────────────────────────────────────────────────────────────────────────────────

    async def _line(self) -> str:
        """The next line that says something. Raises EOFError when the person leaves."""
        while True:
            if self._hooks.before_prompt:
                for reply in await self._guard(self._hooks.before_prompt(), ()):
                    self._board.show(reply)
            try:
                line = await self._read(PROMPT if self._interactive else "")
            except Interrupted:
                self._interrupts += 1
                if self._interrupts > 1:
                    raise EOFError from None
                self._board.note("Press Ctrl-C again, or Ctrl-D, to leave.")
                continue
            self._interrupts = 0
            if line.strip():
                return line

    async def _turn(self, line: str) -> None:
        """What one line leads to, forms included."""
        text = line.strip()
        self._board.turn()
        word, _, rest = text.partition(" ")
        if word == "/quit":
            raise EOFError
        if word == "/later" and self._hooks.later:
            self._source.remember(text)
            for reply in await self._guard(self._hooks.later(rest.strip()), (FAILED,)):
                self._board.show(reply)
        elif number := _PICK.fullmatch(text):
            await self._pick(int(number[1]))
        else:
            reply = await self._ask(Request(self._who, text=text, id=self._next_id()))
            if reply.erase:
                self._board.screen.forget_typed()
            else:
                self._source.remember(text)
            await self._answer(reply, "")

    async def _pick(self, number: int) -> None:
        entry, handle = self._board.pick(number)
        if entry is None:
            left = self._board.numbers
            said = f"There is no [{number}]. Choose from {', '.join(map(str, left))}." if left else NOTHING
            self._board.note(said)
        elif isinstance(entry, Form):
            await self._fill(entry, handle)
        elif entry.token:
            request = Request(self._who, press=entry.token, handle=handle, id=self._next_id())
            await self._answer(await self._ask(request), handle)
        else:
            self._board.show(Reply(text=f"{entry.label}:\n{entry.url}"))

    async def _answer(self, reply: Reply, pressed: str) -> None:
        """Show what dispatch said, in place of the pressed message if it says so, and ask its form."""
        replaces = pressed if reply.replace else ""
        mark = UPDATED if replaces and self._board.screen.last not in (replaces, "") else ""
        handle = self._board.show(reply, handle=replaces, mark=mark)
        if reply.form:
            await self._fill(reply.form, handle)

    async def _fill(self, form: Form, handle: str) -> None:
        values = await answers(form, self._board, self._read)
        if values is not None:
            request = Request(self._who, press=form.token, values=values, handle=handle, id=self._next_id())
            await self._answer(corrected(form, values, await self._ask(request)), handle)

    # ── asking and showing ──────────────────────────────────────────────────────────────────────────────────

    async def _read(self, prompt: str, *, secret: bool = False, form: bool = False) -> str:
        """A line from the person. Raises EOFError at the end or when the chat is stopped, Interrupted."""
        prompt = self._board.screen.encodable(prompt)
        if form and not self._interactive:
            self._board.screen.say("", [prompt.rstrip()])
            prompt = ""
        echoed = self._interactive and not secret
        drawn = self._source.draws_prompt and not secret
        self._board.screen.ask(Prompt(prompt, self._source.typed if drawn else _nothing, drawn, echoed or not prompt))
        reading = asyncio.ensure_future(self._reader.read(prompt, secret=secret, ready=self._board.screen.visible))
        try:
            line = await self._unless_stopped(reading)
        except Interrupted:
            self._board.screen.answered("^C")
            raise
        self._board.screen.answered(line)
        return line

    async def _ask(self, request: Request) -> Reply:
        """What dispatch says; after a second the person sees that something is happening."""
        assert self._dispatch is not None  # noqa: S101 — only `run` leads here
        answer = asyncio.ensure_future(self._guard(self._dispatch(request), FAILED))
        done, _ = await asyncio.wait({answer}, timeout=self._patience)
        if not done:
            self._board.screen.status(self._board.paper().ink(self._board.screen.encodable("looking…"), DIM))
        try:
            return await self._unless_stopped(answer)
        finally:
            self._board.screen.status("")

    async def _guard(self, work: Awaitable[T], instead: T) -> T:
        """The loop must live: what nobody expected is logged, and `instead` is the answer."""
        try:
            return await work
        except Exception:
            log.exception("the terminal chat got an unexpected error")
            return instead

    async def _unless_stopped(self, work: "asyncio.Future[T]") -> T:
        """The result of the work. Raises EOFError as soon as the chat is stopped."""
        stopping = asyncio.ensure_future(self._stopped.wait())
        both: set[asyncio.Future[Any]] = {work, stopping}
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                return work.result()
            raise EOFError
        finally:
            stopping.cancel()
            work.cancel()

    # ── the terminal ────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _over(self) -> bool:
        return self._stopped.is_set() or self._board.screen.broken

    def _next_id(self) -> str:
        self._count += 1
        return f"terminal-{self._count}"

    def _interrupted(self) -> None:
        self._interrupts += 1
        if self._interrupts > 1:
            self._stopped.set()
        else:
            self._board.note("Press Ctrl-C again to leave.")


def _nothing() -> tuple[str, str]:
    return "", ""
