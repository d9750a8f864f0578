"""Repetitions: the rule, its first occurrence, and what no rule says."""

from datetime import datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr

from bot.language.ask import Doubt, Intent
from tests.language.asking import BERLIN, asked

MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=BERLIN)


def _first(sentence: str, now: datetime = MONDAY) -> tuple[str | None, str, str]:
    ask = asked(sentence, now=now)
    assert ask.question is None, ask.question
    assert ask.when is not None
    start = ask.when.start.astimezone(now.tzinfo)
    return ask.recurrence, f"{start:%Y-%m-%d %H:%M}", ask.title


@pytest.mark.parametrize(
    ("sentence", "rule", "first", "title"),
    [
        ("first tuesday of every month at 4pm town hall", "MONTHLY;BYDAY=1TU", "2026-04-07 16:00", "town hall"),
        ("book retro on the first monday of every month at 4pm", "MONTHLY;BYDAY=1MO", "2026-04-06 16:00", "retro"),
        ("book drinks the last friday of each month at 6pm", "MONTHLY;BYDAY=-1FR", "2026-03-27 18:00", "drinks"),
        ("every second tuesday of the month at 10am demo", "MONTHLY;BYDAY=2TU", "2026-03-10 10:00", "demo"),
        ("book retro on the second monday of every month at 10", "MONTHLY;BYDAY=2MO", "2026-03-09 10:00", "retro"),
        ("book retro on the second monday of every month at 8am", "MONTHLY;BYDAY=2MO", "2026-04-13 08:00", "retro"),
        ("book lunch every fifth friday at noon", "MONTHLY;BYDAY=5FR", "2026-05-29 12:00", "lunch"),
        ("book rent on the 15th of every month at 11am", "MONTHLY;BYMONTHDAY=15", "2026-03-15 11:00", "rent"),
        ("book rent monthly on the 1st at 11am", "MONTHLY;BYMONTHDAY=1", "2026-04-01 11:00", "rent"),
        ("book rent monthly at 11am on the 3rd", "MONTHLY;BYMONTHDAY=3", "2026-04-03 11:00", "rent"),
        ("book demo on the last day of every month at 5pm", "MONTHLY;BYMONTHDAY=-1", "2026-03-31 17:00", "demo"),
        ("book demo on the 1st and 20th of each month at 5pm", "MONTHLY;BYMONTHDAY=1,20", "2026-03-20 17:00", "demo"),
        (
            "book demo first and third thursday of every month at 2pm",
            "MONTHLY;BYDAY=1TH,3TH",
            "2026-03-19 14:00",
            "demo",
        ),
        (
            "book sync every 2 months on the first tuesday at 10",
            "MONTHLY;INTERVAL=2;BYDAY=1TU",
            "2026-04-07 10:00",
            "sync",
        ),
        ("first mondays at 3pm demo", "MONTHLY;BYDAY=1MO", "2026-04-06 15:00", "demo"),
        ("alternate fridays at 4pm demo", "WEEKLY;INTERVAL=2;BYDAY=FR", "2026-03-13 16:00", "demo"),
        ("book demo every third week on tuesday at 3pm", "WEEKLY;INTERVAL=3;BYDAY=TU", "2026-03-10 15:00", "demo"),
        ("book yoga every tuesday and every friday at 6pm", "WEEKLY;BYDAY=TU,FR", "2026-03-10 18:00", "yoga"),
        ("book sync weekly at 10 on tuesday and thursday", "WEEKLY;BYDAY=TU,TH", "2026-03-10 10:00", "sync"),
        ("book yoga weekly at 7pm on thursdays", "WEEKLY;BYDAY=TH", "2026-03-12 19:00", "yoga"),
        ("book a daily standup on weekdays at 9:15", "WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-03-09 09:15", "standup"),
        ("book gym every day except monday at 7am", "WEEKLY;BYDAY=TU,WE,TH,FR,SA,SU", "2026-03-10 07:00", "gym"),
        ("book sync every monday starting april 1 at 10", "WEEKLY;BYDAY=MO", "2026-04-06 10:00", "sync"),
        ("book party every march 3rd at 5pm", "YEARLY", "2027-03-03 17:00", "party"),
        ("book party on march 20 of every year at 5pm", "YEARLY", "2026-03-20 17:00", "party"),
    ],
)
def test_the_first_occurrence_is_one_of_the_rule(sentence: str, rule: str, first: str, title: str) -> None:
    assert _first(sentence) == (f"FREQ={rule}", first, title)


