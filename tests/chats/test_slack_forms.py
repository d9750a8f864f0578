"""Forms as modals: within every limit, a picker for each kind of field, and what was filled in read as text."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chats.slack import forms
from bot.messages import Choice, Field, FieldKind, Form, Reply
from tests.chats.slack_hostile import TITLES, kinds, said
from tests.chats.slack_reading import read
from tests.doubles.slack_blocks_rules import view_problems

METADATA = json.dumps({"token": "t-form", "handle": "m:T1:D1:1700000000.000100"})
EXTRA = tuple((f"extra-{n}", f"Extra {n}") for n in range(120))
DAYS = (("mon", "Mon"), ("tue", "Tue"))
VALUES = ("2026-02-30", "2026-03-10", "24:00", "09:30", "<@U012AB3CD>", "x@example.com, <@U1>", "v1")
ROOMS = (("", "None"), ("r1", "Room 1"), ("r2", "Room 2"))
BOOKING = Form(
    "Book a meeting",
    "t-form",
    (
        Field("title", "Title", value="Budget"),
        Field("guests", "Guests", optional=True, kind=FieldKind.PEOPLE, value="<@U012AB3CD>, <@W0EF|ana>"),
        Field("day", "Day", kind=FieldKind.DATE, value="2026-03-10"),
        Field("time", "Time", kind=FieldKind.TIME, value="15:00", hint="In Europe/Madrid."),
        Field("room", "Room", kind=FieldKind.ONE, options=ROOMS, value=""),
        Field(
            "days",
            "Working days",
            optional=True,
            kind=FieldKind.MANY,
            options=(("mon", "Mon"), ("tue", "Tue")),
            value="tue",
        ),
    ),
    "Preview",
)
WORDS = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(TITLES)
FIELDS = st.builds(
    Field,
    st.text("abcdef", min_size=1, max_size=9),
    WORDS,
    st.just(False),
    st.booleans(),
    WORDS,
    WORDS | st.sampled_from(VALUES),
    st.sampled_from(FieldKind),
    st.lists(st.tuples(st.text(max_size=60), WORDS), max_size=6).map(tuple),
)
FORMS = st.builds(
    Form, WORDS, st.just("t"), st.lists(FIELDS, max_size=8, unique_by=lambda field: field.name).map(tuple), WORDS
)


def elements(form: Form) -> dict[str, dict[str, object]]:
    return {block["block_id"]: block["element"] for block in forms.view(form, METADATA)["blocks"] if "element" in block}


def state(form: Form) -> dict[str, object]:
    """What Slack sends when a form is submitted as it opens."""
    given: dict[str, object] = {}
    for name, element in elements(form).items():
        filled = {
            "plain_text_input": {"value": element.get("initial_value")},
            "datepicker": {"selected_date": element.get("initial_date")},
            "timepicker": {"selected_time": element.get("initial_time")},
            "multi_users_select": {"selected_users": element.get("initial_users", [])},
            "static_select": {"selected_option": element.get("initial_option")},
            "checkboxes": {"selected_options": element.get("initial_options", [])},
            "multi_static_select": {"selected_options": element.get("initial_options", [])},
        }[element["type"]]
        given[name] = {"value": {"type": element["type"], **filled}}
    return given


def grown(form: Form, longer: int) -> Form:
    """The form with every text so many times as long, and so many options more."""
    fields = tuple(
        replace(
            field,
            label=field.label * longer,
            hint=field.hint * longer,
            value=field.value * longer if field.kind is FieldKind.TEXT else field.value,
            options=(
                *((value, label * longer) for value, label in field.options),
                *EXTRA[: longer if field.options else 0],
            ),
        )
        for field in form.fields
    )
    return replace(form, title=form.title * longer, submit=form.submit * longer, fields=fields)


@settings(deadline=None)
@given(FORMS, st.sampled_from((1, 1, 7, 120)))
def test_whatever_a_form_asks_slack_takes_it(small: Form, longer: int) -> None:
    form = grown(small, longer)
    shown = forms.view(form, METADATA)
    assert not view_problems(shown)
    assert "mrkdwn" not in kinds(shown)
    assert set(forms.values(state(form))) == {field.name for field in form.fields}


def test_each_kind_of_field_has_its_picker() -> None:
    assert [element["type"] for element in elements(BOOKING).values()] == [
        "plain_text_input",
        "multi_users_select",
        "datepicker",
        "timepicker",
        "static_select",
        "checkboxes",
    ]
    many = tuple((f"v{n}", f"Choice {n}") for n in range(11))
    form = Form("Choose", "t", (Field("some", "Some", kind=FieldKind.MANY, options=many),))
    assert elements(form)["some"]["type"] == "multi_static_select"


def test_what_a_form_begins_with_comes_back_when_nothing_is_changed() -> None:
    assert forms.values(state(BOOKING)) == {
        "title": "Budget",
        "guests": "<@U012AB3CD>, <@W0EF>",
        "day": "2026-03-10",
        "time": "15:00",
        "room": "",
        "days": "tue",
    }


def test_what_is_left_empty_comes_as_nothing() -> None:
    empty = replace(BOOKING, fields=tuple(replace(field, value="") for field in BOOKING.fields))
    assert set(forms.values(state(empty)).values()) == {""}


def test_several_choices_come_with_commas_between() -> None:
    both = replace(BOOKING.fields[-1], value="tue, mon")
    assert forms.values(state(Form("Days", "t", (both,)))) == {"days": "mon, tue"}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (FieldKind.PEOPLE, "<@U012AB3CD>, guest@elsewhere.example"),
        (FieldKind.DATE, "next Tuesday"),
        (FieldKind.TIME, "half past nine"),
    ],
)
def test_what_no_picker_can_hold_is_not_lost(kind: FieldKind, value: str) -> None:
    form = Form("Book", "t", (Field("one", "One", kind=kind, value=value),))
    assert forms.values(state(form))["one"].replace("\u2060", "") == value


def test_a_form_remembers_where_it_came_from() -> None:
    shown = forms.view(BOOKING, METADATA)
    assert (shown["callback_id"], shown["private_metadata"]) == ("form", METADATA)
    assert (shown["title"]["text"], shown["submit"]["text"]) == ("Book a meeting", "Preview")


def test_a_secret_is_not_asked_where_it_would_be_seen() -> None:
    with pytest.raises(ValueError, match="secret"):
        forms.view(Form("Exchange", "t", (Field("password", "Password", secret=True),)), METADATA)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="fit"):
        forms.view(BOOKING, "x" * 3001)
    with pytest.raises(ValueError, match="fit"):
        forms.view(Form("Long", "t", tuple(Field(f"f{n}", "F") for n in range(101))), METADATA)
    option = (("v" * 151, "long"),)
    with pytest.raises(ValueError, match="too long"):
        forms.view(Form("Long", "t", (Field("f", "F", kind=FieldKind.ONE, options=option),)), METADATA)


def test_a_long_title_is_whole_inside() -> None:
    title = "Move “Quarterly planning with everybody”"
    shown = forms.view(replace(BOOKING, title=title), METADATA)
    assert not view_problems(shown)
    assert len(shown["title"]["text"]) <= 24
    assert read(shown).text == title


def test_more_options_than_slack_offers_are_owned_up_to() -> None:
    many = tuple((f"v{n}", f"Choice {n}") for n in range(130))
    form = Form("Choose", "t", (Field("one", "One", kind=FieldKind.ONE, options=many, hint="Pick."),))
    (block,) = forms.view(form, METADATA)["blocks"]
    assert len(block["element"]["options"]) == 100
    assert block["hint"]["text"] == "Pick.\nOnly the first 100 are offered."


def test_problems_stand_at_their_fields() -> None:
    found = forms.errors((("day", "That day is over."), ("time", "When?"), ("day", "Pick\nanother.")))
    assert found == {"day": "That day is over. Pick another.", "time": "When?"}
    assert len(forms.errors((("day", "x" * 999),))["day"]) <= 300


def test_a_window_opens_at_once_and_shows_what_became_of_it() -> None:
    assert not view_problems(forms.loading("Book a meeting"))
    reply = Reply(heading="Booked", text="Ana is invited.", choices=(Choice("Move", "t-move"),))
    assert not view_problems(forms.words(reply))
    assert read(forms.words(reply)) == reply


@pytest.mark.parametrize(
    "broken",
    [
        {"day": {}},
        {"day": "2026-03-10"},
        {"day": {"value": {"type": "datepicker", "selected_date": 7}}},
        {"day": {"value": {"type": "static_select", "selected_option": {"value": None}}}},
        {"day": {"value": {"type": "multi_users_select", "selected_users": None}}},
        {"day": {"value": {"type": "multi_users_select", "selected_users": [{}]}}},
        {"day": {"value": {"type": "file_input"}}},
        {"day": {"value": {}}},
    ],
)
def test_what_no_form_of_ours_can_have_sent_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="submitted"):
        forms.values(broken)


@pytest.mark.parametrize("title", TITLES)
def test_a_title_does_nothing_in_a_form(title: str) -> None:
    fields = (
        Field("a", title, hint=title, value=title),
        Field("b", title, kind=FieldKind.ONE, options=(("v", title),), value="v"),
        Field("c", title, kind=FieldKind.MANY, options=(("v", title),)),
    )
    shown = forms.view(Form(title, "t", fields, title), METADATA)
    assert not view_problems(shown)
    for at, text in said(shown):
        assert not any(mark in text for mark in ("<@", "<!", "<#", "<http", "<mailto", "<tel", "<slack")), at
        assert not set("\x1b\x00\u202e\u2066\u200b\ufeff\u2028\x0b\r") & set(text), at
