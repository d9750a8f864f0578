"""What Google Calendar has beyond the contract: pages, sync tokens, calendars, Meet, mails, push, permissions."""

import asyncio
import json
import logging
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable
from datetime import date, timedelta
from pathlib import Path

import pytest
from starlette.responses import JSONResponse

from bot.app import SystemClock
from bot.errors import AccessDenied, CannotSay, Gone, Unavailable
from bot.messages import Secret
from bot.providers import House, google, kinds
from bot.providers.google import GoogleCalendar
from bot.providers.google_calls import Google
from bot.providers.google_consent import SCOPES
from bot.providers.google_errors import SCOPE_OF
from bot.providers.google_push import GooglePush
from bot.scheduling.event import (
    Attendee,
    BusyInterval,
    Days,
    EventChange,
    EventDraft,
    FreeBusy,
    Known,
    Response,
    Scope,
    Unknown,
)
from bot.scheduling.interval import Interval
from tests.doubles.google_calendar import Fault
from tests.doubles.google_rules import document
from tests.doubles.serving import served
from tests.fakes.nothing import NoLocalEvents
from tests.providers.google_house import GoogleHouse, google_house, settings
from tests.providers.inputs import (
    DAY,
    GUEST,
    ME,
    NOBODY,
    SPRING,
    WEEK,
    at,
    draft,
    half_hour,
    move,
    on,
    starts,
    tuesdays,
)

LIST = "calendar.events.list"


@pytest.fixture
async def house() -> AsyncIterator[GoogleHouse]:
    async with google_house() as opened:
        yield opened


@pytest.fixture
async def mine(house: GoogleHouse) -> GoogleCalendar:
    return house.open(ME)


@pytest.fixture
async def guest(house: GoogleHouse) -> GoogleCalendar:
    return house.open(GUEST)


# ── lists ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_all_pages_are_read(house: GoogleHouse, mine: GoogleCalendar) -> None:
    for hour in range(9, 16):
        await mine.create(draft(str(hour), at(10, hour)), f"k{hour}")
    house.server.lists.page = 3
    assert [event.title for event in await mine.events(DAY)] == [str(hour) for hour in range(9, 16)]
    names = {house.server.add_calendar(ME, f"Team {number}") for number in range(4)}
    house.server.entries.page = 2
    assert {calendar.id for calendar in (await mine.account()).calendars} == {ME, *names}


async def test_events_of_all_calendars_or_of_those_that_are_named(house: GoogleHouse, mine: GoogleCalendar) -> None:
    team = house.server.add_calendar(ME, "Team")
    await mine.create(draft("Own", at(10, 9)), "k1")
    there = await mine.create(draft("Team", at(10, 11)), "k1", team)
    assert there.calendar == team
    assert [event.title for event in await mine.events(DAY)] == ["Own", "Team"]
    assert [event.title for event in await mine.events(DAY, [team])] == ["Team"]
    assert [event.calendar for event in await mine.events(DAY, [ME])] == [ME]
    assert [event.calendar for event in await mine.events(DAY, ["primary", "primary"])] == [ME]
    moved = await mine.update(there.ref, EventChange(when=half_hour(at(10, 15))))
    assert (moved.when, moved.calendar) == (half_hour(at(10, 15)), team)
    await mine.cancel(moved.ref)
    assert [event.title for event in await mine.events(DAY)] == ["Own"]


async def test_an_event_on_two_of_ones_calendars_is_there_once(house: GoogleHouse, mine: GoogleCalendar) -> None:
    team = house.server.add_calendar(ME, "Team")
    body = {
        "iCalUID": "same@example.com",
        "summary": "Both",
        "start": {"dateTime": "2026-03-10T09:00:00+01:00"},
        "end": {"dateTime": "2026-03-10T10:00:00+01:00"},
    }
    house.server.add_event(ME, {**body, "transparency": "transparent"})
    house.server.add_event(ME, body, team)
    house.server.add_event(ME, {**body, "iCalUID": "other@example.com"}, team)
    found = await mine.events(DAY)
    assert len(found) == 2
    assert {event.status for event in found} == {FreeBusy.BUSY}
    assert len(await mine.events(DAY, ["primary"])) == 1


