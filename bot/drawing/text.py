"""Text that is safe to show, and how many columns of a terminal it takes.

Titles come from other people's calendars: what could forge a line, move a cursor or turn the reading direction is
taken out here, once, and everything that draws uses these functions.
"""

import unicodedata
from functools import lru_cache

# Format characters that words need: the joiners of Persian, Indic scripts and emoji, and visible Arabic marks.
_NEEDED = frozenset(
    "\u200c\u200d\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
_BREAKS = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029")


@lru_cache(maxsize=4096)
def _shown(char: str) -> str:
    """The character, or what stands for it: "" for the invisible, a space for a break, � for half a character."""
    if char in _BREAKS:
        return " "
    category = unicodedata.category(char)
    if category == "Cc" or (category == "Cf" and char not in _NEEDED):
        return ""
    if category == "Cs" or (ord(char) & 0xFFFE) == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF:
        return "\ufffd"
    return char


def clean(text: str) -> str:
    """The text without control characters, bidi overrides and other invisible orders; breaks become spaces."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def one_line(text: str) -> str:
    """The cleaned text on one line, spaces collapsed."""
    return " ".join(clean(text).split())


def paragraphs(text: str) -> list[str]:
    """The cleaned lines of a text; "\\n" (also "\\r\\n") is the only break, spaces at the front are kept."""
    return [clean(line).rstrip() for line in text.replace("\r\n", "\n").split("\n")]


@lru_cache(maxsize=4096)
def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def columns(text: str) -> int:
    """How many columns a terminal needs for a cleaned text: wide characters take two, combining ones none."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def fit(text: str, width: int, ellipsis: str = "…") -> str:
    """The text in at most `width` columns, cut with an ellipsis; "" when not even one character has room."""
    if columns(text) <= width:
        return text
    room = width - columns(ellipsis)
    if room < 1:
        return ""
    head = _head(text, room).rstrip()
    return head + ellipsis if head and columns(head) <= room else ""


def pad(text: str, width: int, align: str = "<") -> str:
    """The text filled with spaces to `width` columns: "<" left, "^" middle, ">" right."""
    spare = max(0, width - columns(text))
    left = {"<": 0, "^": spare // 2, ">": spare}[align]
    return " " * left + text + " " * (spare - left)


def wrap(text: str, width: int, indent: str = "") -> list[str]:
    """A cleaned line as lines of at most `width` columns, later ones behind `indent`; an address stays whole."""
    lead = text[: len(text) - len(text.lstrip(" "))]
    if len(lead) + len(indent) > width - 2:  # no room left for even one wide character
        lead = indent = ""
    lines: list[str] = []
    line = lead
    empty = True
    for found in text.split():
        word = found
        if not empty and columns(line) + 1 + columns(word) <= width:
            line += " " + word
            continue
        if not empty:
            lines.append(line)
            line = lead + indent
        while columns(line) + columns(word) > width and "://" not in word:
            part = _head(word, width - columns(line))
            lines.append(line + part)
            line, word = lead + indent, word[len(part) :]
        line, empty = line + word, False
    return [*lines, line]


def _head(text: str, width: int) -> str:
    """As many leading characters as fit; at least one."""
    used = 0
    for index, char in enumerate(text):
        used += _columns(char)
        if used > width:
            return text[: max(1, index)]
    return text
