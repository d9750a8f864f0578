"""What do these people's calendars say? Asked in parallel, with a deadline, and what could not be seen is named.

`asking`: one question to one calendar. `keeping`: what is kept of one's own between two questions. `own`: a person's
agenda over all their connections. `lookups`: when others are busy; `sharing`: whether the asker may be told.
"""

from bot.calendars.asking import ask, booking_connection, kind_of, opening, within, write
from bot.calendars.keeping import due, events, holds, sweep, sync, whole
from bot.calendars.lookups import others
from bot.calendars.own import Seen, agenda, busyness_of
from bot.calendars.sharing import AskFirst, share_of

__all__ = [
    "AskFirst",
    "Seen",
    "agenda",
    "ask",
    "booking_connection",
    "busyness_of",
    "due",
    "events",
    "holds",
    "kind_of",
    "opening",
    "others",
    "share_of",
    "sweep",
    "sync",
    "whole",
    "within",
    "write",
]
