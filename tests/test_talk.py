"""The terminal process, as it is started: a clock that stands still, and who it speaks to."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def talk(data: Path, *lines: str, name: str = "sam", now: str = "2026-03-09T09:00:00+01:00", **settings: str) -> str:
    """`now` of "": the machine's clock. `settings` by their environment names."""
    options = ["--sample", "--as", name, "--zone", "Europe/Madrid", "--data", str(data)]
    run = subprocess.run(
        [sys.executable, "-W", "error", "-m", "bot", "chat", *options, *(["--now", now] if now else [])],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        env={**os.environ, **settings},
    )
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


@pytest.mark.parametrize("step", ["5w", "99d", "9999w 9999w", "0m", "soon", ""])
def test_the_clock_is_moved_by_what_makes_sense_only(tmp_path: Path, step: str) -> None:
    told = talk(tmp_path, f"/later {step}", "/later 1h")
    assert "up to four weeks" in told
    assert "It is now Mon 9 Mar, 10:00 (Europe/Madrid)" in told, "the refused step moved nothing"


def test_what_falls_due_for_others_is_left_to_their_own_terminal(tmp_path: Path) -> None:
    talk(tmp_path, "/connect-calendar", "1", name="ana")
    talk(tmp_path, "/connect-calendar", "1")
    mine = talk(tmp_path, "/later 1h")
    assert "Stand-up (sample): in 10 minutes" in mine
    assert "Busy (sample)" not in mine, "Ana’s"
    hers = talk(tmp_path, "/later 20m", name="ana", now="2026-03-09T08:45:00+01:00")
    assert "Busy (sample): in 10 minutes" in hers
    assert "Stand-up" not in hers


GOOGLE = {
    "FREEWHEN_GOOGLE_CLIENT_ID": "terminal.apps.googleusercontent.com",
    "FREEWHEN_GOOGLE_CLIENT_SECRET": "not one",
}


@pytest.mark.parametrize("now", ["", "2026-03-09T09:00:00+01:00"])
def test_where_no_page_can_be_opened_no_link_is_handed_out(tmp_path: Path, now: str) -> None:
    """The port is taken; or the clock stands still, and nothing is served."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        at = {"FREEWHEN_LISTEN": f"127.0.0.1:{port}", "FREEWHEN_PUBLIC_URL": f"http://127.0.0.1:{port}"}
        told = " ".join(talk(tmp_path, "/connect-calendar google", "1", now=now, **GOOGLE, **at).split())
    assert "Google Calendar is connected on a page, and there are no pages now" in told
    assert f":{port}/connect/" not in told


def test_where_the_pages_are_there_the_link_leads_to_them(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    at = {"FREEWHEN_LISTEN": f"127.0.0.1:{port}", "FREEWHEN_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    assert f"http://127.0.0.1:{port}/connect/" in talk(
        tmp_path, "/connect-calendar google", "1", now="", **GOOGLE, **at
    )
