"""What somebody says who has only just begun: hello, nothing at all, something too early, and a password."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from bot.handlers import dispatch
from bot.messages import Request
from tests.conversations.conftest import Person, Town
from tests.conversations.test_arriving import NO_ZONE

CONNECT = "Connect a calendar"


def labels(person: Person) -> list[str]:
    return [choice.label for choice in person.last.choices]


def holds(folder: Path, text: bytes) -> bool:
    """Whether any file in the folder has the text in it."""
    return any(text in path.read_bytes() for path in folder.rglob("*") if path.is_file())


class TestNotConnected:
    @pytest.mark.parametrize(
        "text",
        [
            "/free tomorrow",
            "am I free tomorrow at 3pm?",
            "/agenda",
            "/book 30m tomorrow 3pm about budget",
            "move my 3pm to Friday",
            "cancel standup tomorrow",
            "accept the budget meeting",
            "/freewhen status",
            "/freewhen disconnect",
            "/freewhen calendars",
        ],
    )
    async def test_every_verb_has_the_button_that_connects(self, sam: Person, text: str) -> None:
        said = await sam.says(text)
        assert "connected" in said
        assert labels(sam) == [CONNECT]
        assert "Before you connect" in await sam.presses(CONNECT)
        assert "Connected as" in await sam.presses("Accept and connect")

    async def test_in_front_of_others_it_goes_on_in_private(self, sam: Person, town: Town) -> None:
        await sam.says("/free tomorrow", private=False)
        assert labels(sam) == [CONNECT]
        token = sam.choice(CONNECT).token
        said = await dispatch(sam.app, Request(sam.who, press=token, private=False))
        assert "private" in said.text
        _, sent = town.chat.sent[-1]
        assert [choice.label for choice in sent.choices] == ["Accept and connect", "Not now"]

    async def test_of_several_kinds_the_button_lets_one_choose(self, sam: Person, town: Town) -> None:
        other = replace(town.kind(), name="other", label="Other")
        sam.app = replace(sam.app, kinds={"local": town.kind, "other": lambda: other})
        await sam.says("/free")
        assert "Which calendar" in await sam.presses(CONNECT)


class TestHello:
    @pytest.mark.parametrize(
        "text", ["hi", "Hello!", "hello there", "thanks", "", " ", "hola", "Bonjour", "Guten Tag", "谢谢", "👋"]
    )
    async def test_hello_is_answered_with_what_this_is_and_what_to_do_first(self, sam: Person, text: str) -> None:
        said = await sam.says(text)
        assert "you are free" not in said
        assert "I look at your calendar" in said
        assert "did not understand" not in said
        assert labels(sam) == [CONNECT]
        await sam.connects()
        said = await sam.says(text)
        assert "I look at your calendar" in said
        assert said.count("“") == 3
        assert labels(sam) == []

    async def test_thanks_are_answered_as_thanks(self, sam: Person) -> None:
        assert "You are welcome" in await sam.says("thanks a lot!")

    async def test_a_question_that_begins_with_hello_is_a_question(self, busy_sam: Person) -> None:
        assert "free" in await busy_sam.says("hi, am I free tomorrow at 3pm?")
        assert "Book this?" in await busy_sam.says("hello\nbook 30m tomorrow 3pm about budget")


class TestPasswords:
    @pytest.mark.parametrize(
        "text",
        [
            "password hunter2",
            "/freewhen password hunter2",
            "/freewhen password: hunter2",
            "/connect-calendar password hunter2",
            "Here is my password: hunter2",
            "my password is hunter2",
            "/free my password is hunter2",
            "ok, my app-specific password: hunter2",
            "pw hunter2",
            "hier ist mein Passwort: hunter2",
            "mein Kennwort ist hunter2",
            "aquí está mi contraseña: hunter2",
            "mi contraseña es hunter2",
            "voici mon mot de passe : hunter2",
            "mon mot de passe est hunter2",
            "我的密码是 hunter2",
            "這是我的密碼：hunter2",
        ],
    )
    async def test_however_it_is_said_it_is_kept_nowhere(
        self, sam: Person, text: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        said = await sam.says(text)
        assert "looks like a password" in said
        assert "hunter2" not in said
        assert "hunter2" not in caplog.text
        assert not holds(tmp_path, b"hunter2")

    @pytest.mark.parametrize(
        "text",
        [
            "book 30m tomorrow 3pm about the password policy",
            "/book password rotation review tomorrow 3pm",
            "change my password meeting to Friday",
        ],
    )
    async def test_a_meeting_about_passwords_is_a_meeting(self, busy_sam: Person, text: str) -> None:
        assert "looks like a password" not in await busy_sam.says(text)

    @pytest.mark.parametrize(
        ("erases", "private", "text", "words"),
        [
            (True, True, "password hunter2", "I take it off the screen"),
            (False, True, "password hunter2", "please delete it yourself"),
            (False, False, "password hunter2", "everybody here may have seen it"),
            (False, False, "/freewhen password hunter2", "please delete it yourself"),
        ],
    )
    async def test_what_is_said_of_it_is_true_of_this_chat(
        self, sam: Person, town: Town, erases: bool, private: bool, text: str, words: str
    ) -> None:
        town.chat.erases = erases
        said = await sam.says(text, private=private)
        assert words in said
        assert ("cannot delete" in said) == (not erases)


class TestTooEarly:
    @pytest.mark.parametrize(
        "text", ["/freewhen booking-link", "/freewhen my-data export", "/freewhen booking_link 30m"]
    )
    async def test_what_there_is_not_yet_is_said_to_be_not_yet(self, busy_sam: Person, text: str) -> None:
        assert "I cannot do that yet." in await busy_sam.says(text)


class TestZone:
    async def test_it_is_told_in_private_also_where_all_began_in_front_of_others(self, town: Town) -> None:
        nan = town.person("Nan", zone="")
        assert NO_ZONE not in await nan.says("/connect-calendar", private=False)
        _, sent = town.chat.sent[-1]
        assert NO_ZONE in sent.note
        assert NO_ZONE not in await nan.says("/connect-calendar")

    async def test_an_overview_tells_it_as_long_as_it_holds_and_uses_up_nothing(self, town: Town) -> None:
        nan = town.person("Nan", zone="")
        for _ in range(2):
            assert (await nan.says("/freewhen home")).count(NO_ZONE) == 1
        assert NO_ZONE in await nan.says("/free")
        await nan.connects()
        assert (await nan.says("/freewhen home")).count(NO_ZONE) == 1
        await nan.says("my time zone is Asia/Tokyo")
        assert NO_ZONE not in await nan.says("/freewhen home")

    async def test_where_there_are_windows_a_button_opens_the_settings(self, town: Town) -> None:
        town.chat.windows = True
        nan = town.person("Nan", zone="")
        await nan.says("/free")
        assert nan.choice("Set my time zone").form
        await nan.presses("Set my time zone")
        assert nan.last.form is not None
        assert nan.last.form.fields[0].label == "Time zone"
        assert "Set my time zone" not in str(labels(nan))
        await nan.says("/freewhen home")
        assert "Set my time zone" in labels(nan)

    async def test_a_form_does_not_use_it_up(self, town: Town) -> None:
        town.chat.windows = True
        nan = town.person("Nan", zone="")
        await nan.says("/freewhen home")
        await nan.presses("Accept and connect")
        await nan.says("/free")
        context = await nan.app.users.context(nan.who)
        assert context is not None
        assert context.user.preferences.zone_told


class TestHelp:
    async def test_where_there_are_windows_it_says_where_words_work_and_names_the_form(
        self, sam: Person, town: Town
    ) -> None:
        said = await sam.says("/freewhen help")
        assert "@mention" not in said
        assert "opens a form" not in said
        town.chat.windows = True
        said = await sam.says("/freewhen help")
        assert "direct message, or with an @mention" in said
        assert "/book alone opens a form" in said

    async def test_a_kind_that_is_not_set_up_leads_to_those_that_are(self, sam: Person) -> None:
        said = await sam.says("/connect-calendar google")
        assert "You can connect: Freewhen’s own calendar" in said
        assert sam.last.note.startswith("For whoever runs this server")
        assert "docs/" not in sam.last.text
        assert "Before you connect" in await sam.presses("Freewhen’s own")

    async def test_whoever_is_connected_hears_how_to_forget_it(self, busy_sam: Person) -> None:
        assert "/freewhen disconnect" in await busy_sam.says("/connect-calendar")

    async def test_an_agenda_with_more_meetings_than_buttons_says_so(self, busy_sam: Person) -> None:
        await busy_sam.says("/agenda this week")
        pressed = len(busy_sam.last.choices)
        assert pressed == 6
        assert "Buttons for the next 6 of " in busy_sam.last.note
        await busy_sam.says("/agenda today")
        assert "Buttons" not in busy_sam.last.note


class TestWe:
    @pytest.mark.parametrize("text", ["when are we free tomorrow?", "are we free tomorrow at 3pm?"])
    async def test_with_nobody_named_it_is_said_to_be_for_one(self, busy_sam: Person, text: str) -> None:
        assert "Only you: name the others" in await busy_sam.says(text)

    @pytest.mark.parametrize(
        "text", ["when am I free tomorrow?", "when can we meet with Ana tomorrow?", "am I free on Friday?"]
    )
    async def test_otherwise_not(self, busy_sam: Person, text: str) -> None:
        assert "Only you" not in await busy_sam.says(text)


async def test_the_overview_greets_and_names_the_accounts(busy_sam: Person) -> None:
    await busy_sam.says("/freewhen home")
    assert busy_sam.last.text.splitlines()[0] == "Hello Sam. Connected: sam@example.com."


async def test_before_a_calendar_the_overview_leaves_a_line_before_what_connecting_means(sam: Person) -> None:
    await sam.says("/freewhen home")
    assert "\n\nConnect Freewhen’s own calendar?\n" in sam.last.text
