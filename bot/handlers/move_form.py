"""The form for the new time of a meeting: a day and a time to pick where a form is a window, and words anywhere."""

from dataclasses import replace

from bot.errors import NotValid
from bot.handlers import filled
from bot.handlers.filled import Filled
from bot.handlers.turn import Turn, read
from bot.language.ask import Ask, Intent
from bot.messages import Field, FieldKind
from bot.scheduling.event import Days, Event, When
from bot.scheduling.interval import Interval

_LIKE = "Friday 3pm, tomorrow at 10, an hour later"


def fields(turn: Turn, event: Event, windows: bool) -> list[Field]:
    """A day and a time as they are now, and words; whole days have no time. Without windows words alone."""
    if not windows:
        return [Field("when", "New time", hint=_LIKE)]
    start = event.interval(turn.zone).start.astimezone(turn.zone)
    asked = [Field("date", "Day", kind=FieldKind.DATE, value=f"{start:%Y-%m-%d}")]
    if not event.all_day:
        zone = f"In {turn.preferences.zone}"
        asked.append(Field("time", "Begins", kind=FieldKind.TIME, value=f"{start:%H:%M}", hint=zone))
    return [*asked, Field("when", "Or in words", optional=True, hint=f"Instead of the above: {_LIKE}")]


def in_words(turn: Turn, form: Filled) -> Ask | None:
    """The words that were filled in, read; None where there are none. Raises NotValid."""
    text = form.text("when")
    if not text and form.text("date"):
        return None
    ask = meant(read(turn, text, Intent.MOVE))
    named = ask.when is not None or ask.shift is not None or ask.stretch is not None or ask.duration is not None
    if ask.question is None and not named:
        raise NotValid(
            "when", f"I did not understand “{text[:40]}” as a time. Say it like “Friday 3pm”. Nothing was moved."
        )
    if ask.question is not None and not ask.question.options:
        raise NotValid("when", ask.question.text)
    return ask


def meant(ask: Ask) -> Ask:
    """What is said here is where the meeting goes: a bare time is not the time where it is."""
    return replace(ask, when=ask.target.when) if ask.when is None and ask.target is not None else ask


def picked(turn: Turn, event: Event, form: Filled) -> When | None:
    """The day and the time that were picked, as long as it is; None, and noted, where they are none."""
    on = form.take("date", filled.day)
    if isinstance(event.when, Days):
        try:
            return Days(on, on + (event.when.end - event.when.first)) if on else None
        except OverflowError:
            form.wrong("date", filled.TOO_FAR)
            return None
    at = form.take("time", filled.clock)
    start = filled.instant(turn, form, on, at) if on and at else None
    return Interval(start, start + event.when.length) if start else None


def at_field(form: Filled, event: Event, turn: Turn) -> str:
    """The field that a problem with the time as a whole belongs to."""
    if form.text("when") or not form.text("date"):
        return "when"
    today = f"{turn.today:%Y-%m-%d}"
    return "date" if event.all_day or form.text("date") < today else "time"
