"""A meeting booked by filling in a form: the same preview as in words, and every problem at its field."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import ChatError, Unavailable
from bot.messages import ChatUser, Field, FieldKind, Profile
from bot.ports import Feature
from tests.conversations.conftest import Person, Town
from tests.fakes.chat import FakeChat

FILLED = {"title": "Budget", "date": "2026-03-10", "time": "15:00", "length": "30", "repeats": "no"}


@pytest.fixture
def windows(town: Town) -> None:
    town.chat.windows = True


def field(person: Person, name: str) -> Field:
    assert person.last.form is not None
    return next(one for one in person.last.form.fields if one.name == name)


async def fill(person: Person, **values: str) -> str:
    """Open the form, and send what it holds with these changes."""
    await person.says("/book")
    assert person.last.form is not None
    held = {one.name: one.value for one in person.last.form.fields}
    return await person.fills(**{**held, **FILLED, **values})


def with_features(person: Person, *features: Feature) -> None:
    make = person.app.kinds["local"]
    person.app = replace(person.app, kinds={"local": lambda: replace(make(), features=frozenset(features))})


@pytest.mark.usefixtures("windows")
class TestInAChatWithWindows:
    async def test_a_bare_command_asks_in_a_form_what_is_usual(self, busy_sam: Person) -> None:
        await busy_sam.says("/book")
        assert busy_sam.last.form is not None
        assert not busy_sam.last.choices
        names = [one.name for one in busy_sam.last.form.fields]
        assert names == ["title", "guests", "others", "date", "time", "length", "repeats", "place"]
        assert (field(busy_sam, "date").value, field(busy_sam, "time").value) == ("2026-03-09", "09:00")
        assert field(busy_sam, "length").value == "30"
        assert field(busy_sam, "guests").kind is FieldKind.PEOPLE
        needed = [one.name for one in busy_sam.last.form.fields if not one.optional]
        assert needed == ["date", "time", "length", "repeats"]

    @pytest.mark.parametrize(
        ("after", "day", "clock"),
        [
            (timedelta(minutes=1), "2026-03-09", "09:30"),
            (timedelta(hours=-3), "2026-03-09", "09:00"),
            (timedelta(hours=7, minutes=31), "2026-03-10", "09:00"),
            (timedelta(days=4, hours=9), "2026-03-16", "09:00"),
        ],
    )
    async def test_it_begins_with_the_next_half_hour_of_working_time(
        self, sam: Person, town: Town, after: timedelta, day: str, clock: str
    ) -> None:
        await sam.connects()
        town.clock.move_to(town.clock.now() + after)
        await sam.says("/book")
        assert (field(sam, "date").value, field(sam, "time").value) == (day, clock)

    async def test_what_was_filled_in_is_previewed_and_booked(self, busy_sam: Person) -> None:
        preview = await fill(busy_sam, place="Room 4", others="zoe@example.org")
        assert "Book this?" in preview
        assert "When: Tue 10 Mar, 15:00–15:30 (Europe/Madrid)" in preview
        assert "What: Budget" in preview
        assert "Where: Room 4" in preview
        assert "With: zoe@example.org" in preview
        assert "Booked" in await busy_sam.presses("Book it")
        assert "15:00–15:30: Budget · Room 4 · with zoe@example.org" in await busy_sam.says("/agenda tomorrow")

    async def test_no_title_is_the_usual_title(self, busy_sam: Person) -> None:
        assert "What: Meeting with Ana Torres" in await fill(busy_sam, title="", guests="Ana")

    async def test_what_is_there_already_is_said_and_other_times_are_offered(self, busy_sam: Person) -> None:
        answer = await fill(busy_sam, date="2026-03-10", time="09:30")
        assert "Not booked" in answer
        assert busy_sam.last.choices

    async def test_nothing_is_written_by_the_form(self, busy_sam: Person, town: Town) -> None:
        await fill(busy_sam)
        assert "create" not in town.faults.calls

    @pytest.mark.parametrize(
        ("repeats", "said"),
        [
            ("day", "every day"),
            ("weekday", "every weekday"),
            ("week", "every week on Tue"),
            ("fortnight", "every 2 weeks on Tue"),
            ("month", "every month"),
        ],
    )
    async def test_a_series(self, busy_sam: Person, repeats: str, said: str) -> None:
        assert f"Repeats: {said}\n" in await fill(busy_sam, repeats=repeats)
        assert "Booked" in await busy_sam.presses("Book it")
        later = {"day": "18 March", "weekday": "18 March", "week": "17 March", "fortnight": "24 March"}
        assert "Budget" in await busy_sam.says(f"/agenda {later.get(repeats, '10 April')}")

    @pytest.mark.parametrize(
        ("values", "at", "why"),
        [
            ({"time": "08:30", "date": "2026-03-09"}, "time", "passed"),
            ({"date": "2026-03-08"}, "date", "passed"),
            ({"date": "2026-03-29", "time": "02:30"}, "time", "no 02:30"),
            ({"date": "2026-10-25", "time": "02:30"}, "time", "02:30 comes twice"),
            ({"date": "tomorrow"}, "date", "2026-03-10"),
            ({"date": "2026-02-30"}, "date", "2026-03-10"),
            ({"date": "9999-12-31"}, "date", "too far"),
            ({"date": ""}, "date", "2026-03-10"),
            ({"time": "25:00"}, "time", "15:00"),
            ({"time": "3pm"}, "time", "15:00"),
            ({"others": "ana@"}, "others", "“ana@” is no e-mail address"),
            ({"others": "zoe@example.org, two words"}, "others", "“two” is no e-mail address"),
            ({"others": " ".join(f"a{n}@example.org" for n in range(51))}, "others", "Up to 50 guests"),
            ({"guests": "Zacharias"}, "guests", "no address for Zacharias"),
            ({"guests": "Anna"}, "guests", "Ana Torres (ana@example.com)"),
            ({"length": "31"}, "length", "offered"),
            ({"length": "99999"}, "length", "offered"),
            ({"repeats": "hourly"}, "repeats", "offered"),
            ({"date": "2026-03-14", "repeats": "weekday"}, "date", "Sat"),
            ({"date": "2026-03-31", "repeats": "month"}, "repeats", "day 31"),
            ({"title": "x" * 201}, "title", "200"),
            ({"place": "x" * 501}, "place", "500"),
        ],
    )
    async def test_a_problem_is_said_at_its_field_and_the_form_is_still_good(
        self, busy_sam: Person, town: Town, values: dict[str, str], at: str, why: str
    ) -> None:
        await busy_sam.says("/book")
        form = busy_sam.last.form
        held = {one.name: one.value for one in form.fields} | FILLED
        answer = await busy_sam.fills(**{**held, **values})
        assert [name for name, _ in busy_sam.last.problems] == [at]
        assert why in busy_sam.last.problems[0][1]
        assert why in answer
        assert busy_sam.last.form is None
        busy_sam.last = replace(busy_sam.last, form=form)
        assert "Book this?" in await busy_sam.fills(**held)
        assert "create" not in town.faults.calls

    async def test_all_that_is_wrong_is_said_at_once(self, busy_sam: Person) -> None:
        await fill(busy_sam, time="99:99", others="nobody", title="x" * 300)
        assert [name for name, _ in busy_sam.last.problems] == ["title", "others", "time"]

    async def test_fields_that_were_not_asked_say_nothing(self, busy_sam: Person) -> None:
        preview = await fill(busy_sam, video="yes", conference="yes", recurrence="FREQ=SECONDLY")
        assert "Video" not in preview
        assert "Repeats" not in preview

    async def test_a_meeting_link_is_asked_for_where_the_calendar_makes_one(self, busy_sam: Person) -> None:
        with_features(busy_sam, Feature.CONFERENCE)
        await busy_sam.says("/book")
        assert field(busy_sam, "video").value == "no"
        assert busy_sam.last.form is not None
        assert "repeats" not in [one.name for one in busy_sam.last.form.fields]
        assert "Video: a link comes with the meeting" in await fill(busy_sam, video="yes")
        assert "Video" not in await fill(busy_sam, video="no")

    async def test_guests_are_picked_as_mentions(self, busy_sam: Person, town: Town) -> None:
        town.person("Bob")
        preview = await fill(busy_sam, guests="<@bob>, <@sam>", others="Zoe Ray <zoe@example.org>; bob@example.com")
        assert "With: Bob, zoe@example.org" in preview

    async def test_an_offer_of_times_leads_to_the_form_with_what_was_said(self, busy_sam: Person) -> None:
        await busy_sam.says("book 50m with Ana and Zacharias about budget")
        button = busy_sam.choice("Fill in a form")
        assert button.form
        await busy_sam.presses_choice(button)
        assert field(busy_sam, "title").value == "budget"
        assert field(busy_sam, "others").value == "ana@example.com"
        assert "Zacharias" in field(busy_sam, "guests").hint
        assert field(busy_sam, "length").value == "50"
        held = {one.name: one.value for one in busy_sam.last.form.fields} if busy_sam.last.form else {}
        preview = await busy_sam.fills(**{**held, "date": "2026-03-10", "time": "15:00"})
        assert "15:00–15:50" in preview
        assert "With: Ana Torres" in preview

    async def test_a_length_that_nobody_else_uses_can_stay(self, busy_sam: Person) -> None:
        await busy_sam.says("book 70m about budget")
        await busy_sam.presses("Fill in a form")
        assert ("70", "1 h 10 min") in field(busy_sam, "length").options

    async def test_a_preview_leads_back_to_the_form_as_it_was_filled_in(self, busy_sam: Person) -> None:
        with_features(busy_sam, Feature.CONFERENCE, Feature.RECURRENCE)
        values = {"place": "Room 4", "others": "zoe@example.org", "length": "45", "repeats": "fortnight"}
        await fill(busy_sam, video="yes", **values)
        button = busy_sam.choice("Change")
        assert button.form
        await busy_sam.presses_choice(button)
        assert busy_sam.last.form is not None
        held = {one.name: one.value for one in busy_sam.last.form.fields}
        assert held == {**FILLED, **values, "guests": "", "video": "yes"}
        preview = await busy_sam.fills(**{**held, "time": "16:00"})
        assert "16:00–16:45" in preview
        assert "Repeats: every 2 weeks on Tue" in preview
        assert "Booked" in await busy_sam.presses("Book it")

    async def test_a_corrected_preview_takes_the_place_of_the_one_before(self, busy_sam: Person) -> None:
        await fill(busy_sam)
        assert not busy_sam.last.replace
        await busy_sam.presses("Change")
        await busy_sam.fills(**{**FILLED, "time": "16:00"})
        assert busy_sam.last.replace

    async def test_a_title_that_nobody_said_stays_open(self, busy_sam: Person) -> None:
        await fill(busy_sam, title="", others="ana@example.com")
        await busy_sam.presses("Change")
        assert busy_sam.last.form is not None
        held = {one.name: one.value for one in busy_sam.last.form.fields}
        assert held["title"] == ""
        assert "What: Meeting with zoe@example.org" in await busy_sam.fills(**{**held, "others": "zoe@example.org"})

    async def test_what_was_said_in_words_is_kept_as_well(self, busy_sam: Person) -> None:
        await busy_sam.says("book 30m every Tuesday and Thursday at 4pm about payroll")
        await busy_sam.presses("Change")
        form = busy_sam.last
        assert form.form is not None
        held = {one.name: one.value for one in form.form.fields}
        assert ("said", "Every week on Tue, Thu") in field(busy_sam, "repeats").options
        assert (held["date"], held["time"], held["repeats"]) == ("2026-03-10", "16:00", "said")
        assert "does not begin that day" in await busy_sam.fills(**{**held, "date": "2026-03-11"})
        assert [name for name, _ in busy_sam.last.problems] == ["date"]
        busy_sam.last = form
        assert "Repeats: every week on Tue, Thu" in await busy_sam.fills(**{**held, "date": "2026-03-12"})

    async def test_whole_days_are_no_form(self, busy_sam: Person) -> None:
        await busy_sam.says("book all day Friday about offsite")
        assert "Change" not in [choice.label for choice in busy_sam.last.choices]

    async def test_it_begins_at_a_time_that_nothing_takes(self, busy_sam: Person) -> None:
        await busy_sam.says("book 30m today 9am about payroll")
        await busy_sam.presses("Book it")
        await busy_sam.says("/agenda today")
        assert [text.split(" ")[0] for _, text in busy_sam.last.facts][:3] == ["payroll", "Stand-up", "Planning"]
        await busy_sam.says("/book")
        assert (field(busy_sam, "date").value, field(busy_sam, "time").value) == ("2026-03-09", "11:30")

    async def test_a_calendar_that_cannot_be_read_keeps_nobody_from_the_form(
        self, busy_sam: Person, town: Town
    ) -> None:
        town.faults.before["events"] = [Unavailable("local")]
        await busy_sam.says("/book")
        assert field(busy_sam, "time").value == "09:00"

    async def test_without_a_calendar_there_is_no_form(self, sam: Person) -> None:
        assert "not connected a calendar" in await sam.says("/book")
        assert sam.last.form is None


async def test_without_windows_a_preview_has_no_form(busy_sam: Person) -> None:
    await busy_sam.says("book 30m tomorrow 3pm about budget")
    assert [choice.label for choice in busy_sam.last.choices] == ["Book it", "Don’t"]


async def test_without_windows_a_bare_command_offers_times(busy_sam: Person) -> None:
    answer = await busy_sam.says("/book")
    assert "When should “Meeting” be?" in answer
    assert "Fill in a form" not in answer


class TestWhoIsMeant:
    async def test_a_mention_is_the_person_by_name_with_the_profile_s_address(
        self, busy_sam: Person, town: Town
    ) -> None:
        town.person("Bob", email="Bob@Example.org")
        preview = await busy_sam.says("book 30m with <@bob> tomorrow 3pm about budget")
        assert "With: Bob" in preview
        assert "<@" not in preview
        assert "Booked" in await busy_sam.presses("Book it")
        assert "<@" not in await busy_sam.says("/agenda tomorrow")

    async def test_whoever_is_connected_is_invited_where_their_meetings_go(self, busy_sam: Person, town: Town) -> None:
        bob = town.person("Bob", email="bob@calendars.example")
        await bob.connects()
        town.chat.profiles[bob.who] = Profile("Bob", "bob@elsewhere.example")
        await busy_sam.says("book 30m with <@bob> tomorrow 3pm about budget")
        await busy_sam.presses("Book it")
        assert "budget" in await bob.says("/agenda tomorrow")

    async def test_oneself_is_no_guest(self, busy_sam: Person) -> None:
        preview = await busy_sam.says("book 30m with <@sam> tomorrow 3pm about budget")
        assert "With" not in preview
        assert "not invited" not in preview

    @pytest.mark.parametrize("text", ["<@stranger>", "<@far>"])
    async def test_a_mention_of_nobody_here_is_never_shown_as_it_is(
        self, busy_sam: Person, town: Town, text: str
    ) -> None:
        town.chat.profiles[ChatUser("test", "another", "far")] = Profile("Far Away", "far@example.net")
        preview = await busy_sam.says(f"book 30m with {text} tomorrow 3pm about budget")
        assert "No address for somebody you mention, not invited." in preview
        assert "<@" not in preview
        assert "Far" not in preview

    async def test_people_of_another_workspace_are_nobody_even_where_a_chat_knows_them(
        self, busy_sam: Person, town: Town
    ) -> None:
        class Everywhere(FakeChat):
            async def find_people(self, workspace: str, text: str) -> Sequence[tuple[ChatUser, Profile]]:
                return [
                    (ChatUser("test", "another", "bob"), Profile("Bob Far", "far@example.net")),
                    (ChatUser("other", "", "bob"), Profile("Bob Other", "other@example.net")),
                ]

        busy_sam.app = replace(busy_sam.app, chats={"test": Everywhere(town.chat.profiles)})
        for who in ("<@bob>", "Zacharias", "bob@example.org"):
            preview = await busy_sam.says(f"book 30m with {who} tomorrow 3pm about budget")
            assert "Book this?" in preview
            assert "example.net" not in preview
            assert "Far" not in preview
            assert "Other" not in preview

    async def test_somebody_without_an_address_stays_named(self, busy_sam: Person, town: Town) -> None:
        town.chat.profiles[ChatUser("test", "", "bob")] = Profile("Bob Gray")
        assert "No address for Bob Gray, not invited." in await busy_sam.says("book 30m with <@bob> tomorrow 3pm")

    async def test_a_name_that_no_calendar_here_has_is_asked_of_the_chat(self, busy_sam: Person, town: Town) -> None:
        town.person("Zacharias Gray", email="zach@example.com")
        assert "With: Zacharias Gray" in await busy_sam.says("book 30m with Zacharias tomorrow 3pm about budget")

    async def test_of_several_it_is_asked_which(self, busy_sam: Person, town: Town) -> None:
        town.person("Zacharias Gray", email="gray@example.com")
        town.person("Zacharias White", email="white@example.com")
        answer = await busy_sam.says("book 30m with Zacharias tomorrow 3pm about budget")
        assert "Which Zacharias do you mean?" in answer
        assert "With: Zacharias White" in await busy_sam.presses("Zacharias White")

    async def test_an_address_gets_its_name(self, busy_sam: Person, town: Town) -> None:
        town.person("Zacharias", email="zach@example.com")
        assert "With: Zacharias" in await busy_sam.says("book 30m with zach@example.com tomorrow 3pm about budget")
        assert "With: other@example.com" in await busy_sam.says("book 30m with other@example.com tomorrow 4pm")

    @pytest.mark.parametrize(
        ("who", "said"),
        [
            ("Zacharias", "No address for Zacharias (the chat could not be asked about them), not invited."),
            ("<@bob>", "No address for Bob (the chat could not be asked about them), not invited."),
            ("zach@example.com", "With: zach@example.com"),
        ],
    )
    async def test_a_chat_that_does_not_answer_makes_nobody_up(
        self, busy_sam: Person, town: Town, who: str, said: str
    ) -> None:
        town.person("Bob")
        town.chat.deaf = ChatError()
        assert said in await busy_sam.says(f"book 30m with {who} tomorrow 3pm about budget")

    async def test_a_stranger_of_a_shared_channel_looks_nobody_up(self, busy_sam: Person, town: Town) -> None:
        from bot.handlers import dispatch
        from bot.messages import Request
        from tests.conversations.conftest import words

        town.person("Bob")
        text = "book 30m with <@bob> tomorrow 3pm about budget"
        reply = await dispatch(busy_sam.app, Request(busy_sam.who, text, member=False))
        assert "Only members of this workspace may ask" in words(reply)
        assert "Bob" not in words(reply)
        assert town.chat.looked_for == []

    async def test_whom_the_chat_knows_and_counts_to_no_people_is_named_all_the_same(
        self, busy_sam: Person, town: Town
    ) -> None:
        class Bots(FakeChat):
            async def profile(self, who: ChatUser) -> Profile:
                return Profile({"b1": "Polly", "b2": "Freewhen"}.get(who.id, ""))

        busy_sam.app = replace(busy_sam.app, chats={"test": Bots({})})
        assert "No address for Polly, not invited." in await busy_sam.says("book 30m with <@b1> tomorrow 3pm")
        for me in ("<@b2>", "@freewhen"):
            assert "Freewhen is not a guest" in await busy_sam.says(f"book 30m with {me} tomorrow 3pm")
            assert not busy_sam.last.choices

    @pytest.mark.parametrize("typed", ["@zach.gray", "@Zach.Gray", "@zach_gray", "@zach"])
    async def test_a_typed_handle_is_a_name_and_no_address(self, busy_sam: Person, town: Town, typed: str) -> None:
        town.person("Zach Gray", email="zach@example.com")
        preview = await busy_sam.says(f"book 30m with {typed} tomorrow 3pm about budget")
        assert "With: Zach Gray\n" in preview
        assert "@zach" not in preview.replace("zach@example.com", "").casefold()

    async def test_a_handle_that_nobody_has_is_no_address_either(self, busy_sam: Person) -> None:
        preview = await busy_sam.says("book 30m with @zoe.nobody tomorrow 3pm about budget")
        assert "With" not in preview
        assert preview.count("zoe.nobody") == 1
        assert "No address for @zoe.nobody, not invited." in preview

    async def test_the_meeting_with_a_typed_handle_is_found(self, busy_sam: Person, town: Town) -> None:
        town.person("Zach Gray", email="zg@example.com")
        await busy_sam.says("book 30m with Zach tomorrow 3pm about budget")
        await busy_sam.presses("Book it")
        assert "Cancel “budget”?" in await busy_sam.says("cancel my meeting with @zach.gray")

    async def test_the_meeting_with_a_mentioned_person_is_found(self, busy_sam: Person, town: Town) -> None:
        town.person("Bob", email="bob@example.org")
        await busy_sam.says("book 30m with <@bob> tomorrow 3pm about budget")
        await busy_sam.presses("Book it")
        assert "Cancel “budget”?" in await busy_sam.says("cancel my meeting with <@bob>")

    async def test_when_a_mentioned_person_is_free_is_asked_by_name(self, busy_sam: Person, town: Town) -> None:
        bob = town.person("Bob")
        await bob.connects()
        assert "Bob" in await busy_sam.says("when can <@bob> and I meet tomorrow?")
