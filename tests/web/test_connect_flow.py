"""From a button in the chat, over our page and Google's, to a connected calendar."""

from tests.web.browser import Browser
from tests.web.conftest import Street


async def test_the_whole_way(street: Street, browser: Browser) -> None:
    ana = street.person("Ana", "ana@example.com")
    street.accounts.add("ana@example.com", "Ana")
    link = await street.link(ana)
    assert link.startswith(f"{street.base}/connect/")
    page = await browser.get(link)
    assert "the Test account Ana" in page.text
    assert await street.linked(ana) == ()
    last = await street.consent(browser, link, "ana@example.com")
    assert (last.status, last.url) == (200, f"{street.base}/connect/done")
    assert "Connected as ana@example.com" in last.text
    (connection,) = await street.linked(ana)
    assert (connection.provider, connection.calendar) == ("google", "ana@example.com")
    assert connection.checks == ("ana@example.com",)
    told = street.shown(ana.who)
    assert "Connected as ana@example.com" in told
    assert "Choose calendars" in told
    assert street.signin.calls["token"] == 1
