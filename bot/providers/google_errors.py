"""Google's refusals as our errors: by status and `reason`, never by a message.

Source: developers.google.com/workspace/calendar/api/guides/errors. Pure functions.
"""

import json
from typing import Any

from bot.errors import AccessDenied, CannotSay, Gone, LinkExpired, ProviderError, Unavailable

NAME = "google"

SCOPE_OF = {
    "events": "https://www.googleapis.com/auth/calendar.events",
    "calendarList": "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
    "freebusy": "https://www.googleapis.com/auth/calendar.freebusy",
    "channels": "https://www.googleapis.com/auth/calendar.events",
}
"""Which of our scopes the methods of a resource need."""

_SLOW_DOWN = {
    "rateLimitExceeded",
    "userRateLimitExceeded",
    "quotaExceeded",
    "dailyLimitExceeded",
    "RATE_LIMIT_EXCEEDED",
}
_NO_SCOPE = {"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}
_NOT_OURS = {"forbiddenForNonOrganizer", "forbiddenForServiceAccounts"}
_READ_ONLY = {"requiredAccessLevel", "forbidden"}
_NOT_SET_UP = {"accessNotConfigured", "SERVICE_DISABLED"}


class NoAnswer(Exception):
    """There was no whole answer, so nobody knows whether Google did it."""


class NotSent(NoAnswer):
    """Google was not reached: it was not done."""


class Late(NoAnswer):
    """The deadline passed."""


class Broken(NoAnswer):
    """The connection broke, or what came is not a whole answer."""


class TooLarge(NoAnswer):
    """More than is read."""


class Lost(Unavailable):
    """The calendar did not answer, so I cannot say whether it was done. Look again in a few minutes."""


class Taken(Exception):
    """409: there is already something under this id."""


class Changed(Exception):
    """412: it is not what we read any more."""


def refusal(status: int, body: bytes, permission: str) -> Exception:
    """What to raise for a status other than 2xx. `permission`: what the scope of the method allows, in words."""
    reason = reason_of(body)
    if status == 401:
        return LinkExpired(NAME)
    if slow_down(status, body):
        return Unavailable(NAME, "Google asks us to slow down. Try again in a few minutes.")
    if status == 403:
        return _denied(reason, permission)
    if status in (404, 410):
        return Gone(NAME)
    if status == 409:
        return Taken()
    if status == 412:
        return Changed()
    if status == 400:
        return CannotSay(NAME, "Google Calendar does not take that.")
    return Unavailable(NAME)


def slow_down(status: int, body: bytes) -> bool:
    """Whether Google has had enough of us for a while."""
    return status == 429 or (status == 403 and reason_of(body) in _SLOW_DOWN)


def reason_of(body: bytes) -> str:
    """The first `reason` of an error's body; "" for one that has none."""
    try:
        error = json.loads(body)["error"]
        found = [*_listed(error.get("errors")), *_listed(error.get("details"))]
        return next((str(one["reason"]) for one in found if one.get("reason")), "")
    except (ValueError, TypeError, KeyError, AttributeError):
        return ""


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _denied(reason: str, permission: str) -> ProviderError:
    if reason in _NO_SCOPE:
        return AccessDenied(
            NAME, f"One permission is missing: {permission}. Connect again with /connect-calendar and tick every box."
        )
    if reason in _NOT_OURS:
        return AccessDenied(NAME, "Only the organizer can change this meeting. You can decline it.")
    if reason in _READ_ONLY:
        return AccessDenied(NAME, "That calendar is read-only for you.")
    if reason in _NOT_SET_UP:
        return Unavailable(NAME, "The Calendar API is not switched on for this server. Please tell whoever runs it.")
    return AccessDenied(NAME)
