"""Somebody at the pretended consent page, without a browser."""

import re
from collections.abc import Collection
from urllib.parse import urljoin

import httpx2


async def decide(url: str, account: str, leave_out: Collection[str] = (), allow: bool = True) -> str:
    """Open the consent page, choose the account, untick scopes, press Allow or Cancel.

    Returns the address that the browser is sent to. Raises AssertionError when Google shows an error of its own.
    """
    async with httpx2.AsyncClient() as browser:
        page = await browser.get(url)
        assert page.status_code == 200, page.text
        ticket = re.search(r"name=ticket value=([\w-]+)", page.text)
        assert ticket is not None
        scopes = [scope for scope in re.findall(r"name=scope value='([^']+)'", page.text) if scope not in leave_out]
        fields = {"ticket": ticket[1], "account": account, "scope": scopes, "do": "allow" if allow else "cancel"}
        answer = await browser.post(urljoin(url, "/o/oauth2/v2/allow"), data=fields)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"])
