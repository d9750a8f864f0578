"""From values to pages. Templates escape; the style is inside the page and named by its hash in the policy."""

import base64
import hashlib
import logging
import re
import secrets
from functools import cached_property
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from bot.handlers.steps import Ending

log = logging.getLogger("freewhen.web")

MOST_SHOWN = 200
_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


class Pages:
    """`https`: the pages are only to be had over TLS from now on."""

    def __init__(self, https: bool) -> None:
        self._https = https
        self._environment = Environment(
            loader=PackageLoader("bot.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["plain"] = plain

    @cached_property
    def _style(self) -> str:
        return files("bot.web").joinpath("static/pages.css").read_text(encoding="utf-8")

    @cached_property
    def _style_hash(self) -> str:
        return base64.b64encode(hashlib.sha256(self._style.encode()).digest()).decode()

    def show(self, name: str, status: int = 200, form_to: str = "", **values: object) -> HTMLResponse:
        """One page. `form_to`: an origin that its form may lead on to, besides our own (browsers follow redirects)."""
        text = self._environment.get_template(f"{name}.html").render(style=Markup(self._style), **values)  # noqa: S704
        answer = HTMLResponse(text, status)
        answer.headers["content-security-policy"] = self.policy(form_to, f"'sha256-{self._style_hash}'")
        return answer

    def policy(self, form_to: str = "", style: str = "'none'") -> str:
        """The Content-Security-Policy: nothing but our own style, no frame around us, no script anywhere."""
        targets = f"'self' {form_to}".strip()
        return f"default-src 'none'; style-src {style}; form-action {targets}; frame-ancestors 'none'; base-uri 'none'"

    def headers(self) -> dict[str, str]:
        """What every answer carries (OWASP ASVS 5.0 14.3.2, RFC 9700 §4.2, §4.16)."""
        found = {
            "cache-control": "no-store",
            "content-security-policy": self.policy(),
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "x-robots-tag": "noindex, nofollow",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": "camera=(), geolocation=(), microphone=()",
        }
        if self._https:
            found["strict-transport-security"] = "max-age=31536000"
        return found

    def ending(self, ending: Ending, status: int) -> HTMLResponse:
        shown = {"back": ending.back, "link": ending.link}
        return self.show("ending", status, title=ending.title, text=ending.text, done=ending.done, **shown)

    def unexpected(self, error: Exception) -> Ending:
        """The last resort: words with a reference, logged with what happened."""
        reference = secrets.token_hex(4)
        log.error("unexpected at a page (reference %s)", reference, exc_info=error)
        return Ending(
            "That did not work",
            f"Something went wrong on our side (reference {reference}). Please go back to your chat and try again. "
            "If it happens again, tell whoever runs this server the reference.",
        )


def plain(text: str) -> str:
    """A text from outside as one line that shows what it is: no control, no character that turns or hides others."""
    shown = _HIDDEN.sub(" ", text).strip()
    return shown if len(shown) <= MOST_SHOWN else f"{shown[:MOST_SHOWN]}…"
