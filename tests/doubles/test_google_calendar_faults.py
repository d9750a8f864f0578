"""Ordered failures of the pretended Google Calendar, and its push channels."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import httplib2
import pytest
from googleapiclient.errors import HttpError

from tests.doubles.google_calendar import Fault, GoogleCalendar, Notice
from tests.doubles.google_calendar_client import GUEST, ME, Client, Open, opened, pretended, reason, times
from tests.doubles.google_rules import problems

LIST, INSERT = "calendar.events.list", "calendar.events.insert"


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


@pytest.mark.parametrize(
    ("fault", "domain", "why"),
    [
        (Fault(429), "usageLimits", "rateLimitExceeded"),
        (Fault(403), "usageLimits", "rateLimitExceeded"),
        (Fault(403, "userRateLimitExceeded"), "usageLimits", "userRateLimitExceeded"),
        (Fault(403, "quotaExceeded"), "usageLimits", "quotaExceeded"),
        (Fault(500), "global", "backendError"),
        (Fault(503, retry_after="Wed, 21 Oct 2026 07:28:00 GMT"), "global", "backendError"),
        (Fault(401), "global", "authError"),
    ],
)
async def test_a_refusal_in_googles_words(
    google: GoogleCalendar, me: Client, fault: Fault, domain: str, why: str
) -> None:
    google.faults.next(LIST, fault)
    with pytest.raises(HttpError) as error:
        await me.list()
    said = json.loads(error.value.content)["error"]
    assert (said["code"], said["errors"][0]["domain"], said["errors"][0]["reason"]) == (fault.status, domain, why)
    assert error.value.resp.get("retry-after", "") == fault.retry_after
    assert (await me.list())["items"] == []
    assert google.count(LIST) == 2


async def test_faults_come_in_order_and_for_all_methods(google: GoogleCalendar, me: Client) -> None:
    google.faults.next("*", Fault(503), Fault(500))
    google.faults.always(INSERT, Fault(403, "quotaExceeded"))
    for status in (503, 500):
        with pytest.raises(HttpError) as error:
            await me.list()
        assert error.value.resp.status == status
    for _ in range(2):
        with pytest.raises(HttpError) as error:
            await me.insert(times(10, 9))
        assert reason(error) == (403, "quotaExceeded")
    google.faults.clear()
    assert (await me.list())["items"] == []


@pytest.mark.parametrize("commits", [False, True])
@pytest.mark.parametrize("fault", [{"status": 500}, {"hang_up": True}, {"hang": True}])
async def test_work_is_done_before_the_failure_or_not_at_all(
    google: GoogleCalendar, me: Client, fault: dict[str, Any], commits: bool
) -> None:
    # Always: httplib2 sends a request again by itself when the connection ends without an answer.
    google.faults.always(INSERT, Fault(**fault, after_commit=commits))
    request = me.api.events().insert(calendarId="primary", body=times(10, 9, id="abcde"))
    request.headers["authorization"] = f"Bearer {me.token}"
    http = httplib2.Http(timeout=0.3)
    with contextlib.closing(http), pytest.raises((HttpError, OSError, httplib2.HttpLib2Error)):
        await asyncio.to_thread(request.execute, http=http)
    assert len((await me.list())["items"]) == commits


async def test_an_answer_that_is_late_comes(google: GoogleCalendar, me: Client) -> None:
    google.faults.next(LIST, Fault(slow=0.01))
    assert (await me.list())["items"] == []


@pytest.mark.parametrize("nonsense", ["html", "truncated"])
async def test_nonsense_is_a_good_answer_by_its_status(google: GoogleCalendar, me: Client, nonsense: str) -> None:
    google.faults.next(LIST, Fault(nonsense=nonsense))
    status, body = await me.raw("GET", "calendars/primary/events")
    assert status == 200
    with pytest.raises(ValueError):
        json.loads(body)


async def watch(me: Client, **body: Any) -> Any:
    whole = {
        "id": "channel-1",
        "type": "web_hook",
        "address": "https://bot.example.com/hook",
        "token": "secret",
        **body,
    }
    return await me.do(me.api.events().watch(calendarId="primary", body=whole))


async def test_a_channel_tells_of_every_change_until_it_is_stopped(google: GoogleCalendar, client: Open) -> None:
    me, guest = client(ME), client(GUEST)
    told: list[Notice] = []
    google.notify = told.append
    channel = await watch(me)
    assert problems("Channel", channel) == []
    await guest.insert(times(9, 9))
    made = await guest.insert(times(10, 9, attendees=[{"email": ME}]))
    await guest.delete(made["id"])
    assert told == google.notices
    assert [(notice.state, notice.number) for notice in told] == [("sync", 1), ("exists", 2), ("exists", 3)]
    headers = told[1].headers()
    assert headers.pop("X-Goog-Channel-Expiration").endswith(" GMT")
    assert headers == {
        "X-Goog-Channel-ID": "channel-1",
        "X-Goog-Channel-Token": "secret",
        "X-Goog-Message-Number": "2",
        "X-Goog-Resource-ID": channel["resourceId"],
        "X-Goog-Resource-State": "exists",
        "X-Goog-Resource-URI": channel["resourceUri"],
    }
    stop = {"id": channel["id"], "resourceId": channel["resourceId"]}
    with pytest.raises(HttpError) as error:
        await guest.do(guest.api.channels().stop(body=stop))
    assert reason(error) == (404, "notFound")
    await me.do(me.api.channels().stop(body=stop))
    await me.insert(times(11, 9))
    assert len(told) == 3
    with pytest.raises(HttpError) as error:
        await me.do(me.api.channels().stop(body=stop))
    assert reason(error) == (404, "notFound")


async def test_a_channel_ends_by_itself(google: GoogleCalendar, client: Open) -> None:
    google.accounts.clock.append(1_000_000.0)
    me = client(ME)
    assert (await watch(me, expiration="1000060000"))["expiration"] == "1000060000"
    assert (await watch(me, id="channel-2", params={"ttl": "30"}))["expiration"] == "1000030000"
    google.accounts.clock[0] += 59
    google.add_event(ME, times(10, 9))
    google.accounts.clock[0] += 1
    google.add_event(ME, times(11, 9))
    assert [(one.channel.id, one.state) for one in google.notices[2:]] == [("channel-1", "exists")]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"address": "http://bot.example.com/hook"}, "push.webhookUrlNotHttps"),
        ({"address": None}, "required"),
        ({"id": None}, "required"),
        ({"type": None}, "required"),
        ({"type": "mail"}, "channelUnknown"),
        ({"id": "channel 1"}, "channelIdInvalid"),
        ({"id": "x" * 65}, "channelIdInvalid"),
        ({"token": "x" * 257}, "channelTokenTooLong"),
        ({"expiration": "soon"}, "invalid"),
        ({"expiration": "1"}, "invalid"),
    ],
)
async def test_a_channel_that_google_would_not_open(
    google: GoogleCalendar, me: Client, body: dict[str, Any], why: str
) -> None:
    with pytest.raises(HttpError) as error:
        await watch(me, **body)
    assert reason(error) == (400, why)
    assert google.notices == []


async def test_the_id_of_a_channel_is_used_once(me: Client) -> None:
    channel = await watch(me)
    await me.do(me.api.channels().stop(body={"id": channel["id"], "resourceId": channel["resourceId"]}))
    with pytest.raises(HttpError) as error:
        await watch(me)
    assert reason(error) == (400, "channelIdNotUnique")
