"""What reaches a log: one line a record, no credential, whoever logged it."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import logs
from bot.errors import ConfigError

SECRET = "c29tZS1rZXktbWF0ZXJpYWw"


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    for handler in set(root.handlers) - set(handlers):
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)


def line(formatter: logs.Formatter, message: str, *args: object) -> str:
    return formatter.format(logging.LogRecord("some.library", logging.INFO, "", 1, message, args, None))


@pytest.mark.parametrize("as_json", [False, True])
def test_a_text_that_is_never_to_be_logged_is_not_wherever_it_comes_from(as_json: bool) -> None:
    formatter = logs.Formatter(as_json)
    assert SECRET in line(formatter, SECRET), "without being told it cannot know"
    formatter.never_log(SECRET)
    assert SECRET not in line(formatter, f"in the text {SECRET}")
    assert SECRET not in line(formatter, "as an argument %s", {"key": SECRET})
    try:
        raise ValueError(f"in an error {SECRET}")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "failed", (), (type(error), error, error.__traceback__))
    assert SECRET not in formatter.format(record)
    assert "(secret)" in formatter.format(record)


def test_a_short_secret_does_not_blot_out_ordinary_words() -> None:
    formatter = logs.Formatter(False)
    formatter.never_log("", "a", "key")
    assert line(formatter, "a key was read").endswith("a key was read")


def test_a_secret_inside_a_longer_one_leaves_nothing_of_either() -> None:
    formatter = logs.Formatter(False)
    formatter.never_log(SECRET, f"k1:{SECRET}:and-more-of-it")
    assert "and-more-of-it" not in line(formatter, f"ring k1:{SECRET}:and-more-of-it")


@pytest.mark.parametrize(
    "said",
    [
        "Authorization: Bearer abcdefgh12345678",
        "Basic c2FtOmh1bnRlcjJodW50ZXIy",
        "password=hunter2hunter2",
        "{'client_secret': 'hunter2hunter2'}",
        "GET /callback?code=hunter2hunter2&state=xyz",
        "postgresql+psycopg://sam:hunter2hunter2@db/name",
        "xoxb-1234567890-hunter2hunter2",
        "POST https://hooks.slack.com/commands/T1/22/hunter2hunter2hunter2",
        "POST https://hooks.slack-gov.com/actions/T1/22/hunter2hunter2hunter2",
        "https://api.telegram.org/bot123456789:hunter2hunter2hunter2hunter2hunter2/getMe",
    ],
)
def test_what_looks_like_a_credential_is_replaced(said: str) -> None:
    written = line(logs.Formatter(False), said)
    assert "(secret)" in written
    assert not re.search(r"hunter2|abcdefgh1|c2FtOmh1", written)


def test_a_record_is_one_line_and_moves_no_cursor() -> None:
    evil = "first\nsecond\r\x1b[2J\u202e\u2028third"
    assert not re.search("[\n\r\x1b\u202e\u2028]", line(logs.Formatter(False), "%s", evil))
    written = line(logs.Formatter(True), "%s", evil)
    assert json.loads(written)["level"] == "info"
    assert "\n" not in written


def test_the_log_file_is_its_owners_alone_and_noisy_libraries_are_quiet(tmp_path: Path) -> None:
    path = tmp_path / "freewhen.log"
    formatter = logs.start("debug", False, path)
    formatter.never_log(SECRET)
    logging.getLogger("freewhen.x").debug("heard %s", SECRET)
    logging.getLogger("sqlalchemy.engine").info("not heard")
    assert "heard (secret)" in path.read_text()
    assert "not heard" not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0


def test_a_log_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        logs.start("info", False, tmp_path)
