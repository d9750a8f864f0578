"""The pretended Google Calendar under the real client library: events, guests, refusals."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.doubles.google_calendar import Fault, GoogleCalendar
from tests.doubles.google_calendar_client import FAR, GUEST, ME, Client, Open, days, opened, pretended, reason, times
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


@pytest.fixture
def guest(client: Open) -> Client:
    return client(GUEST)


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


async def test_a_guest_throws_the_own_copy_away_and_has_declined(me: Client, guest: Client) -> None:
    made = await me.insert(times(10, 9, attendees=[{"email": GUEST}, {"email": FAR}]))
    await guest.delete(made["id"])
    assert (await guest.get(made["id"]))["status"] == "cancelled"
    there = await me.get(made["id"])
    assert [one["responseStatus"] for one in there["attendees"]] == ["declined", "needsAction"]
    assert there["status"] == "confirmed"
    with pytest.raises(HttpError) as error:
        await guest.delete(made["id"])
    assert reason(error) == (410, "deleted")


async def test_a_guest_invited_again_sees_it_again(me: Client, guest: Client) -> None:
    made = await me.insert(times(10, 9, attendees=[{"email": GUEST}]))
    await guest.delete(made["id"])
    await me.patch(made["id"], {"attendees": []})
    await me.patch(made["id"], {"attendees": [{"email": GUEST}]})
    assert (await guest.get(made["id"]))["status"] == "confirmed"


async def test_an_organizers_change_reaches_the_guests_and_arrays_are_replaced_whole(me: Client, guest: Client) -> None:
    made = await me.insert(times(10, 9, attendees=[{"email": GUEST}, {"email": FAR}], location="Room 2"))
    people = [{"email": GUEST, "responseStatus": "accepted"}, {"email": FAR}]
    await guest.patch(made["id"], {"attendees": people})
    moved = await me.patch(made["id"], {**times(11, 9), "attendees": [{"email": GUEST}]})
    assert moved["sequence"] == made["sequence"] + 1
    copy = await guest.get(made["id"])
    assert (copy["start"], copy["location"]) == (moved["start"], "Room 2")
    assert copy["attendees"] == [{"email": GUEST, "responseStatus": "needsAction", "self": True}]
    assert "location" not in await me.update(made["id"], times(11, 9))


async def test_a_guest_answers_with_only_the_own_entry_where_the_others_are_left_out(me: Client, guest: Client) -> None:
    made = await me.insert(times(10, 9, attendees=[{"email": GUEST}, {"email": FAR}]))
    own = {"attendees": [{"email": GUEST, "responseStatus": "tentative"}], "attendeesOmitted": True}
    await guest.patch(made["id"], own)
    people = (await me.get(made["id"]))["attendees"]
    assert [one["responseStatus"] for one in people] == ["tentative", "needsAction"]
    few = await guest.get(made["id"], maxAttendees=1)
    assert ([one["email"] for one in few["attendees"]], few["attendeesOmitted"]) == ([GUEST], True)


async def test_what_a_guest_has_for_themselves_changes_only_the_own_copy(me: Client, guest: Client) -> None:
    made = await me.insert(times(10, 9, attendees=[{"email": GUEST}]))
    await guest.patch(made["id"], {"transparency": "transparent"})
    assert (await guest.get(made["id"]))["transparency"] == "transparent"
    assert await me.get(made["id"]) == made
    assert (await me.busy(GUEST))[GUEST]["busy"] == []
    assert len((await me.busy(ME))[ME]["busy"]) == 1


async def test_a_guest_with_something_else_under_the_id_gets_the_copy_under_another(me: Client, guest: Client) -> None:
    await guest.insert(times(10, 9, id="abcde"))
    made = await me.insert(times(11, 9, id="abcde", attendees=[{"email": GUEST}]))
    copies = (await guest.list(iCalUID="abcde@google.com"))["items"]
    assert sorted(one["start"]["dateTime"][8:10] for one in copies) == ["10", "11"]
    assert len({one["id"] for one in copies}) == 2
    await me.patch(made["id"], {"summary": "New"})
    assert (await guest.get("abcde"))["summary"] == "Budget"


@pytest.mark.parametrize(
    ("send", "told"), [("none", []), ("all", [FAR, GUEST, "x@y.zz"]), ("externalOnly", ["x@y.zz"])]
)
async def test_mail_goes_to_those_it_was_asked_for(
    google: GoogleCalendar, me: Client, send: str, told: list[str]
) -> None:
    people = [{"email": one} for one in (GUEST, FAR, "x@y.zz", ME)]
    made = await me.insert(times(10, 9, attendees=people), sendUpdates=send)
    assert [(mail.kind, mail.to) for mail in google.mail] == [("invitation", one) for one in told]
    google.mail.clear()
    await me.patch(made["id"], {"attendees": people[:3]}, sendUpdates=send)
    assert [(mail.kind, mail.to) for mail in google.mail] == [("update", one) for one in told]
    google.mail.clear()
    await me.delete(made["id"], sendUpdates=send)
    assert [(mail.kind, mail.to) for mail in google.mail] == [("cancellation", one) for one in told]


async def test_a_conference_needs_its_version_and_is_made_once_for_a_request(
    google: GoogleCalendar, me: Client
) -> None:
    wanted = {"createRequest": {"requestId": "r1", "conferenceSolutionKey": {"type": "hangoutsMeet"}}}
    without = await me.insert(times(10, 9, conferenceData=wanted))
    assert "hangoutLink" not in without
    assert "conferenceData" not in without
    made = await me.patch(without["id"], {"conferenceData": wanted}, conferenceDataVersion=1)
    (entry,) = made["conferenceData"]["entryPoints"]
    assert made["hangoutLink"] == entry["uri"]
    assert entry["uri"].startswith("https://meet.google.com/")
    again = await me.patch(made["id"], {"conferenceData": wanted}, conferenceDataVersion=1)
    assert again["conferenceData"] == made["conferenceData"]
    assert (await me.patch(made["id"], {"summary": "x", "conferenceData": None}))["hangoutLink"] == entry["uri"]
    google.changes.pending = True
    waiting = await me.insert(times(11, 9, conferenceData=wanted), conferenceDataVersion=1)
    assert waiting["conferenceData"]["createRequest"]["status"] == {"statusCode": "pending"}
    assert "hangoutLink" not in waiting
    assert "hangoutLink" in await me.get(waiting["id"])


async def test_deleting_is_once_and_an_id_is_never_used_again(me: Client, guest: Client) -> None:
    made = await me.insert(times(10, 9, id="abcde", attendees=[{"email": GUEST}]))
    assert not await me.delete("abcde")
    for client in (me, guest):
        assert (await client.get("abcde"))["status"] == "cancelled"
        assert (await client.list())["items"] == []
    for act in (me.delete("abcde"), guest.delete("abcde")):
        with pytest.raises(HttpError) as error:
            await act
        assert reason(error) == (410, "deleted")
    with pytest.raises(HttpError) as error:
        await me.insert(times(11, 9, id="abcde"))
    assert reason(error) == (409, "duplicate")
    assert (await me.patch("abcde", {"summary": "x"}))["status"] == "cancelled"
    back = await me.patch("abcde", {"status": "confirmed"})
    assert (back["status"], back["iCalUID"]) == ("confirmed", made["iCalUID"])
    assert (await guest.get("abcde"))["status"] == "confirmed"


async def test_details_of_a_private_event_are_not_for_readers(google: GoogleCalendar, client: Open) -> None:
    google.share(ME, FAR, "reader")
    google.add_event(ME, times(10, 9, visibility="private", description="secret", attendees=[{"email": GUEST}]))
    google.add_event(ME, times(11, 9, description="open"))
    one, two = (await client(FAR).list(calendarId=ME, singleEvents=True, orderBy="startTime"))["items"]
    assert (one["summary"], one["visibility"]) == ("busy", "private")
    assert {"description", "attendees", "creator", "organizer"}.isdisjoint(one)
    assert two["description"] == "open"
    (a, b) = (await client(GUEST).list(calendarId=ME, singleEvents=True, orderBy="startTime"))["items"]
    assert (a["summary"], b["summary"]) == ("busy", "busy")
    with pytest.raises(HttpError) as error:
        await client(GUEST).insert(times(12, 9), calendarId=ME)
    assert reason(error) == (403, "requiredAccessLevel")


async def test_other_calendars_of_an_account(google: GoogleCalendar, me: Client) -> None:
    team = google.add_calendar(ME, "Team", override="My team", selected=False)
    read = google.add_calendar(ME, "Holidays", "reader", zone="UTC")
    answer = await me.do(me.api.calendarList().list())
    assert problems("CalendarList", answer) == []
    assert [(one["id"], one["accessRole"], one.get("primary")) for one in answer["items"]] == [
        (ME, "owner", True),
        (team, "owner", None),
        (read, "reader", None),
    ]
    assert (answer["items"][1]["summaryOverride"], "selected" in answer["items"][1]) == ("My team", False)
    google.entries.page = 1
    first = await me.do(me.api.calendarList().list())
    second = await me.do(me.api.calendarList().list(pageToken=first["nextPageToken"]))
    assert [one["id"] for one in first["items"] + second["items"]] == [ME, team]
    assert "nextSyncToken" not in second
    writable = await me.do(me.api.calendarList().list(minAccessRole="writer", maxResults=100))
    assert writable["items"][0]["id"] == ME
    made = await me.insert(times(10, 9, attendees=[{"email": ME}]), calendarId=team)
    assert made["organizer"] == {"email": team, "displayName": "Team", "self": True}
    assert (await me.get(made["id"]))["organizer"].get("self") is None
    with pytest.raises(HttpError) as error:
        await me.insert(times(10, 9), calendarId=read)
    assert reason(error) == (403, "requiredAccessLevel")
    google.delete_calendar(team)
    with pytest.raises(HttpError) as error:
        await me.list(calendarId=team)
    assert reason(error) == (404, "notFound")
    changed = await me.do(me.api.calendarList().list(syncToken=answer["nextSyncToken"]))
    assert [(one["id"], one["deleted"]) for one in changed["items"]] == [(team, True)]
    assert (await me.do(me.api.calendarList().get(calendarId="primary")))["id"] == ME


async def test_free_busy_of_colleagues_and_strangers(google: GoogleCalendar, me: Client) -> None:
    google.add_event(GUEST, times(10, 9))
    google.add_event(FAR, times(10, 9))
    missing = {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
    low, high = "2026-03-10T08:15:00Z", "2026-03-11T00:00:00Z"
    assert await me.busy(GUEST, FAR, "nobody@example.com", low=low, high=high) == {
        GUEST: {"busy": [{"start": "2026-03-10T08:15:00Z", "end": "2026-03-10T08:30:00Z"}]},
        FAR: missing,
        "nobody@example.com": missing,
    }
    google.share(FAR, ME, "freeBusyReader")
    google.busy_errors[GUEST] = "internalError"
    found = await me.busy(GUEST, FAR)
    assert (found[GUEST]["errors"][0]["reason"], len(found[FAR]["busy"])) == ("internalError", 1)


async def test_what_is_busy(google: GoogleCalendar, me: Client) -> None:
    google.add_event(ME, times(10, 9))
    google.add_event(ME, times(10, 9, 45))
    google.add_event(ME, times(12, 9, transparency="transparent"))
    google.add_event(ME, times(13, 9, eventType="workingLocation"))
    google.add_event(ME, times(14, 9, eventType="outOfOffice", status="tentative"))
    google.add_event(GUEST, times(16, 9, attendees=[{"email": ME}]))
    google.add_event(GUEST, times(17, 9, attendees=[{"email": ME, "responseStatus": "declined"}]))
    google.add_event(ME, days(29, 30))
    await me.delete(google.add_event(ME, times(19, 9))["id"])
    assert (await me.busy("primary"))["primary"]["busy"] == [
        {"start": "2026-03-10T08:00:00Z", "end": "2026-03-10T08:45:00Z"},
        {"start": "2026-03-14T08:00:00Z", "end": "2026-03-14T08:30:00Z"},
        {"start": "2026-03-16T08:00:00Z", "end": "2026-03-16T08:30:00Z"},
        {"start": "2026-03-28T23:00:00Z", "end": "2026-03-29T22:00:00Z"},
    ]
    body = {"timeMin": "2026-03-10T00:00:00Z", "timeMax": "2026-03-11T00:00:00Z", "timeZone": "America/New_York"}
    answer = await me.do(me.api.freebusy().query(body={**body, "items": [{"id": ME}]}))
    assert answer["calendars"][ME]["busy"][0]["start"] == "2026-03-10T04:00:00-04:00"


async def test_a_fault_after_the_commit_leaves_the_event(google: GoogleCalendar, me: Client) -> None:
    google.faults.next("calendar.events.insert", Fault(503, retry_after="2", after_commit=True))
    with pytest.raises(HttpError) as error:
        await me.insert(times(10, 9, id="abcde"))
    assert (error.value.resp.status, error.value.resp["retry-after"]) == (503, "2")
    assert (await me.get("abcde"))["summary"] == "Budget"
    with pytest.raises(HttpError) as error:
        await me.insert(times(10, 9, id="abcde"))
    assert reason(error) == (409, "duplicate")
