"""Lists of the pretended Google Calendar: windows, pages, partial answers and sync tokens."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.doubles.google_calendar import GoogleCalendar
from tests.doubles.google_calendar_client import GUEST, ME, Client, Open, days, opened, pretended, reason, times
from tests.doubles.google_rules import problems


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


async def seen(me: Client, **how: Any) -> list[tuple[str, str]]:
    """Ids and statuses."""
    return [(one["id"], one["status"]) for one in (await me.list(**how))["items"]]


@pytest.mark.parametrize(
    ("low", "high", "there"),
    [
        ("2026-03-10T08:30:00Z", "2026-03-11T00:00:00Z", False),
        ("2026-03-10T08:29:59Z", "2026-03-11T00:00:00Z", True),
        ("2026-03-10T00:00:00Z", "2026-03-10T08:00:00Z", False),
        ("2026-03-10T00:00:00Z", "2026-03-10T08:00:01Z", True),
        ("2026-03-10T04:29:59-04:00", "2026-03-10T05:00:00-04:00", True),
    ],
)
async def test_what_touches_the_window_is_outside(
    google: GoogleCalendar, me: Client, low: str, high: str, there: bool
) -> None:
    google.add_event(ME, times(10, 9))
    for single in (False, True):
        found = await me.list(timeMin=low, timeMax=high, singleEvents=single)
        assert bool(found["items"]) is there


async def test_whole_days_are_days_of_the_calendars_zone(google: GoogleCalendar, me: Client) -> None:
    google.add_event(ME, days(29, 30))
    assert (await me.list(timeMin="2026-03-29T21:59:59Z"))["items"]
    assert not (await me.list(timeMin="2026-03-29T22:00:00Z"))["items"]
    assert not (await me.list(timeMax="2026-03-28T23:00:00Z"))["items"]


async def test_a_list_by_start_in_a_zone(google: GoogleCalendar, me: Client) -> None:
    for hour in (15, 9, 12):
        google.add_event(ME, times(10, hour))
    found = await me.list(singleEvents=True, orderBy="startTime", timeZone="America/New_York")
    assert problems("Events", found) == []
    assert [one["start"]["dateTime"] for one in found["items"]] == [
        f"2026-03-10T{hour:02}:00:00-04:00" for hour in (4, 7, 10)
    ]
    assert (found["timeZone"], found["accessRole"], "nextSyncToken" in found) == ("America/New_York", "owner", False)


async def test_pages_hold_what_was_there_and_the_last_one_the_sync_token(google: GoogleCalendar, me: Client) -> None:
    for day in range(1, 6):
        google.add_event(ME, times(day, 9))
    first = await me.list(maxResults=2)
    late = google.add_event(ME, times(20, 9))
    second = await me.list(maxResults=2, pageToken=first["nextPageToken"])
    with pytest.raises(HttpError) as error:
        await me.list(maxResults=2, pageToken=first["nextPageToken"], singleEvents=True)
    assert error.value.resp.status == 400
    third = await me.list(maxResults=2, pageToken=second["nextPageToken"])
    assert [len(page["items"]) for page in (first, second, third)] == [2, 2, 1]
    assert ["nextSyncToken" in page for page in (first, second, third)] == [False, False, True]
    assert ["nextPageToken" in page for page in (first, second, third)] == [True, True, False]
    assert await seen(me, syncToken=third["nextSyncToken"]) == [(late["id"], "confirmed")]
    google.lists.page = 1
    assert len((await me.list(maxResults=2500))["items"]) == 1


async def test_two_hundred_and_fifty_come_when_nothing_is_said(google: GoogleCalendar, me: Client) -> None:
    google.add_event(ME, times(1, 9, recurrence=["RRULE:FREQ=DAILY"]))
    assert len((await me.list(singleEvents=True))["items"]) == 250
    whole = await me.list(singleEvents=True, maxResults=9999)
    assert (len(whole["items"]), "nextPageToken" in whole) == (730, False)


async def test_a_sync_lists_exactly_what_changed(google: GoogleCalendar, me: Client) -> None:
    one, two, three = (google.add_event(ME, times(day, 9)) for day in (1, 2, 3))
    token = (await me.list())["nextSyncToken"]
    assert await seen(me, syncToken=token) == []
    await me.patch(two["id"], {"summary": "New"})
    await me.delete(three["id"])
    answer = await me.list(syncToken=token)
    assert [(item["id"], item["status"]) for item in answer["items"]] == [
        (two["id"], "confirmed"),
        (three["id"], "cancelled"),
    ]
    assert set(answer["items"][1]) == {"kind", "etag", "id", "status"}
    assert (await me.list(syncToken=token, showDeleted=True))["items"][1]["summary"] == "Budget"
    assert await seen(me, syncToken=answer["nextSyncToken"]) == []
    assert await seen(me) == [(one["id"], "confirmed"), (two["id"], "confirmed")]
    await me.patch(two["id"], {"summary": "New"})
    assert await seen(me, syncToken=answer["nextSyncToken"]) == []


async def test_an_invitation_and_its_end_are_changes_of_the_guest_only(client: Open) -> None:
    me, guest = client(ME), client(GUEST)
    tokens = [(await one.list())["nextSyncToken"] for one in (me, guest)]
    made = await me.insert(times(10, 9, attendees=[{"email": GUEST}]))
    assert await seen(guest, syncToken=tokens[1]) == [(made["id"], "confirmed")]
    tokens = [(await one.list())["nextSyncToken"] for one in (me, guest)]
    await guest.patch(made["id"], {"attendees": [{"email": GUEST, "responseStatus": "accepted"}]})
    assert await seen(me, syncToken=tokens[0]) == [(made["id"], "confirmed")]
    await me.patch(made["id"], {"attendees": []})
    assert await seen(guest, syncToken=tokens[1]) == [(made["id"], "cancelled")]
    mine = (await me.list())["nextSyncToken"]
    await guest.insert(times(11, 9))
    assert await seen(me, syncToken=mine) == []


async def test_a_series_that_moves_tells_of_all_its_occurrences(me: Client) -> None:
    made = await me.insert(times(10, 9, recurrence=["RRULE:FREQ=DAILY;COUNT=2"]))
    window = {"timeMin": "2026-03-01T00:00:00Z", "timeMax": "2026-03-20T00:00:00Z"}
    single = (await me.list(singleEvents=True, **window))["nextSyncToken"]
    whole = (await me.list())["nextSyncToken"]
    await me.patch(made["id"], {name: times(10, 11)[name] for name in ("start", "end")})
    ident = made["id"]
    assert sorted(await seen(me, singleEvents=True, syncToken=single)) == [
        (f"{ident}_20260310T080000Z", "cancelled"),
        (f"{ident}_20260310T100000Z", "confirmed"),
        (f"{ident}_20260311T080000Z", "cancelled"),
        (f"{ident}_20260311T100000Z", "confirmed"),
    ]
    assert await seen(me, syncToken=whole) == [(ident, "confirmed")]
    single = (await me.list(singleEvents=True, **window))["nextSyncToken"]
    await me.patch(f"{ident}_20260310T100000Z", {"summary": "Special"})
    assert await seen(me, singleEvents=True, syncToken=single) == [(f"{ident}_20260310T100000Z", "confirmed")]
    single = (await me.list(singleEvents=True, **window))["nextSyncToken"]
    await me.delete(ident)
    assert sorted(await seen(me, singleEvents=True, syncToken=single)) == [
        (f"{ident}_20260310T100000Z", "cancelled"),
        (f"{ident}_20260311T100000Z", "cancelled"),
    ]


@pytest.mark.parametrize(
    "with_it",
    [
        {"timeMin": "2026-03-10T00:00:00Z"},
        {"timeMax": "2026-03-10T00:00:00Z"},
        {"orderBy": "updated"},
        {"updatedMin": "2026-03-10T00:00:00Z"},
        {"q": "x"},
        {"iCalUID": "x"},
        {"privateExtendedProperty": "a=b"},
        {"sharedExtendedProperty": "a=b"},
        {"showDeleted": False},
        {"singleEvents": True},
    ],
)
async def test_what_a_sync_token_does_not_go_with(me: Client, with_it: dict[str, Any]) -> None:
    token = (await me.list())["nextSyncToken"]
    with pytest.raises(HttpError) as error:
        await me.list(syncToken=token, **with_it)
    assert error.value.resp.status == 400


async def test_a_sync_token_that_is_too_old_or_of_another_calendar_is_410(google: GoogleCalendar, me: Client) -> None:
    team = google.add_calendar(ME, "Team")
    token = (await me.list())["nextSyncToken"]
    with pytest.raises(HttpError) as error:
        await me.list(calendarId=team, syncToken=token)
    assert reason(error) == (410, "fullSyncRequired")
    google.expire_sync_tokens(ME)
    with pytest.raises(HttpError) as error:
        await me.list(syncToken=token)
    assert reason(error) == (410, "fullSyncRequired")
    await me.list(syncToken=(await me.list())["nextSyncToken"])


async def test_cancelled_ones_are_shown_when_asked_for(me: Client) -> None:
    alone = await me.insert(times(9, 9))
    series = await me.insert(times(10, 9, recurrence=["RRULE:FREQ=DAILY;COUNT=2"]))
    second = f"{series['id']}_20260311T080000Z"
    await me.delete(alone["id"])
    await me.delete(second)
    assert await seen(me) == [(series["id"], "confirmed"), (second, "cancelled")]
    assert await seen(me, singleEvents=True) == [(f"{series['id']}_20260310T080000Z", "confirmed")]
    assert {one for one, _ in await seen(me, showDeleted=True)} == {alone["id"], series["id"], second}
    assert len(await seen(me, showDeleted=True, singleEvents=True)) == 3


async def test_filters_and_fields(google: GoogleCalendar, me: Client) -> None:
    one = google.add_event(ME, times(10, 9, summary="Budget talk", extendedProperties={"private": {"key": "k1"}}))
    two = google.add_event(ME, times(11, 9, summary="Away", eventType="outOfOffice"))
    assert await seen(me, iCalUID=one["iCalUID"]) == [(one["id"], "confirmed")]
    assert await seen(me, eventTypes=["outOfOffice", "focusTime"]) == [(two["id"], "confirmed")]
    assert await seen(me, privateExtendedProperty="key=k1") == [(one["id"], "confirmed")]
    assert await seen(me, q="talk BUDGET") == [(one["id"], "confirmed")]
    part = await me.list(fields="items(id,start/dateTime,attendees(email)),nextSyncToken")
    assert set(part) == {"items", "nextSyncToken"}
    assert part["items"][0] == {"id": one["id"], "start": {"dateTime": "2026-03-10T09:00:00+01:00"}}
