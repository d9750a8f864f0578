"""The worker keeps calendars warm, plans reminders from what is kept, and what is kept goes when it should."""

from datetime import timedelta

import pytest

from bot import calendars
from bot.handlers import recover, remind
from bot.ports import Context
from bot.scheduling.zones import day_interval
from tests.calendars.conftest import AFTERNOON, Remote
from tests.calendars.test_warm import LOOK, MINUTE, meeting
from tests.conversations.conftest import Person, Town
from tests.providers.inputs import MADRID


async def upcoming(town: Town, context: Context) -> list[str]:
    found = await town.app.reminders.upcoming(context.user.id, town.clock.now(), 50)
    return [meeting.title for _, meeting in found]


async def test_a_tick_is_one_call_and_keeps_it_warm(sam: Person, town: Town, remote: Remote) -> None:
    await remind.refresh(town.app)
    remote.calls()
    for _ in range(20):
        await remote.passes(MINUTE)
        await remind.refresh(town.app)
        assert remote.calls() == ["changes"]
        await sam.says(AFTERNOON)
        assert remote.calls() == []


async def test_a_watched_calendar_is_asked_for_a_sign_of_life_in_time(sam: Person, town: Town, remote: Remote) -> None:
    await remote.watched(sam, timedelta(days=1))
    await remind.refresh(town.app)
    remote.calls()
    asked = []
    for minute in range(1, 61):
        await remote.passes(MINUTE)
        await remind.refresh(town.app)
        if calls := remote.calls():
            assert calls == ["changes"]
            asked.append(minute)
        await sam.says(AFTERNOON)
        assert remote.calls() == []
    assert 5 <= len(asked) <= 6
    assert all(10 <= later - earlier <= 12 for earlier, later in zip([0, *asked], asked, strict=False))


async def test_a_watched_calendar_that_changed_is_read_at_the_next_tick(
    sam: Person, town: Town, remote: Remote
) -> None:
    await remote.watched(sam, timedelta(days=1))
    await remind.refresh(town.app)
    await remote.elsewhere(sam).create(meeting("Dentist"), "k")
    await remote.passes(timedelta(seconds=1))
    await town.app.kept.spoil((await remote.connection(sam)).id)
    remote.calls()
    assert await remind.refresh(town.app) == 1
    assert remote.calls() == ["changes", *LOOK]
    assert "Dentist" in await upcoming(town, await remote.context(sam))


def test_signs_of_life_are_asked_for_at_different_times() -> None:
    from datetime import UTC, datetime

    from bot.messages import Secret
    from bot.ports import Connection
    from bot.scheduling.interval import Interval

    now = datetime(2026, 3, 9, tzinfo=UTC)
    kept = Interval(now, now + timedelta(days=70))
    minutes = set()
    for number in range(200):
        one = Connection(
            f"{number:032x}", "", "", "", "", Secret(""), checked_at=now, kept=kept, watched_until=now + MINUTE * 99
        )
        first = next(n for n in range(900) if calendars.due(one, now + timedelta(seconds=n)))
        assert 600 <= first <= 720
        minutes.add(first)
    assert len(minutes) > 20


async def test_reminders_follow_what_came_elsewhere(sam: Person, town: Town, remote: Remote) -> None:
    await remind.refresh(town.app)
    there = remote.elsewhere(sam)
    event = await there.create(meeting("Dentist"), "k")
    await remote.passes(MINUTE)
    await remind.refresh(town.app)
    assert "Dentist" in await upcoming(town, await remote.context(sam))
    await there.cancel(event.ref)
    await remote.passes(MINUTE)
    await remind.refresh(town.app)
    assert "Dentist" not in await upcoming(town, await remote.context(sam))


