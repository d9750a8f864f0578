"""The form for a new meeting: what it asks, and what it holds to begin with."""

from datetime import datetime, timedelta

from bot import calendars
from bot.handlers import filled
from bot.handlers.turn import Button, Turn
from bot.messages import Field, FieldKind, Reply
from bot.ports import App, Feature
from bot.scheduling import wording
from bot.scheduling.event import EventDraft
from bot.scheduling.zones import Clock, resolve

LENGTHS = tuple(timedelta(minutes=minutes) for minutes in (15, 25, 30, 45, 50, 60, 90, 120))
REPEATS = (
    ("no", "Does not repeat"),
    ("day", "Every day"),
    ("weekday", "Every weekday"),
    ("week", "Every week"),
    ("fortnight", "Every two weeks"),
    ("month", "Every month"),
)
VIDEO = (("no", "No"), ("yes", "Yes, add a link"))

_STEP = timedelta(minutes=30)
_WEEK = 7


async def blank(app: App, turn: Turn) -> Reply:
    """`/book` and no more, or the button: the form with what is usual."""
    return await _form(app, turn, None, (), turn.preferences.duration)


async def begun(app: App, turn: Turn) -> Reply:
    """The button under an offer of times: the form with what was said already."""
    draft = turn.arg(EventDraft, "draft")
    return await _form(app, turn, draft, turn.arg(tuple[str, ...], "unknown"), turn.arg(timedelta, "length"))


def button(draft: EventDraft, unknown: tuple[str, ...], length: timedelta) -> Button:
    """What leads from an offer of times to the form."""
    return Button(
        "Fill in a form", "book_form.begun", {"draft": draft, "unknown": unknown, "length": length}, form=True
    )


async def _form(app: App, turn: Turn, draft: EventDraft | None, unknown: tuple[str, ...], length: timedelta) -> Reply:
    features = calendars.kind_of(app, calendars.booking_connection(turn.context).provider).features
    start = first_start(turn)
    lengths = length_options(turn, length)
    guests = ", ".join(guest.address for guest in draft.attendees) if draft else ""
    missing = f"I have no address for {', '.join(unknown)}." if unknown else ""
    fields = [
        Field("title", "Title", optional=True, hint="What it is about", value=draft.title if draft else ""),
        Field("guests", "Guests", optional=True, kind=FieldKind.PEOPLE, hint=missing),
        Field("others", "Guests by e-mail", optional=True, hint="Addresses, separated by commas", value=guests),
        Field("date", "Day", kind=FieldKind.DATE, value=f"{start:%Y-%m-%d}"),
        Field("time", "Begins", kind=FieldKind.TIME, value=f"{start:%H:%M}", hint=f"In {turn.preferences.zone}"),
        Field("length", "Lasts", kind=FieldKind.ONE, value=minutes(length), options=lengths),
    ]
    if Feature.CONFERENCE in features:
        fields.append(Field("video", "Video call", kind=FieldKind.ONE, value="no", options=VIDEO))
    if Feature.RECURRENCE in features:
        fields.append(Field("repeats", "Repeats", kind=FieldKind.ONE, value="no", options=REPEATS))
    fields.append(Field("place", "Place", optional=True, value=draft.location if draft else ""))
    args = {"length": length}
    form = await filled.form(app, turn, "Book a meeting", Button("Preview", "book_filled.submit", args), fields)
    return Reply(form=form)


def length_options(turn: Turn, length: timedelta) -> tuple[tuple[str, str], ...]:
    """The usual lengths, one's own, and the one that was asked for."""
    known = sorted({*LENGTHS, turn.preferences.duration, length})
    return tuple((minutes(one), wording.duration(one)) for one in known)


def minutes(length: timedelta) -> str:
    return str(int(length.total_seconds()) // 60)


def first_start(turn: Turn) -> datetime:
    """The next half hour of somebody's working time, on their own clock; of any time where they have no such hours."""
    local = turn.now.astimezone(turn.zone)
    past = timedelta(minutes=local.minute % 30, seconds=local.second, microseconds=local.microsecond)
    soon = (turn.now + (_STEP - past if past else timedelta())).astimezone(turn.zone)
    for ahead in range(_WEEK + 1):
        day = soon.date() + timedelta(days=ahead)
        for begin, end in turn.preferences.rules.hours.on(day):
            if ahead == 0 and soon.time() >= begin:
                if (not end.hour and not end.minute) or soon.time() < end:
                    return soon
                continue
            found = resolve(day, begin, turn.zone)
            if found.clock is Clock.ONCE:
                return found.instants[0].astimezone(turn.zone)
    return soon
