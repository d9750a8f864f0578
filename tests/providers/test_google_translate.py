"""Google's JSON becomes our values, odd JSON too. Nothing is skipped, and what is not known is the careful value."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Gone
from bot.providers.google_bodies import (
    answered,
    change_body,
    draft_of,
    event_id,
    following_body,
    key_of,
    new_body,
    occurrence_id,
    people,
    until_as_google_wants,
)
from bot.providers.google_translate import Ref, account, event, may_change
from bot.scheduling.blocking import blocks
from bot.scheduling.event import Attendee, Days, Event, EventDraft, EventType, FreeBusy, Response
from bot.scheduling.interval import Interval
from bot.scheduling.rules import Rules
from tests.providers.inputs import GUEST, HOSTILE, ME, at

START = {"dateTime": "2026-03-10T09:00:00+01:00", "timeZone": "Europe/Madrid"}
END = {"dateTime": "2026-03-10T10:00:00+01:00", "timeZone": "Europe/Madrid"}
PLAIN: dict[str, Any] = {
    "id": "abc123",
    "iCalUID": "abc123@google.com",
    "status": "confirmed",
    "summary": "Budget",
    "start": START,
    "end": END,
    "organizer": {"email": "Me@Example.com", "self": True, "displayName": "Ann"},
    "eventType": "default",
    "htmlLink": "https://www.google.com/calendar/event?eid=x",
}


def seen(**more: Any) -> Event:
    body = {**PLAIN, **more}
    return event({name: value for name, value in body.items() if value is not None}, ME, ME)


# ── times ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("start", "end", "when"),
    [
        (START, END, Interval(at(10, 9), at(10, 10))),
        (
            {"dateTime": "2026-03-10T08:00:00Z"},
            {"dateTime": "2026-03-10T09:00:00.000Z"},
            Interval(at(10, 9), at(10, 10)),
        ),
        (
            {"dateTime": "2026-03-10T09:00:00", "timeZone": "Europe/Madrid"},
            {"dateTime": "2026-03-10T10:00:00", "timeZone": "Europe/Madrid"},
            Interval(at(10, 9), at(10, 10)),
        ),
        ({"date": "2026-03-10"}, {"date": "2026-03-12"}, Days(date(2026, 3, 10), date(2026, 3, 12))),
        ({"date": "2026-03-10"}, {"date": "2026-03-10"}, Days(date(2026, 3, 10), date(2026, 3, 11))),
        (
            {"date": "2026-03-10", "timeZone": "Europe/Madrid"},
            {"date": "2026-03-11", "timeZone": "Europe/Madrid"},
            Days(date(2026, 3, 10), date(2026, 3, 11)),
        ),
    ],
)
def test_times(start: Mapping[str, str], end: Mapping[str, str], when: Interval | Days) -> None:
    assert seen(start=start, end=end).when == when


@pytest.mark.parametrize("side", ["start", "end"])
@pytest.mark.parametrize(
    "time",
    [
        None,
        {},
        "2026-03-10",
        {"dateTime": ""},
        {"dateTime": "soon"},
        {"dateTime": 5},
        {"dateTime": "2026-03-10T09:00:00"},
        {"dateTime": "2026-03-10T09:00:00", "timeZone": "Mars/Olympus"},
        {"dateTime": "9999-12-31T23:59:59-14:00"},
        {"dateTime": "2026-13-10T09:00:00Z"},
        {"date": "2026-02-30"},
        {"date": "20260310"},
        {"date": None},
        {"timeZone": "Europe/Madrid"},
    ],
)
def test_a_time_that_is_missing_or_garbled_is_an_error_and_not_a_gap(side: str, time: object) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        seen(**{side: time})


@pytest.mark.parametrize(
    ("start", "end"), [(END, START), ({"date": "2026-03-10"}, END), ({"date": "2026-03-11"}, {"date": "2026-03-10"})]
)
def test_a_start_and_an_end_that_do_not_fit_are_an_error(start: object, end: object) -> None:
    with pytest.raises(ValueError):
        seen(start=start, end=end)


def test_an_event_without_length_is_seen_and_takes_no_time() -> None:
    found = seen(end=START)
    assert found.when == Interval(at(10, 9), at(10, 9, 1))
    assert found.status is FreeBusy.FREE


# ── how the time is taken ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("more", "status", "kind", "taken"),
    [
        ({}, FreeBusy.BUSY, EventType.NORMAL, FreeBusy.BUSY),
        ({"transparency": "opaque"}, FreeBusy.BUSY, EventType.NORMAL, FreeBusy.BUSY),
        ({"transparency": "transparent"}, FreeBusy.FREE, EventType.NORMAL, FreeBusy.FREE),
        ({"transparency": "seeThrough"}, FreeBusy.BUSY, EventType.NORMAL, FreeBusy.BUSY),
        ({"status": "tentative"}, FreeBusy.TENTATIVE, EventType.NORMAL, FreeBusy.TENTATIVE),
        ({"status": "perhaps"}, FreeBusy.BUSY, EventType.NORMAL, FreeBusy.BUSY),
        ({"status": "cancelled"}, FreeBusy.BUSY, EventType.NORMAL, FreeBusy.FREE),
        ({"eventType": "outOfOffice"}, FreeBusy.OUT_OF_OFFICE, EventType.OUT_OF_OFFICE, FreeBusy.OUT_OF_OFFICE),
        (
            {"eventType": "outOfOffice", "transparency": "transparent"},
            FreeBusy.OUT_OF_OFFICE,
            EventType.OUT_OF_OFFICE,
            FreeBusy.OUT_OF_OFFICE,
        ),
        ({"eventType": "focusTime"}, FreeBusy.BUSY, EventType.FOCUS_TIME, FreeBusy.BUSY),
        (
            {"eventType": "workingLocation", "transparency": "transparent"},
            FreeBusy.FREE,
            EventType.WORKING_ELSEWHERE,
            FreeBusy.FREE,
        ),
        ({"eventType": "workingLocation"}, FreeBusy.BUSY, EventType.WORKING_ELSEWHERE, FreeBusy.FREE),
        ({"eventType": "birthday"}, FreeBusy.FREE, EventType.NORMAL, FreeBusy.FREE),
        ({"eventType": "fromGmail"}, FreeBusy.BUSY, EventType.NORMAL, FreeBusy.BUSY),
        ({"eventType": "holodeck"}, FreeBusy.BUSY, EventType.NORMAL, FreeBusy.BUSY),
        ({"eventType": None}, FreeBusy.BUSY, EventType.NORMAL, FreeBusy.BUSY),
    ],
)
def test_how_time_is_taken(more: dict[str, Any], status: FreeBusy, kind: EventType, taken: FreeBusy) -> None:
    found = seen(**more)
    assert (found.status, found.type, blocks(found, Rules())) == (status, kind, taken)
    assert found.cancelled is (more.get("status") == "cancelled")


@pytest.mark.parametrize(
    ("visibility", "private"),
    [(None, False), ("default", False), ("public", False), ("private", True), ("confidential", True), ("new", True)],
)
def test_what_is_private(visibility: str | None, private: bool) -> None:
    assert seen(visibility=visibility).private is private


# ── people ──────────────────────────────────────────────────────────────────────────────────────────────────────

OTHERS = {"email": "boss@example.com", "displayName": "Bo"}


@pytest.mark.parametrize(
    ("organizer", "attendees", "response"),
    [
        ({"email": ME, "self": True}, [], Response.ORGANIZER),
        ({"email": ME, "self": True}, [{"email": ME, "self": True, "responseStatus": "accepted"}], Response.ORGANIZER),
        ({"email": ME, "self": True}, [{"email": ME, "self": True, "responseStatus": "declined"}], Response.DECLINED),
        (OTHERS, [{"email": ME, "self": True, "responseStatus": "needsAction"}], Response.NONE),
        (OTHERS, [{"email": ME, "self": True, "responseStatus": "accepted"}], Response.ACCEPTED),
        (OTHERS, [{"email": ME, "self": True, "responseStatus": "tentative"}], Response.TENTATIVE),
        (OTHERS, [{"email": ME, "self": True, "responseStatus": "declined"}], Response.DECLINED),
        (OTHERS, [{"email": ME, "self": True, "responseStatus": "shrugged"}], Response.NONE),
        (OTHERS, [{"email": ME, "self": True}], Response.NONE),
        (OTHERS, [{"email": "team@example.com", "responseStatus": "accepted"}], Response.NONE),
        (None, None, Response.NONE),
    ],
)
def test_the_answer_is_the_calendar_owners(organizer: object, attendees: object, response: Response) -> None:
    assert seen(organizer=organizer, attendees=attendees).response is response


def test_guests_are_all_but_the_organizer() -> None:
    found = seen(
        organizer=OTHERS,
        creator={"email": "assistant@example.com"},
        attendees=[
            {**OTHERS, "organizer": True, "responseStatus": "accepted"},
            {"email": "Gus@Example.com", "displayName": "Gus", "optional": True, "responseStatus": "tentative"},
            {"email": "room@resource.calendar.google.com", "resource": True, "responseStatus": "accepted"},
            {"displayName": "hidden", "responseStatus": "accepted"},
        ],
    )
    assert found.organizer == Attendee("boss@example.com", "Bo", Response.ORGANIZER)
    assert found.attendees == (
        Attendee("gus@example.com", "Gus", Response.TENTATIVE, optional=True),
        Attendee("room@resource.calendar.google.com", "", Response.ACCEPTED, resource=True),
    )


def test_who_may_change_it() -> None:
    assert may_change(PLAIN)
    assert not may_change({**PLAIN, "organizer": OTHERS})
    assert may_change({**PLAIN, "organizer": OTHERS, "guestsCanModify": True})
    assert not may_change({"id": "x"})


# ── words and links ─────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_not_there_is_empty() -> None:
    found = seen(summary=None, htmlLink=None, iCalUID=None)
    assert (found.title, found.location, found.description, found.join_url, found.open_url) == ("", "", "", "", "")
    assert found.uid == "abc123"
    assert (found.series, found.recurrence) == (None, None)


@pytest.mark.parametrize(
    ("more", "url"),
    [
        ({"hangoutLink": "https://meet.google.com/a"}, "https://meet.google.com/a"),
        ({"hangoutLink": "javascript:alert(1)"}, ""),
        ({"conferenceData": {"entryPoints": [{"entryPointType": "phone", "uri": "tel:+1"}]}}, ""),
        (
            {
                "conferenceData": {
                    "entryPoints": [
                        {"entryPointType": "phone", "uri": "tel:+1"},
                        {"entryPointType": "video", "uri": "https://zoom.example/j/1"},
                    ]
                }
            },
            "https://zoom.example/j/1",
        ),
        ({"conferenceData": {"entryPoints": [{"entryPointType": "video"}]}}, ""),
        ({"conferenceData": {"entryPoints": None}}, ""),
        ({"conferenceData": {}}, ""),
        ({"conferenceData": "x"}, ""),
    ],
)
def test_the_join_link_is_a_safe_one_or_none(more: dict[str, Any], url: str) -> None:
    assert seen(**more).join_url == url


def test_only_a_web_address_can_be_opened() -> None:
    assert seen().open_url.startswith("https://")
    assert seen(htmlLink="data:text/html,x").open_url == ""


@pytest.mark.parametrize("attendees", ["x", [1], {"email": ME}])
def test_odd_attendees_are_an_error(attendees: object) -> None:
    with pytest.raises(ValueError):
        seen(attendees=attendees)


# ── refs ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("calendar", ["primary", "team@group.calendar.google.com", "a/b#c?d e%@f", "ünï@x"])
@pytest.mark.parametrize("ident", ["abc123", "abc_20260310T090000Z", "x" * 1024])
def test_a_ref_comes_back(calendar: str, ident: str) -> None:
    assert Ref.parse(str(Ref(calendar, ident))) == Ref(calendar, ident)


@pytest.mark.parametrize(
    "text", [*HOSTILE, "", "/", "a/", "/b", "a/b/c", "a/b c", "a%2/b", "a%zz/b", "a%00/b", "%41/b", "a/../b", "a/b\n"]
)
def test_what_cannot_be_a_ref_is_gone(text: str) -> None:
    with pytest.raises(Gone):
        Ref.parse(text)


@given(st.text(max_size=30))
def test_any_text_is_a_ref_or_gone(text: str) -> None:
    with suppress(Gone):
        assert str(Ref.parse(text)) == text


# ── accounts ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_calendars_and_their_rights() -> None:
    found = account(
        [
            {"id": ME.upper(), "summary": ME, "primary": True, "accessRole": "owner", "timeZone": "Europe/Madrid"},
            {"id": "t", "summary": "Team", "summaryOverride": "Us", "accessRole": "writer"},
            {"id": "b", "summary": "Boss", "accessRole": "reader"},
            {"id": "f", "accessRole": "freeBusyReader"},
            {"id": "n", "summary": "New", "accessRole": "writerWithoutPrivateAccess"},
            {"id": "d", "summary": "Gone", "accessRole": "owner", "deleted": True},
        ]
    )
    assert (found.address, found.zone) == (ME, "Europe/Madrid")
    assert [(one.id, one.name, one.can_write, one.primary, one.owned) for one in found.calendars] == [
        (ME.upper(), ME, True, True, True),
        ("t", "Us", True, False, False),
        ("b", "Boss", False, False, False),
        ("f", "", False, False, False),
        ("n", "New", False, False, False),
    ]


@pytest.mark.parametrize("entries", [[], [{"id": "x", "accessRole": "owner"}], [{"accessRole": "owner"}]])
def test_an_account_without_a_primary_calendar_is_an_error(entries: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError):
        account(entries)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", None, "../etc"])
def test_a_zone_that_is_none_is_not_known(zone: str | None) -> None:
    assert account([{"id": ME, "primary": True, "accessRole": "owner", "timeZone": zone}]).zone is None


# ── bodies ──────────────────────────────────────────────────────────────────────────────────────────────────────

HOUR = Interval(at(10, 9), at(10, 10))


def test_an_id_is_made_of_the_key() -> None:
    assert event_id("k1") == event_id("k1") != event_id("k2")
    assert set(event_id("k1")) <= set("0123456789abcdefghijklmnopqrstuv")
    assert 5 <= len(event_id("")) <= 1024
    assert event_id("\ud800")


def test_the_id_of_an_occurrence() -> None:
    assert occurrence_id("s", "2026-03-10T09:00:00+01:00") == "s_20260310T080000Z"
    assert occurrence_id("s", "2026-03-10") == "s_20260310"
    assert key_of({"originalStartTime": START}) == "2026-03-10T08:00:00+00:00"
    assert key_of({"originalStartTime": {"date": "2026-03-10"}}) == "2026-03-10"


def test_a_new_event_says_everything() -> None:
    draft = EventDraft(
        "Budget",
        HOUR,
        "Europe/Madrid",
        (Attendee(GUEST, "Gus", optional=True), Attendee("room@example.com", resource=True)),
        "Room 2",
        "text",
        conference=True,
        recurrence="FREQ=WEEKLY",
        status=FreeBusy.TENTATIVE,
        private=True,
    )
    body = new_body(draft, "k1")
    request = body["conferenceData"]["createRequest"]
    assert request["requestId"] == body["id"] == event_id("k1")
    assert body == {
        "id": event_id("k1"),
        "summary": "Budget",
        "start": {"dateTime": "2026-03-10T08:00:00Z", "timeZone": "Europe/Madrid"},
        "end": {"dateTime": "2026-03-10T09:00:00Z", "timeZone": "Europe/Madrid"},
        "location": "Room 2",
        "description": "text",
        "status": "tentative",
        "transparency": "opaque",
        "visibility": "private",
        "recurrence": ["RRULE:FREQ=WEEKLY"],
        "attendees": [
            {"email": GUEST, "displayName": "Gus", "optional": True, "responseStatus": "needsAction"},
            {"email": "room@example.com", "resource": True, "responseStatus": "needsAction"},
        ],
        "conferenceData": {
            "createRequest": {"requestId": event_id("k1"), "conferenceSolutionKey": {"type": "hangoutsMeet"}}
        },
    }


def test_what_was_read_of_an_event_is_what_was_written() -> None:
    for draft in (
        EventDraft("a", HOUR, "Europe/Madrid", (Attendee(GUEST, response=Response.ACCEPTED),), private=True),
        EventDraft("b", Days(date(2026, 3, 10), date(2026, 3, 12)), "Europe/Madrid", recurrence="FREQ=DAILY;COUNT=3"),
        EventDraft("c", HOUR, "Asia/Tokyo", status=FreeBusy.FREE, location="x", description="y"),
        EventDraft("d", HOUR, "Asia/Tokyo", status=FreeBusy.TENTATIVE),
    ):
        body = new_body(draft, "k")
        assert draft_of(body, "Europe/Madrid") == draft


def test_a_change_says_only_what_is_different() -> None:
    old = EventDraft("a", HOUR, "Europe/Madrid")
    assert change_body(old, old, ()) == {}
    assert change_body(old, draft_of({**PLAIN, "summary": "b"}, "x"), ()) == {"summary": "b"}
    days = EventDraft("a", Days(date(2026, 3, 10), date(2026, 3, 11)), "Europe/Madrid")
    change = change_body(old, days, ())
    assert change["start"] == {"date": "2026-03-10", "dateTime": None, "timeZone": None}
    assert change_body(days, old, ())["end"]["date"] is None
    assert change_body(old, EventDraft("a", HOUR, "Europe/Madrid", private=True), ()) == {"visibility": "private"}
    assert change_body(EventDraft("a", HOUR, "Europe/Madrid", private=True), old, ()) == {"visibility": "default"}


def test_what_google_knows_more_of_a_guest_is_kept() -> None:
    had = [
        {"email": ME, "organizer": True, "self": True, "responseStatus": "accepted"},
        {"email": "Guest@Example.com", "comment": "late", "additionalGuests": 2, "responseStatus": "accepted"},
        {"email": "gone@example.com", "responseStatus": "accepted"},
    ]
    assert people([Attendee(GUEST), Attendee("new@example.com")], had) == [
        had[0],
        {"email": GUEST, "comment": "late", "additionalGuests": 2, "responseStatus": "needsAction"},
        {"email": "new@example.com", "responseStatus": "needsAction"},
    ]


def test_an_answer_changes_ones_own_entry_only() -> None:
    had = [{"email": ME, "self": True, "responseStatus": "needsAction"}, {"email": GUEST, "responseStatus": "accepted"}]
    assert answered(had, Response.DECLINED, "ill") == [
        {"email": ME, "self": True, "responseStatus": "declined", "comment": "ill"},
        had[1],
    ]
    assert answered([had[1]], Response.DECLINED, "") is None


def test_a_series_that_goes_on_keeps_what_a_draft_does_not_say() -> None:
    old = {
        **PLAIN,
        "visibility": "confidential",
        "colorId": "5",
        "reminders": {"useDefault": False},
        "conferenceData": {"entryPoints": [{"uri": "https://m"}], "createRequest": {"requestId": "x"}},
    }
    body = following_body(draft_of(old, "x"), "cut", old)
    assert (body["visibility"], body["colorId"], body["reminders"]) == ("confidential", "5", {"useDefault": False})
    assert body["conferenceData"] == {"entryPoints": [{"uri": "https://m"}]}
    assert body["id"] == event_id("cut")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=DAILY", "FREQ=DAILY"),
        ("FREQ=DAILY;UNTIL=20260311", "FREQ=DAILY;UNTIL=20260311T225959Z"),
        ("FREQ=DAILY;UNTIL=20260711T100000;BYDAY=MO", "FREQ=DAILY;UNTIL=20260711T080000Z;BYDAY=MO"),
        ("FREQ=DAILY;UNTIL=20260311T100000Z", "FREQ=DAILY;UNTIL=20260311T100000Z"),
        ("FREQ=DAILY;UNTIL=99991231T235959Z", "FREQ=DAILY;UNTIL=99991231T235959Z"),
    ],
)
def test_the_end_of_a_series_is_an_instant(rule: str, said: str) -> None:
    assert until_as_google_wants(EventDraft("a", HOUR, "Europe/Madrid", recurrence=rule)) == said


def test_the_end_of_a_series_of_days_is_a_day() -> None:
    days = Days(date(2026, 3, 10), date(2026, 3, 11))
    draft = EventDraft("a", days, "Europe/Madrid", recurrence="FREQ=DAILY;UNTIL=20260311T100000")
    assert until_as_google_wants(draft) == "FREQ=DAILY;UNTIL=20260311"


@pytest.mark.parametrize(
    "lines",
    [
        ["RRULE:FREQ=DAILY", "EXDATE;TZID=Europe/Madrid:20260311T090000"],
        ["RDATE:20260311T090000Z"],
        ["RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"],
        ["RRULE:FREQ=SECONDLY"],
        ["EXRULE:FREQ=DAILY"],
    ],
)
def test_a_recurrence_that_is_not_one_plain_rule_is_refused(lines: list[str]) -> None:
    with pytest.raises(ValueError):
        draft_of({**PLAIN, "recurrence": lines}, "x")


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1)),  # noqa: DTZ001
    st.integers(1, 10_000),
    st.sampled_from(["Europe/Madrid", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu", "UTC"]),
)
def test_any_time_comes_back(start: datetime, minutes: int, name: str) -> None:
    begin = start.replace(microsecond=0, tzinfo=UTC)
    draft = EventDraft("a", Interval(begin, begin + timedelta(minutes=minutes)), name)
    assert draft_of(new_body(draft, "k"), "UTC") == draft
