"""Nobody else sees a title: five hundred private events, everything that can be asked, three kinds of people, in direct
messages and in channels. And nobody presses what is not theirs.
"""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.ports import LocalEvent
from bot.scheduling.event import Attendee, EventDraft, Response
from bot.scheduling.interval import Interval
from tests.clock import MONDAY_NINE
from tests.doubles.slack_person import SlackPerson
from tests.doubles.slack_workspace import Message
from tests.slack.city import ZONE, City
from tests.slack.test_a_day import connects

EVENTS = 500
CANARY = "canary-7f3a"
ASKS = (
    "when are you and <@{ana}> free tomorrow?",
    "is <@{ana}> free tomorrow at 10:00?",
    "why not tomorrow 10am with <@{ana}>?",
    "book 30m with <@{ana}> tomorrow at 10:00 about lunch",
    "/free this week with ana@example.com",
    "/book 30m with Ana tomorrow 10am",
    "/agenda tomorrow",
    "what is on Ana's calendar tomorrow?",
    "move Ana's 10am to Friday",
    "cancel all meetings of <@{ana}> tomorrow",
    "/freewhen status",
    "/freewhen home",
    "/freewhen help",
    "/freewhen settings",
    "/freewhen calendars",
    "/freewhen reminders 10m",
    "/connect-calendar",
    "when are <@{ana}> and I free this week?",
)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second between two messages of one channel is tried elsewhere (tests/promises/test_slack_limits.py)."""
    monkeypatch.setattr("bot.chats.slack.calls.SPACING", 0.0)


async def test_no_title_leaves_its_owners_chat(city: City) -> None:
    ana = city.person("Ana", email="ana@example.com")
    others = [city.person("Ben"), city.person("Gus", guest="multi"), city.person("Zoe", home="T9999ELSE")]
    await connects(city, ana)
    await connects(city, others[0])
    await _fill(city, ana)
    room = city.team.channel("general", ana.user.id, *(other.user.id for other in others))
    for other in others:
        for ask in ASKS:
            text = ask.format(ana=ana.user.id)
            if text.startswith("/"):
                await other.commands(text)
                await other.commands(text, room)
            else:
                await other.writes(text)
                await other.mentions(text, room)
        await city.settled()
        await _books_in_a_window(city, other, ana)
        await other.opens_home()
        await city.settled()
        for message in [one for one in other.seen() if not one.deleted]:
            for block, button in other.buttons(message):
                if "url" not in button and not button["text"]["text"].startswith(("Disconnect", "Cancel")):
                    await other.press(message, block, button)
        await city.settled()
    for other in others:
        assert CANARY not in _everything(other)
    pictures = [call.arguments for call in city.slack.calls if call.method == "files.getUploadURLExternal"]
    assert pictures, "a week was drawn"
    assert CANARY not in json.dumps([dict(picture) for picture in pictures])
    public = [message for message in city.team.messages if not message.ephemeral and message.channel == room.id]
    assert CANARY not in json.dumps([message.blocks for message in public])
    await ana.writes("what is on tomorrow?")
    await city.settled()
    assert CANARY in _everything(ana)
    # Busy is known all the same: to those who may ask.
    assert any("Ana" in _said(message) and "busy" in _said(message) for message in others[0].seen())
    assert not any("Ana is busy" in _said(message) for other in others[1:] for message in other.seen())


async def test_forged_and_foreign_presses_do_nothing(city: City) -> None:
    ana, ben = city.person("Ana"), city.person("Ben")
    await connects(city, ana)
    await connects(city, ben)
    await ana.writes("book 30m tomorrow 3pm about budget")
    await city.settled()
    preview = ana.seen()[-1]
    block, button = next(one for one in ana.buttons(preview) if one[1]["text"]["text"] == "Book it")
    token = button["value"]
    forged = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        "",
        "x" * 2000,
        "booking.confirm",
        "../../etc",
        "\x00",
        token + " ",
    ]
    for value in forged:
        await ana.press(preview, block, {**button, "value": value})
    for action in ("press:99", "open:0", "other", "again:", "form"):
        await ben.press(preview, block, {**button, "action_id": action})
    for kind in ("press:0", "form:0"):
        await ben.press(preview, block, {**button, "action_id": kind})
    await city.settled()
    for person in (ana, ben):
        await person.writes("what is on tomorrow?")
        await city.settled()
        assert "budget" not in _said(person.seen()[-1])
    await ana.press(preview, block, button)
    await city.settled()
    await ana.writes("what is on tomorrow?")
    await city.settled()
    assert "budget" in _said(ana.seen()[-1])


async def _books_in_a_window(city: City, other: SlackPerson, ana: SlackPerson) -> None:
    """Where somebody has a calendar, the whole form; the others are shown what is missing."""
    await other.commands("/book")
    await city.settled()
    form = other.window
    assert form is not None
    if any(block["type"] == "input" for block in form.body["blocks"]):
        await other.submits(title="Lunch", guests=ana.user.id, date="2026-03-10", time="10:00")
        await city.settled()
    assert CANARY not in _everything(other)
    while other.window:
        await other.closes()


async def _fill(city: City, ana: SlackPerson) -> None:
    for number in range(EVENTS):
        await added(city, ana, f"{CANARY} {number}", 24 + number % 72, f"e{number}")


async def added(city: City, who: SlackPerson, title: str, hour: int, key: str = "e") -> None:
    """A private event in somebody's calendar, half an hour long, so many hours after Monday at nine."""
    event = _event(key, who.user.email, title, hour + 1)
    await city.storage.local_events.add(city.who(who).tenant, event, key)


def _event(key: str, owner: str, title: str, hour: int) -> LocalEvent:
    start = MONDAY_NINE + timedelta(hours=hour - 1)
    draft = EventDraft(title, Interval(start, start + timedelta(minutes=30)), ZONE)
    return LocalEvent(
        id=key,
        uid=f"{key}@x",
        owner=owner,
        draft=replace(draft, private=True),
        organizer=Attendee(owner, "Ana", Response.ORGANIZER),
    )


def _said(message: Message) -> str:
    return message.text + json.dumps(message.blocks, ensure_ascii=False)


def _everything(person: SlackPerson) -> str:
    home = json.dumps(person.home.body) if person.home else ""
    windows = json.dumps([view.body for view in person.team.stack(person.user.id)])
    return "\n".join(map(_said, person.seen())) + home + windows
