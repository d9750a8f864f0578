"""A day in Slack, from adding the bot to reminders: real signed requests in, what people see out."""

from datetime import timedelta

from bot.messages import Reply
from tests.chats.slack_reading import read
from tests.conversations.conftest import words
from tests.doubles.slack_person import SlackPerson
from tests.doubles.slack_workspace import Message, View
from tests.slack.city import City
from tests.web.browser import Browser


def shown(place: Message | View | None) -> Reply:
    """What a message, a window or a home says."""
    assert place is not None
    return read(place.body if isinstance(place, View) else {"blocks": place.blocks})


async def last(city: City, person: SlackPerson) -> str:
    """The newest words before somebody, when all is done."""
    await city.settled()
    return words(shown(person.seen()[-1]))


async def connects(city: City, person: SlackPerson) -> None:
    """Freewhen's own calendar, by a command in the direct message."""
    await person.commands("/connect-calendar local")
    await city.settled()
    await person.presses("Accept and connect", person.window)
    await person.sees(lambda: "Connected as" in words(shown(person.window or person.seen()[-1])))
    if person.window:
        await person.closes()
    await city.settled()


async def test_from_the_install_page_to_a_booking(open_city: City) -> None:
    city = open_city
    boss = city.person("Boss", admin=True)
    async with Browser() as browser:
        page = await browser.get(f"{city.base}/slack/install")
        if page.form is not None and "requesting permission" not in page.text:
            page = await browser.press(page)
        page = await browser.press(page, "Allow", team=city.team.id, user=boss.user.id)
    assert "Acme" in page.text, page.text
    assert city.slack.oauth.installed == [city.team.id]
    sam = city.person("Sam")
    await connects(city, sam)
    await sam.writes("book 30m tomorrow 3pm about budget")
    assert "When: Tue 10 Mar, 15:00–15:30 (Europe/Madrid)" in await last(city, sam)
    preview, before = sam.seen()[-1], len(sam.seen())
    await sam.presses("Book it", preview)
    assert "Booked" in await last(city, sam)
    assert (sam.seen()[-1], len(sam.seen())) == (preview, before), "the preview became the card"
    await city.later(timedelta(hours=29, minutes=50))
    reminder = await last(city, sam)
    assert "budget" in reminder
    assert "15:00" in reminder


async def test_in_a_channel_an_answer_is_for_the_asker_and_work_goes_on_in_private(city: City) -> None:
    sam, ann = city.person("Sam"), city.person("Ann Lee")
    rooms = [
        city.team.channel("general", sam.user.id, ann.user.id),
        city.team.channel("shut", sam.user.id, ann.user.id, bot=False),
        city.team.channel("den", sam.user.id, ann.user.id, private=True, bot=False),
    ]
    await connects(city, sam)
    for room in rooms:
        await sam.commands("/free tomorrow afternoon", room)
        await city.settled()
        (answer,) = sam.seen(room)
        assert "12:00–17:00" in words(shown(answer))
        assert ann.seen(room) == []
    await sam.mentions("am I free tomorrow at 3pm?", rooms[0])
    await city.settled()
    answer = sam.seen(rooms[0])[-1]
    assert "Yes. You are free" in words(shown(answer))
    assert ann.seen() == []
    await sam.presses("Book it", answer)
    await city.settled()
    assert "When: Tue 10 Mar, 15:00–15:30" in words(shown(sam.seen(sam.direct)[-1])), "the preview is in private"
    await sam.presses("Book it", sam.seen(sam.direct)[-1])
    assert "Booked" in await last(city, sam)
    assert ann.seen() == []


async def test_a_meeting_is_booked_in_a_window(city: City) -> None:
    sam, ann = city.person("Sam"), city.person("Ann Lee")
    await connects(city, sam)
    await connects(city, ann)
    await sam.commands("/book", city.team.channel("general", sam.user.id))
    await city.settled()
    form = sam.window
    assert form is not None
    await sam.submits(title="Budget & plans", guests=ann.user.id, date="2026-03-08", time="15:00", length="45")
    assert sam.problems, "the day is over"
    assert sam.window is form, "the window stays and can be corrected"
    await sam.submits(date="2026-03-10")
    await city.settled()
    preview = words(shown(sam.window))
    assert "What: Budget & plans" in preview
    assert "Tue 10 Mar, 15:00–15:45" in preview
    assert "Ann Lee" in preview
    await sam.presses("Book it")
    await city.settled()
    assert "Booked" in words(shown(sam.window))
    assert "Budget & plans" in words(shown(sam.seen(sam.direct)[-1])), "what was done stays as a message"
    await ann.writes("what is on tomorrow?")
    assert "15:00–15:45: Budget & plans" in await last(city, ann)


