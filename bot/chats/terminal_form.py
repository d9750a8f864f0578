"""A form as prompts: one field after another, asked again when something was wrong."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from bot.chats.terminal_board import Board
from bot.chats.terminal_keyboard import Interrupted
from bot.chats.terminal_render import lines, question
from bot.messages import Field, FieldKind, Form, Reply, Secret

NONE = "-"
"""Typed to leave a field empty that holds something."""


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
        hints, label = question(field, paper)
        if hints:
            board.screen.say("", hints)
        while True:
            try:
                typed = await read(label, secret=field.secret, form=True)
            except Interrupted:
                typed = "/cancel"
            if typed.strip() == "/cancel":
                board.note("Left the form: nothing was sent.")
                return None
            value = typed if field.secret else _meant(field, typed.strip())
            if value is None:
                board.note(f"There is no “{typed.strip()[:40]}”.")
            elif value or field.optional:
                break
            else:
                board.note("This one is needed.")
        values[field.name] = Secret(value) if field.secret else value
    return values


def corrected(form: Form, values: Mapping[str, str | Secret], reply: Reply) -> Reply:
    """The reply to a submitted form; where it tells problems, with the form again, holding what was typed."""
    if not reply.problems:
        return reply
    held = {name: value for name, value in values.items() if isinstance(value, str)}
    fields = tuple(replace(field, value=held.get(field.name, "")) for field in form.fields)
    return replace(reply, form=replace(form, fields=fields))


def _meant(field: Field, typed: str) -> str | None:
    """The value of a field: an option by its value or by what it is called; None for what is no option."""
    if not typed:
        return field.value
    if field.optional and typed == NONE:
        return ""
    if field.kind not in (FieldKind.ONE, FieldKind.MANY):
        return typed
    known = {name.casefold(): value for value, name in field.options}
    known |= {value.casefold(): value for value, _ in field.options}
    parts = [typed] if field.kind is FieldKind.ONE else list(filter(None, map(str.strip, typed.split(","))))
    found = [known.get(part.casefold()) for part in parts]
    return None if None in found else ",".join(value for value in found if value is not None)
