"""Block Kit's elements: what a button, a menu, a picker or an input may look like, and where it may stand.

https://docs.slack.dev/reference/block-kit/block-elements. Elements that are not here are refused.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.doubles.slack_text_rules import Found, address, boolean, confirm, keys, option, options, string, style, text

SELECTS = "static_select users_select"
MULTI = "multi_static_select multi_users_select"
PICKERS = "datepicker timepicker"
CHOICES = "checkboxes radio_buttons"
TYPED = "plain_text_input email_text_input url_text_input number_input"
PLACES = {
    "accessory": frozenset(f"button overflow image {SELECTS} {MULTI} {PICKERS} {CHOICES}".split()),
    "actions": frozenset(f"button overflow datetimepicker {SELECTS} {PICKERS} {CHOICES}".split()),
    "input": frozenset(f"datetimepicker {SELECTS} {MULTI} {PICKERS} {CHOICES} {TYPED}".split()),
    "context": frozenset({"image"}),
}
"""Which elements may stand where."""

MODAL_ONLY = frozenset({"email_text_input", "url_text_input", "number_input"})
"""These only work in a modal."""


def element(at: str, body: Any, place: str, surface: str) -> Found:
    """An element in a place ("accessory", "actions", "input", "context") of a "message", "modal" or "home"."""
    kind = body.get("type") if isinstance(body, Mapping) else None
    rule = RULES.get(kind) if isinstance(kind, str) else None
    if rule is None or kind not in PLACES[place]:
        yield f"{at}/type: {kind!r} is not allowed here"
        return
    if kind in MODAL_ONLY and surface != "modal":
        yield f"{at}/type: {kind} only in a modal"
    yield from rule(at, body)
    yield from string(at, body, "action_id", 255)
    if kind != "image" and "action_id" not in body and place != "input":
        yield f"{at}: missing action_id"
    yield from boolean(at, body, "focus_on_load")
    if body.get("focus_on_load") and surface != "modal":
        yield f"{at}/focus_on_load: only in a modal"
    yield from confirm(at, body)


def _button(at: str, body: Mapping[str, Any]) -> Found:
    yield from keys(at, body, "text action_id", "url value style confirm accessibility_label")
    yield from text(f"{at}/text", body.get("text"), 75, plain=True)
    yield from address(at, body, "url")
    yield from string(at, body, "value", 2000)
    yield from string(at, body, "accessibility_label", 75)
    yield from style(at, body)


def _overflow(at: str, body: Mapping[str, Any]) -> Found:
    yield from keys(at, body, "options action_id", "confirm")
    yield from options(at, body, 5, opens=True)


def image(at: str, body: Mapping[str, Any]) -> Found:
    """What an image element and an image block share: where it is, and what it shows in words."""
    if ("image_url" in body) == ("slack_file" in body):
        yield f"{at}: either image_url or slack_file"
    yield from address(at, body, "image_url")
    yield from string(at, body, "alt_text", 2000)
    if "slack_file" in body:
        file = body["slack_file"]
        yield from keys(f"{at}/slack_file", file, "", "id url")
        if isinstance(file, Mapping) and ("id" in file) == ("url" in file):
            yield f"{at}/slack_file: either id or url"


def _image(at: str, body: Mapping[str, Any]) -> Found:
    yield from keys(at, body, "alt_text", "image_url slack_file")
    yield from image(at, body)


def _placeholder(at: str, body: Mapping[str, Any]) -> Found:
    if "placeholder" in body:
        yield from text(f"{at}/placeholder", body["placeholder"], 150, plain=True)


def _select(at: str, body: Mapping[str, Any]) -> Found:
    many = body["type"] == "multi_static_select"
    begins = "initial_options max_selected_items" if many else "initial_option"
    yield from keys(at, body, "options", f"action_id placeholder confirm focus_on_load {begins}")
    yield from options(at, body, 100)
    yield from _begins(at, body, many)
    yield from _placeholder(at, body)


def _boxes(at: str, body: Mapping[str, Any]) -> Found:
    many = body["type"] == "checkboxes"
    begins = "initial_options" if many else "initial_option"
    yield from keys(at, body, "options", f"action_id confirm focus_on_load {begins}")
    yield from options(at, body, 10, marked_up=True)
    yield from _begins(at, body, many, marked_up=True)


def _begins(at: str, body: Mapping[str, Any], many: bool, marked_up: bool = False) -> Found:
    """What is chosen to begin with is one of the options, letter by letter."""
    name = "initial_options" if many else "initial_option"
    if name not in body:
        return
    chosen = body[name] if many else [body[name]]
    if not isinstance(chosen, list) or not chosen:
        yield f"{at}/{name}: must not be empty"
        return
    for number, one in enumerate(chosen):
        yield from option(f"{at}/{name}/{number}", one, marked_up)
        if one not in (body.get("options") or ()):
            yield f"{at}/{name}/{number}: is not one of the options"
    yield from _most(at, body, len(chosen))


def _most(at: str, body: Mapping[str, Any], chosen: int) -> Found:
    most = body.get("max_selected_items", chosen)
    if not isinstance(most, int) or most < max(chosen, 1 if "max_selected_items" in body else 0):
        yield f"{at}/max_selected_items: must be a number, 1 or more, and more than were chosen"


def _users(at: str, body: Mapping[str, Any]) -> Found:
    many = body["type"] == "multi_users_select"
    begins = "initial_users max_selected_items" if many else "initial_user"
    yield from keys(at, body, "", f"action_id placeholder confirm focus_on_load {begins}")
    yield from _placeholder(at, body)
    chosen = body.get("initial_users", []) if many else [body[name] for name in ("initial_user",) if name in body]
    if not isinstance(chosen, list) or not all(
        isinstance(one, str) and re.fullmatch("[UW][A-Z0-9]+", one) for one in chosen
    ):
        yield f"{at}: who is chosen to begin with must be ids of users"
    elif many:
        yield from _most(at, body, len(chosen))


def _picker(at: str, body: Mapping[str, Any]) -> Found:
    name, pattern = {
        "datepicker": ("initial_date", r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
        "timepicker": ("initial_time", r"([01]\d|2[0-3]):[0-5]\d"),
        "datetimepicker": ("initial_date_time", r"\d{10}"),
    }[body["type"]]
    more = {"datepicker": "placeholder", "timepicker": "placeholder timezone"}.get(body["type"], "")
    yield from keys(at, body, "", f"action_id confirm focus_on_load {name} {more}")
    yield from _placeholder(at, body)
    if name in body and not re.fullmatch(pattern, str(body[name])):
        yield f"{at}/{name}: {body[name]!r} is not of the form {pattern}"


def _typed(at: str, body: Mapping[str, Any]) -> Found:
    more = "multiline min_length max_length" if body["type"] == "plain_text_input" else ""
    if body["type"] == "number_input":
        more = "is_decimal_allowed min_value max_value"
    yield from keys(at, body, "", f"action_id placeholder initial_value focus_on_load dispatch_action_config {more}")
    yield from _placeholder(at, body)
    yield from boolean(at, body, "multiline", "is_decimal_allowed")
    if body["type"] == "number_input" and "is_decimal_allowed" not in body:
        yield f"{at}: missing is_decimal_allowed"
    least, most = body.get("min_length", 0), body.get("max_length", 3000)
    if not (isinstance(least, int) and isinstance(most, int) and 0 <= least <= most and 1 <= most <= 3000):
        yield f"{at}: min_length and max_length must be within 0 and 3000"
    else:
        yield from string(at, body, "initial_value", most, least)


RULES: Mapping[str, Callable[[str, Mapping[str, Any]], Found]] = {
    "button": _button,
    "overflow": _overflow,
    "image": _image,
    **dict.fromkeys(("static_select", "multi_static_select"), _select),
    **dict.fromkeys(("users_select", "multi_users_select"), _users),
    **dict.fromkeys(("datepicker", "timepicker", "datetimepicker"), _picker),
    **dict.fromkeys(("checkboxes", "radio_buttons"), _boxes),
    **dict.fromkeys(TYPED.split(), _typed),
}
