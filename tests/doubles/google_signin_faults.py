"""Broken answers of the pretended token endpoint, by name.

`early` ones never look at the request: whatever it held is not used up. `change` ones spoil a good answer, whose
"id_token" is still a dict of claims and is signed afterwards.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Fault:
    early: Callable[[Request], Awaitable[Response]] | None = None
    change: Callable[[dict[str, Any]], None] | None = None


class Broken(Response):
    """Promises a body of 4,000 bytes, sends `start` of it and closes the connection."""

    def __init__(self, start: bytes = b"") -> None:
        super().__init__()
        self._start = start

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"4000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self._start, "more_body": True})


async def _never(request: Request) -> Response:
    """Answers nothing until the client has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        """The rest of the request."""
    return Response()


def _says(make: Callable[[], Response]) -> Fault:
    async def answer(request: Request) -> Response:
        return make()

    return Fault(early=answer)


def _error(code: str, status: int, **headers: str) -> Fault:
    return _says(lambda: JSONResponse({"error": code}, status, headers))


def _sets(**values: object) -> Fault:
    return Fault(change=lambda answer: answer.update(values))


def _lacks(*names: str) -> Fault:
    def change(answer: dict[str, Any]) -> None:
        for name in names:
            answer.pop(name, None)

    return Fault(change=change)


def _claims(**values: object) -> Fault:
    return Fault(change=lambda answer: answer["id_token"].update(values))


def _moved(seconds: int) -> Fault:
    """An ID token of another time: clocks differ."""

    def change(answer: dict[str, Any]) -> None:
        claims = answer["id_token"]
        claims.update(iat=claims["iat"] + seconds, exp=claims["exp"] + seconds, nbf=claims["iat"] + seconds)

    return Fault(change=change)


def _json(body: bytes) -> Fault:
    return _says(lambda: Response(body, media_type="application/json"))


FAULTS: dict[str, Fault] = {
    "html": _says(lambda: HTMLResponse("<h1>Welcome to the hotel network</h1>")),
    "empty": _json(b""),
    "no content": _says(lambda: Response(status_code=204)),
    "cut json": _json(b'{"access_token": "ya29.half'),
    "not an object": _json(b'["access_token"]'),
    "null": _json(b"null"),
    "not utf-8": _json(b'{"access_token": "\xff\xfe"}'),
    "deep": _json(b"[" * 100_000),
    "no access_token": _lacks("access_token"),
    "no refresh_token": _lacks("refresh_token"),
    "no scope": _lacks("scope"),
    "no id_token": _lacks("id_token"),
    "access_token is a number": _sets(access_token=12345),
    "access_token is empty": _sets(access_token=""),
    "refresh_token is null": _sets(refresh_token=None),
    "token_type mac": _sets(token_type="mac"),
    "expires_in garbage": _sets(expires_in="soon"),
    "expires_in negative": _sets(expires_in=-5),
    "expires_in absurd": _sets(expires_in=10**30),
    "id_token garbage": _sets(id_token="not.a.token"),
    "id_token for another": _claims(aud="somebody.else.apps.googleusercontent.com"),
    "id_token of another issuer": _claims(iss="https://accounts.example.com"),
    "id_token expired": _moved(-86_400),
    "id_token not yet valid": _moved(86_400),
    "email not verified": _claims(email_verified=False),
    "invalid_grant": _error("invalid_grant", 400),
    "invalid_client": _error("invalid_client", 401),
    "invalid_request": _error("invalid_request", 400),
    "error in a 200": _error("server_error", 200),
    "429": _error("rate_limit_exceeded", 429, **{"retry-after": "7"}),
    "500": _says(lambda: Response("oops", 500)),
    "503": _says(lambda: Response("busy", 503, {"retry-after": "7"})),
    "redirect": _says(lambda: Response(status_code=302, headers={"location": "http://127.0.0.1:9/elsewhere"})),
    "never": Fault(early=_never),
    "closed": _says(Broken),
    "cut body": _says(lambda: Broken(b'{"access_token": "ya29.cut", "token_type": "Bea')),
}
