"""Reading what a browser or a client sends to the pretended sign-in."""

from urllib.parse import parse_qs, parse_qsl

from starlette.requests import Request


def single(query: str) -> dict[str, str]:
    """A query whose parameters may come once each (RFC 6749 §3.1). Raises ValueError."""
    pairs = parse_qsl(query, keep_blank_values=True)
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("invalid_request: a parameter came twice")
    return dict(pairs)


async def fields_of(request: Request) -> dict[str, list[str]]:
    """The fields of an HTML form, in its own encoding."""
    return parse_qs((await request.body()).decode(), keep_blank_values=True)


def issuer(request: Request) -> str:
    """Who signs here: scheme and host of the server, as Google is "https://accounts.google.com"."""
    return str(request.base_url).rstrip("/")
