"""Where a terminal's lines come from.

Three sources: a pipe (bytes, no prompt), a keyboard with readline (editing, history), and any other stream. A secret
is read with the echo off and never comes near the history.
"""

import contextlib
import importlib
import os
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, Protocol, TextIO

INTERRUPT = "\x03"


class Interrupted(Exception):
    """Ctrl-C was pressed."""


class Source(Protocol):
    """Where lines come from. All methods that read block, raise EOFError at the end and Interrupted on Ctrl-C."""

    draws_prompt: bool
    masks: bool

    def line(self, prompt: str, ready: Callable[[], None]) -> str:
        """One line without its end; `ready` is called when the reader can take it."""
        ...

    def secret(self, ready: Callable[[], None]) -> str:
        """One line, not echoed; `ready` is called when the echo is off."""
        ...

    def typed(self) -> tuple[str, str]:
        """The half-typed line before and behind the cursor."""
        ...

    def remember(self, line: str) -> None:
        """Put the line into the history."""
        ...

    def close(self) -> None:
        """Leave the terminal as it was found."""
        ...


def source(input: TextIO, output: TextIO, *, interactive: bool) -> Source:  # noqa: A002 — the name of the stream
    """The best source for these streams."""
    if not interactive:
        return _Stream(input)
    ours = input is sys.stdin and output is sys.stdout and input.isatty() and output.isatty()
    readline = _import("readline") if ours else None
    return _Readline(input, readline) if readline else _Keyboard(input)


class _Stream:
    """A pipe, a file, or a stream of text: bytes that are not UTF-8 are replaced, nothing is echoed."""

    draws_prompt = False
    masks = True

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._buffer = bytearray()
        self._ended = False
        try:
            self._fd: int | None = stream.fileno()
        except (OSError, ValueError):
            self._fd = None

    def line(self, prompt: str, ready: Callable[[], None]) -> str:
        ready()
        if self._fd is None:
            text = self._stream.readline()
            if not text:
                raise EOFError
            return text.rstrip("\r\n")
        # Not through the stream: its lock, held by a thread that waits, would stop the interpreter from ending.
        while b"\n" not in self._buffer and not self._ended:
            piece = os.read(self._fd, 65536)
            self._ended = not piece
            self._buffer += piece
        if not self._buffer:
            raise EOFError
        line, _, rest = self._buffer.partition(b"\n")
        self._buffer = bytearray(rest)
        return line.decode("utf-8", "replace").rstrip("\r")

    def secret(self, ready: Callable[[], None]) -> str:
        return self.line("", ready)

    def typed(self) -> tuple[str, str]:
        return "", ""

    def remember(self, line: str) -> None:
        pass

    def close(self) -> None:
        pass


class _Keyboard(_Stream):
    """A terminal whose own line editing is used."""

    masks = False

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._termios = _import("termios") if self._fd is not None and stream.isatty() else None
        self._found: list[Any] | None = self._termios.tcgetattr(self._fd) if self._termios else None

    def secret(self, ready: Callable[[], None]) -> str:
        if self._termios is None or self._fd is None:
            if self._fd is not None and self._stream.isatty():
                import getpass  # a terminal without termios: only Windows has one

                ready()
                return getpass.getpass("")
            return self.line("", ready)
        with self._setting(echo=False, end_at_interrupt=True, flush=True):
            ready()
            data = os.read(self._fd, 65536)
        if not data:
            raise EOFError
        line = data.decode("utf-8", "replace")
        if line.endswith(INTERRUPT):
            raise Interrupted
        return line.rstrip("\r\n")

    def close(self) -> None:
        if self._termios and self._found:
            self._termios.tcsetattr(self._fd, self._termios.TCSADRAIN, self._found)

    @contextlib.contextmanager
    def _setting(self, *, echo: bool = True, end_at_interrupt: bool = False, flush: bool = False) -> Iterator[None]:
        """Ctrl-C is a character instead of a signal, so that it reaches the thread that reads."""
        tty = self._termios
        if tty is None:
            yield
            return
        before = tty.tcgetattr(self._fd)
        mode = tty.tcgetattr(self._fd)
        mode[6][tty.VINTR] = b"\x00"
        if not echo:
            mode[3] &= ~tty.ECHO
        if end_at_interrupt:
            mode[6][tty.VEOL] = INTERRUPT.encode()
        tty.tcsetattr(self._fd, tty.TCSAFLUSH if flush else tty.TCSADRAIN, mode)
        try:
            yield
        finally:
            tty.tcsetattr(self._fd, tty.TCSADRAIN, before)


class _Readline(_Keyboard):
    """A terminal with GNU readline (or libedit)."""

    draws_prompt = True

    def __init__(self, stream: TextIO, readline: ModuleType) -> None:
        super().__init__(stream)
        self._readline = readline
        self._point = _cursor_of(readline)
        self._gnu = "libedit" not in (readline.__doc__ or "")
        readline.set_auto_history(False)
        if self._gnu:
            # Clear the line and submit a ^C: what the thread gets instead of a signal, which Python would give to
            # the main thread while this one went on waiting.
            readline.parse_and_bind(r'"\C-c": "\C-e\C-u\C-v\C-c\C-m"')
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")

    def line(self, prompt: str, ready: Callable[[], None]) -> str:
        self._readline.set_pre_input_hook(ready)
        with self._setting() if self._gnu else contextlib.nullcontext():
            line = input(prompt)
        if line.endswith(INTERRUPT):
            raise Interrupted
        return line

    def typed(self) -> tuple[str, str]:
        line = self._readline.get_line_buffer()
        if self._point is None:
            return line, ""
        encoded = line.encode(errors="surrogateescape")
        point = self._point.value
        return encoded[:point].decode(errors="replace"), encoded[point:].decode(errors="replace")

    def remember(self, line: str) -> None:
        self._readline.add_history(line)


def _cursor_of(readline: ModuleType) -> Any:
    """Readline's own cursor position in the line, in bytes; Python shows everything but this. None: not to be had."""
    import ctypes

    try:
        library = ctypes.CDLL(getattr(readline, "__file__", None))
        return ctypes.c_int.in_dll(library, "rl_point")
    except (OSError, ValueError):
        return None


def _import(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None
