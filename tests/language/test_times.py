"""When the pieces of a time mean what: a table of phrases, said on a Wednesday morning in Berlin."""

from datetime import datetime

import pytest

from bot.language.ask import Ask, Grain
from bot.language.slots import when_of
from tests.language.asking import BERLIN, asked

# Phrase → "start" of a point, or "start..end" of a window; local wall time, midnight left out.
PHRASES = """
day after tomorrow | 2026-03-13..2026-03-14
on friday | 2026-03-13..2026-03-14
this friday | 2026-03-13..2026-03-14
next friday | 2026-03-20..2026-03-21
next monday | 2026-03-16..2026-03-17
coming friday | 2026-03-13..2026-03-14
friday next week | 2026-03-20..2026-03-21
friday of next week | 2026-03-20..2026-03-21
next week friday | 2026-03-20..2026-03-21
a week from friday | 2026-03-20..2026-03-21
a week on friday | 2026-03-20..2026-03-21
two weeks from tomorrow | 2026-03-26..2026-03-27
in 3 days | 2026-03-14..2026-03-15
in a week | 2026-03-18..2026-03-19
in two weeks | 2026-03-25..2026-03-26
in a fortnight | 2026-03-25..2026-03-26
3 weeks from now | 2026-04-01..2026-04-02
10 days from today | 2026-03-21..2026-03-22
a month from now | 2026-04-11..2026-04-12
in 2 months | 2026-05-11..2026-05-12
5 business days from now | 2026-03-18..2026-03-19
march 20 | 2026-03-20..2026-03-21
march 20th | 2026-03-20..2026-03-21
20 march | 2026-03-20..2026-03-21
the 20th of march | 2026-03-20..2026-03-21
20th march 2027 | 2027-03-20..2027-03-21
march 20, 2027 | 2027-03-20..2027-03-21
mar 20 2027 | 2027-03-20..2027-03-21
march the 20th | 2026-03-20..2026-03-21
the 20th | 2026-03-20..2026-03-21
on the 5th | 2026-04-05..2026-04-06
the fifth of may | 2026-05-05..2026-05-06
may 5 | 2026-05-05..2026-05-06
the twenty first of june | 2026-06-21..2026-06-22
feb 2 | 2027-02-02..2027-02-03
friday the 13th | 2026-03-13..2026-03-14
friday march 13 | 2026-03-13..2026-03-14
friday, 13 march 2026 | 2026-03-13..2026-03-14
2026-04-02 | 2026-04-02..2026-04-03
4/2/2026 | 2026-04-02..2026-04-03
25/4/2026 | 2026-04-25..2026-04-26
25.4.2026 | 2026-04-25..2026-04-26
first monday of april | 2026-04-06..2026-04-07
the last friday in may | 2026-05-29..2026-05-30
second tuesday of next month | 2026-04-14..2026-04-15
last day of march | 2026-03-31..2026-04-01
last day of the month | 2026-03-31..2026-04-01
this week | 2026-03-09..2026-03-16
next week | 2026-03-16..2026-03-23
the week after next | 2026-03-23..2026-03-30
week of april 6 | 2026-04-06..2026-04-13
this month | 2026-03-01..2026-04-01
next month | 2026-04-01..2026-05-01
in april | 2026-04-01..2026-05-01
june 2027 | 2027-06-01..2027-07-01
next year | 2027-01-01..2028-01-01
this weekend | 2026-03-14..2026-03-16
the weekend | 2026-03-14..2026-03-16
next weekend | 2026-03-21..2026-03-23
weekend of next week | 2026-03-21..2026-03-23
monday to wednesday | 2026-03-16..2026-03-19
from march 20 to march 25 | 2026-03-20..2026-03-26
march 20-25 | 2026-03-20..2026-03-26
20-25 march | 2026-03-20..2026-03-26
between the 20th and the 25th | 2026-03-20..2026-03-26
from the 20th till the 25th of april | 2026-04-20..2026-04-26
tomorrow through friday | 2026-03-12..2026-03-14
april to june | 2026-04-01..2026-07-01
3/20 - 3/25 | 2026-03-20..2026-03-26
next 3 days | 2026-03-12..2026-03-15
at 3 | 2026-03-11T15:00
at 4pm | 2026-03-11T16:00
at 3 p.m. | 2026-03-11T15:00
at 15:00 | 2026-03-11T15:00
at 1500 | 2026-03-11T15:00
at 9 | 2026-03-11T21:00
at 8:30 | 2026-03-11T20:30
at 10 | 2026-03-11T10:00
tomorrow at 9 | 2026-03-12T09:00
9 tomorrow | 2026-03-12T09:00
tomorrow 9am | 2026-03-12T09:00
9am tomorrow | 2026-03-12T09:00
noon tomorrow | 2026-03-12T12:00
friday noon | 2026-03-13T12:00
midnight | 2026-03-12T00:00
tomorrow at midnight | 2026-03-13T00:00
half past three | 2026-03-11T15:30
half past 3 pm | 2026-03-11T15:30
quarter to five tomorrow | 2026-03-12T16:45
quarter past noon | 2026-03-11T12:15
ten past four | 2026-03-11T16:10
twenty to six | 2026-03-11T17:40
20 minutes past 3pm | 2026-03-11T15:20
3 o'clock | 2026-03-11T15:00
three o'clock in the afternoon | 2026-03-11T15:00
seven in the evening | 2026-03-11T19:00
eight at night | 2026-03-11T20:00
6 in the morning tomorrow | 2026-03-12T06:00
tonight at 8 | 2026-03-11T20:00
at 8 tonight | 2026-03-11T20:00
dinner at 7 | 2026-03-11T19:00
lunch at 1 tomorrow | 2026-03-12T13:00
friday evening at 6 | 2026-03-13T18:00
saturday morning at half past nine | 2026-03-14T09:30
in 2 hours | 2026-03-11T11:20
in 90 minutes | 2026-03-11T10:50
in half an hour | 2026-03-11T09:50
in an hour and a half | 2026-03-11T10:50
in 1h30 | 2026-03-11T10:50
in one and a half hours | 2026-03-11T10:50
2.5 hours from now | 2026-03-11T11:50
a quarter of an hour from now | 2026-03-11T09:35
30 minutes after 2pm | 2026-03-11T14:30
2pm on friday | 2026-03-13T14:00
on friday at 2:15pm | 2026-03-13T14:15
fri 14:15 | 2026-03-13T14:15
14h15 friday | 2026-03-13T14:15
march 20 at 4pm | 2026-03-20T16:00
4pm on the 20th | 2026-03-20T16:00
the 20th at 16.30 | 2026-03-20T16:30
next tuesday at ten thirty | 2026-03-17T10:30
around 4ish | 2026-03-11T16:00
about 5 pm tomorrow | 2026-03-12T17:00
from 2 to 3pm | 2026-03-11T14:00..2026-03-11T15:00
2-3pm tomorrow | 2026-03-12T14:00..2026-03-12T15:00
tomorrow 2 to 3 | 2026-03-12T14:00..2026-03-12T15:00
tomorrow from 10:30 to noon | 2026-03-12T10:30..2026-03-12T12:00
between 9 and 11 tomorrow | 2026-03-12T09:00..2026-03-12T11:00
11am to 1pm on friday | 2026-03-13T11:00..2026-03-13T13:00
friday 11-1 | 2026-03-13T11:00..2026-03-13T13:00
9:30 - 11:00 friday | 2026-03-13T09:30..2026-03-13T11:00
10pm to 2am | 2026-03-11T22:00..2026-03-12T02:00
from 1pm till 2:30pm on march 20 | 2026-03-20T13:00..2026-03-20T14:30
tomorrow at 3pm for 45 minutes | 2026-03-12T15:00
tomorrow morning | 2026-03-12T08:00..2026-03-12T12:00
friday afternoon | 2026-03-13T12:00..2026-03-13T18:00
this evening | 2026-03-11T18:00..2026-03-11T22:00
tonight | 2026-03-11T18:00..2026-03-12T00:00
in the morning | 2026-03-11T08:00..2026-03-11T12:00
the morning of the 20th | 2026-03-20T08:00..2026-03-20T12:00
late afternoon tomorrow | 2026-03-12T15:00..2026-03-12T18:00
after 3pm tomorrow | 2026-03-12T15:00..2026-03-13T00:00
tomorrow before noon | 2026-03-12T00:00..2026-03-12T12:00
friday after 2 and before 5 | 2026-03-13T14:00..2026-03-13T17:00
later than 9:30 but before 11 on friday | 2026-03-13T09:30..2026-03-13T11:00
by friday | 2026-03-11T09:20..2026-03-14
until 5pm | 2026-03-11T09:20..2026-03-11T17:00
within 2 hours | 2026-03-11T09:20..2026-03-11T11:20
in the next 30 minutes | 2026-03-11T09:20..2026-03-11T09:50
early next week | 2026-03-16..2026-03-19
end of the month | 2026-03-21..2026-04-01
mid april | 2026-04-11..2026-04-21
rest of the week | 2026-03-11..2026-03-16
later this week | 2026-03-11..2026-03-16
monday or tuesday | 2026-03-16..2026-03-18
thursday and friday | 2026-03-12..2026-03-14
3 days ago | 2026-03-08..2026-03-09
yesterday | 2026-03-10..2026-03-11
last friday | 2026-03-06..2026-03-07
last week | 2026-03-02..2026-03-09
last month | 2026-02-01..2026-03-01
wednesday | 2026-03-18..2026-03-19
the 15th of next month | 2026-04-15..2026-04-16
on the 3rd of this month | 2026-03-03..2026-03-04
10 of april | 2026-04-10..2026-04-11
two days after tomorrow | 2026-03-14..2026-03-15
a week before april 10 | 2026-04-03..2026-04-04
tomorrow's lunch time | 2026-03-12T12:00..2026-03-12T13:00
sunday from 1am to 3am | 2026-03-15T01:00..2026-03-15T03:00
from 9h30 to 11h tomorrow | 2026-03-12T09:30..2026-03-12T11:00
at five thirty pm | 2026-03-11T17:30
five thirty this evening | 2026-03-11T17:30
twelve thirty tomorrow | 2026-03-12T12:30
today at 6:45p | 2026-03-11T18:45
sat the 21st at 10 | 2026-03-21T10:00
in 15 minutes' time | 2026-03-11T09:35
one hour from 2pm tomorrow | 2026-03-12T15:00
next month on the 3rd | 2026-04-03..2026-04-04
the third week of april | 2026-04-13..2026-04-20
first week of april | 2026-03-30..2026-04-06
this coming monday | 2026-03-16..2026-03-17
monday after next | 2026-03-23..2026-03-24
20.3. | 2026-03-20..2026-03-21
next quarter | 2026-04-01..2026-07-01
for 10 days from april 1st | 2026-04-01..2026-04-11
8pm sharp | 2026-03-11T20:00
monday through friday next week | 2026-03-16..2026-03-21
wed at 5 | 2026-03-18T17:00
0800 tomorrow | 2026-03-12T08:00
tomorrow 17h | 2026-03-12T17:00
from 3 for an hour | 2026-03-11T15:00
3pm to 4:15pm today | 2026-03-11T15:00..2026-03-11T16:15
6 to 8 tonight | 2026-03-11T18:00..2026-03-11T20:00
between 6 and 8 this evening | 2026-03-11T18:00..2026-03-11T20:00
friday, march 13th, at 3:30 pm | 2026-03-13T15:30
the first of the month | 2026-04-01..2026-04-02
two weeks ago | 2026-02-25..2026-02-26
beginning of next month | 2026-04-01..2026-04-11
"""


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def _span(ask: Ask) -> tuple[datetime | None, datetime | None]:
    when = when_of(ask)
    if when is None:
        return None, None
    return when.start, when.end


