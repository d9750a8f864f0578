"""When a server that asked for rest may be asked again."""

import re
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(minutes=15)
"""However long a server asks us to stay away, we look again after this."""

_FIRST = timedelta(seconds=1)
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)
_random = secrets.SystemRandom()


def retry_after(header: str | None, now: datetime) -> timedelta | None:
    """How long a Retry-After asks us to wait (RFC 9110 §10.2.3: seconds, or an HTTP date), LONGEST at most.

    Zero for a date that has passed; None for a header that is missing or means nothing.
    """
    text = (header or "").strip()
    if _SECONDS.fullmatch(text):
        return min(timedelta(seconds=min(int(text), 86_400)), LONGEST)
    try:
        moment = parsedate_to_datetime(text)
        wait = (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta()), LONGEST)


@dataclass(frozen=True, slots=True)
class _Rest:
    until: datetime
    failures: int


class Rests:
    """Which accounts are not to be called before when. Kept for the `most` accounts that failed last."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._rests: OrderedDict[str, _Rest] = OrderedDict()

    def left(self, account: str, now: datetime) -> timedelta | None:
        """How much longer this account rests; None when it may be called."""
        rest = self._rests.get(account)
        return rest.until - now if rest is not None and now < rest.until else None

    def failed(self, account: str, asked: timedelta | None, now: datetime) -> timedelta:
        """The rest that begins: as long as the server asked, or twice as long each time, with jitter.

        Never shorter than one that another call of this account has begun already.
        """
        before = self._rests.pop(account, None)
        # Calls that failed together are one failure: the second was on its way when the first came back.
        again = before is not None and now < before.until
        failures = before.failures + (not again) if before is not None else 1
        wait = asked or self._own(failures)  # zero is no answer to how long
        until = max(now + wait, before.until) if before is not None else now + wait
        self._rests[account] = _Rest(until, failures)
        while len(self._rests) > self._most:
            self._rests.popitem(last=False)
        return until - now

    def succeeded(self, account: str, now: datetime) -> None:
        """The account answers again. A rest that another call has begun meanwhile is kept to its end."""
        rest = self._rests.get(account)
        if rest is not None and rest.until <= now:
            del self._rests[account]

    def _own(self, failures: int) -> timedelta:
        longest: timedelta = min(_FIRST * 2 ** min(failures - 1, 20), LONGEST)
        return longest * _random.uniform(0.5, 1.0)
