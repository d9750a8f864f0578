"""What can be asked, from the table of commands; and what this is, to whoever says hello."""

from bot.handlers import home, reach, unasked
from bot.handlers.tables import COMMANDS
from bot.handlers.turn import Button, Turn, buttons
from bot.messages import Reply, Style
from bot.ports import App

EXAMPLES = ("when am I free tomorrow afternoon?", "book 30m Thursday 3pm about budget", "what’s on today?")


async def help(app: App, turn: Turn) -> Reply:  # noqa: A001  the verb's name
    connected = bool(turn.context.connections)
    hello = "" if connected else "First link a calendar: /connect-calendar. "
    where, form = "", ""
    if reach.windows(app, turn.user.who):
        where = " (in our direct message, or with an @mention of me in a channel)"
        form = " /book alone opens a form."
    return Reply(
        heading="What I can do",
        text=f"{hello}Ask in plain words{where}, or type:",
        facts=tuple((command.hint, command.help) for command in COMMANDS.values()),
        note="Nothing is written to your calendar before you press the button under a preview." + form,
    )


async def greet(app: App, turn: Turn) -> Reply:
    """What this is, and what to do first."""
    heading = "You are welcome" if unasked.is_thanks(turn.text) else "This is Freewhen"
    if not turn.context.connections:
        connect = Button("Connect a calendar", "connect.begin", style=Style.PRIMARY)
        return Reply(home.ABOUT + home.FIRST_STEP, heading, choices=await buttons(app, turn, [connect]))
    say = "\n".join(f"“{example}”" for example in EXAMPLES)
    return Reply(f"{home.ABOUT}\nTry:\n{say}", heading, note="/freewhen help has all that I can do.")
