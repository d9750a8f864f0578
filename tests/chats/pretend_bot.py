"""A terminal chat with a scripted dispatch, run on a pseudo-terminal.

SIGUSR1: a reminder comes; SIGUSR2: it is updated; SIGTERM: stop.
"""

import asyncio
import signal
import tempfile
from pathlib import Path

from bot.chats.terminal import Terminal
from bot.messages import ChatUser, Choice, Field, Form, Profile, Reply, Request, Secret
from tests.chats.contract import OFFER

ME = ChatUser("terminal", "", "ana")
FORM = Form("Exchange", "t-form", (Field("password", "Password", secret=True), Field("user", "User", optional=True)))
REMINDER = Reply(heading="Stand-up in 10 minutes", choices=(Choice("Snooze", "t-snooze"),))


async def dispatch(request: Request) -> Reply:
    if request.press == "t-book":
        return Reply(heading="Booked", replace=True)
    if request.press == "t-form":
        password = request.values["password"]
        assert isinstance(password, Secret)
        return Reply(text=f"{len(password.reveal())} characters")
    if request.press:
        return Reply(text=f"pressed {request.press}")
    if request.text == "book":
        return OFFER
    if request.text == "connect":
        return Reply(form=FORM)
    if request.text.startswith("password"):
        return Reply(text="Never type a password here.", erase=True)
    if request.text == "wait":
        await asyncio.Event().wait()
    return Reply(text=f"said {request.text}")


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        terminal = Terminal.here(ME, Profile("Ana"), pictures=Path(folder))
        handles: list[str] = []

        async def remind() -> None:
            handles.append(await terminal.send(ME, REMINDER))

        async def update() -> None:
            await terminal.update(handles[-1], Reply(heading="Stand-up begins now"))

        loop = asyncio.get_running_loop()
        kept: set[asyncio.Task[None]] = set()
        loop.add_signal_handler(signal.SIGUSR1, lambda: kept.add(loop.create_task(remind())))
        loop.add_signal_handler(signal.SIGUSR2, lambda: kept.add(loop.create_task(update())))
        loop.add_signal_handler(signal.SIGTERM, lambda: kept.add(loop.create_task(terminal.stop())))
        await terminal.run(dispatch)


if __name__ == "__main__":
    asyncio.run(main())
