"""Chat without a chat: what comes in, and what goes out.

All text is plain: no mark-up, nothing escaped. A chat escapes once, when it renders, so that a title from somebody
else's calendar stays a title everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from bot.drawing.week import Week


class Secret:
    """A text that does not show itself in a repr, a log line, an exception or JSON. `reveal()` at the last step."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(("Secret", self._value))

    def __reduce__(self) -> str:
        raise TypeError("a secret is not pickled")


@dataclass(frozen=True, slots=True, order=True)
class ChatUser:
    """Who, as a chat knows them. `workspace` is "" where a chat has none."""

    chat: str
    workspace: str
    id: str

    @property
    def tenant(self) -> str:
        """The shard key: people of one tenant may look each other up."""
        return f"{self.chat}:{self.workspace}"

    def __str__(self) -> str:
        return f"{self.chat}:{self.workspace}:{self.id}" if self.workspace else f"{self.chat}:{self.id}"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a chat knows of a person; empty where it does not know."""

    name: str = ""
    email: str = ""
    zone: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One thing a person said, pressed or filled in.

    `text` is a command with its slash ("/free tomorrow") or plain words. `press` is the token of a pressed choice,
    or of a submitted form, whose `values` hold what was typed (a `Secret` for a secret field). `handle` is the message
    that carried the choice. `id` is the chat's id of this delivery, for logs. `member`: belongs to the workspace in
    full; not a guest, and nobody from outside in a shared channel.
    """

    who: ChatUser
    text: str = ""
    private: bool = True
    press: str = ""
    values: Mapping[str, "str | Secret"] = field(default_factory=dict)
    handle: str = ""
    id: str = ""
    member: bool = True


class Style(Enum):
    """How a choice looks."""

    NORMAL = "normal"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: a label and the token of what pressing it means, or an address that it opens.

    `form`: pressing it answers with a form, for chats that have to open a window at once.
    """

    label: str
    token: str = ""
    style: Style = Style.NORMAL
    url: str = ""
    form: bool = False


class FieldKind(Enum):
    """What a field asks for, so that a chat can offer a picker. The value is text all the same:

    TEXT as typed; DATE "2026-03-10"; TIME "15:00"; PEOPLE names, addresses or mentions, separated by commas; ONE the
    value of one of the field's options; MANY the values of any of them, separated by commas.
    """

    TEXT = "text"
    DATE = "date"
    TIME = "time"
    PEOPLE = "people"
    ONE = "one"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form. A `secret` is masked where the chat can, and is never kept in the chat.

    `value` is what it holds to begin with. `options` are pairs of a value and what it is called.
    """

    name: str
    label: str
    secret: bool = False
    optional: bool = False
    hint: str = ""
    value: str = ""
    kind: FieldKind = FieldKind.TEXT
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """Questions asked in private; submitting sends a Request with `token` as its press.

    A field left empty comes as "". The answer may hold `problems`: then the form can be corrected and sent again.
    """

    title: str
    token: str
    fields: tuple[Field, ...]
    submit: str = "OK"


@dataclass(frozen=True, slots=True)
class Picture:
    """A week to look at; `alt` says the same in words. Each chat decides how to show it."""

    week: Week
    alt: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says back.

    `heading` is one line, `text` paragraphs, `facts` label and value pairs (a card), `note` small print. `replace`:
    edit the message that was pressed instead of sending a new one. `public` may be seen by a channel; everything
    else is for the asker alone. `erase` asks the chat to delete the incoming message. `problems`: what is wrong with
    which field of a submitted form (name, words); `text` says the same for chats that cannot show it there. `keep`:
    something was done, and this tells of it: a chat that showed it in a passing window keeps it as a message too.
    """

    text: str = ""
    heading: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    note: str = ""
    choices: tuple[Choice, ...] = ()
    form: Form | None = None
    picture: Picture | None = None
    replace: bool = False
    public: bool = False
    erase: bool = False
    problems: tuple[tuple[str, str], ...] = ()
    keep: bool = False
