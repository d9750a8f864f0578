"""What a title may try, tried in all of Slack: no mention, no link, no emoji, no forged line, wherever it is shown.

23 titles, each in six places: an answer, the button that opens its card, the card, the home, a window, the reminder.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.chats.slack_hostile import KEYS, TITLES, kinds, said
from tests.doubles.slack_text_rules import controls, mrkdwn
from tests.slack.city import City
from tests.slack.test_a_day import connects
from tests.slack.test_privacy import added

ACTS = frozenset({"mrkdwn", "user", "usergroup", "broadcast", "channel", "emoji", "date", "color", "link", "markdown"})
"""Types of objects that Slack reads, or that somebody is told by."""
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""Control, bidi and invisible characters; a new line is none in a text of several lines."""
MARK = "mark7f"


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second between two messages of one channel is tried elsewhere (tests/promises/test_slack_limits.py)."""
    monkeypatch.setattr("bot.chats.slack.calls.SPACING", 0.0)


@pytest.mark.parametrize("title", [pytest.param(title, id=f"title {number}") for number, title in enumerate(TITLES, 1)])
async def test_a_title_is_words_and_nothing_else_wherever_it_is_shown(city: City, title: str) -> None:
    ana = city.person("Ana")
    await connects(city, ana)
    hostile = f"{MARK} {title}"
    await added(city, ana, hostile, 24)
    places: dict[str, Any] = {}

    await ana.commands("/agenda tomorrow")
    await city.settled()
    answer = ana.seen()[-1]
    places["answer"] = answer.blocks
    block, button = next(one for one in ana.buttons(answer) if MARK in one[1]["text"]["text"])
    places["button"] = button
    await ana.press(answer, block, button)
    await city.settled()
    places["card"] = ana.seen()[-1].blocks
    assert places["card"] != places["answer"]

    await ana.opens_home()
    await city.settled()
    places["home"] = ana.home.body if ana.home else {}

    await ana.commands("/book")
    await city.settled()
    await ana.submits(title=hostile, date="2026-03-11", time="15:00")
    await city.settled()
    places["window"] = ana.window.body if ana.window else {}

    before = len(ana.seen())
    await city.later(timedelta(hours=23, minutes=50))
    await city.settled()
    places["reminder"] = [message.blocks for message in ana.seen()[before:]]

    for place, shown in places.items():
        assert any(MARK in text for _, text in said(shown)), f"{place} does not show it: {shown}"
        _harmless(place, shown)
    # And everything else that went out on the way: what notifications read, earlier versions, names of files.
    sent = [(call.method, dict(call.arguments)) for call in city.slack.calls]
    assert any(MARK in str(arguments.get("text", "")) for _, arguments in sent)
    for method, arguments in sent:
        _harmless(
            method, {name: value for name, value in arguments.items() if name not in ("text", "private_metadata")}
        )
        _notifies_nobody(method, str(arguments.get("text", "")))
    for message in ana.seen():
        _notifies_nobody("a message", message.text)
        assert message.ephemeral or message.unfurls == (False, False), "an address in a title is not looked at"


def test_what_acts_would_be_noticed() -> None:
    """The checks themselves: every way in which a text acts is one that they see."""
    for shown in (
        {"type": "mrkdwn", "text": "fine"},
        {"type": "plain_text", "text": ":tada:", "emoji": True},
        {"type": "plain_text", "text": "x"},
        {"type": "plain_text", "text": "\u202ex", "emoji": False},
        {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "U1"}]},
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "a\x1b[31m"}]},
        {"type": "button", "text": {"type": "plain_text", "text": "two\nlines", "emoji": False}},
        {"type": "button", "url": "https://evil.example/"},
        {"type": "image", "alt_text": "\u2066x"},
    ):
        with pytest.raises(AssertionError):
            _harmless("here", {"blocks": [shown]})
    for text in ("<!channel>", "<@U012AB3CD>", "a & b", "*x* :tada:", "@channel", "\u202ex", "a https://evil.example"):
        with pytest.raises(AssertionError):
            _notifies_nobody("here", text)


def _harmless(place: str, shown: Any) -> None:
    """Nothing in blocks or a view acts, and no text holds a character that it may not. Literal `<!channel>` is just
    that: Slack reads nothing in plain_text and in the texts of rich_text.
    """
    assert not kinds(shown) & ACTS, f"{place}: {kinds(shown) & ACTS}"
    for part in _objects(shown):
        if part.get("type") == "plain_text":
            assert part.get("emoji") is False, f"{place}: {part}"
        if part.get("type") == "button":
            assert "\n" not in part.get("text", {}).get("text", ""), f"{place}: {part}"
            assert "evil" not in part.get("url", ""), f"{place}: {part}"
    for where, text in said(shown):
        assert where.rpartition("/")[2] in KEYS
        assert not UNSEEN.search(text), f"{place}{where}: {text!r}"


def _notifies_nobody(place: str, text: str) -> None:
    """A message's own text is mark-up: all that it may hold are escaped characters and broken marks."""
    assert not controls(text), f"{place}: {text!r}"
    assert not list(mrkdwn(place, text)), f"{place}: {text!r}"
    assert not UNSEEN.search(text), f"{place}: {text!r}"
    assert not re.search(r"@(?:channel|here|everyone)|:[a-z0-9_+-]+:|https?://|^>", text, re.M), f"{place}: {text!r}"


def _objects(shown: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(shown, Mapping):
        yield shown
        for value in shown.values():
            yield from _objects(value)
    elif isinstance(shown, list):
        for value in shown:
            yield from _objects(value)