@pytest.mark.parametrize("row", PHRASES.strip().splitlines())
def test_a_phrase_means_one_time(row: str) -> None:
    phrase, _, wanted = row.partition(" | ")
    start, _, end = wanted.partition("..")
    got = _span(asked(phrase))
    assert got == (_local(start), _local(end) if end else None)


@pytest.mark.parametrize(
    ("phrase", "grain"),
    [
        ("tomorrow at 3pm", Grain.POINT),
        ("tomorrow from 3 to 4pm", Grain.WINDOW),
        ("tomorrow morning", Grain.PART_OF_DAY),
        ("tomorrow", Grain.DAY),
        ("next week", Grain.DAYS),
    ],
)
def test_a_time_says_how_precise_it_is(phrase: str, grain: Grain) -> None:
    when = when_of(asked(phrase))
    assert when is not None
    assert when.grain is grain


def test_a_bare_hour_says_that_its_half_was_guessed() -> None:
    guessed, said = when_of(asked("tomorrow at 3")), when_of(asked("tomorrow at 3pm"))
    assert guessed is not None
    assert said is not None
    assert (guessed.start, guessed.half_guessed) == (said.start, True)
    assert not said.half_guessed


def test_a_clock_time_alone_has_no_day() -> None:
    alone, named = when_of(asked("at 3pm")), when_of(asked("today at 3pm"))
    assert alone is not None
    assert named is not None
    assert (alone.dated, named.dated) == (False, True)


