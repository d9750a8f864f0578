"""Rows of a benchmark, how they are measured, and how they are shown."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from time import process_time


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison. `ratio` is ours against the peer's.

    `limit`: what the goal allows, None for a row that is only told. `at_most`: the ratio may be up to the limit;
    otherwise it must reach it. `unit` is of both numbers ("ms", "questions"); times are those of one process's CPU.
    """

    goal: str
    what: str
    ours: float
    peer: float
    peer_name: str
    unit: str = "ms"
    limit: float | None = None
    at_most: bool = True
    measured_ratio: float | None = None

    @property
    def ratio(self) -> float:
        if self.measured_ratio is not None:
            return self.measured_ratio
        return self.ours / self.peer if self.peer else float("inf")

    @property
    def holds(self) -> bool | None:
        """Whether the goal is kept; None when there is none."""
        if self.limit is None:
            return None
        return self.ratio <= self.limit if self.at_most else self.ratio >= self.limit

    def plain(self) -> dict[str, object]:
        return asdict(self) | {"ratio": self.ratio, "holds": self.holds}


def interleaved(*tasks: Callable[[], object], rounds: int = 15, at_least: float = 0.02) -> list[list[float]]:
    """Seconds of CPU of each task, `rounds` times, by turns, so that a busy minute hits all of them alike.

    A sample repeats its task until it took `at_least` seconds. The collector stays on: what a task leaves to it is part
    of its price; but it is emptied before every sample, and does not walk over what the benchmark itself holds.
    """
    gc.collect()
    gc.freeze()
    times = [_repeats(task, at_least) for task in tasks]
    samples: list[list[float]] = [[] for _ in tasks]
    for turn in range(rounds):
        for index in sorted(range(len(tasks)), key=lambda i: (i + turn) % len(tasks)):
            task, repeat = tasks[index], times[index]
            gc.collect()
            begin = process_time()
            for _ in range(repeat):
                task()
            samples[index].append((process_time() - begin) / repeat)
    gc.unfreeze()
    return samples


def against(
    goal: str,
    what: str,
    ours: Callable[[], object],
    peer: Callable[[], object],
    peer_name: str,
    *,
    limit: float | None = None,
    rounds: int = 15,
) -> Row:
    """Two tasks by turns: median times, and the median of the ratios of neighbours."""
    mine, theirs = interleaved(ours, peer, rounds=rounds)
    ratio = median(a / b for a, b in zip(mine, theirs, strict=True))
    return Row(goal, what, median(mine) * 1e3, median(theirs) * 1e3, peer_name, limit=limit, measured_ratio=ratio)


def show(rows: Sequence[Row]) -> str:
    """The table, one line a row."""
    head = ("goal", "what", "ours", "peer", "of peer", "unit", "ratio", "allowed", "holds")
    lines = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def _repeats(task: Callable[[], object], at_least: float) -> int:
    begin = process_time()
    task()  # also warms what is remembered
    once = 0.0
    count = 1
    while once == 0.0 or once * count < at_least / 2:
        begin = process_time()
        for _ in range(count):
            task()
        once = (process_time() - begin) / count
        if once * count < at_least / 2:
            count *= 2
    return max(1, round(at_least / once))


def _cells(row: Row) -> tuple[str, ...]:
    allowed = "–" if row.limit is None else f"{'≤' if row.at_most else '≥'} {row.limit:g}"
    holds = {True: "yes", False: "NO", None: ""}[row.holds]
    return (
        row.goal,
        row.what,
        f"{row.ours:.4g}",
        f"{row.peer:.4g}",
        row.peer_name,
        row.unit,
        f"{row.ratio:.3g}",
        allowed,
        holds,
    )
