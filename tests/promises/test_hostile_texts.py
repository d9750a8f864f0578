"""No text stalls the bot, and none makes it guess: asked at the front door, where a person's words come in."""

import asyncio
import random
import time

import pytest

from bot.handlers import dispatch
from bot.messages import Request
from tests.conversations.conftest import Person, Town, words
from tests.language.test_hostile import HOSTILE
from tests.promises.rig import events

EACH = 0.3 * 5
MEANWHILE = 2 * 5
"""Seconds for one answer, and for an ordinary one meanwhile; five times what is promised, on a busy machine."""

PREFIXES = ["", "/book ", "/free ", "move budget to ", "cancel ", "remind me ", "/freewhen settings "]
FUZZED = [pytest.param(300, id="300"), pytest.param(10_000, id="10000", marks=pytest.mark.long)]


async def timed(person: Person, text: str) -> tuple[float, str]:
    began = time.perf_counter()
    reply = await dispatch(person.app, Request(person.who, text))
    return time.perf_counter() - began, words(reply)


async def answered_soon(person: Person, text: str) -> str:
    """What is said to it. A text that is slow is slow every time; a machine that is busy is not."""
    for _ in range(3):
        seconds, said = await timed(person, text)
        if seconds < EACH:
            return said
    raise AssertionError(f"{seconds:.1f} s for {text[:80]!r}")


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in HOSTILE.items()])
async def test_a_hostile_text_is_answered_soon_whatever_it_is_said_with(busy_sam: Person, text: str) -> None:
    for prefix in PREFIXES:
        said = await answered_soon(busy_sam, prefix + text)
        assert "went wrong" not in said
        assert 0 < len(said) < 20_000


ALPHABETS = [
    "0123456789:/-. apm",
    "abcdefghijklmnop ",
    "\u0000\u0007\u001b[]();\u202e\u2066\u200b\ufeff ",
    "日月火水木金土曜時分明後",
    "@<>#*_~`|&;'\"\\ ",
    "àéîõü ßæøş \U0001f600\U0001f469\u200d\U0001f4bb",
]
VOCABULARY = [
    *("book", "free", "move", "cancel", "tomorrow", "monday", "next", "last", "every", "other", "3pm", "15:00"),
    *("from", "to", "and", "or", "not", "before", "after", "30m", "with", "Ana", "about", "budget", "in", "for"),
    *("minutes", "half", "quarter", "past", "noon", "midnight", "week", "month", "31", "february", "2026-02-30"),
]


def fuzz(chance: random.Random) -> str:
    if chance.random() < 0.5:
        return " ".join(chance.choices(VOCABULARY, k=chance.randrange(1, 30)))
    alphabet = "".join(chance.sample(ALPHABETS, 2))
    return "".join(chance.choices(alphabet, k=chance.choice([3, 40, 400, 4000])))


@pytest.mark.parametrize("number", FUZZED)
async def test_no_fuzzed_text_takes_long_or_breaks_anything_and_others_are_served(
    busy_sam: Person, town: Town, number: int
) -> None:
    zoe = town.person("Zoe")
    await zoe.connects()
    chance = random.Random(number)
    before = len(await events(town.app, busy_sam.who))
    for _ in range(number // 10):
        texts = [chance.choice(PREFIXES) + fuzz(chance) for _ in range(9)]
        # One at a time, for its own length; then all of them at once, with an ordinary request among them.
        for text in texts[:3]:
            assert "went wrong" not in await answered_soon(busy_sam, text), text
        *answers, (seconds, said) = await asyncio.gather(
            *(timed(busy_sam, text) for text in texts), timed(zoe, "/free tomorrow afternoon")
        )
        assert seconds < MEANWHILE
        assert "tomorrow" in said.casefold() or "Tue 10 Mar" in said
        assert all("went wrong" not in answer for _, answer in answers)
    assert len(await events(town.app, busy_sam.who)) == before


IMPOSSIBLE = [
    "book 30m 30 February 3pm",
    "book 30m 31 April 3pm",
    "book 30m on the 31st of June at 10am",
    "book 30m on 29 February 2027 at 3pm",
    "book 30m 0 March 3pm",
    "book 30m 32 March 3pm",
    "book 30m 2026-02-30 15:00",
    "book 30m 2026-13-01 15:00",
    "book 30m on 31/04/2026 at 15:00",
    "book 30m on 13/13/2026 at 15:00",
    "book 30m tomorrow at 24:30",
    "book 30m tomorrow at 25:00",
    "book 30m tomorrow at 3:75pm",
    "book 30m tomorrow at 0am",
    "book 30m tomorrow at 14:00am",
    "book 0 minutes tomorrow 3pm",
    "book 30 hours tomorrow 3pm",
    "book 5000m tomorrow 3pm",
    "book tomorrow from 5pm to 3pm",
    "book tomorrow from 3pm to 3pm",
    "book 30m yesterday 3pm",
    "book 30m last Monday at 3pm",
    "book 30m on 1 January 1999 at 3pm",
    "book 30m today at 8:15am",
    "book 30m 2 hours ago",
    "book 30m Sunday 29 March at 02:30",
    "book 30m 29 March 2:30am",
    "book 30m on Monday 10 March 2026 at 3pm",
    "book 30m on Friday 2026-03-12 at 15:00",
]
"""No such day, hour or length; or past; or skipped by the clocks; or a weekday that is not that date's."""

AMBIGUOUS = [
    "book 30m on 03/04 at 3pm",
    "book 30m on 5/6/2026 at 15:00",
    "book 30m tomorrow at 3pm or 4pm",
    "book 30m Tuesday or Wednesday at 3pm",
    "book 30m Sunday 25 October at 02:30",
]
"""Two readings, none of them better."""


@pytest.mark.parametrize("text", IMPOSSIBLE)
async def test_an_impossible_time_is_never_booked_and_never_becomes_another_one(busy_sam: Person, text: str) -> None:
    before = await events(busy_sam.app, busy_sam.who)
    said = await busy_sam.says(text)
    assert "Book this?" not in said
    assert "Book it" not in said
    assert "went wrong" not in said
    assert 10 < len(said) < 500
    assert await events(busy_sam.app, busy_sam.who) == before


@pytest.mark.parametrize("text", AMBIGUOUS)
async def test_an_ambiguous_time_is_asked_back(busy_sam: Person, text: str) -> None:
    before = await events(busy_sam.app, busy_sam.who)
    said = await busy_sam.says(text)
    assert "Book it" not in said
    assert "?" in said
    assert len(busy_sam.last.choices) >= 2
    assert len(said) < 500
    assert await events(busy_sam.app, busy_sam.who) == before
