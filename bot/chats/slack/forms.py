"""Forms as Slack's modals, and what was filled in: pure. A field is an input block whose id is the field's name.

https://docs.slack.dev/reference/views/modal-views
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, time

from bot.chats.slack.blocks import IN_A_VIEW, Block, body
from bot.chats.slack.text import cut, line, lines, plain_text, size
from bot.messages import Field, FieldKind, Form, Reply

CALLBACK, ACTION = "form", "value"
TITLE, OPTION, OPTION_VALUE, OPTIONS, BOXES, METADATA = 24, 75, 150, 100, 10, 3000
_EXPLAINED, _TYPED, _PROBLEM = 2000, 3000, 300
_NOTHING = "∅"  # stands for the option whose value is "": Slack takes no empty one
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")


def view(form: Form, metadata: str) -> dict[str, object]:
    """A form as a modal; `metadata` comes back with it.

    Raises ValueError for a form that Slack cannot show: with a secret field, which nothing there masks (it is asked on
    a page of ours), with too many fields, or with more metadata than fits.
    """
    if any(field.secret for field in form.fields):
        raise ValueError("a secret is not asked in a modal")
    if len(form.fields) >= IN_A_VIEW or len(metadata) > METADATA:
        raise ValueError("the form does not fit into a modal")
    title = line(form.title)
    whole = [] if size(title) <= TITLE else [_words("text:0", title)]
    shown = _modal(form.title, [*whole, *map(_input, form.fields)] or [_words("text:0", title)])
    return {
        **shown,
        "callback_id": CALLBACK,
        "private_metadata": metadata,
        "submit": plain_text(line(form.submit), TITLE),
        "close": plain_text("Cancel"),
    }


def loading(title: str) -> dict[str, object]:
    """What opens at once, within the three seconds of a trigger, and becomes the form."""
    return _modal(title, [_words("text:0", "One moment…")])


def words(reply: Reply, picture: str = "", title: str = "Freewhen") -> dict[str, object]:
    """A reply in the window where a form was to open, or was; with its buttons, if it has any. `picture` as in
    `blocks.message`.
    """
    return _modal(title, body(reply, picture))


def values(state: Mapping[str, object]) -> dict[str, str]:
    """What was filled in, by the name of the field: `view.state.values` of a submission.

    Raises ValueError for what no form of ours can have sent.
    """
    found: dict[str, str] = {}
    for name, actions in state.items():
        given = actions.get(ACTION) if isinstance(actions, Mapping) else None
        if not isinstance(given, Mapping):
            raise ValueError("a submitted field without a value")
        found[name] = _value(given)
    return found


def errors(problems: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What is wrong with which field, as the answer to a submission wants it."""
    found: dict[str, str] = {}
    for name, said in problems:
        found[name] = cut(" ".join(filter(None, (found.get(name), line(said)))), _PROBLEM) or "–"
    return found


def _modal(title: str, blocks: Sequence[Block]) -> dict[str, object]:
    return {
        "type": "modal",
        "title": plain_text(line(title), TITLE),
        "close": plain_text("Close"),
        "blocks": list(blocks),
    }


def _words(block_id: str, text: str) -> Block:
    """Words between the fields; no field has a name with a colon."""
    return {"type": "section", "block_id": block_id, "text": plain_text(text)}


def _input(field: Field) -> Block:
    hint = lines(field.hint)
    if field.kind in (FieldKind.ONE, FieldKind.MANY) and len(field.options) > OPTIONS:
        hint = f"{hint}\nOnly the first {OPTIONS} are offered.".strip()
    block: Block = {
        "type": "input",
        "block_id": field.name,
        "label": plain_text(line(field.label), _EXPLAINED),
        "element": {**_element(field), "action_id": ACTION},
        "optional": field.optional,
    }
    return {**block, "hint": plain_text(hint, _EXPLAINED)} if hint else block


def _element(field: Field) -> Block:
    """The picker for a field; where its value does not fit into one, a line to type on, so that nothing is lost."""
    value = field.value.strip()
    if field.kind is FieldKind.DATE and (not value or _is(date.fromisoformat, value, 10)):
        return {"type": "datepicker", **({"initial_date": value} if value else {})}
    if field.kind is FieldKind.TIME and (not value or _is(time.fromisoformat, value, 5)):
        return {"type": "timepicker", **({"initial_time": value} if value else {})}
    if field.kind is FieldKind.PEOPLE and not _MENTION.sub("", value).strip(" ,"):
        users = list(dict.fromkeys(_MENTION.findall(value)))
        return {"type": "multi_users_select", **({"initial_users": users} if users else {})}
    if field.kind is FieldKind.ONE and field.options:
        options = _options(field)
        chosen = [option for option in options if option["value"] == (field.value or _NOTHING)]
        return {"type": "static_select", "options": options, **({"initial_option": chosen[0]} if chosen else {})}
    if field.kind is FieldKind.MANY and field.options:
        options, wanted = _options(field), {part.strip() for part in value.split(",")}
        chosen = [option for option in options if option["value"] in wanted]
        kind = "checkboxes" if len(options) <= BOXES else "multi_static_select"
        return {"type": kind, "options": options, **({"initial_options": chosen} if chosen else {})}
    shown = cut(line(field.value), _TYPED)
    return {"type": "plain_text_input", "max_length": _TYPED, **({"initial_value": shown} if shown else {})}


def _options(field: Field) -> list[Block]:
    """What can be chosen, each value once. Raises ValueError for a value that is too long to come back whole."""
    found: dict[str, Block] = {}
    for value, label in field.options[:OPTIONS]:
        kept = value or _NOTHING
        if size(kept) > OPTION_VALUE:
            raise ValueError("the value of an option is too long")
        found.setdefault(kept, {"text": plain_text(line(label), OPTION), "value": kept})
    return list(found.values())


def _is(read: Callable[[str], object], value: str, length: int) -> bool:
    """Whether a text is what a picker can begin with."""
    if len(value) != length:
        return False
    try:
        read(value)
    except ValueError:
        return False
    return True


def _value(given: Mapping[str, object]) -> str:
    """The value of one element, as `FieldKind` wants it."""
    match given:
        case {"type": "plain_text_input"}:
            return _text(given.get("value"))
        case {"type": "datepicker"}:
            return _text(given.get("selected_date"))
        case {"type": "timepicker"}:
            return _text(given.get("selected_time"))
        case {"type": "multi_users_select", "selected_users": list(users)}:
            return ", ".join(f"<@{_text(user)}>" for user in users)
        case {"type": "static_select"}:
            option = given.get("selected_option")
            return "" if option is None else _chosen(option)
        case {"type": "checkboxes" | "multi_static_select", "selected_options": list(options)}:
            return ", ".join(map(_chosen, options))
    raise ValueError("a submitted field of a kind that no form has")


def _chosen(option: object) -> str:
    value = _text(option.get("value")) if isinstance(option, Mapping) else ""
    if not value:
        raise ValueError("a submitted option without a value")
    return "" if value == _NOTHING else value


def _text(value: object) -> str:
    """A text; "" for a field left empty, which comes as null."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError("a submitted field that is no text")
    return value
