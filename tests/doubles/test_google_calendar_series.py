"""Series of the pretended Google Calendar: occurrences, exceptions, and guests of one occurrence."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.doubles.google_calendar import GoogleCalendar
from tests.doubles.google_calendar_client import GUEST, ME, Client, Open, days, opened, pretended, reason, times
from tests.doubles.google_rules import problems

DAILY = ["RRULE:FREQ=DAILY;COUNT=3"]


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


@pytest.fixture
def guest(client: Open) -> Client:
    return client(GUEST)


async def expanded(who: Client, **how: Any) -> list[dict[str, Any]]:
    return list((await who.list(singleEvents=True, orderBy="startTime", **how))["items"])


async def starts(who: Client, **how: Any) -> list[str]:
    return [one["start"].get("dateTime", one["start"].get("date")) for one in await expanded(who, **how)]


async def test_occurrences_keep_the_wall_clock_of_the_series(me: Client) -> None:
    made = await me.insert(times(24, 10, recurrence=["RRULE:FREQ=WEEKLY;COUNT=2"]))
    one, two = await expanded(me)
    assert problems("Event", one) == []
    assert (one["id"], two["id"]) == (f"{made['id']}_20260324T090000Z", f"{made['id']}_20260331T080000Z")
    assert (one["start"]["dateTime"], two["start"]["dateTime"]) == (
        "2026-03-24T10:00:00+01:00",
        "2026-03-31T10:00:00+02:00",
    )
    assert (two["recurringEventId"], two["iCalUID"]) == (made["id"], made["iCalUID"])
    assert (two["originalStartTime"], "recurrence" in two) == (two["start"], False)
    assert await me.get(two["id"]) == two


async def test_a_series_of_days(me: Client) -> None:
    made = await me.insert(days(28, 29, recurrence=["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20260329"]))
    assert [(one["id"], one["end"]["date"]) for one in await expanded(me)] == [
        (f"{made['id']}_20260328", "2026-03-29"),
        (f"{made['id']}_20260330", "2026-03-31"),
    ]


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        (["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;TZID=Europe/Madrid:20260329T100000"], [28, 30]),
        (["RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20260329T080000Z,20260330T080000Z"], [28]),
        (["RRULE:FREQ=DAILY;UNTIL=20260330T080000Z"], [28, 29, 30]),
        (["RRULE:FREQ=DAILY;UNTIL=20260330T075959Z"], [28, 29]),
        (["RRULE:FREQ=DAILY;UNTIL=20260329"], [28, 29]),
        (["RRULE:FREQ=DAILY;COUNT=1", "RDATE;TZID=Europe/Madrid:20260331T100000"], [28, 31]),
        (["RRULE:FREQ=WEEKLY;BYDAY=SA,SU;COUNT=2"], [28, 29]),
    ],
)
async def test_what_a_recurrence_says(me: Client, lines: list[str], left: list[int]) -> None:
    await me.insert(times(28, 10, recurrence=lines))
    assert [int(start[8:10]) for start in await starts(me)] == left


async def test_an_occurrence_changed_alone_is_an_exception(me: Client) -> None:
    made = await me.insert(times(10, 9, recurrence=DAILY, location="Room 2"))
    second = f"{made['id']}_20260311T080000Z"
    moved = await me.patch(second, {name: times(11, 15)[name] for name in ("start", "end")})
    assert moved["originalStartTime"]["dateTime"] == "2026-03-11T09:00:00+01:00"
    assert moved["location"] == "Room 2"
    assert [start[8:13] for start in await starts(me)] == ["10T09", "11T15", "12T09"]
    assert [one["id"] for one in (await me.list())["items"]] == [made["id"], second]
    # The rest of it still goes with the series.
    await me.patch(made["id"], {"location": "Room 3"})
    assert (await me.get(second))["location"] == "Room 3"
    assert (await me.get(second))["start"] == moved["start"]
    with pytest.raises(HttpError) as error:
        await me.patch(second, {"recurrence": DAILY})
    assert reason(error) == (400, "invalid")


async def test_an_exception_may_keep_all_that_it_was(google: GoogleCalendar, me: Client) -> None:
    google.store.snapshots = True
    made = await me.insert(times(10, 9, recurrence=DAILY, location="Room 2"))
    second = f"{made['id']}_20260311T080000Z"
    await me.patch(second, {"summary": "Special"})
    await me.patch(made["id"], {"location": "Room 3"})
    assert [one["location"] for one in await expanded(me)] == ["Room 3", "Room 2", "Room 3"]


async def test_an_occurrence_deleted_alone_is_cancelled(me: Client) -> None:
    made = await me.insert(times(10, 9, recurrence=DAILY))
    second = f"{made['id']}_20260311T080000Z"
    await me.delete(second)
    assert [start[8:10] for start in await starts(me)] == ["10", "12"]
    assert (await me.get(second))["status"] == "cancelled"
    with pytest.raises(HttpError) as error:
        await me.delete(second)
    assert reason(error) == (410, "deleted")
    assert await me.busy(ME) == {
        ME: {"busy": [{"start": f"2026-03-{day}T08:00:00Z", "end": f"2026-03-{day}T08:30:00Z"} for day in ("10", "12")]}
    }
    found = await me.do(me.api.events().instances(calendarId="primary", eventId=made["id"]))
    assert len(found["items"]) == 2
    found = await me.do(me.api.events().instances(calendarId="primary", eventId=made["id"], showDeleted=True))
    assert [one["status"] for one in found["items"]] == ["confirmed", "cancelled", "confirmed"]


async def test_instances_in_a_window_and_by_their_first_start(me: Client) -> None:
    made = await me.insert(times(10, 9, recurrence=DAILY))
    await me.patch(f"{made['id']}_20260311T080000Z", {name: times(20, 15)[name] for name in ("start", "end")})
    events = me.api.events()
    how = {"calendarId": "primary", "eventId": made["id"]}
    late = await me.do(events.instances(**how, timeMin="2026-03-12T00:00:00Z"))
    assert [one["start"]["dateTime"][8:13] for one in late["items"]] == ["12T09", "20T15"]
    (one,) = (await me.do(events.instances(**how, originalStart="2026-03-11T09:00:00+01:00")))["items"]
    assert one["start"]["dateTime"] == "2026-03-20T15:00:00+01:00"
    page = await me.do(events.instances(**how, maxResults=2))
    rest = await me.do(events.instances(**how, maxResults=2, pageToken=page["nextPageToken"]))
    assert [len(page["items"]), len(rest["items"])] == [2, 1]


async def test_exceptions_of_times_that_are_none_any_more_are_gone(me: Client, guest: Client) -> None:
    made = await me.insert(times(10, 9, recurrence=DAILY, attendees=[{"email": GUEST}]))
    second, third = (f"{made['id']}_202603{day}T080000Z" for day in ("11", "12"))
    await me.patch(second, {"summary": "Special"})
    await me.delete(third)
    token = (await guest.list())["nextSyncToken"]
    await me.patch(made["id"], {name: times(10, 11)[name] for name in ("start", "end")})
    for client in (me, guest):
        assert [(one["start"]["dateTime"][8:13], one["summary"]) for one in await expanded(client)] == [
            ("10T11", "Budget"),
            ("11T11", "Budget"),
            ("12T11", "Budget"),
        ]
        with pytest.raises(HttpError) as error:
            await client.get(second)
        assert reason(error) == (404, "notFound")
    told = (await guest.list(syncToken=token))["items"]
    assert {(one["id"], one["status"]) for one in told} == {
        (made["id"], "confirmed"),
        (second, "cancelled"),
        (third, "cancelled"),
    }


async def test_a_series_that_is_cut_keeps_the_exceptions_before_the_cut(me: Client) -> None:
    made = await me.insert(times(10, 9, recurrence=["RRULE:FREQ=DAILY"]))
    second, fourth = (f"{made['id']}_202603{day}T080000Z" for day in ("11", "13"))
    for ident in (second, fourth):
        await me.patch(ident, {"summary": "Special"})
    await me.patch(made["id"], {"recurrence": ["RRULE:FREQ=DAILY;UNTIL=20260312T075959Z"]})
    assert [one["summary"] for one in await expanded(me)] == ["Budget", "Special"]
    await me.patch(made["id"], {"recurrence": []})
    (only,) = await expanded(me)
    assert (only["id"], "recurrence" in only) == (made["id"], False)


async def test_a_guests_answer_to_one_occurrence_and_to_the_series(me: Client, guest: Client) -> None:
    made = await me.insert(times(10, 9, recurrence=DAILY, attendees=[{"email": GUEST}]))
    second = f"{made['id']}_20260311T080000Z"
    answer = {"attendees": [{"email": GUEST, "responseStatus": "declined"}]}
    await guest.patch(second, answer)
    for client in (me, guest):
        said = [one["attendees"][0]["responseStatus"] for one in await expanded(client)]
        assert said == ["needsAction", "declined", "needsAction"]
    assert len((await guest.busy(GUEST))[GUEST]["busy"]) == 2
    answer["attendees"][0]["responseStatus"] = "accepted"
    await guest.patch(made["id"], answer)
    said = [one["attendees"][0]["responseStatus"] for one in await expanded(me)]
    assert said == ["accepted", "declined", "accepted"]  # What was said to one occurrence stays said.


async def test_a_guest_of_one_occurrence_sees_only_that(me: Client, guest: Client) -> None:
    made = await me.insert(times(10, 9, recurrence=DAILY))
    second = f"{made['id']}_20260311T080000Z"
    await me.patch(second, {"attendees": [{"email": GUEST}]})
    (seen,) = (await guest.list())["items"]
    assert (seen["id"], seen["recurringEventId"]) == (second, made["id"])
    assert [one["id"] for one in await expanded(guest)] == [second]
    with pytest.raises(HttpError) as error:
        await guest.get(made["id"])
    assert reason(error) == (404, "notFound")
    await guest.patch(second, {"attendees": [{"email": GUEST, "responseStatus": "accepted"}]})
    assert (await me.get(second))["attendees"][0]["responseStatus"] == "accepted"
    token = (await guest.list())["nextSyncToken"]
    await me.patch(second, {"attendees": []})
    assert [(one["id"], one["status"]) for one in (await guest.list(syncToken=token))["items"]] == [
        (second, "cancelled")
    ]
    assert (await guest.get(second))["status"] == "cancelled"


async def test_a_guest_taken_off_one_occurrence_keeps_the_others(me: Client, guest: Client) -> None:
    made = await me.insert(times(10, 9, recurrence=DAILY, attendees=[{"email": GUEST}]))
    second = f"{made['id']}_20260311T080000Z"
    await me.patch(second, {"attendees": []})
    assert [start[8:10] for start in await starts(guest)] == ["10", "12"]
    assert (await guest.get(second))["status"] == "cancelled"
    third = f"{made['id']}_20260312T080000Z"
    await guest.delete(third)
    assert [start[8:10] for start in await starts(guest)] == ["10"]
    assert [start[8:10] for start in await starts(me)] == ["10", "11", "12"]
    await guest.delete(made["id"])
    assert await starts(guest) == []


async def test_a_series_that_is_deleted_takes_all_along(me: Client, guest: Client) -> None:
    made = await me.insert(times(10, 9, recurrence=DAILY, attendees=[{"email": GUEST}]))
    second = f"{made['id']}_20260311T080000Z"
    await me.patch(second, {"summary": "Special"})
    await me.delete(made["id"])
    for client in (me, guest):
        assert await expanded(client) == []
        assert (await client.list())["items"] == []
        assert (await client.get(second))["status"] == "cancelled"
        assert len(await expanded(client, showDeleted=True)) == 3
        with pytest.raises(HttpError) as error:
            await client.delete(second)
        assert reason(error) == (410, "deleted")
