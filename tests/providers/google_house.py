"""A pretended Google with accounts on it, and calendars opened there by the real adapter."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.app import SystemClock
from bot.messages import Secret
from bot.ports import Clock, Opening, Refresh
from bot.providers.google import GoogleCalendar
from bot.providers.google_calls import Google, Patience
from bot.providers.google_consent import SCOPES
from bot.providers.google_settings import GoogleSettings
from tests.doubles.fault_proxy import FaultProxy, fault_proxy
from tests.doubles.google_accounts import GoogleAccounts
from tests.doubles.google_calendar import GoogleCalendar as Server
from tests.doubles.serving import served
from tests.providers.inputs import GUEST, ME, NOBODY

ALL_SCOPES = frozenset(scope for scope in SCOPES if scope.startswith("https://"))


@dataclass
class Renewals:
    """What `ports.Renew` is for a test: the token endpoint without HTTP. `dead`: the grant was revoked."""

    accounts: GoogleAccounts
    address: str
    scopes: frozenset[str]
    clock: Clock
    lives: float = 3600
    count: int = 0
    dead: list[Exception] = field(default_factory=list)

    async def __call__(self, stale: Secret, refresh: Refresh) -> Secret:
        self.count += 1
        if self.dead:
            raise self.dead[0]
        return credential(self.accounts.issue(self.address, self.scopes), self.clock, self.lives)


@dataclass
class GoogleHouse:
    """The server, our side of it, and how to open a calendar there."""

    server: Server
    google: Google
    proxy: FaultProxy
    renewals: dict[str, Renewals] = field(default_factory=dict)

    def open(self, address: str, scopes: frozenset[str] = ALL_SCOPES, token: str = "") -> GoogleCalendar:
        accounts = self.server.accounts
        renew = self.renewals.setdefault(address, Renewals(accounts, address, scopes, self.google.clock))
        held = credential(token or accounts.issue(address, scopes), self.google.clock)
        return GoogleCalendar(self.google, Opening("test:", address, "Europe/Madrid", held, renew, "Ann"))


def credential(token: str, clock: Clock, lives: float = 3600) -> Secret:
    until = clock.now().timestamp() + lives
    return Secret(json.dumps({"access_token": token, "refresh_token": "1//r", "expires_at": until, "scope": ""}))


@asynccontextmanager
async def google_house(clock: Clock | None = None, patience: Patience | None = None) -> AsyncIterator[GoogleHouse]:
    """With accounts for ME and GUEST, and none for NOBODY; between the server and us a proxy without faults."""
    accounts = GoogleAccounts()
    accounts.add(ME, "Ann")
    accounts.add(GUEST, "Gus")
    assert NOBODY not in accounts.known
    server = Server(accounts)
    async with served(server.app) as url, fault_proxy(url) as proxy:
        google = Google(settings(proxy.url), clock or SystemClock(), patience)
        try:
            yield GoogleHouse(server, google, proxy)
        finally:
            google.close()


def settings(url: str) -> GoogleSettings:
    return GoogleSettings("client", Secret("secret"), api_url=f"{url}/calendar/v3/")


class Still:
    """A clock that a test sets."""

    def __init__(self, now: datetime | None = None) -> None:
        self.moment = now or datetime.now(UTC)

    def now(self) -> datetime:
        return self.moment
