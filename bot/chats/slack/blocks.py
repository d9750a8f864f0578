"""A Reply as Block Kit: pure. Each block's id says what it is: heading, text:0, facts:0, picture, note, choices:0.

Facts are lines of one `rich_text` section, the label in bold, because a list of meetings as well as a card then reads
well on a phone; the rest is plain text. Whatever a reply holds, the result keeps Slack's limits, and where something
had to be left out it says how much.

https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.chats.slack.text import cut, fallback, line, lines, pieces, plain_text, size
from bot.messages import Choice, Reply, Style

Block = dict[str, object]

LABEL, VALUE, ADDRESS, HEADER = 75, 2000, 3000, 150
IN_A_MESSAGE, IN_A_VIEW = 50, 100  # blocks
ROW = 5  # buttons that read well side by side; Slack takes 25
# Characters. How much a message may hold in all its blocks is not written down; messages of 11,000 have been refused
# (msg_blocks_too_long), so the facts, of which there may be many, get what the rest leaves of `_WHOLE`.
_WHOLE, _HEADING, _TEXT, _NOTE, _ALT, _FACT, _FACTS_BLOCK, _FEWEST = 8000, 600, 3000, 800, 1000, 600, 2500, 800
_ROWS, _WRITTEN, _WRITTEN_OUT = 8, 3, 300
_EMPTY = "Done."
# The only fact that is a link: its value is an address that the calendar made, not words that somebody wrote.
_LINKED = frozenset({"Join"})


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted: `blocks`, and `text` for notifications and for those who listen instead of look."""

    text: str
    blocks: list[Block]


def message(reply: Reply, picture: str = "") -> Message:
    """A reply as a message; `picture` is the id of its picture as a Slack file, "" where there is none.

    Raises ValueError for a choice whose token does not fit into a button.
    """
    return Message(spoken(reply), body(reply, picture))


def home(reply: Reply, picture: str = "") -> dict[str, object]:
    """A reply as the App Home's view; see `message`."""
    return {"type": "home", "blocks": body(reply, picture)}


def looking() -> Message:
    """What stands in for an answer that takes a moment."""
    return Message("Looking…", [{"type": "context", "block_id": "note", "elements": [plain_text("Looking…")]}])


def again(said: str, label: str = "Open the form", text: str = "This needs a form.") -> Message:
    """A button that says something again, for want of a trigger to open a window with."""
    if not said or size(said) > VALUE:
        return message(Reply("That is too long for me. Please say it in fewer words."))
    button = {"type": "button", "action_id": "again:0", "text": plain_text(line(label), LABEL), "value": said}
    shown = message(Reply(text))
    return Message(shown.text, [*shown.blocks, {"type": "actions", "block_id": "choices:0", "elements": [button]}])


def picture(reply: Reply, file: str) -> Message:
    """The picture of a reply alone, for where the words came before and cannot be changed."""
    return Message(
        fallback(lines(reply.picture.alt if reply.picture else "")) or fallback(_EMPTY), [_image(reply, file)]
    )


def spoken(reply: Reply) -> str:
    """What a reply says, as the `text` of a message."""
    facts = (f"{line(label)}: {line(value)}" if label else line(value) for label, value in reply.facts)
    parts = (line(reply.heading), lines(reply.text), *facts, lines(reply.note))
    return fallback("\n".join(filter(None, parts))) or fallback(_EMPTY)


def body(reply: Reply, picture: str = "") -> list[Block]:
    """A reply's blocks: at least one, and not more than a message may hold."""
    above = [*_heading(reply.heading), *_text(reply.text)]
    below: list[Block] = []
    if picture:
        below.append(_image(reply, picture))
    if note := lines(reply.note):
        below.append(_context("note", cut(note, _NOTE)))
    below += _choices(reply.choices)
    labels = sum(min(size(choice.label), LABEL) for choice in reply.choices[: ROW * _ROWS])
    rest = sum(min(size(text), most) for text, most in ((reply.heading, _HEADING), (reply.text, _TEXT), (note, _NOTE)))
    facts = _facts(reply.facts, max(_FEWEST, _WHOLE - rest - labels))
    return [*above, *facts, *below] or list(_text(_EMPTY))


def _image(reply: Reply, file: str) -> Block:
    alt = lines(reply.picture.alt if reply.picture else reply.heading)
    return {"type": "image", "block_id": "picture", "slack_file": {"id": file}, "alt_text": cut(alt, _ALT) or "–"}


