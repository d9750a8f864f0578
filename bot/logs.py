"""Logs: one format, one line a record, no secret in it.

The one handler replaces what looks like a credential, whoever logged it: libraries put tokens into addresses and
passwords into headers. Values that are secret by setting are given to `never_log` at start.
"""

import json
import logging
import os
import re
import sys
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from bot.errors import ConfigError

_PATTERNS = (
    (re.compile(r"(?i)\b(basic|bearer|negotiate|ntlm)\s+[A-Za-z0-9+/._~=-]{8,}"), r"\1 (secret)"),
    (re.compile(r"(?i)(password|passwd|secret|token|api_?key)(\W{1,4})[^\s\"'&,;()]{4,}"), r"\1\2(secret)"),
    (re.compile(r"(?i)([?&](?:code|state|nonce|code_verifier)=)[^\s&\"']+"), r"\1(secret)"),
    (re.compile(r"(?i)((?:cookie|code_verifier|id_token)\W{1,4})[^\s\"'&,;()]{4,}"), r"\1(secret)"),
    (re.compile(r"(\bhooks\.[\w.-]+(?::\d+)?/\w+/)[\w/-]{16,}"), r"\1(secret)"),
    (re.compile(r"(/connect/|/push/\w+/)[\w-]{16,}"), r"\1(secret)"),
    (
        re.compile(r"\bya29\.[\w-]{8,}|(?<![\w/])1//[\w-]{16,}|\bGOCSPX-[\w-]{8,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"),
        "(secret)",
    ),
    (re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"), "(secret)"),
    (re.compile(r"\bxox[a-z]-[\w-]{8,}|\bxapp-[\w-]{8,}|(?<!\d)\d{6,12}:[\w-]{30,}"), "(secret)"),
)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_QUIET = (
    "aiohttp",
    "aiosqlite",
    "alembic",
    "apscheduler",
    "authlib",
    "exchangelib",
    "google",
    "googleapiclient",
    "httpcore",
    "httpcore2",
    "httplib2",
    "httpx",
    "httpx2",
    "slack_bolt",
    "slack_sdk",
    "sqlalchemy",
    "urllib3",
    "uvicorn",
)


class Formatter(logging.Formatter):
    """`time level logger message` or one JSON object; times in UTC; credentials replaced; always one line."""

    def __init__(self, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json
        self._secrets: set[str] = set()

    def never_log(self, *secrets: str) -> None:
        """These exact texts do not appear, wherever they come from."""
        self._secrets.update(secret for secret in secrets if len(secret) >= 6)

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        if record.exc_info and record.exc_info[0] is not None:
            message += " | " + self.formatException(record.exc_info)
        message = self._redact(message)
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        if self._as_json:
            fields = {"time": time, "level": record.levelname.lower(), "logger": record.name, "message": message}
            return json.dumps(fields, ensure_ascii=False)
        return f"{time} {record.levelname.lower():7} {record.name}: {message}"

    def _redact(self, text: str) -> str:
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "(secret)")
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return _UNPRINTABLE.sub(" ", text)


def start(level: str, as_json: bool, file: Path | None = None) -> Formatter:
    """Send every log record of the process through one redacting handler; noisy libraries speak from WARNING on.

    To standard error, or to a file that its owner alone can read; a full one is kept once, as `….1`.
    Raises ConfigError.
    """
    formatter = Formatter(as_json)
    handler: logging.Handler = logging.StreamHandler(sys.stderr)
    if file is not None:
        try:
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
        except OSError as error:
            raise ConfigError(
                f"The log file {file} cannot be written: {error.strerror}. Move it away, or choose another folder."
            ) from error
        handler = RotatingFileHandler(file, maxBytes=1_000_000, backupCount=1, encoding="utf-8")
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    return formatter
