"""Settings changed in a form: what is different is changed, all of it or nothing, and said as in words."""

import pytest

from bot.messages import Field, FieldKind
from tests.conversations.conftest import Person, Town

KEPT = "Kept free: Mon–Thu 12:00–13:00, 15:00–15:15; Fri 14:00–24:00"


@pytest.fixture(autouse=True)
def windows(town: Town) -> None:
    town.chat.windows = True


async def opens(person: Person) -> dict[str, str]:
    """What the form holds."""
    await person.says("/freewhen settings")
    button = person.choice("Change")
    assert button.form
    await person.presses_choice(button)
    assert person.last.form is not None
    return {field.name: field.value for field in person.last.form.fields}


def field(person: Person, name: str) -> Field:
    assert person.last.form is not None
    return next(one for one in person.last.form.fields if one.name == name)


async def test_it_holds_what_is_set(busy_sam: Person) -> None:
    await busy_sam.says("/freewhen settings reminders 60 10 1440")
    await busy_sam.says("/freewhen settings buffer_before 7")
    assert await opens(busy_sam) == {
        "zone": "Europe/Madrid",
        "days": "mon,tue,wed,thu,fri",
        "begin": "09:00",
        "end": "17:00",
        "lasts": "30",
        "before": "7",
        "after": "0",
        "notice": "0",
        "kept": "",
        "ahead": "90",
        "step": "30",
        "most": "none",
        "reminders": "1d 1h 10m",
        "share": "workspace",
        "week_start": "mon",
        "all_day": "busy",
        "tentative": "busy",
    }
    assert field(busy_sam, "days").kind is FieldKind.MANY
    for one in busy_sam.last.form.fields if busy_sam.last.form else ():
        options = {value for value, _ in one.options}
        if one.kind in (FieldKind.ONE, FieldKind.MANY):
            assert set(one.value.split(",")) <= options, one.name


async def test_what_is_sent_as_it_was_changes_nothing(busy_sam: Person) -> None:
    before = await busy_sam.says("/freewhen settings")
    held = await opens(busy_sam)
    assert await busy_sam.fills(**held) == "Nothing was changed."
    held = await opens(busy_sam)
    assert await busy_sam.fills(**{**held, "days": "fri,thu,wed,tue,mon"}) == "Nothing was changed."
    assert await busy_sam.says("/freewhen settings") == before


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"zone": "Asia/Tokyo"}, "Time zone: Asia/Tokyo"),
        ({"days": "mon,tue"}, "Working hours: Mon–Tue 09:00–17:00"),
        ({"days": "mon,sat"}, "Working hours: Mon 09:00–17:00; Sat 09:00–17:00"),
        ({"begin": "10:00"}, "Working hours: Mon–Fri 10:00–17:00"),
        ({"end": "00:00"}, "Working hours: Mon–Fri 09:00–24:00"),
        ({"days": "tue", "begin": "8:30", "end": "12:00"}, "Working hours: Tue 08:30–12:00"),
        ({"lasts": "45"}, "A meeting lasts: 45 min"),
        ({"before": "15"}, "Buffer: 15 min before, none after"),
        ({"after": "5"}, "Buffer: none before, 5 min after"),
        ({"notice": "120"}, "Notice: 2 h"),
        ({"kept": "12:00–13:00"}, "Kept free: Mon–Sun 12:00–13:00"),
        ({"kept": "9:30 to 10:00"}, "Kept free: Mon–Sun 09:30–10:00"),
        ({"kept": "Mon–Thu 12:00-13:00, 15:00-15:15; fri 14:00 - 24:00"}, KEPT),
        ({"ahead": "30"}, "Bookable ahead: 30 d"),
        ({"step": "15"}, "Slots every: 15 min"),
        ({"most": "4"}, "Meetings a day: at most 4"),
        ({"reminders": "2h, 5m"}, "Reminders: 2 hours, 5 minutes"),
        ({"reminders": ""}, "Reminders: off"),
        ({"share": "nobody"}, "Who sees when I am busy: nobody"),
        ({"week_start": "sun"}, "Week starts: Sun"),
        ({"all_day": "free"}, "All-day events: free"),
        ({"tentative": "free"}, "Tentative events: free"),
    ],
)
async def test_one_thing_is_changed_and_said(busy_sam: Person, values: dict[str, str], said: str) -> None:
    held = await opens(busy_sam)
    answer = await busy_sam.fills(**{**held, **values})
    assert answer == f"Changed\n{said}"
    assert said in await busy_sam.says("/freewhen settings")


async def test_several_at_once(busy_sam: Person) -> None:
    held = await opens(busy_sam)
    answer = await busy_sam.fills(**{**held, "lasts": "60", "zone": "UTC", "reminders": "1h"})
    for said in ("A meeting lasts: 1 h", "Time zone: UTC", "Reminders: 1 hour"):
        assert said in answer
    assert "Buffer" not in answer


