"""What /freewhen status says of a connected calendar that does not answer, or that this server offers no more."""

from datetime import timedelta

import pytest

from bot.errors import AccessDenied, LinkExpired, ProviderError, Unavailable
from tests.conversations.conftest import Person
from tests.web.browser import Browser
from tests.web.conftest import Street


@pytest.fixture
async def ana(street: Street, browser: Browser) -> Person:
    """Ana, whose Google account is connected; a quarter of an hour has passed since."""
    street.accounts.add("ana@example.com", "Ana")
    ana = street.person("Ana", "ana@example.com")
    await street.consent(browser, await street.link(ana), "ana@example.com")
    await street.asleep(timedelta(minutes=15))
    return ana


@pytest.mark.parametrize(
    ("error", "mended"),
    [
        (LinkExpired("google"), True),
        (AccessDenied("google", "A permission is missing."), True),
        (Unavailable("google"), False),
    ],
)
async def test_only_what_its_owner_can_mend_offers_to(
    street: Street, ana: Person, error: ProviderError, mended: bool
) -> None:
    street.google.failures.append(error)
    said = await ana.says("/freewhen status")
    assert error.message in said
    assert "It last answered Mon 9 Mar, 09:00" in said
    assert ("[Reconnect ana@example.com]" in said) is mended
    assert "[Disconnect ana@example.com]" in said


async def test_access_that_is_known_to_be_dead_has_no_last_answer(street: Street, ana: Person) -> None:
    street.google.failures.append(LinkExpired("google"))
    await ana.says("/freewhen status")
    said = await ana.says("/freewhen status")
    assert "no longer accepts our access" in said
    assert "It last answered" not in said


async def test_a_provider_that_is_offered_no_more_leaves_the_rest_of_the_status(street: Street, ana: Person) -> None:
    await ana.says("/connect-calendar local")
    await ana.presses("Accept and connect")
    street.offer_no("google")
    said = await ana.says("/freewhen status")
    assert "ana@example.com (google)" in said
    assert "no longer offers google calendars" in said
    assert "works (checked" in said, "the embedded calendar"
    assert "Reminders" in said
    assert "[Reconnect" not in said
    choices = [choice for choice in ana.last.choices if choice.label.startswith("Disconnect")]
    assert len(choices) == 2
    for choice in choices:
        await ana.presses_choice(choice)
        assert "Disconnected from" in await ana.presses("Disconnect")
    assert await street.linked(ana) == ()
