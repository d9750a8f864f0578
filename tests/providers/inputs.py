"""What the contracts of a calendar ask of it: people, times and series around the clock change of March 2026."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.ports import CalendarProvider
from bot.scheduling.event import Event, EventChange, EventDraft, Scope
from bot.scheduling.interval import Interval

MADRID = ZoneInfo("Europe/Madrid")
ME, GUEST, NOBODY = "me@example.com", "guest@example.com", "nobody@example.com"


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    """A wall clock in Madrid in 2026; the clocks change there on 29 March and 25 October."""
    return datetime(2026, month, day, hour, minute, tzinfo=MADRID).astimezone(UTC)


def draft(title: str, start: datetime, minutes: int = 30, **more: object) -> EventDraft:
    return EventDraft(title, Interval(start, start + timedelta(minutes=minutes)), "Europe/Madrid", **more)  # type: ignore[arg-type]


HOSTILE = ["\0", "a\0b@2026-03-10", "\ud800", "no/such?thing#", "x@0001-01-01", "@", "x@9999-12-31T23:59:59-14:00"]
WEEK = Interval(at(9, 0), at(16, 0))
SPRING = Interval(at(1, 0), at(1, 0, month=5))
DAY = Interval(at(10, 0), at(11, 0))


def half_hour(start: datetime) -> Interval:
    return Interval(start, start + timedelta(minutes=30))


async def tuesdays(mine: CalendarProvider, rule: str = "FREQ=WEEKLY;BYDAY=TU", **more: object) -> Event:
    """A series from Tuesday, 3 March at 10."""
    return await mine.create(draft("Weekly", at(3, 10), recurrence=rule, **more), "k1")


async def on(provider: CalendarProvider, start: datetime) -> Event:
    """The only event that starts then."""
    (found,) = [event for event in await provider.events(SPRING) if event.interval(MADRID).start == start]
    return found


async def move(mine: CalendarProvider, old: datetime, new: datetime, scope: Scope) -> Event:
    return await mine.update((await on(mine, old)).ref, EventChange(when=half_hour(new)), scope)


async def starts(mine: CalendarProvider) -> list[datetime]:
    return [event.interval(MADRID).start for event in await mine.events(SPRING)]
