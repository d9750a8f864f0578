"""Where the embedded calendar keeps its events.

A row of `local_people` for the owner and every attendee answers "what is on this address's calendar" by index. Each
change counts up the version of every address that it touches, in the same transaction, and notes the window.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import LocalEvent
from bot.scheduling.event import Account, Attendee, Calendar, Days, EventDraft, When
from bot.scheduling.interval import Interval
from bot.scheduling.zones import zone
from storage.database import Database, uninterrupted
from storage.local_changes import dirty_since, note_change, version_of
from storage.schema import local_calendars, local_events, local_people
from storage.vault import Vault

_events, _people = local_events.c, local_people.c

Span = tuple[datetime, datetime | None]
"""When an event can take place; the end is None for a series."""


@dataclass(frozen=True, slots=True)
class LocalBody:
    """The sealed part of an event."""

    draft: EventDraft
    organizer: Attendee
    exceptions: Mapping[str, EventDraft | None] = field(default_factory=dict)


@uninterrupted
class LocalEventsTable:
    """`bot.ports.LocalEvents`. Addresses are compared without regard to case."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def open_calendar(self, tenant: str, address: str, name: str, zone: str) -> Account:
        address = address.casefold()
        sealed = self._vault.seal(name, *_calendar_where(tenant, address))
        new = self._database.insert(local_calendars).values(tenant=tenant, address=address, name=sealed, zone=zone)
        this = and_(local_calendars.c.tenant == tenant, local_calendars.c.address == address)
        async with self._database.write() as connection:
            await connection.execute(new.on_conflict_do_nothing())
            return self._account((await connection.execute(select(local_calendars).where(this))).one())

    async def calendars(self, tenant: str, addresses: Sequence[str]) -> Mapping[str, Account]:
        asked = {address.casefold(): address for address in addresses}
        these = and_(local_calendars.c.tenant == tenant, local_calendars.c.address.in_(sorted(asked)))
        async with self._database.read() as connection:
            rows = (await connection.execute(select(local_calendars).where(these))).all()
        return {asked[row.address]: self._account(row) for row in rows}

    async def people(self, tenant: str) -> Sequence[Account]:
        async with self._database.read() as connection:
            rows = (await connection.execute(select(local_calendars).where(local_calendars.c.tenant == tenant))).all()
        return sorted(map(self._account, rows), key=lambda account: (account.name.casefold(), account.address))

    async def between(self, tenant: str, address: str, window: Interval) -> Sequence[LocalEvent]:
        statement = (
            select(local_events)
            .join(local_people, _people.event_id == _events.id)
            .where(
                _people.tenant == tenant,
                _people.address == address.casefold(),
                _people.starts_at < window.end,
                or_(_people.ends_at > window.start, _people.ends_at.is_(None)),
                _events.cancelled.is_(False),
            )
            .order_by(_people.starts_at, _events.id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()
        return [self._event(row) for row in rows]

    async def get(self, tenant: str, event_id: str) -> LocalEvent | None:
        return await self._one(select(local_events).where(_events.tenant == tenant, _events.id == event_id))

    async def by_key(self, tenant: str, address: str, key: str) -> LocalEvent | None:
        return await self._one(select(local_events).where(_keyed(tenant, address, key)))

    async def add(self, tenant: str, event: LocalEvent, key: str) -> LocalEvent:
        row = {
            "id": event.id,
            "tenant": tenant,
            "uid": event.uid,
            "owner": event.owner.casefold(),
            "key": key or None,
            "body": self._seal(tenant, event),
            "version": event.version,
            "cancelled": event.cancelled,
        }
        new = (
            self._database.insert(local_events)
            .values(row)
            .on_conflict_do_nothing(index_elements=["tenant", "owner", "key"])
        )
        async with self._database.write() as connection:
            added = (await connection.execute(new.returning(_events.id))).first()
            if added is not None:
                await self._spread(connection, tenant, event, ())
            found = _events.id == event.id if added is not None else _keyed(tenant, event.owner, key)
            return self._event((await connection.execute(select(local_events).where(found))).one())

    async def save(self, tenant: str, event: LocalEvent) -> bool:
        this = and_(_events.tenant == tenant, _events.id == event.id, _events.version == event.version)
        values = {
            "version": event.version + 1,
            "body": self._seal(tenant, event),
            "cancelled": event.cancelled,
        }
        async with self._database.write() as connection:
            if (await connection.execute(update(local_events).where(this).values(values))).rowcount == 0:
                return False
            before = select(_people.address, _people.starts_at, _people.ends_at).where(_people.event_id == event.id)
            rows = (await connection.execute(before)).all()
            await connection.execute(delete(local_people).where(_people.event_id == event.id))
            await self._spread(connection, tenant, event, rows)
        return True

    async def version(self, tenant: str, address: str) -> int:
        async with self._database.read() as connection:
            return await version_of(connection, tenant, address.casefold())

    async def dirty_since(self, tenant: str, address: str, version: int) -> Sequence[Interval] | None:
        async with self._database.read() as connection:
            return await dirty_since(connection, tenant, address.casefold(), version)

    async def _spread(self, connection: AsyncConnection, tenant: str, event: LocalEvent, before: Iterable[Any]) -> None:
        """Put the event on everybody's calendar, and tell those calendars and the ones it left."""
        starts_at, ends_at = _span(event)
        addresses = _addresses(event)
        await connection.execute(
            local_people.insert(),
            [
                {"tenant": tenant, "address": a, "event_id": event.id, "starts_at": starts_at, "ends_at": ends_at}
                for a in sorted(addresses)
            ],
        )
        touched: dict[str, set[Span]] = {address: {(starts_at, ends_at)} for address in addresses}
        for row in before:
            touched.setdefault(row.address, set()).add((row.starts_at, row.ends_at))
        # In one order for everybody, so that two changes never wait for each other.
        for address in sorted(touched):
            await note_change(connection, self._database, tenant, address, touched[address])

    async def _one(self, statement: Select[Any]) -> LocalEvent | None:
        async with self._database.read() as connection:
            row = (await connection.execute(statement)).first()
        return None if row is None else self._event(row)

    def _seal(self, tenant: str, event: LocalEvent) -> bytes:
        body = LocalBody(event.draft, event.organizer, event.exceptions)
        return self._vault.seal_value(body, *_event_where(tenant, event.id))

    def _event(self, row: Any) -> LocalEvent:
        body = self._vault.open_value(LocalBody, row.body, *_event_where(row.tenant, row.id))
        return LocalEvent(
            row.id, row.uid, row.owner, body.draft, body.organizer, body.exceptions, row.version, bool(row.cancelled)
        )

    def _account(self, row: Any) -> Account:
        name = self._vault.open(row.name, *_calendar_where(row.tenant, row.address))
        calendar = Calendar(row.address, name or row.address, primary=True)
        return Account(row.address, name, row.zone, (calendar,))


def _keyed(tenant: str, address: str, key: str) -> ColumnElement[bool]:
    return and_(_events.tenant == tenant, _events.owner == address.casefold(), _events.key == key)


def _addresses(event: LocalEvent) -> set[str]:
    drafts = [event.draft, *(draft for draft in event.exceptions.values() if draft is not None)]
    invited = {attendee.address.casefold() for draft in drafts for attendee in draft.attendees}
    return invited | {event.owner.casefold()}


def _span(event: LocalEvent) -> Span:
    starts, ends = zip(*(_bounds(d.when) for d in (event.draft, *event.exceptions.values()) if d), strict=True)
    return min(starts), None if event.draft.recurrence else max(ends)


def _bounds(when: When) -> tuple[datetime, datetime]:
    if isinstance(when, Days):
        # Whole days are days of whoever looks: anywhere from UTC+14 to UTC-12.
        days = when.interval(zone("UTC"))
        return days.start - timedelta(hours=14), days.end + timedelta(hours=12)
    return when.start, when.end


def _event_where(tenant: str, event_id: str) -> tuple[str, ...]:
    return ("local_events", "body", event_id, tenant)


def _calendar_where(tenant: str, address: str) -> tuple[str, ...]:
    return ("local_calendars", "name", address, tenant)
