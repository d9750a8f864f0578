"""Errors as Google Calendar says them: https://developers.google.com/workspace/calendar/api/guides/errors."""

from typing import Any


class GoogleError(Exception):
    """A refusal, and the answer that says it."""

    def __init__(self, status: int, reason: str, message: str, domain: str = "global", **more: Any) -> None:
        super().__init__(f"{status} {reason}: {message}")
        self.status, self.reason, self.message, self.domain = status, reason, message, domain
        self.location: tuple[str, str] | None = more.pop("location", None)
        self.top: dict[str, Any] = more.pop("top", {})

    def body(self) -> dict[str, Any]:
        one: dict[str, Any] = {"domain": self.domain, "reason": self.reason, "message": self.message}
        if self.location is not None:
            one["locationType"], one["location"] = self.location
        return {"error": {"errors": [one], "code": self.status, "message": self.message, **self.top}}


def bad(message: str = "Bad Request", reason: str = "badRequest", domain: str = "global") -> GoogleError:
    return GoogleError(400, reason, message, domain)


def bad_parameter(name: str, message: str, reason: str = "invalidParameter") -> GoogleError:
    return GoogleError(400, reason, message, location=("parameter", name))


def bad_body(message: str) -> GoogleError:
    return GoogleError(400, "invalid", message)


def required(what: str, message: str = "") -> GoogleError:
    return GoogleError(400, "required", message or f"Missing {what} parameter.")


def empty_range() -> GoogleError:
    message = "The specified time range is empty."
    return GoogleError(400, "timeRangeEmpty", message, "calendar", location=("parameter", "timeMax"))


def invalid_credentials() -> GoogleError:
    return GoogleError(401, "authError", "Invalid Credentials", location=("header", "Authorization"))


def insufficient_scopes(method: str) -> GoogleError:
    """What a token is told whose scopes are none of the method's."""
    service = "".join(part[:1].upper() + part[1:] + "." for part in method.split(".")[1:]).rstrip(".")
    detail = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "domain": "googleapis.com",
        "metadata": {"service": "calendar-json.googleapis.com", "method": f"calendar.v3.{service}"},
    }
    error = GoogleError(403, "insufficientPermissions", "Insufficient Permission")
    error.top = {
        "message": "Request had insufficient authentication scopes.",
        "status": "PERMISSION_DENIED",
        "details": [detail],
    }
    return error


def needs_access(role: str) -> GoogleError:
    return GoogleError(403, "requiredAccessLevel", f"You need to have {role} access to this calendar.", "calendar")


def not_organizer() -> GoogleError:
    message = "Shared properties can only be changed by the organizer of the event."
    return GoogleError(403, "forbiddenForNonOrganizer", message, "calendar")


def not_found() -> GoogleError:
    return GoogleError(404, "notFound", "Not Found")


def duplicate() -> GoogleError:
    return GoogleError(409, "duplicate", "The requested identifier already exists.")


def deleted() -> GoogleError:
    return GoogleError(410, "deleted", "Resource has been deleted")


def full_sync_required() -> GoogleError:
    message = "Sync token is no longer valid, a full sync is required."
    return GoogleError(410, "fullSyncRequired", message, "calendar", location=("parameter", "syncToken"))


def precondition_failed() -> GoogleError:
    return GoogleError(412, "conditionNotMet", "Precondition Failed", location=("header", "If-Match"))
