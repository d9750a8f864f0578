"""A week as an SVG picture, pure. Made for a phone: 1080 wide, shown at a third of that, so no text is below 28.

No meaning hangs on colour alone: free is outlined and says its times, busy is solid, tentative is dashed, away is
dotted, unknown is hatched and has a question mark. The title and the zone are always there.
"""

from collections.abc import Iterator
from functools import partial
from html import escape
from itertools import groupby

from bot.drawing.frame import BANNER, EDGE, GUTTER, LINE, SIZE, TITLE, WIDTH, Frame, measure
from bot.drawing.glyphs import lacks, text_width
from bot.drawing.layout import Measure, Placed, cut, fold, place
from bot.drawing.text import one_line
from bot.drawing.theme import DARK, LIGHT, Look, patterns
from bot.drawing.week import Day, Shade, Week
from bot.drawing.words import ENGLISH, Words, clock

NARROW = 90  # a lane with no room for words


def draw(week: Week, *, dark: bool = False, words: Words = ENGLISH) -> str:
    """The picture as a complete SVG document; any text in the week is safe."""
    frame = Frame(week, DARK if dark else LIGHT, words)
    legend, height = _legend(frame)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">',
        f'<g font-family="DejaVu Sans" font-size="{SIZE}">',
        f"<defs>{patterns(frame.theme)}</defs>",
        f'<rect width="{WIDTH}" height="{height}" fill="{frame.theme.paper}"/>',
        *_head(frame),
    ]
    for index, day in enumerate(week.days):
        parts += _day_ground(frame, index, day)
    parts += [*_hour_lines(frame), *_now_across(frame)]
    for index, day in enumerate(week.days):
        parts += _day(frame, index, day)
    parts += [*_now(frame), *legend, "</g>", "</svg>"]
    return "\n".join(parts)


def _head(frame: Frame) -> Iterator[str]:
    room = WIDTH - 2 * EDGE
    for row, line in enumerate(frame.title):
        yield _text(EDGE, 64 + TITLE * row, line, frame.theme.ink, size=44, bold=True)
    zone = f"{frame.words.times} {one_line(frame.week.zone)}"
    yield _text(EDGE, frame.head - 112, cut(zone, room, measure(30)), frame.theme.faint, size=30)


def _day_ground(frame: Frame, index: int, day: Day) -> Iterator[str]:
    """What lies below the hour lines: hours that are off."""
    left = GUTTER + index * frame.column
    for placed in place(day.blocks, frame.hours.start * 60, frame.hours.stop * 60):
        if placed.block.shade is Shade.OFF:
            top, bottom = frame.y(placed.start), frame.y(placed.end)
            yield _rect(left, top, frame.column, bottom - top, fill=frame.theme.looks[Shade.OFF].fill)


def _hour_lines(frame: Frame) -> Iterator[str]:
    theme = frame.theme
    taken = None if frame.now is None else frame.y(frame.now)
    for hour in range(frame.hours.start, frame.hours.stop + 1):
        y = frame.y(hour * 60)
        yield f'<path d="M{GUTTER} {y:.1f}H{WIDTH - EDGE}" stroke="{theme.line}" stroke-width="2"/>'
        if taken is None or abs(taken - y) > 38:
            yield _text(GUTTER - 14, y + 10, clock(hour * 60), theme.faint, anchor="end")
    for index in range(len(frame.week.days) + 1):
        x = GUTTER + index * frame.column
        yield f'<path d="M{x:.1f} {frame.top}V{frame.bottom}" stroke="{theme.line}" stroke-width="2"/>'


def _day(frame: Frame, index: int, day: Day) -> Iterator[str]:
    theme, left, width = frame.theme, GUTTER + index * frame.column, frame.column
    middle = left + width / 2
    today, head = index == frame.today, frame.head
    if today:
        yield _rect(left + 4, head - 92, width - 8, 84, fill=theme.today, rx=12)
    ink = theme.today_ink if today else theme.ink
    yield _text(middle, head - 56, frame.words.weekday(day.date), ink, size=34, bold=True, anchor="middle")
    yield _text(middle, head - 21, frame.words.day(day.date), ink if today else theme.faint, anchor="middle")
    if banner := one_line(day.banner):
        yield _rect(left + 4, head, width - 8, BANNER - 8, fill=theme.banner, rx=8)
        label = cut(banner, width - 20, measure()) or "•"
        yield _text(middle, head + 32, label, theme.banner_ink, anchor="middle")
    for placed in place(day.blocks, frame.hours.start * 60, frame.hours.stop * 60):
        if placed.block.shade is not Shade.OFF:
            yield from _block(frame, left, placed)


