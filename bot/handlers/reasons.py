"""Why a time cannot be had, in words; of other people nothing but that they are busy."""

from collections.abc import Sequence

from bot.handlers import cards
from bot.handlers.slots import YOU, Look, query
from bot.handlers.turn import Turn
from bot.scheduling.availability import Kind, Reason, why_not
from bot.scheduling.blocking import blocks
from bot.scheduling.event import FreeBusy
from bot.scheduling.interval import Interval


def say_against(turn: Turn, found: Look, interval: Interval) -> str:
    """What speaks against a time without forbidding it: hours, buffers, rules, guests who are busy."""
    reasons = [
        reason
        for reason in why_not(query(turn, interval, interval.length), found.people, interval.start)
        if reason.kind not in (Kind.UNKNOWN, Kind.CONSTRAINT, Kind.PAST)
    ]
    return say_reasons(turn, reasons, found, interval)


def say_reasons(turn: Turn, reasons: Sequence[Reason], found: Look, interval: Interval) -> str:
    """Each reason once, in words; of other people nothing but that they are busy."""
    said: list[str] = []
    for reason in reasons:
        who = "You are" if reason.person in ("", YOU) else f"{reason.person} is"
        text = {
            Kind.PAST: "That time is in the past.",
            Kind.BUSY: f"{who} busy{_with_what(turn, reason, found, interval)}.",
            Kind.ALL_DAY: f"{who} away or busy all day{_with_what(turn, reason, found, interval)}.",
            Kind.BUFFER: "It is too close to another meeting: you keep a buffer.",
            Kind.NOTICE: "It is sooner than the notice you want.",
            Kind.HORIZON: "It is further ahead than you let people book.",
            Kind.OUTSIDE_HOURS: "It is outside your working hours."
            if reason.person in ("", YOU)
            else f"It is outside {reason.person}’s working hours.",
            Kind.BLOCKED: "You keep that time free of meetings.",
            Kind.DAILY_CAP: "You have as many meetings that day as you allow.",
            Kind.CONSTRAINT: "You have ruled that time out.",
            Kind.UNKNOWN: "",
        }[reason.kind]
        if text and text not in said:
            said.append(text)
    return " ".join(said)


def _with_what(turn: Turn, reason: Reason, found: Look, interval: Interval) -> str:
    """The asker's own titles may be said to the asker."""
    if reason.person not in ("", YOU):
        return ""
    titles = [
        cards.title_of(event)
        for _, event in found.seen.events
        if event.interval(turn.zone).overlaps(interval)
        and event.all_day is (reason.kind is Kind.ALL_DAY)
        and blocks(event, turn.preferences.rules) is not FreeBusy.FREE
    ]
    return f" with “{titles[0]}”" if titles else ""