async def test_two_occurrences_at_one_time_are_two(mine: GoogleCalendar) -> None:
    await tuesdays(mine, "FREQ=WEEKLY;COUNT=2")
    await move(mine, at(10, 10), at(3, 10), Scope.OCCURRENCE)
    assert await starts(mine) == [at(3, 10), at(3, 10)]


async def test_a_whole_day_elsewhere_is_a_whole_day_here(house: GoogleHouse, mine: GoogleCalendar) -> None:
    """The calendar's midnights are not those of the person's zone."""
    tokyo = house.server.add_calendar(ME, "Tokyo", zone="Asia/Tokyo")
    days = Days(date(2026, 3, 10), date(2026, 3, 11))
    await mine.create(EventDraft("Off", days, "Asia/Tokyo"), "k1", tokyo)
    for window in (Interval(at(10, 22), at(10, 23)), Interval(at(10, 0), at(10, 1))):
        assert [event.when for event in await mine.events(window, [tokyo])] == [days]
    assert list(await mine.events(Interval(at(9, 20), at(10, 0)), [tokyo])) == []


async def test_one_call_a_calendar_and_no_order_so_that_a_sync_token_comes(
    house: GoogleHouse, mine: GoogleCalendar
) -> None:
    team = house.server.add_calendar(ME, "Team")
    house.server.calls.clear()
    await mine.events(WEEK, [ME, team])
    assert [call.method for call in house.server.calls] == [LIST, LIST]
    assert all("orderBy" not in call.parameters and "fields" in call.parameters for call in house.server.calls)


# ── changes ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_cursor_of_a_reading_costs_no_call(house: GoogleHouse, mine: GoogleCalendar) -> None:
    team = house.server.add_calendar(ME, "Team")
    event = await mine.create(draft("Budget", at(10, 9)), "k1")
    await mine.events(WEEK, [ME, team])
    asked = house.server.count()
    cursor = (await mine.changes(None, [team, ME])).cursor
    assert house.server.count() == asked
    unchanged = await mine.changes(cursor, [ME, team])
    assert unchanged.dirty == ()
    assert house.server.count() == asked + 2
    await mine.update(event.ref, EventChange(title="New"))
    assert (await mine.changes(unchanged.cursor, [ME, team])).dirty is None
    await mine.cancel(event.ref)
    changed = await mine.changes(unchanged.cursor, [ME, team])
    assert changed.dirty is None
    assert (await mine.changes(changed.cursor, [ME, team])).dirty == ()


async def test_a_change_between_the_reading_and_the_cursor_is_not_missed(mine: GoogleCalendar) -> None:
    await mine.events(WEEK, [ME])
    await mine.create(draft("Budget", at(10, 9)), "k1")
    assert (await mine.changes((await mine.changes(None, [ME])).cursor, [ME])).dirty is None


async def test_a_first_cursor_without_a_reading(house: GoogleHouse, mine: GoogleCalendar) -> None:
    await tuesdays(mine)
    cursor = (await mine.changes(None)).cursor
    assert (await mine.changes(cursor)).dirty == ()
    await mine.cancel((await on(mine, at(17, 10))).ref)
    assert (await house.open(ME).changes(cursor)).dirty is None


async def test_a_cursor_that_is_too_old_or_of_other_calendars_is_a_look_at_everything(
    house: GoogleHouse, mine: GoogleCalendar
) -> None:
    team = house.server.add_calendar(ME, "Team")
    await mine.events(WEEK, [ME])
    cursor = (await mine.changes(None, [ME])).cursor
    assert (await mine.changes(cursor, [ME, team])).dirty is None
    assert (await mine.changes(cursor)).dirty is None
    house.server.expire_sync_tokens(ME)
    before = house.server.count("calendar.events.list")
    assert (await mine.changes(cursor, [ME])).dirty is None
    assert house.server.count("calendar.events.list") == before + 1, "nothing is listed for a token alone"
    await mine.events(WEEK, [ME])
    assert (await mine.changes((await mine.changes(None, [ME])).cursor, [ME])).dirty == ()


