"""The pages in a real browser: the whole way, dark and light, on a narrow phone, by keyboard, and read by eye."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.conversations.conftest import Person
from tests.web.conftest import Street

QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NARROW = 320
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")

CONTRAST = """
() => {
  const light = text => {
    const c = text.match(/[0-9.]+/g).map(Number);
    const f = c.slice(0, 3).map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return {l: .2126 * f[0] + .7152 * f[1] + .0722 * f[2], a: c.length > 3 ? c[3] : 1};
  };
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const found = light(getComputedStyle(at).backgroundColor);
      if (found.a === 1) return found.l;
    }
    return 1;
  };
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || !element.getClientRects().length) continue;
    const [a, b] = [light(getComputedStyle(element).color).l, behind(element)].sort((x, y) => y - x);
    found.push([(a + .05) / (b + .05), walk.currentNode.textContent.trim().slice(0, 40)]);
  }
  return found;
}
"""
"""The contrast of every text with what is behind it (WCAG 2.2 §1.4.3)."""


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("Chromium is not installed, so no page was looked at in a browser")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        await browser.close()


@pytest.fixture
async def ana(street: Street) -> Person:
    street.accounts.add("ana@example.com", "Ana")
    street.accounts.add("ana@gmail.com", "Ana")
    return street.person("Ana Smith", "ana@example.com")


async def opened(chromium: Browser, scheme: Literal["light", "dark"] = "light", width: int = 900) -> Page:
    """A page in a browser of its own, which fails the test when the policy blocks anything."""
    context = await chromium.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 720}, reduced_motion="reduce"
    )
    page = await context.new_page()
    page.set_default_timeout(20_000)
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text) if "Policy" in message.text else None)
    page.blocked = blocked  # type: ignore[attr-defined]
    return page


async def checked(page: Page, picture: Path) -> None:
    """No sideways scrolling, every text readable, one heading, a language, all fields named; and a picture of it."""
    await page.screenshot(path=str(picture), full_page=True)
    wide, inner = await page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= inner, picture.name
    found = await page.evaluate(CONTRAST)
    assert len(found) > 3
    assert [one for one in found if one[0] < 4.5] == [], picture.name
    assert await page.locator("h1").count() == 1
    assert await page.locator("html[lang=en]").count() == 1
    small = await page.evaluate("[...document.querySelectorAll('button')].filter(b => b.offsetHeight < 44).length")
    assert small == 0, "a button is as high as a finger"
    assert page.blocked == [], "the policy lets through what the page needs"  # type: ignore[attr-defined]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [NARROW, 900])
async def test_connecting_from_the_link_to_the_end(
    street: Street, chromium: Browser, ana: Person, tmp_path: Path, scheme: Literal["light", "dark"], width: int
) -> None:
    page = await opened(chromium, scheme, width)
    await page.goto(await street.link(ana))
    await checked(page, tmp_path / "connect.png")
    await page.get_by_role("button", name="Accept and connect to Google").click()
    await page.get_by_label("Account").select_option("ana@gmail.com")
    await page.get_by_role("button", name="Allow").click()
    await page.get_by_role("heading", name="Is this your calendar?").wait_for()
    await checked(page, tmp_path / "doubt.png")
    await page.get_by_role("button", name="Yes").click()
    await page.get_by_role("heading", name="One more step").wait_for()
    await checked(page, tmp_path / "more.png")
    assert "Connected as ana@gmail.com" in await street.answer(ana, "Yes, it is mine")
    await page.goto(await street.link(ana))
    await page.get_by_role("button", name="Accept").click()
    await page.get_by_label("Account").select_option("ana@example.com")
    await page.get_by_role("button", name="Allow").click()
    await page.get_by_role("heading", name="Connected as ana@example.com").wait_for()
    await checked(page, tmp_path / "done.png")
    assert page.url == f"{street.base}/connect/done"
    await page.reload()
    await page.get_by_role("heading", name="Connected as ana@example.com").wait_for()
    assert {one.address for one in await street.linked(ana)} == {"ana@gmail.com", "ana@example.com"}


async def test_what_fails_says_why(street: Street, chromium: Browser, ana: Person, tmp_path: Path) -> None:
    page = await opened(chromium, width=NARROW)
    await page.goto(await street.link(ana))
    await page.get_by_role("button", name="Accept").click()
    await page.get_by_label("View and edit events").uncheck()
    await page.get_by_label("Account").select_option("ana@example.com")
    await page.get_by_role("button", name="Allow").click()
    await page.get_by_role("heading", name="Google is not connected").wait_for()
    await checked(page, tmp_path / "failed.png")
    assert "see and change events" in await page.inner_text("main")


async def test_by_keyboard_alone(street: Street, chromium: Browser, ana: Person) -> None:
    page = await opened(chromium)
    await page.goto(await street.link(ana))
    order = []
    for _ in range(2):
        await page.keyboard.press("Tab")
        order.append(await page.evaluate("document.activeElement.innerText"))
        outline = await page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert outline == "3px", "where the focus is can be seen"
    assert order == ["Google API Services User Data Policy", "Accept and connect to Google"]
    await page.keyboard.press("Enter")
    await page.get_by_label("Account").wait_for()


async def test_without_scripts_it_is_the_same(street: Street, chromium: Browser, ana: Person) -> None:
    context = await chromium.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(await street.link(ana))
    await page.get_by_role("button", name="Accept").click()
    await page.get_by_label("Account").select_option("ana@example.com")
    await page.get_by_role("button", name="Allow").click()
    await page.get_by_role("heading", name="Connected as ana@example.com").wait_for()


async def test_a_hostile_name_runs_nothing(street: Street, chromium: Browser, ana: Person) -> None:
    link = await street.link(ana)
    context = await street.context(ana)
    nasty = "<img src=x onerror=document.title='owned'><script>document.title='owned'</script>"
    await street.app.users.save(replace(context.user, name=nasty))
    page = await opened(chromium)
    await page.goto(link)
    assert "owned" not in await page.title()
    assert await page.locator("img, script").count() == 0
    assert nasty in await page.inner_text("main")


async def test_a_window_in_another_app(street: Street, chromium: Browser, ana: Person, tmp_path: Path) -> None:
    agent = "Mozilla/5.0 (Linux; Android 14; wv) AppleWebKit/537.36 Version/4.0 Chrome/120 Mobile Safari/537.36"
    for scheme in SCHEMES:
        context = await chromium.new_context(
            user_agent=agent, color_scheme=scheme, viewport={"width": NARROW, "height": 700}
        )
        page = await context.new_page()
        page.blocked = []  # type: ignore[attr-defined]
        link = await street.link(ana)
        await page.goto(link)
        await checked(page, tmp_path / f"elsewhere-{scheme}.png")
        assert await page.inner_text(".address") == link
        assert await page.locator("button").count() == 0
