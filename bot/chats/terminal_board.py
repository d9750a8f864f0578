"""The messages of a terminal: shown, shown anew, and the numbers that pick their choices.

Whatever is shown until the person's next line is numbered on, so that a reminder which arrives while somebody types
`1` never takes that number from the message it was meant for.
"""

import logging
import os
import secrets
from pathlib import Path
from typing import TextIO

from bot.chats.terminal_pictures import save
from bot.chats.terminal_render import DIM, Paper, lines, marked, offered
from bot.chats.terminal_screen import Screen
from bot.messages import Choice, Form, Reply

log = logging.getLogger(__name__)

UPDATED = "(updated)"
PICTURE_WIDTH = 80


class Board:
    """Replies on one output. `width` None: the terminal's own, and unbroken lines where there is none."""

    def __init__(
        self, output: TextIO, *, interactive: bool, cursor: bool, colour: bool, width: int | None, pictures: Path
    ) -> None:
        self.screen = Screen(output, cursor=cursor and interactive, size=self._size)
        self._output = output
        self._interactive = interactive
        self._colour = colour and interactive
        self._width = width
        self._pictures = pictures
        self._entries: list[tuple[Choice | Form | None, str]] = []
        self._new_turn = True

    def show(self, reply: Reply, *, handle: str = "", mark: str = "", form: bool = False) -> str:
        """Show a message, or with a handle its new version: in its place, or below with the mark. Returns the handle.

        `form`: the reply's form is one more choice, because it cannot be asked at this moment.
        """
        if handle:
            self._entries = [(None if shown == handle else entry, shown) for entry, shown in self._entries]
            while self._entries and self._entries[-1][0] is None:
                self._entries.pop()
        name = handle or f"terminal-{secrets.token_hex(6)}"
        if entries := offered(reply, form=form):
            if self._new_turn:
                self._entries, self._new_turn = [], False
            self._entries += [(entry, name) for entry in entries]
        paper = self.paper()
        first = len(self._entries) - len(entries) + 1
        body = lines(reply, paper, first=first, picture=self._picture(reply, paper), form=form)
        space = [""] if self._interactive else []
        if not (handle and self.screen.edit(handle, body + space)):
            self.screen.say(name, marked(body, mark, paper) + space)
        return name

    def note(self, text: str) -> None:
        """A word of the terminal's own, not a message."""
        self.screen.say("", lines(Reply(note=text), self.paper()))

    def turn(self) -> None:
        """The person said something: the next choices are counted from 1."""
        self._new_turn = True

    def pick(self, number: int) -> tuple[Choice | Form | None, str]:
        """What a number stands for, and the handle of its message; None for nothing."""
        return self._entries[number - 1] if 0 < number <= len(self._entries) else (None, "")

    @property
    def numbers(self) -> list[int]:
        """The numbers that can be picked."""
        return [number for number, (entry, _) in enumerate(self._entries, 1) if entry is not None]

    def paper(self) -> Paper:
        """What is written on at this moment: a window may have another size now."""
        return Paper(self._width or (self._size()[0] if self._interactive else None), self._colour)

    def _size(self) -> tuple[int, int]:
        """Columns and rows, as they are now."""
        try:
            columns, rows = os.get_terminal_size(self._output.fileno())
        except (OSError, ValueError):
            columns, rows = 80, 24
        return self._width or columns or 80, rows or 24

    def _picture(self, reply: Reply, paper: Paper) -> list[str]:
        """The week in characters, and where it was saved as a picture."""
        if reply.picture is None:
            return []
        week = reply.picture.week
        from bot.drawing import characters  # with the first picture

        drawn = characters.draw(week, paper.width or PICTURE_WIDTH, ascii_only=self.screen.ascii)
        try:
            path = save(week, self._pictures)
        except Exception:  # a full disk or a missing renderer costs the file, not the answer
            log.exception("the picture of the week could not be saved")
            return drawn
        return [*drawn, paper.ink(f"Picture: {path}", DIM)]
