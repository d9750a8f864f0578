"""A terminal to look at: a program on a pseudo-terminal, and the screen that a person would see."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

from bot.drawing.text import columns

DEADLINE = 20.0
_CODE = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])|\x1b[()][A-Z0-9]|\x1b[=>]")


class Glass:
    """What the bytes written so far look like; knows the orders that readline and we use."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.cells: list[list[str]] = [[" "] * width for _ in range(height)]
        self.row = self.column = 0

    @property
    def lines(self) -> list[str]:
        return ["".join(row).rstrip() for row in self.cells]

    def show(self, text: str) -> None:
        at = 0
        while at < len(text):
            if text[at] == "\x1b":
                code = _CODE.match(text, at)
                if code is None:
                    raise AssertionError(f"an order that this glass does not know: {text[at : at + 12]!r}")
                if code[2]:
                    self._order(code[2], code[1])
                at = code.end()
                continue
            self._put(text[at])
            at += 1

    def _put(self, char: str) -> None:
        if char == "\r":
            self.column = 0
        elif char == "\n":
            self._down()
        elif char == "\b":
            self.column = max(0, self.column - 1)
        elif char >= " ":
            wide = columns(char)
            if self.column + wide > self.width:  # the last column was full: only now the line wraps
                self.column = 0
                self._down()
            self.cells[self.row][self.column : self.column + wide] = [char] + [""] * (wide - 1)
            self.column += wide

    def _down(self) -> None:
        if self.row == self.height - 1:
            self.cells = [*self.cells[1:], [" "] * self.width]
        else:
            self.row += 1

    def _order(self, letter: str, arguments: str) -> None:
        if arguments.startswith("?"):
            return
        number = int(arguments.split(";")[0] or 0)
        times = max(1, number)
        self.column = min(self.column, self.width - 1)
        line = self.cells[self.row]
        if letter == "A":
            self.row = max(0, self.row - times)
        elif letter == "B":
            self.row = min(self.height - 1, self.row + times)
        elif letter == "C":
            self.column = min(self.width - 1, self.column + times)
        elif letter == "D":
            self.column = max(0, self.column - times)
        elif letter == "K":
            line[self.column :] = [" "] * (self.width - self.column)
        elif letter == "J":
            line[self.column :] = [" "] * (self.width - self.column)
            self.cells[self.row + 1 :] = [[" "] * self.width for _ in self.cells[self.row + 1 :]]
        elif letter == "P":
            self.cells[self.row] = [*line[: self.column], *line[self.column + times :], *[" "] * times]
        elif letter == "@":
            self.cells[self.row] = [*line[: self.column], *[" "] * times, *line[self.column :]][: self.width]
        elif letter != "m":
            raise AssertionError(f"an order that this glass does not know: {letter!r}")


class Session:
    """`pretend_bot.py` on a pseudo-terminal."""

    def __init__(self, width: int = 60, height: int = 24, **environment: str) -> None:
        self.glass = Glass(width, height)
        self.raw = ""
        self._rest = b""
        self._keys, other = pty.openpty()
        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        self.found = termios.tcgetattr(other)
        self.modes: Callable[[], list[object]] = lambda: termios.tcgetattr(self._keys)
        environment = {"TERM": "xterm", "LC_ALL": "C.UTF-8", "INPUTRC": os.devnull, **environment}
        environment["PATH"] = os.environ["PATH"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.chats.pretend_bot"],
            stdin=other,
            stdout=other,
            stderr=subprocess.PIPE,
            env=environment,
            cwd=Path(__file__).parents[2],
            start_new_session=True,
        )
        os.close(other)

    def keys(self, text: str) -> None:
        os.write(self._keys, text.encode())

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def until(self, true: Callable[[], bool]) -> None:
        """Read until it is so."""
        end = time.monotonic() + DEADLINE
        while not true():
            left = end - time.monotonic()
            assert left > 0, "never came:\n" + "\n".join(self.glass.lines)
            ready, _, _ = select.select([self._keys], [], [], min(left, 0.2))
            if ready:
                try:
                    data = os.read(self._keys, 65536)
                except OSError:  # the other end is closed
                    data = b""
                if not data:
                    assert true(), "it ended before:\n" + "\n".join(self.glass.lines)
                    return
                self._take(data)

    def _take(self, data: bytes) -> None:
        text = (self._rest + data).decode("utf-8", "surrogateescape")
        cut = re.search(r"(\x1b(\[[?0-9;]*)?|[\udc80-\udcff]{1,3})\Z", text)  # an order or a character cut in two
        whole = text[: cut.start()] if cut else text
        self._rest = text[len(whole) :].encode("utf-8", "surrogateescape")
        self.raw += whole
        self.glass.show(whole)

    def sees(self, *lines: str) -> bool:
        """Whether these lines stand on the screen, one below the other, the last one being the last of all."""
        shown = self.glass.lines
        while shown and not shown[-1]:
            shown.pop()
        return tuple(shown[-len(lines) :]) == lines

    def wait_for(self, *lines: str) -> None:
        self.until(lambda: self.sees(*lines))

    def close(self) -> tuple[int, str]:
        """How it ended, and what it complained about."""
        try:
            _, complaints = self.process.communicate(timeout=DEADLINE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            _, complaints = self.process.communicate()
        os.close(self._keys)
        return self.process.returncode, complaints.decode()
