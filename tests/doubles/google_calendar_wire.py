"""The calendar server's HTTP: from a request to a method of the discovery document and back, with faults."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from tests.doubles.google_accounts import GoogleAccount, GoogleAccounts
from tests.doubles.google_calendar_faults import REASONS, Fault, Faults
from tests.doubles.google_rules import Method, check_body, find_method, problems, read_query
from tests.doubles.google_rules_errors import GoogleError, bad, insufficient_scopes, invalid_credentials
from tests.doubles.google_rules_fields import select

BASE = "/calendar/v3/"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that is allowed and well-formed. `parameters` are those of the path and of the query."""

    method: str
    account: GoogleAccount
    parameters: dict[str, Any]
    body: Any
    if_match: str


class Wire:
    """An ASGI application around `do`, which gives the body of an answer (None: 204) or raises GoogleError."""

    def __init__(
        self,
        accounts: GoogleAccounts,
        faults: Faults,
        called: Callable[[str, str, dict[str, Any], Any], None],
        do: Callable[[Asked], Any],
    ) -> None:
        self._accounts, self._faults, self._called, self._do = accounts, faults, called, do

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        raw = scope["raw_path"].decode("ascii").partition("?")[0]
        segments = [unquote(part) for part in raw.removeprefix(BASE).split("/")] if raw.startswith(BASE) else []
        # The library sends a query that is too long for an address as the body of a POST.
        override = request.headers.get("x-http-method-override", "")
        found = find_method(override or request.method, segments)
        if found is None:
            await HTMLResponse("<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>", 404)(scope, receive, send)
            return
        text = await request.body()
        if override:
            scope["query_string"], text = text, b""
        method, in_path = found
        fault = self._faults.take(method.id)
        if fault.slow:
            await asyncio.sleep(fault.slow)
        spoiled = bool(fault.status or fault.hang or fault.hang_up)
        if spoiled and not fault.after_commit:
            self._note(request, method, in_path, text)
            response: Response = _refused(fault)
        else:
            response = self._answer(request, method, in_path, text)
            response = _refused(fault) if spoiled else _spoiled(response, fault)
        if fault.hang or fault.hang_up:
            await _vanish(receive, fault.hang_up)
            return
        await response(scope, receive, send)

    def _note(self, request: Request, method: Method, in_path: dict[str, str], text: bytes) -> tuple[str, Any]:
        """Record the call; who it is from and its body, as far as it is JSON."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        who = self._accounts.whose(token) if scheme == "Bearer" else None
        address = who[0].address if who is not None else ""
        try:
            body = json.loads(text) if text else None
        except ValueError:
            body = None
        self._called(method.id, address, {**dict(request.query_params.multi_items()), **in_path}, body)
        return token if scheme == "Bearer" else "", body

    def _answer(self, request: Request, method: Method, in_path: dict[str, str], text: bytes) -> Response:
        token, body = self._note(request, method, in_path, text)
        try:
            who = self._accounts.whose(token)
            if who is None:
                raise invalid_credentials()
            account, scopes = who
            if not scopes & method.scopes:
                raise insufficient_scopes(method.id)
            pairs = parse_qsl(request.scope["query_string"].decode("ascii"), keep_blank_values=True)
            asked = read_query(method, pairs)
            if method.request:
                if not isinstance(body, dict) or "json" not in request.headers.get("content-type", ""):
                    raise bad("Parse Error", "parseError")
                check_body(method.request, body)
            answer = self._do(
                Asked(method.id, account, {**asked, **in_path}, body, request.headers.get("if-match", ""))
            )
        except GoogleError as error:
            headers = {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"'} if error.status == 401 else {}
            return JSONResponse(error.body(), error.status, headers)
        if answer is None:
            return Response(status_code=204)
        wrong = problems(method.response, answer)
        if wrong:
            raise AssertionError(f"{method.id} would answer against its schema: {wrong}")
        try:
            if "fields" in asked:
                answer = select(method.response, asked["fields"], answer)
        except GoogleError as error:
            return JSONResponse(error.body(), error.status)
        return JSONResponse(answer, headers={"ETag": answer["etag"]} if "etag" in answer else {})


def _refused(fault: Fault) -> Response:
    domain, message = REASONS.get(fault.cause, ("global", fault.cause))
    headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
    return JSONResponse(GoogleError(fault.status, fault.cause, message, domain).body(), fault.status or 500, headers)


def _spoiled(response: Response, fault: Fault) -> Response:
    """A good answer, or nonsense in its place."""
    if fault.nonsense == "html":
        return HTMLResponse("<!DOCTYPE html><html><title>Sign in</title></html>")
    if fault.nonsense == "truncated":
        body = bytes(response.body)
        return Response(body[: len(body) // 2], response.status_code, media_type="application/json")
    return response


async def _vanish(receive: Receive, hang_up: bool) -> None:
    """Say nothing until the client has gone; `hang_up`: end the connection first."""
    if hang_up:
        # The server hands its own bound method to an application that nothing wraps.
        receive.__self__.transport.abort()  # type: ignore[attr-defined]
    while (await receive())["type"] != "http.disconnect":
        pass
