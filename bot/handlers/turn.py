"""One turn of a conversation: the request, who asks, when, and what was understood."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.errors import UserError
from bot.language.ask import Ask, Intent
from bot.language.understand import DEFAULTS, understand
from bot.language.words import LANGUAGES
from bot.messages import Choice, Reply, Request, Style
from bot.ports import App, Connection, Context, Offer, Preferences, User
from bot.scheduling.plain import from_plain, to_plain
from bot.scheduling.zones import zone

T = TypeVar("T")

PRESS_LIFE = timedelta(days=2)
"""How long a button can be pressed; what it offers is checked again anyway."""


@dataclass(frozen=True, slots=True)
class Turn:
    """`now` is the only clock reading of a request. `names`: people who may be meant.

    `args` come from the stored row of a pressed choice, never from outside.
    """

    request: Request
    context: Context
    now: datetime
    text: str = ""
    names: tuple[str, ...] = ()
    ask: Ask | None = None
    args: Mapping[str, object] = field(default_factory=dict)

    @property
    def user(self) -> User:
        return self.context.user

    @property
    def preferences(self) -> Preferences:
        return self.context.user.preferences

    @property
    def zone(self) -> ZoneInfo:
        return zone(self.preferences.zone)

    @property
    def today(self) -> date:
        """The day it is for the person."""
        return self.now.astimezone(self.zone).date()

    def understood(self, verb: Intent) -> Ask:
        """What the text asks of this verb: as dispatch understood it, or read as this command's arguments."""
        return self.ask if self.ask is not None else read(self, self.text, verb)

    def arg(self, kind: type[T], name: str) -> T:
        """One argument of the pressed choice. Raises UserError when the stored row does not hold it."""
        try:
            return from_plain(kind, self.args[name])
        except (KeyError, ValueError) as error:
            raise UserError("That button can no longer be used. Please ask again.") from error

    def text_arg(self, name: str) -> str:
        return self.arg(str, name)

    def connection(self) -> Connection:
        """The connection that the pressed choice names. Raises UserError when it is gone."""
        wanted = self.text_arg("connection")
        found = next((one for one in self.context.connections if one.id == wanted), None)
        if found is None:
            raise UserError("That calendar is no longer connected.")
        return found


Handler = Callable[[App, Turn], Awaitable[Reply]]


def read(turn: "Turn", text: str, verb: Intent | None = None) -> Ask:
    """Understand a text as this person means it: in their zone, with their hours, naming the people they know."""
    preferences = turn.preferences
    ranges = [part for day in preferences.rules.hours.week.values() for part in day]
    return understand(
        text,
        turn.now,
        turn.zone,
        turn.names,
        language=preferences.language if preferences.language in LANGUAGES else "en",
        verb=verb,
        order={True: "dmy", False: "mdy", None: None}[preferences.day_first],
        week_start=preferences.week_start,
        hours=(min(begin for begin, _ in ranges), max(end for _, end in ranges)) if ranges else DEFAULTS.hours,
    )


@dataclass(frozen=True, slots=True)
class Button:
    """A choice to be: its label and what pressing it will do. `form`: it answers with a form."""

    label: str
    action: str
    args: Mapping[str, object] = field(default_factory=dict)
    style: Style = Style.NORMAL
    form: bool = False


async def buttons(app: App, turn: Turn, wanted: Sequence[Button]) -> tuple[Choice, ...]:
    """Choices whose meaning is stored; all of one message are one group, so that one press uses all of them up."""
    return await buttons_for(app, turn.user.id, wanted, turn.now)


async def buttons_for(app: App, user_id: str, wanted: Sequence[Button], now: datetime) -> tuple[Choice, ...]:
    """As `buttons`, for a person who has not written just now: they are at a page, or are told something."""
    if not wanted:
        return ()
    offers = [Offer(button.action, {name: to_plain(value) for name, value in button.args.items()}) for button in wanted]
    tokens = await app.presses.offer(user_id, offers, now + PRESS_LIFE)
    return tuple(
        Choice(button.label, token, button.style, form=button.form)
        for button, token in zip(wanted, tokens, strict=True)
    )


async def ask_back(app: App, turn: Turn, ask: Ask) -> Reply:
    """The question that an understood text leaves open, each reading a button."""
    assert ask.question is not None  # noqa: S101 the caller has looked
    choices = await buttons(
        app, turn, [Button(label, "answer", {"ask": reading}) for label, reading in ask.question.options]
    )
    return Reply(text=ask.question.text, choices=choices)
