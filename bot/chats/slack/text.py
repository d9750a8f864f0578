"""Text as Slack takes it: cleaned, made literal and cut to a limit, once, here.

Everything that we show is a `plain_text` object (emoji off) or a literal element of a `rich_text` block: neither is
parsed, so a title in asterisks stays one. No `mrkdwn` object is sent at all. Two things remain. A message's own `text`,
which notifications and screen readers use, *is* mark-up: `fallback` escapes it, and breaks what would become a mention,
a link, an emoji or a quotation (bold letters in a notification forge nothing, and stay). And what looks like one of
Slack's own sequences (`<!channel>`, `<@U…>`, `<#C…>`, `<https://…|words>`) is broken with an invisible word joiner even
where Slack promises not to read it: a message is quoted, forwarded and sent again.

https://docs.slack.dev/messaging/formatting-message-text
https://docs.slack.dev/reference/block-kit/composition-objects/text-object
"""

import re
from collections.abc import Iterator

from bot.drawing.text import one_line, paragraphs

LONGEST_TEXT = 3000
_JOINER = "\u2060"
_SEQUENCE = re.compile(r"<(?=[!@#]|[A-Za-z][A-Za-z0-9+.-]*:)")
# Where a mention or a channel, an emoji, an address, a quotation begins; an address also where it has no scheme.
_MARKS = re.compile(r"(?<=[@#])(?=\S)|(?<=:)(?=[a-z0-9_+'-]{1,100}:|//)|(?<=\w\.)(?=[a-z])|^(?=>)", re.M)
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MARK_ENTITIES = str.maketrans(_ENTITIES)


def line(text: str) -> str:
    """The text on one line, literal."""
    return _SEQUENCE.sub("<" + _JOINER, one_line(text))


def lines(text: str) -> str:
    """The text literal, its lines kept, empty ones at either end dropped."""
    return _SEQUENCE.sub("<" + _JOINER, "\n".join(paragraphs(text.strip("\r\n")))).strip("\n")


def escape(text: str) -> str:
    """The three characters that Slack's mark-up is made of, as entities. For mark-up only, and only once."""
    return text.translate(_MARK_ENTITIES)


def fallback(text: str, limit: int = LONGEST_TEXT) -> str:
    """Cleaned lines as a message's `text`: what they say, with nothing in them that Slack would act upon."""
    return escape(cut(_MARKS.sub(_JOINER, lines(text)), limit))


def plain_text(text: str, limit: int = LONGEST_TEXT) -> dict[str, object]:
    """A text object of a literal text, which is cut to `limit` and never empty: Slack takes no empty one."""
    return {"type": "plain_text", "text": cut(text, limit) or "–", "emoji": False}


def size(text: str) -> int:
    """How long Slack may find a text: in UTF-16, and with its own characters as entities, as it keeps them."""
    if text.isascii() and not any(mark in text for mark in _ENTITIES):
        return len(text)
    return sum(map(_size, text))


def cut(text: str, limit: int) -> str:
    """The text, or as much of its beginning as fits with an ellipsis."""
    if size(text) <= limit:
        return text
    return text[: _fitting(text, limit - 1)].rstrip() + "…"


def pieces(text: str, limit: int = LONGEST_TEXT) -> Iterator[str]:
    """The text in pieces that each fit, broken at the end of a line where there is one, else between words."""
    while size(text) > limit:
        end = _fitting(text, limit)
        for mark in ("\n", " "):
            if (found := text.rfind(mark, end // 2, end + 1)) > 0:
                end = found
                break
        piece, text = text[:end].rstrip(), text[end:].strip()
        if piece:
            yield piece
    if text:
        yield text


def _size(char: str) -> int:
    return len(_ENTITIES.get(char, char)) + (char > "\uffff")


def _fitting(text: str, limit: int) -> int:
    """How many characters fit."""
    used = 0
    for index, char in enumerate(text):
        used += _size(char)
        if used > limit:
            return index
    return len(text)
