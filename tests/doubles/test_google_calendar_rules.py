"""What the pretended Google Calendar refuses, and the words it does that with."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.doubles.google_calendar import GoogleCalendar
from tests.doubles.google_calendar_client import ALL, ME, Client, Open, days, opened, pretended, reason, times

AUTH = "https://www.googleapis.com/auth/"


@pytest.fixture
def google() -> GoogleCalendar:
    return pretended()


@pytest.fixture
async def client(google: GoogleCalendar) -> AsyncIterator[Open]:
    async with opened(google) as client:
        yield client


@pytest.fixture
def me(client: Open) -> Client:
    return client(ME)


async def refused(act: Any) -> tuple[int, str]:
    with pytest.raises(HttpError) as error:
        await act
    return reason(error)


async def test_a_token_that_is_none_is_401(google: GoogleCalendar, me: Client) -> None:
    google.accounts.kill(ME)
    with pytest.raises(HttpError) as error:
        await me.list()
    assert json.loads(error.value.content) == {
        "error": {
            "errors": [
                {
                    "domain": "global",
                    "reason": "authError",
                    "message": "Invalid Credentials",
                    "locationType": "header",
                    "location": "Authorization",
                }
            ],
            "code": 401,
            "message": "Invalid Credentials",
        }
    }
    assert [(call.method, call.account) for call in google.calls] == [("calendar.events.list", "")]


async def test_a_token_that_is_over_is_401(google: GoogleCalendar, client: Open) -> None:
    google.accounts.clock.append(1_000_000.0)
    me = client(ME)
    await me.list()
    google.accounts.clock[0] += 3600
    assert await refused(me.list()) == (401, "authError")


async def test_scopes_are_those_of_the_method(client: Open) -> None:
    narrow = client(ME, frozenset({"openid", AUTH + "calendar.freebusy", AUTH + "calendar.calendarlist.readonly"}))
    assert await narrow.busy(ME) == {ME: {"busy": []}}
    assert (await narrow.do(narrow.api.calendarList().list()))["items"]
    with pytest.raises(HttpError) as error:
        await narrow.list()
    said = json.loads(error.value.content)["error"]
    assert (said["code"], said["errors"][0]["reason"]) == (403, "insufficientPermissions")
    assert said["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    assert said["details"][0]["metadata"]["method"] == "calendar.v3.Events.List"
    events = client(ME, frozenset({AUTH + "calendar.events"}))
    await events.insert(times(10, 9))
    assert await refused(events.busy(ME)) == (403, "insufficientPermissions")
    assert await refused(events.do(events.api.calendarList().list())) == (403, "insufficientPermissions")


@pytest.mark.parametrize(
    "query",
    [
        "foo=1",
        "maxResults=0",
        "maxResults=ten",
        "maxResults=5&maxResults=6",
        "singleEvents=yes",
        "orderBy=start",
        "orderBy=startTime",
        "timeMin=2026-03-10T00:00:00",
        "timeMin=2026-03-10",
        "timeMin=2026-02-30T00:00:00Z",
        "timeMin=2026-03-10T00:00:00Z&timeMax=2026-03-10T00:00:00Z",
        "timeZone=Mars/Base",
        "eventTypes=meeting",
        "pageToken=made-up",
        "syncToken=made-up",
        "fields=items(nothing)",
        "fields=items(",
        "alt=xml",
    ],
)
async def test_a_query_that_google_would_not_take(me: Client, query: str) -> None:
    status, body = await me.raw("GET", f"calendars/primary/events?{query}")
    assert (status, json.loads(body)["error"]["code"]) == (400, 400)


UTC_TIME = {"dateTime": "2026-03-10T09:00:00Z"}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"summary": 5}, "invalid"),
        ({"what": "x"}, "invalid"),
        ({"attendees": {"email": "a@b.cc"}}, "invalid"),
        ({"attendees": [None]}, "invalid"),
        ({"guestsCanModify": "true"}, "invalid"),
        ({"attendees": [{"displayName": "A"}]}, "required"),
        ({"attendees": [{"email": "nobody"}]}, "invalid"),
        ({"attendees": [{"email": "a@b.cc", "responseStatus": "yes"}]}, "invalid"),
        ({"start": None}, "required"),
        ({"end": None}, "required"),
        ({"start": {"dateTime": "2026-03-10T09:00:00"}}, "required"),
        ({"start": {"dateTime": "10 March"}}, "invalid"),
        ({"start": {"date": "2026-03-10"}}, "invalid"),
        ({"start": {"date": "20260310"}, "end": {"date": "20260311"}}, "invalid"),
        ({"start": {"date": "2026-03-10", "dateTime": "2026-03-10T09:00:00Z"}}, "invalid"),
        ({"start": {"dateTime": "2026-03-10T09:00:00Z", "timeZone": "CEST+1"}}, "invalid"),
        ({"start": UTC_TIME, "end": UTC_TIME}, "timeRangeEmpty"),
        (days(10, 10), "timeRangeEmpty"),
        (days(10, 9), "timeRangeEmpty"),
        ({"start": UTC_TIME, "recurrence": ["RRULE:FREQ=DAILY"]}, "required"),
        ({"recurrence": ["FREQ=DAILY"]}, "invalid"),
        ({"recurrence": ["RRULE:FREQ=SECONDLY"]}, "invalid"),
        ({"recurrence": ["RRULE:FREQ=DAILY;INTERVAL=0"]}, "invalid"),
        ({"recurrence": ["RRULE:FREQ=DAILY;COUNT=2;UNTIL=20260401"]}, "invalid"),
        ({"recurrence": ["RRULE:FREQ=DAILY;BYDAY=XX"]}, "invalid"),
        ({"recurrence": ["DTSTART:20260310T090000Z", "RRULE:FREQ=DAILY"]}, "invalid"),
        ({"recurrence": ["EXDATE:yesterday"]}, "invalid"),
        ({"id": "abcd"}, "invalid"),
        ({"id": "abcdw"}, "invalid"),
        ({"id": "ABCDE"}, "invalid"),
        ({"id": "a" * 1025}, "invalid"),
        ({"status": "busy"}, "invalid"),
        ({"visibility": "secret"}, "invalid"),
        ({"transparency": "clear"}, "invalid"),
        ({"eventType": "party"}, "invalid"),
    ],
)
async def test_an_event_that_google_would_not_take(me: Client, body: dict[str, Any], why: str) -> None:
    assert await refused(me.insert({**times(10, 9), **body})) == (400, why)
    assert (await me.list())["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"start": {"date": "2026-03-10"}},
        {"start": {"date": "2026-03-10"}, "end": {"date": "2026-03-11"}},
        {"end": {"dateTime": "2026-03-10T08:00:00Z"}},
        {"start": {"dateTime": None}},
        {"eventType": "focusTime"},
        {"sequence": -1},
    ],
)
async def test_a_patch_that_leaves_no_good_event_changes_nothing(me: Client, body: dict[str, Any]) -> None:
    made = await me.insert(times(10, 9))
    assert (await refused(me.patch(made["id"], body)))[0] == 400
    assert await me.get(made["id"]) == made


async def test_a_patch_merges_and_null_takes_away(me: Client) -> None:
    made = await me.insert(times(10, 9, location="Room 2", extendedProperties={"private": {"a": "1", "b": "2"}}))
    body = {
        "start": {"dateTime": "2026-03-10T08:30:00"},
        "location": None,
        "extendedProperties": {"private": {"b": "3"}},
    }
    changed = await me.patch(made["id"], body)
    assert changed["start"] == {"dateTime": "2026-03-10T08:30:00+01:00", "timeZone": "Europe/Madrid"}
    assert ("location" in changed, changed["extendedProperties"]) == (False, {"private": {"a": "1", "b": "3"}})
    day = {"dateTime": None, "timeZone": None}
    whole = await me.patch(made["id"], {"start": {"date": "2026-03-10", **day}, "end": {"date": "2026-03-11", **day}})
    assert (whole["start"], whole["end"]) == ({"date": "2026-03-10"}, {"date": "2026-03-11"})


async def test_an_etag_that_is_old_is_412(me: Client) -> None:
    made = await me.insert(times(10, 9))
    events = me.api.events()
    patch = events.patch(calendarId="primary", eventId=made["id"], body={"summary": "New"})
    changed = await me.do(patch, if_match=made["etag"])
    assert changed["etag"] != made["etag"]
    patch = events.patch(calendarId="primary", eventId=made["id"], body={"summary": "Newer"})
    assert await refused(me.do(patch, if_match=made["etag"])) == (412, "conditionNotMet")
    delete = events.delete(calendarId="primary", eventId=made["id"])
    assert await refused(me.do(delete, if_match=made["etag"])) == (412, "conditionNotMet")
    assert await me.get(made["id"]) == changed


@pytest.mark.parametrize("ident", ["nothing", "\0", "no/such?thing#", "@", "x" * 3000, "abcde_20260310T090000Z"])
async def test_what_was_never_there_is_404(me: Client, ident: str) -> None:
    for act in (me.get(ident), me.patch(ident, {}), me.delete(ident), me.update(ident, times(10, 9))):
        assert await refused(act) == (404, "notFound")
    assert await refused(me.list(calendarId="nobody@example.com")) == (404, "notFound")
    assert await refused(me.list(calendarId="far@elsewhere.org")) == (404, "notFound")


async def test_no_event_has_the_empty_id(me: Client) -> None:
    for verb in ("GET", "DELETE", "PATCH"):
        status, body = await me.raw(verb, "calendars/primary/events/", "{}" if verb == "PATCH" else "")
        assert (status, b"<!DOCTYPE html>" in body) == (404, True)


@pytest.mark.parametrize("body", ["", "[]", "{", "null"])
async def test_a_body_that_is_no_object_is_400(me: Client, body: str) -> None:
    status, _ = await me.raw("POST", "calendars/primary/events", body)
    assert status == 400


async def test_free_busy_has_bounds(me: Client) -> None:
    many = [f"p{number}@example.com" for number in range(51)]
    assert len(await me.busy(*many[:50])) == 50
    assert await refused(me.busy(*many)) == (400, "tooManyCalendarsRequested")
    low = "2026-01-01T00:00:00Z"
    assert await me.busy(ME, low=low, high="2026-04-01T00:00:00Z") == {ME: {"busy": []}}
    assert await refused(me.busy(ME, low=low, high="2026-04-01T00:00:01Z")) == (400, "timeRangeTooLong")
    assert await refused(me.busy(ME, low=low, high=low)) == (400, "timeRangeEmpty")
    assert await refused(me.busy(ME, low="2026-01-01T00:00:00")) == (400, "badRequest")
    query = me.api.freebusy().query(body={"timeMin": low, "items": [{"id": ME}]})
    assert await refused(me.do(query)) == (400, "required")


async def test_every_request_is_counted(google: GoogleCalendar, client: Open) -> None:
    me = client(ME, ALL)
    await me.list(timeZone="UTC")
    await me.insert(times(10, 9))
    assert (google.count(), google.count("calendar.events.list")) == (2, 1)
    assert google.calls[0].parameters == {"alt": "json", "calendarId": "primary", "timeZone": "UTC"}
    assert google.calls[1].body == times(10, 9)
