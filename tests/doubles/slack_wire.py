"""How requests reach the pretended Web API: arguments and token out of a request, answers and 429 back.

https://docs.slack.dev/apis/web-api: arguments in a form, in JSON (where a method reads it) or in the query; the token
in a header or a form, and never in an address (a fault, even if everything else is right).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.doubles.slack_errors import SlackError
from tests.doubles.slack_workspace import Workspaces

NEVER_IN_AN_ADDRESS = ("token", "client_secret", "refresh_token", "code")
PLACED = ("chat.post", "response_url")
"""These are limited for each channel, or address, by itself; other methods for the whole workspace."""
STRUCTURED = frozenset({"blocks", "view", "files", "metadata"})
"""Arguments that are JSON, also in a form."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request that came in. `team` is that of its token, "" for a bad one; `at` of `Workspaces.monotonic`."""

    method: str
    team: str
    arguments: Mapping[str, Any]
    at: float


@dataclass(frozen=True, slots=True)
class Rest:
    """A 429 that was given: nothing of this method and place may come before `until` (monotonic)."""

    method: str
    team: str
    place: str
    until: float


@dataclass
class Limits:
    """When to say 429, and who did not wait.

    Every `every`th call of `methods` (empty: of all) is refused for `rest` whole seconds; 0: never. Whoever comes back
    sooner is refused again and noted in `impatient`. `pace`: seconds between new messages in a channel; what comes
    faster is let through and noted in `hasty`, as Slack tolerates short bursts.
    """

    every: int = 0
    rest: int = 1
    methods: frozenset[str] = frozenset()
    pace: float = 0.0
    given: list[Rest] = field(default_factory=list)
    impatient: list[Call] = field(default_factory=list)
    hasty: list[Call] = field(default_factory=list)
    _count: int = 0
    _last: dict[tuple[str, str], float] = field(default_factory=dict)

    def refuses(self, call: Call) -> int:
        """How many seconds this call must wait; 0: none."""
        place = str(call.arguments.get("channel", "")) if call.method.startswith(PLACED) else ""
        for rest in self.given:
            if (rest.method, rest.team, rest.place) == (call.method, call.team, place) and call.at < rest.until:
                self.impatient.append(call)
                return self.rest
        if not self.every or (self.methods and call.method not in self.methods):
            return 0
        self._count += 1
        if self._count % self.every:
            return 0
        self.given.append(Rest(call.method, call.team, place, call.at + self.rest))
        return self.rest

    def posted(self, call: Call, channel: str) -> None:
        """A message was written: note when that was too soon after the one before."""
        before = self._last.get((call.team, channel))
        self._last[call.team, channel] = call.at
        if self.pace and before is not None and call.at - before < self.pace:
            self.hasty.append(call)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for. `as_json`: it came as JSON, values have types; otherwise all are texts."""

    token: str
    arguments: dict[str, Any]
    as_json: bool
    basic: str = ""


async def read(world: Workspaces, method: str, request: Request) -> Asked:
    """The token and the arguments of a request; raises SlackError."""
    for name in NEVER_IN_AN_ADDRESS:
        if name in request.query_params:
            world.fault(method, "secret_in_address", "", name)
            raise SlackError("invalid_auth")
    if request.method not in ("GET", "POST"):
        raise SlackError("invalid_http_method")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    body = await request.body()
    arguments: dict[str, Any] = dict(request.query_params)
    as_json = kind == "application/json" and bool(body)
    if as_json:
        try:
            given = json.loads(body)
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(given, dict):
            raise SlackError("json_not_object")
        if "token" in given:
            raise SlackError("invalid_auth", ["a token is not read from JSON"])
        arguments |= given
    elif body and kind == "application/x-www-form-urlencoded":
        arguments |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    elif body:
        raise SlackError("invalid_form_data" if kind else "missing_post_type")
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    token = str(arguments.pop("token", "")) or (value if scheme == "Bearer" else "")
    for name in STRUCTURED & set(arguments):
        arguments[name] = _loaded(name, arguments[name])
    return Asked(token, arguments, as_json, value if scheme == "Basic" else "")


def answer(body: Mapping[str, Any], scopes: Iterable[str] = ()) -> Response:
    """Slack says yes and no with the same status; a header names what the token may do."""
    headers = {"x-oauth-scopes": ",".join(sorted(scopes))} if scopes else {}
    return JSONResponse(dict(body), headers=headers)


def too_many(seconds: int) -> Response:
    return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(seconds)})


def truth(value: Any) -> bool:
    """A boolean, as JSON or as a form has it."""
    return value is True or str(value).casefold() in ("true", "1")


def _loaded(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise SlackError("invalid_arguments", [f"[ERROR] {name} is not JSON"]) from None
