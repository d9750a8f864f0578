"""The overview: today and tomorrow with what can be pressed; before a calendar is connected, what Freewhen is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot import calendars
from bot.calendars import Seen
from bot.handlers import agenda, arriving, cards, connect, reach
from bot.handlers.turn import Button, Turn, buttons
from bot.messages import Choice, Reply, Style
from bot.ports import App, Connection, Context, Health
from bot.scheduling import wording
from bot.scheduling.event import Event, Response
from bot.scheduling.interval import Interval
from bot.scheduling.zones import start_of_day

MOST_SHOWN = 20
MOST_JOINED = 5
ABOUT = (
    "I look at your calendar and tell you when you, and others, are free; I book, move and cancel meetings, and remind "
    "you of them.\nNothing is written before you press the button under a preview."
)
FIRST_STEP = " Your calendar is the first step:"


async def home(app: App, turn: Turn) -> Reply:
    """`/freewhen home`, and what an app's home shows. From what is kept, or within the calendars' deadline."""
    if not turn.context.connections:
        return await _welcome(app, turn)
    tz = turn.zone
    window = Interval(start_of_day(turn.today, tz), start_of_day(turn.today + timedelta(days=2), tz))
    seen = await calendars.agenda(app, turn.context, window)
    events = [event for _, event in seen.events]
    # A calendar that refuses us may have begun to do so just now.
    context = (await app.users.by_id(turn.user.id) or turn.context) if seen.unseen else turn.context
    more = len(events) - MOST_SHOWN
    reply = Reply(
        heading=f"{wording.day(turn.today, turn.today)} ({turn.preferences.zone})",
        text=f"{_greeting(turn, context)}\n{_said(seen)}".strip(),
        facts=tuple((_label(turn, event), agenda.line(event)) for event in events[:MOST_SHOWN]),
        note=f"And {more} more: type /agenda." if more > 0 else "",
        choices=await _choices(app, turn, context, events),
    )
    return await arriving.with_zone(app, turn.user, reply)


def _greeting(turn: Turn, context: Context) -> str:
    """One line: who they are to us, and which accounts are connected."""
    name = turn.user.name.split()[:1]
    hello = f"Hello {name[0]}." if name else "Hello."
    return f"{hello} Connected: {', '.join(one.address for one in context.connections)}."


async def _welcome(app: App, turn: Turn) -> Reply:
    """What this is, and at once what connecting means, or the calendars to choose from."""
    reply = await connect.begin(app, replace(turn, text="", ask=None))
    asked = "\n".join(filter(None, (reply.heading, reply.text)))
    whole = replace(reply, heading="This is Freewhen", text=f"{ABOUT}{FIRST_STEP}\n\n{asked}", replace=False)
    return await arriving.with_zone(app, turn.user, whole)


def _said(seen: Seen) -> str:
    """That there is nothing, and whose calendar could not be read: what is not seen is not free."""
    unseen = [f"I could not read {name}: {reason}" for name, reason in seen.unseen]
    nothing = (
        "Nothing that I could see today and tomorrow." if unseen else "Nothing on your calendar today or tomorrow."
    )
    return "\n".join([*([] if seen.events else [nothing]), *unseen])


def _label(turn: Turn, event: Event) -> str:
    """ "Today 09:00–09:30"; what began before today is there today."""
    interval = event.interval(turn.zone)
    tomorrow = interval.start.astimezone(turn.zone).date() > turn.today
    times = "all day" if event.all_day else wording.clocks(interval, turn.zone)
    return f"{'Tomorrow' if tomorrow else 'Today'} {times}"


async def _choices(app: App, turn: Turn, context: Context, events: Sequence[Event]) -> tuple[Choice, ...]:
    dead = [one for one in context.connections if one.health is Health.EXPIRED]
    wanted = [
        *(_reconnect(connection, len(dead) > 1) for connection in dead),
        Button("Find a time", "free", style=Style.NORMAL if dead else Style.PRIMARY),
        Button("Book", "book", form=reach.windows(app, turn.user.who)),
        Button("Settings", "settings"),
        Button("Calendars", "calendars.choose"),
        Button("Help", "help"),
    ]
    choices = await buttons(app, turn, wanted)
    return (*choices[: len(dead)], *_joins(turn, events), *choices[len(dead) :])


def _reconnect(connection: Connection, several: bool) -> Button:
    label = f"Reconnect {connection.address}" if several else "Reconnect"
    return Button(label, "connect.choose", {"provider": connection.provider}, Style.PRIMARY)


def _joins(turn: Turn, events: Sequence[Event]) -> list[Choice]:
    """The links to the next few meetings that are not over and not declined."""
    ahead = [
        event
        for event in events
        if event.join_url.startswith("https://")
        and event.response is not Response.DECLINED
        and event.interval(turn.zone).end > turn.now
    ]
    return [Choice(f"Join: {cards.title_of(event)}"[:60], url=event.join_url) for event in ahead[:MOST_JOINED]]
