"""Late, not never: what a reminder is worth after the server was down, and never a word that is no longer true."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from bot.errors import Busy
from bot.handlers import remind
from bot.messages import ChatUser, Reply
from tests.clock import MONDAY_NINE
from tests.conversations.conftest import Person, Town, words
from tests.promises.rig import DAY, HOUR, MINUTE
from tests.promises.streets import REPEAT, Told, ahead, meeting, neighbours, said, watched

LEADS = (10 * MINUTE, HOUR)
MINUTE_LATE = timedelta(seconds=60)

OUTAGES = {
    "5 minutes": (5 * MINUTE, [], [12 * MINUTE, 64 * MINUTE]),
    "6 hours": (6 * HOUR, [2 * HOUR, 4 * HOUR, 5 * HOUR], [6 * HOUR + 5 * MINUTE, 6 * HOUR + 50 * MINUTE, 9 * HOUR]),
    "3 days": (
        3 * DAY,
        [2 * HOUR, 20 * HOUR, 40 * HOUR, 55 * HOUR, 65 * HOUR, 71 * HOUR],
        [3 * DAY + 4 * MINUTE, 3 * DAY + 45 * MINUTE, 3 * DAY + 5 * HOUR],
    ),
}
"""How long, which meetings are over when the server is back, and which are still ahead; seen from its end."""


async def street(town: Town, past: list[timedelta], ahead_: list[timedelta], people: int) -> list[Person]:
    """People with the same meetings each, all of them known to us before the server goes down."""
    persons = await neighbours(town, people, LEADS)
    for person in persons:
        for n, start in enumerate(past):
            await meeting(town, person, f"past{n}", MONDAY_NINE + start)
        for n, start in enumerate(ahead_):
            await meeting(town, person, f"ahead{n}", MONDAY_NINE + start)
    await town.later(timedelta(seconds=1))
    return persons


def true_when_sent(told: list[Told], starts: dict[str, datetime]) -> None:
    for one in told:
        if one.summary:
            continue
        in_words = ahead(one.reply)
        assert in_words is not None, one.reply.heading
        assert abs(one.at + in_words - starts[one.title]) <= MINUTE_LATE, (one.at, one.reply.heading)


@pytest.mark.parametrize("people", [pytest.param(12, id="12 people"), pytest.param(120, marks=pytest.mark.long)])
@pytest.mark.parametrize("first", ["tick", "look"])
@pytest.mark.parametrize("outage", list(OUTAGES))
async def test_after_an_outage_what_is_ahead_is_sent_and_what_is_past_is_one_summary_each(
    town: Town, outage: str, first: str, people: int
) -> None:
    """Whether the first thing after the start is a tick or a look at the calendars."""
    length, past, still_ahead = OUTAGES[outage]
    persons = await street(town, past, still_ahead, people)
    starts = {f"ahead{n}": MONDAY_NINE + start for n, start in enumerate(still_ahead)}
    told = watched(town)
    await town.asleep(length)
    back = town.clock.now()
    if first == "tick":
        await remind.tick(town.app, "worker")
    await town.later(MINUTE_LATE)
    soon = [one for one in told if one.at <= back + MINUTE_LATE]
    due = {title for title, start in starts.items() if start - max(LEADS) <= back}
    for person in persons:
        own = [one for one in soon if one.who == person.who]
        assert Counter(one.title for one in own if not one.summary) == dict.fromkeys(due, 1), said(own)
        summaries = [one for one in own if one.summary]
        assert len(summaries) == bool(past), said(own)
        listed = {title for one in summaries for _, title in one.reply.facts}
        assert listed == {f"past{n}" for n in range(len(past))}
    true_when_sent(told, starts)
    # The day goes on as if nothing had happened: what is left comes in time, once, and nothing is told again.
    told.clear()
    await town.later(12 * HOUR)
    true_when_sent(told, starts)
    expected = Counter(
        {title: sum(start - lead > back + MINUTE_LATE for lead in LEADS) for title, start in starts.items()}
    )
    assert Counter(one.title for one in told) == Counter({t: n * people for t, n in expected.items() if n})


async def test_more_missed_meetings_than_fit_are_counted_in_one_summary(town: Town) -> None:
    (person,) = await neighbours(town, 1, [10 * MINUTE])
    for n in range(70):
        await meeting(town, person, f"m{n}", MONDAY_NINE + HOUR + n * 5 * MINUTE, 5 * MINUTE)
    await town.later(timedelta(seconds=1))
    told = watched(town)
    await town.asleep(12 * HOUR)
    await town.later(MINUTE)
    (summary,) = told
    assert len(summary.reply.facts) == 20
    assert "And 50 more." in words(summary.reply)


async def test_a_summary_that_the_chat_cannot_take_now_comes_later(town: Town) -> None:
    (person,) = await neighbours(town, 1, [10 * MINUTE])
    await meeting(town, person, "past", MONDAY_NINE + HOUR)
    await town.later(timedelta(seconds=1))
    told = watched(town)
    await town.asleep(3 * HOUR)
    town.chat.failures = [Busy(timedelta(seconds=30)), Busy(timedelta(seconds=30))]
    await town.later(5 * MINUTE)
    assert [one.summary for one in told] == [True]


async def test_several_lead_times_that_passed_in_an_outage_are_one_message(town: Town) -> None:
    """For many people at once, so that their rows do not come in one batch."""
    persons = await neighbours(town, 40, [10 * MINUTE, 30 * MINUTE, HOUR])
    for person in persons:
        await meeting(town, person, "standup", MONDAY_NINE + 3 * HOUR)
    await town.later(timedelta(seconds=1))
    told = watched(town)
    await town.asleep(2 * HOUR + 55 * MINUTE)
    await remind.tick(town.app, "worker")
    await town.later(MINUTE)
    assert Counter(one.who for one in told) == dict.fromkeys((person.who for person in persons), 1)


async def test_a_chat_that_never_answers_gets_a_reminder_twice_and_no_more(town: Town) -> None:
    """Both may have arrived; the second says that it may be a repeat."""
    (person,) = await neighbours(town, 1, [HOUR])
    await meeting(town, person, "standup", MONDAY_NINE + 2 * HOUR)
    await town.later(timedelta(seconds=1))
    told = watched(town)
    noting = town.chat.send

    async def silent(who: ChatUser, reply: Reply) -> str:
        await noting(who, reply)
        raise TimeoutError

    town.chat.send = silent  # type: ignore[method-assign]
    for _ in range(120):
        await remind.tick(town.app, "worker")
        town.clock.move_to(town.clock.now() + MINUTE)
    assert [one.reply.note.startswith(REPEAT) for one in told] == [False, True]
