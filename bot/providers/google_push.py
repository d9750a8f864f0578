"""Google's push channels: who is told that a calendar changed.

Source: developers.google.com/workspace/calendar/api/guides/push. A notice has headers and no body; it proves itself
with the token that we gave when the channel was opened.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.errors import Gone
from bot.messages import Secret
from bot.ports import Opening, Watched
from bot.providers.google_calls import Google, Session
from bot.providers.google_events import Events

_TOKEN = "x-goog-channel-token"  # noqa: S105 the name of a header
_SHORTEST = timedelta(hours=1)


class GooglePush:
    """`ports.Push`."""

    def __init__(self, google: Google) -> None:
        self._google = google

    async def watch(self, opening: Opening, calendar: str, channel: str, secret: Secret, url: str) -> Watched:
        session = Session(self._google, opening)
        body = {"id": channel, "type": "web_hook", "address": url, "token": secret.reveal()}
        told = await session.write("events.watch", calendarId=calendar, body=body)
        return Events(session).understood(lambda: Watched(str(told["resourceId"]), self._until(told)))

    async def unwatch(self, opening: Opening, channel: str, resource: str) -> None:
        session = Session(self._google, opening)
        try:
            await session.write("channels.stop", body={"id": channel, "resourceId": resource})
        except Gone:
            """It is closed, or over: as it should be."""

    def secret_of(self, headers: Mapping[str, str], body: bytes) -> Secret | None:
        token = headers.get(_TOKEN, "")
        return Secret(token) if token else None

    def _until(self, told: Mapping[str, object]) -> datetime:
        """In milliseconds since 1970; a channel that does not say is renewed soon."""
        end = told.get("expiration")
        if end is None:
            return self._google.clock.now() + _SHORTEST
        return datetime.fromtimestamp(int(str(end)) / 1000, UTC)
