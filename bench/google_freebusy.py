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
from bot.scheduling.seconds import Spans, all_epoch_seconds

_LIST = re.compile(rb'"busy"\s*:\s*\[([^\[\]]*)\]')
_ENTRY = re.compile(rb'(\s*\{\s*"start"\s*:\s*")([0-9TZ:+.-]+)("\s*,\s*"end"\s*:\s*")([0-9TZ:+.-]+)("\s*\})(\s*,)?')


def read(answer: bytes) -> dict[str, Spans | Unknown]:
    """Calendar → its busy time. One that came with `errors` is Unknown. Raises ValueError for another kind of answer."""
    lists: list[Spans] = []

    def take(found: re.Match[bytes]) -> bytes:
        lists.append(_spans(found[1]))
        return b'"busy":%d' % (len(lists) - 1)

    rest = json.loads(_LIST.sub(take, answer))
    calendars = rest.get("calendars") if isinstance(rest, dict) else None
    if not isinstance(calendars, dict):
        raise ValueError("not a freeBusy answer")
    return {name: _calendar(found, lists) for name, found in calendars.items()}


def _calendar(found: dict[str, Any], lists: list[Spans]) -> Spans | Unknown:
    if found.get("errors"):
        return Unknown(str(found["errors"]))
    busy = found.get("busy")
    if isinstance(busy, int):
        return lists[busy]
    if not isinstance(busy, list):
        raise ValueError("a calendar without its busy time")
    return _of_entries(busy)


def _spans(text: bytes) -> Spans:
    entry = _ENTRY.match(text)
    if entry is None:
        return _of_entries(json.loads(b"[%b]" % text))
    comma = entry[6] or b""
    alike = text.rstrip() + comma
    count, left = divmod(len(alike), entry.end())
    if left or not alike.count(entry[1]) == alike.count(entry[3]) == alike.count(entry[5] + comma) == count:
        return _of_entries(json.loads(b"[%b]" % text))
    cut = _cutter(tuple(len(part) for part in entry.groups(b"")), count)
    stamps = cut.unpack(alike)
    return Spans(all_epoch_seconds(stamps[::2]), all_epoch_seconds(stamps[1::2]))


@lru_cache(maxsize=256)
def _cutter(lengths: tuple[int, ...], count: int) -> Struct:
    before, start, between, end, after, comma = lengths
    return Struct(f"{before}x{start}s{between}x{end}s{after + comma}x" * count)


def _of_entries(entries: list[dict[str, str]]) -> Spans:
    return Spans(
        all_epoch_seconds(entry["start"].encode() for entry in entries),
        all_epoch_seconds(entry["end"].encode() for entry in entries),
    )
