"""The Protocols between the rim and the middle, and `App`, which holds one implementation of each.

Every instant is aware and in UTC. Every method may raise `StorageError` (repositories), `ProviderError`
(providers) or `ChatError` (chats), and nothing foreign. Each Protocol has one contract in `tests/` that all its
implementations run.
"""

from bot.ports.app import App, Audit, AuditEntry, Clock
from bot.ports.bookings import Booking, Bookings, HoldState
from bot.ports.calendars import (
    CalendarProvider,
    Consent,
    Disclosure,
    Feature,
    Grant,
    Kind,
    Link,
    Opening,
    Push,
    Refresh,
    Renew,
    Watched,
)
from bot.ports.chats import Chat, Dispatch
from bot.ports.inbox import Delivery, Inbox
from bot.ports.installations import Installation, Installations
from bot.ports.kept import Glimpses, Grants, KeptEvents, Reading, Watch, Watches
from bot.ports.links import LINK_LIFE, Invitation, Links, Pending, Started
from bot.ports.local_events import LocalEvent, LocalEvents
from bot.ports.people import (
    Connection,
    Connections,
    Context,
    Health,
    Preferences,
    Receipt,
    Receipts,
    Share,
    User,
    Users,
)
from bot.ports.presses import Offer, Pressed, Presses, PressState
from bot.ports.reminders import Meeting, Planned, Reminder, Reminders, ReminderState
from bot.ports.revocations import Revocation, Revocations
from bot.ports.webhooks import Installing, Webhook

__all__ = [
    "LINK_LIFE",
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
    "Consent",
    "Context",
    "Delivery",
    "Disclosure",
    "Dispatch",
    "Feature",
    "Glimpses",
    "Grant",
    "Grants",
    "Health",
    "HoldState",
    "Inbox",
    "Installation",
    "Installations",
    "Installing",
    "Invitation",
    "KeptEvents",
    "Kind",
    "Link",
    "Links",
    "LocalEvent",
    "LocalEvents",
    "Meeting",
    "Offer",
    "Opening",
    "Pending",
    "Planned",
    "Preferences",
    "PressState",
    "Pressed",
    "Presses",
    "Push",
    "Reading",
    "Receipt",
    "Receipts",
    "Refresh",
    "Reminder",
    "ReminderState",
    "Reminders",
    "Renew",
    "Revocation",
    "Revocations",
    "Share",
    "Started",
    "User",
    "Users",
    "Watch",
    "Watched",
    "Watches",
    "Webhook",
]
