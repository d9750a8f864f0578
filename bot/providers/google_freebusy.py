"""Google's freeBusy answer, bytes to whole seconds, without a general JSON parse of the busy lists.

The lists are nearly all of the bytes and every entry looks like the one before: the same braces, names and blanks
around two timestamps of the same length. So the shape is read from the first entry and the rest is cut at fixed
places. A list that is not of one shape throughout, and everything around the lists, goes through `json`.
"""

import json
import re
from functools import lru_cache
from struct import Struct
from typing import Any

from bot.scheduling.event import Unknown
from bot.scheduling.seconds import Spans, all_epoch_seconds, epoch_seconds

_OPENS = re.compile(rb'"busy"\s*:\s*\[')
_ENTRY = re.compile(rb'(\s*\{\s*"start"\s*:\s*")([0-9TZ:+.-]+)("\s*,\s*"end"\s*:\s*")([0-9TZ:+.-]+)("\s*\})(\s*,)?')


def read(answer: bytes) -> dict[str, Spans | Unknown]:
    """Calendar → its busy time; one that came with `errors` is Unknown. Raises ValueError for anything else."""
    lists: list[Spans] = []
    rest: list[bytes] = []
    done = 0
    # A key in quotes is never inside a text of JSON: there, the quotes would be escaped.
    while (found := answer.find(b'"busy"', done)) >= 0 and (opens := _OPENS.match(answer, found)):
        begin = opens.end()
        end = answer.find(b"]", begin)
        text = answer[begin:end]
        lists.append(_spans(text))
        rest += (answer[done:found], b'"busy":%d' % (len(lists) - 1))
        done = end + 1
    whole = json.loads(b"".join((*rest, answer[done:])).decode())
    calendars = whole.get("calendars") if isinstance(whole, dict) else None
    if not isinstance(calendars, dict):
        raise ValueError("not a freeBusy answer")
    return {name: _calendar(found, lists) for name, found in calendars.items()}


def _calendar(found: dict[str, Any], lists: list[Spans]) -> Spans | Unknown:
    if found.get("errors"):
        return Unknown(_why(found["errors"]))
    busy = found.get("busy")
    if isinstance(busy, int):
        return lists[busy]
    if not isinstance(busy, list):
        raise ValueError("a calendar without its busy time")
    return _of_entries(busy)


def _why(errors: Any) -> str:
    """In words for the person who asked; Google says the same of what is not there and of what may not be seen."""
    reasons = {one.get("reason") for one in errors if isinstance(one, dict)} if isinstance(errors, list) else set()
    return "does not share its times with you" if "notFound" in reasons else "could not be read"


def _spans(text: bytes) -> Spans:
    """By the shape of the last list; the vendor's server writes them all alike."""
    global _shape
    shape = _shape  # another thread may put another one in its place
    found = shape.cut(text) if shape else None
    if found is None:
        entry = _ENTRY.match(text)
        if entry:
            shape = _shape = Shape(entry)
            found = shape.cut(text)
    return found or _of_entries(json.loads(b"[%b]" % text))


class Shape:
    """How the entries of a list look: where the two timestamps are, and how wide an entry is with its comma."""

    def __init__(self, entry: re.Match[bytes]) -> None:
        begin, end = entry.start(2), entry.end(4)
        self.comma = entry[6] or b","
        self.width = entry.end(5) + len(self.comma)
        self.layout = f"{begin}x{end - begin}s{self.width - end}x"
        self.times = _Times(len(entry[2]), entry[3], len(entry[4]))
        # A column tells whether all entries are alike: a letter of the first name. The second name is in every key.
        self.mark, self.letter = begin - 4, entry[0][begin - 4 : begin - 3]

    def cut(self, text: bytes) -> Spans | None:
        """The list in numbers, or None when it is not of this shape."""
        alike = text.rstrip() + self.comma
        count, left = divmod(len(alike), self.width)
        if left or alike[self.mark :: self.width] != self.letter * count:
            return None
        try:
            starts, ends = zip(*map(self.times.__getitem__, _cutter(self.layout, count).unpack(alike)), strict=True)
        except ValueError:  # cut through the middle of something
            return None
        return Spans(starts, ends)


class _Times(dict[bytes, tuple[int, int]]):
    """From the first timestamp of an entry to the end of the second → both in numbers, remembered.

    Meetings of the same few lengths begin at the same quarter hours, so this is half of the look-ups.
    """

    def __init__(self, start: int, between: bytes, end: int) -> None:
        super().__init__()
        self._start, self._between, self._end = start, between, end

    def __missing__(self, text: bytes) -> tuple[int, int]:
        start, between, end = text[: self._start], text[self._start : -self._end], text[-self._end :]
        if between != self._between:
            raise ValueError("another shape")
        if len(self) >= 1 << 16:
            self.clear()
        self[text] = pair = epoch_seconds(start), epoch_seconds(end)
        return pair


_shape: Shape | None = None


@lru_cache(maxsize=512)
def _cutter(layout: str, count: int) -> Struct:
    return Struct(layout * count)


def _of_entries(entries: list[dict[str, str]]) -> Spans:
    try:
        starts, ends = ([entry[side].encode() for entry in entries] for side in ("start", "end"))
    except (KeyError, TypeError, AttributeError):
        raise ValueError("a busy time without start and end") from None
    return Spans(all_epoch_seconds(starts), all_epoch_seconds(ends))
