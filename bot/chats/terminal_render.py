"""A Reply as lines for a terminal: pure. What comes from outside is cleaned here, once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.drawing.text import clean, columns, one_line, pad, paragraphs, wrap
from bot.messages import Choice, Field, FieldKind, Form, Reply, Style

BOLD, DIM, RED, GREEN, OFF = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[0m"
STYLE = re.compile(r"\x1b\[[0-9;]*m")
_ENDLESS = 1_000_000


@dataclass(frozen=True, slots=True)
class Paper:
    """What is written on: its width in columns (None: lines are never broken) and whether it takes colours."""

    width: int | None = None
    colour: bool = False

    @property
    def columns(self) -> int:
        return _ENDLESS if self.width is None else max(20, self.width)

    def ink(self, text: str, *codes: str) -> str:
        """The text in a style, where there are styles."""
        return "".join(codes) + text + OFF if self.colour and text else text


def lines(reply: Reply, paper: Paper, *, first: int = 1, picture: Sequence[str] = (), form: bool = False) -> list[str]:
    """What is shown for a reply: heading, text, facts, picture, note, and choices numbered from `first`.

    `picture` is drawn already. `form`: a form is offered as one more choice, not asked at once.
    """
    out: list[str] = []
    if heading := one_line(reply.heading):
        out += [paper.ink(line, BOLD) for line in wrap(heading, paper.columns)]
    if reply.text:
        for paragraph in paragraphs(reply.text.strip("\n")):
            out += wrap(paragraph, paper.columns, _hanging(paragraph))
    out += _facts(reply.facts, paper)
    out += picture
    if note := reply.note.strip():
        for paragraph in paragraphs(note):
            out += [paper.ink(line, DIM) for line in wrap(paragraph, paper.columns)]
    out += _choices(offered(reply, form=form), first, paper)
    return out


def marked(body: list[str], mark: str, paper: Paper) -> list[str]:
    """The lines with a mark such as "(updated)" behind the first one, or above it where there is no room."""
    if not mark:
        return body
    if body and columns(STYLE.sub("", body[0])) + 1 + columns(mark) <= paper.columns:
        return [f"{body[0]} {paper.ink(mark, DIM)}", *body[1:]]
    return [paper.ink(mark, DIM), *body]


def offered(reply: Reply, *, form: bool) -> list[Choice | Form]:
    """What the numbers of a reply stand for, in order."""
    return [*reply.choices, *([reply.form] if form and reply.form else [])]


def question(field: Field, paper: Paper) -> tuple[list[str], str]:
    """A form's field: lines that explain it, and the label to type behind, e.g. "Username (optional) [ana]: "."""
    said = [field.hint, _how_to_fill(field)]
    hints = [paper.ink(line, DIM) for text in said if text for line in wrap(one_line(text), paper.columns)]
    optional = " (optional)" if field.optional else ""
    default = f" [{one_line(_shown(field))}]" if field.value and not field.secret else ""
    return hints, f"{one_line(field.label)}{optional}{default}: "


def _how_to_fill(field: Field) -> str:
    """What can be typed where another chat offers a picker."""
    names = ", ".join(name for _, name in field.options)
    told = {
        FieldKind.TEXT: "",
        FieldKind.DATE: "A day like 2026-03-10.",
        FieldKind.TIME: "A time of day like 15:00.",
        FieldKind.PEOPLE: "Names or addresses, separated by commas.",
        FieldKind.ONE: f"One of: {names}.",
        FieldKind.MANY: f"Any of, separated by commas: {names}.",
    }[field.kind]
    emptied = "“-” leaves it empty." if field.optional and field.value and not field.secret else ""
    return f"{told} {emptied}".strip()


def _shown(field: Field) -> str:
    """What a field holds, as its options are called."""
    if field.kind not in (FieldKind.ONE, FieldKind.MANY):
        return field.value
    called = dict(field.options)
    parts = [field.value] if field.kind is FieldKind.ONE else field.value.split(",")
    return ", ".join(called.get(part, part) for part in parts)


def _hanging(paragraph: str) -> str:
    """Later lines of an item stand under its text, not under its bullet."""
    return "  " if paragraph.lstrip().startswith(("• ", "- ", "– ", "* ")) else ""


def _facts(facts: Sequence[tuple[str, str]], paper: Paper) -> list[str]:
    """Label and value side by side, in aligned columns; the value may run over several lines."""
    rows = [(one_line(label), clean_lines(value)) for label, value in facts]
    if not rows:
        return []
    label_width = max(columns(label) for label, _ in rows)
    if paper.width is not None:
        label_width = min(label_width, paper.columns // 3)
    room = paper.columns - label_width - 4
    out: list[str] = []
    for label, values in rows:
        if columns(label) > label_width:
            out += ["  " + paper.ink(piece, DIM) for piece in wrap(label, paper.columns - 2)]
            label = ""
        body = [piece for value in values for piece in wrap(value, room)] or [""]
        head = "  " + paper.ink(pad(label, label_width), DIM) + "  "
        out += [(head if index == 0 else " " * (label_width + 4)) + piece for index, piece in enumerate(body)]
    return [line.rstrip() for line in out]


def clean_lines(value: str) -> list[str]:
    return [one_line(line) for line in paragraphs(value) if line.strip()]


def _choices(entries: Sequence[Choice | Form], first: int, paper: Paper) -> list[str]:
    """`[1] Book it  [2] Cancel`, as many in a line as fit; an address has a line of its own, unbroken."""
    out: list[str] = []
    line, used = "", 0
    for number, entry in enumerate(entries, first):
        tag = f"[{number}] "
        if isinstance(entry, Choice) and entry.url:
            if line:
                out.append(line)
                line, used = "", 0
            label, url = one_line(entry.label), clean(entry.url).strip()
            whole = f"{tag}{label}: {url}"
            # Where it does not fit, it begins a line, so that fewer terminals break it.
            out += [whole] if columns(whole) <= paper.columns else [*wrap(f"{tag}{label}:", paper.columns), url]
            continue
        label = one_line(entry.title if isinstance(entry, Form) else entry.label)
        style = _style(entry)
        if used and used + 2 + columns(tag) + columns(label) > paper.columns:
            out.append(line)
            line, used = "", 0
        if columns(tag) + columns(label) > paper.columns:
            pieces = wrap(label, paper.columns - columns(tag))
            out += [(tag if index == 0 else " " * len(tag)) + piece for index, piece in enumerate(pieces)]
            continue
        gap = "  " if used else ""
        line += gap + paper.ink(tag + label, *style)
        used += len(gap) + columns(tag) + columns(label)
    return [*out, line] if line else out


def _style(entry: Choice | Form) -> tuple[str, ...]:
    style = Style.NORMAL if isinstance(entry, Form) else entry.style
    return {Style.NORMAL: (), Style.PRIMARY: (BOLD, GREEN), Style.DANGER: (RED,)}[style]