def test_around_is_approximate() -> None:
    when = when_of(asked("around 4pm tomorrow"))
    assert when is not None
    assert when.approximate


def test_bare_hours_follow_the_working_day() -> None:
    from datetime import time

    evening = when_of(asked("tomorrow at 8", hours=(time(14), time(22))))
    morning = when_of(asked("tomorrow at 8"))
    assert evening is not None
    assert morning is not None
    assert (morning.start.astimezone(BERLIN).hour, evening.start.astimezone(BERLIN).hour) == (8, 20)


def test_numbers_follow_the_country() -> None:
    month_first, day_first = when_of(asked("on 5/6", order="mdy")), when_of(asked("on 5/6", order="dmy"))
    assert month_first is not None
    assert day_first is not None
    assert month_first.start == _local("2026-05-06")
    assert day_first.start == _local("2026-06-05")


def test_the_week_starts_where_the_settings_say() -> None:
    when = when_of(asked("next week", week_start=6))
    assert when is not None
    assert when.start == _local("2026-03-15")


def test_a_day_of_a_clock_change_is_as_long_as_it_is() -> None:
    spring, autumn = when_of(asked("on 29 march")), when_of(asked("on 25 october"))
    assert spring is not None
    assert autumn is not None
    assert [(ref.window.length.total_seconds() / 3600) for ref in (spring, autumn) if ref.window] == [23, 25]


def test_hours_from_now_are_added_over_a_clock_change() -> None:
    now = datetime(2026, 3, 28, 23, 0, tzinfo=BERLIN)
    when = when_of(asked("in 5 hours", now=now))
    assert when is not None
    assert when.start == _local("2026-03-29T05:00")
