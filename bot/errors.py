"""What can go wrong, by what the caller must do about it.

```
BotError
├── UserError        the text may be shown, no traceback
│   ├── NotUnderstood  show how to ask         ├── NotConnected  offer to connect
│   ├── SlotTaken      offer the next slots    ├── NotHere       continue in private
│   ├── NotValid       a field of a form       └── TooFast       wait a moment
├── ChatError        nothing was sent, but for Unsure
│   ├── Unreachable    leave them in peace     ├── Busy         wait, then again
│   └── Unsure         perhaps it arrived: a repeat says so
├── ProviderError    names the provider; its text is never shown raw
│   ├── LinkExpired    ask to link again       ├── AccessDenied  say which permission is missing
│   ├── Unavailable    try again later         ├── Gone          no longer there
│   └── CannotSay      cannot be expressed to this provider
├── StorageError     a stored record cannot be used
│   ├── Sealed         a secret cannot be opened
└── ConfigError      stops the start; never swallowed
```

The docstring of a class is its default message. Foreign exceptions are translated by adapters only. Ours become words
in `dispatch` (per request), a named unseen calendar in `calendars` (per connection), a logged row in the worker's loops
(per reminder, per hold), and a second look where a handler's write lost its answer. Nowhere do they become "nothing".
"""

from datetime import timedelta


class BotError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None) -> None:
        doc = (type(self).__doc__ or BotError.__doc__ or "").strip().splitlines()[0]
        super().__init__(message or doc)

    @property
    def message(self) -> str:
        return str(self.args[0])


class UserError(BotError):
    """That did not work."""


class NotUnderstood(UserError):
    """I did not understand that. Try “when am I free tomorrow afternoon?”, or /freewhen help."""


class NotConnected(UserError):
    """You have not connected a calendar yet. Type /connect-calendar to link one."""


class SlotTaken(UserError):
    """That time has just been taken."""


class NotHere(UserError):
    """Let us continue in private."""


class NotValid(UserError):
    """Something in the form is not right."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class TooFast(UserError):
    """That was too much at once. Please wait a moment."""

    def __init__(self, retry_after: timedelta, message: str | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ChatError(BotError):
    """The chat could not be reached."""


class Unreachable(ChatError):
    """This person cannot be reached: blocked, left, or never started a chat."""


class Busy(ChatError):
    """The chat asks us to slow down."""

    def __init__(self, retry_after: timedelta, message: str | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unsure(ChatError):
    """The chat did not say whether the message arrived."""


class ProviderError(BotError):
    """The calendar did not answer as expected."""

    def __init__(self, provider: str, message: str | None = None) -> None:
        super().__init__(message)
        self.provider = provider


class LinkExpired(ProviderError):
    """The calendar no longer accepts our access. Connect it again with /connect-calendar."""


class AccessDenied(ProviderError):
    """The calendar does not allow that."""


class Unavailable(ProviderError):
    """The calendar cannot be reached at the moment. Try again in a few minutes."""

    def __init__(self, provider: str, message: str | None = None, retry_after: timedelta | None = None) -> None:
        super().__init__(provider, message)
        self.retry_after = retry_after


class Gone(ProviderError):
    """That event is no longer on the calendar."""


class CannotSay(ProviderError):
    """This calendar cannot do that."""


class StorageError(BotError):
    """A stored record cannot be used."""


class Sealed(StorageError):
    """A stored secret cannot be opened: the key is wrong, or the record was changed."""


class ConfigError(BotError):
    """The settings are wrong."""
