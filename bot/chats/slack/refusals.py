"""How Slack says no, and what that means for whoever wanted to send: never, later, or perhaps it arrived."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.backoff import retry_after
from bot.errors import Busy, ChatError, Unreachable, Unsure

log = logging.getLogger("freewhen.slack")

_NOBODY = frozenset(
    (
        "cannot_dm_bot",
        "user_disabled",
        "user_is_bot",
        "user_not_found",
        "user_not_visible",
        "users_not_found",
    )
)
"""This person cannot be written to, now and later. What is said of a channel may be another thing tomorrow."""
_PERHAPS = frozenset(("fatal_error", "internal_error", "service_unavailable"))
"""docs.slack.dev/reference/methods/chat.postMessage: "some aspect of the operation" may have succeeded all the same."""
_NEVER_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)


class SlackError(ChatError):
    """Slack refused. `code` is its own word for why; see each method's page on docs.slack.dev."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(f"Slack did not accept {method}: {code}")
        self.code = code


class Nobody(Unreachable, SlackError):
    """Slack knows nobody of that name, or nobody who reads."""


def asked(headers: Mapping[str, Any]) -> timedelta:
    """How long a 429 asks us to wait; a second where it does not say."""
    named = {name.lower(): value for name, value in headers.items()}.get("retry-after")
    text = named[0] if isinstance(named, list) and named else named
    asked = retry_after(None if text is None else str(text), datetime.now(UTC))
    return max(asked, timedelta(seconds=1)) if asked is not None else timedelta(seconds=1)


def lost(error: Exception, new: bool) -> ChatError:
    """A connection that broke, or took too long. What is `new` may have arrived, unless there was no connection."""
    if new and not isinstance(error, _NEVER_SENT):
        return Unsure()
    return ChatError("Slack could not be reached.")


def no_answer(why: str, status: int, new: bool) -> ChatError:
    """No answer of Slack's own: from something before it, or from within it when all was done."""
    return Unsure(why) if new and (status >= 500 or status < 400) else ChatError(why)


def in_our_words(method: str, error: SlackApiError, new: bool) -> ChatError:
    """What Slack said. `new`: a message, that is there twice when it is sent again although it was taken."""
    answer = error.response
    status = int(getattr(answer, "status_code", 0) or getattr(answer, "status", 0) or 200)
    if status == 429:
        return Busy(asked(answer.headers))
    code = str(answer.get("error", "")) if isinstance(getattr(answer, "data", None), dict) else ""
    if new and (status >= 500 or code in _PERHAPS):
        return Unsure(f"Slack could not say whether {method} was done.")
    if not code:
        return no_answer(f"Slack could not answer {method}.", status, new)
    if code == "missing_scope":
        log.error("Slack needs the scope %s for %s: install the app again", answer.get("needed", "?"), method)
    if code in ("ratelimited", "rate_limited"):
        return Busy(asked(answer.headers))
    return Nobody(method, code) if code in _NOBODY else SlackError(method, code)
