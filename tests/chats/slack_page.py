"""What a Slack payload looks like, near enough to judge it by eye: a small HTML page in colours like a chat's.

Our own drawing of the documented blocks; no part of Slack's pages. Light or dark as the browser prefers.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

Payload = Mapping[str, Any]

CSS = """
:root{color-scheme:light dark;--paper:#fff;--ink:#1d1c1d;--soft:#616061;--line:#dddde0;--button:#fff;--green:#007a5a;
 --red:#c01343;--link:#0b5fb5;--side:#f4f4f6;--field:#fff}
@media (prefers-color-scheme:dark){:root{--paper:#1a1d21;--ink:#e8e8e8;--soft:#ababad;--line:#3c3f44;--button:#1a1d21;
 --green:#007a5a;--red:#f2617c;--link:#5cb3f5;--side:#222529;--field:#222529}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.46 "Noto Sans","DejaVu Sans",Arial,sans-serif}
main{padding:12px 16px;max-width:720px}
.message{display:flex;gap:10px;padding:8px 0}
.face{flex:none;width:36px;height:36px;border-radius:7px;display:grid;place-items:center;color:#fff;font-weight:700}
.bot .face{background:#1f5f5b}.person .face{background:#8a5a9e}
.said{min-width:0;flex:1}
.who{font-weight:700}.who small{font-weight:400;color:var(--soft);margin-left:6px;font-size:12px}
.tag{font-size:10px;background:var(--side);color:var(--soft);border-radius:3px;padding:1px 4px;margin-left:5px}
.only{font-size:12px;color:var(--soft)}
h2{font-size:18px;line-height:1.3;margin:6px 0}
.section,.rich,.context,.input{margin:4px 0;white-space:pre-wrap;overflow-wrap:anywhere}
.context{color:var(--soft);font-size:12.5px}
.row{display:flex;flex-wrap:wrap;gap:8px;margin:8px 0}
.button{font:inherit;font-size:13.5px;font-weight:700;border:1px solid var(--line);border-radius:6px;padding:3px 12px;
 background:var(--button);color:var(--ink);max-width:100%;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.primary{background:var(--green);border-color:var(--green);color:#fff}
.danger{border-color:var(--red);color:var(--red)}
.opens::after{content:" ↗"}
img{display:block;max-width:min(420px,100%);border-radius:8px;border:1px solid var(--line);margin:8px 0}
a{color:var(--link)}
.window{border:1px solid var(--line);border-radius:10px;max-width:520px;margin:0 auto;background:var(--paper)}
.window>header,.window>footer{display:flex;align-items:center;gap:8px;padding:12px 18px;font-weight:700}
.window>header{border-bottom:1px solid var(--line);font-size:18px}
.window>footer{border-top:1px solid var(--line);justify-content:flex-end}
.window>div{padding:8px 18px}
.input{margin:12px 0}.input b{display:block}.input small{color:var(--soft)}
.field{border:1px solid var(--line);border-radius:5px;padding:6px 10px;background:var(--field);margin:4px 0;
 min-height:36px}
.field.pick{display:flex;justify-content:space-between}.field.pick::after{content:"▾";color:var(--soft)}
.empty{color:var(--soft)}
.home{border:1px solid var(--line);border-radius:10px;padding:4px 16px}
"""


def page(shown: Sequence[str]) -> str:
    """A page of what `message`, `person`, `window` and `home` drew."""
    return f'<!doctype html><meta charset="utf-8"><title>Slack</title><style>{CSS}</style><main>{"".join(shown)}</main>'


def message(payload: Payload, files: Mapping[str, bytes] | None = None, time: str = "9:00", only: bool = False) -> str:
    """A message of the bot; `only`: for one person's eyes. `files`: pictures by their id, as PNG."""
    note = '<div class="only">Only visible to you</div>' if only else ""
    who = f'<div class="who">Freewhen<span class="tag">APP</span><small>{escape(time)}</small></div>'
    return _row("bot", "F", f"{note}{who}{_blocks(payload['blocks'], files or {})}")


def person(name: str, text: str, time: str = "9:00") -> str:
    """What somebody wrote."""
    who = f'<div class="who">{escape(name)}<small>{escape(time)}</small></div>'
    return _row("person", name[:1], f'{who}<div class="section">{escape(text)}</div>')


def window(view: Payload) -> str:
    """A modal."""
    buttons = [f'<span class="button">{_text(view["close"])}</span>'] if "close" in view else []
    buttons += [f'<span class="button primary">{_text(view["submit"])}</span>'] if "submit" in view else []
    inside = _blocks(view["blocks"], {})
    return (
        f'<div class="window"><header>{_text(view["title"])}</header><div>{inside}</div>'
        f"<footer>{''.join(buttons)}</footer></div>"
    )


def home(view: Payload) -> str:
    """An App Home."""
    return f'<div class="home">{_blocks(view["blocks"], {})}</div>'


def _row(kind: str, letter: str, inside: str) -> str:
    return f'<div class="message {kind}"><div class="face">{escape(letter)}</div><div class="said">{inside}</div></div>'


def _blocks(blocks: Sequence[Payload], files: Mapping[str, bytes]) -> str:
    return "".join(_block(block, files) for block in blocks)


def _block(block: Payload, files: Mapping[str, bytes]) -> str:
    match block["type"]:
        case "header":
            return f"<h2>{_text(block['text'])}</h2>"
        case "section":
            return f'<div class="section">{_text(block["text"])}</div>'
        case "context":
            return f'<div class="context">{" ".join(map(_text, block["elements"]))}</div>'
        case "rich_text":
            held = (one for section in block["elements"] for one in section["elements"])
            return f'<div class="rich">{"".join(map(_rich, held))}</div>'
        case "actions":
            return f'<div class="row">{"".join(map(_button, block["elements"]))}</div>'
        case "image":
            data = b64encode(files[block["slack_file"]["id"]]).decode()
            return f'<img src="data:image/png;base64,{data}" alt="{escape(block["alt_text"])}">'
        case "input":
            optional = " <small>(optional)</small>" if block["optional"] else ""
            hint = f"<small>{_text(block['hint'])}</small>" if "hint" in block else ""
            return f'<div class="input"><b>{_text(block["label"])}{optional}</b>{_field(block["element"])}{hint}</div>'
    raise AssertionError(f"a block that is not drawn: {block['type']}")


def _rich(element: Payload) -> str:
    text = escape(element["text"])
    if element["type"] == "link":
        return f'<a href="{escape(element["url"])}">{text}</a>'
    return f"<b>{text}</b>" if element.get("style", {}).get("bold") else text


def _button(element: Payload) -> str:
    more = " opens" if "url" in element else ""
    return f'<span class="button {element.get("style", "")}{more}">{_text(element["text"])}</span>'


def _field(element: Payload) -> str:
    match element["type"]:
        case "plain_text_input":
            return f'<div class="field">{escape(element.get("initial_value", ""))}</div>'
        case "datepicker":
            shown = element.get("initial_date", "Select a date")
        case "timepicker":
            shown = element.get("initial_time", "Select a time")
        case "multi_users_select":
            shown = ", ".join(f"@{user}" for user in element.get("initial_users", ())) or "Select people"
        case "static_select":
            chosen = element.get("initial_option")
            shown = chosen["text"]["text"] if chosen else "Select an option"
        case "checkboxes":
            ticked = element.get("initial_options", ())
            rows = (f"{'☑' if one in ticked else '☐'} {one['text']['text']}" for one in element["options"])
            return "".join(f"<div>{escape(row)}</div>" for row in rows)
        case _:
            shown = ", ".join(one["text"]["text"] for one in element.get("initial_options", ())) or "Select options"
    return f'<div class="field pick">{escape(shown)}</div>'


def _text(text: Payload) -> str:
    return escape(text["text"])
