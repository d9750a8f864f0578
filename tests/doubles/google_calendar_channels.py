"""Push channels: who is told that a calendar changed. https://developers.google.com/workspace/calendar/api/guides/push."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from tests.doubles.google_accounts import GoogleAccounts
from tests.doubles.google_rules_errors import GoogleError, bad, required
from tests.doubles.google_store import Body

WEEK = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Channel:
    """An open channel. `until` in seconds."""

    id: str
    resource: str
    uri: str
    calendar: str
    account: str
    address: str
    token: str
    until: float


@dataclass(frozen=True, slots=True)
class Notice:
    """A message on a channel; it has headers and no body."""

    channel: Channel
    state: str
    number: int

    def headers(self) -> dict[str, str]:
        found = {
            "X-Goog-Channel-ID": self.channel.id,
            "X-Goog-Message-Number": str(self.number),
            "X-Goog-Resource-ID": self.channel.resource,
            "X-Goog-Resource-State": self.state,
            "X-Goog-Resource-URI": self.channel.uri,
            "X-Goog-Channel-Expiration": format_datetime(datetime.fromtimestamp(self.channel.until, UTC), usegmt=True),
        }
        return found | ({"X-Goog-Channel-Token": self.channel.token} if self.channel.token else {})


@dataclass
class Channels:
    """The channels that are open, and all notices so far. `tell` is called with each notice."""

    accounts: GoogleAccounts
    tell: Callable[[Notice], None]
    open: dict[str, Channel] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    _numbers: dict[str, int] = field(default_factory=dict)

    def watch(self, account: str, calendar: str, body: Body) -> Body:
        """events.watch; raises GoogleError."""
        for name in ("id", "type", "address"):
            if not body.get(name):
                raise required(f"resource.{name}", "Required")
        if body["type"] not in ("web_hook", "webhook"):
            raise bad(f"Unknown channel type: {body['type']}", "channelUnknown")
        if not re.fullmatch(r"[A-Za-z0-9\-_+/=]{1,64}", body["id"]):
            raise bad("Invalid channel id.", "channelIdInvalid")
        if not body["address"].startswith("https://"):
            raise bad(f"WebHook callback must be HTTPS: {body['address']}", "push.webhookUrlNotHttps")
        if len(body.get("token") or "") > 256:
            raise bad("Channel token is too long.", "channelTokenTooLong")
        if body["id"] in self.used:
            raise bad(f"Channel id {body['id']} not unique", "channelIdNotUnique")
        now = self.accounts.now()
        until = min(self._until(body, now), now + WEEK * 4)
        if until <= now:
            raise bad("Invalid expiration.", "invalid")
        resource = hashlib.sha256(f"{account} {calendar}".encode()).hexdigest()[:27]
        uri = f"https://www.googleapis.com/calendar/v3/calendars/{calendar}/events?alt=json"
        channel = Channel(body["id"], resource, uri, calendar, account, body["address"], body.get("token") or "", until)
        self.open[channel.id] = channel
        self.used.add(channel.id)
        self._send(channel, "sync")
        answer = {"kind": "api#channel", "id": channel.id, "resourceId": resource, "resourceUri": uri}
        answer["expiration"] = str(int(until * 1000))
        return answer | ({"token": channel.token} if channel.token else {})

    def stop(self, account: str, body: Body) -> None:
        """channels.stop, by the account that opened it; raises GoogleError."""
        for name in ("id", "resourceId"):
            if not body.get(name):
                raise required(f"resource.{name}", "Required")
        channel = self.open.get(body["id"])
        alive = channel is not None and channel.until > self.accounts.now()
        if channel is None or not alive or (channel.resource, channel.account) != (body["resourceId"], account):
            raise GoogleError(404, "notFound", f"Channel '{body['id']}' not found for project '1'")
        del self.open[channel.id]

    def changed(self, calendar: str) -> None:
        """Tell everybody who watches a calendar."""
        for channel in list(self.open.values()):
            if channel.calendar == calendar and channel.until > self.accounts.now():
                self._send(channel, "exists")

    def _until(self, body: dict[str, Any], now: float) -> float:
        if body.get("expiration") is not None:
            return int(body["expiration"]) / 1000
        ttl = (body.get("params") or {}).get("ttl")
        return now + (int(ttl) if ttl is not None else WEEK)

    def _send(self, channel: Channel, state: str) -> None:
        self._numbers[channel.id] = number = self._numbers.get(channel.id, 0) + 1
        self.tell(Notice(channel, state, number))
