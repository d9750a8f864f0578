"""The Protocols between the rim and the middle, and `App`, which holds one implementation of each.

Every instant is aware and in UTC. Every method may raise `StorageError` (repositories), `ProviderError`
(providers) or `ChatError` (chats), and nothing foreign. Each Protocol has one contract in `tests/` that all its
implementations run.
"""

from bot.ports.app import App, Audit, AuditEntry, Clock
from bot.ports.bookings import Booking, Bookings, HoldState
from bot.ports.calendars import CalendarProvider, Disclosure, Feature, Kind, Link, Opening
from bot.ports.chats import Chat, Dispatch
from bot.ports.local_events import LocalEvent, LocalEvents
from bot.ports.people import Connection, Connections, Context, Health, Preferences, Receipt, Receipts, User, Users
from bot.ports.presses import Offer, Pressed, Presses, PressState
from bot.ports.reminders import Meeting, Planned, Reminder, Reminders, ReminderState

__all__ = [
    "App",
    "Audit",
    "AuditEntry",
    "Booking",
    "Bookings",
    "CalendarProvider",
    "Chat",
    "Clock",
    "Connection",
    "Connections",
    "Context",
    "Disclosure",
    "Dispatch",
    "Feature",
    "Health",
    "HoldState",
    "Kind",
    "Link",
    "LocalEvent",
    "LocalEvents",
    "Meeting",
    "Offer",
    "Opening",
    "Planned",
    "Preferences",
    "PressState",
    "Pressed",
    "Presses",
    "Receipt",
    "Receipts",
    "Reminder",
    "ReminderState",
    "Reminders",
    "User",
    "Users",
]
