"""Google as a kind of calendar, small: the real consent against the double of the sign-in, an account and no events."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.errors import Gone, LinkExpired, ProviderError
from bot.messages import Secret
from bot.ports import Clock, Disclosure, Kind, Link, Opening
from bot.providers.google_consent import GoogleConsent
from bot.providers.google_settings import GoogleSettings
from bot.scheduling.event import (
    Account,
    Busyness,
    Calendar,
    Changes,
    Event,
    EventChange,
    EventDraft,
    Response,
    Scope,
    Unknown,
)
from bot.scheduling.interval import Interval
from tests.doubles.google_accounts import GoogleAccounts
from tests.doubles.google_signin import GoogleSignin

TOLD = Disclosure(
    version="google-test-1",
    sees="this calendar and any other calendar reachable through the account",
    does="create, change and delete events, and invite people",
    never="reads mail or contacts: only calendar permissions are asked for",
    stored="the key to the calendar, sealed, and your own coming events until they end, on this server",
    undo="/freewhen disconnect, or myaccount.google.com/connections",
    scopes=("calendar.events", "calendar.calendarlist.readonly", "calendar.freebusy", "openid", "email"),
)


@dataclass
class SmallGoogle:
    """A kind like Google's. `failures` are raised by the next openings' `account`, in order; `revoked` counts."""

    accounts: GoogleAccounts
    settings: GoogleSettings
    clock: Clock
    told: Disclosure = TOLD
    name: str = "google"
    label: str = "Google"
    failures: list[ProviderError] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    primary: str = ""

    def __post_init__(self) -> None:
        self.consent = GoogleConsent(self.settings, self.clock)

    def __call__(self) -> Kind:
        return Kind(self.name, self.label, Link.OAUTH, self.told, self._open, self._revoke, consent=self.consent)

    def _open(self, opening: Opening) -> "SmallCalendar":
        return SmallCalendar(self, opening)

    async def _revoke(self, opening: Opening) -> None:
        await self.consent.revoke(opening.credential)
        self.revoked.append(opening.address)


def settings_of(signin: GoogleSignin, base: str) -> GoogleSettings:
    client = signin.client
    google = GoogleSettings(client.id, Secret(client.secret))
    return replace(
        google,
        authorize_url=f"{base}/o/oauth2/v2/auth",
        token_url=f"{base}/token",
        revoke_url=f"{base}/revoke",
    )


class SmallCalendar:
    """`ports.CalendarProvider` of an account that has two calendars and nothing on them."""

    def __init__(self, kind: SmallGoogle, opening: Opening) -> None:
        self._kind, self._opening = kind, opening

    async def account(self) -> Account:
        if self._kind.failures:
            raise self._kind.failures.pop(0)
        token = json.loads(self._opening.credential.reveal())["access_token"]
        held = self._kind.accounts.whose(token)
        if held is None:
            raise LinkExpired(self._kind.name)
        address = self._kind.primary or held[0].address
        shared = Calendar("team@group.calendar.google.com", "Team", can_write=True, owned=False)
        return Account(address, held[0].name, held[0].zone, (Calendar(address, address, primary=True), shared))

    async def busy(self, addresses: Sequence[str], window: Interval) -> Mapping[str, Busyness]:
        return {address: Unknown("not asked here") for address in addresses}

    async def events(self, window: Interval, calendars: Sequence[str] = ()) -> Sequence[Event]:
        await self.account()
        return []

    async def event(self, ref: str) -> Event:
        raise Gone(self._kind.name)

    async def find(self, key: str, calendar: str = "") -> Event | None:
        return None

    async def create(self, draft: EventDraft, key: str, calendar: str = "") -> Event:
        raise Gone(self._kind.name)

    async def update(self, ref: str, change: EventChange, scope: Scope = Scope.OCCURRENCE) -> Event:
        raise Gone(self._kind.name)

    async def cancel(self, ref: str, scope: Scope = Scope.OCCURRENCE, note: str = "") -> None:
        raise Gone(self._kind.name)

    async def respond(self, ref: str, response: Response, note: str = "") -> Event:
        raise Gone(self._kind.name)

    async def changes(self, cursor: str | None, calendars: Sequence[str] = ()) -> Changes:
        return Changes(None if cursor is None else (), "1")
