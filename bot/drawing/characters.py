"""A week drawn with characters, for a terminal: a grid where there is room, one bar a day where there is not."""

from collections.abc import Mapping, Sequence

from bot.drawing.layout import place
from bot.drawing.text import columns, fit, one_line, pad, wrap
from bot.drawing.week import Block, Day, Shade, Week
from bot.drawing.words import ENGLISH, Words, clock

COMPACT = 60
STEP = 30
_GUTTER = 7
_LEAST_COLUMN = 9
_BLOCKS = {
    Shade.FREE: "░",
    Shade.BUSY: "█",
    Shade.TENTATIVE: "▒",
    Shade.AWAY: "▚",
    Shade.UNKNOWN: "?",
    Shade.OFF: " ",
}
_ASCII = {
    Shade.FREE: ".",
    Shade.BUSY: "#",
    Shade.TENTATIVE: "~",
    Shade.AWAY: "=",
    Shade.UNKNOWN: "?",
    Shade.OFF: " ",
}
# A cell that several blocks share must not look freer than its least free minute.
_WEIGHT = [Shade.OFF, Shade.FREE, Shade.TENTATIVE, Shade.AWAY, Shade.BUSY, Shade.UNKNOWN]


def draw(week: Week, width: int, *, ascii_only: bool = False, words: Words = ENGLISH) -> list[str]:
    """The lines, none wider than `width` columns (at least 20): title, zone, the days, and what the shades mean."""
    width = max(20, width)
    marks = _ASCII if ascii_only else _BLOCKS
    dots = ".." if ascii_only else "…"
    column = (width - _GUTTER) // max(1, len(week.days))
    grid = width > COMPACT and column >= _LEAST_COLUMN
    lines = _head(week, width, words)
    lines += _grid(week, min(column, 24), marks, dots, words) if grid else _bars(week, width, marks, dots, words)
    lines += _legend(week, width, marks, words)
    lines = [fit(line.rstrip(), width, dots) for line in lines]
    return [_ascii(line) for line in lines] if ascii_only else lines


def _ascii(line: str) -> str:
    """The line in ASCII, as wide as it was; "_" for what has no like ("?" already means something here)."""
    plain = {"–": "-", "—": "-", "…": ".", "’": "'", "“": '"', "”": '"'}
    return "".join(char if char.isascii() else plain.get(char, "_" * columns(char)) for char in line)


def _head(week: Week, width: int, words: Words) -> list[str]:
    now = f", {words.now} {week.now[1]:%H:%M}" if week.now and week.now[0] in [day.date for day in week.days] else ""
    title = wrap(one_line(week.title), width) if week.title else []
    return [*title, *wrap(f"{words.times} {one_line(week.zone)}{now}", width)]


def _hours(week: Week) -> tuple[int, int]:
    """First and last minute that are drawn."""
    first = min(max(week.first_hour, 0), 23)
    return first * 60, max(first + 1, min(week.last_hour, 24)) * 60


def _now(week: Week, day: Day) -> int | None:
    """Minutes after midnight, when the day is today."""
    return week.now[1].hour * 60 + week.now[1].minute if week.now and week.now[0] == day.date else None


# ── a grid ──────────────────────────────────────────────────────────────────────────────────────────────────


def _grid(week: Week, column: int, marks: Mapping[Shade, str], dots: str, words: Words) -> list[str]:
    first, last = _hours(week)
    heads = [f"{words.weekday(day.date)} {words.day(day.date)}" for day in week.days]
    lines = [
        " " * _GUTTER
        + _row(
            [
                fit(head, column - 1, dots) or words.weekday(day.date)
                for head, day in zip(heads, week.days, strict=True)
            ],
            column,
        )
    ]
    if any(day.banner for day in week.days):
        lines.append(" " * _GUTTER + _row([fit(one_line(day.banner), column - 1, dots) for day in week.days], column))
    bodies = [_cells(day, first, last, column - 1, marks, dots, words) for day in week.days]
    now = next((minute for day in week.days if (minute := _now(week, day)) is not None), None)
    for index, minute in enumerate(range(first, last, STEP)):
        here = now is not None and minute <= now < minute + STEP
        label = clock(minute) if minute % 60 == 0 or here else ""
        lines.append(pad(label, 5, ">") + ("> " if here else "  ") + _row([body[index] for body in bodies], column))
    return lines


