"""Attendees and conferences of a request body, checked and as they are kept."""

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from tests.doubles.google_rules_errors import bad_body, required

RESPONSES = {"needsAction", "declined", "tentative", "accepted"}


def attendees(given: Sequence[Mapping[str, Any]], organizer: str) -> list[dict[str, Any]]:
    """Each person once, lower case, with an answer: the organizer comes, the others have not said."""
    found: dict[str, dict[str, Any]] = {}
    for one in given:
        if not one.get("email"):
            raise required("email", "Missing attendee email.")
        address = one["email"].casefold()
        if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+", address):
            raise bad_body("Invalid attendee email.")
        answer = one.get("responseStatus") or ("accepted" if address == organizer else "needsAction")
        if answer not in RESPONSES:
            raise bad_body("Invalid attendee response status.")
        kept = {"email": address}
        for name in ("displayName", "optional", "resource", "comment", "additionalGuests"):
            if one.get(name):
                kept[name] = one[name]
        found.setdefault(address, {**kept, "responseStatus": answer})
    return list(found.values())


def conference(old: Mapping[str, Any] | None, given: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    """The conference data of an event, and its link. The same request again makes nothing new."""
    if "createRequest" not in given:
        if not given.get("entryPoints") or not given.get("conferenceSolution"):
            raise bad_body("Invalid conference data.")
        return dict(given), given["entryPoints"][0].get("uri")
    request = given["createRequest"] or {}
    if not request.get("requestId"):
        raise required("requestId", "Missing conference create request id.")
    kind = (request.get("conferenceSolutionKey") or {}).get("type", "hangoutsMeet")
    if kind != "hangoutsMeet":
        raise bad_body("Invalid conference type value.")
    if old is not None and old.get("createRequest", {}).get("requestId") == request["requestId"]:
        return dict(old), (old.get("entryPoints") or [{}])[0].get("uri")
    letters = "".join(secrets.choice("abcdefghijkmnopqrstuvwxyz") for _ in range(10))
    code = f"{letters[:3]}-{letters[3:7]}-{letters[7:]}"
    uri = f"https://meet.google.com/{code}"
    solution = {"key": {"type": kind}, "name": "Google Meet", "iconUri": "https://fonts.gstatic.com/s/i/meet.png"}
    created = {
        "requestId": request["requestId"],
        "conferenceSolutionKey": {"type": kind},
        "status": {"statusCode": "success"},
    }
    video = {"entryPointType": "video", "uri": uri, "label": uri.removeprefix("https://")}
    made = {"createRequest": created, "entryPoints": [video], "conferenceSolution": solution, "conferenceId": code}
    return made, uri
