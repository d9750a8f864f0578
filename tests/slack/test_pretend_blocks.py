"""The double's own reading of Block Kit: what it takes, and what it refuses."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.doubles.slack_blocks_rules import message_problems, view_problems
from tests.doubles.slack_text_rules import controls, mrkdwn


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


OPTION = {"text": plain("30 min"), "value": "30"}
BUTTON = {"type": "button", "action_id": "press:0", "text": plain("Book"), "value": "t"}
SELECT = {"type": "static_select", "action_id": "value", "options": [OPTION], "initial_option": OPTION}
BLOCKS: list[dict[str, Any]] = [
    {"type": "header", "block_id": "heading", "text": plain("Budget")},
    {"type": "section", "block_id": "text", "text": {"type": "mrkdwn", "text": "Tue &amp; Wed <@U1>"}},
    {"type": "section", "fields": [plain("When"), plain("Tuesday")], "accessory": BUTTON},
    {"type": "context", "elements": [plain("Small print")]},
    {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "your week"},
    {"type": "actions", "block_id": "choices", "elements": [BUTTON]},
    {"type": "divider"},
]
INPUT = {"type": "input", "block_id": "length", "label": plain("Lasts"), "element": SELECT}
MODAL: dict[str, Any] = {
    "type": "modal",
    "title": plain("Book"),
    "submit": plain("OK"),
    "private_metadata": "{}",
    "blocks": [INPUT],
}
Change = Callable[[Any], Any]


def test_what_is_right_is_taken() -> None:
    assert message_problems(BLOCKS) == []
    assert view_problems(MODAL) == []
    assert view_problems({"type": "home", "blocks": BLOCKS}) == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda b: b.extend([{"type": "divider"}] * 44), "/blocks: must be a list of 1 to 50"),
        (lambda b: b.clear(), "/blocks: must be a list of 1 to 50"),
        (lambda b: b[0].update(text=plain("x" * 151)), "/blocks/0/text/text"),
        (lambda b: b[0].update(text=plain("")), "/blocks/0/text/text"),
        (lambda b: b[0].update(text={"type": "mrkdwn", "text": "x"}), "/blocks/0/text/type"),
        (lambda b: b[1].update(text=plain("x" * 3001)), "/blocks/1/text/text"),
        (lambda b: b[1].update(block_id="heading"), "/blocks/1/block_id"),
        (lambda b: b[1].update(block_id="x" * 256), "/blocks/1/block_id"),
        (lambda b: b[1].update(text={"type": "mrkdwn", "text": "<script>"}), "/blocks/1/text: a <"),
        (lambda b: b[1].update(text={"type": "mrkdwn", "text": "R&D"}), "/blocks/1/text: an &"),
        (lambda b: b[1].update(colour="red"), "/blocks/1: unknown property colour"),
        (lambda b: b[2].update(fields=[plain("x")] * 11), "/blocks/2/fields"),
        (lambda b: b[2].update(accessory={"type": "plain_text_input"}), "/blocks/2/accessory/type"),
        (lambda b: b[3].update(elements=[plain("x")] * 11), "/blocks/3/elements"),
        (lambda b: b[4].pop("alt_text"), "/blocks/4: missing alt_text"),
        (lambda b: b[4].update(image_url="https://example.com/a.png"), "/blocks/4: either"),
        (lambda b: b[5]["elements"].append(BUTTON), "/blocks/5/elements: an action_id is there twice"),
        (lambda b: b[5].update(elements=[BUTTON | {"text": plain("x" * 76)}]), "/blocks/5/elements/0/text/text"),
        (lambda b: b[5].update(elements=[BUTTON | {"value": "x" * 2001}]), "/blocks/5/elements/0/value"),
        (lambda b: b[5].update(elements=[BUTTON | {"url": "javascript:x"}]), "/blocks/5/elements/0/url"),
        (lambda b: b[5].update(elements=[BUTTON | {"style": "normal"}]), "/blocks/5/elements/0/style"),
        (lambda b: b[5].update(elements=[]), "/blocks/5/elements: must be 1 to 25"),
        (lambda b: b.append({"type": "video"}), "/blocks/7/type"),
    ],
)
def test_what_is_wrong_in_a_message_is_named(change: Change, path: str) -> None:
    blocks = copy.deepcopy(BLOCKS)
    change(blocks)
    assert any(problem.startswith(path) for problem in message_problems(blocks)), message_problems(blocks)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda v: v.update(title=plain("x" * 25)), "/view/title/text"),
        (lambda v: v.pop("title"), "/view: missing title"),
        (lambda v: v.pop("submit"), "/view: missing submit"),
        (lambda v: v.update(private_metadata="x" * 3001), "/view/private_metadata"),
        (lambda v: v.update(callback_id="x" * 256), "/view/callback_id"),
        (lambda v: v.update(blocks=[{"type": "divider"}] * 101), "/view/blocks: must be a list of 1 to 100"),
        (lambda v: v.update(type="home"), "/view: unknown property title"),
        (lambda v: v["blocks"][0]["element"].update(options=[OPTION] * 2), "/view/blocks/0/element/options: a value"),
        (lambda v: v["blocks"][0]["element"].update(options=[]), "/view/blocks/0/element/options: must be"),
        (
            lambda v: v["blocks"][0]["element"].update(initial_option=OPTION | {"value": "45"}),
            "/view/blocks/0/element/initial_option/0: is not one",
        ),
        (
            lambda v: v["blocks"][0].update(element={"type": "datepicker", "initial_date": "2026-3-1"}),
            "/view/blocks/0/element/initial_date",
        ),
        (lambda v: v["blocks"][0].update(element=BUTTON), "/view/blocks/0/element/type"),
    ],
)
def test_what_is_wrong_in_a_view_is_named(change: Change, path: str) -> None:
    view = copy.deepcopy(MODAL)
    change(view)
    assert any(problem.startswith(path) for problem in view_problems(view)), view_problems(view)


def test_what_means_something_in_mrkdwn() -> None:
    assert controls("<@U1> and <!channel> in <#C1|room>, see <https://a.example|it>") == [
        "<@U1>",
        "<!channel>",
        "<#C1|room>",
        "<https://a.example|it>",
    ]
    assert list(mrkdwn("", "a &lt; b &amp; <mailto:a@b.example|a@b.example>")) == []
