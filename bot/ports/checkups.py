"""Check-ups: what an administrator is told about how this server is set up."""

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """GOOD works, LIMITED works and cannot do everything, OFF is not set up and need not be, WRONG must be mended."""

    GOOD = "ok"
    OFF = "off"
    LIMITED = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `what` it is, how it is, and what to do about it. No secret in any of them."""

    what: str
    verdict: Verdict
    says: str
    fix: str = ""
