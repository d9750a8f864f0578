"""Block Kit's rich text: sections of literal text and links, as strict as Slack.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block. Lists, quotes, mentions, emoji and the rest are
refused: nothing of ours needs them. Stricter than Slack, which names no limit: as much in a block as in a section.
"""

from collections.abc import Mapping
from typing import Any

from tests.doubles.slack_text_rules import Found, address, boolean, keys, string

LONGEST = 3000


def rich_text(at: str, block: Mapping[str, Any], surface: str) -> Found:
    """A rich_text block, which may stand on every surface."""
    yield from keys(at, block, "elements", "block_id")
    sections = block.get("elements")
    if not isinstance(sections, list) or not sections:
        yield f"{at}/elements: must not be empty"
        return
    for number, section in enumerate(sections):
        yield from _section(f"{at}/elements/{number}", section)
    length = sum(len(str(one.get("text", ""))) for section in sections for one in _held(section))
    if length > LONGEST:
        yield f"{at}: {length} characters, more than {LONGEST}"


def _held(section: Any) -> list[Mapping[str, Any]]:
    held = section.get("elements") if isinstance(section, Mapping) else None
    return [one for one in held if isinstance(one, Mapping)] if isinstance(held, list) else []


def _section(at: str, section: Any) -> Found:
    if not isinstance(section, Mapping) or section.get("type") != "rich_text_section":
        yield f"{at}/type: must be rich_text_section"
        return
    yield from keys(at, section, "elements")
    held = section.get("elements")
    if not isinstance(held, list) or not held:
        yield f"{at}/elements: must not be empty"
        return
    for number, one in enumerate(held):
        where = f"{at}/elements/{number}"
        kind = one.get("type") if isinstance(one, Mapping) else None
        if kind == "text":
            yield from keys(where, one, "text", "style")
        elif kind == "link":
            yield from keys(where, one, "url", "text style unsafe")
            yield from address(where, one, "url")
        else:
            yield f"{where}/type: {kind!r} is not allowed here"
            continue
        yield from string(where, one, "text", LONGEST)
        if "style" in one:
            yield from keys(f"{where}/style", one["style"], "", "bold italic strike code")
            if isinstance(one["style"], Mapping):
                yield from boolean(f"{where}/style", one["style"], *one["style"])