@pytest.mark.parametrize(
    "cursor", ["{}", "[]", "null", '{"me@example.com": 1}', '{"me@example.com": ""}', '{"me@example.com": "e:x"}']
)
async def test_a_cursor_of_somebody_else_is_a_look_at_everything(mine: GoogleCalendar, cursor: str) -> None:
    found = await mine.changes(cursor, [ME])
    assert found.dirty is None
    assert (await mine.changes(found.cursor, [ME])).dirty is None
    assert (await mine.changes((await mine.changes(None, [ME])).cursor, [ME])).dirty == ()


# ── free and busy ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("people", "days", "calls"), [(1, 7, 1), (50, 90, 1), (51, 7, 2), (120, 200, 9), (3, 91, 2)])
async def test_at_most_fifty_people_and_ninety_days_a_call(
    house: GoogleHouse, mine: GoogleCalendar, people: int, days: int, calls: int
) -> None:
    addresses = [f"p{number}@example.com" for number in range(people)]
    for address in addresses:
        house.server.accounts.add(address)
    begin, last = at(1, 0), at(1, 0) + timedelta(days=days, hours=-1)
    for start in (begin, last):
        when = {"start": {"dateTime": start.isoformat()}, "end": {"dateTime": (start + timedelta(hours=2)).isoformat()}}
        house.server.add_event(addresses[-1], {"summary": "secret", **when})
    found = await mine.busy(addresses, Interval(begin, begin + timedelta(days=days)))
    assert list(found) == addresses
    assert house.server.count("calendar.freebusy.query") == calls
    told = found[addresses[-1]]
    assert isinstance(told, Known)
    expected = [Interval(begin, begin + timedelta(hours=2)), Interval(last, last + timedelta(hours=1))]
    assert sorted(one.interval for one in told.busy) == expected
    assert people == 1 or found[addresses[0]] == Known(())


async def test_who_cannot_be_asked_about_is_unknown(house: GoogleHouse, mine: GoogleCalendar) -> None:
    house.server.accounts.add("far@elsewhere.example")
    odd = ["", "no address", "a@b@c", "x" * 400 + "@example.com"]
    found = await mine.busy([NOBODY, "far@elsewhere.example", "GUEST@example.com", *odd], WEEK)
    assert found["GUEST@example.com"] == Known(())
    for address in (NOBODY, "far@elsewhere.example", *odd):
        told = found[address]
        assert isinstance(told, Unknown)
        assert told.reason
        assert "{" not in told.reason
    assert house.server.count() == 1


async def test_ones_own_time_says_what_is_tentative_though_others_cannot_be_read(
    house: GoogleHouse, mine: GoogleCalendar
) -> None:
    await mine.create(draft("perhaps", at(10, 9), status=FreeBusy.TENTATIVE), "k1")
    alone = house.open(ME, frozenset({SCOPE_OF["events"], SCOPE_OF["calendarList"]}))
    found = await alone.busy([ME, GUEST], DAY)
    assert found[ME] == Known((BusyInterval(half_hour(at(10, 9)), FreeBusy.TENTATIVE),))
    assert isinstance(found[GUEST], Unknown)
    with pytest.raises(AccessDenied):
        await alone.busy([GUEST], DAY)


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_every_write_tells_the_guests(house: GoogleHouse, mine: GoogleCalendar, guest: GoogleCalendar) -> None:
    first = await tuesdays(mine, "FREQ=WEEKLY;COUNT=5", attendees=(Attendee(GUEST),))
    await move(mine, at(10, 10), at(11, 10), Scope.OCCURRENCE)
    await move(mine, at(17, 10), at(18, 10), Scope.FOLLOWING)
    await mine.update(first.ref, EventChange(title="New"), Scope.SERIES)
    await guest.respond((await on(guest, at(18, 10))).ref, Response.ACCEPTED)
    await mine.cancel((await on(mine, at(25, 10))).ref, Scope.FOLLOWING)
    await mine.cancel((await mine.events(SPRING))[0].ref, Scope.SERIES)
    writes = [
        call for call in house.server.calls if call.method.rpartition(".")[2] in ("insert", "patch", "update", "delete")
    ]
    assert len(writes) >= 8
    assert {call.parameters.get("sendUpdates") for call in writes} == {"all"}
    kinds_sent = {mail.kind for mail in house.server.mail}
    assert kinds_sent == {"invitation", "update", "reply", "cancellation"}


