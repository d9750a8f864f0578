"""What is on the calendar."""

from datetime import timedelta

from bot import calendars
from bot.handlers.bound import args_of
from bot.handlers.cards import say_guests, title_of
from bot.handlers.turn import Button, Turn, ask_back, buttons
from bot.handlers.weeks import week_picture
from bot.language.ask import Intent
from bot.messages import Reply
from bot.ports import App, Connection
from bot.scheduling import wording
from bot.scheduling.event import Event, Response
from bot.scheduling.interval import Interval
from bot.scheduling.zones import day_interval, local_days

MOST_DAYS = 31
MOST_CARDS = 6


async def agenda(app: App, turn: Turn) -> Reply:
    """`/agenda [day]`: the events of a day or of several, declined ones marked; calendars not seen are named."""
    ask = turn.understood(Intent.AGENDA)
    if ask.question is not None:
        return await ask_back(app, turn, ask)
    window = day_interval(turn.today, turn.zone)
    if ask.when is not None:
        window = ask.when.window or Interval(ask.when.start, ask.when.start + timedelta(hours=1))
    days = local_days(window, turn.zone)
    if len(days) > MOST_DAYS:
        return Reply(f"I show up to {MOST_DAYS} days at once. Ask for a week, perhaps?")
    seen = await calendars.agenda(app, turn.context, window)
    facts = [(_label(turn, event, len(days) > 1), line(event)) for _, event in seen.events]
    span = wording.day(days[0], turn.today)
    if len(days) > 1:
        span += f" – {wording.day(days[-1], turn.today)}"
    unseen = "".join(f" I could not read {name}: {reason}" for name, reason in seen.unseen)
    cards = _cards(turn, seen.events, len(days) > 1)
    more = (
        f"Buttons for the next {MOST_CARDS} of {len(cards)}; to move or cancel another, say which."
        if len(cards) > MOST_CARDS
        else ""
    )
    empty = "" if facts else ("Nothing that I could see." if seen.unseen else "Nothing on your calendar.")
    return Reply(
        heading=f"{span} ({turn.preferences.zone})",
        text=(empty + unseen).strip(),
        facts=tuple(facts),
        note=more,
        choices=await buttons(app, turn, cards[:MOST_CARDS]),
        picture=week_picture(turn, days, seen, None) if len(days) > 1 else None,
    )


def _cards(turn: Turn, events: tuple[tuple[Connection, Event], ...], with_day: bool) -> list[Button]:
    """A button for each timed event that is not over, to see, move or cancel it."""
    ahead = [
        (connection, event)
        for connection, event in events
        if not event.all_day and event.interval(turn.zone).end > turn.now
    ]
    return [
        Button(
            f"{_label(turn, event, with_day, brief=True)} {title_of(event)}"[:60],
            "meetings.card",
            args_of(connection, event),
        )
        for connection, event in ahead
    ]


def _label(turn: Turn, event: Event, with_day: bool, brief: bool = False) -> str:
    interval = event.interval(turn.zone)
    times = wording.clock(interval.start, turn.zone) if brief else wording.clocks(interval, turn.zone)
    if event.all_day:
        times = "all day"
    if not with_day:
        return times
    return f"{wording.day(interval.start.astimezone(turn.zone).date(), turn.today)} {times}"


def line(event: Event) -> str:
    """An event in one line: what, how one has answered, where, and with whom."""
    parts = [title_of(event)]
    if event.response is Response.DECLINED:
        parts.append("(declined)")
    if event.response in (Response.TENTATIVE, Response.NONE):
        parts.append("(not answered)" if event.response is Response.NONE else "(maybe)")
    if event.location:
        parts.append(f"· {event.location}")
    if event.attendees:
        parts.append(f"· with {say_guests(event.attendees)}")
    return " ".join(parts)
