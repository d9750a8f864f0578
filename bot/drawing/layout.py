"""Where things go in a drawn week: blocks side by side, text cut to what has room."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.drawing.text import columns
from bot.drawing.week import Block, Shade

Measure = Callable[[str], float]
_SHORTEST = 3  # letters of a broken word on its second line


@dataclass(frozen=True, slots=True)
class Placed:
    """A block cut to the drawn hours, in lane `lane` of `lanes` (those that overlap share the width)."""

    block: Block
    start: int
    end: int
    lane: int
    lanes: int


def place(blocks: Sequence[Block], first: int, last: int) -> list[Placed]:
    """The blocks that share a minute with [first, last), by start; what is off lies below and takes no lane."""
    shown = [(max(block.start, first), min(block.end, last), block) for block in blocks]
    shown = sorted((item for item in shown if item[0] < item[1]), key=lambda item: (item[0], -item[1]))
    out = [Placed(block, start, end, 0, 1) for start, end, block in shown if block.shade is Shade.OFF]
    cluster: list[tuple[int, int, int, Block]] = []
    ends: list[int] = []
    for start, end, block in (item for item in shown if item[2].shade is not Shade.OFF):
        if ends and start >= max(ends):
            out += _closed(cluster, len(ends))
            cluster, ends = [], []
        lane = next((index for index, free in enumerate(ends) if free <= start), len(ends))
        ends[lane : lane + 1] = [end]
        cluster.append((start, end, lane, block))
    return out + _closed(cluster, len(ends))


def _closed(cluster: Sequence[tuple[int, int, int, Block]], lanes: int) -> list[Placed]:
    return [Placed(block, start, end, lane, lanes) for start, end, lane, block in cluster]


def cut(text: str, room: float, measure: Measure) -> str:
    """The text, cut with an ellipsis to what has room; "" when not even two characters have."""
    if measure(text) <= room:
        return text
    for length in range(len(text) - 1, 1, -1):
        if measure(shorter := text[:length].rstrip() + "…") <= room:
            return shorter
    return ""


def fold(text: str, room: float, rows: int, measure: Measure) -> list[str]:
    """The text in at most `rows` lines that have room, words broken only when they must be; the last one is cut.

    Empty when what is lost could not even be marked by an ellipsis.
    """
    lines: list[str] = []
    rest = text.strip()
    while rest and len(lines) < rows:
        if len(lines) == rows - 1 or measure(rest) <= room:
            line, rest = cut(rest, room, measure), ""
        else:
            line, rest = _first_line(rest, room, measure)
        if not line:
            return []
        lines.append(line)
    return lines


def _first_line(text: str, room: float, measure: Measure) -> tuple[str, str]:
    """As many words as have room, or the beginning of one that is too long for a line."""
    end = 0
    for position in [index for index, char in enumerate(text) if char == " "]:
        if measure(text[:position]) > room:
            break
        end = position
    if end:
        return text[:end], text[end:].strip()
    word = text.split(" ", 1)[0]
    for length in range(len(word) - 1, 0, -1):
        hyphen = "-" if word[length - 1 : length + 1].isalpha() and columns(word) == len(word) else ""
        if hyphen and len(word) - length < _SHORTEST:
            continue
        if measure(word[:length] + hyphen) <= room:
            return word[:length] + hyphen, text[length:].strip()
    return cut(word, room, measure), ""
