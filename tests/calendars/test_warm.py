"""A warm question asks nobody; what makes it cold; and nothing old is ever an answer."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot import calendars
from bot.calendars import keeping
from bot.errors import Unavailable
from bot.scheduling.event import EventDraft
from bot.scheduling.interval import Interval
from tests.calendars.conftest import AFTERNOON, Remote
from tests.conversations.conftest import ZONE, Person, Town
from tests.providers.contract import at

MINUTE = timedelta(minutes=1)
LOOK = ["events", "changes"]
"""All of the window, and where to ask from."""


def meeting(title: str, day: int = 10, hour: int = 12, description: str = "") -> EventDraft:
    span = Interval(at(day, hour), at(day, hour) + timedelta(hours=1))
    return EventDraft(title, span, ZONE, description=description)


@pytest.mark.parametrize(
    "text",
    [
        AFTERNOON,
        "/agenda today",
        "what's on tomorrow?",
        "am I free Thursday at 10?",
        "when am I free this week?",
        "when am I free next month?",
        "why not Thursday 3 pm?",
        "book 30m tomorrow 3pm about budget",
    ],
)
async def test_a_warm_question_asks_nobody(sam: Person, remote: Remote, text: str) -> None:
    first = await sam.says(text)
    assert remote.calls() == []
    assert await sam.says(text) == first


async def test_the_same_is_said_from_what_is_kept(sam: Person, town: Town, remote: Remote) -> None:
    questions = ["/agenda today", "/agenda this week", "when am I free this week?", "am I free Thursday at 12:30?"]
    warm = [await sam.says(text) for text in questions]
    assert remote.calls() == []
    for text, said in zip(questions, warm, strict=True):
        await town.app.connections.choose((await remote.connection(sam)).id, "", ("local",))
        await town.app.connections.choose((await remote.connection(sam)).id, "", ())
        assert await sam.says(text) == said
    assert remote.calls() == LOOK * len(questions)


async def test_other_people_are_remembered_for_minutes(sam: Person, remote: Remote) -> None:
    text = "when are Ana and I free tomorrow afternoon?"
    first = await sam.says(text)
    assert remote.calls() == ["busy"]
    assert await sam.says(text) == first
    assert remote.calls() == []
    await remote.passes(6 * MINUTE)
    await sam.says(text)
    assert "busy" in remote.calls()


async def test_after_a_short_age_one_call_says_that_nothing_changed(sam: Person, remote: Remote) -> None:
    await remote.passes(2 * MINUTE)
    await sam.says(AFTERNOON)
    assert remote.calls() == []
    await remote.passes(timedelta(seconds=1))
    await sam.says(AFTERNOON)
    assert remote.calls() == ["changes"]
    await sam.says(AFTERNOON)
    assert remote.calls() == []


async def test_a_change_elsewhere_is_seen_after_the_short_age(sam: Person, remote: Remote) -> None:
    assert "12:00–17:00" in await sam.says(AFTERNOON)
    await remote.elsewhere(sam).create(meeting("Dentist"), "k")
    await remote.passes(3 * MINUTE)
    assert "13:00–17:00" in await sam.says(AFTERNOON)
    assert remote.calls() == ["changes", *LOOK]


async def test_a_notice_makes_the_next_question_look(sam: Person, remote: Remote, town: Town) -> None:
    await remote.elsewhere(sam).create(meeting("Dentist"), "k")
    await town.app.kept.spoil((await remote.connection(sam)).id)
    assert "13:00–17:00" in await sam.says(AFTERNOON)
    assert remote.calls() == ["changes", *LOOK]


async def test_what_we_write_is_seen_at_once(sam: Person, remote: Remote) -> None:
    await sam.says("book 1h tomorrow 12:00 about lunch")
    remote.calls()
    await sam.presses("Book it")
    remote.calls()
    assert "13:00–17:00" in await sam.says(AFTERNOON)
    await sam.says("cancel lunch tomorrow")
    await sam.presses("Cancel it")
    assert "12:00–17:00" in await sam.says(AFTERNOON)


async def test_a_write_whose_answer_is_lost_spoils_as_well(sam: Person, remote: Remote, town: Town) -> None:
    await sam.says("book 1h tomorrow 12:00 about lunch")
    town.faults.after["create"] = [Unavailable("local")]
    town.faults.before["find"] = [Unavailable("local")]
    assert "did not answer" in await sam.presses("Book it")
    assert "13:00–17:00" in await sam.says(AFTERNOON)


async def test_a_look_while_we_write_does_not_outlive_the_writing(sam: Person, town: Town, remote: Remote) -> None:
    """Somebody asks between our warning and the writing, and what they read is kept."""
    await sam.says("book 1h tomorrow 12:00 about lunch")
    around = town.faults.around
    spoiled_before = []

    async def at_the_writing(name: str, call: Callable[[], Awaitable[object]]) -> object:
        if name == "create":
            spoiled_before.append((await remote.connection(sam)).spoiled)
            assert "12:00–17:00" in await Person(town.app, sam.who).says(AFTERNOON)
            town.faults.before["changes"] = [Unavailable("local")]  # the look after the writing
        return await around(name, call)

    town.faults.around = at_the_writing  # type: ignore[assignment,method-assign]
    assert "Booked" in await sam.presses("Book it")
    assert spoiled_before == [True]  # so that a crash after the writing leaves no old answer
    assert "13:00–17:00" in await sam.says(AFTERNOON)


async def test_other_checked_calendars_are_read_anew(sam: Person, remote: Remote, town: Town) -> None:
    connection = await remote.connection(sam)
    await town.app.connections.choose(connection.id, connection.calendar, ("another",))
    assert "09:00–17:00" in await sam.says("when am I free tomorrow?")  # nothing is on that calendar
    assert remote.calls() == LOOK


async def test_a_watched_calendar_is_believed_for_a_quarter_of_an_hour(sam: Person, remote: Remote) -> None:
    await remote.watched(sam, timedelta(days=1))
    await sam.says(AFTERNOON)
    remote.calls()
    await remote.passes(15 * MINUTE)
    await sam.says(AFTERNOON)
    assert remote.calls() == []
    await remote.passes(timedelta(seconds=1))
    await sam.says(AFTERNOON)
    assert remote.calls() == ["changes"]


async def test_a_watch_that_is_over_is_not_believed(sam: Person, remote: Remote) -> None:
    await remote.watched(sam, 5 * MINUTE)
    await sam.says(AFTERNOON)
    remote.calls()
    await remote.passes(6 * MINUTE)
    await sam.says(AFTERNOON)
    assert remote.calls() == ["changes"]


@pytest.mark.parametrize("watched", [False, True])
async def test_nothing_older_than_a_quarter_of_an_hour_is_an_answer(
    sam: Person, town: Town, remote: Remote, watched: bool
) -> None:
    if watched:
        await remote.watched(sam, timedelta(days=1))
        await sam.says(AFTERNOON)
    down = [Unavailable("local", "Down for repairs.")] * 200
    town.faults.before = {"changes": list(down), "events": list(down)}
    for minute in range(1, 41):
        await remote.passes(MINUTE)
        answer = await sam.says(AFTERNOON)
        if minute > (15 if watched else 2):
            assert "I cannot tell" in answer
            assert "Down for repairs" in answer
            assert not sam.last.choices
        else:
            assert "12:00–17:00" in answer


async def test_a_clock_that_was_set_back_makes_it_cold(sam: Person, town: Town, remote: Remote) -> None:
    town.clock.move_to(town.clock.now() - timedelta(hours=1))
    await remote.elsewhere(sam).create(meeting("Dentist"), "k")
    assert "13:00–17:00" in await sam.says(AFTERNOON)
    assert remote.calls()


async def test_a_disconnected_or_dead_access_is_not_answered_from_what_is_kept(
    sam: Person, town: Town, remote: Remote
) -> None:
    from bot.errors import LinkExpired

    town.faults.before["changes"] = [LinkExpired("local")]
    await remote.passes(3 * MINUTE)
    assert "I cannot tell" in await sam.says(AFTERNOON)
    assert remote.calls() == ["changes"]
    for text in (AFTERNOON, "/agenda today", "am I free Thursday at 10?", "when are Ana and I free tomorrow?"):
        said = await sam.says(text)
        assert "no longer accepts our access" in said
        assert not sam.last.facts
    assert remote.calls() == []  # known to be dead: nobody is asked


async def test_far_away_is_asked_directly_and_not_kept(sam: Person, remote: Remote) -> None:
    rows = await remote.rows()
    for text in ("/agenda 15 August", "/agenda yesterday"):
        await sam.says(text)
        assert remote.calls() == ["events"]
    assert await remote.rows() == rows


async def test_the_window_slides_before_it_is_used_up(sam: Person, remote: Remote) -> None:
    full = []
    for day in range(1, 61):
        await remote.passes(timedelta(days=1))
        await sam.says(AFTERNOON)
        if "events" in remote.calls():
            full.append(day)
        kept = (await remote.connection(sam)).kept
        assert kept is not None
        assert kept.end - remote.town.clock.now() >= keeping.SLIDE - timedelta(days=1)
    assert full == [15, 30, 45, 60]


async def test_a_window_beyond_what_is_left_is_read_once(sam: Person, remote: Remote) -> None:
    await remote.passes(timedelta(days=10))
    await sam.says("when am I free on 25 May?")  # 67 days ahead of that day, 77 of the reading
    assert remote.calls() == LOOK
    await sam.says("when am I free on 25 May?")
    assert remote.calls() == []


async def test_questions_at_once_share_one_look(sam: Person, town: Town, remote: Remote) -> None:
    await remote.passes(3 * MINUTE)
    town.faults.delay = timedelta(milliseconds=30)
    answers = await asyncio.gather(*(Person(town.app, sam.who).says(AFTERNOON) for _ in range(10)))
    assert len(set(answers)) == 1
    assert remote.calls() == ["changes"]


async def test_a_look_that_fails_is_shared_by_those_behind_it(sam: Person, town: Town, remote: Remote) -> None:
    await remote.passes(3 * MINUTE)
    town.faults.delay = timedelta(milliseconds=30)
    town.faults.before["changes"] = [Unavailable("local", "Down.")]
    one = asyncio.create_task(Person(town.app, sam.who).says(AFTERNOON))
    answers = [await one, *await asyncio.gather(*(Person(town.app, sam.who).says(AFTERNOON) for _ in range(3)))]
    assert "Down." in answers[0]
    assert all("12:00–17:00" in answer for answer in answers[1:])


@pytest.mark.parametrize("during", ["changes", "events"])
async def test_a_notice_during_a_look_is_not_lost(sam: Person, town: Town, remote: Remote, during: str) -> None:
    connection = await remote.connection(sam)
    if during == "events":
        await remote.elsewhere(sam).create(meeting("Dentist"), "k")
    await town.app.kept.spoil(connection.id)
    town.faults.delay = timedelta(milliseconds=50)
    looking = asyncio.create_task(Person(town.app, sam.who).says(AFTERNOON))
    while during not in town.faults.calls:  # noqa: ASYNC110 asked, and not answered yet
        await asyncio.sleep(0)
    await town.app.kept.spoil(connection.id)
    await looking
    remote.calls()
    town.faults.delay = timedelta()
    await sam.says(AFTERNOON)
    assert remote.calls() == ["changes"]


async def test_a_press_does_not_take_the_answer_of_an_earlier_look(sam: Person, town: Town, remote: Remote) -> None:
    """The look began before the meeting was there, and ends after the press."""
    await sam.says("book 1h tomorrow 12:00 about lunch")
    book = sam.choice("Book it")
    connection = await remote.connection(sam)
    answered, go_on = asyncio.Event(), asyncio.Event()
    around = town.faults.around

    async def slow(name: str, call: Callable[[], Awaitable[object]]) -> object:
        answer = await around(name, call)
        if not answered.is_set():
            answered.set()
            await go_on.wait()
        return answer

    town.faults.around = slow  # type: ignore[assignment,method-assign]
    await town.app.kept.spoil(connection.id)
    early = asyncio.create_task(Person(town.app, sam.who).says(AFTERNOON))
    await answered.wait()
    await remote.elsewhere(sam).create(meeting("Dentist"), "k")
    press = asyncio.create_task(Person(town.app, sam.who).presses_choice(book))
    while not any(one.lock._waiters for one in town.app.readings.values()):  # noqa: ASYNC110 the press waits its turn
        await asyncio.sleep(0)
    go_on.set()
    assert "“Dentist” is there now" in await press
    await early
    assert "create" not in remote.calls()


@pytest.mark.parametrize("seed", range(20))
async def test_nothing_is_booked_over_what_came_meanwhile(sam: Person, town: Town, remote: Remote, seed: int) -> None:
    """Between the offer and the press, whatever was kept: watched or not, after no time or some."""
    if seed % 2:
        await remote.watched(sam, timedelta(days=1))
    await sam.says("book 1h tomorrow 12:00 about lunch")
    await remote.passes(timedelta(seconds=37 * seed))
    await remote.elsewhere(sam).create(meeting("Dentist"), "k")
    answer = await sam.presses("Book it")
    assert "Not booked" in answer
    assert "“Dentist” is there now" in answer
    assert "create" not in remote.calls()


async def test_nothing_is_moved_over_what_came_meanwhile(sam: Person, remote: Remote) -> None:
    await sam.says("book 1h tomorrow 15:00 about lunch")
    await sam.presses("Book it")
    await sam.says("move lunch to tomorrow 12:00")
    await remote.elsewhere(sam).create(meeting("Dentist"), "k")
    answer = await sam.presses("Move it")
    assert "Dentist" in answer
    assert "update" not in remote.calls()


async def test_what_cannot_be_read_here_is_asked_there(sam: Person, town: Town, remote: Remote) -> None:
    from sqlalchemy import update

    from storage.schema import kept_events

    async with town.storage.database.write() as connection:
        await connection.execute(update(kept_events).values(body=b"nonsense"))
    assert "12:00–17:00" in await sam.says(AFTERNOON)
    assert remote.calls() == ["events"]
    await sam.says(AFTERNOON)
    assert remote.calls() == LOOK
    await sam.says(AFTERNOON)
    assert remote.calls() == []


async def test_a_calendar_on_this_machine_is_asked_each_time(sam: Person, town: Town, remote: Remote) -> None:
    from dataclasses import replace

    kind = town.kind
    local = Person(replace(town.app, kinds={"local": lambda: replace(kind(), remote=False)}), sam.who)
    await local.says(AFTERNOON)
    await local.says(AFTERNOON)
    assert remote.calls() == ["events", "events"]


async def test_nothing_is_empty_when_it_was_never_read(town: Town, remote: Remote) -> None:
    """The very first question of a connection whose first look failed."""
    sam = town.person("Sam")
    down = [Unavailable("local", "Down.")] * 3
    town.faults.before = {"events": list(down)}
    await sam.connects()
    assert "I cannot tell" in await sam.says(AFTERNOON)
    town.faults.before = {}
    assert "09:00" in await sam.says("when am I free tomorrow?")


def test_the_public_names_stay() -> None:
    for name in (
        "Seen",
        "ask",
        "within",
        "opening",
        "kind_of",
        "booking_connection",
        "agenda",
        "busyness_of",
        "others",
    ):
        assert hasattr(calendars, name)