async def test_the_home_shows_today_and_is_shown_anew(city: City) -> None:
    sam = city.person("Sam")
    await sam.opens_home()
    await city.settled()
    assert "This is Freewhen" in words(shown(sam.home))
    await sam.presses("Accept and connect", sam.home)
    await sam.sees(lambda: "Nothing on your calendar" in words(shown(sam.home)))
    await sam.writes("book 30m today 3pm about budget")
    await city.settled()
    await sam.presses("Book it", sam.seen()[-1])
    await sam.sees(lambda: "budget" in words(shown(sam.home)))
    if sam.window:
        await sam.closes()
    await sam.presses("Book", sam.home)
    await city.settled()
    assert sam.window is not None
    await sam.submits(title="Lunch", date="2026-03-10", time="12:00")
    await city.settled()
    assert "What: Lunch" in words(shown(sam.window))


async def test_a_button_is_pressed_by_whom_it_was_made_for_and_once(city: City) -> None:
    sam, ann = city.person("Sam"), city.person("Ann Lee")
    await connects(city, sam)
    await connects(city, ann)
    await sam.writes("book 30m tomorrow 3pm about budget")
    await city.settled()
    preview = sam.seen()[-1]
    block, button = next(one for one in sam.buttons(preview) if one[1]["text"]["text"] == "Book it")
    # Ann cannot see it; a forged press would look like this.
    await ann.press(preview, block, button)
    await city.settled()
    await sam.writes("what is on tomorrow?")
    assert "budget" not in await last(city, sam)
    for _ in range(3):
        await sam.press(preview, block, button)
    await city.settled()
    await sam.writes("what is on tomorrow?")
    assert (await last(city, sam)).count("15:00–15:30: budget") == 1


async def test_a_delivery_that_slack_repeats_is_done_once(city: City) -> None:
    sam = city.person("Sam")
    await connects(city, sam)
    before = len(sam.seen())
    payload = sam.events.message(sam.user, sam._wrote("what is on tomorrow?", sam.direct))
    for retry in range(3):
        assert (await city.way.deliver(payload, retry)).status == 200
    await city.settled()
    assert len(sam.seen()) == before + 1


async def test_two_workspaces_with_the_same_ids_know_nothing_of_each_other(open_city: City) -> None:
    city = open_city
    other = city.slack.world.add_team("Globex")
    people = []
    for team in (city.team, other):
        boss = city.person("Boss", team, admin=True)
        async with Browser() as browser:
            page = await browser.get(f"{city.base}/slack/install")
            await browser.press(page, "Allow", team=team.id, user=boss.user.id)
        people.append(boss)
    ours, theirs = people
    assert ours.user.id == theirs.user.id
    await connects(city, ours)
    await ours.writes("book 30m tomorrow 3pm about secrets")
    await city.settled()
    await ours.presses("Book it")
    await city.settled()
    await theirs.writes("what is on tomorrow?")
    answer = await last(city, theirs)
    assert "secrets" not in answer
    assert "connect" in answer.casefold()
    await connects(city, theirs)
    await theirs.writes("what is on tomorrow?")
    assert "secrets" not in await last(city, theirs)
    assert not any("secrets" in one.text for one in theirs.seen())


async def test_a_workspace_that_removes_the_bot_is_spoken_to_no_more(open_city: City) -> None:
    city = open_city
    boss = city.person("Boss", admin=True)
    async with Browser() as browser:
        page = await browser.get(f"{city.base}/slack/install")
        await browser.press(page, "Allow", team=city.team.id, user=boss.user.id)
    await connects(city, boss)
    await boss.writes("book 30m tomorrow 3pm about budget")
    await city.settled()
    await boss.presses("Book it")
    await city.settled()
    city.slack.world.tokens.end(city.team.id, "account_inactive")
    await city.way.deliver(boss.events.uninstalled())
    await city.way.deliver(boss.events.revoked())
    await city.settled()
    assert await city.storage.installations.find("slack", city.team.id) is None
    before = city.slack.count()
    await city.later(timedelta(hours=30))
    assert city.slack.count() == before, "no reminder is tried"
