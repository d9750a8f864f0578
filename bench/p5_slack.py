"""P5: how soon Slack's commands are acknowledged, against a bare Starlette route that checks the signature.

Ours is the whole way: the site, the door, the delivery sealed and committed before its acknowledgement, then handed to
its listener. slack-bolt is measured beside it, acknowledging as the first thing in a listener and storing nothing. All
are served by the same uvicorn, each in a process of its own, and asked by turns over loopback.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.fresh_process import ROOT
from bench.reminder_store import addresses, new_ring
from bench.slack_client import all_at_once, commands, one_by_one, paced
from bench.table import Row, show

ROUNDS = 9
LONE, PAUSE = 30, 0.01
"""Commands in a round, and seconds between them: by then the one before is done."""
AT_ONCE, EACH = 64, 20
"""Connections, and commands on each in a round."""
PACE, SECONDS = 60, 3
"""Commands a second, and how long, in a round of the stalled ones: half of the time for ten seconds, 300 wait."""
BARE = "bare route"


class Server(NamedTuple):
    """What it is, what its commands ask, and its database."""

    what: str
    provider: str = "none"
    url: str = ""


class Running(NamedTuple):
    """Where it listens, and its process."""

    address: str
    pid: int

    def cpu(self) -> float:
        """Seconds that it has used, in the user's mode and the system's. Linux only."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def settle(self) -> None:
        """Wait until it has done what it was asked for, so that it is in nobody's way."""
        before = -1.0
        while (now := self.cpu()) > before + 0.01:
            before = now
            time.sleep(0.2)


def run() -> Iterator[Row]:
    with addresses() as stores:
        yield from _alone_and_at_once({name: urls[0] for name, urls in stores.items()})
    with TemporaryDirectory() as folder:
        yield from _stalled(*(f"sqlite:///{Path(folder) / name}" for name in ("prompt.db", "mute.db")))


def _alone_and_at_once(stores: Mapping[str, str]) -> Iterator[Row]:
    servers = {BARE: Server("bare"), "slack-bolt": Server("bolt")}
    servers |= {f"ours, {store}": Server("ours", "none", url) for store, url in stores.items()}
    with serving(list(servers.values())) as listening:
        where = dict(zip(servers, listening, strict=True))
        for server in listening:
            all_at_once(server.address, commands(200), 8)
            server.settle()
        alone: dict[str, list[float]] = {name: [] for name in where}
        rate: dict[str, list[float]] = {name: [] for name in where}
        cost: dict[str, list[float]] = {name: [] for name in where}
        for turn in range(ROUNDS):
            for name in _turned(list(where), turn):
                alone[name].append(median(one_by_one(where[name].address, commands(LONE), PAUSE)) * 1e3)
        for turn in range(ROUNDS):
            for name in _turned(list(where), turn):
                count = AT_ONCE * EACH
                used = where[name].cpu()
                rate[name].append(count / all_at_once(where[name].address, commands(count), AT_ONCE))
                where[name].settle()
                cost[name].append((where[name].cpu() - used) / count * 1e3)
    for name in where:
        if name != BARE:
            limit = 3.0 if name.startswith("ours") else None
            yield _against("lone acknowledgement", name, alone[name], alone[BARE], "ms", limit, at_most=True)
    for name in where:
        if name != BARE:
            limit = 0.5 if name.startswith("ours") else None
            rates = median(rate[name]), median(rate[BARE])
            yield Row("P5", f"{AT_ONCE} at once, {name}", *rates, BARE, "commands/s", limit, at_most=False)
    for name in where:
        if name != BARE:
            yield _against(
                "CPU of a command, acknowledged and done", name, cost[name], cost[BARE], "ms", None, at_most=True
            )


def _stalled(one: str, two: str) -> Iterator[Row]:
    for what, name, limit in (("ours", "ours, SQLite", 1.5), ("bolt", "slack-bolt", None)):
        with serving([Server(what, "prompt", one), Server(what, "mute", two)]) as listening:
            late: list[list[float]] = [[], []]
            for turn in range(ROUNDS):
                for number in _turned([0, 1], turn):
                    took = paced(listening[number].address, commands(PACE * SECONDS), PACE)
                    if turn > 1:  # by then as many wait as ever will
                        late[number].append(quantiles(took, n=100)[-1] * 1e3)
        prompt, mute = late
        told = f"p99 while a provider stalls 10 s, {name}"
        yield Row("P5", told, median(mute), median(prompt), "the same, prompt", "ms", limit)


def _against(
    what: str, name: str, ours: Sequence[float], peer: Sequence[float], unit: str, limit: float | None, at_most: bool
) -> Row:
    """The median of the ratios of neighbours."""
    ratio = median(a / b for a, b in zip(ours, peer, strict=True))
    return Row("P5", f"{what}, {name}", median(ours), median(peer), BARE, unit, limit, at_most, measured_ratio=ratio)


def _turned(names: Sequence[object], turn: int) -> Sequence[object]:
    start = turn % len(names)
    return [*names[start:], *names[:start]]


@contextmanager
def serving(servers: Sequence[Server]) -> Iterator[list[Running]]:
    """Where each of them listens."""
    with ExitStack() as stack:
        processes = [stack.enter_context(_process(server)) for server in servers]
        found = []
        for process in processes:
            assert process.stdout is not None
            found.append(Running(process.stdout.readline().strip(), process.pid))
            assert found[-1].address, "a server did not start"
        yield found


@contextmanager
def _process(server: Server) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "bench.slack_servers", *server]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    try:
        process.stdin.write(new_ring() + "\n")
        process.stdin.flush()
        yield process
        process.stdin.close()
        process.wait(30)
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    print(show(list(run())))
