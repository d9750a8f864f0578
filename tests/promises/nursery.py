"""Forks workers on demand: `python -m tests.promises.nursery ADDRESS KEYS`, then commands on its input.

`start NAME JOB ARGUMENTS…`, `kill NAME`, `wait NAME`, tab-separated; one line of answer each. A fork of a process
that has imported everything is at work in milliseconds, so that hundreds of kills fit into a minute.
"""

import asyncio
import importlib
import os
import signal
import sys
import traceback

from tests.promises import jobs


def main(url: str, keys: str) -> None:
    for module in ("book", "booking", "clash", "remind", "recover", "cards"):
        importlib.import_module(f"bot.handlers.{module}")
    for driver in ("aiosqlite", "psycopg", "sqlalchemy.dialects.postgresql.psycopg"):
        importlib.import_module(driver)
    children: dict[str, int] = {}
    print("ready", flush=True)
    try:
        for line in sys.stdin:
            verb, name, *arguments = line.rstrip("\n").split("\t")
            if verb == "start":
                children[name] = _fork(url, keys, *arguments)
                print("started", flush=True)
            else:
                pid = children.pop(name)
                if verb == "kill":
                    os.kill(pid, signal.SIGKILL)
                print(_status(pid), flush=True)
    finally:
        for pid in children.values():
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _status(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _fork(url: str, keys: str, job: str, *arguments: str) -> int:
    pid = os.fork()
    if pid:
        return pid
    # A child: it never returns into the loop above, and leaves the nursery's input and output alone.
    status = 1
    try:
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(2, 1)
        asyncio.run(jobs.JOBS[job](url, keys, *arguments))
        status = 0
    except BaseException:  # noqa: BLE001  told, and the child ends
        traceback.print_exc()
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(*sys.argv[1:])