def _heading(heading: str) -> Iterator[Block]:
    """In large type; in bold where it is too long for that."""
    text = line(heading)
    if not text:
        return
    if size(text) <= HEADER:
        yield {"type": "header", "block_id": "heading", "text": plain_text(text, HEADER)}
    else:
        yield _rich("heading", [_bold(cut(text, _HEADING))])


def _text(text: str) -> Iterator[Block]:
    for index, piece in enumerate(pieces(cut(lines(text), _TEXT))):
        yield {"type": "section", "block_id": f"text:{index}", "text": plain_text(piece)}


def _facts(facts: Sequence[tuple[str, str]], left: int) -> Iterator[Block]:
    """As many facts as there is room for in `left` characters, and how many more there are."""
    rows = [row for label, value in facts if (row := _fact(label, value))]
    used, index, block = 0, 0, list[Block]()
    for shown, row in enumerate(rows):
        length = sum(size(str(element["text"])) for element in row)
        if length > left:
            block += [*_break(block), {"type": "text", "text": f"… and {len(rows) - shown} more"}]
            break
        if used + length > _FACTS_BLOCK:
            yield _rich(f"facts:{index}", block)
            used, index, block = 0, index + 1, []
        block += [*_break(block), *row]
        left, used = left - length, used + length
    if block:
        yield _rich(f"facts:{index}", block)


def _fact(label: str, value: str) -> list[Block]:
    """One line: the label in bold, then the value. Nothing in it is a line break alone: that is what parts facts."""
    name, said = cut(line(label), LABEL * 2), cut("\n".join(filter(None, map(line, value.split("\n")))), _FACT)
    row: list[Block] = []
    if name:
        row.append(_bold(name))
    if said and name in _LINKED and (address := _address(value)):
        row += [{"type": "text", "text": "  "}, {"type": "link", "url": address, "text": said}]
    elif said:
        row.append({"type": "text", "text": f"  {said}" if name else said})
    return row


def _choices(choices: Sequence[Choice]) -> Iterator[Block]:
    """Buttons, a few in a row; an address that no button may open is written out."""
    buttons: list[Block] = []
    written: list[str] = []
    for index, choice in enumerate(choices):
        if choice.url and not _address(choice.url):
            written.append(f"{line(choice.label)}: {line(choice.url)}")
        else:
            buttons.append(_button(choice, index))
    for index, address in enumerate(written[:_WRITTEN]):
        yield _context(f"address:{index}", cut(address, _WRITTEN_OUT))
    rows = [buttons[start : start + ROW] for start in range(0, len(buttons), ROW)]
    for index, row in enumerate(rows[:_ROWS]):
        yield {"type": "actions", "block_id": f"choices:{index}", "elements": row}
    more = max(0, len(written) - _WRITTEN) + max(0, len(buttons) - ROW * _ROWS)
    if more:
        yield _context("more", f"… and {more} more that do not fit here")


def _button(choice: Choice, index: int) -> Block:
    text = plain_text(line(choice.label), LABEL)
    button: Block = {"type": "button", "text": text}
    if choice.style is not Style.NORMAL:
        button["style"] = choice.style.value
    if choice.url:
        return {**button, "action_id": f"open:{index}", "url": _address(choice.url)}
    if not 0 < size(choice.token) <= VALUE:
        raise ValueError("the token of a choice does not fit into a button")
    return {**button, "action_id": f"{'form' if choice.form else 'press'}:{index}", "value": choice.token}


def _address(url: str) -> str:
    """The address where Slack may open it; "" where not."""
    text = line(url)
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:  # not an address at all
        return ""
    fits = parts.scheme in ("https", "http") and host and " " not in text and size(text) <= ADDRESS
    return text if fits else ""


def _context(block_id: str, text: str) -> Block:
    return {"type": "context", "block_id": block_id, "elements": [plain_text(text)]}


def _rich(block_id: str, elements: Sequence[Block]) -> Block:
    section = {"type": "rich_text_section", "elements": list(elements)}
    return {"type": "rich_text", "block_id": block_id, "elements": [section]}


def _bold(text: str) -> Block:
    return {"type": "text", "text": text, "style": {"bold": True}}


def _break(before: Sequence[Block]) -> list[Block]:
    return [{"type": "text", "text": "\n"}] if before else []
