"""A skip is a failure where nothing may be skipped, and loud everywhere else."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import DO_NOT_APPLY, SETTING

ROOT = Path(__file__).parent.parent
INSIDE = "import pytest\ndef test_it() -> None:\n    pytest.skip({reason!r})\n"
AT_IMPORT = "import pytest\npytest.skip({reason!r}, allow_module_level=True)\n"
MARKED = "import pytest\n@pytest.mark.skip(reason={reason!r})\ndef test_it() -> None: ...\n"


def run(folder: Path, code: str, strict: str) -> "subprocess.CompletedProcess[str]":
    (folder / "test_it.py").write_text(code)
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider", str(folder)]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), SETTING: strict}
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, timeout=60)


@pytest.mark.parametrize("code", [INSIDE, AT_IMPORT, MARKED], ids=["inside", "at import", "marked"])
def test_every_way_to_skip_is_told_or_a_failure(tmp_path: Path, code: str) -> None:
    code = code.format(reason="PostgreSQL is not installed")
    loud = run(tmp_path, code, "")
    assert loud.returncode in (0, 5), "5: nothing was there to run"
    assert "1 skipped: PostgreSQL is not installed (apt-get install postgresql)" in loud.stdout
    strict = run(tmp_path, code, "1")
    assert strict.returncode in (1, 2), strict.stdout
    assert "nothing may be skipped here: PostgreSQL is not installed" in strict.stdout


@pytest.mark.parametrize("reason", sorted(DO_NOT_APPLY))
def test_what_does_not_apply_fails_nobody_and_is_a_reason_still_given(tmp_path: Path, reason: str) -> None:
    allowed = run(tmp_path, INSIDE.format(reason=reason), "1")
    assert allowed.returncode == 0, allowed.stdout
    assert "NOT TESTED" not in allowed.stdout
    given = [path for path in ROOT.glob("tests/**/*.py") if path.name != "conftest.py" and reason in path.read_text()]
    assert given, "nobody skips for this any more: take it off the list"


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    code = "import pytest\n@pytest.mark.xfail(strict=True)\ndef test_it() -> None:\n    raise AssertionError\n"
    assert run(tmp_path, code, "1").returncode == 0