async def test_a_meet_link_is_made_once_and_goes_along(house: GoogleHouse, mine: GoogleCalendar) -> None:
    wanted = draft("Weekly", at(3, 10), conference=True, recurrence="FREQ=WEEKLY;COUNT=3")
    event = await mine.create(wanted, "k1")
    assert event.join_url.startswith("https://")
    assert (await mine.create(wanted, "k1")).join_url == event.join_url
    await mine.update((await on(mine, at(10, 10))).ref, EventChange(title="New"), Scope.FOLLOWING)
    assert {one.join_url for one in await mine.events(SPRING)} == {event.join_url}


async def test_a_key_is_found_on_the_other_calendars_too(house: GoogleHouse, mine: GoogleCalendar) -> None:
    team = house.server.add_calendar(ME, "Team")
    readable = house.server.add_calendar(ME, "Boss", role="reader")
    there = await mine.create(draft("Budget", at(10, 9)), "k1", team)
    assert await mine.find("k1", team) == there
    assert await mine.find("k1") == there
    assert await mine.find("k1", readable) == there
    house.server.delete_calendar(team)
    assert await mine.find("k1", team) is None


async def test_a_cancelled_event_comes_back_as_cancelled_under_its_key(mine: GoogleCalendar) -> None:
    event = await mine.create(draft("Budget", at(10, 9)), "k1")
    await mine.cancel(event.ref)
    assert (await mine.create(draft("Again", at(10, 9)), "k1")).cancelled


async def test_two_changes_at_once_are_both_kept(mine: GoogleCalendar, house: GoogleHouse) -> None:
    event = await mine.create(draft("Budget", at(10, 9)), "k1")
    other = house.open(ME)
    await asyncio.gather(
        mine.update(event.ref, EventChange(title="New")),
        other.update(event.ref, EventChange(location="Room 2")),
        mine.update(event.ref, EventChange(description="text")),
    )
    found = await mine.event(event.ref)
    assert (found.title, found.location, found.description) == ("New", "Room 2", "text")


async def in_the_middle(house: GoogleHouse, method: str, slow: Awaitable[object], other: Awaitable[object]) -> None:
    """Do the other thing while the server has the next call of a method and has not done it yet."""
    house.server.faults.next(method, Fault(slow=0.6))
    waiting = house.server.faults._next[method]
    task = asyncio.ensure_future(slow)
    while waiting:  # noqa: ASYNC110 the server sets no event
        await asyncio.sleep(0.001)
    await other
    assert not task.done()
    await task


async def test_an_answer_in_the_middle_of_a_change_is_kept(
    house: GoogleHouse, mine: GoogleCalendar, guest: GoogleCalendar
) -> None:
    event = await mine.create(draft("Budget", at(10, 9), attendees=(Attendee(GUEST),)), "k1")
    more = EventChange(attendees=(Attendee(GUEST), Attendee("new@example.com")))
    await in_the_middle(
        house, "calendar.events.patch", mine.update(event.ref, more), guest.respond(event.ref, Response.ACCEPTED)
    )
    found = await mine.event(event.ref)
    assert [(one.address, one.response) for one in found.attendees] == [
        (GUEST, Response.ACCEPTED),
        ("new@example.com", Response.NONE),
    ]


