"""Ctrl-C while the bot works, or from outside, is a wish and not the end."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def interruptible(wanted: bool, interrupted: Callable[[], None]) -> Iterator[None]:
    """While it lasts, SIGINT calls `interrupted` in the running loop, where the platform can do that."""
    loop = asyncio.get_running_loop()
    try:
        if wanted:
            loop.add_signal_handler(signal.SIGINT, interrupted)
    except (NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread
        yield
        return
    try:
        yield
    finally:
        if wanted:
            loop.remove_signal_handler(signal.SIGINT)
