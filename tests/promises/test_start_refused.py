"""A start that would do harm is refused: at once, in a few words that say what to do, and nothing is overwritten."""

import base64
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.app import DATABASE, KEY_FILE
from storage import generate_key
from tests.promises.crew import ROOT

SECONDS = 5 * 5
"""Five, and five times that on a busy machine."""
ZEROS = "k1:" + base64.b64encode(bytes(32)).decode()
Spoil = Callable[[Path], dict[str, str]]


def start(data: Path, extra: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """`python -m bot chat`, as it is typed, with an end of input at once."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FREEWHEN_")} | extra
    command = [sys.executable, "-W", "error", "-m", "bot", "chat", "--data", str(data)]
    return subprocess.run(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )


def hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def another_key(data: Path) -> dict[str, str]:
    (data / KEY_FILE).write_text(generate_key())
    return {}


def another_key_of_the_same_name(data: Path) -> dict[str, str]:
    name = (data / KEY_FILE).read_text().partition(":")[0]
    (data / KEY_FILE).write_text(f"{name}:{generate_key().partition(':')[2]}")
    return {}


def no_key(data: Path) -> dict[str, str]:
    (data / KEY_FILE).unlink()
    return {}


def a_key_that_others_may_read(data: Path) -> dict[str, str]:
    (data / KEY_FILE).chmod(0o644)
    return {}


def an_empty_key(data: Path) -> dict[str, str]:
    (data / KEY_FILE).write_text("")
    return {}


def a_torn_key(data: Path) -> dict[str, str]:
    (data / KEY_FILE).write_text((data / KEY_FILE).read_text()[:20])
    return {}


def a_folder_for_a_key(data: Path) -> dict[str, str]:
    (data / KEY_FILE).unlink()
    (data / KEY_FILE).mkdir()
    return {}


def zeros(data: Path) -> dict[str, str]:
    (data / KEY_FILE).write_text(ZEROS)
    return {}


def zeros_in_the_settings(data: Path) -> dict[str, str]:
    return {"FREEWHEN_KEYS": ZEROS}


def a_newer_database(data: Path) -> dict[str, str]:
    with sqlite3.connect(data / DATABASE) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    return {}


def text_for_a_database(data: Path) -> dict[str, str]:
    (data / DATABASE).write_bytes(b"not a database, only some text that somebody wrote\n" * 99)
    return {}


def a_spoilt_database(data: Path) -> dict[str, str]:
    content = bytearray((data / DATABASE).read_bytes())
    content[100:8192] = b"\xff" * 8092
    (data / DATABASE).write_bytes(content)
    return {}


def half_a_database(data: Path) -> dict[str, str]:
    content = (data / DATABASE).read_bytes()
    (data / DATABASE).write_bytes(content[: len(content) // 3])
    return {}


def a_folder_for_a_database(data: Path) -> dict[str, str]:
    (data / DATABASE).unlink()
    (data / DATABASE).mkdir()
    return {}


def a_folder_for_a_log(data: Path) -> dict[str, str]:
    (data / "freewhen.log").unlink(missing_ok=True)
    (data / "freewhen.log").mkdir()
    return {}


def unknown_settings(data: Path) -> dict[str, str]:
    return {"FREEWHEN_COLOUR": "red", "FREEWHEN_LOG_LEVEL": "loud"}


def a_setting_said_twice(data: Path) -> dict[str, str]:
    return {"FREEWHEN_KEYS": generate_key(), "FREEWHEN_KEYS_FILE": str(data / KEY_FILE)}


def a_settings_file_that_is_not_there(data: Path) -> dict[str, str]:
    return {"FREEWHEN_KEYS_FILE": str(data / "nowhere")}


def an_own_database_without_keys(data: Path) -> dict[str, str]:
    return {"FREEWHEN_DATABASE_URL": f"sqlite:///{data / DATABASE}"}


def a_database_address_that_is_none(data: Path) -> dict[str, str]:
    return {"FREEWHEN_DATABASE_URL": "mysql://sam:hunter2@host/name", "FREEWHEN_KEYS": generate_key()}


def a_server_that_is_not_there(data: Path) -> dict[str, str]:
    return {"FREEWHEN_DATABASE_URL": "postgresql://sam:hunter2@127.0.0.1:1/name", "FREEWHEN_KEYS": generate_key()}


REFUSED: list[tuple[Spoil, str]] = [
    (another_key, "put it back into the key ring"),
    (another_key_of_the_same_name, "start again with the right key"),
    (no_key, "Put the key file back"),
    (a_key_that_others_may_read, "chmod 600"),
    (an_empty_key, "make one with: python -m bot key"),
    (a_torn_key, "make one with: python -m bot key"),
    (a_folder_for_a_key, "cannot read the key file"),
    (zeros, "make one with: python -m bot key"),
    (zeros_in_the_settings, "make one with: python -m bot key"),
    (a_newer_database, "upgrade the program"),
    (text_for_a_database, "restore a backup"),
    (a_spoilt_database, "restore a backup"),
    (half_a_database, "restore a backup"),
    (a_folder_for_a_database, "choose a folder that this user may write to"),
    (a_folder_for_a_log, "freewhen.log"),
    (unknown_settings, "FREEWHEN_COLOUR is not a setting"),
    (a_setting_said_twice, "keep one"),
    (a_settings_file_that_is_not_there, "FREEWHEN_KEYS_FILE cannot be read"),
    (an_own_database_without_keys, "FREEWHEN_KEYS is not set"),
    (a_database_address_that_is_none, "write sqlite:///path/to/file"),
    (a_server_that_is_not_there, "cannot connect to"),
]


def refused(result: "subprocess.CompletedProcess[str]", said: str) -> None:
    assert result.returncode == 2, result.stderr
    assert result.stdout == ""
    assert result.stderr.startswith("Freewhen cannot start:\n")
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) <= 4
    assert len(result.stderr) < 700
    assert "hunter2" not in result.stderr
    assert ZEROS.partition(":")[2] not in result.stderr


@pytest.mark.parametrize(("spoil", "said"), REFUSED, ids=[spoil.__name__ for spoil, _ in REFUSED])
def test_the_start_is_refused(tmp_path: Path, ready_folder: Path, spoil: Spoil, said: str) -> None:
    data = tmp_path / "data"
    shutil.copytree(ready_folder, data)
    settings = spoil(data)
    before, began = hashes(data), time.monotonic()
    result = start(data, settings)
    assert time.monotonic() - began < SECONDS
    refused(result, said)
    after = hashes(data)
    assert {name: after.get(name) for name in before} == before, "something was overwritten"
    assert {Path(name).name for name in set(after) - set(before)} <= {
        "freewhen.log",
        f"{DATABASE}-wal",
        f"{DATABASE}-shm",
    }


def test_a_folder_that_cannot_be_made_or_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    refused(start(tmp_path / "file", {}), "Choose one with --data")
    refused(start(tmp_path / "file" / "data", {}), "Choose one with --data")
    refused(start(Path("/proc/freewhen"), {}), "Choose one with --data")
    assert (tmp_path / "file").read_text() == "kept"


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere; run the tests as somebody else")
def test_a_folder_that_only_others_may_write_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o500)
    refused(start(data, {}), "write")


def test_an_untouched_folder_starts(tmp_path: Path, ready_folder: Path) -> None:
    """So that the refusals above are not refusals of everything."""
    shutil.copytree(ready_folder, tmp_path / "data")
    result = start(tmp_path / "data", {})
    assert (result.returncode, result.stderr) == (0, "")