async def test_an_answer_in_the_middle_of_a_split_goes_along(
    house: GoogleHouse, mine: GoogleCalendar, guest: GoogleCalendar
) -> None:
    await tuesdays(mine, "FREQ=WEEKLY;COUNT=4", attendees=(Attendee(GUEST),))
    second, last = await on(mine, at(10, 10)), await on(guest, at(24, 10))
    await in_the_middle(
        house,
        "calendar.events.insert",
        mine.update(second.ref, EventChange(title="New"), Scope.FOLLOWING),
        guest.respond(last.ref, Response.DECLINED),
    )
    found = [(event.title, event.response) for event in await guest.events(SPRING)]
    assert found == [
        ("Weekly", Response.NONE),
        ("New", Response.NONE),
        ("New", Response.NONE),
        ("New", Response.DECLINED),
    ]


async def test_guests_may_change_what_the_organizer_lets_them(house: GoogleHouse, guest: GoogleCalendar) -> None:
    house.server.add_event(
        ME,
        {
            "summary": "Ours",
            "start": {"dateTime": "2026-03-10T09:00:00+01:00"},
            "end": {"dateTime": "2026-03-10T10:00:00+01:00"},
            "attendees": [{"email": GUEST}],
            "guestsCanModify": True,
        },
    )
    (seen,) = await guest.events(DAY)
    assert (await guest.update(seen.ref, EventChange(title="Mine too"))).title == "Mine too"


async def test_a_refusal_names_whose_meeting_it_is(mine: GoogleCalendar, guest: GoogleCalendar) -> None:
    await mine.create(draft("Budget", at(10, 9), attendees=(Attendee(GUEST),)), "k1")
    (seen,) = await guest.events(DAY)
    with pytest.raises(AccessDenied, match="Only Ann can change"):
        await guest.update(seen.ref, EventChange(title="Mine now"))


async def test_what_google_has_of_an_event_survives_a_change(house: GoogleHouse, mine: GoogleCalendar) -> None:
    body = house.server.add_event(
        ME,
        {
            "summary": "Budget",
            "start": {"dateTime": "2026-03-10T09:00:00+01:00"},
            "end": {"dateTime": "2026-03-10T10:00:00+01:00"},
            "attendees": [{"email": GUEST, "comment": "late"}, {"email": ME, "responseStatus": "accepted"}],
            "colorId": "5",
            "extendedProperties": {"private": {"crm": "42"}},
        },
    )
    (seen,) = await mine.events(DAY)
    await mine.update(seen.ref, EventChange(title="New", attendees=(*seen.attendees, Attendee("new@example.com"))))
    (row,) = [row for row in house.server.store.calendars[ME].rows.values() if row.event["id"] == body["id"]]
    assert row.event["colorId"] == "5"
    assert row.event["extendedProperties"] == {"private": {"crm": "42"}}
    assert [(one["email"], one.get("comment")) for one in row.event["attendees"]] == [
        (ME, None),
        (GUEST, "late"),
        ("new@example.com", None),
    ]


# ── series ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_cancelled_place_that_a_move_fills_is_filled(mine: GoogleCalendar) -> None:
    await tuesdays(mine, "FREQ=WEEKLY;BYDAY=TU;COUNT=4")
    await mine.cancel((await on(mine, at(17, 10))).ref)
    await move(mine, at(3, 10), at(10, 10), Scope.SERIES)
    assert await starts(mine) == [at(10, 10), at(17, 10), at(31, 10)]


