"""Lines read in a thread of their own, so that the loop never waits for a key."""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable

from bot.chats.terminal_keyboard import Interrupted, Source


class Reader:
    """One daemon thread for one source; one line at a time."""

    def __init__(self, origin: Source) -> None:
        self._source = origin
        self._asked: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    async def read(self, prompt: str, *, secret: bool, ready: Callable[[], None]) -> str:
        """The next line. Raises EOFError, Interrupted. `ready` is called in the loop."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[str] = loop.create_future()

        def tell(call: Callable[..., object], *args: object) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(call, *args)

        def work() -> None:
            def announce() -> None:
                tell(ready)

            try:
                line = self._source.secret(announce) if secret else self._source.line(prompt, announce)
            except (EOFError, Interrupted) as gone:
                tell(_settle, answer, "", gone)
            except Exception as broken:  # noqa: BLE001 — a keyboard that fails (hang-up, closed file) has ended
                tell(_settle, answer, "", EOFError(str(broken)))
            else:
                tell(_settle, answer, line, None)

        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="keyboard", daemon=True)
            self._thread.start()
        self._asked.put(work)
        return await answer

    def _serve(self) -> None:
        while True:
            self._asked.get()()


def _settle(answer: "asyncio.Future[str]", line: str, problem: BaseException | None) -> None:
    if answer.done():
        return
    if problem is None:
        answer.set_result(line)
    else:
        answer.set_exception(problem)