@pytest.mark.parametrize(
    "sentence",
    [
        "book review the first week of every month at 9",
        "book review at the end of every month at 9",
        "book review on the last weekday of every month at 4pm",
        "book review on the first monday of every quarter at 10",
        "book review monthly on friday at 10",
        "book monthly review next tuesday at 10",
        "book gym twice a week at 6pm",
        "book a check in every hour tomorrow",
        "book sync every other weekday at 9:30",
        "book sync every monday on friday at 9",
        "book sync every monday at 10 next month",
        "book a party every carnival at 5pm",
        "book sync every day next week",
    ],
)
def test_what_no_rule_says_is_asked(sentence: str) -> None:
    ask = asked(sentence, now=MONDAY)
    assert ask.intent is Intent.BOOK
    assert ask.question is not None
    assert not ask.question.options
    assert ask.recurrence is None


@pytest.mark.parametrize("sentence", ["book lunch on the sixth friday of every month at noon"])
def test_a_day_no_month_has(sentence: str) -> None:
    ask = asked(sentence, now=MONDAY)
    assert ask.question is not None
    assert ask.question.doubt is Doubt.IMPOSSIBLE


def test_a_repetition_that_ends_before_it_begins() -> None:
    ask = asked("book sync every friday until tomorrow at 10", now=MONDAY)
    assert ask.question is not None
    assert ask.question.doubt is Doubt.ENDS_FIRST


def test_one_event_is_not_moved_to_many() -> None:
    assert asked("move standup to every tuesday at 9").question is not None


def test_each_of_the_guests_is_no_repetition() -> None:
    ask = asked("book 30 minutes each with Ana and Bob tomorrow at 3pm")
    assert (ask.recurrence, ask.question) == (None, None)


_HOW_OFTEN = (
    "every day", "daily", "every weekday", "every weekend", "weekly", "every other week", "every 3 days", "monthly",
    "every monday", "every other friday", "every tuesday and thursday", "weekly on sunday", "fortnightly on wednesday",
    "on the first monday of every month", "on the last sunday of each month", "on the 31st of every month",
    "the fifth thursday of every month", "monthly on the 30th", "monthly on the second friday", "every 15th",
    "every month on the 1st and 16th", "on the last day of every month", "every last wednesday", "every 29 february",
    "every second tuesday of the month", "every 4 months on the third friday", "every day except sunday", "fridays",
    "every year on june 5", "every morning", "every monday evening", "every friday starting next month",
    "every first saturday", "once a month on the 9th", "first and last monday of every month", "monthly on friday",
    "every week from april 2", "every monday until june", "weekdays", "every quarter", "alternate mondays",
)  # fmt: skip
_CLOCK = ("at 9am", "at 9:30", "at 6pm", "from 11pm to 1am", "at noon", "at midnight", "")
_NOWS = (
    MONDAY,
    datetime(2026, 1, 31, 23, 30, tzinfo=ZoneInfo("America/New_York")),
    datetime(2028, 2, 29, 12, 0, tzinfo=ZoneInfo("Pacific/Auckland")),
)


@pytest.mark.parametrize("now", _NOWS, ids=str)
def test_a_first_occurrence_always_satisfies_its_rule(now: datetime) -> None:
    zone = now.tzinfo
    assert isinstance(zone, ZoneInfo)
    answered = 0
    for often, clock in product(_HOW_OFTEN, _CLOCK):
        sentence = f"book sync {often} {clock}".strip()
        ask = asked(sentence, now=now, zone=zone)
        if ask.question is not None and not ask.question.options:
            continue
        if ask.constraints.weekdays:
            continue  # "sync Fridays", without an hour: a limit on the days that are offered
        asks = [ask] if ask.question is None else [option for _, option in ask.question.options]
        for one in asks:
            answered += 1
            assert one.recurrence, sentence
            assert one.when is not None, sentence
            assert (one.when.end or one.when.start) >= now, sentence
            day = one.when.start.astimezone(zone).replace(tzinfo=None)
            rule = ";".join(part for part in one.recurrence.split(";") if not part.startswith("UNTIL"))
            assert rrulestr(rule, dtstart=day)[0] == day, (sentence, rule, day)
            assert one.title == "sync", (sentence, one.title)
    assert answered > len(_HOW_OFTEN) * 4