@pytest.mark.parametrize(
    ("values", "at", "why"),
    [
        ({"zone": "Middle/Earth"}, "zone", "Middle/Earth"),
        ({"days": ""}, "days", "one day at least"),
        ({"begin": "18:00"}, "end", "ends before it starts"),
        ({"begin": "nine"}, "begin", "15:00"),
        ({"end": ""}, "end", "both"),
        ({"lasts": "1"}, "lasts", "5 to 1440"),
        ({"before": "-5"}, "before", "0 to 240"),
        ({"notice": "1e3"}, "notice", "minutes"),
        ({"reminders": "soon"}, "reminders", "10m 1h 1d"),
        ({"reminders": "1m 2m 3m 4m 5m 6m"}, "reminders", "Up to 5"),
        ({"reminders": "9w"}, "reminders", "20160"),
        ({"share": "everybody"}, "share", "workspace"),
        ({"week_start": "someday"}, "week_start", "weekday"),
        ({"all_day": "maybe"}, "all_day", "busy"),
        ({"kept": "at lunch"}, "kept", "mon-fri 09:00-17:00"),
        ({"kept": "13:00-12:00"}, "kept", "ends before it starts"),
        ({"ahead": "1000"}, "ahead", "1 to 730"),
        ({"step": "1"}, "step", "5 to 240"),
        ({"most": "0"}, "most", "1 to 50"),
    ],
)
async def test_one_problem_and_nothing_at_all_is_changed(
    busy_sam: Person, values: dict[str, str], at: str, why: str
) -> None:
    before = await busy_sam.says("/freewhen settings")
    held = await opens(busy_sam)
    good = {"week_start": "sat", "tentative": "free"}
    answer = await busy_sam.fills(**{**held, **good, **values})
    assert [name for name, _ in busy_sam.last.problems] == [at]
    assert why in busy_sam.last.problems[0][1]
    assert why in answer
    assert await busy_sam.says("/freewhen settings") == before


async def test_all_problems_are_said_at_once(busy_sam: Person) -> None:
    held = await opens(busy_sam)
    await busy_sam.fills(**{**held, "zone": "x", "reminders": "x", "begin": "x"})
    assert {name for name, _ in busy_sam.last.problems} == {"zone", "reminders", "begin"}


async def test_hours_that_no_two_fields_can_hold_stay_unless_they_are_said_anew(busy_sam: Person) -> None:
    await busy_sam.says("/freewhen settings working_hours mon-thu 09:00-12:00 13:00-17:00; fri 09:00-12:00")
    held = await opens(busy_sam)
    assert (held["begin"], held["end"]) == ("", "")
    assert "Mon–Thu 09:00–12:00, 13:00–17:00; Fri 09:00–12:00" in field(busy_sam, "begin").hint
    answer = await busy_sam.fills(**{**held, "days": "mon,tue,wed,thu"})
    assert "Working hours: Mon–Thu 09:00–12:00, 13:00–17:00" in answer
    held = await opens(busy_sam)
    assert "Mon–Thu 10:00–16:00" in await busy_sam.fills(**{**held, "begin": "10:00", "end": "16:00"})


async def test_what_was_changed_elsewhere_meanwhile_is_not_taken_back(busy_sam: Person) -> None:
    held = await opens(busy_sam)
    form = busy_sam.last
    await busy_sam.says("make meetings 25 minutes by default")
    busy_sam.last = form
    await busy_sam.fills(**{**held, "week_start": "sun"})
    said = await busy_sam.says("/freewhen settings")
    assert "A meeting lasts: 25 min" in said
    assert "Week starts: Sun" in said


async def test_who_set_nothing_about_sharing_has_still_set_nothing(busy_sam: Person, town: Town) -> None:
    held = await opens(busy_sam)
    await busy_sam.fills(**{**held, "week_start": "sun"})
    town.chat.together = False
    assert "only whom I allow" in await busy_sam.says("/freewhen settings")


async def test_what_is_kept_free_comes_back_as_it_was_and_can_be_emptied(busy_sam: Person) -> None:
    await busy_sam.says("/freewhen settings blocked mon-thu 12:00-13:00 15:00-15:15; fri 14:00-24:00")
    await busy_sam.says("/freewhen settings daily_cap 20")
    await busy_sam.says("/freewhen settings horizon 45")
    held = await opens(busy_sam)
    assert (held["most"], held["ahead"]) == ("20", "45")
    assert await busy_sam.fills(**held) == "Nothing was changed."
    held = await opens(busy_sam)
    assert await busy_sam.fills(**{**held, "kept": held["kept"].replace("Fri", "Sat")}) == (
        f"Changed\n{KEPT.replace('Fri', 'Sat')}"
    )
    held = await opens(busy_sam)
    assert await busy_sam.fills(**{**held, "kept": "", "most": "none"}) == (
        "Changed\nKept free: nothing\nMeetings a day: any number"
    )


async def test_nothing_is_said_as_in_the_form(busy_sam: Person) -> None:
    said = await busy_sam.says("/freewhen settings")
    assert "Buffer: none" in said
    assert "Notice: none" in said


async def test_the_button_comes_before_all_the_names(busy_sam: Person, town: Town) -> None:
    said = await busy_sam.says("/freewhen settings")
    assert "Press “Change”, or say it: “my working hours are 9 to 5”" in said
    assert "daily_cap" not in said
    town.chat.windows = False
    assert "daily_cap" in await busy_sam.says("/freewhen settings")


async def test_without_windows_there_is_no_button(busy_sam: Person, town: Town) -> None:
    town.chat.windows = False
    await busy_sam.says("/freewhen settings")
    assert not busy_sam.last.choices