def _row(cells: Sequence[str], column: int) -> str:
    return "".join(pad(cell, column) for cell in cells)


def _cells(
    day: Day, first: int, last: int, width: int, marks: Mapping[Shade, str], dots: str, words: Words
) -> list[str]:
    """One column, a cell for every half hour: a block begins with what it says and is filled with its mark."""
    shown = [_shown(day.blocks, minute, STEP) for minute in range(first, last, STEP)]
    said: dict[int, list[str]] = {}
    cells: list[str] = []
    for index, block in enumerate(shown):
        if block is None:
            cells.append("")
            continue
        if id(block) not in said:
            rows = sum(other is block for other in shown[index:])
            said[id(block)] = _says(block, width - 2, rows, dots, words)
        mark, lines = marks[block.shade], said[id(block)]
        text = lines.pop(0) if lines else ""
        cells.append(mark + text + mark * (width - 1 - columns(text)))
    return cells


def _says(block: Block, width: int, rows: int, dots: str, words: Words) -> list[str]:
    """What a block says, a line for each of its rows at most."""
    label = one_line(block.label)
    if block.shade is Shade.FREE:
        whole = f"{clock(block.start)}–{clock(block.end)}"
        if columns(whole) <= width:
            return [whole]
        return [clock(block.start), f"–{clock(block.end)}"][:rows] if width >= 6 else []
    if block.shade in (Shade.AWAY, Shade.UNKNOWN):
        label = label or words.shades[block.shade]
    if block.shade is Shade.OFF or not label:
        return []
    lines = wrap(label, width)
    if len(lines) > rows:
        lines = [*lines[: rows - 1], fit(" ".join(lines[rows - 1 :]), width, dots)]
    return lines


def _shown(blocks: Sequence[Block], minute: int, step: int) -> Block | None:
    """The block that a cell shows: the least free one in it, then the one with most minutes."""
    shown = place(blocks, minute, minute + step)
    return max(shown, key=lambda at: (_WEIGHT.index(at.block.shade), at.end - at.start)).block if shown else None


# ── bars ────────────────────────────────────────────────────────────────────────────────────────────────────


def _bars(week: Week, width: int, marks: Mapping[Shade, str], dots: str, words: Words) -> list[str]:
    """A line a day under a ruler of hours."""
    first, last = _hours(week)
    names = [f"{words.weekday(day.date)} {day.date.day:>2}" for day in week.days]
    gutter = max((columns(name) for name in names), default=0) + 2
    step = next((step for step in (15, 20, 30, 60) if (last - first) // step <= width - gutter), 60)
    every = 60 if 60 // step >= 3 else 120
    ruler = "".join(pad(str(minute // 60), every // step) for minute in range(first, last, every))
    lines = [" " * gutter + ruler[: (last - first) // step + 1]]
    for name, day in zip(names, week.days, strict=True):
        blocks = [_shown(day.blocks, minute, step) for minute in range(first, last, step)]
        lines.append(pad(name, gutter) + "".join(marks[block.shade] if block else " " for block in blocks))
        if (now := _now(week, day)) is not None and first <= now < last:
            lines.append(" " * (gutter + (now - first) // step) + "^" + words.now)
        if day.banner:
            lines.append(" " * gutter + fit(one_line(day.banner), width - gutter, dots))
    return lines


def _legend(week: Week, width: int, marks: Mapping[Shade, str], words: Words) -> list[str]:
    """The marks that occur and their meaning, as many in a line as fit."""
    present = {block.shade for day in week.days for block in day.blocks} - {Shade.OFF}
    lines: list[str] = []
    for item in (f"{marks[shade]} {words.shades[shade]}" for shade in Shade if shade in present):
        if lines and columns(lines[-1]) + 2 + columns(item) <= width:
            lines[-1] += "  " + item
        else:
            lines.append(item)
    return lines
