"""The pretended Google Calendar under the real client library: events, guests, refusals."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import httplib2
import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import HttpRequest

from tests.doubles.google_accounts import GoogleAccounts
from tests.doubles.google_calendar import Fault, GoogleCalendar
from tests.doubles.google_rules import problems
from tests.doubles.serving import served

ME, GUEST, FAR = "me@example.com", "guest@example.com", "far@elsewhere.org"
ALL = frozenset({"https://www.googleapis.com/auth/calendar"})


class Client:
    """The real client library in threads, as one account."""

    def __init__(self, url: str, token: str) -> None:
        self.api = build(
            "calendar",
            "v3",
            static_discovery=True,
            http=httplib2.Http(timeout=5),
            client_options={"api_endpoint": f"{url}/calendar/v3/"},
        )
        self._token = token

    async def do(self, request: HttpRequest, **headers: str) -> Any:
        request.headers["authorization"] = f"Bearer {self._token}"
        request.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
        http = httplib2.Http(timeout=5)
        with contextlib.closing(http):
            return await asyncio.to_thread(request.execute, http=http)

    async def list(self, **how: Any) -> Any:
        return await self.do(self.api.events().list(**{"calendarId": "primary", **how}))

    async def insert(self, body: dict[str, Any], **how: Any) -> Any:
        return await self.do(self.api.events().insert(**{"calendarId": "primary", **how}, body=body))

    async def get(self, ident: str, **how: Any) -> Any:
        return await self.do(self.api.events().get(**{"calendarId": "primary", **how}, eventId=ident))

    async def patch(self, ident: str, body: dict[str, Any], **how: Any) -> Any:
        return await self.do(self.api.events().patch(**{"calendarId": "primary", **how}, eventId=ident, body=body))

    async def delete(self, ident: str, **how: Any) -> Any:
        return await self.do(self.api.events().delete(**{"calendarId": "primary", **how}, eventId=ident))


Make = Callable[[str], Client]


@pytest.fixture
def google() -> GoogleCalendar:
    accounts = GoogleAccounts()
    for address, name in ((ME, "Maria"), (GUEST, "Gus"), (FAR, "Farah")):
        accounts.add(address, name)
    return GoogleCalendar(accounts)


@pytest.fixture
async def client(google: GoogleCalendar) -> AsyncIterator[Make]:
    async with served(google.app) as url:
        yield lambda address: Client(url, google.accounts.issue(address, ALL))


@pytest.fixture
def me(client: Make) -> Client:
    return client(ME)


@pytest.fixture
def guest(client: Make) -> Client:
    return client(GUEST)


def times(day: int, hour: int, minutes: int = 30, **more: Any) -> dict[str, Any]:
    """An event in Madrid in March 2026."""
    start = {"dateTime": f"2026-03-{day:02}T{hour:02}:00:00", "timeZone": "Europe/Madrid"}
    end = {"dateTime": f"2026-03-{day:02}T{hour:02}:{minutes:02}:00", "timeZone": "Europe/Madrid"}
    return {"summary": "Budget", "start": start, "end": end, **more}


def reason(error: Any) -> tuple[int, str]:
    return error.value.resp.status, error.value.error_details[0]["reason"]


async def test_an_event_comes_back_as_it_was_written(me: Client) -> None:
    made = await me.insert(times(10, 9, location="Room 2", id="abcde12345"))
    assert problems("Event", made) == []
    assert (made["id"], made["iCalUID"], made["status"]) == ("abcde12345", "abcde12345@google.com", "confirmed")
    assert made["start"] == {"dateTime": "2026-03-10T09:00:00+01:00", "timeZone": "Europe/Madrid"}
    assert made["organizer"] == made["creator"] == {"email": ME, "displayName": "Maria", "self": True}
    assert await me.get("abcde12345") == made
    assert (await me.list())["items"] == [made]


async def test_a_guest_has_a_copy_with_the_same_id_and_answers_it(
    google: GoogleCalendar, me: Client, guest: Client
) -> None:
    made = await me.insert(times(10, 9, attendees=[{"email": GUEST.title()}, {"email": ME}]), sendUpdates="all")
    copy = await guest.get(made["id"])
    assert (copy["iCalUID"], "self" in copy["organizer"]) == (made["iCalUID"], False)
    assert copy["attendees"] == [
        {"email": GUEST, "responseStatus": "needsAction", "self": True},
        {"email": ME, "responseStatus": "accepted", "organizer": True},
    ]
    people = [{"email": GUEST, "responseStatus": "declined"}, {"email": ME}]
    await guest.patch(made["id"], {"attendees": people}, sendUpdates="all")
    assert (await me.get(made["id"]))["attendees"][0]["responseStatus"] == "declined"
    assert [(mail.kind, mail.to) for mail in google.mail] == [("invitation", GUEST), ("reply", ME)]
    await me.patch(made["id"], {"attendees": []})
    assert (await guest.get(made["id"]))["status"] == "cancelled"
    assert (await guest.list())["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"summary": "Mine now"},
        {"attendees": [{"email": GUEST, "responseStatus": "accepted"}]},
        {"attendees": [{"email": GUEST}, {"email": ME, "responseStatus": "declined"}]},
        {"start": {"dateTime": "2026-03-10T10:00:00+01:00"}},
    ],
)
async def test_a_guest_changes_nothing_but_the_own_answer(me: Client, guest: Client, body: dict[str, Any]) -> None:
    made = await me.insert(times(10, 9, attendees=[{"email": GUEST}, {"email": ME}]))
    with pytest.raises(HttpError) as error:
        await guest.patch(made["id"], body)
    assert reason(error) == (403, "forbiddenForNonOrganizer")
    assert await me.get(made["id"]) == made


async def test_series_keep_the_wall_clock_and_their_exceptions(me: Client) -> None:
    made = await me.insert(times(24, 10, recurrence=["RRULE:FREQ=WEEKLY;COUNT=3"]))
    window = {"timeMin": "2026-03-24T00:00:00Z", "timeMax": "2026-05-01T00:00:00Z"}
    found = (await me.list(singleEvents=True, orderBy="startTime", **window))["items"]
    assert [one["start"]["dateTime"] for one in found] == [
        "2026-03-24T10:00:00+01:00",
        "2026-03-31T10:00:00+02:00",
        "2026-04-07T10:00:00+02:00",
    ]
    assert [one["id"] for one in found] == [
        f"{made['id']}_{key}" for key in ("20260324T090000Z", "20260331T080000Z", "20260407T080000Z")
    ]
    await me.patch(found[1]["id"], {"summary": "Special"})
    await me.delete(found[2]["id"])
    left = (await me.list(singleEvents=True, orderBy="startTime"))["items"]
    assert [one["summary"] for one in left] == ["Budget", "Special"]
    assert left[1]["originalStartTime"] == found[1]["originalStartTime"]
    with pytest.raises(HttpError) as error:
        await me.delete(found[2]["id"])
    assert reason(error) == (410, "deleted")


async def test_free_busy_of_colleagues_and_strangers(google: GoogleCalendar, me: Client) -> None:
    google.add_event(GUEST, times(10, 9))
    google.add_event(FAR, times(10, 9))
    items = [{"id": who} for who in (GUEST, FAR, "nobody@example.com")]
    asked = {"timeMin": "2026-03-10T08:15:00Z", "timeMax": "2026-03-11T00:00:00Z", "items": items}
    answer = await me.do(me.api.freebusy().query(body=asked))
    missing = {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
    assert answer["calendars"] == {
        GUEST: {"busy": [{"start": "2026-03-10T08:15:00Z", "end": "2026-03-10T08:30:00Z"}]},
        FAR: missing,
        "nobody@example.com": missing,
    }


async def test_a_fault_after_the_commit_leaves_the_event(google: GoogleCalendar, me: Client) -> None:
    google.faults.next("calendar.events.insert", Fault(503, retry_after="2", after_commit=True))
    with pytest.raises(HttpError) as error:
        await me.insert(times(10, 9, id="abcde"))
    assert (error.value.resp.status, error.value.resp["retry-after"]) == (503, "2")
    assert (await me.get("abcde"))["summary"] == "Budget"
    with pytest.raises(HttpError) as error:
        await me.insert(times(10, 9, id="abcde"))
    assert reason(error) == (409, "duplicate")
