"""Nothing secret in the log or on the console, whatever is said and whatever breaks; and no warning.

A whole conversation with a program of its own, at the finest log level, with marked secrets in everything a person
and an administrator may hand to it. Afterwards the marks are searched for in five encodings.
"""

import base64
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from bot import logs
from bot.app import DATABASE, KEY_FILE
from bot.errors import Unavailable
from storage import generate_key
from tests.conversations.conftest import Person, Town
from tests.promises.crew import ROOT
from tests.promises.rig import MINUTE

TITLE = "Zaubertrank-7731"
PLACE = "Cellar-Q8842"
GUEST = "quillfeather"
PASSWORD = "Sesam-oeffne-dich-5519"
BUTTON = "not-a-button-6604"

SCRIPT = f"""\
/connect-calendar
Accept and connect
1
my password is {PASSWORD}
password: {PASSWORD}
/book 30m tomorrow 3pm about {TITLE}
1
1
book 30m with {GUEST}@example.com tomorrow 5pm about {TITLE} in {PLACE}
1
/agenda tomorrow
move {TITLE} to Friday
1
cancel {TITLE}
1
/freewhen reminders 10m 1h
/freewhen settings
/freewhen status
/free tomorrow afternoon for 30 minutes
/nonsense {BUTTON}
\x1b[31m{BUTTON}\x07
/later 1d
/later 2d
/freewhen disconnect
1
/quit
"""


def encodings(secret: str) -> Iterator[str]:
    raw = secret.encode()
    yield from (secret, quote(secret, safe=""), quote_plus(secret), raw.hex(), secret[::-1])
    for shift in range(3):
        # In whatever place of a longer text: without the characters that its neighbours take part in.
        text = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        yield text[4 if shift else 0 : len(text) - 2]


def found(secrets: list[str], text: str) -> list[str]:
    lower = text.casefold()
    return [secret for secret in secrets for form in encodings(secret) if form.casefold() in lower]


def talk(data: Path, settings: dict[str, str], script: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FREEWHEN_")}
    command = [sys.executable, "-W", "error", "-X", "dev", "-m", "bot", "chat", "--sample", "--data", str(data)]
    command += ["--now", "2026-03-09T09:00:00+01:00", "--zone", "Europe/Madrid", "--as", "sam"]
    return subprocess.run(
        command, cwd=ROOT, env=environment | settings, input=script, capture_output=True, text=True, timeout=120
    )


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_whole_conversation_leaves_no_secret_in_the_log_or_on_the_console(tmp_path: Path, form: str) -> None:
    key = generate_key()
    (tmp_path / "keys").write_text(key)
    (tmp_path / "keys").chmod(0o600)
    settings = {
        "FREEWHEN_LOG_LEVEL": "debug",
        "FREEWHEN_LOG_FORMAT": form,
        "FREEWHEN_KEYS_FILE": str(tmp_path / "keys"),
    }
    data = tmp_path / "data"
    result = talk(data, settings, SCRIPT)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    # Here every warning is an error: in the program it would be an answer with a reference, and a line of the log.
    assert "went wrong" not in result.stdout
    assert TITLE in result.stdout, "the conversation did not take place"
    log = "".join(path.read_text() for path in data.glob("freewhen.log*"))
    assert "Traceback" not in log
    assert "Warning" not in log
    key_text = key.partition(":")[2].strip()
    material = base64.b64decode(key_text)
    private = [TITLE, PLACE, GUEST, PASSWORD, BUTTON]
    assert found(private, log) == []
    assert found([PASSWORD, key_text], result.stdout) == []
    assert found([key_text, material.hex()], log) == []
    # What is kept is sealed: the file says nothing to somebody who reads it.
    stored = b"".join(path.read_bytes() for path in data.glob(f"{DATABASE}*")).decode("latin-1")
    assert found([TITLE, PLACE, PASSWORD, key_text], stored) == []
    assert material not in stored.encode("latin-1")


def test_a_conversation_with_a_broken_database_tells_a_reference_and_no_more(tmp_path: Path) -> None:
    """The log says what broke, and nothing of what was said."""
    import sqlite3

    data = tmp_path / "data"
    before = SCRIPT.partition("/agenda tomorrow")[0]
    assert talk(data, {"FREEWHEN_LOG_LEVEL": "debug"}, before).returncode == 0
    with sqlite3.connect(data / DATABASE) as database:
        database.execute("UPDATE local_events SET body = ? WHERE key NOT LIKE 'sample:%'", (b"os.system",))
    database.close()
    result = talk(
        data, {"FREEWHEN_LOG_LEVEL": "debug"}, f"/agenda tomorrow\n/book 30m tomorrow 4pm about {TITLE}\n/quit\n"
    )
    assert result.returncode == 0
    assert result.stderr == ""
    assert "went wrong on my side (reference" in result.stdout
    assert "Traceback" not in result.stdout
    log = (data / "freewhen.log").read_text()
    assert "a stored record cannot be used" in log
    assert found([TITLE, PLACE, GUEST, PASSWORD, (data / KEY_FILE).read_text().partition(":")[2].strip()], log) == []


SPOKEN = [
    f"Authorization: Basic {base64.b64encode(PASSWORD.encode()).decode()}",
    f"Authorization: Bearer {PASSWORD}",
    f"https://sam:{PASSWORD}@host/path",
    f"https://host/callback?code={PASSWORD}&state={PASSWORD}",
    f"password={PASSWORD}",
    f"api_key: {PASSWORD}",
    f"token='{PASSWORD}'",
]
"""What the errors of a careless library may say."""


@pytest.mark.parametrize("said", SPOKEN, ids=[text.partition(PASSWORD)[0][:24] for text in SPOKEN])
async def test_what_a_careless_library_says_is_replaced_before_it_is_written(
    busy_sam: Person, town: Town, capsys: pytest.CaptureFixture[str], said: str
) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    quiet = {name: logging.getLogger(name).level for name in logs._QUIET}
    try:
        logs.start("debug", as_json=False)
        town.faults.before["events"] = [RuntimeError(said), Unavailable("local", said), None]
        assert "reference" in await busy_sam.says("/agenda")
        logging.getLogger("some.library").debug("request with %s", said)
        town.chat.failures = [RuntimeError(said)] * 3  # type: ignore[list-item]
        await town.later(60 * MINUTE)
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        for name, old in quiet.items():
            logging.getLogger(name).setLevel(old)
    captured = capsys.readouterr()
    assert "RuntimeError" in captured.err
    assert "(secret)" in captured.err
    assert found([PASSWORD], captured.err + captured.out) == []
