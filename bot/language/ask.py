"""What a sentence was understood to ask for: the typed result of `understand`."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from bot.scheduling.event import Response
from bot.scheduling.interval import Interval
from bot.scheduling.rules import NO_CONSTRAINTS, Constraints


class Intent(Enum):
    """What the person wants. UNCLEAR: calendar talk that must be asked back. NONE: not for a calendar."""

    CONNECT = "connect"
    DISCONNECT = "disconnect"
    STATUS = "status"
    FREE = "free-slots"
    IS_FREE_AT = "is-free-at"
    BOOK = "book"
    MOVE = "reschedule"
    CANCEL = "cancel"
    AGENDA = "agenda"
    RESPOND = "respond"
    REMINDERS = "reminder"
    SETTINGS = "settings"
    HELP = "help"
    NONE = "none"
    UNCLEAR = "unclear"


class Grain(Enum):
    """How precise a time is. POINT has a start only; the others are windows."""

    POINT = "point"
    WINDOW = "window"
    PART_OF_DAY = "part-of-day"
    DAY = "day"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class TimeRef:
    """A time that was read, as instants (UTC). `text` is what was read.

    POINT: `end` is None. `dated`: a day was named ("Thursday 3pm"), not only a clock time ("3pm"). `approximate`:
    "around noon". A bare "3" that could be either half of the day has `half_guessed`.
    """

    grain: Grain
    start: datetime
    end: datetime | None
    text: str = ""
    dated: bool = True
    approximate: bool = False
    half_guessed: bool = False

    @property
    def window(self) -> Interval | None:
        return Interval(self.start, self.end) if self.end is not None else None


class Doubt(Enum):
    """Why a question must be asked before anything is done."""

    TWO_READINGS = "two readings"
    SKIPPED = "a clock change skips this time"
    REPEATED = "a clock change repeats this time"
    IMPOSSIBLE = "no such date or time"
    PAST = "in the past"
    ENDS_FIRST = "ends before it starts"
    DURATION = "zero or too long"
    LEFT_OVER = "a time word that was not used"
    TOO_LONG = "text too long"
    MISSING = "no value named"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Question:
    """A question back. `options` are complete readings, each with the label of its button; may be empty."""

    doubt: Doubt
    text: str
    options: tuple[tuple[str, "Ask"], ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """Which existing event is meant ("my 2pm", "standup tomorrow"): a time, words of its title, its people."""

    when: TimeRef | None = None
    title: str = ""
    who: tuple[str, ...] = ()
    every: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, understood.

    `when`: the time asked for; for MOVE the new time, whose event is `target`. `shift`: "an hour later". `who`: names,
    e-mail addresses or mentions as typed. `leads`: reminder lead times. `recurrence`: an RRULE value. `all_day`: a
    whole day is to be booked. `response`: the answer to an invitation. `question`: must be asked first; then nothing
    else may be acted on. `settings`: what a settings sentence changes, as (name, value) pairs. `provider`: the
    calendar named when connecting. `reason_wanted`: "why not 3pm" asks for the reason as well. `stretch`: by how much
    an event becomes longer ("extend my 3pm by 30 minutes"), negative for shorter. `off`: no more
    reminders are wanted ("stop reminding me"). For CANCEL and RESPOND `when` is the
    target's time too. `why`: the rules that led here, for `python -m bot understand`.
    """

    intent: Intent
    when: TimeRef | None = None
    duration: timedelta | None = None
    who: tuple[str, ...] = ()
    title: str = ""
    location: str = ""
    constraints: Constraints = NO_CONSTRAINTS
    target: Target | None = None
    shift: timedelta | None = None
    leads: tuple[timedelta, ...] = ()
    recurrence: str | None = None
    all_day: bool = False
    response: Response | None = None
    provider: str = ""
    settings: tuple[tuple[str, str], ...] = ()
    question: Question | None = None
    reason_wanted: bool = False
    stretch: timedelta | None = None
    off: bool = False
    why: tuple[str, ...] = field(default=(), compare=False)
