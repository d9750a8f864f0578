"""Partial responses: the `fields` parameter. https://developers.google.com/workspace/calendar/api/guides/performance."""

import re
from collections.abc import Mapping
from typing import Any

from tests.doubles.google_rules import document
from tests.doubles.google_rules_errors import GoogleError, bad_parameter

Tree = dict[str, "Tree"]
"""What to keep, by name; empty: all of it."""


def select(schema: str, text: str, body: Any) -> Any:
    """Only the named fields of a body of the schema. Raises GoogleError for fields that are not there."""
    words = re.findall(r"[A-Za-z0-9_*$-]+|[,/()]|.", text)
    tree = _list(words, text)
    if words:
        raise _wrong(text)
    _known(tree, {"$ref": schema})
    return _keep(tree, body)


def _wrong(name: str) -> GoogleError:
    return bad_parameter("fields", f"Invalid field selection {name}")


def _list(words: list[str], text: str) -> Tree:
    tree: Tree = {}
    while True:
        name = words.pop(0) if words else ""
        if not re.fullmatch(r"[A-Za-z0-9_*$-]+", name):
            raise _wrong(text)
        tree[name] = _below(words, text)
        if not words or words[0] != ",":
            return tree
        words.pop(0)


def _below(words: list[str], text: str) -> Tree:
    if words and words[0] == "/":
        words.pop(0)
        if not words:
            raise _wrong(text)
        name = words.pop(0)
        return {name: _below(words, text)}
    if words and words[0] == "(":
        words.pop(0)
        inner = _list(words, text)
        if not words or words.pop(0) != ")":
            raise _wrong(text)
        return inner
    return {}


def _known(tree: Tree, rule: Mapping[str, Any]) -> None:
    rule = document()["schemas"][rule["$ref"]] if "$ref" in rule else rule
    if rule.get("type") == "array":
        _known(tree, rule["items"])
        return
    for name, inner in tree.items():
        below = rule.get("properties", {}).get(name, rule.get("additionalProperties"))
        if name == "*":
            continue
        if below is None:
            raise _wrong(name)
        _known(inner, below)


def _keep(tree: Tree, body: Any) -> Any:
    if not tree or "*" in tree:
        return body
    if isinstance(body, list):
        return [_keep(tree, one) for one in body]
    return {name: _keep(inner, body[name]) for name, inner in tree.items() if name in body}
