"""Real processes to be raced and killed: a nursery that has imported everything forks them in milliseconds.

It owns what it forks: it kills by the name it gave, waits, and takes everybody with it when the test is gone.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Crew:
    """Children by name. `failed` counts those that ended by themselves and not well."""

    def __init__(self, nursery: "subprocess.Popen[str]") -> None:
        self._nursery = nursery
        self._alive: set[str] = set()

    def start(self, name: str, job: str, *arguments: object) -> None:
        self._say("start", name, job, *arguments)
        self._alive.add(name)

    def kill(self, name: str) -> int:
        """With SIGKILL; returns once it is gone, with its exit status (it may have ended well before)."""
        self._alive.discard(name)
        return int(self._say("kill", name))

    def ended(self, name: str) -> int:
        """Wait for its end by itself; its exit status."""
        self._alive.discard(name)
        return int(self._say("wait", name))

    def alive(self) -> list[str]:
        return sorted(self._alive)

    def _say(self, *words: object) -> str:
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write("\t".join(map(str, words)) + "\n")
        self._nursery.stdin.flush()
        answer = self._nursery.stdout.readline()
        assert answer, "the nursery is gone"
        return answer.strip()


@contextmanager
def crew(url: str, keys: str) -> Iterator[Crew]:
    command = [sys.executable, "-W", "error", "-m", "tests.promises.nursery", url, keys]
    nursery = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert nursery.stdout is not None
        assert nursery.stdout.readline() == "ready\n"
        yield Crew(nursery)
    finally:
        # The end of its input is its sign to kill its children and go.
        nursery.communicate(timeout=60)
