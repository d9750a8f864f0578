"""The terminal process, as it is started: a clock that stands still, and who it speaks to."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def talk(data: Path, *lines: str, name: str = "sam", now: str = "2026-03-09T09:00:00+01:00") -> str:
    options = ["--sample", "--as", name, "--now", now, "--zone", "Europe/Madrid", "--data", str(data)]
    run = subprocess.run(
        [sys.executable, "-W", "error", "-m", "bot", "chat", *options],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
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
