"""Block Kit's composition objects: texts, options, confirmations, addresses. Each rule yields what is wrong.

https://docs.slack.dev/reference/block-kit/composition-objects. Stricter than Slack, which shows them as they are: a
`<` that begins no link or mention, and an `&` that begins no entity, in a mrkdwn text (an escape was forgotten).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Found = Iterator[str]
CONTROL = re.compile(
    r"<(?:@[UW][A-Z0-9]+|#C[A-Z0-9]+|!(?:here|channel|everyone|subteam\^S[A-Z0-9]+|date\^\d+\^[^<>|]+)"
    r"|https?://[^<>|\s]+|mailto:[^<>|\s]+)(?:\|[^<>]*)?>"
)
ENTITY = re.compile(r"&(?:amp|lt|gt);")


def controls(text: str) -> list[str]:
    """The links and mentions in a mrkdwn text, as they are written."""
    return CONTROL.findall(text)


def mrkdwn(at: str, text: str) -> Found:
    """Whether everything that means something to Slack is meant."""
    rest = ENTITY.sub("", CONTROL.sub("", text))
    if "<" in rest:
        yield f"{at}: a < that is neither a link nor a mention"
    if "&" in rest:
        yield f"{at}: an & that is not escaped"


def keys(at: str, body: Any, required: str, optional: str = "") -> Found:
    """A JSON object with these members and no others; names with spaces between."""
    if not isinstance(body, Mapping):
        yield f"{at}: must be an object"
        return
    allowed = {"type", *required.split(), *optional.split()}
    yield from (f"{at}: missing {name}" for name in required.split() if name not in body)
    yield from (f"{at}: unknown property {name}" for name in body if name not in allowed)


def string(at: str, body: Mapping[str, Any], name: str, most: int, least: int = 1) -> Found:
    """A text of this length, where it is given."""
    if name not in body:
        return
    value = body[name]
    if not isinstance(value, str):
        yield f"{at}/{name}: must be a string"
    elif not least <= len(value) <= most:
        yield f"{at}/{name}: must have {least} to {most} characters, has {len(value)}"


def boolean(at: str, body: Mapping[str, Any], *names: str) -> Found:
    yield from (f"{at}/{name}: must be a boolean" for name in names if not isinstance(body.get(name, False), bool))


def text(at: str, body: Any, most: int, plain: bool = False) -> Found:
    """A text object; `plain`: no mrkdwn here."""
    yield from keys(at, body, "text", "emoji verbatim")
    if not isinstance(body, Mapping):
        return
    yield from string(at, body, "text", most)
    yield from boolean(at, body, "emoji", "verbatim")
    kind = body.get("type")
    if kind not in ("plain_text", "mrkdwn") or (plain and kind != "plain_text"):
        yield f"{at}/type: {kind!r} is not allowed here"
    if "emoji" in body and kind != "plain_text":
        yield f"{at}/emoji: only in plain_text"
    if "verbatim" in body and kind != "mrkdwn":
        yield f"{at}/verbatim: only in mrkdwn"
    if kind == "mrkdwn" and isinstance(body.get("text"), str):
        yield from mrkdwn(at, body["text"])


def address(at: str, body: Mapping[str, Any], name: str) -> Found:
    """A web address of at most 3000 characters, where it is given."""
    yield from string(at, body, name, 3000)
    if isinstance(body.get(name), str) and not re.fullmatch(r"https?://[^\s/?#]+[^\s]*", body[name]):
        yield f"{at}/{name}: must be a web address"


def option(at: str, body: Any, marked_up: bool = False, opens: bool = False) -> Found:
    """An option; `marked_up`: mrkdwn is allowed (check boxes and radio buttons), `opens`: an address is (overflow)."""
    yield from keys(at, body, "text value", "description url" if opens else "description")
    if not isinstance(body, Mapping):
        return
    yield from text(f"{at}/text", body.get("text"), 75, plain=not marked_up)
    yield from string(at, body, "value", 150)
    yield from address(at, body, "url")
    if "description" in body:
        yield from text(f"{at}/description", body["description"], 75, plain=not marked_up)


def options(at: str, body: Mapping[str, Any], most: int, marked_up: bool = False, opens: bool = False) -> Found:
    """The options of an element, 1 to `most`, no value twice (Slack cannot tell those apart)."""
    given = body.get("options")
    if not isinstance(given, list) or not 1 <= len(given) <= most:
        yield f"{at}/options: must be 1 to {most}"
        return
    for number, one in enumerate(given):
        yield from option(f"{at}/options/{number}", one, marked_up, opens)
    values = [one.get("value") for one in given if isinstance(one, Mapping)]
    if len(set(values)) != len(values):
        yield f"{at}/options: a value is there twice"


def confirm(at: str, body: Mapping[str, Any]) -> Found:
    """The question before an action, where it is given."""
    if "confirm" not in body:
        return
    at, asked = f"{at}/confirm", body["confirm"]
    yield from keys(at, asked, "title text confirm deny", "style")
    if isinstance(asked, Mapping):
        for name, most in (("title", 100), ("confirm", 30), ("deny", 30)):
            yield from text(f"{at}/{name}", asked.get(name), most, plain=True)
        yield from text(f"{at}/text", asked.get("text"), 300)
        yield from style(at, asked)


def style(at: str, body: Mapping[str, Any]) -> Found:
    if body.get("style", "primary") not in ("primary", "danger"):
        yield f"{at}/style: primary or danger"
