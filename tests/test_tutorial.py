"""The tutorial, executed: what it says is typed is typed, and what it says is answered is answered, in that order."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_tutorial_is_true(tmp_path: Path) -> None:
    blocks = re.findall(r"```console\n(.*?)```", TUTORIAL, re.DOTALL)
    assert len(blocks) >= 5
    lines = [line for block in blocks for line in block.splitlines()]
    typed = [line.removeprefix("> ") for line in lines if line.startswith("> ")]
    call = re.search(r'^make demo ARGS="([^"]*)"$', TUTORIAL, re.MULTILINE)
    demo = re.search(r"^\t@\$\(BIN\)/python -m bot (.*) \$\(ARGS\)$", MAKEFILE, re.MULTILINE)
    assert call is not None
    assert demo is not None
    run = subprocess.run(
        [sys.executable, "-m", "bot", *shlex.split(f"{demo[1]} {call[1]}"), "--data", str(tmp_path)],
        input="\n".join(typed) + "\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )
    assert (run.returncode, run.stderr) == (0, "")
    rest = run.stdout
    for line in lines:
        if line.startswith("> "):
            continue
        expected = " ".join(line.split())
        plain = re.sub(r"[ \t]+", " ", rest)
        assert expected in plain, f"the tutorial promises {line!r}; the bot said:\n{run.stdout}"
        rest = plain[plain.index(expected) + len(expected) :]


def test_the_log_of_a_good_conversation_is_empty(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-m", "bot", "chat", "--sample", "--data", str(tmp_path)],
        input="/connect-calendar\n1\n/agenda\nwhen am I free this week?\nhelp\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert (tmp_path / "freewhen.log").read_text() == ""
    assert (tmp_path / "freewhen.log").stat().st_mode & 0o077 == 0
