"""Google Calendar refuses, is slow to come back, or answers oddly: what each row of the mapping becomes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from email.utils import format_datetime

import pytest

from bot.errors import AccessDenied, CannotSay, Gone, LinkExpired, ProviderError, Unavailable
from bot.ports import CalendarProvider
from bot.providers.google import GoogleCalendar
from bot.providers.google_calls import Patience
from bot.providers.google_errors import Changed, Lost, Taken, refusal
from bot.scheduling.event import Attendee, EventChange, Known, Scope, Unknown
from bot.scheduling.interval import Interval
from tests.doubles.google_calendar import Fault
from tests.providers.google_house import GoogleHouse, Still, google_house
from tests.providers.inputs import DAY, GUEST, ME, WEEK, at, draft

Ask = Callable[[CalendarProvider], Awaitable[object]]

READS: dict[str, tuple[str, Ask]] = {
    "account": ("calendar.calendarList.list", lambda mine: mine.account()),
    "events": ("calendar.events.list", lambda mine: mine.events(WEEK, ["primary"])),
    "busy": ("calendar.freebusy.query", lambda mine: mine.busy([GUEST], WEEK)),
}
WRITES: dict[str, tuple[str, Ask]] = {
    "create": ("calendar.events.insert", lambda mine: mine.create(draft("Budget", at(10, 9)), "k1")),
}


class Waits:
    """`sleep` that sleeps not, and tells how long it would have."""

    def __init__(self, clock: Still) -> None:
        self.clock = clock
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Still:
    return Still()


@pytest.fixture
def waits(clock: Still) -> Waits:
    return Waits(clock)


@pytest.fixture
async def house(clock: Still, waits: Waits) -> AsyncIterator[GoogleHouse]:
    async with google_house(clock, Patience(sleep=waits)) as opened:
        yield opened


@pytest.fixture
async def mine(house: GoogleHouse) -> GoogleCalendar:
    return house.open(ME)


# ── rows of the mapping ─────────────────────────────────────────────────────────────────────────────────────────


def body(reason: str) -> bytes:
    return b'{"error": {"errors": [{"reason": "%s", "message": "notFound rateLimitExceeded"}], "code": 1}}' % (
        reason.encode()
    )


@pytest.mark.parametrize(
    ("status", "reason", "kind"),
    [
        (400, "badRequest", CannotSay),
        (400, "rateLimitExceeded", CannotSay),
        (401, "authError", LinkExpired),
        (403, "insufficientPermissions", AccessDenied),
        (403, "rateLimitExceeded", Unavailable),
        (403, "userRateLimitExceeded", Unavailable),
        (403, "quotaExceeded", Unavailable),
        (403, "forbiddenForNonOrganizer", AccessDenied),
        (403, "requiredAccessLevel", AccessDenied),
        (403, "accessNotConfigured", Unavailable),
        (403, "somethingNew", AccessDenied),
        (404, "notFound", Gone),
        (409, "duplicate", Taken),
        (410, "deleted", Gone),
        (412, "conditionNotMet", Changed),
        (418, "", Unavailable),
        (429, "anything", Unavailable),
        (500, "backendError", Unavailable),
        (503, "", Unavailable),
        (301, "", Unavailable),
    ],
)
def test_a_refusal_is_read_by_status_and_reason(status: int, reason: str, kind: type[Exception]) -> None:
    assert type(refusal(status, body(reason), "see your calendars")) is kind


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"[]", b'{"error": 1}', b'{"error": {"errors": {"a": 1}}}', b"\xff", b'{"error": null}']
)
def test_a_refusal_without_a_reason_is_still_one(content: bytes) -> None:
    assert type(refusal(403, content, "x")) is AccessDenied
    assert type(refusal(502, content, "x")) is Unavailable


def test_a_missing_permission_is_named() -> None:
    refused = refusal(403, body("insufficientPermissions"), "see when calendars are busy")
    assert "see when calendars are busy" in str(refused)


@pytest.mark.parametrize(
    ("name", "words"),
    [("events", "see and change events"), ("account", "see the list"), ("busy", "see when calendars are busy")],
)
async def test_an_unticked_permission_is_named(house: GoogleHouse, name: str, words: str) -> None:
    _, ask = READS[name]
    mine = house.open(ME, frozenset({"openid"}))
    with pytest.raises(AccessDenied, match=words):
        await ask(mine)


async def test_a_read_only_calendar_says_so(house: GoogleHouse, mine: GoogleCalendar) -> None:
    calendar = house.server.add_calendar(ME, "Team", role="reader")
    with pytest.raises(AccessDenied, match="read-only"):
        await mine.create(draft("Budget", at(10, 9)), "k1", calendar)


async def test_a_deleted_calendar_says_so(house: GoogleHouse, mine: GoogleCalendar) -> None:
    calendar = house.server.add_calendar(ME, "Team")
    house.server.delete_calendar(calendar)
    with pytest.raises(Gone, match="calendar is no longer there"):
        await mine.create(draft("Budget", at(10, 9)), "k1", calendar)
    with pytest.raises(Gone):
        await mine.events(WEEK, ["primary", calendar])


async def test_what_google_calls_a_bad_request_cannot_be_said(house: GoogleHouse, mine: GoogleCalendar) -> None:
    with pytest.raises(CannotSay):
        await mine.create(draft("Budget", at(10, 9), attendees=(Attendee("not an address"),)), "k1")


@pytest.mark.parametrize("nonsense", ["html", "truncated"])
@pytest.mark.parametrize("name", list(READS))
async def test_nonsense_is_no_answer(house: GoogleHouse, mine: GoogleCalendar, name: str, nonsense: str) -> None:
    method, ask = READS[name]
    house.server.faults.always(method, Fault(nonsense=nonsense))
    with pytest.raises(Unavailable):
        await ask(mine)


# ── access that has ended ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_dead_token_is_renewed_once_and_the_call_goes_on(house: GoogleHouse) -> None:
    mine = house.open(ME, token="ya29.dead")
    assert (await mine.account()).address == ME
    assert house.renewals[ME].count == 1
    await mine.account()
    assert house.renewals[ME].count == 1


async def test_a_token_that_is_over_is_renewed_before_a_call(house: GoogleHouse, clock: Still) -> None:
    mine = house.open(ME)
    clock.moment += timedelta(minutes=59, seconds=30)
    house.server.calls.clear()
    await mine.events(WEEK, ["primary"])
    assert [call.account for call in house.server.calls] == [ME]
    assert house.renewals[ME].count == 1


async def test_a_renewed_token_that_is_refused_too_is_the_end(house: GoogleHouse) -> None:
    house.server.faults.always("*", Fault(status=401))
    mine = house.open(ME)
    with pytest.raises(LinkExpired):
        await mine.account()
    assert house.renewals[ME].count == 1
    assert house.server.count() == 2


async def test_new_access_that_is_over_already_is_a_wrong_clock(house: GoogleHouse) -> None:
    mine = house.open(ME, token="ya29.dead")
    house.renewals[ME].lives = -100
    with pytest.raises(Unavailable, match="clock"):
        await mine.account()


async def test_revoked_access_is_said(house: GoogleHouse) -> None:
    mine = house.open(ME)
    house.server.accounts.kill(ME)
    house.renewals[ME].dead.append(LinkExpired("google"))
    with pytest.raises(LinkExpired):
        await mine.busy([GUEST], WEEK)


async def test_every_call_carries_its_own_persons_token(house: GoogleHouse) -> None:
    people = [house.open(address) for address in (ME, GUEST) * 8]
    found = await asyncio.gather(*(person.account() for person in people))
    assert [account.address for account in found] == [ME, GUEST] * 8


# ── rests ───────────────────────────────────────────────────────────────────────────────────────────────────────

SLOW_DOWN = [
    Fault(status=429),
    Fault(status=403, reason="rateLimitExceeded"),
    Fault(status=403, reason="userRateLimitExceeded"),
    Fault(status=403, reason="quotaExceeded"),
    Fault(status=503),
    Fault(status=500),
]


def told(fault: Fault, retry_after: str) -> Fault:
    return Fault(status=fault.status, reason=fault.reason, retry_after=retry_after)


@pytest.mark.parametrize("fault", SLOW_DOWN, ids=lambda fault: f"{fault.status}{fault.reason}")
@pytest.mark.parametrize("name", [*READS, *WRITES])
async def test_during_a_rest_nothing_is_asked(
    house: GoogleHouse, mine: GoogleCalendar, clock: Still, fault: Fault, name: str
) -> None:
    method, ask = (READS | WRITES)[name]
    house.server.faults.next(method, told(fault, "120"))
    with pytest.raises(Unavailable) as refused:
        await ask(mine)
    assert refused.value.retry_after == timedelta(minutes=2)
    asked = house.server.count()
    clock.moment += timedelta(seconds=119)
    for _, other in (READS | WRITES).values():
        with pytest.raises(Unavailable) as resting:
            await other(mine)
        assert resting.value.retry_after == timedelta(seconds=1)
    assert house.server.count() == asked
    await house.open(GUEST).account()  # somebody else is served
    clock.moment += timedelta(seconds=1)
    await ask(mine)
    assert house.server.count() == asked + 2


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("120", 120, 120),
        ("in two minutes", 0.5, 1),
        ("", 0.5, 1),
        ("-5", 0.5, 1),
        ("0", 0.5, 1),
        ("1e3", 0.5, 1),
        ("99999999999999999999999999", 0.5, 900),
        ("86400", 900, 900),
        ("DATE+60", 59, 60),
        ("DATE-60", 0.5, 1),
        ("DATE+864000", 900, 900),
        ("Tue, 99 Foo 2026 25:61:61 GMT", 0.5, 1),
    ],
)
async def test_how_long_is_what_google_says_within_reason(
    house: GoogleHouse, mine: GoogleCalendar, clock: Still, header: str, least: float, most: float
) -> None:
    if header.startswith("DATE"):
        header = format_datetime(clock.moment + timedelta(seconds=int(header[4:])), usegmt=True)
    house.server.faults.next("calendar.events.insert", Fault(status=429, retry_after=header))
    with pytest.raises(Unavailable):
        await mine.create(draft("Budget", at(10, 9)), "k1")
    asked = house.server.count()
    clock.moment += timedelta(seconds=least - 0.001)
    with pytest.raises(Unavailable):
        await mine.account()
    assert house.server.count() == asked
    clock.moment += timedelta(seconds=most - least + 0.002)
    await mine.account()


async def test_a_short_rest_is_waited_for_once_by_a_read(
    house: GoogleHouse, mine: GoogleCalendar, waits: Waits
) -> None:
    house.server.faults.next("calendar.events.list", Fault(status=503, retry_after="2"))
    assert list(await mine.events(WEEK, ["primary"])) == []
    assert waits.slept == [2.0]
    house.server.faults.next("calendar.events.list", *[Fault(status=503, retry_after="1")] * 3)
    with pytest.raises(Unavailable):
        await mine.events(WEEK, ["primary"])
    assert waits.slept == [2.0, 1.0]


async def test_a_longer_rest_is_not_waited_for(house: GoogleHouse, mine: GoogleCalendar, waits: Waits) -> None:
    house.server.faults.next("calendar.events.list", Fault(status=503, retry_after="3"))
    with pytest.raises(Unavailable):
        await mine.events(WEEK, ["primary"])
    assert waits.slept == []


async def test_a_short_rest_is_not_waited_for_by_a_write(
    house: GoogleHouse, mine: GoogleCalendar, waits: Waits
) -> None:
    house.server.faults.next("calendar.events.insert", Fault(status=429, retry_after="1"))
    with pytest.raises(Unavailable):
        await mine.create(draft("Budget", at(10, 9)), "k1")
    assert waits.slept == []
    assert house.server.count("calendar.events.insert") == 1


async def test_rests_grow_while_google_does_not_recover(house: GoogleHouse, mine: GoogleCalendar, clock: Still) -> None:
    house.server.faults.always("*", Fault(status=429))
    rests = []
    for _ in range(14):
        with pytest.raises(Unavailable) as refused:
            await mine.create(draft("Budget", at(10, 9)), "k1")
        assert refused.value.retry_after is not None
        rests.append(refused.value.retry_after)
        clock.moment += refused.value.retry_after
    assert timedelta(seconds=0.5) <= rests[0] <= timedelta(seconds=1)
    assert rests[0] < rests[4] < rests[8]
    assert max(rests) <= timedelta(minutes=15)
    assert rests[13] >= timedelta(minutes=7)
    house.server.faults.clear()
    await mine.account()
    house.server.faults.next("*", Fault(status=429))
    with pytest.raises(Unavailable) as refused:
        await mine.create(draft("Budget", at(10, 9)), "k1")
    assert (refused.value.retry_after or timedelta()) <= timedelta(seconds=1)


# ── writes whose answer is lost ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "fault",
    [Fault(status=503, after_commit=True), Fault(hang_up=True, after_commit=True)],
    ids=["an error after the commit", "the connection ends after the commit"],
)
async def test_a_create_whose_answer_is_lost_is_found_and_is_one(
    house: GoogleHouse, mine: GoogleCalendar, clock: Still, fault: Fault
) -> None:
    house.server.faults.next("calendar.events.insert", fault)
    wanted = draft("Budget", at(10, 9), attendees=(Attendee(GUEST),))
    try:
        await mine.create(wanted, "k1")
    except Lost:
        clock.moment += timedelta(seconds=5)
    found = await mine.find("k1")
    assert found is not None
    assert await mine.create(wanted, "k1") == found
    assert len(await mine.events(DAY)) == 1
    assert [mail.kind for mail in house.server.mail] == ["invitation"]


async def test_a_create_whose_connection_broke_is_looked_up_at_once(house: GoogleHouse, mine: GoogleCalendar) -> None:
    house.server.faults.next("calendar.events.insert", Fault(hang_up=True, after_commit=True))
    made = await mine.create(draft("Budget", at(10, 9)), "k1")
    assert list(await mine.events(DAY)) == [made]
    assert house.server.count("calendar.events.insert") == 1


async def test_a_create_that_did_not_arrive_is_not_found(
    house: GoogleHouse, mine: GoogleCalendar, clock: Still
) -> None:
    house.server.faults.next("calendar.events.insert", Fault(hang_up=True))
    with pytest.raises(Lost):
        await mine.create(draft("Budget", at(10, 9)), "k1")
    assert house.server.count("calendar.events.insert") == 1
    assert await mine.find("k1") is None


@pytest.mark.parametrize("scope", list(Scope))
async def test_a_change_whose_answer_is_lost_says_so_and_is_not_sent_again(
    house: GoogleHouse, mine: GoogleCalendar, scope: Scope
) -> None:
    first = await mine.create(draft("Weekly", at(3, 10), recurrence="FREQ=WEEKLY;COUNT=3"), "k1")
    house.server.faults.next("calendar.events.patch", Fault(hang_up=True, after_commit=True))
    with pytest.raises(Lost):
        await mine.update(first.ref, EventChange(title="New"), scope)
    assert house.server.count("calendar.events.patch") == 1


async def test_a_split_that_lost_its_first_answer_is_made_good_by_the_next_try(
    house: GoogleHouse, mine: GoogleCalendar, clock: Still
) -> None:
    await mine.create(draft("Old", at(3, 10), recurrence="FREQ=WEEKLY;COUNT=4"), "k1")
    month = Interval(at(1, 0), at(1, 0, month=4))
    second = (await mine.events(month))[1]
    house.server.faults.next("calendar.events.patch", Fault(status=503))
    with pytest.raises(Lost):
        await mine.update(second.ref, EventChange(title="First try"), Scope.FOLLOWING)
    clock.moment += timedelta(seconds=5)
    await mine.update(second.ref, EventChange(title="New"), Scope.FOLLOWING)
    assert [event.title for event in await mine.events(month)] == ["Old", "New", "New", "New"]


# ── one of many ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_one_call_that_fails_makes_only_its_own_people_unknown(house: GoogleHouse, mine: GoogleCalendar) -> None:
    people = [f"p{number}@example.com" for number in range(120)]
    for address in people:
        house.server.accounts.add(address)
    house.server.faults.next("calendar.freebusy.query", Fault(status=400))
    found = await mine.busy(people, WEEK)
    assert list(found) == people
    unknown = [address for address, busy in found.items() if isinstance(busy, Unknown)]
    assert len(unknown) in (20, 50)
    assert len({people.index(address) // 50 for address in unknown}) == 1
    assert all(busy == Known(()) for address, busy in found.items() if address not in unknown)


async def test_no_answer_at_all_is_raised(house: GoogleHouse, mine: GoogleCalendar) -> None:
    house.server.faults.always("calendar.freebusy.query", Fault(status=400))
    with pytest.raises(ProviderError):
        await mine.busy([GUEST, "nobody@example.com"], WEEK)


async def test_one_calendar_that_fails_is_never_a_shorter_list(house: GoogleHouse, mine: GoogleCalendar) -> None:
    team = house.server.add_calendar(ME, "Team")
    await mine.create(draft("Budget", at(10, 9)), "k1")
    await mine.create(draft("Team", at(10, 11)), "k2", team)
    assert [event.title for event in await mine.events(WEEK)] == ["Budget", "Team"]
    for _ in range(2):
        house.server.faults.next("calendar.events.list", Fault(status=503, retry_after="60"))
        with pytest.raises(Unavailable):
            await mine.events(WEEK)
        house.google.rests = type(house.google.rests)()
