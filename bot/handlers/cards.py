"""How a meeting is shown: the card under which it is moved and cancelled, and its one-line forms."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.handlers.bound import args_of
from bot.handlers.turn import Button, Turn, buttons
from bot.messages import Choice, Reply, Style
from bot.ports import App, Connection, Meeting
from bot.scheduling import wording
from bot.scheduling.event import Attendee, Days, Event, EventDraft, Response, When


def title_of(event: Event | EventDraft | Meeting) -> str:
    """The title on one line, or a word for none: a line break in it must not begin a line of ours."""
    return " ".join(event.title.split()) or "(no title)"


_ANSWERS = {
    Response.NONE: "no answer yet",
    Response.ACCEPTED: "coming",
    Response.TENTATIVE: "maybe",
    Response.DECLINED: "not coming",
    Response.ORGANIZER: "",
}


def say_when(when: When, zone: ZoneInfo, now: datetime) -> str:
    """Weekday, date, times and zone; whole days without a zone, since they have none."""
    if isinstance(when, Days):
        return wording.brief(when.interval(zone), zone, now, all_day=True)
    return wording.span(when, zone, now)


def say_guests(guests: Sequence[Attendee]) -> str:
    return ", ".join(
        (guest.name or guest.address) + (f" ({_ANSWERS[guest.response]})" if _ANSWERS[guest.response] else "")
        for guest in guests
    )


def say_rule(rule: str) -> str:
    """A recurrence rule in words."""
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    every = int(parts.get("INTERVAL", "1"))
    unit = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}.get(parts.get("FREQ", ""), "")
    text = f"every {unit}" if every == 1 else f"every {every} {unit}s"
    if "BYDAY" in parts:
        names = [_weekday(code) for code in parts["BYDAY"].split(",")]
        text = "every weekday" if parts["BYDAY"] == "MO,TU,WE,TH,FR" else f"{text} on {', '.join(names)}"
    if "BYMONTHDAY" in parts:
        days = [_month_day(day) for day in parts["BYMONTHDAY"].split(",")]
        text += f" on the {' and '.join(days)}"
    if "COUNT" in parts:
        text += f", {parts['COUNT']} times"
    if "UNTIL" in parts:
        until = parts["UNTIL"]
        text += f", until {until[0:4]}-{until[4:6]}-{until[6:8]}"
    return text


_DAYS = {"MO": "Mon", "TU": "Tue", "WE": "Wed", "TH": "Thu", "FR": "Fri", "SA": "Sat", "SU": "Sun"}
_ORDER = {
    number: f"the {word} "
    for number, word in (
        ("1", "first"),
        ("2", "second"),
        ("3", "third"),
        ("4", "fourth"),
        ("5", "fifth"),
        ("-1", "last"),
    )
}


def _weekday(code: str) -> str:
    return _ORDER.get(code[:-2].lstrip("+"), "") + _DAYS.get(code[-2:], code)


def _month_day(number: str) -> str:
    """ "1st", "22nd", "last day"."""
    if number == "-1":
        return "last day"
    ends = {1: "st", 2: "nd", 3: "rd"}
    value = int(number)
    return f"{value}{'th' if value % 100 in (11, 12, 13) else ends.get(value % 10, 'th')}"


def facts_of(draft: EventDraft, zone: ZoneInfo, now: datetime) -> tuple[tuple[str, str], ...]:
    """What a preview says about a meeting that is not there yet."""
    facts = [("What", title_of(draft)), ("When", say_when(draft.when, zone, now))]
    if draft.recurrence:
        facts.append(("Repeats", say_rule(draft.recurrence)))
    if draft.attendees:
        facts.append(("With", ", ".join(guest.name or guest.address for guest in draft.attendees)))
    if draft.location:
        facts.append(("Where", draft.location))
    if draft.conference:
        facts.append(("Video", "a link comes with the meeting"))
    return tuple(facts)


async def card(
    app: App, turn: Turn, connection: Connection, event: Event, heading: str, note: str = "", replace: bool = True
) -> Reply:
    """The card of a meeting, with its buttons. Only one's own meetings can be moved and cancelled.

    `replace`: something was done to it, and the card tells of that.
    """
    facts = [("When", say_when(event.when, turn.zone, turn.now))]
    if event.recurrence:
        facts.append(("Repeats", say_rule(event.recurrence)))
    if event.attendees:
        facts.append(("With", say_guests(event.attendees)))
    if event.organizer and event.response is not Response.ORGANIZER:
        facts.append(("From", event.organizer.name or event.organizer.address))
        facts.append(("Your answer", _ANSWERS[event.response]))
    facts += [(label, text) for label, text in (("Where", event.location), ("Join", event.join_url)) if text]
    return Reply(
        heading=heading,
        facts=(("What", title_of(event)), *facts),
        note=note,
        choices=(*await buttons(app, turn, card_buttons(connection, event)), *_links(event)),
        replace=replace,
        keep=replace,
    )


def _links(event: Event) -> tuple[Choice, ...]:
    """The event where its calendar shows it."""
    return (Choice("Open in calendar", url=event.open_url),) if event.open_url.startswith("https://") else ()


def card_buttons(connection: Connection, event: Event) -> list[Button]:
    args = args_of(connection, event)
    if event.response is Response.ORGANIZER:
        return [
            Button("Move", "move.when", args),
            Button("Cancel the meeting", "cancel.preview", args, Style.DANGER),
        ]
    return [
        Button(label, "rsvp.scope", {**args, "response": response})
        for label, response in (
            ("Accept", Response.ACCEPTED),
            ("Maybe", Response.TENTATIVE),
            ("Decline", Response.DECLINED),
        )
        if response is not event.response
    ]
