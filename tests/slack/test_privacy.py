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
        await other.opens_home()
        await city.settled()
        for message in [one for one in other.seen() if not one.deleted]:
            for block, button in other.buttons(message):
                if "url" not in button and not button["text"]["text"].startswith(("Disconnect", "Cancel")):
                    await other.press(message, block, button)
        await city.settled()
    for other in others:
        assert CANARY not in _everything(other)
    public = [message for message in city.team.messages if not message.ephemeral and message.channel == room.id]
    assert CANARY not in json.dumps([message.blocks for message in public])
    await ana.writes("what is on tomorrow?")
    await city.settled()
    assert CANARY in _everything(ana)
    # Busy is known all the same: to those who may ask.
    assert any("Ana" in _said(message) and "busy" in _said(message) for message in others[0].seen())
    assert not any("Ana is busy" in _said(message) for other in others[1:] for message in other.seen())
    city.slack.world.faults[:] = [fault for fault in city.slack.world.faults if fault.method != "delivery"]


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


async def test_a_title_mentions_nobody(city: City) -> None:
    """What a title may try in Slack's mark-up stays literal wherever it is shown."""
    ana = city.person("Ana")
    await connects(city, ana)
    evil = "<!channel> <@U0000001> <https://evil.example|click> *bold* &lt;!here&gt; :tada: \u202eevil"
    await city.storage.local_events.add(city.who(ana).tenant, _event("evil", "ana@example.com", evil, 26), "evil")
    for text in ("what is on tomorrow?", "/agenda tomorrow", "/freewhen home", "cancel my 10am tomorrow"):
        await (ana.commands(text) if text.startswith("/") else ana.writes(text))
    await ana.opens_home()
    await city.settled()
    shown = [*(message.blocks for message in ana.seen()), ana.home.body["blocks"] if ana.home else []]
    assert any("click" in json.dumps(blocks) for blocks in shown)
    for message in ana.seen():
        for control in ("<!", "<@", "<http", "\u202e"):
            assert control not in message.text, message.text
    for piece in _marked_up(shown):
        assert not any(control in piece for control in ("<!", "<@", "<http", "\u202e")), piece


def _marked_up(value: object) -> list[str]:
    """Every text that Slack reads mark-up in, and every plain one for characters that no line may hold."""
    if isinstance(value, list):
        return [text for one in value for text in _marked_up(one)]
    if not isinstance(value, dict):
        return []
    if value.get("type") == "mrkdwn":
        return [str(value["text"])]
    return [text for one in value.values() for text in _marked_up(one)]


async def _fill(city: City, ana: SlackPerson) -> None:
    for number in range(EVENTS):
        title = f"{CANARY} {number}"
        await city.storage.local_events.add(
            city.who(ana).tenant, _event(f"e{number}", "ana@example.com", title, 24 + number % 72), f"e{number}"
        )


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
