"""What a Slack message says, read back from its blocks: the Reply that it shows. `bot.chats.slack.blocks` marks roles.

A person reads the same: a header or bold line, paragraphs, facts with bold labels, small print, buttons.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.drawing.text import clean
from bot.messages import Choice, Picture, Reply, Style
from tests.drawing.weeks import USUAL

Block = Mapping[str, Any]


def read(message: Mapping[str, Any]) -> Reply:
    """The reply that a message, a modal or an App Home shows: what it says and what can be pressed.

    A choice that is said again when it is pressed has what is said as its token. The picture has only its words.
    """
    blocks: Sequence[Block] = message.get("blocks") or ()
    said = [block for block in blocks if block["type"] != "input"]
    roles = [(str(block.get("block_id", "")).partition(":")[0], block) for block in said]
    pictures = [block["alt_text"] for role, block in roles if role == "picture"]
    return Reply(
        heading=" ".join(_said(block) for role, block in roles if role == "heading"),
        text="\n".join(_said(block) for role, block in roles if role == "text"),
        facts=tuple(fact for role, block in roles if role == "facts" for fact in _facts(block)),
        note="\n".join(_said(block) for role, block in roles if role in ("note", "address", "more")),
        choices=tuple(_choice(one) for role, block in roles if role == "choices" for one in block["elements"]),
        picture=Picture(USUAL, _plain(pictures[0])) if pictures else None,
    )


def _said(block: Block) -> str:
    match block:
        case {"text": {"text": str(text)}}:
            return _plain(text)
        case {"type": "context", "elements": elements}:
            return "\n".join(_plain(element["text"]) for element in elements)
        case {"type": "rich_text"}:
            return "".join(_plain(element["text"]) for element in _elements(block))
    raise AssertionError(f"a block that says nothing: {block}")


def _facts(block: Block) -> Iterator[tuple[str, str]]:
    """A line break alone parts facts; what is bold is the label."""
    label = value = ""
    for element in [*_elements(block), {"text": "\n"}]:
        if element["text"] == "\n":
            yield label, value.strip()
            label = value = ""
        elif element.get("style", {}).get("bold"):
            label += _plain(element["text"])
        else:
            value += _plain(element["text"])


def _elements(block: Block) -> Iterator[Block]:
    for section in block["elements"]:
        yield from section["elements"]


def _choice(button: Block) -> Choice:
    return Choice(
        label=_plain(button["text"]["text"]),
        token=button.get("value", ""),
        style=Style(button.get("style", "normal")),
        url=button.get("url", ""),
        form=str(button["action_id"]).startswith("form:"),
    )


def _plain(text: str) -> str:
    """The text without the joiners that part what Slack must not read."""
    return "\n".join(map(clean, text.split("\n")))
