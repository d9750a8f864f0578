"""Block Kit's blocks, messages and views, as strict as Slack: everything that is wrong, as "path: what".

https://docs.slack.dev/reference/block-kit/blocks and /reference/views. Written from the reference and from nothing of
the bot's. Blocks that are not here (video, file, markdown, table) are refused. Stricter than Slack: no
empty list of blocks in a message.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.doubles.slack_elements_rules import element, image
from tests.doubles.slack_rich_text_rules import rich_text
from tests.doubles.slack_text_rules import Found, boolean, keys, string, text

Body = Mapping[str, Any]


def message_problems(blocks: Any) -> list[str]:
    """What is wrong with the blocks of a message."""
    return list(_blocks("/blocks", blocks, 50, "message"))


def view_problems(view: Any) -> list[str]:
    """What is wrong with a modal or an App Home."""
    return list(_view("/view", view))


def elements(blocks: Any) -> Iterator[tuple[Body, Body]]:
    """Every interactive element with the block that holds it."""
    for block in blocks:
        held = (
            block.get("elements", ()) if block["type"] == "actions" else (block.get("accessory"), block.get("element"))
        )
        for one in held:
            if isinstance(one, Mapping) and one.get("type") != "image":
                yield block, one


def files(body: Any) -> Iterator[Mapping[str, str]]:
    """Every `slack_file` in blocks, at any depth."""
    if isinstance(body, Mapping):
        if isinstance(body.get("slack_file"), Mapping):
            yield body["slack_file"]
        for value in body.values():
            yield from files(value)
    elif isinstance(body, list):
        for value in body:
            yield from files(value)


def _blocks(at: str, blocks: Any, most: int, surface: str) -> Found:
    if not isinstance(blocks, list) or not 1 <= len(blocks) <= most:
        yield f"{at}: must be a list of 1 to {most}"
        return
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        where = f"{at}/{number}"
        kind = block.get("type") if isinstance(block, Mapping) else None
        rule = RULES.get(kind) if isinstance(kind, str) else None
        if rule is None:
            yield f"{where}/type: unsupported block {kind!r}"
            continue
        yield from string(where, block, "block_id", 255)
        ident = block.get("block_id")
        if ident in seen:
            yield f"{where}/block_id: {ident!r} is there twice"
        if isinstance(ident, str):
            seen.add(ident)
        yield from rule(where, block, surface)
    known = [block for block in blocks if isinstance(block, Mapping) and block.get("type") in RULES]
    if sum(bool(one.get("focus_on_load")) for _, one in elements(known)) > 1:
        yield f"{at}: focus_on_load is there twice"


def _section(at: str, block: Body, surface: str) -> Found:
    yield from keys(at, block, "", "block_id text fields accessory expand")
    yield from boolean(at, block, "expand")
    if "text" not in block and "fields" not in block:
        yield f"{at}: text or fields"
    if "text" in block:
        yield from text(f"{at}/text", block["text"], 3000)
    if "fields" in block:
        fields = block["fields"]
        if not isinstance(fields, list) or not 1 <= len(fields) <= 10:
            yield f"{at}/fields: must be 1 to 10"
        else:
            for number, one in enumerate(fields):
                yield from text(f"{at}/fields/{number}", one, 2000)
    if "accessory" in block:
        yield from element(f"{at}/accessory", block["accessory"], "accessory", surface)


def _header(at: str, block: Body, surface: str) -> Found:
    yield from keys(at, block, "text", "block_id")
    yield from text(f"{at}/text", block.get("text"), 150, plain=True)


def _divider(at: str, block: Body, surface: str) -> Found:
    yield from keys(at, block, "", "block_id")


def _image(at: str, block: Body, surface: str) -> Found:
    yield from keys(at, block, "alt_text", "block_id image_url slack_file title")
    yield from image(at, block)
    if "title" in block:
        yield from text(f"{at}/title", block["title"], 2000, plain=True)


def _context(at: str, block: Body, surface: str) -> Found:
    yield from keys(at, block, "elements", "block_id")
    held = block.get("elements")
    if not isinstance(held, list) or not 1 <= len(held) <= 10:
        yield f"{at}/elements: must be 1 to 10"
        return
    for number, one in enumerate(held):
        where = f"{at}/elements/{number}"
        if isinstance(one, Mapping) and one.get("type") == "image":
            yield from element(where, one, "context", surface)
        else:
            yield from text(where, one, 2000)


def _actions(at: str, block: Body, surface: str) -> Found:
    yield from keys(at, block, "elements", "block_id")
    held = block.get("elements")
    if not isinstance(held, list) or not 1 <= len(held) <= 25:
        yield f"{at}/elements: must be 1 to 25"
        return
    for number, one in enumerate(held):
        yield from element(f"{at}/elements/{number}", one, "actions", surface)
    idents = [one.get("action_id") for one in held if isinstance(one, Mapping)]
    if len(set(idents)) != len(idents):
        yield f"{at}/elements: an action_id is there twice"


def _input(at: str, block: Body, surface: str) -> Found:
    yield from keys(at, block, "label element", "block_id hint optional dispatch_action")
    yield from text(f"{at}/label", block.get("label"), 2000, plain=True)
    if "hint" in block:
        yield from text(f"{at}/hint", block["hint"], 2000, plain=True)
    yield from boolean(at, block, "optional", "dispatch_action")
    yield from element(f"{at}/element", block.get("element"), "input", surface)


def _view(at: str, view: Any) -> Found:
    kind = view.get("type") if isinstance(view, Mapping) else None
    if kind not in ("modal", "home"):
        yield f"{at}/type: must be modal or home"
        return
    shared = "blocks private_metadata callback_id external_id"
    if kind == "home":
        yield from keys(at, view, "blocks", shared)
    else:
        yield from keys(at, view, "blocks title", f"{shared} close submit clear_on_close notify_on_close")
        for name in ("title", "close", "submit"):
            if name in view:
                yield from text(f"{at}/{name}", view[name], 24, plain=True)
    yield from boolean(at, view, "clear_on_close", "notify_on_close")
    yield from string(at, view, "private_metadata", 3000, 0)
    yield from string(at, view, "callback_id", 255, 0)
    yield from string(at, view, "external_id", 255, 0)
    yield from _blocks(f"{at}/blocks", view.get("blocks"), 100, str(kind))
    blocks = view.get("blocks")
    inputs = isinstance(blocks, list) and any(isinstance(one, Mapping) and one.get("type") == "input" for one in blocks)
    if kind == "modal" and inputs and "submit" not in view:
        yield f"{at}: missing submit, with an input block"
    if len(json.dumps(view)) > 250_000:
        yield f"{at}: too large"


RULES: Mapping[str, Callable[[str, Body, str], Found]] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "image": _image,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "rich_text": rich_text,
}
