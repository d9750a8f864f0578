"""People, meetings and spans to store."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.messages import ChatUser, Profile, Secret
from bot.ports import Booking, Connection, LocalEvent, Meeting, Planned, Preferences, User
from bot.scheduling.event import Attendee, EventDraft
from bot.scheduling.interval import Interval
from storage import Storage

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ANN = ChatUser("slack", "T1", "ann")
BOB = ChatUser("telegram", "", "42")


def span(start: float, length: float = 1) -> Interval:
    """Hours after NOW."""
    return Interval(NOW + start * HOUR, NOW + (start + length) * HOUR)


async def person(store: Storage, who: ChatUser = ANN, name: str = "Ann") -> User:
    return await store.users.add(who, Profile(name, f"{name.lower()}@example.org"), Preferences())


async def linked(store: Storage, who: ChatUser = ANN, address: str = "ann@example.org") -> Connection:
    user = await person(store, who)
    return await store.connections.add(user, "caldav", address, Secret("hunter2"), "", NOW)


def draft(title: str = "Plan", start: float = 1, length: float = 1, guests: tuple[str, ...] = ()) -> EventDraft:
    attendees = tuple(Attendee(address) for address in guests)
    return EventDraft(title, span(start, length), "Europe/Berlin", attendees)


def booking(connection: Connection, key: str, start: float = 1, length: float = 1, ref: str = "") -> Booking:
    return Booking(
        key=key,
        tenant=connection.tenant,
        user_id=connection.user_id,
        connection_id=connection.id,
        host=connection.host,
        interval=span(start, length),
        draft=draft(start=start, length=length),
        ref=ref,
    )


def planned(ref: str = "m1", start: float = 1, lead: timedelta = 10 * MINUTE, title: str = "Plan") -> Planned:
    when = span(start)
    meeting = Meeting(title, when.start, when.end, location="Room 4", attendees=(Attendee("bob@example.org", "Bob"),))
    return Planned(ref, f"lead:{lead.total_seconds():.0f}", when.start - lead, meeting)


def local_event(
    event_id: str = "e1", owner: str = "ann@example.org", guests: tuple[str, ...] = (), **changes: object
) -> LocalEvent:
    event = LocalEvent(event_id, f"uid-{event_id}", owner, draft(guests=guests), Attendee(owner, "Ann"))
    return replace(event, **changes)  # type: ignore[arg-type]
