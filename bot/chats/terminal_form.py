"""A form as prompts: one field after another."""

from collections.abc import Mapping
from typing import Protocol

from bot.chats.terminal_board import Board
from bot.chats.terminal_keyboard import Interrupted
from bot.chats.terminal_render import lines, question
from bot.messages import Form, Reply, Secret


class Read(Protocol):
    async def __call__(self, prompt: str, *, secret: bool, form: bool) -> str:
        """A line from the person. Raises EOFError, Interrupted."""
        ...


async def answers(form: Form, board: Board, read: Read) -> Mapping[str, str | Secret] | None:
    """What was typed for each field, a default where nothing was; None when the person left with `/cancel` or Ctrl-C.

    Raises EOFError when the input ends.
    """
    paper = board.paper()
    board.screen.say("", lines(Reply(heading=form.title, note="/cancel leaves the form."), paper))
    values: dict[str, str | Secret] = {}
    for field in form.fields:
        hint, label = question(field, paper)
        if hint:
            board.screen.say("", hint)
        while True:
            try:
                typed = await read(label, secret=field.secret, form=True)
            except Interrupted:
                typed = "/cancel"
            if typed.strip() == "/cancel":
                board.note("Left the form: nothing was sent.")
                return None
            value = typed if field.secret else typed.strip() or field.value
            if value or field.optional:
                break
            board.note("This one is needed.")
        values[field.name] = Secret(value) if field.secret else value
    return values
