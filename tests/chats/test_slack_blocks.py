"""Replies as Slack's blocks: within every limit, read back as they were, and nothing in a title acts."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chats.slack.blocks import Message, again, home, looking, message
from bot.chats.slack.text import size
from bot.drawing.text import one_line, paragraphs
from bot.messages import Choice, Picture, Reply, Style
from tests.chats.slack_hostile import TITLES, kinds, said
from tests.chats.slack_reading import read
from tests.doubles.slack_blocks_rules import message_problems, view_problems
from tests.doubles.slack_text_rules import controls, mrkdwn
from tests.drawing.weeks import USUAL

CARD = Reply(
    heading="Book this?",
    text="Ana is in New York.\n\nIt is 09:00 there.",
    facts=(("What", "Budget & plans <draft>"), ("When", "Tue 10 March, 15:00–15:30"), ("With", "Ana, Bo")),
    note="Times in Europe/Madrid.",
    choices=(
        Choice("Book it", "t-book", Style.PRIMARY),
        Choice("Another time", "t-other", form=True),
        Choice("Cancel", "t-cancel", Style.DANGER),
        Choice("Open in calendar", url="https://calendar.example/e?id=1&x=2"),
    ),
)
WORDS = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(TITLES)
ADDRESSES = st.sampled_from(
    ("https://a.example/b", "http://127.0.0.1:8080/x", "javascript:alert(1)", "https://[", "x y")
)
CHOICES = st.builds(
    Choice,
    WORDS,
    st.text("abcXYZ019-_", min_size=1, max_size=20),
    st.sampled_from(Style),
    st.just("") | ADDRESSES | WORDS,
    st.booleans(),
)
REPLIES = st.builds(
    Reply,
    text=WORDS,
    heading=WORDS,
    facts=st.lists(st.tuples(WORDS | st.just("Join"), WORDS | ADDRESSES), max_size=6).map(tuple),
    note=WORDS,
    choices=st.lists(CHOICES, max_size=6).map(tuple),
    picture=st.none() | st.builds(Picture, st.just(USUAL), WORDS),
)
LONGER = st.sampled_from((1, 1, 3, 40, 300))
MORE = st.sampled_from((1, 1, 4, 20))


def grown(reply: Reply, longer: int, more: int) -> Reply:
    """The reply with every text so many times as long, and so many times as many facts and choices."""
    picture = reply.picture and replace(reply.picture, alt=reply.picture.alt * longer)
    some = max(1, longer // more)
    choices = tuple(
        replace(one, label=one.label * some, url=one.url and one.url + "/x" * some * 9) for one in reply.choices
    )
    facts = tuple((label * some, value * some) for label, value in reply.facts)
    return replace(
        reply,
        text=reply.text * longer,
        heading=reply.heading * longer,
        note=reply.note * longer,
        facts=facts * more,
        choices=choices * more,
        picture=picture,
    )


def posted(made: Message) -> dict[str, object]:
    return {"text": made.text, "blocks": made.blocks}


def total(made: Message) -> int:
    return sum(size(text) for _, text in said(made.blocks))


@settings(deadline=None)
@given(REPLIES, LONGER, MORE, st.sampled_from(("", "F0PICTURE")))
def test_whatever_a_reply_holds_slack_takes_it(small: Reply, longer: int, more: int, picture: str) -> None:
    reply = grown(small, longer, more)
    made = message(reply, picture)
    assert not message_problems(made.blocks)
    assert not view_problems(home(reply, picture))
    assert made.text
    assert not list(mrkdwn("/text", made.text))
    assert not any(controls(text) for _, text in said(posted(made)))
    assert "mrkdwn" not in kinds(made.blocks)
    assert total(made) < 10_500


@settings(deadline=None)
@given(REPLIES, LONGER, MORE)
def test_what_had_to_be_left_out_is_counted(small: Reply, longer: int, more: int) -> None:
    reply = grown(small, longer, more)
    seen = read(posted(message(reply)))
    told = [int(found) for _, value in seen.facts for found in re.findall(r"^… and (\d+) more$", value)]
    wanted = [fact for fact in reply.facts if one_line(fact[0]) or one_line(" ".join(paragraphs(fact[1])))]
    assert len(seen.facts) - len(told) + sum(told) == len(wanted)
    assert len(told) <= 1
    more = [int(found) for found in re.findall(r"^… and (\d+) more that do not fit here$", seen.note, re.MULTILINE)]
    written = len(re.findall(r"^address:", "\n".join(str(one["block_id"]) for one in message(reply).blocks), re.M))
    assert len(seen.choices) + written + sum(more) == len(reply.choices)


def test_a_card_reads_back_as_it_was() -> None:
    assert read(posted(message(CARD))) == CARD
    assert read(home(CARD)) == CARD


def test_a_picture_stands_between_what_is_said_and_what_can_be_pressed() -> None:
    reply = replace(CARD, picture=Picture(USUAL, "Monday: free from 10:00"))
    blocks = message(reply, "F0PICTURE").blocks
    (place,) = [index for index, block in enumerate(blocks) if block["type"] == "image"]
    assert blocks[place]["slack_file"] == {"id": "F0PICTURE"}
    assert blocks[place]["alt_text"] == "Monday: free from 10:00"
    assert [str(block["block_id"]) for block in blocks[place + 1 :]] == ["note", "choices:0"]
    assert "image" not in kinds(message(reply).blocks)


def test_the_text_for_notifications_says_it_all_in_order() -> None:
    assert message(CARD).text.splitlines() == [
        "Book this?",
        "Ana is in New York.",
        "",
        "It is 09:00 there.",
        "What: Budget &amp; plans &lt;draft&gt;",
        "When: Tue 10 March, 15:00–15:30",
        "With: Ana, Bo",
        "Times in Europe/Madrid.",
    ]


def test_buttons_say_what_a_press_of_them_is() -> None:
    buttons = message(CARD).blocks[-1]["elements"]
    assert [(one["action_id"], one.get("value"), one.get("url"), one.get("style")) for one in buttons] == [
        ("press:0", "t-book", None, "primary"),
        ("form:1", "t-other", None, None),
        ("press:2", "t-cancel", None, "danger"),
        ("open:3", None, "https://calendar.example/e?id=1&x=2", None),
    ]


def test_many_buttons_stand_five_in_a_row() -> None:
    blocks = message(Reply("Which?", choices=tuple(Choice(f"Slot {n}", f"t{n}") for n in range(12)))).blocks
    assert [len(block["elements"]) for block in blocks[1:]] == [5, 5, 2]
    assert [one["action_id"] for block in blocks[1:] for one in block["elements"]] == [f"press:{n}" for n in range(12)]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://files.example/x", "https://", "https://a b", "//a.example"]
)
def test_an_address_that_no_button_may_open_is_written_out(url: str) -> None:
    blocks = message(Reply("Look", choices=(Choice("Open", url=url),))).blocks
    assert "button" not in kinds(blocks)
    assert f"Open: {url}" in read({"blocks": blocks}).note


def test_a_token_that_does_not_fit_is_refused_and_never_cut() -> None:
    for token in ("", "t" * 2001):
        with pytest.raises(ValueError, match="token"):
            message(Reply("Look", choices=(Choice("Press", token),)))


def test_only_the_address_to_join_at_is_a_link() -> None:
    reply = Reply(
        facts=(("What", "https://evil.example"), ("Join", "https://meet.example/abc"), ("Where", "https://b.example"))
    )
    found = [
        one for block in message(reply).blocks for one in block["elements"][0]["elements"] if one["type"] == "link"
    ]
    assert found == [{"type": "link", "url": "https://meet.example/abc", "text": "https://meet.example/abc"}]
    assert read(posted(message(reply))).facts == reply.facts
    assert "link" not in kinds(message(Reply(facts=(("Join", "javascript:alert(1)"),))).blocks)


def test_a_long_agenda_is_all_there_in_few_blocks() -> None:
    facts = tuple(
        (f"{9 + n // 4:02}:{n % 4 * 15:02}–{9 + n // 4:02}:{n % 4 * 15 + 10:02}", f"Meeting {n} with Ana")
        for n in range(40)
    )
    blocks = message(Reply(heading="Monday", facts=facts)).blocks
    assert read({"blocks": blocks}).facts == facts
    assert len(blocks) <= 3


def test_the_fullest_reply_still_fits_and_owns_up_to_what_it_leaves_out() -> None:
    full = Reply(
        heading="Planning <&> " * 200,
        text="Many words & more.\n" * 900,
        facts=tuple((f"{n:04} {'label ' * 20}", "value 🎉 " * 200) for n in range(300)),
        note="Small print. " * 500,
        choices=tuple(Choice(f"Choice {n} " * 20, f"t{n}") for n in range(90))
        + tuple(Choice(f"Open {n} " * 20, url="ftp://files.example/" + "x" * 3000) for n in range(9)),
        picture=Picture(USUAL, "Monday: busy. " * 500),
    )
    made = message(full, "F0PICTURE")
    assert not message_problems(made.blocks)
    assert total(made) < 10_500
    assert len(made.text) <= 3_000
    seen = read(posted(made))
    shown = len(seen.facts) - 1
    assert seen.facts[-1] == ("", f"… and {300 - shown} more")
    assert shown == 1
    assert len(seen.choices) == 40
    assert seen.note.endswith("… and 56 more that do not fit here")
    assert seen.heading.endswith("…")
    assert seen.text.endswith("…")


def test_as_many_meetings_as_a_month_has_are_cut_in_one_place() -> None:
    facts = tuple((f"Mon 9 Mar {n:04}", f"Meeting {n} with Ana Torres, Ben Okafor and Mei Lin") for n in range(400))
    made = message(Reply(heading="March", facts=facts))
    assert not message_problems(made.blocks)
    seen = read(posted(made)).facts
    assert seen[:-1] == facts[: len(seen) - 1]
    assert seen[-1] == ("", f"… and {401 - len(seen)} more")
    assert 6_000 < total(made) < 8_500


def test_a_heading_too_long_for_large_type_is_whole_in_bold() -> None:
    heading = "Booked: " + "quarterly planning " * 12
    blocks = message(Reply(heading=heading)).blocks
    assert blocks[0]["type"] == "rich_text"
    assert read({"blocks": blocks}).heading == heading.strip()


def test_a_value_of_many_lines_stays_one_fact() -> None:
    facts = (("Where", "Room 1\n2nd floor"), ("", "a line without a label"), ("Note", ""))
    assert read(posted(message(Reply(facts=facts)))).facts == facts


def test_nothing_to_say_is_still_a_message() -> None:
    assert read(posted(message(Reply()))).text == message(Reply()).text == "Done."


def test_said_again_by_a_button() -> None:
    made = again("/book 30m with <@U012AB3CD> & Bo")
    assert not message_problems(made.blocks)
    assert read(posted(made)).choices[0].token == "/book 30m with <@U012AB3CD> & Bo"
    assert made.blocks[-1]["elements"][0]["action_id"] == "again:0"
    assert not read(posted(again("book " * 500))).choices


def test_looking_stands_in_for_an_answer() -> None:
    assert not message_problems(looking().blocks)
    assert "Looking" in looking().text


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize(
    "made",
    [
        lambda title: posted(message(Reply(text=title, note=title))),
        lambda title: posted(message(Reply(heading=title, facts=((title, title), ("What", title), ("Join", title))))),
        lambda title: home(Reply(heading=title, text=title, facts=((title, title),), note=title)),
        lambda title: posted(message(Reply("?", choices=(Choice(title, "t"), Choice(title, url=title))))),
        lambda title: posted(message(Reply(heading=f"{title} in 10 minutes", picture=Picture(USUAL, title)), "F1")),
        lambda title: posted(again("/book", title, title)),
    ],
    ids=["message", "card", "home", "button", "reminder", "again"],
)
def test_a_title_does_nothing_wherever_it_stands(title: str, made) -> None:
    payload = made(title)
    assert kinds(payload).isdisjoint(
        {"mrkdwn", "markdown", "link", "user", "usergroup", "channel", "broadcast", "emoji"}
    )
    for at, text in said(payload):
        assert not re.search(r"<[@#!]|<[a-z]+:", text, re.IGNORECASE), at
        assert not set("\x1b\x00\u202e\u2066\u200b\ufeff\u2028\x0b\r") & set(text), at


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_one_line_and_forges_none(title: str) -> None:
    reply = Reply(heading=title, facts=(("What", one_line(title)), ("When", "15:00")), choices=(Choice(title, "t"),))
    seen = read(posted(message(reply)))
    assert "\n" not in seen.heading
    assert [label for label, _ in seen.facts] == ["What", "When"]
    assert "\n" not in seen.choices[0].label
