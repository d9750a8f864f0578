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
    await sam.presses("Book it")
    assert "Booked" in await last(city, sam)
    assert len(sam.seen(sam.direct)) == len({one.ts for one in sam.seen()}), "the preview became the card"
    await city.later(timedelta(hours=29, minutes=50))
    reminder = await last(city, sam)
    assert "budget" in reminder
    assert "15:00" in reminder
