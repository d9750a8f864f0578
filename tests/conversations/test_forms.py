"""Commands that open a window, and what is filled in there."""

import pytest

from bot.handlers import opens_form


@pytest.mark.parametrize(
    "text", ["/book", " /book ", "/Book", "/book@freewhen_bot", "/freewhen book", "/freewhen  BOOK"]
)
def test_a_bare_booking_opens_a_form(text: str) -> None:
    assert opens_form(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "book",
        "/",
        "/book tomorrow 3pm",
        "/books",
        "/free",
        "/freewhen",
        "/freewhen settings",
        "/no-such",
        "say /book",
    ],
)
def test_nothing_else_does(text: str) -> None:
    assert not opens_form(text)
