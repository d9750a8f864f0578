"""What a settings sentence changes, as (name, value) pairs in canonical form.

Names: working_hours and blocked ("mon-fri 09:00-17:00"), working_days ("mon-thu"), days_off ("sat,sun"),
default_duration, buffer_before, buffer_after and notice (whole minutes), zone (IANA), week_start ("monday"),
my_data ("export", "erase"), booking_link ("show").
"""

from collections.abc import Sequence
from functools import cache
from zoneinfo import available_timezones

from bot.language.gather import Gathered
from bot.language.hits import Hits
from bot.language.pieces import Amount, PartPiece
from bot.language.policy import Context, wall, walls
from bot.language.tokens import Token
from bot.language.words import Cue, Tag, Words

Pairs = tuple[tuple[str, str], ...]

_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def preferences(hits: Hits, got: Gathered, source: str, plain: Sequence[Token], context: Context) -> Pairs:
    """The pairs of one sentence; empty when it names no new value."""
    if hits.has(Cue.BOT_DATA):
        return _own_data(hits)
    if hits.has(Cue.ZONE, Cue.IN_PLACE) and (zone := zone_named(source, plain, context.words)):
        return (("zone", zone),)
    if hits.has(Cue.WEEK_STARTS):
        day = next((d.weekday for d in got.days if d.weekday is not None), None)
        return (("week_start", context.words.weekday_names[day].casefold()),) if day is not None else ()
    if hits.has(Cue.DAYS_OFF):
        return (("days_off", _days(got)),)
    length = _minutes(got)
    if length is None and hits.has(Cue.DEFAULT):
        length = next((int(token.text) for token in plain if 1 <= token.digits <= 3), None)
    if hits.has(Cue.BUFFER) and length is not None:
        return _buffers(plain, length)
    if hits.has(Cue.DEFAULT) and length is not None:
        return (("default_duration", str(length)),)
    if hits.has(Cue.NOTICE) and length is not None:
        return (("notice", str(length)),)
    # "working hours" is a part of the day as well, and no value.
    own = sum(any(tag is Tag.PART for tag, _ in context.words.senses.get(h.phrase, ())) for h in hits.every(Cue.HOURS))
    span = _span(got, context, got.parts[own:])
    if hits.has(Cue.BLOCK) and not hits.has(Cue.HOURS) and span:
        return (("blocked", f"{_days(got)} {span}"),)
    if span:
        return (("working_hours", f"{_days(got)} {span}"),)
    if hits.has(Cue.HOURS) and (got.weekdays or got.days or got.ranges):
        return (("working_days", _days(got)),)
    return ()


def zone_named(source: str, plain: Sequence[Token], words: Words) -> str | None:
    """The IANA zone in a sentence: its own name, its city, or a name of the language's table."""
    for chunk in source.split():
        bare = chunk.strip(".,;:!?()\"'").casefold()
        if "/" in bare and bare in _zones():
            return _zones()[bare]
    texts = " ".join(token.text for token in plain).split()
    for size in (3, 2, 1):
        for n in range(len(texts) - size + 1):
            phrase = " ".join(texts[n : n + size])
            if phrase in words.zones:
                return words.zones[phrase]
            city = _cities().get(phrase)
            if city is not None and (size > 1 or len(phrase) > 3):
                return city
    return None


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


@cache
def _cities() -> dict[str, str]:
    regions = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    return {
        name.rpartition("/")[2].replace("_", " ").casefold(): name
        for name in sorted(available_timezones(), reverse=True)
        if name.partition("/")[0] in regions
    }


def _own_data(hits: Hits) -> Pairs:
    if hits.has(Cue.BOOKING_LINK):
        return (("booking_link", "show"),)
    return (("my_data", "erase" if hits.has(Cue.ERASE, Cue.CANCEL) else "export"),)


def _minutes(got: Gathered) -> int | None:
    lengths = [piece.length for piece in got.lengths] + [piece.length for piece in got.from_now]
    if not lengths or lengths[0].months or lengths[0].workdays:
        return None
    first: Amount = lengths[0]
    return (first.seconds + first.days * 86_400) // 60


def _buffers(plain: Sequence[Token], length: int) -> Pairs:
    before = any(Tag.BEFORE in token.senses for token in plain)
    after = any(Tag.AFTER in token.senses for token in plain)
    both = before == after
    pairs = [("buffer_before", str(length))] if before or both else []
    return (*pairs, *([("buffer_after", str(length))] if after or both else []))


def _span(got: Gathered, context: Context, parts: Sequence[PartPiece]) -> str | None:
    if got.spans and got.spans[0].start.valid and got.spans[0].end.valid:
        start, end = got.spans[0].start, got.spans[0].end
        ends = walls(start, end, context)
        if ends is None:
            return None
        return "-".join(minutes_text(edge.minutes) for edge in ends)
    bounds = [bound for bound in got.bounds if bound.clock is not None and bound.clock.valid]
    if bounds and bounds[0].clock is not None:
        edge = minutes_text(wall(bounds[0].clock, context).minutes)
        return f"{edge}-00:00" if bounds[0].after else f"00:00-{edge}"
    if parts:
        part = context.words.parts[parts[0].part]
        return f"{part.start:%H:%M}-{part.end:%H:%M}"
    return None


def minutes_text(minutes: int) -> str:
    """Minutes after midnight as "09:00"; 1440 is "00:00", the end of the day."""
    hours, rest = divmod(minutes, 60)
    return f"{hours % 24:02d}:{rest:02d}"


def _days(got: Gathered) -> str:
    """The weekdays named, as "mon-fri" or "mon,wed"."""
    # "my working days are Tuesday to Friday": the first words are no value.
    spoken_of = got.weekdays == (0, 1, 2, 3, 4) and bool(got.days or got.ranges)
    days = set(() if spoken_of else got.weekdays) | {d.weekday for d in got.days if d.weekday is not None}
    if got.ranges and (a := got.ranges[0].first.weekday) is not None and (b := got.ranges[0].last.weekday) is not None:
        days |= {(a + n) % 7 for n in range((b - a) % 7 + 1)}
    if got.every is not None:
        days |= set(got.every.weekdays)
    ordered = sorted(days) or [0, 1, 2, 3, 4]
    if len(ordered) > 2 and ordered[-1] - ordered[0] == len(ordered) - 1:
        return f"{_NAMES[ordered[0]]}-{_NAMES[ordered[-1]]}"
    return ",".join(_NAMES[day] for day in ordered)
