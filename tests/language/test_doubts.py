"""What must be asked: impossible, past, contradictory and half-understood times never book anything in silence."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.language.ask import Ask, Doubt, Intent
from bot.language.doubts import leftovers
from bot.language.normalise import clean
from bot.language.sentence import take_apart
from bot.language.words import words
from tests.language.asking import BERLIN, NOW, asked

DOUBTFUL = """
IMPOSSIBLE | book a meeting on Feb 30 at 3pm
IMPOSSIBLE | book a meeting on 31 November
IMPOSSIBLE | meet Bob at 25:00 tomorrow
IMPOSSIBLE | book lunch at 13:75
IMPOSSIBLE | schedule a call on 29 Feb 2027
IMPOSSIBLE | schedule a call on 13/13/2026
IMPOSSIBLE | book a call on the 32nd
IMPOSSIBLE | book a call on the 0th
IMPOSSIBLE | book a meeting on 30/2/2026
IMPOSSIBLE | book a meeting at 0pm
IMPOSSIBLE | move my 2pm to 25:00
IMPOSSIBLE | move my 3pm to feb 30
IMPOSSIBLE | cancel my meeting on feb 30
IMPOSSIBLE | cancel the meeting at 27:00
IMPOSSIBLE | remind me on feb 30 to call
IMPOSSIBLE | book the fifth monday of february 2027 at 10
PAST | book sync yesterday at 3
PAST | book sync last friday at 10
PAST | book a call today at 8am
PAST | remind me yesterday
PAST | move my 2pm to last monday
ENDS_FIRST | book a meeting from 5pm to 3pm
ENDS_FIRST | book a call from 10 to 10
ENDS_FIRST | book a meeting tomorrow 15:00-14:00
DURATION | book a meeting tomorrow for 0 minutes
DURATION | book a meeting tomorrow at 3 for 30 hours
DURATION | book a call friday for -5 minutes
DURATION | book a call in 0 minutes
TWO_READINGS | book a call on Tuesday the 14th
TWO_READINGS | book a call on Monday 14 April 2026 at 3
TWO_READINGS | book a call on 3/4 at 10
TWO_READINGS | book lunch next friday at noon
TWO_READINGS | book a call monday or tuesday at 10
TWO_READINGS | book a call on monday, no, tuesday at 10
TWO_READINGS | book a call at 3pm at 4pm tomorrow
TWO_READINGS | book a call at 3pm today at 11
TWO_READINGS | book a call before 3/4
TWO_READINGS | cancel standup next friday
TWO_READINGS | move my standup to next friday
LEFT_OVER | book a meeting tomorrow 9
LEFT_OVER | book a meeting tomorrow at half 3 before
LEFT_OVER | book a meeting tomorrow at 3 or 4
LEFT_OVER | book a call in 400 days at 33
LEFT_OVER | book a call at 10 next week
LEFT_OVER | book a call from 10 to 11 at 4
LEFT_OVER | book dinner before lunch tomorrow at 7
LEFT_OVER | book a meeting for tomorrow from 9 until
LEFT_OVER | book a meeting at 3pm est tomorrow
LEFT_OVER | book a meeting tomorrow at 123456
LEFT_OVER | cancel the meeting tomorrow 4
"""


@pytest.mark.parametrize("row", DOUBTFUL.strip().splitlines())
def test_a_doubtful_time_is_asked_about(row: str) -> None:
    doubt, _, sentence = row.partition(" | ")
    ask = asked(sentence)
    assert ask.question is not None
    assert ask.question.doubt is Doubt[doubt]
    assert ask.question.text


@pytest.mark.parametrize(
    "row", [row for row in DOUBTFUL.strip().splitlines() if row.startswith(("IMPOSSIBLE", "ENDS_FIRST"))]
)
def test_what_no_calendar_has_gives_no_time(row: str) -> None:
    assert asked(row.partition(" | ")[2]).when is None


@pytest.mark.parametrize(
    ("sentence", "labels"),
    [
        ("book lunch next friday at noon", ("Fri 20 Mar 12:00", "Fri 13 Mar 12:00")),
        ("book a call on Tuesday the 14th", ("Tue 14 Apr", "Sat 14 Mar", "Tue 17 Mar")),
        ("book a call on 3/4/2027 at 10", ("Thu 4 Mar 2027 10:00", "Sat 3 Apr 2027 10:00")),
        ("book a call monday or tuesday at 10", ("Mon 16 Mar 10:00", "Tue 17 Mar 10:00")),
    ],
)
def test_the_options_are_complete_readings(sentence: str, labels: tuple[str, ...]) -> None:
    ask = asked(sentence)
    assert ask.question is not None
    assert tuple(label for label, _ in ask.question.options) == labels
    assert ask.question.options[0][1].when == ask.when
    for _, option in ask.question.options:
        assert option.question is None
        assert (option.intent, option.title, option.who) == (ask.intent, ask.title, ask.who)


def test_the_options_of_a_cancellation_are_about_its_target() -> None:
    ask = asked("cancel standup next friday")
    assert ask.question is not None
    days = [option.target.when.start for _, option in ask.question.options if option.target and option.target.when]
    assert len(set(days)) == 2


@pytest.mark.parametrize(
    "sentence",
    [
        "what's on next friday",
        "am I free next monday",
        "when am I free next friday after 2pm",
        "book a call with Ana tomorrow at 3pm about the 2027 budget",
        'book "Room 12 at 5" tomorrow at 3pm',
        "book 1:1 with Bob tomorrow at 10",
        "book lunch for 4 people tomorrow at noon",
    ],
)
def test_what_is_clear_is_not_asked(sentence: str) -> None:
    assert asked(sentence).question is None


def test_next_monday_is_clear_when_this_week_has_none_left() -> None:
    assert asked("book a call next monday at 10").question is None


# Zone, sentence, and the offsets of the two readings; every place changes its clocks by its own rules.
CHANGES = [
    ("Europe/Berlin", "book a call on 29 march at 2:30am", Doubt.SKIPPED, {"03:30 (UTC+2)", "01:30 (UTC+1)"}),
    ("Europe/Berlin", "book a call on 25 october at 2:30am", Doubt.REPEATED, {"02:30 (UTC+2)", "02:30 (UTC+1)"}),
    ("Europe/London", "book a call on 29 march at 1:15am", Doubt.SKIPPED, {"02:15 (UTC+1)", "00:15 (UTC)"}),
    ("Europe/London", "book a call on 25 october at 1:15am", Doubt.REPEATED, {"01:15 (UTC+1)", "01:15 (UTC)"}),
    ("America/New_York", "book a call on march 14 2027 at 2am", Doubt.SKIPPED, {"03:00 (UTC-4)", "01:00 (UTC-5)"}),
    ("America/New_York", "book a call on nov 1 at 1:30am", Doubt.REPEATED, {"01:30 (UTC-4)", "01:30 (UTC-5)"}),
    ("America/St_Johns", "book a call on nov 1 at 1:30am", Doubt.REPEATED, {"01:30 (UTC-2:30)", "01:30 (UTC-3:30)"}),
    ("Australia/Sydney", "book a call on 4 october at 2:30am", Doubt.SKIPPED, {"03:30 (UTC+11)", "01:30 (UTC+10)"}),
    ("Australia/Sydney", "book a call on 5 april at 2:30am", Doubt.REPEATED, {"02:30 (UTC+11)", "02:30 (UTC+10)"}),
    (
        "Australia/Lord_Howe",
        "book a call on 4 october at 2:10am",
        Doubt.SKIPPED,
        {"02:40 (UTC+11)", "01:40 (UTC+10:30)"},
    ),
    ("America/Santiago", "book a call on 4 april at 11:30pm", Doubt.REPEATED, {"23:30 (UTC-3)", "23:30 (UTC-4)"}),
    ("Asia/Beirut", "book a call on 29 march at 00:30", Doubt.SKIPPED, {"01:30 (UTC+3)", "23:30 (UTC+2)"}),
    ("Europe/Berlin", "move my 3pm to 29 march at 2:30am", Doubt.SKIPPED, {"03:30 (UTC+2)", "01:30 (UTC+1)"}),
    ("Europe/Berlin", "remind me on 25 october at 2:05am", Doubt.REPEATED, {"02:05 (UTC+2)", "02:05 (UTC+1)"}),
    ("Europe/Berlin", "am I free on 25 october at 2:30am", Doubt.REPEATED, {"02:30 (UTC+2)", "02:30 (UTC+1)"}),
]


@pytest.mark.parametrize(("zone", "sentence", "doubt", "labels"), CHANGES)
def test_a_time_that_a_clock_change_skips_or_repeats_is_asked(
    zone: str, sentence: str, doubt: Doubt, labels: set[str]
) -> None:
    tz = ZoneInfo(zone)
    ask = asked(sentence, now=NOW.astimezone(tz), zone=tz)
    assert ask.question is not None
    assert ask.question.doubt is doubt
    assert {label for label, _ in ask.question.options} == labels
    starts = {option.when.start for _, option in ask.question.options if option.when}
    assert len(starts) == 2


def test_both_ends_of_a_range_are_looked_at() -> None:
    ask = asked("book a call on 25 october from 1am to 2:30am")
    assert ask.question is not None
    assert ask.question.doubt is Doubt.REPEATED
    lengths = {option.when.window.length for _, option in ask.question.options if option.when and option.when.window}
    assert lengths == {timedelta(hours=1, minutes=30), timedelta(hours=2, minutes=30)}


def test_an_hour_that_happens_once_is_not_asked_about() -> None:
    assert asked("book a call on 29 march at 3:30am").question is None


def test_too_long_a_text_is_not_read() -> None:
    ask = asked("book a meeting tomorrow at 3pm " + "x" * 2_000)
    assert ask == Ask(Intent.UNCLEAR, question=ask.question)
    assert ask.question is not None
    assert ask.question.doubt is Doubt.TOO_LONG


def test_a_long_story_around_a_booking_is_asked_about_and_other_talk_is_not() -> None:
    booking = asked("please book a meeting with Ana tomorrow at 3pm " + "and so it went on " * 12)
    assert booking.question is not None
    assert booking.question.doubt is Doubt.TOO_LONG
    talk = asked("the weather was lovely and " * 12)
    assert (talk.intent, talk.question) == (Intent.NONE, None)


def test_addresses_and_quotes_do_not_count_as_length() -> None:
    guests = " ".join(f"<mailto:somebody.long.name{n}@example.org|somebody>" for n in range(8))
    ask = asked(f"book a meeting with {guests} tomorrow at 3pm")
    assert ask.question is None
    assert len(ask.who) == 8


def test_a_time_word_in_a_named_title_is_no_leftover() -> None:
    sentence = take_apart(clean("book a call tomorrow at 3pm about friday"), words("en"))
    assert leftovers(sentence, sentence.times()) == []


def test_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        asked("tomorrow", now=datetime(2026, 3, 11, 9, 20))  # noqa: DTZ001 - that is the point


def test_all_of_one_doubt_holds_in_every_zone() -> None:
    for zone in ("Asia/Kathmandu", "Pacific/Chatham", "Pacific/Apia", "America/Sao_Paulo"):
        tz = ZoneInfo(zone)
        ask = asked("book a meeting on Feb 30 at 3pm", now=NOW.astimezone(tz), zone=tz)
        assert ask.question is not None
    assert BERLIN.key == "Europe/Berlin"
