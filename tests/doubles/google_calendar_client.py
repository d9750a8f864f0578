"""The real client library in front of the pretended Google Calendar, for the tests of the double itself."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httplib2
from googleapiclient.discovery import build
from googleapiclient.http import HttpRequest

from tests.doubles.google_accounts import GoogleAccounts
from tests.doubles.google_calendar import GoogleCalendar
from tests.doubles.serving import served

ME, GUEST, FAR = "me@example.com", "guest@example.com", "far@elsewhere.org"
ALL = frozenset({"https://www.googleapis.com/auth/calendar"})


class Client:
    """One account; every call in a thread, as the library blocks."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url, token
        self.api = build(
            "calendar",
            "v3",
            static_discovery=True,
            http=httplib2.Http(timeout=5),
            client_options={"api_endpoint": f"{url}/calendar/v3/"},
        )

    async def do(self, request: HttpRequest, **headers: str) -> Any:
        """The answer; raises HttpError. Names of headers with underscores."""
        request.headers["authorization"] = f"Bearer {self.token}"
        request.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
        http = httplib2.Http(timeout=5)
        with contextlib.closing(http):
            return await asyncio.to_thread(request.execute, http=http)

    async def raw(self, verb: str, path: str, body: str = "") -> tuple[int, bytes]:
        """A request that the library would not send."""
        http = httplib2.Http(timeout=5)
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        with contextlib.closing(http):
            answer, content = await asyncio.to_thread(
                http.request, f"{self.url}/calendar/v3/{path}", verb, body or None, headers
            )
        return answer.status, content

    async def list(self, **how: Any) -> Any:
        return await self.do(self.api.events().list(**{"calendarId": "primary", **how}))

    async def insert(self, body: dict[str, Any], **how: Any) -> Any:
        return await self.do(self.api.events().insert(**{"calendarId": "primary", **how}, body=body))

    async def get(self, ident: str, **how: Any) -> Any:
        return await self.do(self.api.events().get(**{"calendarId": "primary", **how}, eventId=ident))

    async def patch(self, ident: str, body: dict[str, Any], **how: Any) -> Any:
        return await self.do(self.api.events().patch(**{"calendarId": "primary", **how}, eventId=ident, body=body))

    async def update(self, ident: str, body: dict[str, Any], **how: Any) -> Any:
        return await self.do(self.api.events().update(**{"calendarId": "primary", **how}, eventId=ident, body=body))

    async def delete(self, ident: str, **how: Any) -> Any:
        return await self.do(self.api.events().delete(**{"calendarId": "primary", **how}, eventId=ident))

    async def busy(self, *items: str, low: str = "2026-03-01T00:00:00Z", high: str = "2026-05-01T00:00:00Z") -> Any:
        body = {"timeMin": low, "timeMax": high, "items": [{"id": item} for item in items]}
        return (await self.do(self.api.freebusy().query(body=body)))["calendars"]


Open = Callable[..., Client]


def pretended() -> GoogleCalendar:
    """Two colleagues and a stranger with accounts."""
    accounts = GoogleAccounts()
    for address, name in ((ME, "Maria"), (GUEST, "Gus"), (FAR, "Farah")):
        accounts.add(address, name)
    return GoogleCalendar(accounts)


@asynccontextmanager
async def opened(google: GoogleCalendar) -> AsyncIterator[Open]:
    """Opens clients: `open(address, scopes)`."""
    async with served(google.app) as url:
        yield lambda address, scopes=ALL: Client(url, google.accounts.issue(address, scopes))


def times(day: int, hour: int, minutes: int = 30, **more: Any) -> dict[str, Any]:
    """An event in Madrid in March 2026, where the clocks change on the 29th."""
    start = {"dateTime": f"2026-03-{day:02}T{hour:02}:00:00", "timeZone": "Europe/Madrid"}
    end = {"dateTime": f"2026-03-{day:02}T{hour:02}:{minutes:02}:00", "timeZone": "Europe/Madrid"}
    return {"summary": "Budget", "start": start, "end": end, **more}


def days(first: int, end: int, **more: Any) -> dict[str, Any]:
    """Whole days of March 2026, the last one excluded."""
    return {"start": {"date": f"2026-03-{first:02}"}, "end": {"date": f"2026-03-{end:02}"}, "summary": "Off", **more}


def reason(error: Any) -> tuple[int, str]:
    """Status and reason of an expected HttpError."""
    return error.value.resp.status, json.loads(error.value.content)["error"]["errors"][0]["reason"]
