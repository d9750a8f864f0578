"""What stands on the terminal: messages above, perhaps a prompt with a half-typed line below them.

A message that arrives while somebody types is written above the line, and the line is drawn again as it was. The
last message can be drawn anew in its place. Where the cursor cannot be moved, everything is simply written on.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TextIO

from bot.chats.terminal_render import STYLE
from bot.drawing.text import columns

UP, RIGHT, CLEAR = "\x1b[{}A", "\x1b[{}C", "\r\x1b[J"


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked at the bottom; `typed` gives the half-typed line before and behind the cursor."""

    text: str
    typed: Callable[[], tuple[str, str]]
    drawn_by_reader: bool
    echoed: bool = True


class Screen:
    """Writes to one output; `cursor` says whether it may be moved. Never raises for a closed pipe: see `broken`."""

    def __init__(self, output: TextIO, *, cursor: bool, size: Callable[[], tuple[int, int]]) -> None:
        self.broken = False
        self._output = output
        self._cursor = cursor
        self._size = size
        self._prompt: Prompt | None = None
        self._visible = False
        self._held: list[tuple[str, Sequence[str]]] = []
        self._status = ""
        self._last: tuple[str, Sequence[str]] = ("", ())
        self._typed_rows = 0

    @property
    def ascii(self) -> bool:
        """Whether only ASCII can be shown."""
        try:
            "█░▒╌…".encode(self._output.encoding or "utf-8")
        except (UnicodeEncodeError, LookupError):
            return True
        return False

    def encodable(self, text: str) -> str:
        """The text as this output can show it, "?" for what it cannot."""
        encoding = self._output.encoding or "utf-8"
        return text.encode(encoding, "replace").decode(encoding, "replace")

    # ── messages ────────────────────────────────────────────────────────────────────────────────────────────

    def say(self, handle: str, lines: Sequence[str]) -> None:
        """Write a message; while somebody types, above their line."""
        if self._prompt and not self._visible:
            self._held.append((handle, lines))
            return
        self._write(self._lift(0) + _block(lines) + self._drop())
        self._last, self._typed_rows = (handle, lines), 0

    def edit(self, handle: str, lines: Sequence[str]) -> bool:
        """Draw the message anew in its place. False, and nothing written, unless it is the last one on the screen."""
        if not self._cursor or self._last[0] != handle or (self._prompt and not self._visible):
            return False
        rows = sum(self._rows(line) for line in self._last[1]) + self._typed_rows
        if rows + self._prompt_rows() >= self._size()[1]:
            return False
        self._write(self._lift(rows) + _block(lines) + self._drop())
        self._last, self._typed_rows = (handle, lines), 0
        return True

    @property
    def last(self) -> str:
        """The handle of the last message shown."""
        return self._last[0]

    def status(self, text: str) -> None:
        """A passing line such as "looking…" at the bottom, gone with the next message; "" takes it away."""
        if not self._cursor or (self._prompt and text):
            return
        gone = CLEAR if self._status else ""
        self._status = text
        self._write(gone + text)

    # ── the prompt ──────────────────────────────────────────────────────────────────────────────────────────

    def ask(self, prompt: Prompt) -> None:
        """A prompt is coming; what is said meanwhile waits until it is there."""
        self.status("")
        self._prompt, self._visible = prompt, False

    def visible(self) -> None:
        """The reader is ready: draw the prompt, unless the reader draws it."""
        if self._prompt and not self._visible:
            self._visible = True
            if not self._prompt.drawn_by_reader:
                self._write(self._prompt.text)
            self._release()

    def answered(self, line: str) -> None:
        """A line was submitted, so the prompt is history."""
        prompt, self._prompt = self._prompt, None
        if prompt and prompt.echoed:
            self._typed_rows += self._place(prompt.text + line)[0] + 1
        elif prompt:
            self._write("\n")
            self._typed_rows += self._place(prompt.text)[0] + 1
        self._release()

    def abandoned(self) -> None:
        """Nobody reads any more: leave the prompt's line."""
        prompt, self._prompt = self._prompt, None
        if prompt and prompt.text:
            self._write("\n")
        self._release()

    def forget_typed(self) -> None:
        """Take the line that was just submitted off the screen, where that can be done."""
        if self._cursor and self._typed_rows and not self._prompt:
            self._write((CLEAR if self._status else "") + UP.format(self._typed_rows) + CLEAR + self._status)
            self._typed_rows = 0

    # ── how ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _release(self) -> None:
        held, self._held = self._held, []
        for handle, lines in held:
            self.say(handle, lines)

    def _lift(self, rows: int) -> str:
        """Go to where the prompt or the status begins, and `rows` further up; clear from there on."""
        if not self._cursor:
            return "\n" if self._prompt and self._prompt.text else ""
        rows += self._prompt_rows()
        return (UP.format(rows) if rows else "") + CLEAR

    def _drop(self) -> str:
        """The prompt with what was typed, cursor where it was; or the status."""
        if not self._prompt:
            return self._status
        if not self._cursor:
            return self._prompt.text
        before, behind = self._prompt.typed()
        head = self._prompt.text + _as_shown(before)
        row, column = self._place(head)
        end, end_column = self._place(head + _as_shown(behind))
        wrapped = "\r\n" if end and not end_column else ""
        back = (UP.format(end - row) if end > row else "") + "\r" + (RIGHT.format(column) if column else "")
        return head + _as_shown(behind) + wrapped + (back if behind else "")

    def _prompt_rows(self) -> int:
        """How far the cursor stands below the prompt's first row."""
        if not (self._prompt and self._cursor):
            return 0
        return self._place(self._prompt.text + _as_shown(self._prompt.typed()[0]))[0]

    def _place(self, text: str) -> tuple[int, int]:
        """Row and column of the cursor behind a typed text that began in column 0."""
        width = max(1, self._size()[0])
        row = column = 0
        for char in text:
            step = columns(char)
            if column + step > width:
                row, column = row + 1, 0
            column += step
            if column == width:
                row, column = row + 1, 0
        return row, column

    def _rows(self, line: str) -> int:
        """How many rows a written line takes."""
        width = max(1, self._size()[0])
        row, column = self._place(STYLE.sub("", line))
        return row if row and not column and width else row + 1

    def _write(self, text: str) -> None:
        if self.broken or not text:
            return
        try:
            self._output.write(self.encodable(text))
            self._output.flush()
        except BrokenPipeError:
            self.broken = True
            _point_at_nothing(self._output)


def _block(lines: Sequence[str]) -> str:
    return "".join(line + "\n" for line in lines)


def _as_shown(typed: str) -> str:
    """A typed line as readline shows it: control characters as ^X."""
    return "".join(f"^{chr(ord(char) ^ 64)}" if ord(char) < 32 or ord(char) == 127 else char for char in typed)


def _point_at_nothing(output: TextIO) -> None:
    """What is still buffered goes nowhere, so that the interpreter does not complain about the pipe at its end.

    https://docs.python.org/3/library/signal.html#note-on-sigpipe
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, output.fileno())
    except (OSError, ValueError):
        pass
    finally:
        os.close(nowhere)
