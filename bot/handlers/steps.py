"""What a step of connecting answers to the page it was done at: where to go, what to ask, how it ended."""

from dataclasses import dataclass

from bot.messages import Secret
from bot.ports import Kind


@dataclass(frozen=True, slots=True)
class Ending:
    """How connecting ended, or where it stands: one line, and what to do now.

    `back`: the chat to go back to; `link`: an address that leads there, "" for none.
    """

    title: str
    text: str
    done: bool = False
    back: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Invited:
    """What a link's page shows. `who` is the chat account in words, `origin` where its form may lead to."""

    who: str
    back: str
    kind: Kind
    origin: str


@dataclass(frozen=True, slots=True)
class Departure:
    """Where to send the browser now, and the cookie that proves it when it comes back."""

    url: str
    cookie: Secret


@dataclass(frozen=True, slots=True)
class Doubt:
    """An account whose address is not the one that the chat knows: is it theirs?"""

    pending_id: str
    address: str
    who: str
    back: str
    label: str


_SCHEMES = ("https://", "http://", "slack://", "tg://")
_LONGEST = 500


def followed(address: object) -> str:
    """An address that a browser may follow from our pages into a chat; "" for anything else."""
    if not isinstance(address, str) or not address.startswith(_SCHEMES) or len(address) > _LONGEST:
        return ""
    return address if address.isascii() and address.isprintable() and " " not in address else ""


UNKNOWN = Ending(
    "This link is not good any more",
    "A link works once and for ten minutes. Go back to your chat and type /connect-calendar to get a new one.",
)
USED = Ending(
    "This link has been used",
    "Each link works once. If your chat does not say that the calendar is connected, type /connect-calendar there "
    "to get a new one.",
)
CHANGED = Ending(
    "This link is out of date",
    "What connecting means on this server has changed since the link was made. Go back to your chat and type "
    "/connect-calendar to read it as it is now.",
)
STRANGE = Ending(
    "That answer does not belong here",
    "It was not asked for in this browser, has been used already, or took longer than ten minutes. Nothing was "
    "connected by it. Go back to your chat and type /connect-calendar to start again, and stay in one browser.",
)
