"""A naive calendar that keeps every occurrence in a list, and the comparison of a real one with it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from bot.ports import CalendarProvider
from bot.scheduling.event import Attendee, EventChange, EventDraft, Response, Scope
from bot.scheduling.interval import Interval
from tests.providers.inputs import GUEST, MADRID

FIRST = date(2026, 3, 2)  # a Monday, four weeks before the clock change
LOOK = Interval(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 5, 20, tzinfo=UTC))
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

Act = tuple[str, Scope, int, int, int, int, Response]


@dataclass
class One:
    """An occurrence: where the series has it, and how it is."""

    base: datetime
    start: datetime
    minutes: int
    title: str = "Weekly"
    answer: Response = Response.NONE

    def when(self) -> Interval:
        start = self.start.replace(tzinfo=MADRID).astimezone(UTC)
        return Interval(start, start + timedelta(minutes=self.minutes))


@dataclass
class Series:
    """What the series says by itself, and its occurrences that are left."""

    minutes: int
    ones: list[One]
    title: str = "Weekly"

    def alone(self, one: One) -> bool:
        return (one.start, one.minutes) != (one.base, self.minutes)

    def move(self, target: One, start: datetime, minutes: int) -> None:
        shift = start - target.base
        same = not shift and minutes == self.minutes
        for one in self.ones:
            was, kept = one.when(), self.alone(one) and one is not target
            one.base += shift
            if not kept:
                one.start, one.minutes = one.base, minutes
            if not same or one.when() != was:
                one.answer = Response.NONE
        self.minutes = minutes

    def name(self, target: One, title: str) -> None:
        for one in self.ones:
            if one.title == self.title or one is target:
                one.title = title
        self.title = title


@dataclass
class Naive:
    """A calendar of lists. Every act names an occurrence by its place among all, in order of time."""

    series: list[Series] = field(default_factory=list)

    def all(self) -> list[tuple[Series, One]]:
        found = [(series, one) for series in self.series for one in series.ones]
        return sorted(found, key=lambda pair: (pair[1].when(), pair[1].title, pair[1].answer.value))

    def part(self, series: Series, one: One, scope: Scope) -> Series:
        """The series the act is about; cut in two for what follows."""
        if scope is Scope.SERIES:
            return series
        later = [other for other in series.ones if other.base >= one.base]
        series.ones = [other for other in series.ones if other.base < one.base]
        part = Series(series.minutes, later, series.title)
        self.series.append(part)
        return part

    def seen(self) -> list[tuple[Interval, str, Response]]:
        ones = [(one.when(), one.title, one.answer) for _, one in self.all() if one.when().overlaps(LOOK)]
        return sorted(ones, key=lambda seen: (seen[0], seen[1], seen[2].value))


@st.composite
def rules(draw: st.DrawFn) -> tuple[str, list[date]]:
    """A rule from FIRST on, and its days for half a year by counting."""
    interval = draw(st.integers(1, 3))
    if draw(st.booleans()):
        chosen = draw(st.sets(st.integers(0, 6), min_size=0, max_size=3)) | {0}
        rule = f"FREQ=WEEKLY;INTERVAL={interval};BYDAY={','.join(WEEKDAYS[day] for day in sorted(chosen))}"
        offsets = [n for n in range(182) if n // 7 % interval == 0 and n % 7 in chosen]
    else:
        rule, offsets = f"FREQ=DAILY;INTERVAL={interval}", list(range(0, 182, interval))
    days = [FIRST + timedelta(days=n) for n in offsets]
    end = draw(st.sampled_from(("", "COUNT", "UNTIL", "DAY")))
    most = draw(st.integers(1, min(12, len(days))))
    if end == "COUNT":
        return f"{rule};COUNT={most}", days[:most]
    if end == "UNTIL":
        last = datetime.combine(days[most - 1], time(12), MADRID).astimezone(UTC)
        return f"{rule};UNTIL={last:%Y%m%dT%H%M%SZ}", days[:most]
    if end == "DAY":
        return f"{rule};UNTIL={days[most - 1]:%Y%m%d}", days[:most]
    return rule, days


ACTS = st.tuples(
    st.sampled_from(("move", "move", "move", "name", "cancel", "answer")),
    st.sampled_from(list(Scope)),
    st.integers(0, 9),
    st.integers(-4, 4),
    st.integers(6, 20),
    st.sampled_from((30, 45)),
    st.sampled_from((Response.ACCEPTED, Response.DECLINED)),
)


async def compare(
    mine: CalendarProvider, guest: CalendarProvider, rule: tuple[str, list[date]], acts: list[Act]
) -> None:
    """The organizer and a guest act on a series; after each act both see what the list says."""
    walls = [datetime.combine(day, time(10)) for day in rule[1]]
    naive = Naive([Series(30, [One(wall, wall, 30) for wall in walls])])
    first = naive.series[0].ones[0].when()
    invited = EventDraft("Weekly", first, "Europe/Madrid", (Attendee(GUEST),), recurrence=rule[0])
    await mine.create(invited, "k")
    for act, scope, number, days, hour, minutes, response in acts:
        places = naive.all()[:10]
        if not places:
            break
        series, one = places[number % len(places)]
        events = await mine.events(LOOK)
        # Two that look the same are not told apart here.
        alike = [event for event in events if (event.when, event.title) == (one.when(), one.title)]
        if len(alike) != 1:
            continue
        ref = alike[0].ref
        if act == "move":
            start = datetime.combine(one.start.date() + timedelta(days=days), time(hour))
            goal = One(start, start, minutes).when()
            moved = await mine.update(ref, EventChange(when=goal), scope)
            assert moved.when == goal
            assert await mine.event(moved.ref) == moved
            if scope is Scope.OCCURRENCE:
                if (one.start, one.minutes) != (start, minutes):
                    one.answer = Response.NONE
                one.start, one.minutes = start, minutes
            else:
                naive.part(series, one, scope).move(one, start, minutes)
        elif act == "name":
            title = f"{hour}"
            assert (await mine.update(ref, EventChange(title=title), scope)).title == title
            if scope is Scope.OCCURRENCE:
                one.title = title
            else:
                naive.part(series, one, scope).name(one, title)
        elif act == "cancel":
            await mine.cancel(ref, scope)
            if scope is Scope.OCCURRENCE:
                series.ones.remove(one)
            else:
                naive.part(series, one, scope).ones.clear()
        elif scope is Scope.OCCURRENCE:
            assert (await guest.respond(ref, response)).response is response
            one.answer = response
        else:
            assert (await guest.respond(alike[0].series or "", response)).response is response
            for other in series.ones:
                other.answer = response
        found = await guest.events(LOOK)
        seen = [(event.when, event.title, event.response) for event in found]
        assert sorted(seen, key=lambda one: (one[0], one[1], one[2].value)) == naive.seen()  # type: ignore[type-var]
        assert {event.ref for event in await mine.events(LOOK)} == {event.ref for event in found}
        assert len({event.ref for event in found}) == len(found)
        for event in found[:3]:
            assert await guest.event(event.ref) == event
