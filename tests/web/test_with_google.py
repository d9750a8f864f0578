"""The real calendar plug-in behind the pages, against doubles of Google's sign-in and of Google Calendar."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.providers import House
from bot.providers.google import GoogleCalendar as Calendar
from bot.providers.google import kind
from bot.providers.google_calls import Google
from bot.providers.google_settings import GoogleSettings
from tests.doubles.google_calendar import GoogleCalendar
from tests.doubles.serving import served
from tests.web.browser import Browser
from tests.web.conftest import Street


@pytest.fixture
async def calendar(street: Street) -> AsyncIterator[GoogleCalendar]:
    """Google Calendar with the accounts of the sign-in; Google is the real plug-in from now on."""
    double = GoogleCalendar(street.accounts)
    async with served(double.app) as url:
        settings: GoogleSettings = replace(street.google.settings, api_url=f"{url}/calendar/v3/")
        google = Google(settings, street.town.clock)  # of our own, since a kind keeps its connections open
        described = kind(House(street.town.clock, street.town.storage.local_events, settings))
        real = replace(described, open=lambda opening: Calendar(google, opening))
        street.kinds["google"] = lambda: real
        yield double
        google.close()


async def test_from_the_button_to_the_agenda(street: Street, browser: Browser, calendar: GoogleCalendar) -> None:
    street.accounts.add("ana@example.com", "Ana")
    start, end = "2026-03-10T10:00:00+01:00", "2026-03-10T11:00:00+01:00"
    body = {"summary": "Budget", "start": {"dateTime": start}, "end": {"dateTime": end}}
    calendar.add_event("ana@example.com", body)
    ana = street.person("Ana", "ana@example.com")
    page = await browser.get(await street.link(ana))
    assert "any other calendar reachable through the account" in page.text
    assert "Limited Use" in page.text
    page = await browser.press(page, "Accept and connect to Google")
    last = await browser.press(page, "Allow", account="ana@example.com")
    assert "Connected as ana@example.com" in last.text, last.text
    (connection,) = await street.linked(ana)
    assert connection.calendar
    assert connection.checks
    assert "Budget" in await ana.says("/agenda tomorrow")


async def test_disconnecting_takes_the_access_back(street: Street, browser: Browser, calendar: GoogleCalendar) -> None:
    street.accounts.add("ana@example.com", "Ana")
    ana = street.person("Ana", "ana@example.com")
    await street.consent(browser, await street.link(ana), "ana@example.com")
    await ana.says("/freewhen disconnect")
    assert "Disconnected" in await ana.presses("Disconnect")
    assert await street.linked(ana) == ()
    assert street.signin.calls["revoke"] == 1
    assert [family.live for family in street.signin.desk.families.values()] == [None]