def _block(frame: Frame, left: float, placed: Placed) -> Iterator[str]:
    look = frame.theme.looks[placed.block.shade]
    lane = (frame.column - 6) / placed.lanes
    x, width = left + 4 + placed.lane * lane, lane - 2
    top, bottom = frame.y(placed.start) + 2, frame.y(placed.end) - 2
    height = max(bottom - top, 6)
    yield _shape(x, top, width, height, look)
    rows = int((height - 4) // LINE)
    if rows < 1:
        return
    y = top + 30 if height > LINE + 8 else top + height / 2 + 10
    for line, bold in _label(frame, placed, width - 16, rows):
        if look.pattern:
            wide = measure(bold=bold)(line)
            yield _rect(x + 4, y - 26, min(wide + 8, width - 8), 34, fill=look.fill, rx=6)
        yield _text(x + 8, y, line, look.ink, bold=bold)
        y += LINE


def _shape(x: float, y: float, width: float, height: float, look: Look) -> str:
    border = f'stroke="{look.stroke}" stroke-width="{look.border}"'
    dashes = ' stroke-dasharray="12 8"' if look.dashed else ""
    inset = look.border / 2
    box = f'x="{x + inset:.1f}" y="{y + inset:.1f}" width="{max(width - 2 * inset, 1):.1f}"'
    box += f' height="{max(height - 2 * inset, 1):.1f}" rx="8"'
    ground = f'<rect {box} fill="{look.fill}"/>' if look.pattern else ""
    fill = f"url(#{look.pattern})" if look.pattern else look.fill
    return f'{ground}<rect {box} fill="{fill}" {border}{dashes}/>'


def _label(frame: Frame, placed: Placed, room: float, rows: int) -> list[tuple[str, bool]]:
    """The lines inside a block: times of what is free, a question mark for what is not known, else its label."""
    block, label = placed.block, one_line(placed.block.label)
    plain, strong = measure(), measure(bold=True)
    out: list[tuple[str, bool]] = []
    if block.shade is Shade.FREE:
        out = [(line, True) for line in _times(block.start, block.end, room, rows, strong)]
    elif block.shade is Shade.UNKNOWN:
        label = f"? {label or frame.words.shades[Shade.UNKNOWN]}"
        return [(line, True) for line in _fitting(label, room, rows, strong)] or [("?", True)]
    elif block.shade is Shade.AWAY:
        label = label or frame.words.shades[Shade.AWAY]
    return out + [(line, False) for line in _fitting(label, room, rows - len(out), plain)]


def _fitting(label: str, room: float, rows: int, ruler: Measure) -> list[str]:
    """The label folded; in a lane too narrow for words, the whole label or none of it."""
    if room < NARROW:
        return [label] if rows and ruler(label) <= room else []
    return fold(label, room, rows, ruler)


def _times(start: int, end: int, room: float, rows: int, ruler: Measure) -> list[str]:
    """ "09:00–10:30" in one line or two, else where it starts; nothing rather than half a time."""
    whole = f"{clock(start)}–{clock(end)}"
    if ruler(whole) <= room:
        return [whole]
    halves = [clock(start), f"–{clock(end)}"]
    if ruler(halves[1]) <= room and rows > 1:
        return halves
    return [clock(start)] if ruler(clock(start)) <= room else []


def _now_across(frame: Frame) -> Iterator[str]:
    """The time it is, in the gutter and as a thin line below the blocks."""
    if (minutes := frame.now) is not None:
        y, colour = frame.y(minutes), frame.theme.now
        yield f'<path d="M{GUTTER} {y:.1f}H{WIDTH - EDGE}" stroke="{colour}" stroke-width="2" stroke-dasharray="4 8"/>'
        yield _rect(4, y - 21, GUTTER - 14, 42, fill=colour, rx=10)
        yield _text(GUTTER / 2 - 3, y + 10, clock(minutes), frame.theme.now_ink, bold=True, anchor="middle")


def _now(frame: Frame) -> Iterator[str]:
    """The time it is, across today."""
    if (minutes := frame.now) is not None:
        y, x, colour = frame.y(minutes), GUTTER + frame.today * frame.column, frame.theme.now
        yield f'<path d="M{x:.1f} {y:.1f}h{frame.column:.1f}" stroke="{colour}" stroke-width="6"/>'
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="10" fill="{colour}"/>'


def _legend(frame: Frame) -> tuple[list[str], int]:
    """What the shades mean, those that occur; and where the picture ends."""
    present = {block.shade for day in frame.week.days for block in day.blocks}
    x, y = float(EDGE), frame.bottom + 48
    out: list[str] = []
    for shade in (shade for shade in Shade if shade in present):
        name = frame.words.shades[shade]
        wide = 58 + measure()(name) + 30
        if x + wide > WIDTH - EDGE and x > EDGE:
            x, y = float(EDGE), y + 52
        out += [_shape(x, y, 46, 34, frame.theme.looks[shade]), _text(x + 58, y + 27, name, frame.theme.ink)]
        x += wide
    return out, y + (64 if out else 0)


def _text(
    x: float, y: float, text: str, fill: str, *, size: int = SIZE, bold: bool = False, anchor: str = "start"
) -> str:
    """One line of text: the only place where text enters the document, and where it is escaped.

    A renderer that borrows a glyph from another font sets the whole run in it, so what the shipped font lacks is a
    run of its own.
    """
    style = f' font-size="{size}"' if size != SIZE else ""
    style += ' font-weight="bold"' if bold else ""
    runs = ["".join(run) for _, run in groupby(text, partial(lacks, bold=bold))]
    if len(runs) > 1:
        x -= {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * text_width(text, size, bold=bold)
        body = ""
        for run in runs:
            body += f'<tspan x="{x:.1f}">{escape(run)}</tspan>'
            x += text_width(run, size, bold=bold)
        return f'<text y="{y:.1f}" fill="{fill}"{style}>{body}</text>'
    style += f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{fill}"{style}>{escape(text)}</text>'


def _rect(x: float, y: float, width: float, height: float, *, fill: str, rx: int = 0) -> str:
    corner = f' rx="{rx}"' if rx else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"{corner}/>'