async def test_a_series_of_an_odd_kind_is_changed_one_by_one(house: GoogleHouse, mine: GoogleCalendar) -> None:
    house.server.add_event(
        ME,
        {
            "summary": "Imported",
            "start": {"dateTime": "2026-03-10T09:00:00", "timeZone": "Europe/Madrid"},
            "end": {"dateTime": "2026-03-10T10:00:00", "timeZone": "Europe/Madrid"},
            "recurrence": ["RRULE:FREQ=DAILY;COUNT=4", "EXDATE;TZID=Europe/Madrid:20260311T090000"],
        },
    )
    first, second, third = await mine.events(WEEK)
    for scope in (Scope.FOLLOWING, Scope.SERIES):
        with pytest.raises(CannotSay, match="one by one"):
            await mine.update(second.ref, EventChange(title="New"), scope)
    with pytest.raises(CannotSay):
        await mine.cancel(second.ref, Scope.FOLLOWING)
    await mine.update(second.ref, EventChange(title="New"))
    await mine.cancel(third.ref)
    assert [event.title for event in await mine.events(WEEK)] == ["Imported", "New"]
    await mine.cancel(first.ref, Scope.SERIES)
    assert list(await mine.events(WEEK)) == []


async def test_a_split_keeps_the_old_name_before_and_one_name_after(mine: GoogleCalendar) -> None:
    first = await tuesdays(mine, "FREQ=WEEKLY;COUNT=4")
    changed = await move(mine, at(17, 10), at(17, 12), Scope.FOLLOWING)
    assert [event.series for event in await mine.events(SPRING)] == [first.series] * 2 + [changed.series] * 2
    assert changed.series != first.series


async def test_a_long_list_of_occurrences_has_its_first(house: GoogleHouse, mine: GoogleCalendar) -> None:
    house.server.lists.page = 2
    first = await mine.create(draft("Daily", at(3, 10), recurrence="FREQ=DAILY;COUNT=9"), "k1")
    assert first.when == half_hour(at(3, 10))
    for _ in range(3):
        await mine.cancel((await mine.events(SPRING))[0].ref)
    found = await mine.find("k1")
    assert found is not None
    assert found.when == half_hour(at(6, 10))


# ── odd answers ─────────────────────────────────────────────────────────────────────────────────────────────────

GOOD = {
    "id": "abc",
    "start": {"dateTime": "2026-03-10T09:00:00Z"},
    "end": {"dateTime": "2026-03-10T10:00:00Z"},
}


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {"items": [GOOD, {**GOOD, "start": {}}]},
        {"items": [GOOD, {"id": "no times"}]},
        {"items": [GOOD, None]},
        {"items": [GOOD, "x"]},
        {"items": {"a": 1}},
        {"items": 5},
        {"items": [{**GOOD, "id": None}]},
        {"items": [{**GOOD, "end": {"dateTime": "2026-03-10T08:00:00Z"}}]},
    ],
)
async def test_an_event_that_is_not_understood_is_never_left_out(answer: object) -> None:
    async with google_house() as house, served(JSONResponse(answer)) as url:
        house.google = Google(settings(url), SystemClock())
        with pytest.raises(Unavailable):
            await house.open(ME).events(WEEK, ["primary"])
        house.google.close()


async def test_a_list_without_end_is_not_read_for_ever() -> None:
    async with google_house() as house, served(JSONResponse({"items": [], "nextPageToken": "again"})) as url:
        house.google = Google(settings(url), SystemClock())
        with pytest.raises(Unavailable):
            await house.open(ME).events(WEEK, ["primary"])
        house.google.close()


# ── push ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_channel_tells_of_changes_and_ends(house: GoogleHouse, mine: GoogleCalendar) -> None:
    push, opening = GooglePush(house.google), mine._session.opening
    watched = await push.watch(opening, "primary", "channel-1", Secret("s" * 43), "https://bot.example/push/google")
    assert watched.until > SystemClock().now() + timedelta(days=1)
    await mine.create(draft("Budget", at(10, 9)), "k1")
    notice = house.server.notices[-1]
    headers = {name.lower(): value for name, value in notice.headers().items()}
    assert push.secret_of(headers, b"") == Secret("s" * 43)
    await push.unwatch(opening, "channel-1", watched.resource)
    await push.unwatch(opening, "channel-1", watched.resource)
    heard = len(house.server.notices)
    await mine.create(draft("Budget", at(10, 9)), "k2")
    assert len(house.server.notices) == heard


