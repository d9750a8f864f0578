"""A fresh process, watched until it has said something: what it cost up to there. Linux only."""

import os
import pty
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROMPT = b"> "
_IMPORT = re.compile(rb"import time:\s+(\d+) \|\s+(\d+) \|(\s+)(\S+)")


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds (user and system), the most memory it held, and, where asked for, its imports' own microseconds."""

    cpu: float
    mib: float
    imports: dict[str, int]


def until(said: bytes, *arguments: str, typed: bytes = b"", importtime: bool = False) -> Cost:
    """Run Python with the arguments on a terminal until `said` is read from it, then kill it at once.

    `typed` is given when the prompt is there; `said` is awaited after that.
    """
    ours, theirs = pty.openpty()
    options = ("-X", "importtime") if importtime else ()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FREEWHEN_")}
    process = subprocess.Popen(
        [sys.executable, *options, *arguments],
        cwd=ROOT,
        env=environment | {"TERM": "dumb"},
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE if importtime else theirs,
        start_new_session=True,
    )
    os.close(theirs)
    seen = b""
    awaited = PROMPT if typed else said
    try:
        while awaited not in seen:
            seen += os.read(ours, 65536)
            if typed and PROMPT in seen:
                os.write(ours, typed)
                seen, typed, awaited = seen.partition(PROMPT)[2], b"", said
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError as error:
        raise RuntimeError(f"it ended early and said: {seen.decode(errors='replace')}") from error
    finally:
        os.kill(process.pid, signal.SIGKILL)
        told = process.stderr.read() if process.stderr else b""
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        os.close(ours)
    # Not ru_maxrss: that one remembers the process which started it.
    most = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    imports = {name.decode(): int(own) for own, _, _, name in _IMPORT.findall(told)}
    return Cost(usage.ru_utime + usage.ru_stime, most, imports)
