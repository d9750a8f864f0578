"""Forms at a terminal: what can be typed where other chats have pickers, and a form that had something wrong."""

import pytest

from bot.messages import Field, FieldKind, Form, Reply
from tests.chats.contract import Script
from tests.chats.test_terminal import talk

LENGTHS = (("15", "15 min"), ("30", "30 min"), ("60", "1 h"))
DAYS = (("mon", "Mon"), ("tue", "Tue"), ("wed", "Wed"))
FORM = Form(
    "Book a meeting",
    "t-form",
    (
        Field("guests", "Guests", optional=True, kind=FieldKind.PEOPLE),
        Field("date", "Day", kind=FieldKind.DATE, value="2026-03-10"),
        Field("time", "Begins", kind=FieldKind.TIME),
        Field("length", "Lasts", kind=FieldKind.ONE, value="30", options=LENGTHS),
        Field("days", "On", optional=True, kind=FieldKind.MANY, value="mon,tue", options=DAYS),
    ),
)


async def sent(*typed: str) -> tuple[str, dict[str, object]]:
    """What is shown, and what is sent."""
    shown, requests = await talk("\n".join(["go", *typed, ""]), Script(Reply(form=FORM), Reply(text="Thanks.")))
    return shown, dict(requests[1].values)


async def test_every_kind_says_what_can_be_typed() -> None:
    shown, _ = await sent("", "", "15:00", "", "")
    for line in (
        "Names or addresses, separated by commas.",
        "A day like 2026-03-10.",
        "A time of day like 15:00.",
        "One of: 15 min, 30 min, 1 h.",
        "Any of, separated by commas: Mon, Tue, Wed. “-” leaves it empty.",
        "Lasts [30 min]:",
        "On (optional) [Mon, Tue]:",
    ):
        assert line in shown.splitlines()


async def test_nothing_typed_is_what_the_form_holds() -> None:
    _, values = await sent("", "", "15:00", "", "")
    assert values == {"guests": "", "date": "2026-03-10", "time": "15:00", "length": "30", "days": "mon,tue"}


@pytest.mark.parametrize("typed", ["1 h", "1 H", "60", " 60 "])
async def test_an_option_is_typed_as_it_is_called_or_by_its_value(typed: str) -> None:
    assert (await sent("", "", "15:00", typed, ""))[1]["length"] == "60"


@pytest.mark.parametrize(("typed", "value"), [("Wed, mon", "wed,mon"), ("tue", "tue"), ("-", ""), ("wed,,", "wed")])
async def test_several_options(typed: str, value: str) -> None:
    assert (await sent("", "", "15:00", "", typed))[1]["days"] == value


async def test_what_is_no_option_is_asked_again() -> None:
    shown, values = await sent("", "", "15:00", "31", "15", "mon, someday", "mon")
    assert "There is no “31”." in shown
    assert "There is no “mon, someday”." in shown
    assert (values["length"], values["days"]) == ("15", "mon")


async def test_a_form_with_something_wrong_is_asked_again_with_what_was_typed() -> None:
    wrong = Reply(text="That has passed.", problems=(("time", "That has passed."),))
    typed = ["go", "Ana", "", "08:00", "1 h", "-", "", "", "15:00", "", "", ""]
    shown, requests = await talk("\n".join(typed), Script(Reply(form=FORM), wrong, Reply(text="Thanks.")))
    assert "That has passed." in shown.splitlines()
    assert [request.press for request in requests] == ["", "t-form", "t-form"]
    first, second = (dict(request.values) for request in requests[1:])
    assert first == {"guests": "Ana", "date": "2026-03-10", "time": "08:00", "length": "60", "days": ""}
    assert second == first | {"time": "15:00"}
    assert "Begins [08:00]:" in shown
    assert "Thanks." in shown


async def test_a_form_with_something_wrong_can_be_left() -> None:
    wrong = Reply(text="That has passed.", problems=(("time", "That has passed."),))
    typed = ["go", "", "", "08:00", "", "", "/cancel", "hello", ""]
    _, requests = await talk("\n".join(typed), Script(Reply(form=FORM), wrong))
    assert [request.text for request in requests] == ["go", "", "hello"]
