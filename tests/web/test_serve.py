"""The process that serves: it ends when it is told to, and when its pages have ended."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60.0

BREAKS = """
import asyncio, pathlib, sys
from bot import serve

async def main():
    running = asyncio.create_task(serve.run(pathlib.Path(sys.argv[1]), False))
    await asyncio.to_thread(sys.stdin.readline)
    (pages,) = [one for one in asyncio.all_tasks() if one.get_coro().__qualname__ == "Server._serve"]
    pages.cancel()
    return await running

sys.exit(asyncio.run(main()))
"""
"""Serves, and breaks its pages at the first line of its input."""


@contextmanager
def served(*command: str) -> Iterator[subprocess.Popen[str]]:
    """A process whose pages answer. It is not left behind, whatever happens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        at = free.getsockname()
    settings = {"FREEWHEN_LISTEN": f"127.0.0.1:{at[1]}", "FREEWHEN_PUBLIC_URL": f"http://127.0.0.1:{at[1]}"}
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = time.monotonic() + PATIENCE
        while not answers(at):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < until
        yield process
    finally:
        process.kill()
        process.communicate()


def answers(at: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(at, timeout=1) as asked:
            asked.sendall(b"GET /connect/done HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return asked.recv(9) == b"HTTP/1.1 "
    except OSError:
        time.sleep(0.05)
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("options", [[], ["--no-worker"]])
def test_a_signal_ends_it_well(tmp_path: Path, number: signal.Signals, options: list[str]) -> None:
    with served("-m", "bot", "serve", *options, "--data", str(tmp_path)) as process:
        process.send_signal(number)
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert "ended by themselves" not in said


def test_pages_that_end_by_themselves_end_it_with_an_error(tmp_path: Path) -> None:
    with served("-c", BREAKS, str(tmp_path)) as process:
        _, said = process.communicate("now\n", timeout=PATIENCE)
    assert process.returncode == 1, said
    assert "the pages ended by themselves" in said
    assert "Traceback" not in said