async def test_a_channel_needs_an_address_that_google_can_reach(house: GoogleHouse, mine: GoogleCalendar) -> None:
    push, opening = GooglePush(house.google), mine._session.opening
    with pytest.raises(CannotSay):
        await push.watch(opening, "primary", "channel-1", Secret("x"), "http://127.0.0.1:8080/push/google")
    with pytest.raises(Gone):
        await push.watch(opening, "no-such-calendar", "channel-2", Secret("x"), "https://bot.example/push/google")


@pytest.mark.parametrize("headers", [{}, {"x-goog-channel-token": ""}, {"authorization": "Bearer x"}])
def test_a_notice_without_a_token_proves_nothing(headers: dict[str, str]) -> None:
    push = GooglePush(Google(settings("http://127.0.0.1:1"), SystemClock()))
    assert push.secret_of(headers, b"") is None


# ── permissions, secrets, and what is imported when ─────────────────────────────────────────────────────────────


def test_our_permissions_are_the_least_that_every_call_needs() -> None:
    """By the `scopes` of each method in Google's own description of the API."""
    text = "".join(path.read_text("utf-8") for path in Path(google.__file__).parent.glob("google*.py"))
    called = set(re.findall(r'"((?:events|calendarList|freebusy|channels)\.[a-zA-Z]+)"', text))
    assert called == {
        "calendarList.list",
        "channels.stop",
        "events.delete",
        "events.get",
        "events.insert",
        "events.instances",
        "events.list",
        "events.patch",
        "events.watch",
        "freebusy.query",
    }
    needed = set()
    for method in called:
        resource, name = method.split(".")
        allowing = set(document()["resources"][resource]["methods"][name]["scopes"])
        assert SCOPE_OF[resource] in allowing & set(SCOPES)
        needed.add(SCOPE_OF[resource])
    assert {scope for scope in SCOPES if scope.startswith("https://")} == needed
    assert list(SCOPES) == [
        "https://www.googleapis.com/auth/calendar.events",
        "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
        "https://www.googleapis.com/auth/calendar.freebusy",
        "openid",
        "email",
    ]


async def test_no_token_is_logged(house: GoogleHouse, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    mine = house.open(ME)
    token = json.loads(mine._session.opening.credential.reveal())["access_token"]
    await mine.create(draft("Budget", at(10, 9)), "k1")
    await mine.events(WEEK)
    house.server.accounts.kill(ME)
    await mine.busy([GUEST], WEEK)
    with pytest.raises(Gone):
        await mine.event("primary/nothing")
    assert house.renewals[ME].count == 1
    assert token not in caplog.text
    assert "ya29." not in caplog.text


def test_a_kind_is_made_once_and_only_where_a_client_is_set_up() -> None:
    without = House(SystemClock(), NoLocalEvents())
    assert set(kinds(without, ("local", "google"))) == {"local"}
    made = kinds(House(SystemClock(), NoLocalEvents(), settings("http://127.0.0.1:1")), ("local", "google"))
    assert made["google"]() is made["google"]()
    assert made["google"]().disclosure.scopes == tuple(SCOPES)


def test_no_vendor_is_imported_before_the_first_call() -> None:
    program = (
        "import sys; from bot.app import SystemClock; from bot.providers import House, google;"
        "google.kind(House(SystemClock(), None)); print('\\n'.join(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    vendors = {"googleapiclient", "httplib2", "authlib", "httpx2", "httpcore2", "google"}
    assert vendors.isdisjoint(module.partition(".")[0] for module in run.stdout.split())
