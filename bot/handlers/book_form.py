"""The form for a new meeting: what it asks, and what it holds to begin with."""

from datetime import UTC, date, datetime, timedelta

from bot import calendars
from bot.handlers import cards, filled
from bot.handlers.drafts import title_for
from bot.handlers.turn import Button, Turn
from bot.messages import Field, FieldKind, Reply
from bot.ports import App, Feature
from bot.scheduling import wording
from bot.scheduling.event import Days, EventDraft, Known
from bot.scheduling.interval import Interval
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
SAID = "said"
"""Repeats as it was said in words."""
VIDEO = (("no", "No"), ("yes", "Yes, add a link"))

_STEP = timedelta(minutes=30)
_WEEK = 7


async def blank(app: App, turn: Turn) -> Reply:
    """`/book` and no more, or the button: the form with what is usual."""
    return await _form(app, turn, None, (), turn.preferences.duration)


async def begun(app: App, turn: Turn) -> Reply:
    """The button under an offer of times, or under a preview: the form with what was said or filled in already."""
    draft = turn.arg(EventDraft, "draft")
    return await _form(app, turn, draft, turn.arg(tuple[str, ...], "unknown"), turn.arg(timedelta, "length"))


def button(draft: EventDraft, unknown: tuple[str, ...], length: timedelta) -> Button:
    """What leads from an offer of times to the form."""
    return Button(
        "Fill in a form", "book_form.begun", {"draft": draft, "unknown": unknown, "length": length}, form=True
    )


def change_button(draft: EventDraft, unknown: tuple[str, ...]) -> list[Button]:
    """What leads from a preview back to the form; nothing for whole days, which it cannot hold."""
    if isinstance(draft.when, Days):
        return []
    args = {"draft": draft, "unknown": unknown, "length": draft.when.length, "again": True}
    return [Button("Change", "book_form.begun", args, form=True)]


async def _form(app: App, turn: Turn, draft: EventDraft | None, unknown: tuple[str, ...], length: timedelta) -> Reply:
    features = calendars.kind_of(app, calendars.booking_connection(turn.context).provider).features
    again = "again" in turn.args  # from a preview: the draft is at its time, and not somewhere in a range
    start = await _first_free(app, turn, length)
    if again and draft is not None and isinstance(draft.when, Interval):
        start = draft.when.start.astimezone(turn.zone)
    rule = (draft.recurrence or "") if draft else ""
    lengths = length_options(turn, length)
    guests = ", ".join(guest.address for guest in draft.attendees) if draft else ""
    missing = f"I have no address for {', '.join(unknown)}." if unknown else ""
    fields = [
        Field("title", "Title", optional=True, hint="What it is about", value=_title(draft) if draft else ""),
        Field("guests", "Guests", optional=True, kind=FieldKind.PEOPLE, hint=missing),
        Field("others", "Guests by e-mail", optional=True, hint="Addresses, separated by commas", value=guests),
        Field("date", "Day", kind=FieldKind.DATE, value=f"{start:%Y-%m-%d}"),
        Field("time", "Begins", kind=FieldKind.TIME, value=f"{start:%H:%M}", hint=f"In {turn.preferences.zone}"),
        Field("length", "Lasts", kind=FieldKind.ONE, value=minutes(length), options=lengths),
    ]
    if Feature.CONFERENCE in features:
        fields.append(
            Field(
                "video",
                "Video call",
                kind=FieldKind.ONE,
                value="yes" if draft and draft.conference else "no",
                options=VIDEO,
            )
        )
    if Feature.RECURRENCE in features:
        fields.append(
            Field(
                "repeats",
                "Repeats",
                kind=FieldKind.ONE,
                value=_repeats(rule, start.date()),
                options=repeat_options(rule, start.date()),
            )
        )
    fields.append(Field("place", "Place", optional=True, value=draft.location if draft else ""))
    args: dict[str, object] = {"length": length, "rule": rule, "first": f"{start:%Y-%m-%d}"}
    if again:
        args["again"] = True
    form = await filled.form(app, turn, "Book a meeting", Button("Preview", "book_filled.submit", args), fields)
    return Reply(form=form)


def length_options(turn: Turn, length: timedelta) -> tuple[tuple[str, str], ...]:
    """The usual lengths, one's own, and the one that was asked for."""
    known = sorted({*LENGTHS, turn.preferences.duration, length})
    return tuple((minutes(one), wording.duration(one)) for one in known)


def minutes(length: timedelta) -> str:
    return str(int(length.total_seconds()) // 60)


def rule_of(repeats: str, on: date) -> str | None:
    """The RRULE value of an option, for a series whose first meeting is on that day; None for no series."""
    weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[on.weekday()]
    return {
        "day": "FREQ=DAILY",
        "weekday": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "week": f"FREQ=WEEKLY;BYDAY={weekday}",
        "fortnight": f"FREQ=WEEKLY;INTERVAL=2;BYDAY={weekday}",
        "month": "FREQ=MONTHLY",
    }.get(repeats)


def repeat_options(rule: str, first: date) -> tuple[tuple[str, str], ...]:
    """The usual ones, and the rule that was said in words where it is none of them."""
    said = cards.say_rule(rule) if rule else ""
    return (*REPEATS, (SAID, said[:1].upper() + said[1:])) if _repeats(rule, first) == SAID else REPEATS


def _repeats(rule: str, first: date) -> str:
    if not rule:
        return "no"
    return next((value for value, _ in REPEATS if rule_of(value, first) == rule), SAID)


def _title(draft: EventDraft) -> str:
    """What was said; the title that a meeting gets without one stays open, since its guests may change."""
    return "" if draft.title == title_for("", draft.attendees) else draft.title


async def _first_free(app: App, turn: Turn, length: timedelta) -> datetime:
    """The next half hour of working time that nothing takes, as far as is known without asking anybody outside."""
    start = first_start(turn, turn.now)
    window = Interval(turn.now, turn.now + timedelta(days=_WEEK))
    for connection in turn.context.connections:
        remote = calendars.kind_of(app, connection.provider).remote
        if remote and not calendars.holds(connection, window, turn.now):
            return start
    busyness = calendars.busyness_of(await calendars.agenda(app, turn.context, window), turn.context)
    if not isinstance(busyness, Known):
        return start
    there = start
    while there + length <= window.end:
        wanted = Interval(there.astimezone(UTC), there.astimezone(UTC) + length)
        taken = [busy.interval.end for busy in busyness.busy if busy.interval.overlaps(wanted)]
        if not taken:
            return there
        there = first_start(turn, max(taken))
    return start


def first_start(turn: Turn, after: datetime) -> datetime:
    """The next half hour of somebody's working time, on their own clock; of any time where they have no such hours."""
    local = after.astimezone(turn.zone)
    past = timedelta(minutes=local.minute % 30, seconds=local.second, microseconds=local.microsecond)
    soon = (after + (_STEP - past if past else timedelta())).astimezone(turn.zone)
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
