"""A PostgreSQL for tests: the one named by FREEWHEN_TEST_DATABASE_URL, or a throw-away one, or a loud skip.

The throw-away server runs the installed binaries on a socket in a temporary folder, reachable by nobody else, with
all safety against power cuts switched off. The first worker to ask starts it, all workers share it, and the last
one to go stops it by its process id.
"""

import fcntl
import getpass
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

SETTING = "FREEWHEN_TEST_DATABASE_URL"
_SPARED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@contextmanager
def postgres_server(run_id: str) -> Iterator[str]:
    """The address of a server's maintenance database, shared by all who give the same `run_id`. Skips without one."""
    named = os.environ.get(SETTING)
    if named:
        yield named
        return
    binaries = _binaries()
    if binaries is None:
        pytest.skip(f"PostgreSQL is not installed; install it, or name a server in {SETTING}")
    home = Path("/tmp") / f"freewhen-pg-{os.getuid()}-{run_id}"  # noqa: S108 — short enough for a socket's name
    with _locked():
        users = home.with_suffix(".users").open("w")
        # Held while we use the server; also let go when this process is killed.
        fcntl.flock(users, fcntl.LOCK_SH)
        if not (home / "data" / "postmaster.pid").exists():
            _start(binaries, home)
    try:
        yield f"postgresql://{_owner()}@/postgres?host={home}"
    finally:
        with _locked(), users:
            if _alone(users):
                _stop(home)


@contextmanager
def fresh_database(server: str, template: str = "template1") -> Iterator[str]:
    """The address of a new database, dropped afterwards; empty, or a copy of the template database."""
    import psycopg
    from sqlalchemy import make_url

    name = "freewhen_" + secrets.token_hex(6)
    plain = make_url(server).set(drivername="postgresql")
    with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield plain.set(database=name).render_as_string(hide_password=False)
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _binaries() -> Path | None:
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((f for f in folders if (f / "postgres").exists() and (f / "initdb").exists()), None)


def _owner() -> str:
    """The user that the server runs as: it refuses to be root."""
    return "postgres" if os.getuid() == 0 else getpass.getuser()


def _as_owner(*command: str | Path) -> list[str]:
    line = [str(part) for part in command]
    if os.getuid() != 0:
        return line
    return ["setpriv", f"--reuid={_owner()}", f"--regid={_owner()}", "--clear-groups", *line]


@contextmanager
def _locked() -> Iterator[None]:
    with Path(f"/tmp/freewhen-pg-{os.getuid()}.lock").open("w") as file:  # noqa: S108
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _alone(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _start(binaries: Path, home: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o700)
    if os.getuid() == 0:
        shutil.chown(home, _owner())
    data = home / "data"
    options = " ".join(["-h ''", f"-k {home}", "-c max_connections=200", *(f"-c {setting}" for setting in _SPARED)])
    make = [binaries / "initdb", "-D", data, "-U", _owner(), "-A", "trust", "-E", "UTF8", "-N", "--locale=C"]
    start = [binaries / "pg_ctl", "start", "-D", data, "-l", home / "log", "-o", options, "-w", "-t", "30", "-s"]
    for command in (make, start):
        done = subprocess.run(_as_owner(*command), capture_output=True, text=True, check=False, cwd="/")
        if done.returncode != 0:
            pytest.skip(f"PostgreSQL does not start here: {done.stderr.strip()}")


def _stop(home: Path) -> None:
    """Stop it by its own process id, and take the folder away."""
    pid = int((home / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGINT)
    for _ in range(100):
        if not (home / "data" / "postmaster.pid").exists():
            break
        time.sleep(0.1)
    shutil.rmtree(home, ignore_errors=True)
    home.with_suffix(".users").unlink()
