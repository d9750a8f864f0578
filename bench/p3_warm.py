"""P3: warm questions leave this machine for nobody. A day of a company, by a clock of its own, calls counted.

Each person asks twenty questions and has eight changes on their calendar, made elsewhere; the worker refreshes each
minute. Once with a provider that tells of changes (1,000 people), once with one that does not (100 people, since each
tick asks for each of them). The peer is every other assistant: it asks the calendar for each question.
"""

import asyncio
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bench.memory_house import ZONE, People, app_over
from bench.table import Row, show
from bot import calendars
from bot.handlers import planning
from bot.ports import App, Context, Disclosure, Feature, Kind, Link, Opening
from bot.scheduling.event import Busyness, Changes, Event
from bot.scheduling.interval import Interval
from bot.scheduling.zones import zone

DAY = datetime(2026, 3, 10, tzinfo=UTC)
QUESTIONS, CHANGES = 20, 8
TICK = timedelta(minutes=1)
MEETINGS = 60
"""On each calendar, over ten weeks."""


class Clock:
    def __init__(self) -> None:
        self.at = DAY

    def now(self) -> datetime:
        return self.at


class Server:
    """A provider that counts: each call of an opened calendar is one remote call."""

    def __init__(self) -> None:
        self.calls = 0
        self.events: dict[str, list[Event]] = {}
        self.changed: dict[str, list[Interval]] = {}

    def kind(self) -> Kind:
        async def revoke(opening: Opening) -> None:
            """Not asked."""

        disclosure = Disclosure("", "", "", "", "", "")
        features = frozenset({Feature.FREE_BUSY_OF_OTHERS})
        return Kind("far", "Far", Link.OAUTH, disclosure, lambda o: Calendar(self, o), revoke, features, remote=True)  # type: ignore[arg-type,return-value]


class Calendar:
    """One account."""

    def __init__(self, server: Server, opening: Opening) -> None:
        self._server, self._address = server, opening.address

    async def events(self, window: Interval, calendars: Sequence[str] = ()) -> Sequence[Event]:
        self._server.calls += 1
        tz = zone(ZONE)
        return [event for event in self._server.events[self._address] if event.interval(tz).overlaps(window)]

    async def busy(self, addresses: Sequence[str], window: Interval) -> Mapping[str, Busyness]:
        self._server.calls += 1
        return {}

    async def changes(self, cursor: str | None, calendars: Sequence[str] = ()) -> Changes:
        self._server.calls += 1
        changed = self._server.changed[self._address]
        return Changes(None if cursor is None else tuple(changed[int(cursor) :]), str(len(changed)))


class Day:
    """One seeded day: when who asks what, and when whose calendar changes."""

    def __init__(self, people: int, watched: bool, seed: int) -> None:
        self.random = random.Random(seed)
        self.server, self.clock, self.people = Server(), Clock(), People()
        self.watched = watched
        until = DAY + timedelta(days=3) if watched else None
        self.contexts = [self.people.add(f"p{number}", "far", until) for number in range(people)]
        for context in self.contexts:
            address = context.connections[0].address
            self.server.events[address] = [self._meeting(number) for number in range(MEETINGS)]
            self.server.changed[address] = []
        self.app: App = app_over(self.people, self.clock, {"far": self.server.kind})
        self.asked_remotely = 0
        self.behind = 0

    async def live(self) -> None:
        for hour in range(2):  # the night before: the worker has read all calendars
            self.clock.at = DAY - timedelta(minutes=2 - hour)
            await planning.refresh(self.app)
        self.server.calls = 0
        plan: list[tuple[float, bool, Context]] = []
        for context in self.contexts:
            plan += [(self._moment(), True, context) for _ in range(QUESTIONS)]
            plan += [(self._moment(), False, context) for _ in range(CHANGES)]
        plan.sort(key=lambda entry: entry[0])
        tick = DAY
        for second, is_question, context in plan:
            moment = DAY + timedelta(seconds=second)
            while tick <= moment:
                self.clock.at = tick
                await planning.refresh(self.app)
                tick += TICK
            self.clock.at = moment
            await (self._question(context) if is_question else self._change(context))

    def _moment(self) -> float:
        """From eight to seven, for nine of ten; the others at any time."""
        return self.random.uniform(8, 19) * 3600 if self.random.random() < 0.9 else self.random.uniform(0, 24) * 3600

    def _meeting(self, number: int) -> Event:
        start = DAY + timedelta(days=self.random.randrange(-1, 69), minutes=15 * self.random.randrange(32, 72))
        when = Interval(start, start + timedelta(minutes=30))
        return Event(f"e{number}-{self.random.random()}", "", "c", "Meeting", when)

    async def _change(self, context: Context) -> None:
        """A meeting comes or goes, soon or later; where the provider tells of changes, we hear of it."""
        connection = context.connections[0]
        there = self.server.events[connection.address]
        event = self._meeting(0) if self.random.random() < 0.6 or not there else there.pop()
        if event not in there:
            there.append(event)
        self.server.changed[connection.address].append(event.interval(zone(ZONE)))
        if self.watched:
            await self.app.kept.spoil(connection.id)

    async def _question(self, context: Context) -> None:
        """Today, this week, next month; one of five with a colleague, who is connected too."""
        now = self.clock.at
        length = self.random.choice((1, 1, 1, 2, 7, 7, 14, 30))
        window = Interval(now - timedelta(days=1), now + timedelta(days=length + 1))
        fresh = await self.people.by_id(context.user.id)
        assert fresh is not None
        before = self.server.calls
        seen = await calendars.agenda(self.app, fresh, window)
        if self.random.random() < 0.2:
            colleague = self.random.choice(self.contexts).connections[0].address
            await calendars.others(self.app, fresh, [colleague], window, member=True)
        self.asked_remotely += self.server.calls > before
        assert not seen.unseen
        tz = zone(ZONE)
        there = self.server.events[context.connections[0].address]
        truth = {event.ref for event in there if event.interval(tz).overlaps(window)}
        self.behind += truth != {event.ref for _, event in seen.events}


def run() -> Iterator[Row]:
    for people, watched, how in ((1000, True, "told of changes"), (100, False, "asked each minute")):
        day = Day(people, watched, 20260310)
        asyncio.run(day.live())
        questions = people * QUESTIONS
        of = f"of {people} people, {how}"
        yield Row("P3", f"questions that left, {of}", day.asked_remotely, questions, "ask each time", "questions", 0.08)
        limit = 0.0 if watched else None
        yield Row("P3", f"answers behind the calendar, {of}", day.behind, questions, "questions", "answers", limit)
        yield Row("P3", f"all calls with the worker’s, {of}", day.server.calls, questions, "questions", "calls")


if __name__ == "__main__":
    print(show(list(run())))
