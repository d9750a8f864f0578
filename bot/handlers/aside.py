"""What was begun in front of others and goes on in private."""

from dataclasses import replace

from bot.handlers import arriving, reach
from bot.handlers.turn import Turn
from bot.messages import Reply
from bot.ports import App

ELSEWHERE = "Let us go on in our private conversation."
SENT = "I have sent you a private message."


def apart(turn: Turn) -> Turn:
    """The turn as if it were in private: no message there belongs to it yet."""
    return replace(turn, request=replace(turn.request, private=True, handle=""))


async def go_on(app: App, turn: Turn, reply: Reply, instead: Reply) -> Reply:
    """Send the reply in private, and return what is said in its place. Raises NotHere.

    A form in a window of its own, and what is wrong with it, are seen by the person alone wherever they are.
    """
    window = reply.form is not None and reach.windows(app, turn.user.who)
    if window or reply.problems:
        return reply
    noted = await arriving.not_yet_told(app, turn.user.who, reply)
    await reach.say(app, turn.user.who, noted)
    if noted is not reply:
        await arriving.told(app, turn.user.who)
    return instead
