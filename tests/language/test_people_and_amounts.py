"""What everyday sentences say besides their intent: who, which day, by how much, which answer."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.language.ask import Ask, Intent
from bot.language.understand import understand
from bot.scheduling.event import Response

MADRID = ZoneInfo("Europe/Madrid")
NOW = datetime(2026, 3, 9, 9, 0, tzinfo=MADRID)
PEOPLE = ("Ana Torres", "Ben Okafor", "Mei Lin", "Sam")


def _asked(text: str) -> Ask:
    return understand(text, NOW, MADRID, PEOPLE)


def _starts(ask: Ask) -> str:
    assert ask.when is not None
    return f"{ask.when.start.astimezone(MADRID):%a %d %H:%M}"


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("when can Ana and I meet tomorrow?", ("Ana",)),
        ("when could ben, mei and me get together this week, mornings only, not friday", ("ben", "mei")),
        ("when can zoe@elsewhere.example and I meet tomorrow", ("zoe@elsewhere.example",)),
        ("find a time for Ana and me", ("Ana",)),
        ("what time could sam and i catch up on friday", ("sam",)),
        ("which day can jonas and me meet", ("jonas",)),
        ("when can ana and i have lunch", ("ana",)),
        ("find time for ben, mei and me next week", ("ben", "mei")),
    ],
)
def test_the_time_of_several_is_asked_for(text: str, who: tuple[str, ...]) -> None:
    ask = _asked(text)
    assert (ask.intent, ask.who, ask.title) == (Intent.FREE, who, "")


def test_what_is_refused_limits_the_time_of_several() -> None:
    limits = _asked("when could ben, mei and me get together this week, mornings only, not friday").constraints
    assert (limits.not_weekdays, len(limits.parts)) == (frozenset({4}), 1)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("why not Thursday 3 pm?", "Thu 12 15:00"),
        ("why not Tuesday at 8pm?", "Tue 10 20:00"),
        ("why not thursday", "Thu 12 00:00"),
        ("why not on friday morning", "Fri 13 08:00"),
        ("why not 3pm on thursday", "Thu 12 15:00"),
        ("so why not Wednesday after 4", "Wed 11 16:00"),
        ("why not the 14th at 10", "Sat 14 10:00"),
        ("why not do thursday at 3", "Thu 12 15:00"),
        ("why can't we do friday at 9", "Fri 13 09:00"),
        ("why not next monday, 3pm", "Mon 16 15:00"),
    ],
)
def test_why_not_asks_about_the_day_it_names(text: str, start: str) -> None:
    ask = _asked(text)
    assert (ask.intent, ask.reason_wanted, _starts(ask)) == (Intent.IS_FREE_AT, True, start)
    assert ask.constraints.not_weekdays == frozenset()


@pytest.mark.parametrize(
    ("text", "title", "shift"),
    [
        ("push budget back by an hour", "budget", 60),
        ("bring the planning forward by 30 minutes", "planning", -30),
        ("pull budget forward 20 minutes", "budget", -20),
        ("push zumba out by two hours", "zumba", 120),
        ("move the offsite two days later", "offsite", 2 * 24 * 60),
        ("push the review back a week", "review", 7 * 24 * 60),
        ("move my meeting with ana a day earlier", "", -24 * 60),
    ],
)
def test_a_move_by_an_amount_counts_from_the_event(text: str, title: str, shift: int) -> None:
    ask = _asked(text)
    assert ask.target is not None
    assert (ask.intent, ask.target.title, ask.shift) == (Intent.MOVE, title, timedelta(minutes=shift))
    assert ask.when is None


@pytest.mark.parametrize(
    ("text", "title", "stretch", "duration"),
    [
        ("extend budget by 30 minutes", "budget", 30, None),
        ("add 15 minutes to my 3pm", "", 15, None),
        ("make budget 30 minutes shorter", "budget", -30, None),
        ("cut my 4pm short by 10 minutes", "", -10, None),
        ("make my 2pm 45 minutes", "", None, 45),
        ("make budget 45 minutes", "budget", None, 45),
        ("shorten standup to 10 minutes", "standup", None, 10),
    ],
)
def test_a_length_is_changed(text: str, title: str, stretch: int | None, duration: int | None) -> None:
    ask = _asked(text)
    assert ask.target is not None
    assert (ask.intent, ask.target.title, ask.shift) == (Intent.MOVE, title, None)
    assert ask.stretch == (timedelta(minutes=stretch) if stretch else None)
    assert ask.duration == (timedelta(minutes=duration) if duration else None)


@pytest.mark.parametrize(
    ("text", "title", "who", "response"),
    [
        ("decline the design review", "design review", (), Response.DECLINED),
        ("say maybe to budget", "budget", (), Response.TENTATIVE),
        ("accept the design review", "design review", (), Response.ACCEPTED),
        ("accept ana's invitation", "", ("ana",), Response.ACCEPTED),
        ("tentatively accept ben's meeting", "", ("ben",), Response.TENTATIVE),
    ],
)
def test_an_invitation_is_answered(text: str, title: str, who: tuple[str, ...], response: Response) -> None:
    ask = _asked(text)
    assert ask.target is not None
    assert (ask.intent, ask.target.title, ask.target.who, ask.response) == (Intent.RESPOND, title, who, response)


@pytest.mark.parametrize(
    ("text", "title", "who", "start"),
    [
        ("book 2pm-3pm today call mom", "call mom", (), "Mon 09 14:00"),
        ("book 30m Ana Thursday 3pm", "", ("Ana",), "Thu 12 15:00"),
        ("pencil in lunch with ben on friday at noon", "lunch", ("ben",), "Fri 13 12:00"),
        ("squeeze in 15 minutes with Ben today", "", ("Ben",), "Mon 09 00:00"),
        ("fit Ana in at 4 tomorrow", "", ("Ana",), "Tue 10 16:00"),
        ("slot me in at 4", "", (), "Mon 09 16:00"),
    ],
)
def test_a_booking_names_who_and_what(text: str, title: str, who: tuple[str, ...], start: str) -> None:
    ask = _asked(text)
    assert (ask.intent, ask.title, ask.who, ask.location, ask.question) == (Intent.BOOK, title, who, "", None)
    assert _starts(ask) == start


@pytest.mark.parametrize("text", ["book", "book a meeting"])
def test_book_alone_is_a_booking_and_nothing_else(text: str) -> None:
    ask = _asked(text)
    assert (ask.intent, ask.when, ask.title, ask.who, ask.question) == (Intent.BOOK, None, "", (), None)


@pytest.mark.parametrize(
    ("text", "title", "days"),
    [
        ("vacation from 16 to 20 march", "vacation", 5),
        ("out of office on thursday", "out of office", 1),
        ("annual leave 1 to 5 april", "annual leave", 5),
        ("off on monday", "off", 1),
        ("all day off on friday", "day off", 1),
    ],
)
def test_an_absence_takes_whole_days(text: str, title: str, days: int) -> None:
    ask = _asked(text)
    assert (ask.intent, ask.all_day, ask.title) == (Intent.BOOK, True, title)
    assert ask.when is not None
    assert ask.when.end is not None
    assert round((ask.when.end - ask.when.start) / timedelta(days=1)) == days


def test_a_time_alone_is_asked_about_with_both_readings() -> None:
    ask = _asked("tomorrow 3pm")
    assert ask.intent is Intent.UNCLEAR
    assert ask.question is not None
    assert [(name, option.intent) for name, option in ask.question.options] == [
        ("Book it", Intent.BOOK),
        ("Am I free?", Intent.IS_FREE_AT),
    ]
    assert {_starts(option) for _, option in ask.question.options} == {"Tue 10 15:00"}


@pytest.mark.parametrize(
    ("text", "provider"),
    [
        ("connect google", "google"),
        ("link my outlook", "microsoft"),
        ("hook up exchange", "exchange"),
        ("connect icloud", "caldav"),
        ("connect my nextcloud", "caldav"),
        ("link fastmail", "caldav"),
        ("connect a local calendar", "local"),
    ],
)
def test_a_provider_is_named(text: str, provider: str) -> None:
    ask = _asked(text)
    assert (ask.intent, ask.provider) == (Intent.CONNECT, provider)


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("i work monday to thursday", (("working_days", "mon-thu"),)),
        ("i only work monday, wednesday and friday", (("working_days", "mon,wed,fri"),)),
        ("my working days are tuesday to friday", (("working_days", "tue-fri"),)),
        ("my days off are friday and sunday", (("days_off", "fri,sun"),)),
        ("show my settings", ()),
    ],
)
def test_working_days_are_set(text: str, pairs: tuple[tuple[str, str], ...]) -> None:
    ask = _asked(text)
    assert (ask.intent, ask.settings, ask.question) == (Intent.SETTINGS, pairs, None)


@pytest.mark.parametrize("text", ["set my working hours", "change my timezone"])
def test_a_setting_without_a_value_is_asked_about(text: str) -> None:
    ask = _asked(text)
    assert (ask.intent, ask.settings) == (Intent.SETTINGS, ())
    assert ask.question is not None


@pytest.mark.parametrize(
    "text",
    [
        "turn off reminders",
        "no reminders for standup",
        "stop reminding me",
        "don't send me any reminders",
        "switch the reminders off",
        "disable reminders",
    ],
)
def test_reminders_are_refused(text: str) -> None:
    ask = _asked(text)
    assert (ask.intent, ask.off, ask.leads) == (Intent.REMINDERS, True, ())


@pytest.mark.parametrize(
    "text", ["don't forget to remind me about lunch", "no, remind me at 5 about lunch", "remind me 10 minutes before"]
)
def test_reminders_are_wanted(text: str) -> None:
    assert not _asked(text).off
