"""Asks as plain data: predictions for measuring, and an explanation for people."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.language.ask import Ask, Grain, Intent, TimeRef
from bot.language.slots import when_of
from bot.language.understand import understand
from bot.language.words import LANGUAGES
from bot.scheduling.zones import zone

Prediction = dict[str, object]

_AS = {Intent.DISCONNECT: "connect", Intent.STATUS: "settings", Intent.RESPOND: "unclear"}


def predict(ask: Ask, tz: ZoneInfo) -> Prediction:
    """`{intent, start | window, duration_minutes, participants, title}`; ISO times with the offset of `tz`."""
    out: Prediction = {"intent": _AS.get(ask.intent, ask.intent.value)}
    when = when_of(ask)
    if when is not None:
        out |= _time(ask, when, tz)
    if ask.duration is not None:
        out["duration_minutes"] = ask.duration.total_seconds() / 60
    out["participants"] = list(ask.who)
    if ask.title:
        out["title"] = ask.title
    return out


def run(lines: Iterable[str]) -> Iterator[str]:
    """One prediction a line for lines of `{id, lang, text, now, tz}`. Languages without a table are "unclear".

    Raises ValueError for a line that is not such an object.
    """
    for line in lines:
        if not line.strip():
            continue
        item = json.loads(line)
        if not isinstance(item, dict):
            raise ValueError("a line must be an object")
        try:
            found: Prediction = {"id": item.get("id"), "intent": Intent.UNCLEAR.value}
            if str(item.get("lang") or "en").split("-")[0] in LANGUAGES:
                tz = zone(str(item["tz"]))
                found |= predict(understand(str(item["text"]), datetime.fromisoformat(str(item["now"])), tz), tz)
        except (KeyError, TypeError) as missing:
            raise ValueError(f"a line needs id, lang, text, now and tz: {missing}") from None
        yield json.dumps(found, ensure_ascii=False)


def explain(ask: Ask, tz: ZoneInfo) -> list[str]:
    """The ask, a line a field, with times in `tz` and the reasons at the end."""
    lines = [f"intent: {ask.intent.value}"]
    for name, ref in (("when", ask.when), ("target", ask.target.when if ask.target else None)):
        if ref is not None:
            lines.append(f"{name}: {_span(ref, tz)} ({ref.grain.value})")
    fields: list[tuple[str, object]] = [
        ("duration", ask.duration),
        ("with", ", ".join(ask.who)),
        ("title", ask.title),
        ("place", ask.location),
        ("shift", ask.shift),
        ("leads", ", ".join(str(lead) for lead in ask.leads)),
        ("repeats", ask.recurrence),
        ("all day", "yes" if ask.all_day else ""),
        ("answer", ask.response.value if ask.response else ""),
        ("calendar", ask.provider),
        ("settings", ", ".join(f"{name} = {value}" for name, value in ask.settings)),
    ]
    lines += [f"{name}: {value}" for name, value in fields if value]
    if ask.question is not None:
        lines.append(f"question: {ask.question.doubt.value}: {ask.question.text}")
        lines += [f"  - {name}" for name, _ in ask.question.options]
    if ask.why:
        lines.append("why: " + "; ".join(ask.why))
    return lines


def _time(ask: Ask, when: TimeRef, tz: ZoneInfo) -> Prediction:
    start = when.start.astimezone(tz).isoformat()
    end = when.end
    if when.grain is Grain.POINT:
        end = when.start + ask.duration if ask.duration is not None else None
        window = [start, end.astimezone(tz).isoformat()] if end is not None else None
        return {"start": start} | ({"window": window} if window else {})
    return {"window": [start, end.astimezone(tz).isoformat() if end else None]}


def _span(ref: TimeRef, tz: ZoneInfo) -> str:
    start = ref.start.astimezone(tz).isoformat(" ", "minutes")
    return f"{start} to {ref.end.astimezone(tz).isoformat(' ', 'minutes')}" if ref.end else start
