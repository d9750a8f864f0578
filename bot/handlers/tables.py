"""What can be asked and what can be pressed: the two tables, and how a command is typed."""

import re
from dataclasses import dataclass

from bot.errors import NotUnderstood, UserError
from bot.language.ask import Intent


@dataclass(frozen=True, slots=True)
class Command:
    """A verb: where its handler is, how it is typed, and what help says about it.

    `slash`: the names it has after a slash, or after "/freewhen". `hint` and `help` are for the help text. `private`:
    never answered in front of others, not even to the asker's eyes alone. `form`: typed with no words it is answered
    with a form, in a chat that has windows. `steps`: it is done in several, which are gone in private.
    """

    handler: str
    slash: tuple[str, ...]
    intents: tuple[Intent, ...]
    hint: str
    help: str
    private: bool = False
    form: bool = False
    steps: bool = False


COMMANDS: dict[str, Command] = {
    "connect": Command(
        "connect.begin",
        ("connect-calendar", "connect"),
        (Intent.CONNECT,),
        "/connect-calendar",
        "link a calendar",
        True,
    ),
    "free": Command(
        "free.free", ("free",), (Intent.FREE, Intent.IS_FREE_AT), "/free tomorrow afternoon", "when you are free"
    ),
    "agenda": Command("agenda.agenda", ("agenda",), (Intent.AGENDA,), "/agenda today", "what is on your calendar"),
    "book": Command(
        "book.book",
        ("book",),
        (Intent.BOOK,),
        "/book 30m with Ana Thursday 3pm about budget",
        "book a meeting",
        form=True,
        steps=True,
    ),
    "move": Command("move.move", ("move",), (Intent.MOVE,), "move my 2pm to Friday", "move a meeting", steps=True),
    "cancel": Command(
        "cancel.cancel", ("cancel",), (Intent.CANCEL,), "cancel standup tomorrow", "cancel a meeting", steps=True
    ),
    "respond": Command(
        "rsvp.respond", ("rsvp",), (Intent.RESPOND,), "accept the budget meeting", "answer an invitation", steps=True
    ),
    "reminders": Command(
        "leads.reminders", ("reminders",), (Intent.REMINDERS,), "/freewhen reminders 10m 1h", "when you are reminded"
    ),
    "settings": Command(
        "settings.settings", ("settings",), (Intent.SETTINGS,), "/freewhen settings", "hours, zone, buffers", True
    ),
    "status": Command(
        "status.status", ("status",), (Intent.STATUS,), "/freewhen status", "is my calendar connected", True
    ),
    "disconnect": Command(
        "status.disconnect", ("disconnect",), (Intent.DISCONNECT,), "/freewhen disconnect", "forget my calendar", True
    ),
    "calendars": Command(
        "lists.choose",
        ("calendars",),
        (),
        "/freewhen calendars",
        "which calendars are checked, and where meetings go",
        True,
    ),
    "home": Command("home.home", ("home",), (), "/freewhen home", "today, tomorrow, and what you can press", True),
    "help": Command("help.help", ("help", "start"), (Intent.HELP,), "/freewhen help", "this text"),
}

ACTIONS: dict[str, tuple[str, bool]] = {
    "answer": ("answer", False),
    "free": ("free.free", False),
    "book": ("book.book", False),
    "settings": ("settings.settings", False),
    "help": ("help.help", False),
    "connect.begin": ("connect.begin", False),
    "connect.choose": ("connect.choose", False),
    "connect.accept": ("connect.accept", True),
    "connect.refuse": ("connect.refuse", True),
    "connect.confirm": ("consent.confirm", True),
    "connect.deny": ("consent.deny", True),
    "calendars.choose": ("lists.choose", False),
    "calendars.check": ("lists.check", False),
    "calendars.add_to": ("lists.add_to", False),
    "sharing.request": ("sharing.request", False),
    "sharing.once": ("sharing.once", True),
    "sharing.always": ("sharing.always", True),
    "sharing.no": ("sharing.no", True),
    "settings_form.open": ("settings_form.open", False),
    "settings_form.submit": ("settings_form.submit", False),
    "status.receipt": ("status.receipt", False),
    "status.disconnect": ("status.disconnect", False),
    "status.forget": ("status.forget", True),
    "book.preview": ("book.preview", False),
    "book_form.begun": ("book_form.begun", False),
    "book_filled.submit": ("book_filled.submit", False),
    "booking.confirm": ("booking.confirm", False),
    "booking.drop": ("booking.drop", True),
    "meetings.card": ("meetings.card", False),
    "move.when": ("move.when", False),
    "move.another": ("move.another", False),
    "move.typed": ("move.typed", False),
    "move.preview": ("move.preview", False),
    "cancel.preview": ("cancel.preview", False),
    "moving.apply": ("moving.apply", False),
    "cancel.apply": ("cancel.apply", True),
    "meetings.keep": ("meetings.keep", True),
    "rsvp.scope": ("rsvp.scope", False),
    "rsvp.apply": ("rsvp.apply", True),
    "remind.snooze": ("leads.snooze", True),
    "remind.off": ("leads.off", True),
}
"""Action of a stored press → (handler, used up by the first press). Nothing outside this table can be pressed."""

NOT_YET = "I cannot do that yet. /freewhen help has all that I can do."
_BY_SLASH = {name: verb for verb, command in COMMANDS.items() for name in command.slash}
_LATER = frozenset({"booking-link", "booking-links", "booking-page", "my-data", "mydata"})
"""Commands that Freewhen will have."""
BY_INTENT = {intent: verb for verb, command in COMMANDS.items() for intent in command.intents}
SLASH = re.compile(r"/([A-Za-z][\w-]{0,40})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)


def command_of(name: str, rest: str) -> tuple[str | None, str]:
    """The verb and what follows; None for `/freewhen` with plain words.

    Raises NotUnderstood for no command of ours, UserError for one that there will be.
    """
    name, rest = name.casefold().replace("_", "-"), rest.strip()
    if name in _BY_SLASH:
        return _BY_SLASH[name], rest
    if name in _LATER:
        raise UserError(NOT_YET)
    if name != "freewhen":
        raise NotUnderstood(f"There is no command /{name}. Type /freewhen help to see what I can do.")
    word, _, after = rest.partition(" ")
    word = word.casefold().replace("_", "-")
    if word in _LATER:
        raise UserError(NOT_YET)
    verb = _BY_SLASH.get(word)
    return (verb, after.strip()) if verb else (None, rest)


def opens_form(text: str) -> bool:
    """Whether these words, as they were typed, are answered with a form in a chat that has windows."""
    slash = SLASH.fullmatch(text.strip())
    if slash is None:
        return False
    try:
        verb, rest = command_of(slash[1], slash[2] or "")
    except UserError:
        return False
    return verb is not None and not rest and COMMANDS[verb].form
