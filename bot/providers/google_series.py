"""Changing an event or a series on Google Calendar, which has no "this and following" and keeps no exception in step.

What is to become of a series is worked out by `series_changes`; here the difference is written: the series first, then
the occurrences that differ from it. Everything that was read before is written only while it is as it was read.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from bot.errors import CannotSay, Gone, ProviderError, Unavailable
from bot.providers import series_changes
from bot.providers.google_bodies import change_body, draft_body, draft_of, event_id, following_body, occurrence_id
from bot.providers.google_calls import Body, Session
from bot.providers.google_errors import NAME, Changed, Lost, Taken
from bot.providers.google_events import Events
from bot.providers.series import among
from bot.providers.series_changes import Series, apply
from bot.scheduling.event import EventChange, EventDraft

T = TypeVar("T")

TRIES = 5


class Writer:
    """Writes to one account's calendars. All guests are told. Raises ProviderError, and Changed: read again."""

    def __init__(self, session: Session, events: Events) -> None:
        self._session = session
        self._events = events

    async def one(self, calendar: str, body: Body, change: EventChange) -> Body:
        """Change an event without a rule, or one occurrence; as it is now."""
        old = self._draft(body)
        owner = str((body.get("organizer") or {}).get("email", "")).casefold()
        wanted = change_body(old, apply(old, change, owner), body.get("attendees") or ())
        return await self._patch(calendar, body, wanted) if wanted else body

    async def all(self, calendar: str, master: Body, key: str, change: EventChange) -> Body:
        """Change a whole series as its occurrence `key` is changed; that occurrence, as it is now."""
        series, _ = await self._events.series(calendar, master)
        wanted, key = _said(lambda: series_changes.with_all(series, key, change))
        body = change_body(series.draft, wanted.draft, master.get("attendees") or ())
        if body:
            await self._patch(calendar, master, body)
        await self._reconcile(calendar, str(master["id"]), wanted)
        return await self._events.there(calendar, occurrence_id(str(master["id"]), key))

    async def following(self, calendar: str, master: Body, key: str, change: EventChange) -> Body:
        """Change an occurrence and all that follow: a series of their own, and then the old one ends before.

        The new one is written first, under an id that names the cut, so that a crash between the two leaves a repeat
        that the next try finds and replaces, never a hole. When the old one changed meanwhile, all is done again.
        """
        series, _ = await self._events.series(calendar, master)
        if _said(lambda: series_changes.is_first(series, key)):
            return await self.all(calendar, master, key, change)
        name = series_changes.cut_key(series, key)
        kept, later, later_key = _said(lambda: series_changes.split(series, key, change))
        new_id = event_id(name)
        await self._put(calendar, following_body(later.draft, name, master))
        await self._reconcile(calendar, new_id, later)
        try:
            now = await self._events.there(calendar, str(master["id"]))
        except Gone:
            await self._removed(calendar, {"id": new_id})
            raise
        try:
            if now["etag"] != master["etag"] or (await self._events.series(calendar, now))[0] != series:
                raise Changed
            await self._end(calendar, now, series, kept)
        except Changed:
            # The cut will have another name, so nobody would find what was written under this one.
            await self._removed(calendar, {"id": new_id})
            raise
        return await self._events.there(calendar, occurrence_id(new_id, later_key))

    async def cut(self, calendar: str, master: Body, key: str) -> None:
        """Take an occurrence and all that follow off the calendar."""
        series, _ = await self._events.series(calendar, master)
        await self._end(calendar, master, series, _said(lambda: series_changes.cut(series, key)))

    async def remove(self, calendar: str, body: Mapping[str, Any]) -> None:
        """Cancel an event, an occurrence or a whole series."""
        await self._session.write(
            "events.delete", body.get("etag", ""), calendarId=calendar, eventId=body["id"], sendUpdates="all"
        )

    async def insert(self, calendar: str, body: Body) -> Body:
        """Write a new event under the id in the body; what is there when the id is taken, whatever it is."""
        try:
            return await self._session.write(
                "events.insert",
                calendarId=calendar,
                body=body,
                sendUpdates="all",
                conferenceDataVersion=1,
                supportsAttachments="attachments" in body,
            )
        except Taken:
            return await self._events.get(calendar, str(body["id"]))
        except Lost as lost:
            try:
                return await self._events.get(calendar, str(body["id"]))
            except ProviderError:
                raise lost from lost.__cause__

    async def attendees(self, calendar: str, body: Mapping[str, Any], people: list[Body]) -> Body:
        """Set the attendees of an event as an answer of one of them."""
        omitted = {"attendeesOmitted": True} if body.get("attendeesOmitted") else {}
        return await self._patch(calendar, body, {"attendees": people, **omitted})

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _put(self, calendar: str, body: Body) -> None:
        """Insert, or make what an earlier try left so."""
        found = await self.insert(calendar, body)
        wanted = {name: value for name, value in body.items() if name not in ("id", "conferenceData")}
        if self._draft(found) != self._draft({**found, **wanted}) or found.get("status") == "cancelled":
            await self._patch(calendar, found, wanted)

    async def _end(self, calendar: str, master: Body, series: Series, kept: Series) -> None:
        """Let a series end as the kept one does; nothing of it is left when that has no occurrence."""
        if kept.cancelled:
            await self.remove(calendar, master)
            return
        body = change_body(series.draft, kept.draft, master.get("attendees") or ())
        if body:
            await self._patch(calendar, master, body)
        await self._reconcile(calendar, str(master["id"]), kept)

    async def _reconcile(self, calendar: str, ident: str, wanted: Series) -> None:
        """Make the occurrences of a series what they should be, where they are not."""
        for _ in range(TRIES):
            master = await self._events.there(calendar, ident)
            have, bodies = await self._events.series(calendar, master)
            keys = {*wanted.exceptions, *bodies}
            plain, plain_have = among(wanted.draft, keys), among(have.draft, keys)
            try:
                for key in sorted(keys):
                    should = wanted.exceptions.get(key, plain.get(key))
                    now = have.exceptions.get(key, plain_have.get(key))
                    if should == now:
                        continue
                    body = bodies.get(key) or {**master, "id": occurrence_id(ident, key), "etag": ""}
                    if should is None:
                        await self._removed(calendar, body)
                        continue
                    people = body.get("attendees") or ()
                    # One that was cancelled comes back with all that it says.
                    change = draft_body(should, people) if now is None else change_body(now, should, people)
                    await self._patch(calendar, body, change)
                return
            except Changed:
                continue
        raise Unavailable(NAME, "Somebody else is changing this series at the moment. Try again in a minute.")

    async def _removed(self, calendar: str, body: Mapping[str, Any]) -> None:
        try:
            await self.remove(calendar, body)
        except Gone:
            """It is, as it should be."""

    async def _patch(self, calendar: str, body: Mapping[str, Any], change: Body) -> Body:
        return await self._session.write(
            "events.patch",
            body.get("etag", ""),
            calendarId=calendar,
            eventId=body["id"],
            body=change,
            sendUpdates="all",
        )

    def _draft(self, body: Mapping[str, Any]) -> EventDraft:
        return self._events.understood(lambda: draft_of(body, self._session.opening.zone))


def _said(change: Callable[[], T]) -> T:
    try:
        return change()
    except ValueError as error:
        raise CannotSay(NAME, str(error)) from error
