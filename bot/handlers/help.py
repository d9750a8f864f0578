"""What can be asked, from the table of commands."""

from bot.handlers.tables import COMMANDS
from bot.handlers.turn import Turn
from bot.messages import Reply
from bot.ports import App


async def help(app: App, turn: Turn) -> Reply:  # noqa: A001  the verb's name
    connected = bool(turn.context.connections)
    hello = "" if connected else "First link a calendar: /connect-calendar. "
    return Reply(
        heading="What I can do",
        text=f"{hello}Ask in plain words, or type:",
        facts=tuple((command.hint, command.help) for command in COMMANDS.values()),
        note="Nothing is written to your calendar before you press the button under a preview.",
    )
