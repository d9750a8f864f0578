"""`python -m bench [p1 p2 …]`: run the goals found in this package, print them, write bench/results.json.

A goal is a module whose name begins with its number, such as `p1_engine`, with `run() -> Iterable[Row]`. The exit
code is 1 when a goal does not hold.
"""

import json
import pkgutil
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import bench
from bench.table import Row, show

RESULTS = Path(__file__).with_name("results.json")


def modules(wanted: Sequence[str]) -> list[str]:
    """Names of the goals' modules, by number; all of them when none is wanted."""
    names = [found.name for found in pkgutil.iter_modules(bench.__path__) if re.match(r"p\d+_", found.name)]
    names.sort(key=lambda name: (int(re.findall(r"\d+", name)[0]), name))
    return [name for name in names if not wanted or name.split("_")[0] in wanted]


def main(wanted: Sequence[str]) -> int:
    rows: list[Row] = []
    for name in modules(wanted):
        module = import_module(f"bench.{name}")
        found = list(module.run())
        summary = (module.__doc__ or name).splitlines()[0]
        print(f"\n{summary}\n\n{show(found)}", flush=True)
        rows += found
    RESULTS.write_text(json.dumps([row.plain() for row in rows], indent=1) + "\n", encoding="utf-8")
    goals = [row for row in rows if row.limit is not None]
    kept = sum(bool(row.holds) for row in goals)
    print(f"\n{kept} of {len(goals)} goals hold.")
    for row in goals:
        if not row.holds:
            print(f"  does not hold: {row.goal} {row.what}: {row.ratio:.3g}, allowed {row.limit:g}")
    return 0 if kept == len(goals) else 1


if __name__ == "__main__":
    sys.exit(main([argument.lower() for argument in sys.argv[1:]]))
