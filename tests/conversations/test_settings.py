"""What a person sets for themselves."""

import re
from pathlib import Path

import pytest

from tests.conversations.conftest import Person

REFERENCE = (Path(__file__).parents[2] / "docs/reference/settings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "now"),
    [
        ("my working hours are 8:30 to 16:30", "Working hours: Mon–Fri 08:30–16:30"),
        ("set my time zone to Asia/Tokyo", "Time zone: Asia/Tokyo"),
        ("15 minute buffer", "Buffer: 15 min before, 15 min after"),
        ("make meetings 25 minutes by default", "A meeting lasts: 25 min"),
        ("week starts on Sunday", "Week starts: Sun"),
        ("my week starts on Saturday", "Week starts: Sat"),
    ],
)
async def test_a_setting_is_changed_in_words_and_said(busy_sam: Person, text: str, now: str) -> None:
    assert now in await busy_sam.says(text)
    assert now in await busy_sam.says("/freewhen settings")


SAID = re.findall(r"^\|[^|]+\|[^|]+\| ([^|]*?) ?\| `(.+)` \|$", REFERENCE, re.MULTILINE)


@pytest.mark.parametrize(("words", "named"), SAID, ids=[named for _, named in SAID])
async def test_what_the_reference_says_can_be_said_and_typed(busy_sam: Person, words: str, named: str) -> None:
    for text in (*filter(None, words.strip().split(" · ")), f"/freewhen settings {named}"):
        answer = await busy_sam.says(text)
        assert "Changed" in answer or "I will remind you" in answer, f"{text}: {answer}"


def test_the_reference_lists_every_setting() -> None:
    assert len(SAID) == 15


async def test_settings_change_what_is_offered(busy_sam: Person) -> None:
    await busy_sam.says("my working hours are 10 to 12")
    answer = await busy_sam.says("when am I free on Wednesday?")
    assert "Wed 11 Mar: 10:00–12:00" in answer


async def test_the_zone_changes_every_time_that_is_said(busy_sam: Person) -> None:
    await busy_sam.says("set my time zone to Asia/Tokyo")
    answer = await busy_sam.says("/agenda tomorrow")
    assert "Asia/Tokyo" in answer
    assert "17:30–17:45: Stand-up" in answer


async def test_what_cannot_be_set_changes_nothing(busy_sam: Person) -> None:
    before = await busy_sam.says("/freewhen settings")
    for text in ("my working hours are 17:00 to 09:00", "set my time zone to Middle/Earth", "9000 minute buffer"):
        answer = await busy_sam.says(text)
        assert "Changed" not in answer
        assert "went wrong" not in answer
    assert await busy_sam.says("/freewhen settings") == before


async def test_help_lists_every_command(busy_sam: Person) -> None:
    answer = await busy_sam.says("/freewhen help")
    for hint in ("/connect-calendar", "/free", "/agenda", "/book", "/freewhen reminders", "/freewhen status"):
        assert hint in answer


@pytest.mark.parametrize(
    "text",
    [
        "asdf qwer",
        "🎉🎉🎉",
        "\x00\x07",
        "/",
        "//",
        "/free-willy",
        "1" * 3000,
        "x" * 10_000,
        "‮evil",
        "'; DROP TABLE users",
    ],
)
async def test_nonsense_gets_a_short_answer(busy_sam: Person, text: str) -> None:
    answer = await busy_sam.says(text)
    assert 5 < len(answer) < 300
    assert "went wrong" not in answer
