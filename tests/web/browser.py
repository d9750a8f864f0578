"""A browser without a screen: cookies, forms, redirects followed one by one; sends what Chromium sends with a form."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx2

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36"


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    """The one form of a page, the page's visible text, and the names of all tags."""

    def __init__(self) -> None:
        super().__init__()
        self.form: Form | None = None
        self.tags: list[str] = []
        self.text: list[str] = []
        self._button: tuple[str, str] | None = None
        self._select = ""
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        has = {name: value or "" for name, value in attrs}
        self._hidden = tag in ("style", "script", "title")
        if tag == "form":
            self.form = Form(has.get("action", ""), has.get("method", "get"))
        if self.form is None:
            return
        if tag == "input" and (has.get("type") != "checkbox" or "checked" in has):
            self.form.fields.setdefault(has["name"], []).append(has.get("value", ""))
        if tag == "select":
            self._select = has["name"]
        if tag == "option" and ("selected" in has or self._select not in self.form.fields):
            self.form.fields[self._select] = [has["value"]]
        if tag == "button":
            self._button = (has.get("name", ""), has.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False
        if tag == "button":
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._hidden or not data.strip():
            return
        self.text.append(" ".join(data.split()))
        if self._button is not None and self.form is not None:
            self.form.buttons[self.text[-1]] = self._button


@dataclass(frozen=True)
class Page:
    url: str
    status: int
    headers: httpx2.Headers
    html: str
    tags: list[str]
    text: str
    form: Form | None

    @property
    def to(self) -> str:
        """Where it sends the browser, "" for a page that stays."""
        return urljoin(self.url, self.headers["location"]) if "location" in self.headers else ""


class Browser:
    """One cookie jar. `seen`: every page in order, redirects as well."""

    def __init__(self, agent: str = CHROME) -> None:
        self.client = httpx2.AsyncClient(headers={"user-agent": agent}, timeout=20, trust_env=False)
        self.seen: list[Page] = []

    async def __aenter__(self) -> "Browser":
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.client.aclose()

    async def get(self, url: str, follow: bool = True) -> Page:
        return await self._follow(self.page(await self.client.get(url)), follow)

    async def press(self, page: Page, label: str = "", follow: bool = True, **changed: str | list[str]) -> Page:
        """Submit the page's form by a button of this label, with some fields changed; "" for the first button."""
        assert page.form is not None, page.text
        name, value = next((has for said, has in page.form.buttons.items() if said.startswith(label)), ("?", ""))
        assert name != "?", f"no button {label!r} in: {list(page.form.buttons)}"
        fields: dict[str, str | list[str]] = {**page.form.fields, **({name: value} if name else {}), **changed}
        headers = {"origin": "null", "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"}
        answer = await self.client.post(urljoin(page.url, page.form.action), data=fields, headers=headers)
        return await self._follow(self.page(answer), follow)

    async def _follow(self, page: Page, follow: bool) -> Page:
        for _ in range(6):
            if not follow or not page.to:
                return page
            page = self.page(await self.client.get(page.to))
        raise AssertionError("redirected in circles")

    def page(self, answer: httpx2.Response) -> Page:
        reader = _Reader()
        reader.feed(answer.text)
        page = Page(
            str(answer.url),
            answer.status_code,
            answer.headers,
            answer.text,
            reader.tags,
            " ".join(reader.text),
            reader.form,
        )
        self.seen.append(page)
        return page

    def visited(self, base: str) -> list[Page]:
        """The pages of one server."""
        return [page for page in self.seen if urlsplit(page.url).netloc == urlsplit(base).netloc]