@pytest.mark.parametrize("watched", [False, True])
async def test_what_a_question_has_read_is_planned_from_too(
    sam: Person, town: Town, remote: Remote, watched: bool
) -> None:
    """The question moves the cursor on: the worker's own look then sees no change, or is not due at all."""
    if watched:
        await remote.watched(sam, timedelta(days=1))
    await remind.refresh(town.app)
    await remote.elsewhere(sam).create(meeting("Dentist"), "k")
    await remote.passes(3 * MINUTE)
    if watched:
        await town.app.kept.spoil((await remote.connection(sam)).id)
    assert "13:00–17:00" in await sam.says(AFTERNOON)
    assert await remind.refresh(town.app) == 1
    assert "Dentist" in await upcoming(town, await remote.context(sam))
    assert await remind.refresh(town.app) == 0


async def test_a_worker_that_starts_plans_once(sam: Person, town: Town) -> None:
    town.app.planned.clear()
    assert await remind.refresh(town.app) == 1
    assert await remind.refresh(town.app) == 0


async def test_reminders_are_sent_on_a_remote_calendar(sam: Person, town: Town) -> None:
    sent = await town.later(timedelta(hours=6))
    assert any("Planning" in one for one in sent)


async def test_a_calendar_that_is_down_stops_no_other(sam: Person, bob: Person, town: Town, remote: Remote) -> None:
    from bot.errors import Unavailable

    await remind.refresh(town.app)
    for person in (sam, bob):
        await remote.elsewhere(person).create(meeting("Dentist"), "k")
    await remote.passes(MINUTE)
    town.faults.before["changes"] = [Unavailable("local")]  # of whoever comes first
    assert await remind.refresh(town.app) == 1
    planned = ["Dentist" in await upcoming(town, await remote.context(one)) for one in (sam, bob)]
    assert sorted(planned) == [False, True]


@pytest.mark.parametrize("by", ["worker", "calendars"])
async def test_kept_events_go_after_their_end(sam: Person, town: Town, remote: Remote, by: str) -> None:
    """Within a day and three hours, and no event of today is missing meanwhile."""
    all_of_them = await remote.rows()
    assert all_of_them > 20
    for _ in range(30):
        await remote.passes(timedelta(hours=12))
        await (recover.sweep(town.app) if by == "worker" else calendars.sweep(town.app))
        await sam.says(AFTERNOON)
        now = town.clock.now()
        remote.calls()
        said = await sam.says("/agenda today")
        assert remote.calls() == []
        there = await remote.elsewhere(sam).events(day_interval(now.astimezone(MADRID).date(), MADRID))
        assert all(event.title in said for event in there)
    assert await remote.rows() == 0


async def test_nothing_is_kept_after_disconnecting(sam: Person, bob: Person, remote: Remote) -> None:
    await remote.elsewhere(bob).create(meeting("Bob's own"), "k")
    await remote.passes(3 * MINUTE)
    await bob.says(AFTERNOON)
    before = await remote.rows()
    await sam.says("/freewhen disconnect")
    await sam.presses("Disconnect")
    assert await remote.rows() == 1
    assert before > 1


async def test_no_description_and_no_address_on_the_web_is_kept(sam: Person, town: Town, remote: Remote) -> None:
    await remote.elsewhere(sam).create(meeting("Dentist", description="CANARY-description"), "k")
    await remote.passes(3 * MINUTE)
    await sam.says(AFTERNOON)
    connection = await remote.connection(sam)
    assert connection.kept is not None
    events = await town.app.kept.events(connection.id, connection.kept)
    assert "Dentist" in {event.title for event in events}
    assert not any(event.description or event.open_url for event in events)


@pytest.mark.parametrize("text", ["move dentist to 15:00", "cancel dentist"])
async def test_a_preview_in_words_shows_the_meeting_itself(sam: Person, remote: Remote, text: str) -> None:
    """Not what is kept of it, which may be minutes old."""
    from bot.scheduling.event import EventChange

    there = remote.elsewhere(sam)
    event = await there.create(meeting("Dentist"), "k")
    await remote.passes(3 * MINUTE)
    await sam.says(AFTERNOON)
    await there.update(event.ref, EventChange(when=meeting("", hour=13).when))
    remote.calls()
    assert "13:00–14:00" in await sam.says(text)
    assert "event" in remote.calls()
